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
        self._first: dict[str | None, int] = {}  # by its only word; None is never one
        self._longer: list[dict[str | None, int]] = []  # of each, by one word more
        self._last: list[tuple[int, str]] = []
        heads = [[-1] * len(words) for words in texts]  # where the phrases that are one shorter begin
        for length in range(LONGEST):
            counts: Counter[tuple[int, str]] = Counter()
            for words, head in zip(texts, heads, strict=True):
                counts.update(set(_with_next(words, head, length)))
            for phrase, count in counts.items():
                if count >= least:
                    self._add(phrase, count)
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
        return self._first.get(word)

    def within(self, words: Words) -> set[int]:
        """Those that stand in a text."""
        found: set[int] = set()
        first, longer = self._first, self._longer
        for place, word in enumerate(words):
            phrase = first.get(word)
            if phrase is None:
                continue
            found.add(phrase)
            for following in words[place + 1 : place + LONGEST]:
                phrase = longer[phrase].get(following)
                if phrase is None:
                    break
                found.add(phrase)
        return found

    def _add(self, phrase: tuple[int, str], count: int) -> None:
        shorter, word = phrase
        self._after(shorter)[word] = len(self.counts)
        self._longer.append({})
        self._last.append(phrase)
        self.counts.append(count)

    def _after(self, phrase: int) -> dict[str | None, int]:
        return self._first if phrase < 0 else self._longer[phrase]

    def _advanced(self, words: Words, head: list[int], length: int) -> list[int]:
        """The phrases that are one word longer; -2 where none begins."""
        advanced = [-2] * len(words)
        for place, phrase in enumerate(head[: len(words) - length]):
            if phrase > -2:
                advanced[place] = self._after(phrase).get(words[place + length], -2)
        return advanced


def _with_next(words: Words, head: list[int], length: int) -> Iterator[tuple[int, str]]:
    """Each phrase with the word behind it, where what begins one word later is frequent as well."""
    for place in range(len(words) - length):
        word = words[place + length]
        if head[place] > -2 and word is not None and (not length or head[place + 1] > -2):
            yield head[place], word
