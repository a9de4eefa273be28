"""Whether what is derived of each article is so: its site, whether its id tells its date, its addresses, its messages,
the places of its evidence."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from archive.addresses import site_of
from archive.checks.finding import Check, Span
from archive.columns import is_moved
from archive.forgetting import forget_address_number, forget_messages
from archive.identity import own_address


def _numbers(sql: str) -> Callable[[sqlite3.Connection, Span], Sequence[str]]:
    """What finds the numbers that *sql* gives of a stretch."""
    return lambda db, span: [str(number) for number, *_ in db.execute(sql, span)]


def _each(sql: str, act: Callable[[sqlite3.Connection, int], object]) -> Callable[[sqlite3.Connection, Span], int]:
    """What mends each of them by *act*."""

    def mend(db: sqlite3.Connection, span: Span) -> int:
        rows = db.execute(sql, span).fetchall()
        for (number,) in rows:
            act(db, number)
        return len(rows)

    return mend


_DERIVED = (
    "SELECT id, url, site, moved, coalesce(published, first_seen) AS time FROM article_head WHERE id BETWEEN ? AND ?"
)


def _derived(db: sqlite3.Connection, span: Span) -> Iterator[tuple[int, str, bool]]:
    """The articles of which site or `moved` is not what follows from the rest of their row, and what does."""
    for row in db.execute(_DERIVED, span).fetchall():
        site, moved = site_of(row["url"]), is_moved(row["id"], row["time"])
        if (row["site"], row["moved"]) != (site, moved):
            yield row["id"], site, moved


def _find_derived(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [str(number) for number, *_ in _derived(db, span)]


def _mend_derived(db: sqlite3.Connection, span: Span) -> int:
    rows = [(site, moved, number) for number, site, moved in _derived(db, span)]
    return db.executemany("UPDATE article_head SET site = ?, moved = ? WHERE id = ?", rows).rowcount if rows else 0


DERIVED = Check(
    name="sites and dates", wrong="articles have a site, or a word on whether their id tells their date, that is wrong",
    remedy="--repair derives them anew", find=_find_derived, mend=_mend_derived,
)  # fmt: skip

_NOWHERE = (
    "SELECT id, url FROM article_head WHERE id BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM addresses WHERE addresses.article = article_head.id AND kind <> 'claim')"
)


def _mend_nowhere(db: sqlite3.Connection, span: Span) -> int:
    rows = db.execute(_NOWHERE, span).fetchall()
    return sum(own_address(db, url, number) for number, url in rows)


NOWHERE = Check(
    name="articles without address", wrong="articles are found by no address: a crawl would archive them again",
    remedy="--repair gives them the one that they were read at", find=_numbers(_NOWHERE), mend=_mend_nowhere,
)  # fmt: skip

_LOST_ADDRESSES = (
    "SELECT id FROM addresses WHERE article BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM article_head WHERE article_head.id = addresses.article)"
)

ADDRESSES = Check(
    name="addresses", wrong="addresses lead to an article that is not there",
    remedy="--repair takes them out, so that a crawl that meets them fetches them again",
    find=_numbers(_LOST_ADDRESSES), mend=_each(_LOST_ADDRESSES, forget_address_number),
)  # fmt: skip

_LOST_MESSAGES = (
    "SELECT DISTINCT article FROM alerts WHERE article BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM article_head WHERE article_head.id = alerts.article)"
)

MESSAGES = Check(
    name="messages", wrong="articles that are not there have messages",
    remedy="--repair takes out those that were not sent; of the others time and channel stay",
    find=_numbers(_LOST_MESSAGES), mend=_each(_LOST_MESSAGES, forget_messages),
)  # fmt: skip

_WHOLE = "CASE field WHEN 'title' THEN length(coalesce(title, '')) WHEN 'text' THEN length(text) ELSE -1 END"
_EVIDENCE = f"""
    SELECT article, number FROM evidence
    JOIN article_head ON article_head.id = article JOIN article_text ON article_text.id = article
    WHERE article BETWEEN ? AND ? AND (start < 0 OR start > "end" OR "end" > {_WHOLE} OR NOT EXISTS (
        SELECT 1 FROM article_tags JOIN topic_names ON topic_names.id = article_tags.topic
        WHERE article_tags.article = evidence.article AND name = evidence.topic
    ))
"""  # noqa: S608 -- own words


def _find_evidence(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [f"{article}, number {number}" for article, number in db.execute(_EVIDENCE, span)]


def _mend_evidence(db: sqlite3.Connection, span: Span) -> int:
    rows = db.execute(_EVIDENCE, span).fetchall()
    db.executemany("DELETE FROM evidence WHERE article = ? AND number = ?", [tuple(row) for row in rows])
    db.executemany("UPDATE article_head SET pack = NULL WHERE id = ?", [(article,) for article, _ in rows])
    return len(rows)


EVIDENCE = Check(
    name="evidence", wrong="pieces of evidence point beyond their text, or speak for a topic that the article has not",
    remedy='--repair takes them out; "khabar topics retag" then reads those articles again', find=_find_evidence,
    mend=_mend_evidence,
)  # fmt: skip

CHECKS = (DERIVED, ADDRESSES, NOWHERE, MESSAGES, EVIDENCE)
