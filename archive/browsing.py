"""Reading one article for a page: what it holds in bounded pieces, however many edits and copies it has.

`archive.reading` reads it whole, with the texts of all its versions.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.reading import columns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence: its place in title or text, in code points."""

    topic: str
    rule: str
    term: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """In how many places the evidence of a topic stands, and that of each of its rules: they may have one in common."""

    total: int
    by_rule: Mapping[str, int]


NO_PLACES = Places(total=0, by_rule={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An edit without its texts. `back_to` is the moment since which the version was shown that it went back to."""

    id: int
    seen: str
    change: float
    changed: tuple[str, ...]
    back_to: str | None
    goes_back: bool
    dates: tuple[str | None, str | None]  # published, before and after
    precisions: tuple[str | None, str | None]  # of those: "day" where no hour was told
    page_hash: bytes | None  # of the page of the version before
    page_fetched: str | None


def read_article(db: sqlite3.Connection, article: int) -> dict[str, Any] | None:
    """The columns of the article with this id, or None. Raises ArchiveError where they are damaged."""
    row = db.execute("SELECT * FROM articles WHERE id = ?", (article,)).fetchone()
    return columns_of(row) if row else None


def read_scores(db: sqlite3.Connection, article: int) -> list[tuple[str, float, str]]:
    """The topics of *article*, the highest score first: topic, score, version of the packs."""
    rows = db.execute(
        "SELECT topic, score, pack_version FROM tags WHERE article = ? ORDER BY score DESC, topic", (article,)
    )
    return [(topic, score, version) for topic, score, version in rows]


def read_pieces(db: sqlite3.Connection, article: int, most: int) -> list[Piece]:
    """The first *most* pieces of evidence of *article* as one reads it, those of its title first."""
    rows = db.execute(
        'SELECT topic, rule, term, field, start, "end" FROM evidence WHERE article = ? '
        "ORDER BY field = 'text', start, number LIMIT ?",
        (article, most),
    )
    return [Piece(**row) for row in rows]


def piece_count(db: sqlite3.Connection, article: int) -> int:
    """How many pieces of evidence it has."""
    number: int = db.execute("SELECT count(*) FROM evidence WHERE article = ?", (article,)).fetchone()[0]
    return number


def read_places(db: sqlite3.Connection, article: int) -> dict[str, Places]:
    """In how many places all the evidence of *article* stands, by topic: however much of it a page marks."""
    counted = """SELECT topic, rule, count(DISTINCT field || start || '-' || "end") FROM evidence WHERE article = ? """
    rows = db.execute(f"{counted} GROUP BY topic, rule ORDER BY min(number)", (article,)).fetchall()
    totals = db.execute(f"{counted} GROUP BY topic", (article,))
    return {
        topic: Places(total=total, by_rule={rule: places for of, rule, places in rows if of == topic})
        for topic, _, total in totals
    }


def story_size(db: sqlite3.Connection, story: int) -> int:
    """How many articles *story* has; 1 where the archive has lost it."""
    row = db.execute("SELECT articles FROM stories WHERE id = ?", (story,)).fetchone()
    return row[0] if row else 1


def edit_times(db: sqlite3.Connection, article: int) -> list[tuple[int, str]]:
    """Each edit of *article*, oldest first: its id, and when it was seen."""
    rows = db.execute("SELECT id, seen FROM revisions WHERE article = ? ORDER BY seen, id", (article,))
    return [(revision, seen) for revision, seen in rows]


def version_bytes(db: sqlite3.Connection, article: int) -> int:
    """How much the texts of all its versions are together, in bytes, about."""
    return db.execute(  # type: ignore[no-any-return]
        "SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM revisions WHERE article = ?", (article,)
    ).fetchone()[0]


def evidence_characters(db: sqlite3.Connection, article: int) -> int:
    """How much its pieces of evidence are together, each with its rule, its term and the text there."""
    return db.execute(  # type: ignore[no-any-return]
        'SELECT coalesce(sum(length(rule) + length(term) + "end" - start), 0) FROM evidence WHERE article = ?',
        (article,),
    ).fetchone()[0]


def read_step(db: sqlite3.Connection, revision: int, first_seen: str) -> Step | None:
    """The edit that *revision* was kept for, of an article that was *first_seen* then; None where there is none."""
    row = db.execute("SELECT * FROM edits WHERE id = ?", (revision,)).fetchone()
    if row is None:
        return None
    kept = db.execute(
        "SELECT page_hash, page_fetched, published_precision FROM revisions WHERE id = ?", (revision,)
    ).fetchone()
    return Step(
        id=row["id"], seen=row["seen"], change=row["change"], changed=tuple(json.loads(row["changed"])),
        back_to=_begin_of(db, row["article"], row["back_to"], first_seen), goes_back=row["back_to"] is not None,
        dates=(row["published_before"], row["published_after"]), page_hash=kept[0], page_fetched=kept[1],
        precisions=(kept[2], _precision_behind(db, row["article"], row["seen"], revision)),
    )  # fmt: skip


def _precision_behind(db: sqlite3.Connection, article: int, seen: str, revision: int) -> str | None:
    """How precisely the version tells its date that an edit led to: the next that is kept, or the latest."""
    after = db.execute(
        "SELECT published_precision FROM revisions WHERE article = ? AND (seen, id) > (?, ?) ORDER BY seen, id LIMIT 1",
        (article, seen, revision),
    ).fetchone()
    latest = "SELECT published_precision FROM article_head WHERE id = ?"
    precision: str | None = (after or db.execute(latest, (article,)).fetchone())[0]
    return precision


def _begin_of(db: sqlite3.Connection, article: int, revision: int | None, first_seen: str) -> str | None:
    """Since when the version that *revision* keeps was shown: since the edit before it."""
    there = db.execute("SELECT seen FROM revisions WHERE id = ?", (revision,)).fetchone()
    if there is None:
        return None
    before = db.execute(
        "SELECT seen FROM revisions WHERE article = ? AND (seen, id) < (?, ?) ORDER BY seen DESC, id DESC LIMIT 1",
        (article, there[0], revision),
    ).fetchone()
    return before[0] if before else first_seen


def read_other_readings(db: sqlite3.Connection, article: int, most: int) -> list[dict[str, Any]]:
    """What other readings of kept pages changed, the latest *most*, latest first: at, code, revision, changed, change;
    no texts."""
    rows = db.execute(
        "SELECT at, code, revision, changed, change FROM extractions WHERE article = ? ORDER BY id DESC LIMIT ?",
        (article, most),
    )
    return [{**row, "changed": json.loads(row["changed"])} for row in rows]


def expired_at(db: sqlite3.Connection, article: int) -> str | None:
    """When the article with this id went, having been kept its days; None where it did not."""
    row = db.execute("SELECT at FROM expired WHERE article = ?", (article,)).fetchone()
    return row[0] if row else None
