"""Which sentence a person is shown for a place in a text."""

import pytest

from topics.sentences import sentence_around


@pytest.mark.parametrize(
    ("text", "word", "sentence"),
    [
        ("One. Two words. Three.", "words", "Two words."),
        ("One. Two words. Three.", "One", "One."),
        ('He said "no." Then he left.', "Then", "Then he left."),
        ('He said "no." Then he left.', "said", 'He said "no."'),
        ("A line\nanother one\nlast", "another", "another one"),
        ("قال نعم؟ ثم ذهب. انتهى", "ذهب", "ثم ذهب."),
        ("no end at all", "end", "no end at all"),
    ],
)
def test_a_sentence_ends_at_its_mark_or_its_line(text: str, word: str, sentence: str) -> None:
    start = text.index(word)
    first, last = sentence_around(text, start, start + len(word))
    assert text[first:last] == sentence


def test_evidence_over_two_sentences_keeps_both() -> None:
    text = "Zero. One two. Three four. Five."
    first, last = sentence_around(text, text.index("two"), text.index("Three") + 5)
    assert text[first:last] == "One two. Three four."
