"""The versions of an article: each one but the latest is a revision, kept when an edit of it is noticed."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.changes import same_words
from archive.database import inserted_id
from archive.edits import Edited
from archive.identity import Known
from archive.lines import Lines, hashes_of, recurring_among, unpack, without
from archive.recurring import latest_lines

LOOKED_AT = 50
"""Versions among which one is looked for that an article went back to. A page that changes with every look has more,
and each of them would cost every later edit a comparison."""


@dataclass(frozen=True, slots=True)
class Version:
    """An article's words, and its date, at some time."""

    title: str | None
    text: str
    published: str | None
    published_precision: str | None
    published_raw: str | None  # of one that was edited since, nobody kept it
    page_hash: bytes | None = None  # SHA-256 of the page that it was read from; None: nobody noted it
    page_fetched: str | None = None


def keep_version(
    db: sqlite3.Connection, known: Known, *, seen: str, changed: Sequence[Edited], change: float, back_to: int | None
) -> int:
    """Keeps the *known* version of an article, which an edit *seen* then replaces: with what the edit *changed*, how
    much (0 to 1), and the revision whose version it went *back to*. The id of the revision.
    """
    return insert_version(db, known.id, version_of(known), seen=seen, edit=(changed, change), back_to=back_to)


def version_of(known: Known) -> Version:
    """The latest version of an article."""
    return Version(
        known.title, known.text, known.published, known.published_precision, known.published_raw,
        known.page_hash, known.page_fetched,
    )  # fmt: skip


def insert_version(
    db: sqlite3.Connection, article: int, version: Version, *, seen: str, edit: tuple[Sequence[Edited], float],
    back_to: int | None,
) -> int:  # fmt: skip
    """The same for any *version* of *article*."""
    changed, change = edit
    kept = db.execute(
        "INSERT INTO revisions (article, seen, title, text, change, published, published_precision, changed, back_to, "
        "page_hash, page_fetched) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article, seen, version.title, version.text, change, version.published, version.published_precision,
            json.dumps(changed), back_to, version.page_hash, version.page_fetched,
        ),
    )  # fmt: skip
    return inserted_id(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An edit with what stood there before and after it, whichever versions there were since. Its texts are without the
    lines that come and go with the template.
    """

    id: int
    article: int
    seen: str
    change: float  # the share of words that differ
    changed: tuple[Edited, ...]
    titles: tuple[str, str]
    texts: tuple[str, str]


def read_edit(db: sqlite3.Connection, revision: int) -> Edit | None:
    """The edit that *revision* was kept for; None where there is none."""
    row = db.execute("SELECT * FROM edits WHERE id = ?", (revision,)).fetchone()
    if row is None:
        return None
    passing = passing_lines(db, row["article"])
    return Edit(
        id=row["id"], article=row["article"], seen=row["seen"], change=row["change"],
        changed=tuple(json.loads(row["changed"])),
        titles=(row["title_before"] or "", row["title_after"] or ""),
        texts=(without(row["text_before"] or "", passing), without(row["text_after"] or "", passing)),
    )  # fmt: skip


def passing_lines(db: sqlite3.Connection, article: int) -> Lines:
    """The lines of the template in whatever version of *article*: those that its text lacks by now, since they are left
    out of it, or of a box that its page shows no longer. They are nobody's edit.
    """
    row = db.execute(
        "SELECT source, text, left_out FROM article_head JOIN article_text USING (id) WHERE id = ?", (article,)
    ).fetchone()
    recurring = recurring_among(latest_lines(db, row["source"])).boilerplate
    return unpack(row["left_out"]) | (recurring - hashes_of(row["text"].split("\n")))


def find_version(
    db: sqlite3.Connection, article: int, *, title: str | None, text: str, published: str | None, left_out: Lines
) -> int | None:
    """The latest revision of *article* with this title and text, whatever recurring lines were *left_out* of either;
    where *published* is given, with this date too. None: there is none.
    """
    rows = db.execute(
        "SELECT id, title, text, published FROM revisions WHERE article = ? ORDER BY seen DESC, id DESC LIMIT ?",
        (article, LOOKED_AT),
    )
    for row in rows:
        same_date = published is None or row["published"] == published
        if same_date and same_words(row["title"], title) and same_words(without(row["text"], left_out), text):
            number: int = row["id"]
            return number
    return None
