"""What is written down of pages that others captured, long ago or yesterday, beside the articles themselves.

A capture tells how a page was. It asks for nothing: nobody is sent to fetch what it lacks, and what a crawl found out
since stands.
"""

import sqlite3

from archive.article import WITHDRAWN, Fate, Visit
from archive.database import storable
from archive.forgotten import is_forgotten
from archive.ledger import address_of, key_of
from archive.past import is_silent_news
from archive.times import from_text, to_text

_LOST = (Fate.FAILED, Fate.REFUSED)


def record_capture(db: sqlite3.Connection, visit: Visit) -> bool:
    """Writes the fate of a URL of which there is a capture, and gives whether it may have one: not what is to stay
    forgotten.

    A later fate stands. But what could not be had until now gets the capture's, and what a capture lacks takes nothing
    from what is known. What waits to be fetched goes on waiting: a feed showed it, and its page may be another by now.
    """
    if is_forgotten(db, key_of(visit.url)):
        return False
    address, at = address_of(db, visit.url), to_text(visit.at)
    before = db.execute(
        "SELECT at, fate, reason, open_since, article FROM visits JOIN addresses USING (id) WHERE id = ?", (address,)
    ).fetchone()
    values = (storable(visit.url), visit.source, visit.run, at, visit.fate, storable(visit.reason), visit.status)
    if before is None:
        db.execute(
            "INSERT INTO visits (url, source, run, at, fate, reason, status, id, past) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
            (*values, address),
        )
    elif _stands(before, visit.fate, at):
        pass
    elif before["open_since"] is not None and (before["fate"] not in _LOST or _is_owed(db, before)):
        db.execute(
            "UPDATE visits SET url = ?, source = ?, run = ?, at = ?, fate = ?, reason = ?, status = ? WHERE id = ?",
            (*values, address),
        )
    else:
        db.execute(
            "UPDATE visits SET url = ?, source = ?, run = ?, at = ?, fate = ?, reason = ?, status = ?, tries = 0, "
            "open_since = NULL, due = NULL, hints = NULL, past = (past OR fate IN (?, ?)) WHERE id = ?",
            (*values, *_LOST, address),
        )
    return True


def _is_owed(db: sqlite3.Connection, before: sqlite3.Row) -> bool:
    """Whether it was news when a way showed it, and could not be had: who watches it is still to be told."""
    article, since = before["article"], from_text(before["open_since"])
    return article is not None and is_silent_news(db, article, since)


def _stands(before: sqlite3.Row, fate: Fate, at: str) -> bool:
    """Whether what is known of a URL stands against a capture of *fate*."""
    if before["fate"] == Fate.WAITING:
        return fate in _LOST
    if before["reason"] == WITHDRAWN and before["at"] > at:
        return True
    if before["fate"] in _LOST:
        return fate in _LOST and (before["open_since"] is not None or before["at"] > at)
    return fate in _LOST or bool(before["at"] > at)


def note_sighting(db: sqlite3.Connection, article: int, seen: str, *, bare: bool = False) -> None:
    """Lets it be known that the version of *article* that stood at that moment was seen then; *bare*: without its
    words, so that a capture that arrives late may show which version that was.
    """
    db.execute(
        "INSERT INTO sightings (article, seen, bare) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET bare = min(bare, excluded.bare)",
        (article, seen, bare),
    )


def see_again(db: sqlite3.Connection, visit: Visit) -> int | None:
    """The archived article whose page was at that moment what it was before, as a capture without a page says; None:
    none is archived at that URL.
    """
    row = db.execute(
        "SELECT article, first_seen, last_seen FROM addresses JOIN article_head ON article_head.id = article "
        "WHERE key = ? AND kind <> 'claim'",
        (key_of(visit.url),),
    ).fetchone()
    if row is None or not record_capture(db, visit):
        return None
    article: int = row["article"]
    seen = to_text(visit.at)
    if seen > row["last_seen"]:
        db.execute("UPDATE article_head SET last_seen = ? WHERE id = ?", (seen, article))
    if seen > row["first_seen"]:
        note_sighting(db, article, seen, bare=True)
    return article
