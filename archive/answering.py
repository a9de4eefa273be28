"""Whether one article answers a query: what `archive.search` asks the index, asked of the article itself. Pure.

The index has to gather every article with a wanted word before it can tell of a single one: for `word*` it took 0.24 s
in 15,000 articles. Here the cost is the article's own length, however large the archive is. The meaning is that of
`archive.plan`, letter by letter, but for letters that the SQLite in use is too old to know: its index breaks words
there, as 3.40 does at the Hanunoo sign U+1734.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from archive.plan import ReadTime, forms, is_language, is_site
from archive.query_tree import All, Any, Filter, Node, Not, Words
from topics.fold import fold


class Wording:
    """A title, a text or a name, to be asked for words.

    It is folded with the first question, which takes up to a millisecond for the text of an article.
    """

    def __init__(self, original: str) -> None:
        self._original = original

    def has(self, words: Words) -> bool:
        """Whether *words* stand in it, next to each other and in their order."""
        rest = "".join(f" {token}" for token in words.tokens[1:])
        whole = not words.prefix or bool(rest)  # the first of them may not go on
        starts = self._words.intersection(forms(words)) if whole else forms(words)
        if whole and not rest:
            return bool(starts)
        end = "" if words.prefix else " "
        return any(f" {start}{rest}{end}" in self._line for start in starts)

    @cached_property
    def _line(self) -> str:
        return f" {fold(self._original).string} "  # each word has a space on both its sides

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._line.split(" "))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a query may ask of an article."""

    title: Wording
    text: Wording
    source: str
    language: str | None
    site: str
    authors: Sequence[Wording]
    topics: Collection[str]
    time: str  # of publication, or of first sight where that is missing; as it is stored


def answers(node: Node, facts: Facts, read_time: ReadTime) -> bool:
    """Whether the article of these *facts* is one that a search for *node* would find.

    Raises QueryError where a time that it comes to cannot be read; `archive.search.check_query` looks at all of them.
    """
    if isinstance(node, All):
        return all(answers(part, facts, read_time) for part in node.parts)
    if isinstance(node, Any):
        return any(answers(part, facts, read_time) for part in node.parts)
    if isinstance(node, Not):
        return not answers(node.part, facts, read_time)
    if isinstance(node, Words):
        if node.field == "author":
            return any(author.has(node) for author in facts.authors)
        return facts.title.has(node) or (node.field == "any" and facts.text.has(node))
    return _fits(node, facts, read_time)


def _fits(part: Filter, facts: Facts, read_time: ReadTime) -> bool:
    if part.name == "topic":
        return any(fnmatchcase(topic, part.value) for topic in facts.topics)
    if part.name == "source":
        return fnmatchcase(facts.source, part.value)
    if part.name == "site":
        return is_site(facts.site, (part.value,))
    if part.name == "lang":
        return facts.language is not None and is_language(facts.language, (part.value,))
    return facts.time >= read_time(part) if part.name == "since" else facts.time < read_time(part)
