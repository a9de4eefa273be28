"""The memory of which lines stood on a source's latest articles: `archive.lines.LATEST` rows a source, no more."""

import sqlite3

from archive.lines import LATEST, Lines, pack, unpack


def past_of(source: str) -> str:
    """Where the lines of *source* are that backfills and captures bring: an old template tells nothing of today's."""
    return f"{source}, its past"


def remember_lines(db: sqlite3.Connection, source: str, lines: Lines) -> None:
    """Counts an article of *source* with all its *lines*, also those that were left out, and forgets the oldest."""
    if not lines:
        return
    last = db.execute("SELECT max(number) FROM lines WHERE source = ?", (source,)).fetchone()[0] or 0
    db.execute("INSERT INTO lines (source, number, hashes) VALUES (?, ?, ?)", (source, last + 1, pack(lines)))
    db.execute("DELETE FROM lines WHERE source = ? AND number <= ?", (source, last + 1 - LATEST))


def latest_lines(db: sqlite3.Connection, source: str) -> list[Lines]:
    """The lines of the latest articles of *source*, oldest first."""
    rows = db.execute("SELECT hashes FROM lines WHERE source = ? ORDER BY number", (source,))
    return [unpack(hashes) for (hashes,) in rows]


def known_lines(db: sqlite3.Connection, source: str, *, is_past: bool) -> list[Lines]:
    """The lines by which a page of *source* is cleaned; of its past those of its past, once any are known."""
    return (latest_lines(db, past_of(source)) if is_past else []) or latest_lines(db, source)
