"""An archive as an older Khabar kept it, with the articles of one of today, and what tells two of them apart."""

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from sqlite_utils import Database

from archive.database import APPLICATION_ID
from archive.index import add_to_index, fold_article
from archive.migrations import migrations
from topics.fold import FOLD_VERSION

OLD_SCHEMA = 5
_NEXT = "m006_questions"  # the first step that it has not taken
_FILLED = (
    "article_head", "article_text", "stories", "addresses", "visits", "topic_names", "pack_versions", "article_tags",
    "evidence", "revisions",
)  # fmt: skip


def make_older(path: Path, target: Path) -> None:
    """Makes at *target* an archive of schema 5 with what the one at *path* has."""
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrations.apply(Database(db), stop_before=_NEXT)
        db.execute("ATTACH ? AS newer", (str(path),))
        db.execute("BEGIN IMMEDIATE")
        for table in _FILLED:
            columns = ", ".join(f'"{row[1]}"' for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}")
        for article, title, text in db.execute("SELECT id, title, text FROM main.articles").fetchall():
            add_to_index(db, article, *fold_article(title, text))
        db.execute("INSERT INTO main.meta VALUES ('fold_version', ?)", (str(FOLD_VERSION),))
        db.execute("COMMIT")
        db.execute("DETACH newer")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {OLD_SCHEMA}")
        db.execute("PRAGMA journal_mode = DELETE")


def schema_of(path: Path) -> int:
    """The schema of the archive at *path*."""
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def contents(path: Path) -> str:
    """A hash of all rows and definitions; raises sqlite3.DatabaseError where it is not whole."""
    with closing(sqlite3.connect(path)) as db:
        if (said := db.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(f"{path}: {said}")
        digest = sha256()
        for line in db.iterdump():
            digest.update(line.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()
