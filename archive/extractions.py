"""Extraction revisions: what another reading of a kept page made of an article, and what stood there before.

They are apart from `revisions`: those tell what a newsroom edited, these what Khabar reads otherwise.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from archive.changes import change_share
from archive.identity import Known
from archive.index import add_to_index, fold_article, index_authors, take_from_index
from archive.late import settle_dates
from archive.lines import pack
from archive.rereading import Changed, Reread, Rereading
from archive.stories import remember_signature
from archive.tagging import replace_tags
from archive.times import from_text, to_text

_JSON = ("authors", "keywords", "reserved")  # columns that are JSON already


def write_rereading(
    db: sqlite3.Connection, found: Rereading, *, at: datetime, code: str, pack_version: str
) -> None:  # fmt: skip
    """Makes the article what *found*, of this transaction, says, as *code* read it, and keeps what stood before. Nobody
    is told: it is news to nobody.
    """
    for change in found.changes:
        _note(db, found.article, change, at, code)
        if change.revision is None:
            _change_latest(db, found.article, change, found.latest, pack_version)
        else:
            _set(db, "revisions", change.after, change.revision)
    if not any(change.revision is None for change in found.changes):
        db.execute("UPDATE article_text SET left_out = ? WHERE id = ?", (pack(found.latest.left_out), found.article))
    for revision, changed, share in found.edits:
        _set(db, "revisions", {"changed": json.dumps(changed), "change": share}, revision)
    if found.gap:
        revision, title, text = found.gap
        db.execute(
            "UPDATE revisions SET title_then = ?, text_then = ? WHERE id = ? AND text_then IS NULL",
            (title, text, revision),
        )


def note_other_words(
    db: sqlite3.Connection, known: Known, title: str | None, text: str, *, at: datetime, code: str
) -> None:  # fmt: skip
    """Keeps title and text of the *known* article, before *code* makes others of the very same page."""
    before: dict[str, Any] = {"title": known.title, "text": known.text}
    after: dict[str, Any] = {"title": title, "text": text}
    names = [name for name in before if before[name] != after[name]]
    share = change_share(f"{known.title or ''}\n{known.text}", f"{title or ''}\n{text}")
    change = Changed(
        revision=None, before={name: before[name] for name in names}, after={name: after[name] for name in names},
        change=round(share, 4),
    )  # fmt: skip
    _note(db, known.id, change, at, code)


def articles_with_pages(
    db: sqlite3.Connection, *, sources: Iterable[str] | None = None, article: int | None = None,
    since: datetime | None = None, until: datetime | None = None,
) -> Iterator[int]:  # fmt: skip
    """The articles of which it is known which page they were read from, newest first: of these *sources*, that one, of
    that time: published or, where that is not known, first seen.
    """
    rows = db.execute(
        "SELECT id FROM article_head JOIN article_text USING (id) WHERE page_hash IS NOT NULL "
        "AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources))) "
        "AND (:article IS NULL OR id = :article) "
        "AND (:since IS NULL OR coalesce(published, first_seen) >= :since) "
        "AND (:until IS NULL OR coalesce(published, first_seen) < :until) ORDER BY id DESC",
        {
            "sources": None if sources is None else json.dumps(list(sources)), "article": article,
            "since": to_text(since) if since else None, "until": to_text(until) if until else None,
        },
    )  # fmt: skip
    return (number for (number,) in rows)


def _note(db: sqlite3.Connection, article: int, change: Changed, at: datetime, code: str) -> None:
    before = {name: json.loads(value) if name in _JSON else value for name, value in change.before.items()}
    db.execute(
        "INSERT INTO extractions (article, revision, at, code, changed, change, before) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            article, change.revision, to_text(at), code, json.dumps(change.names), change.change,
            json.dumps(before, ensure_ascii=False),
        ),
    )  # fmt: skip


def _change_latest(
    db: sqlite3.Connection, article: int, change: Changed, read: Reread, pack_version: str
) -> None:  # fmt: skip
    """Index, tags, evidence and signature go by title and text, so they follow."""
    title, text = db.execute(
        "SELECT title, text FROM article_head JOIN article_text USING (id) WHERE id = ?", (article,)
    ).fetchone()
    after = dict(change.after)
    words = after.pop("text", text)
    if {"title", "text"} & change.after.keys():
        take_from_index(db, article, *fold_article(title, text))
        add_to_index(db, article, *fold_article(after.get("title", title), words))
    db.execute("UPDATE article_text SET text = ?, left_out = ? WHERE id = ?", (words, pack(read.left_out), article))
    if "authors" in after:
        index_authors(db, article, after["authors"], change.before["authors"])
    if after:
        _set(db, "article_head", after, article)
    if {"title", "text", "language"} & change.after.keys():
        replace_tags(db, article, read.tags, pack_version)
        signed = db.execute("SELECT seen FROM signatures WHERE article = ?", (article,)).fetchone()
        if signed:  # else it is too old for any copy to look for it
            remember_signature(db, article, read.signature, from_text(signed[0]))
    if "published" in after:
        settle_dates(db, article)


def _set(db: sqlite3.Connection, table: str, values: dict[str, Any], number: int) -> None:
    db.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",  # noqa: S608 -- own names
        (*values.values(), number),
    )
