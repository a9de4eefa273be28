"""The forms of one word that a list would have as one term: with proclitics, with a suffix. For folded words. Pure.

No stemmer: a form is one only where what is left of it stands in the texts as a word of its own.
"""

from collections.abc import Iterator, Mapping

from topics.proclitics import PROCLITICS, SHORTEST_STEM

_SHORTEST = 4
"""Letters before a suffix: shorter beginnings are those of too many other words."""
_LONGEST_CHAIN = 4  # suffixes behind each other: کەمپ-ەکان-ی
_RARE = 3  # a form is one of a word that is not this many times rarer: كتائب is not ك and تائب
_TO_THE, _ARTICLE = "لل", "ال"

_SORANI = "ەکانی ەکان ەکەی ەکە انی ان ەی یە ێک ێکی ە ی ش یش مان تان یان"
_SUFFIXES = {
    "en": "s",
    "ckb": _SORANI,
    "sdh": _SORANI,
    "kmr": "an a ê î ên in yên yê ya yan ek eke ekî eka e",
}
_LETTERS = str.maketrans("ەکیێêî", "هكييei")  # as folding writes them


class Forms:
    """What counts as one word in texts of a language, by the words that stand in them and how often."""

    def __init__(self, language: str, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._arabic = language == "ar"
        suffixes = _SUFFIXES.get(language, "").translate(_LETTERS).split()
        self._suffixes = tuple(sorted(set(suffixes), key=lambda suffix: (-len(suffix), suffix)))
        self._known: dict[str, str] = {}

    def key(self, word: str) -> str:
        """What all forms of *word* have in common; *word* itself where it has no others."""
        if word not in self._known:
            self._known[word] = self._stripped(word) if self._arabic else self._stem(word)
        return self._known[word]

    def _stem(self, word: str) -> str:
        for _ in range(_LONGEST_CHAIN):
            shorter = next(self._without_suffix(word), None)
            if shorter is None:
                break
            word = shorter
        return word

    def _without_suffix(self, word: str) -> Iterator[str]:
        for suffix in self._suffixes:
            stem = word.removesuffix(suffix)
            if _SHORTEST <= len(stem) < len(word) and stem in self._counts:
                yield stem

    def _stripped(self, word: str) -> str:
        count = self._counts.get(word, 0)
        for proclitic in _LONGEST_FIRST:
            stem = word.removeprefix(proclitic)
            if not SHORTEST_STEM <= len(stem) < len(word):
                continue
            # What has the article is seldom anything else; a single و or ب often is the word's own letter.
            rare = 1 if proclitic.endswith((_TO_THE, _ARTICLE)) else -(-count // _RARE)
            if self._counts.get(stem, 0) + self._counts.get(_ARTICLE + stem, 0) >= max(rare, 1):
                return stem
        return word


_LONGEST_FIRST = sorted(PROCLITICS, key=len, reverse=True)
