"""Which phrases are unusually frequent in some stories, held against others. Counts and statistics only. Pure.

Stories are counted, not words: a name that one story repeats is one. What is unusual is told by Dunning's
log-likelihood G² ("Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19,
1993), which stays right where counts are small; and by how many times larger a phrase's share is in the topic's
stories than in the others, since among many stories every difference is significant.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log
from typing import NamedTuple, Protocol

from topics.forms import Forms
from topics.function_words import function_words
from topics.phrases import Phrases
from topics.words import Word, without, words

FEWEST_OTHERS = 30
"""Stories without the topic, in all or of one source, that are enough to hold others against."""

_LEAST_STORIES = 3  # that hold a phrase
_LEAST_SHARE = 0.005  # of the topic's stories, where they are many
_LEAST_SCORE = 15.13  # G² of one degree of freedom that chance reaches once in 10,000 phrases
_LEAST_TIMES = 3.0  # how many times larger its share of the topic's stories must be
_LEAST_TIMES_WITHIN = 2.0  # … and of those of the source that says it most: else it is a habit of that source
_COMMON, _COMMON_TIMES = 0.25, 1.5  # no phrase begins or ends with a word of so many stories, topic or not
_MAIN_SOURCE = 0.8  # of the topic's stories; where none has so many, two sources must have the phrase
_LONGEST = 20_000  # characters of a text that are read: five times a long article


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One archived article, as it is counted."""

    id: int
    story: int
    source: str
    day: str
    title: str
    text: str

    @property
    def fields(self) -> tuple[str, str]:
        """Its title, and as much of its text as is read."""
        return self.title, self.text[:_LONGEST]


class Known(Protocol):
    """What need not be found again."""

    def covered(self, text: str) -> list[tuple[int, int]]:
        """Its places in *text*, in order."""


class Other(NamedTuple):
    """A story without the topic, and which of the topic's frequent phrases it holds."""

    id: int
    source: str
    title: str
    phrases: "array[int]"


