"""Terms that a topic's lists do not have yet, and might: what its stories say more than others do. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

from topics.contrast import FEWEST_OTHERS, Contrast, Told
from topics.fold import fold
from topics.listable import Place, as_term
from topics.packs import Packs
from topics.sentences import sentence_around
from topics.words import Word

MOST_TAGGED = 3_000
"""Stories of the topic that are read, the newest: their words are held in memory."""
MOST_OTHERS = 10_000
"""Other stories that they are held against, the newest."""
FEWEST_TAGGED = 15
"""Stories of a topic; of fewer nothing is said, since any phrase of three of them would look unusual."""

_SAME = 0.8  # of a phrase's stories: a longer phrase with so many is what is meant
_BETTER = 0.5  # a longer phrase must stand in so much less of the other stories, or the shorter one will do
_TOGETHER = 0.8  # of their stories together: phrases that share a word and stand in the same ones are one formula
_LOOKED_AT = 50  # stories in which the spellings of one phrase are counted
_SEVERAL, _TELLING = 3, 10.0  # suggestions so many times as frequent, which an article holds that was perhaps missed
_MOST_MISSED = 5  # such articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A term that a list might have."""

    term: str  # as a list would have it
    spelling: str  # as most stories write it
    stories: int  # of the topic that hold it
    others: int  # that hold it without the topic
    score: float  # G²
    times: float  # how many times larger its share is with the topic
    topics: tuple[str, ...]  # others, whose lists find it
    article: int  # the newest that holds it
    sentence: str  # of that article
    start: int  # of the phrase in the sentence
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An article without the topic in which several of the suggestions stand."""

    article: int
    title: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What can be said of a topic in one language."""

    language: str
    stories: int
    others: int
    terms: tuple[Suggestion, ...] = ()
    missed: tuple[Missed, ...] = ()

    @property
    def too_few(self) -> bool:
        """Whether there are too few stories to say anything. With too few of the topic, the others are not read."""
        return self.stories < FEWEST_TAGGED or self.others < FEWEST_OTHERS


def suggest(
    packs: Packs, topic: str, language: str, tagged: Iterable[Told], others: Iterable[Told], *, limit: int
) -> Suggestions:
    """The *limit* phrases that speak most for *topic* and are not in its lists, the best first.

    *tagged* are articles with the topic, *others* without, both the newest first and of one *language* as a list
    names it; of each story only the first is counted. *tagged* is read to its end before *others* is touched.
    """
    known = _Listed(packs, topic, language)
    seen: set[int] = set()
    told = list(islice(_first_of_stories(tagged, seen), MOST_TAGGED))
    if len(told) < FEWEST_TAGGED:
        return Suggestions(language=language, stories=len(told), others=0)
    contrast = Contrast(told, known, language)
    for other in islice(_first_of_stories(others, seen), MOST_OTHERS):
        contrast.hold_against(other)
    if len(contrast.others) < FEWEST_OTHERS:
        return Suggestions(language=language, stories=len(told), others=len(contrast.others))
    chosen = dict(islice(_suggestions(contrast, known, language), limit))
    return Suggestions(
        language=language, stories=len(told), others=len(contrast.others),
        terms=tuple(chosen.values()), missed=tuple(_missed(contrast, chosen)),
    )  # fmt: skip


class _Listed:
    """What the topic's lists find already."""

    def __init__(self, packs: Packs, topic: str, language: str) -> None:
        self._packs, self._topic, self._uses = packs, topic, packs.topics[topic].uses
        self._finder = packs.finder(packs.languages_for(language, "")[0])

    def covered(self, text: str) -> list[tuple[int, int]]:
        """The places of their terms, in order."""
        folded = fold(text)
        hits = (hit for name, hits in self._finder.find(folded).items() if name in self._uses for hit in hits)
        return [folded.span(first, last) for first, last in sorted({(hit.first, hit.last) for hit in hits})]

    def other_topics(self, term: str) -> tuple[str, ...]:
        """The topics that look for something in *term*, besides this one."""
        names = self._finder.find(fold(term))
        found = {topic for name in names for topic in self._packs.topics_by_list.get(name, ())}
        return tuple(topic for topic in self._packs.topics if topic in found and topic != self._topic)


