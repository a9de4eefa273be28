"""When an archived article is looked at again although nothing says that it changed, and what its page is asked with.

A source's `revisit` names ages of an article: at each of them it is looked at once more. News is corrected in its
first hours, if at all, so the pauses grow.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.database import storable
from archive.times import from_text, to_text
from archive.validators import Validators
from seeds.bounds import MAX_LOOKS

_DAY = timedelta(days=1)
_SPARE = timedelta(hours=1)  # for a clock that is put right by little
_LATEST = "9999"  # as text, behind every instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An article that is due to be looked at again."""

    url: str
    etag: str | None
    last_modified: str | None


def next_look(
    steps: Sequence[timedelta], *, first_seen: datetime, published: datetime | None, at: datetime
) -> datetime | None:
    """When an article that was fetched *at* is looked at next, if its ages are *steps*; None: never.

    Ages count from *published*; from *first_seen* where that is unknown or, by a clock that is wrong, later. Two
    looks at one article are never closer than the first step.
    """
    born = first_seen if published is None or published > first_seen else published
    due = next((born + step for step in steps if born + step > at), None)
    return None if due is None else max(due, at + steps[0])


def looks_due(
    db: sqlite3.Connection, source: str, at: datetime, *, steps: Sequence[timedelta] = ()
) -> list[Look]:  # fmt: skip
    """The articles of *source* to be looked at again, the longest overdue first.

    What is planned further ahead than the longest of *steps* was planned under a clock that went wrong, and is due.
    """
    last = to_text(at + steps[-1] + _SPARE) if steps else _LATEST
    rows = db.execute(
        "SELECT url, etag, last_modified FROM visits WHERE source = ? AND (look <= ? OR look > ?) "
        "ORDER BY look LIMIT ?",
        (source, to_text(at), last, MAX_LOOKS),
    )
    return [Look(url=url, etag=etag, last_modified=modified) for url, etag, modified in rows]


def plan_look(
    db: sqlite3.Connection, address: int, article: int, *, steps: Sequence[timedelta], at: datetime,
    validators: Validators | None = None,
) -> None:  # fmt: skip
    """Writes down when *article*, asked for *at* its *address*, is looked at next; it is nowhere else.

    *validators* are those of its page; None leaves the known ones.
    """
    first_seen, published, precision = db.execute(
        "SELECT first_seen, published, published_precision FROM article_head WHERE id = ?", (article,)
    ).fetchone()
    seen, born = from_text(first_seen), from_text(published) if published else None
    if born and precision == "day":  # some time that day
        born = min(born + _DAY, seen)
    due = next_look(steps, first_seen=seen, published=born, at=at) if steps else None
    forget_looks(db, article)
    db.execute("UPDATE visits SET look = ? WHERE id = ?", (to_text(due) if due else None, address))
    if validators is not None:
        kept = (*(storable(validator) for validator in validators), address)
        db.execute("UPDATE visits SET etag = ?, last_modified = ? WHERE id = ?", kept)


def forget_looks(db: sqlite3.Connection, article: int) -> None:
    """The article is not looked at again, at whatever address."""
    db.execute("UPDATE visits SET look = NULL WHERE id IN (SELECT id FROM addresses WHERE article = ?)", (article,))


def look_again(
    db: sqlite3.Connection, address: int, *, steps: Sequence[timedelta], at: datetime, gone: bool = False
) -> None:
    """Plans the next look at the article that is at *address*, if one is, after one that brought no page: it is as it
    was, or could not be had. What is *gone* is not looked at again.
    """
    article = db.execute("SELECT article FROM addresses WHERE id = ? AND kind = 'own'", (address,)).fetchone()
    if article is not None and gone:
        forget_looks(db, article[0])
    elif article is not None:
        plan_look(db, address, article[0], steps=steps, at=at)
