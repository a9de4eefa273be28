"""Reading articles whole: with their tags and evidence, their earlier versions and their story."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from archive.answering import Facts, Wording
from archive.copies import read_story
from archive.database import one_moment
from archive.errors import ArchiveError
from archive.lines import NO_LINES, Lines
from archive.revisions import passing_lines


@dataclass(frozen=True, slots=True)
class Record:
    """An article with all that is known of it, as `khabar show --json` prints it: rows of the archive."""

    article: dict[str, Any]
    tags: list[dict[str, Any]]
    revisions: list[dict[str, Any]]
    story: dict[str, Any]
    passing: Lines = NO_LINES  # lines that come and go with the template, in whatever version: no edit of anybody's
    extractions: list[dict[str, Any]] = field(default_factory=list)  # what other readings of kept pages changed

    def as_dict(self) -> dict[str, Any]:
        """The columns of the article, and beside them `tags`, `revisions`, `extractions` and `story` (in place of its
        id)."""
        beside = {"tags": self.tags, "revisions": self.revisions, "extractions": self.extractions}
        return {**self.article, **beside, "story": self.story}


def read_record(db: sqlite3.Connection, article: int) -> Record | None:
    """The article with this id as it is at one moment, or None."""
    with one_moment(db):
        return _read(db, article)


def _read(db: sqlite3.Connection, article: int) -> Record | None:
    row = db.execute("SELECT * FROM articles WHERE id = ?", (article,)).fetchone()
    if row is None:
        return None
    revisions = _revisions(db, article)
    return Record(
        article=columns_of(row),
        tags=_tags(db, row),
        revisions=revisions,
        extractions=extractions_of(db, article),
        story=read_story(db, row["story"], also=article),
        passing=passing_lines(db, article) if revisions else NO_LINES,
    )


def columns_of(row: sqlite3.Row) -> dict[str, Any]:
    """A row of the view `articles`, its lists taken apart. Raises ArchiveError where they are none."""
    try:
        return {**row, "authors": json.loads(row["authors"]), "reserved": json.loads(row["reserved"])}
    except ValueError as error:
        raise ArchiveError(
            f"article {row['id']} is damaged: its authors or what it reserves are no list ({error}); restore a backup"
        ) from error


def evidence_of(
    article: sqlite3.Row, tags: Iterable[sqlite3.Row], pieces: Iterable[sqlite3.Row]
) -> list[dict[str, Any]]:
    """The *tags* of an article, each with those *pieces* of evidence that are its own, and the text there."""
    found: dict[str, list[dict[str, Any]]] = {}
    for piece in pieces:
        names = ("rule", "term", "field", "start", "end")
        text = (article[piece["field"]] or "")[piece["start"] : piece["end"]]
        found.setdefault(piece["topic"], []).append({**{name: piece[name] for name in names}, "text": text})
    return [
        {"topic": tag["topic"], "score": tag["score"], "pack_version": tag["pack_version"],
         "evidence": found.get(tag["topic"], [])}
        for tag in tags
    ]  # fmt: skip


def revision_of(row: sqlite3.Row) -> dict[str, Any]:
    """A row of `revisions` as it is told: the version before the edit, and the page that it was read from."""
    names = ("id", "seen", "title", "text", "change")
    return {
        **{name: row[name] for name in names},
        "changed": json.loads(row["changed"]),
        **{name: row[name] for name in ("published", "published_precision", "back_to")},
        "page_sha256": row["page_hash"].hex() if row["page_hash"] else None,
        **{name: row[name] for name in ("page_fetched", "title_then", "text_then")},
    }


def read_facts(db: sqlite3.Connection, article: int) -> Facts:
    """What a query may ask of the archived *article*, as it is archived now."""
    row = db.execute(
        "SELECT title, text, source, site, authors, language, coalesce(published, first_seen) AS time "
        "FROM article_head JOIN article_text USING (id) WHERE id = ?",
        (article,),
    ).fetchone()
    topics = db.execute("SELECT topic FROM tags WHERE article = ?", (article,))
    return Facts(
        title=Wording(row["title"] or ""), text=Wording(row["text"]), source=row["source"], language=row["language"],
        site=row["site"] or "", authors=[Wording(name) for name in json.loads(row["authors"])],
        topics=frozenset(topic for (topic,) in topics), time=row["time"],
    )  # fmt: skip


def has_article(db: sqlite3.Connection, article: int) -> bool:
    """Whether there is an article with this id."""
    return db.execute("SELECT 1 FROM article_head WHERE id = ?", (article,)).fetchone() is not None


def find_by_url(db: sqlite3.Connection, key: str) -> int | None:
    """The id of the article at the address with this `url_key`, or None."""
    row = db.execute("SELECT article FROM addresses WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def extractions_of(db: sqlite3.Connection, article: int) -> list[dict[str, Any]]:
    """The extraction revisions of *article*, oldest first: at, code, revision, changed, change, before."""
    rows = db.execute(
        "SELECT at, code, revision, changed, change, before FROM extractions WHERE article = ? ORDER BY id", (article,)
    )
    return [{**row, "changed": json.loads(row["changed"]), "before": json.loads(row["before"])} for row in rows]


def _tags(db: sqlite3.Connection, article: sqlite3.Row) -> list[dict[str, Any]]:
    number = (article["id"],)
    tags = db.execute(
        "SELECT topic, score, pack_version FROM tags WHERE article = ? ORDER BY score DESC, topic", number
    )
    pieces = db.execute(
        'SELECT topic, rule, term, field, start, "end" FROM evidence WHERE article = ? ORDER BY number', number
    )
    return evidence_of(article, tags, pieces)


def _revisions(db: sqlite3.Connection, article: int) -> list[dict[str, Any]]:
    rows = db.execute("SELECT * FROM revisions WHERE article = ? ORDER BY seen, id", (article,))
    return [revision_of(row) for row in rows]
