"""Searching the archive: newest first, or the best of the newest.

Ids grow with publication, so newest first is the order of the index itself and costs what is shown, not what is
found. Ranking costs what is ranked; so does counting; both are bounded.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Literal

from archive.connection import settle
from archive.database import storable
from archive.errors import QueryError
from archive.highlight import Finder, passage
from archive.identity import IDS_PER_SECOND
from archive.names import Names, read_names
from archive.plan import TIME, Condition, Parameter, Plan, plan_of, time_reader
from archive.query import parse
from archive.query_tree import All, Filter, FilterName, Node, filters_in, words_in
from archive.query_tree import Any as AnyOf
from archive.times import epoch_seconds, to_text

COUNTED_TO = 1_000
"""`count` stops behind it: counting a common word in a million articles takes as long as a hundred searches."""
RANKED = 1_000
"""The newest matches among which `sort="relevance"` ranks: all of a common word took 8 s in a million articles."""
RANKED_WORDS = 16
"""Words and phrases by which articles are ranked. Each costs a look at all articles that have it: 16 of the most common
ones take 70 ms in 100,000 articles."""
_TITLE_WEIGHT, _TEXT_WEIGHT = 4.0, 1.0  # a word of the title says more of what an article is about
_LONGEST_SHOWN = 200_000  # code points of a text that are looked through for a passage: 60 times an article's length


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that was found. `marks` are places in `snippet`; times are as stored."""

    id: int
    url: str
    title: str | None
    source: str
    language: str | None
    published: str | None
    first_seen: str
    topics: tuple[str, ...]
    story: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    title_marks: tuple[tuple[int, int], ...] = ()  # places in `title`
    articles: int = 1  # that its story has
    precision: str | None = None  # of `published`: "day" where it tells no hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What an article must be besides matching a query; of each kind one is enough, and none given means any."""

    topics: Sequence[str] = ()
    sources: Sequence[str] = ()
    languages: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    copied: bool = False  # only what belongs to a story of several articles
    not_read_with: str | None = None  # a version of the packs: only what was last tagged with others
    before: int | None = None  # an article's id: only what comes behind it, newest first


NO_FILTERS = Filters()


