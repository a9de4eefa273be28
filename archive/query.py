"""The search language: what a person types, as a tree. Pure.

    word "a phrase" prefix* -without (this OR that) title:word author:"a name"
    topic:isis source:shafaq-* lang:ar site:shafaq.com since:7d until:2026-01-31 saved:name

Words are folded like the index, so that أحمد and احمد, Kata'ib and Kataib are one. Signs that fold to nothing are
passed over, but never one that another language of searching gives a meaning which would be lost. What cannot be
understood is a QueryError that points at its place; no string raises anything else.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from archive.errors import QueryError
from archive.query_tree import All, Any, Filter, FilterName, Node, Not, WordField, Words, simplified
from seeds.definitions import nearest
from topics.fold import fold

LONGEST_QUERY = 2_000
"""Code points: longer than any search by hand; saved searches and alerts are lists of words."""
MOST_TERMS = 40
"""An Arabic word is looked up in up to 30 forms, so this many words are 1,200 look-ups, of 10 µs and more each. A word
that a phrase repeats counts twice more: to look for "the" 300 times in a row took a second in 100,000 articles."""
MOST_PREFIXES = 4
SHORTEST_PREFIX = 3
"""Letters. The index has to gather every article with any such word before it can give the newest: in 100,000
articles 50 ms for three letters, 300 for one."""
DEEPEST = 16  # brackets within brackets: SQLite refuses a deep tree, and the parser is recursive

_FILTERS: dict[str, FilterName] = {
    "topic": "topic", "source": "source", "lang": "lang", "language": "lang", "site": "site", "since": "since",
    "until": "until", "saved": "saved",
}  # fmt: skip
_WORD_FIELDS: dict[str, WordField] = {"title": "title", "author": "author"}
_FIELDS = (*_FILTERS, *_WORD_FIELDS)
_MEANT = {
    "after": "since", "before": "until", "intitle": "title", "headline": "title", "inurl": "site", "url": "site",
    "host": "site", "domain": "site", "tag": "topic", "by": "author", "byline": "author",
}  # fmt: skip
"""What others call the fields: taken for a word, `after:2026-03-01` would find nothing."""
_UNSEEN = "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Marks of direction and their like: they come with what is copied, and before a sign must not take its meaning."""
_MINUS = tuple("-\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d")  # telephones put a dash for a hyphen
_OPENING = tuple('"\uff02“„‟«')
_PHRASE = re.compile(  # ” and » open one in some languages; where they do not, that is no error
    '"([^"]*)"|\uff02([^\uff02]*)\uff02|[“„‟]([^“”]*)[”“]|«([^»]*)»'
    r"|”(?!\s)([^“”]*)[”“]|»(?!\s)([^«»]*)[«»]"
)
_NAME = re.compile(r"([A-Za-z]{2,12}):")
_BARE = re.compile(r'[^\s()"]+')
_SPACE = re.compile(rf"[\s{_UNSEEN}]+")
_LOST_STAR = re.compile(r"(?:^|(?<=\s))\*|\*(?!\**$)")


