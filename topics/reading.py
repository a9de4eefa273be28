"""One article as the matcher reads it: folded, with every term found. Matching and explaining start from here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from topics.evidence import Field
from topics.finding import Finder, Hit, Hits
from topics.fold import Folded, fold
from topics.languages import SAMPLE
from topics.packs import Packs, Rule, Topic


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field: its folded text, what was found in it, and how much of that counts."""

    field: Field
    folded: Folded
    hits: Hits
    lead: int | None = None  # only hits within so many tokens count
    masked: frozenset[int] = frozenset()  # tokens that no hit may touch
    languages: tuple[str, ...] = ()  # whose terms count; empty: all that were read

    def of(self, name: str) -> Sequence[Hit]:
        """The hits of one list that count."""
        hits = self.hits.get(name, ())
        if self.lead is not None:
            hits = [hit for hit in hits if hit.last < self.lead]
        if self.languages:
            hits = [hit for hit in hits if hit.term.language in self.languages]
        if self.masked:
            hits = [hit for hit in hits if self.masked.isdisjoint(range(hit.first, hit.last + 1))]
        return hits

    def without(self, mask: Iterable[str]) -> "FieldReading":
        """The same, with what the lists of *mask* find taken out."""
        covered = frozenset(token for name in mask for hit in self.of(name) for token in range(hit.first, hit.last + 1))
        return replace(self, masked=covered) if covered else self


@dataclass(frozen=True, slots=True)
class Reading:
    """A title and a text. `note` tells where the language had to be guessed."""

    title: FieldReading
    text: FieldReading
    languages: frozenset[str]  # whose lists were read
    note: str | None

    def scope(self, rule: Rule) -> tuple[FieldReading, ...]:
        """The fields that a rule looks at; where it says so, only the lead of the text, or terms of its languages."""
        title, text = self.title, self.text
        if rule.languages and not self.languages.issubset(rule.languages):
            # The language had to be guessed: a rule for Kurdish is not meant for what the English lists found.
            title, text = replace(title, languages=rule.languages), replace(text, languages=rule.languages)
        if rule.scope == "title":
            return (title,)
        if rule.lead is not None:
            return (replace(text, lead=rule.lead),)
        return (text,) if rule.scope == "body" else (title, text)

    def vetoed(self, topic: Topic) -> bool:
        """Whether something stands anywhere that excludes the topic."""
        return any(field.of(name) for name in topic.none for field in (self.title, self.text))

    def without_masked(self, topic: Topic) -> "Reading":
        """The same, with what the topic's masks find taken out."""
        if not topic.mask:
            return self
        return replace(self, title=self.title.without(topic.mask), text=self.text.without(topic.mask))


def read(packs: Packs, *, title: str | None, text: str, language: str | None) -> Reading:
    """Folds both fields and finds every term of the language's lists."""
    languages, note = packs.languages_for(language, f"{text[:SAMPLE]}\n{title or ''}")  # the title, if a text is short
    finder = packs.finder(languages)
    return Reading(_read("title", title or "", finder), _read("text", text, finder), languages, note)


def _read(field: Field, text: str, finder: Finder) -> FieldReading:
    folded = fold(text)
    return FieldReading(field, folded, finder.find(folded))