def _suggestions(contrast: Contrast, known: _Listed, language: str) -> Iterator[tuple[int, Suggestion]]:
    """Each phrase that is worth a term, with it."""
    terms: set[str] = set()
    before: list[tuple[set[str], set[int]]] = []  # the words of those that were suggested, and the stories
    for phrase in _apart(contrast):
        of_phrase, stories = set(contrast.phrases.words(phrase)), set(contrast.holders[phrase])
        if any(of_phrase & words and _alike(stories, others) for words, others in before):
            continue
        suggestion = _suggestion(contrast, phrase, known, language)
        if suggestion and suggestion.term not in terms and not known.covered(suggestion.term.replace("*", "")):
            terms.add(suggestion.term)
            before.append((of_phrase, stories))
            yield phrase, suggestion


def _alike(stories: set[int], others: set[int]) -> bool:
    return len(stories & others) >= _TOGETHER * len(stories | others)


def _apart(contrast: Contrast) -> Iterator[int]:
    """The candidates without those that say what another one says: a part of a name, a name with more around it."""
    candidates = contrast.candidates()
    by_words = {contrast.phrases.words(phrase): phrase for phrase in candidates}
    parts = {
        phrase: [by_words[part] for part in _parts(of_phrase) if part in by_words]
        for of_phrase, phrase in by_words.items()
    }
    counts = contrast.phrases.counts
    meant_more = {
        part for phrase in candidates for part in parts[phrase] if counts[phrase] >= _SAME * counts[part]
    }  # fmt: skip
    elsewhere = {phrase: (contrast.counts[phrase] + 0.5) / counts[phrase] for phrase in candidates}
    for phrase in candidates:
        shorter = (part for part in parts[phrase] if part not in meant_more)
        if phrase not in meant_more and all(elsewhere[phrase] <= _BETTER * elsewhere[part] for part in shorter):
            yield phrase


def _suggestion(contrast: Contrast, phrase: int, known: _Listed, language: str) -> Suggestion | None:
    """The phrase as a list would have it, and a sentence that holds it; None where no term can find it."""
    keys = contrast.phrases.words(phrase)
    stories = [contrast.told[number] for number in contrast.holders[phrase][:_LOOKED_AT]]
    found = [
        (told, field, place) for told in stories for field in told.fields for place in _places(contrast, field, keys)
    ]
    places: list[Place] = [[(word.text, field[word.start : word.end]) for word in place] for _, field, place in found]
    term = as_term(places, keys, language)
    if term is None:
        return None
    spellings = Counter(" ".join(field[place[0].start : place[-1].end].split()) for _, field, place in found)
    told, field, place = next((one for one in found if one[1] != one[0].title), found[0])
    first, last = sentence_around(field, place[0].start, place[-1].end)
    return Suggestion(
        term=term, spelling=spellings.most_common(1)[0][0],
        stories=contrast.phrases.counts[phrase], others=contrast.counts[phrase],
        score=round(contrast.score(phrase), 1), times=round(contrast.times(phrase), 1), topics=known.other_topics(term),
        article=told.id, sentence=field[first:last], start=place[0].start - first, end=place[-1].end - first,
    )  # fmt: skip


def _places(contrast: Contrast, field: str, keys: Sequence[str]) -> Iterator[Sequence[Word]]:
    """Where a phrase stands in a field."""
    found = list(contrast.unknown(field))
    of_words = [word and contrast.forms.key(word.text) for word in found]
    for place in range(len(found) - len(keys) + 1):
        if of_words[place : place + len(keys)] == list(keys):
            yield [word for word in found[place : place + len(keys)] if word]


def _missed(contrast: Contrast, chosen: dict[int, Suggestion]) -> Iterator[Missed]:
    """The other stories that hold several of the most telling suggestions."""
    telling = {phrase: term for phrase, term in chosen.items() if term.times >= _TELLING}
    held = ((other, [telling[phrase] for phrase in other.phrases if phrase in telling]) for other in contrast.others)
    several = [(other, terms) for other, terms in held if len(terms) >= _SEVERAL]
    several.sort(key=lambda one: -sum(log(term.times) for term in one[1]))
    for other, terms in several[:_MOST_MISSED]:
        best = sorted(terms, key=lambda term: -term.score)
        yield Missed(article=other.id, title=other.title, terms=tuple(term.term for term in best))


def _parts(of_phrase: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The shorter phrases within one."""
    for length in range(1, len(of_phrase)):
        yield from (of_phrase[start : start + length] for start in range(len(of_phrase) - length + 1))


def _first_of_stories(articles: Iterable[Told], seen: set[int]) -> Iterator[Told]:
    """Of each story that was not *seen*, its first article."""
    for told in articles:
        if told.story not in seen:
            seen.add(told.story)
            yield told