@lru_cache(maxsize=512)  # every article is held against the queries of all alerts
def parse(query: str) -> Node:
    """The tree of *query*. A query of white space is `All(())`. Raises QueryError."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query is longer than {LONGEST_QUERY} characters")
    parser = _Parser(query)
    node = parser.any_of(depth=0)
    if parser.position < len(query):
        raise parser.error('a ")" without its "("')
    if node is None:
        if query.strip():
            raise parser.error("there is no letter or digit to look for", 0)
        return All(())
    return simplified(node)


class _Parser:
    """Reads from left to right and never goes back, so that its time grows with the query's length alone."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.position = 0
        self._terms = 0
        self._prefixes = 0

    def error(self, reason: str, position: int | None = None) -> QueryError:
        """An error that points at *position*, or at where the parser stands."""
        return QueryError(reason, self.query, self.position if position is None else position)

    def any_of(self, depth: int) -> Node | None:
        """Parts with OR between them. None where all of it folds to nothing."""
        if depth > DEEPEST:
            raise self.error("too many brackets within brackets")
        parts = [self._all_of(depth)]
        while self._takes_word("OR"):
            before = self.position
            parts.append(self._all_of(depth))
            if not self.query[before : self.position].strip():
                raise self.error('"OR" has nothing behind it', before)
        return _joined(Any, parts)

    def _all_of(self, depth: int) -> Node | None:
        parts: list[Node | None] = []
        begin = self.position
        while (character := self._peek()) and character != ")":
            if self._is_word("OR"):
                if not self.query[begin : self.position].strip():
                    raise self.error('"OR" has nothing before it')
                break
            if not self._takes_word("AND"):
                parts.append(self._negated(depth))
        return _joined(All, parts)

    def _negated(self, depth: int) -> Node | None:
        without = self._takes_not()
        minus = False
        while self._peek() in _MINUS:
            self.position += 1
            minus = not minus if self._is_at_term() else False
        part = self._term(depth) if self._is_at_term() else None
        return Not(part) if minus != without and part is not None else part

    def _takes_not(self) -> bool:
        """Whether an odd number of NOT comes next."""
        odd = False
        while self._takes_word("NOT"):
            odd = not odd
            if self._peek() in ("", ")") or self._is_word("OR") or self._is_word("AND"):
                raise self.error('"NOT" has nothing behind it')
        return odd

    def _is_at_term(self) -> bool:
        """Whether a term begins right here, or behind marks that nobody sees."""
        while self._here() and self._here() in _UNSEEN:
            self.position += 1
        return bool(self._here()) and not self._here().isspace() and self._here() != ")"

    def _term(self, depth: int) -> Node | None:
        if self._here() == "(":
            return self._bracket(depth)
        self._add_terms(1, self.position)
        if name := self._takes_field():
            return self._field(name)
        return self._words("any")

    def _bracket(self, depth: int) -> Node | None:
        begin = self.position
        self.position += 1
        node = self.any_of(depth + 1)
        if self._peek() != ")":
            raise self.error('a "(" without its ")"', begin)
        self.position += 1
        return node

    def _takes_field(self) -> str | None:
        match = _NAME.match(self.query, self.position)
        if not match:
            return None
        name = match[1].lower()
        if name in _FIELDS:
            self.position = match.end()
            return name
        if hint := _MEANT.get(name) or nearest(name, _FIELDS):
            raise self.error(f'there is no "{match[1]}:"; did you mean "{hint}:"?')
        return None  # a word with a colon, such as an address or a time of day

    def _field(self, name: str) -> Node | None:
        if not self._is_at_term():
            raise self.error(f'"{name}:" needs a value right behind the colon')
        if self._here() == "(":
            raise self.error(f'"{name}:" needs a value right behind the colon, and each within brackets its own')
        begin = self.position
        if name in _WORD_FIELDS:
            if self._here() in _MINUS:
                raise self.error(f'"{name}:" needs a word or a phrase; what is not wanted is "-{name}:…"')
            words = self._words(_WORD_FIELDS[name])
            if words is None:
                raise self.error(f'"{name}:" needs a letter or digit to look for', begin)
            return words
        value = self._value()
        return Filter(_FILTERS[name], value.strip().strip(_UNSEEN), begin, self.position)

    def _words(self, field: WordField) -> Words | None:
        begin = self.position
        raw = self._value().rstrip(_UNSEEN)
        tokens = tuple(fold(raw).tokens)
        self._add_terms(2 * (len(tokens) - len(set(tokens))), begin)
        if tokens and (lost := _LOST_STAR.search(raw)):
            raise self.error('"*" stands at the end of a word only', self.query.index(raw, begin) + lost.start())
        prefix = raw.endswith("*")
        if self._here() == "*":  # behind a quotation mark
            self.position += 1
            prefix = True
        if prefix and tokens:
            self._check_prefix(tokens[-1], begin)
        return Words(tokens, prefix, field) if tokens else None

    def _add_terms(self, number: int, position: int) -> None:
        self._terms += number
        if self._terms > MOST_TERMS:
            raise self.error(f"more than {MOST_TERMS} words, phrases and filters", position)

    def _check_prefix(self, start: str, position: int) -> None:
        self._prefixes += 1
        if len(start) < SHORTEST_PREFIX:
            raise self.error(f'"*" needs at least {SHORTEST_PREFIX} letters before it', position)
        if self._prefixes > MOST_PREFIXES:
            raise self.error(f'more than {MOST_PREFIXES} words with "*"', position)

    def _value(self) -> str:
        """What stands between quotation marks, or up to the next space or bracket."""
        if phrase := _PHRASE.match(self.query, self.position):
            self.position = phrase.end()
            return phrase[phrase.lastindex or 0]
        if self._here() in _OPENING:
            raise self.error("a quotation mark without its partner")
        return self._bare()

    def _bare(self) -> str:
        match = _BARE.match(self.query, self.position)
        word = match[0] if match else self._here()
        self.position += len(word)
        return word

    def _takes_word(self, word: str) -> bool:
        found = self._is_word(word)
        self.position += len(word) if found else 0
        return found

    def _is_word(self, word: str) -> bool:
        """Whether *word*, in capitals and alone, comes next."""
        self._peek()
        match = _BARE.match(self.query, self.position)
        return match is not None and match[0].rstrip(_UNSEEN) == word

    def _peek(self) -> str:
        """The next character that is not white space, nor a mark that nobody sees; empty at the end."""
        if match := _SPACE.match(self.query, self.position):
            self.position = match.end()
        return self._here()

    def _here(self) -> str:
        return self.query[self.position : self.position + 1]


def _joined(kind: Callable[[tuple[Node, ...]], Node], parts: list[Node | None]) -> Node | None:
    """*parts* under one node, without those that folded to nothing."""
    found = tuple(part for part in parts if part is not None)
    return kind(found) if len(found) > 1 else (found[0] if found else None)