def search(
    db: sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    sort: Literal["newest", "relevance"] = "newest",
    group: Literal["story"] | None = None,
    limit: int = 20,
    offset: int = 0,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> list[Hit]:
    """The articles that match *query*, at most *limit* behind the first *offset*; of each story only the first with
    *group*.

    Days of `since:` and `until:` begin in *zone*; spans such as `24h` end *now*. Raises QueryError.
    """
    node = parse(query)
    if sort == "relevance" and len(words_in(node)) > RANKED_WORDS:
        raise QueryError(f"relevance is told by {RANKED_WORDS} words at most; newest first takes more")
    plan = _plan(db, query, node, filters, zone=zone, now=now)
    ids = _ranked(db, plan) if sort == "relevance" and plan.match else _newest(db, plan)
    finder = Finder(node)
    return [_hit(db, article, finder) for article in islice(_first(db, ids, group, offset + limit), offset, None)]


def read_hits(db: sqlite3.Connection, query: str, ids: Iterable[int]) -> list[Hit]:
    """The articles *ids*, which were found for *query*, as `search` gives them. Raises QueryError."""
    finder = Finder(parse(query))
    return [_hit(db, article, finder) for article in ids]


def count(
    db: sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    group: Literal["story"] | None = None,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> int:
    """How many articles match *query*, or stories have one that does, up to COUNTED_TO; one more means that there are
    more. Raises QueryError.
    """
    plan = _plan(db, query, parse(query), filters, zone=zone, now=now)
    return sum(1 for _id in _first(db, _newest(db, plan), group, COUNTED_TO + 1))


def matching_ids(
    db: sqlite3.Connection,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> Iterator[int]:
    """The ids of all articles that match *query*, newest first. Raises QueryError."""
    return _newest(db, _plan(db, query, parse(query), filters, zone=zone, now=now))


def check_query(query: str) -> list[Filter]:
    """The filters of *query*. Raises QueryError where it, or one of its times, cannot be understood."""
    node = parse(query)
    plan_of(node, Names({}, (), ()), time_reader(query, now=datetime.now(UTC), zone=UTC))
    return filters_in(node)


def _plan(
    db: sqlite3.Connection, query: str, node: Node, filters: Filters, *, zone: tzinfo, now: datetime | None
) -> Plan:
    plan = plan_of(
        _narrowed(node, filters), read_names(db), time_reader(query, now=now or datetime.now(UTC), zone=zone)
    )
    since, until = (to_text(time) if time else None for time in (filters.since, filters.until))
    return replace(
        plan,
        conditions=(*plan.conditions, *_not_read_with(filters.not_read_with), *_copied(filters)),
        since=max(filter(None, (plan.since, since)), default=None),
        until=min(filter(None, (plan.until, until)), default=None),
        before=filters.before,
    )


def _narrowed(node: Node, filters: Filters) -> Node:
    """*node* and the conditions of *filters* but the times."""
    given: tuple[tuple[FilterName, Sequence[str]], ...] = (
        ("topic", filters.topics),
        ("source", filters.sources),
        ("lang", filters.languages),
    )
    more = tuple(AnyOf(tuple(Filter(name, value, 0) for value in values)) for name, values in given if values)
    return All((*(node.parts if isinstance(node, All) else (node,)), *more))


def _not_read_with(version: str | None) -> Iterator[Condition]:
    if version is not None:  # where either number is missing, they differ
        yield Condition("coalesce(head.pack <> (SELECT id FROM pack_versions WHERE name = ?), 1)", (version,))


def _copied(filters: Filters) -> Iterator[Condition]:
    if filters.copied:
        yield Condition("EXISTS (SELECT 1 FROM stories WHERE stories.id = head.story AND stories.articles > 1)", ())


def _newest(db: sqlite3.Connection, plan: Plan) -> Iterator[int]:
    """The ids of the matches, newest first. A row is read when it is asked for."""
    table, where, parameters = _scope(db, plan)
    sql = f"SELECT {table.key} FROM {table.sql} WHERE {where} ORDER BY {table.key} DESC"  # noqa: S608 -- own pieces
    return (row[0] for row in db.execute(sql, parameters))


def _ranked(db: sqlite3.Connection, plan: Plan) -> Iterator[int]:
    """The ids of the RANKED newest matches, best first, then newest. What was found is not held against the query's
    conditions again.
    """
    newest = list(islice(_newest(db, plan), RANKED))
    if not newest:
        return iter(())
    sql = (
        "SELECT rowid FROM article_index WHERE article_index MATCH ? AND rowid >= ? "  # noqa: S608 -- own numbers
        "AND +rowid IN (SELECT value FROM json_each(?)) "  # +: or the index would be asked for each of them
        f"ORDER BY bm25(article_index, {_TITLE_WEIGHT}, {_TEXT_WEIGHT}), rowid DESC"
    )
    return (row[0] for row in db.execute(sql, (plan.match, newest[-1], json.dumps(newest))))


@dataclass(frozen=True, slots=True)
class _Table:
    sql: str
    key: str  # the column with the article's id, by which the table is in order


_HEADS = _Table("article_head AS head", "head.id")
_INDEX = _Table("article_index", "article_index.rowid")
_INDEXED_HEADS = _Table(
    "article_index CROSS JOIN article_head AS head ON head.id = article_index.rowid",  # CROSS: the index leads
    "article_index.rowid",
)


def _scope(db: sqlite3.Connection, plan: Plan) -> tuple[_Table, str, tuple[Parameter, ...]]:
    """What to read, under which conditions, with which parameters."""
    settle(db)
    dated = plan.since is not None or plan.until is not None
    table = _HEADS if plan.match is None else (_INDEXED_HEADS if plan.conditions or dated else _INDEX)
    pieces = [Condition("article_index MATCH ?", (plan.match,))] if plan.match is not None else []
    if dated:
        pieces += _window(db, plan.since or "", plan.until or "9999", table.key)
    if plan.before is not None:
        pieces.append(Condition(f"{table.key} < ?", (plan.before,)))
    pieces += plan.conditions
    where = " AND ".join(piece.sql for piece in pieces) or "1"
    values = (value for piece in pieces for value in piece.parameters)
    return table, where, tuple(storable(value) if isinstance(value, str) else value for value in values)


def _window(db: sqlite3.Connection, since: str, until: str, key: str) -> list[Condition]:
    """The conditions for a time from *since* to before *until*.

    The ids of a span are a range, which spares reading all others. It is made wide enough for the few articles
    whose date was corrected after their id was given.
    """
    exact = Condition(f"{TIME} >= ? AND {TIME} < ?", (since, until))
    low = epoch_seconds(since) * IDS_PER_SECOND if since else 0
    high = epoch_seconds(until) * IDS_PER_SECOND if until != "9999" else 2**63 - 1
    first, last = db.execute(
        f"SELECT min(id), max(id) FROM article_head AS head WHERE moved AND {exact.sql}",  # noqa: S608 -- own pieces
        exact.parameters,
    ).fetchone()
    if first is not None:
        low, high = min(low, first), max(high, last + 1)
    return [Condition(f"{key} >= ? AND {key} < ?", (low, high)), exact]


def _first(db: sqlite3.Connection, ids: Iterator[int], group: Literal["story"] | None, limit: int) -> Iterator[int]:
    """The first *limit* of *ids*, of each story only its first where they are grouped."""
    return islice(ids, limit) if group is None else iter(firsts_of_stories(db, ids, limit).values())


def firsts_of_stories(db: sqlite3.Connection, ids: Iterator[int], limit: int) -> dict[int, int]:
    """By story, in the order of *ids*, the first of them that it has; at most *limit* stories."""
    firsts: dict[int, int] = {}
    for article in ids:
        if len(firsts) == limit:
            break
        story = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()[0]
        firsts.setdefault(story, article)
    return firsts


def _hit(db: sqlite3.Connection, article: int, finder: Finder) -> Hit:
    row = db.execute(
        "SELECT article_head.id, url, title, source, language, published, published_precision, first_seen, story, "
        "substr(text, 1, ?) AS text, coalesce(articles, 1) AS articles FROM article_head JOIN article_text USING (id) "
        "LEFT JOIN stories ON stories.id = story WHERE article_head.id = ?",
        (_LONGEST_SHOWN, article),
    ).fetchone()
    topics = db.execute("SELECT topic FROM tags WHERE article = ? ORDER BY topic", (article,))
    shown = passage(row["text"], finder.find_first(row["text"]))
    return Hit(
        id=row["id"], url=row["url"], title=row["title"], source=row["source"], language=row["language"],
        published=row["published"], first_seen=row["first_seen"], topics=tuple(topic for (topic,) in topics),
        story=row["story"], snippet=shown.text, marks=shown.marks,
        title_marks=tuple(finder.find(row["title"] or "", is_title=True)), articles=row["articles"],
        precision=row["published_precision"],
    )  # fmt: skip
