"""Phrases that many stories share: counted by story, level by level, so that the rare ones are never held. Pure.

A phrase of three words can only be frequent where its first two are and its last two are (Agrawal and Srikant 1994,
"Fast algorithms for mining association rules"). What grows is the phrases that are frequent, not the text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

LONGEST = 4
"""Words of a phrase: a name of a faction and its article; five words are a sentence already."""

Words = Sequence[str | None]
"""The words of a text; None where a phrase cannot go on."""


class Phrases:
    """The frequent phrases of some texts, as a tree: each is a shorter one and the next word. Numbers name them."""

    def __init__(self, texts: Sequence[Words], least: int) -> None:
        self.counts: list[int] = []  # of each, how many of the texts hold it
        self._next: dict[tuple[int, str], int] = {}
        self._last: list[tuple[int, str]] = []
        heads = [[-1] * len(words) for words in texts]  # where the phrases that are one shorter begin
        for length in range(LONGEST):
            counts: Counter[tuple[int, str]] = Counter()
            for words, head in zip(texts, heads, strict=True):
                counts.update(set(_longer(words, head, length)))
            for phrase, count in counts.items():
                if count >= least:
                    self._next[phrase] = len(self.counts)
                    self._last.append(phrase)
                    self.counts.append(count)
            heads = [self._advanced(words, head, length) for words, head in zip(texts, heads, strict=True)]

    def __len__(self) -> int:
        return len(self.counts)

    def words(self, phrase: int) -> tuple[str, ...]:
        """The words of a phrase."""
        words: list[str] = []
        while phrase >= 0:
            phrase, word = self._last[phrase]
            words.append(word)
        return tuple(reversed(words))

    def number(self, word: str) -> int | None:
        """The number of a phrase of one word; None where it is not frequent."""
        return self._next.get((-1, word))

    def within(self, words: Words) -> set[int]:
        """Those that stand in a text."""
        return {phrase for _place, phrase in self.places(words)}

    def places(self, words: Words) -> Iterator[tuple[int, int]]:
        """Where each phrase begins, and which it is."""
        following = self._next.get
        for place in range(len(words)):
            phrase = -1
            for word in words[place : place + LONGEST]:
                if word is None or (longer := following((phrase, word))) is None:
                    break
                phrase = longer
                yield place, phrase

    def _advanced(self, words: Words, head: list[int], length: int) -> list[int]:
        """The phrases that are one word longer; -2 where none begins."""
        advanced = [-2] * len(words)
        for place, phrase in enumerate(head):
            end = place + length
            if phrase > -2 and end < len(words) and (word := words[end]) is not None:
                advanced[place] = self._next.get((phrase, word), -2)
        return advanced


def _longer(words: Words, head: list[int], length: int) -> Iterator[tuple[int, str]]:
    """Each phrase with the word behind it, where what begins one word later is frequent as well."""
    for place in range(len(words) - length):
        word = words[place + length]
        if head[place] > -2 and word is not None and (not length or head[place + 1] > -2):
            yield head[place], word
