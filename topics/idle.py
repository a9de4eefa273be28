"""What of the packs does nothing on many texts: rules that never hold, terms that are never found. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from topics.languages import UNDETERMINED
from topics.packs import Packs, Rule
from topics.reading import Reading, read
from topics.rules import places

ENOUGH = 200
"""Texts in the languages of a rule, or of terms, before their silence says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleRule:
    """A rule that held for none of the texts in languages that it can hold in; how many there were of each."""

    topic: str
    rule: Rule
    texts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTerms:
    """The terms of a list in one language that were found in no text that was read with it."""

    list: str
    language: str
    terms: tuple[str, ...]
    of: int  # that the list has in this language
    texts: int

    @property
    def is_all(self) -> bool:
        """Whether the list found nothing in this language."""
        return len(self.terms) == self.of


class Idleness:
    """Reads texts, and keeps what has not fired yet. A rule that has held once is not tried again."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs
        self._waiting = {(topic.id, rule.label): rule for topic in packs.topics.values() for rule in topic.rules}
        self._looking: dict[str, list[tuple[str, str]]] = {}
        for key, rule in self._waiting.items():
            for name in rule.looks_for:
                self._looking.setdefault(name, []).append(key)
        self._found: set[tuple[str, str, str]] = set()
        self._texts: Counter[tuple[str, frozenset[str]]] = Counter()

    def see(self, *, title: str | None, text: str, language: str | None) -> None:
        """Reads one text as `match` does."""
        reading = read(self._packs, title=title, text=text, language=language)
        self._texts[language or UNDETERMINED, reading.languages] += 1
        for field in (reading.title, reading.text):
            for name, hits in field.hits.items():
                self._found.update((name, hit.term.language, hit.term.written) for hit in hits)
        self._try(reading)

    @property
    def languages(self) -> dict[str, int]:
        """How many texts there were of each language, most first."""
        return _by_language(self._texts.items())

    @property
    def too_few(self) -> dict[str, int]:
        """The same of the languages that there were too few of for a rule that knows no other."""
        return {language: number for language, number in self.languages.items() if number < ENOUGH}

    def rules(self) -> list[IdleRule]:
        """The rules that never held, though there were enough texts in their languages."""
        idle = []
        for (topic, _), rule in self._waiting.items():
            texts = _by_language(item for item in self._texts.items() if self._packs.speaks(rule, item[0][1]))
            if sum(texts.values()) >= ENOUGH:
                idle.append(IdleRule(topic=topic, rule=rule, texts=texts))
        return idle

    def terms(self) -> list[IdleTerms]:
        """The terms that were never found, by list and language, where there were enough texts."""
        idle = []
        for name, by_language in self._packs.lists.items():
            for language, terms in by_language.items():
                texts = sum(number for (_, read_with), number in self._texts.items() if language in read_with)
                missing = tuple(term.written for term in terms if (name, language, term.written) not in self._found)
                if missing and texts >= ENOUGH:
                    idle.append(IdleTerms(list=name, language=language, terms=missing, of=len(terms), texts=texts))
        return idle

    def _try(self, reading: Reading) -> None:
        """Drops the rules that hold. What a rule speaks for does not matter: only that it spoke."""
        names = {*reading.title.hits, *reading.text.hits}
        keys = {key for name in names for key in self._looking.get(name, ()) if key in self._waiting}
        rests: dict[str, Reading] = {}
        for topic, label in keys:
            if topic not in rests:
                rests[topic] = reading.without_masked(self._packs.topics[topic])
            if places(self._waiting[topic, label], rests[topic]):
                del self._waiting[topic, label]


def _by_language(texts: Iterable[tuple[tuple[str, frozenset[str]], int]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for (language, _), number in texts:
        counts[language] += number
    return dict(counts.most_common())