class Contrast:
    """The stories of a topic, of one language, and others held against them."""

    def __init__(self, told: Sequence[Told], known: Known, language: str) -> None:
        self.told, self.known = told, known
        self._empty = function_words(language)
        texts = [[word and word.text for field in one.fields for word in self.unknown(field)] for one in told]
        self.forms = Forms(language, Counter(word for text in texts for word in set(text) if word is not None))
        self._keys = [[word and self.forms.key(word) for word in text] for text in texts]
        self.phrases = Phrases(self._keys, max(_LEAST_STORIES, ceil(_LEAST_SHARE * len(told))))
        self.others: list[Other] = []
        self.counts = [0] * len(self.phrases)  # of each phrase, the other stories that hold it
        self._length = sum(map(len, texts)) / len(texts)
        self._lengths = 0  # of all others together

    def unknown(self, field: str) -> Iterator[Word | None]:
        """The words of a field but those that are known; no phrase goes on over one of these."""
        return without(field, self.known.covered(field))

    def hold_against(self, other: Told) -> None:
        """Counts what *other* holds of the topic's phrases."""
        keys = [word and self.forms.key(word) for field in other.fields for word in words(field)]
        phrases = array("I", self.phrases.within(keys))
        for phrase in phrases:
            self.counts[phrase] += 1
        self._lengths += len(keys)
        self.others.append(Other(other.id, other.source, other.title, phrases))

    def score(self, phrase: int) -> float:
        """G² of a phrase."""
        return log_likelihood(self.phrases.counts[phrase], len(self.told), self._comparable(phrase), len(self.others))

    def times(self, phrase: int) -> float:
        """How many times larger its share of the topic's stories is than of the others."""
        return _times(self.phrases.counts[phrase], len(self.told), self._comparable(phrase), len(self.others))

    def candidates(self) -> list[int]:
        """The phrases that are unusual, and not only with one source or on one day; the best first."""
        spread = _Spread(self)
        found = [phrase for phrase, stories in self.holders.items() if spread.is_wide(phrase, stories)]
        return sorted(found, key=lambda phrase: (-self.score(phrase), *self._wording(phrase)))

    def _wording(self, phrase: int) -> tuple[int, int, tuple[str, ...]]:
        """Of phrases that speak alike, names come before pieces of sentences, and whole names before parts."""
        of_phrase = self.phrases.words(phrase)
        return sum(word in self._empty for word in of_phrase), -len(of_phrase), of_phrase

    @cached_property
    def holders(self) -> dict[int, list[int]]:
        """Of each phrase that is unusual, the stories that hold it, by their place in `told`."""
        unusual = {phrase for phrase in range(len(self.phrases)) if self._is_unusual(phrase)}
        holders: dict[int, list[int]] = {phrase: [] for phrase in unusual}
        for number, keys in enumerate(self._keys):
            for phrase in self.phrases.within(keys) & unusual:
                holders[phrase].append(number)
        return holders

    def _comparable(self, phrase: int) -> float:
        """How many of the others would hold it if they were as long as the topic's stories: longer ones hold more.

        Shorter ones are not believed to hold less: what a story begins with says most of it.
        """
        longer = max(1.0, self._length * len(self.others) / max(self._lengths, 1))
        without_it: float = (1 - self.counts[phrase] / len(self.others)) ** longer
        return len(self.others) * (1 - without_it)

    def _is_unusual(self, phrase: int) -> bool:
        if self.times(phrase) < _LEAST_TIMES or self.score(phrase) < _LEAST_SCORE:
            return False
        of_phrase = self.phrases.words(phrase)
        return not any(map(self._says_nothing, (of_phrase[0], of_phrase[-1])))

    def _says_nothing(self, word: str) -> bool:
        """Whether no phrase should begin or end with *word*: a number, or one that stands in many stories anyway."""
        if word.isdigit() or word in self._empty:
            return True
        number = self.phrases.number(word)
        if number is None or self.counts[number] < _COMMON * len(self.others):
            return False
        return self.times(number) < _COMMON_TIMES


class _Spread:
    """Whether a phrase is the topic's, or one source's habit or one day's."""

    def __init__(self, contrast: Contrast) -> None:
        self._told = contrast.told
        self._tagged = Counter(one.source for one in contrast.told)
        self._others = Counter(one.source for one in contrast.others)
        self._several_sources = max(self._tagged.values()) < _MAIN_SOURCE * len(self._told)
        self._several_days = len({one.day for one in self._told}) > 1
        self._by_source = Counter(_by_source(contrast.others, contrast.holders))

    def is_wide(self, phrase: int, stories: Sequence[int]) -> bool:
        sources = Counter(self._told[number].source for number in stories)
        if self._several_sources and len(sources) == 1:
            return False
        if self._several_days and len({self._told[number].day for number in stories}) == 1:
            return False
        source, count = sources.most_common(1)[0]
        others = self._others[source]
        within = _times(count, self._tagged[source], self._by_source[phrase, source], others)
        return others < FEWEST_OTHERS or within >= _LEAST_TIMES_WITHIN


def log_likelihood(held: float, stories: int, others_held: float, others: int) -> float:
    """G² of a phrase that *held* of the *stories* hold, and *others_held* of the *others*."""
    share = (held + others_held) / (stories + others)
    cells = (
        (held, stories * share),
        (stories - held, stories * (1 - share)),
        (others_held, others * share),
        (others - others_held, others * (1 - share)),
    )
    return 2 * sum(seen * log(seen / expected) for seen, expected in cells if seen > 0)


def _times(held: int, stories: int, others_held: float, others: int) -> float:
    """How many times larger its share is. Half a story is added elsewhere: nothing is infinitely more frequent."""
    return (held / stories) / ((others_held + 0.5) / (others + 1))


def _by_source(others: Iterable[Other], wanted: dict[int, list[int]]) -> Iterator[tuple[int, str]]:
    return ((phrase, other.source) for other in others for phrase in other.phrases if phrase in wanted)
