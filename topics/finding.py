"""Finding every term of many lists in one pass over a folded text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from seeds.bounds import MAX_HITS
from topics.fold import Folded
from topics.proclitics import stems, with_proclitics
from topics.terms import Term, Word, letters

_MOST_LOOKED = 20_000  # places where the original is looked at for capitals, which takes some fifty times a hit's time
_LINE = 300  # characters to either side that show whether a line is all in capitals

# Short words of English and Kurmanji. Where a whole line is in capitals, an acronym that spells one of them may be just
# that word: GIVE US MORE. ISIS, SDF or IRGC spell none, and are found there too.
_PLAIN_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a act ad aid all am an and any apt are arm art as ask at ban bar be best bid big but by call can cap car care
    case cell copy core cut day de di did do dr ease eu fact far fast few fit for free from gas gap get go gone had
    has have he her hi him his hit hope how i if in ira is it its ji ki ku lead least let li long lost low mad map
    mar mark may me men met mi mine miss more most mr ms must my new no non nor not now of off oh oil ok old on one
    or our out own pact pa past peace per pet pm pop race ram rat raw red rest rise safe same save sea see self send
    set shape she sir sit so sofa some son star start step stop sun tell ten than that the them then they this tip
    to too top two un unite up us van ve very via vs war was way we well were west what when who why win wise with
    won word work ya yes you
    """,
    )
)


class Hit(NamedTuple):
    """A term at its place: numbers of its first and last token."""

    first: int
    last: int
    term: Term


Hits = dict[str, list[Hit]]
"""By name of the list. In the order of the text, but for hits that begin at one token."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A term of which the automaton has seen the beginning."""

    term: Term
    lists: tuple[str, ...]
    tail: tuple[tuple[bool, tuple[str, ...]], ...]  # for each word unseen as yet: is it a prefix, and its forms
    before: frozenset[str] | None  # what may stand before the head in its token; None: the head begins with a space
    seen: re.Pattern[str] | None  # what the original must hold somewhere, where capitals count


class _Head(NamedTuple):
    """What the automaton finds: the beginning of some terms."""

    length: int
    words: int
    within: bool  # whether it may begin within a token, behind proclitics
    candidates: tuple[_Candidate, ...]
    followed: dict[str, tuple[_Candidate, ...]]  # more of them, by the token that has to come next


class Finder:
    """The terms of some lists, compiled. Finds all that overlap, too."""

    def __init__(self, lists: Iterable[tuple[str, Iterable[Term]]]) -> None:
        same: dict[tuple[str, str], tuple[Term, list[str]]] = {}
        for name, terms in lists:
            for term in terms:
                same.setdefault((term.language, term.written), (term, []))[1].append(name)
        keys: dict[str, list[_Candidate]] = defaultdict(list)
        for term, names in same.values():
            heads, unseen = _heads(term)
            tail = tuple(
                (word.prefix, with_proclitics(word.text) if word.proclitics else (word.text,)) for word in unseen
            )
            for head, before in heads:
                keys[head].append(_Candidate(term, tuple(names), tail, before, _in_original(term)))
        self._automaton = ahocorasick.Automaton()
        for key, candidates in keys.items():
            self._automaton.add_word(key, _head(key, candidates))
        self._automaton.make_automaton()
        self._empty = not keys

    def find(self, folded: Folded) -> Hits:
        """Every hit in *folded*, by list; of a text that is nothing but hits, those of its beginning."""
        hits: Hits = {}
        if self._empty or not folded.string:
            return hits
        absent: set[Term] = set()
        looked = 0
        for first, candidate in self._candidates(folded):
            term, last = candidate.term, first + len(candidate.term.words) - 1
            if candidate.tail and not _fits(candidate.tail, folded.tokens, last + 1):
                continue
            if term.capitals is not None:
                looked += 1
                if (
                    term in absent
                    or looked > _MOST_LOOKED
                    or not _capitals_stand(candidate, folded, first, last, absent)
                ):
                    continue
            hit = Hit(first, last, term)
            for name in candidate.lists:
                of_list = hits.setdefault(name, [])
                of_list.append(hit)
                if len(of_list) == MAX_HITS:
                    return hits
        return hits

    def _candidates(self, folded: Folded) -> Iterator[tuple[int, _Candidate]]:
        """The terms of which the beginning stands in *folded*, each with the number of its first token."""
        string, tokens, first, position = f" {folded.string} ", folded.tokens, 0, 1
        for end, head in self._automaton.iter(string):
            start = end + 1 - head.length
            token = string.rfind(" ", 0, start + 1) + 1 if head.within else start + 1
            # The number of the token is the number of spaces before it, counted on from the hit before.
            if token >= position:
                first += string.count(" ", position, token)
            else:
                first -= string.count(" ", token, position)
            position = token
            candidates = head.candidates
            if head.followed and first + head.words < len(tokens):
                candidates += head.followed.get(tokens[first + head.words], ())
            for candidate in candidates:
                if candidate.before is None or string[token:start] in candidate.before:
                    yield first, candidate


def _head(key: str, candidates: Iterable[_Candidate]) -> _Head:
    always: list[_Candidate] = []
    followed: dict[str, list[_Candidate]] = defaultdict(list)
    within = False
    for candidate in candidates:
        within = candidate.before is not None
        prefix, forms = candidate.tail[0] if candidate.tail else (True, ())
        if prefix:
            always.append(candidate)
        for form in () if prefix else forms:
            followed[form].append(candidate)
    by_form = {form: tuple(candidates) for form, candidates in followed.items()}
    return _Head(len(key), len(key.split()), within, tuple(always), by_form)


def _heads(term: Term) -> tuple[list[tuple[str, frozenset[str] | None]], tuple[Word, ...]]:
    """What the automaton looks for, each with what may stand before it, and the words that are left to compare.

    A word with proclitics is looked for by its end, since all its forms would make an automaton that no cache holds.
    Else the head begins with a space, and words are joined to it as far as they have one form only.
    """
    first, *rest = term.words
    if first.proclitics:
        close = "" if first.prefix else " "
        return [(stem + close, frozenset(("", *before))) for stem, before in stems(first.text)], tuple(rest)
    head, open_end, joined = f" {first.text}", first.prefix, 0
    for word in rest:
        if open_end or word.proclitics:
            break
        head, open_end, joined = f"{head} {word.text}", word.prefix, joined + 1
    return [(head if open_end else f"{head} ", None)], tuple(rest[joined:])


def _fits(tail: tuple[tuple[bool, tuple[str, ...]], ...], tokens: list[str], end: int) -> bool:
    if end > len(tokens):
        return False
    for (prefix, forms), token in zip(tail, tokens[end - len(tail) : end], strict=True):
        if not (token.startswith(forms) if prefix else token in forms):
            return False
    return True


def _in_original(term: Term) -> re.Pattern[str] | None:
    """A quick look that spares most texts the slow one: "is" stands in every English text, IS in few.

    What is not ASCII may be any letter of it with a mark: DAIS is also what is left of DAIŞ.
    """
    if term.capitals is None or not term.capitals.isascii():
        return None
    return re.compile(r"[\W_]*".join(map(_this_or_beyond_ascii, term.capitals)))


def _this_or_beyond_ascii(letter: str) -> str:
    """A pattern that leaves out the rest of ASCII: one that names all beyond it takes a millisecond to compile."""
    return rf"[^\x00-\x{ord(letter) - 1:02x}\x{ord(letter) + 1:02x}-\x7f]"


def _capitals_stand(candidate: _Candidate, folded: Folded, first: int, last: int, absent: set[Term]) -> bool:
    if candidate.seen is not None and not candidate.seen.search(folded.original):
        absent.add(candidate.term)
        return False
    start, end = folded.span(first, last)
    if letters(folded.original[start:end]) != candidate.term.capitals:
        return False
    return candidate.term.folded not in _PLAIN_WORDS or not _shouted(folded.original, start, end)


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether the line around start:end is all in capitals, so that they tell nothing: GIVE US MORE."""
    before = text[max(0, start - _LINE) : start].rpartition("\n")[2]
    after = text[end : end + _LINE].partition("\n")[0]
    around = f"{before} {after}"
    return around.isupper() and sum(word.isupper() for word in around.split()) >= 2
