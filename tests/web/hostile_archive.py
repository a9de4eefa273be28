"""An archive in which everything that a page may show is an attack: as if every site that is watched, and every server
that messages go to, were an enemy who knows how the pages are made.

It is written past all that cleans texts on their way in.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

MARK = "owned"
"""What a script of an attack sets on the window. No page may have it."""
_RUN = f"window.{MARK}=1"
ATTACKS = (
    f"<script>{_RUN}</script>", f"<img src=x onerror={_RUN}>", f"<svg/onload={_RUN}>", f"'\"><script>{_RUN}</script>",
    f"\" onmouseover=\"{_RUN}\" autofocus onfocus=\"{_RUN}", f"' onclick='{_RUN}", f"</title><script>{_RUN}</script>",
    f"</textarea></script></style>--><script>{_RUN}</script>", f"javascript:{_RUN}", f"{{{{ {_RUN} }}}}{{% raise %}}",
    "<a href=\"javascript:void(0)\">x</a><iframe src=//evil.example></iframe><base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{display:none}</style>", "&lt;script&gt;&#x3c;b&#x3e;",
    "]]><!--", "\u202eevil\u202c\u2066hidden\u2069\u200b\ufeff\u2028line", "\x1b]0;owned\x07\x9b31m\x08\x7f\x01",
    "%(n)s %s {0} \\u003cscript\\u003e",
)  # fmt: skip
ATTACK = " ".join(ATTACKS)
LINKS = (f"javascript:{_RUN}//", f"data:text/html,<script>{_RUN}</script>", "//evil.example/x", "http://[broken",
         f"http://evil.example/\"onmouseover=\"{_RUN}", f" java\tscript:{_RUN}", "http://a" + "b" * 5_000)  # fmt: skip
LONG = "<b>title</b> " * 80_000  # a megabyte
_COLUMNS = {
    "article_head": ("title", "headline", "published_raw", "published_zone", "dateline", "section", "language", "site"),
    "article_text": ("text",),
    "revisions": ("title", "text"),
    "evidence": ("term", "rule", "note"),
    "feeds": ("cause", "etag", "last_modified", "shown"),
    "visits": ("reason", "hints"),
    "hosts": ("host", "robots", "held_for"),
    "health": ("health", "cause"),
    "runs": ("job", "outcome"),
    "alerts": ("error", "channel", "kind", "reason", "subject"),
    "deliveries": ("error", "outcome"),
    "suppressed": ("kind", "reason", "subject"),
    "topic_names": ("name",),
    "pack_versions": ("name",),
}
"""Some of each are left as they were, so that what is looked up by them is still found."""
_HALF = {"evidence": "article % 2 = 0", "hosts": "1"}


@dataclass(frozen=True)
class Hostile:
    """Where it is, and what its pages are of."""

    root: Path
    article: int
    revised: int
    message: str
    tables: tuple[str, ...]


def hostile_desk(demo: Path, root: Path) -> Hostile:
    """A copy at *root* of the *demo* desk, its archive made hostile."""
    shutil.copytree(demo, root, ignore=shutil.ignore_patterns("archive.db*"))
    with closing(sqlite3.connect(demo / "archive.db")) as good, closing(sqlite3.connect(root / "archive.db")) as db:
        good.backup(db)
        db.execute("PRAGMA foreign_keys = OFF")
        with db:
            return _poisoned(db, root)


def _poisoned(db: sqlite3.Connection, root: Path) -> Hostile:
    article, text = db.execute("SELECT id, text FROM article_text ORDER BY id DESC LIMIT 1").fetchone()
    (ref,) = db.execute("SELECT min(ref) FROM alerts").fetchone()
    (source,) = db.execute("SELECT source FROM article_head WHERE id = ?", (article,)).fetchone()
    _add_rows(db, article, text, source)
    for statement, values in _changes(db):
        db.execute(statement, values)
    db.execute("UPDATE article_head SET authors = ?, keywords = ?", [json.dumps([ATTACK])] * 2)
    db.execute("UPDATE article_head SET title = ? WHERE id = ?", (LONG, article))
    db.execute("UPDATE article_head SET image = url, canonical = url")
    db.execute("UPDATE alerts SET state = 'dead', sent = NULL WHERE rowid % 3 = 1")
    db.execute("UPDATE alerts SET article = ? WHERE ref = ?", (article, ref))
    db.execute("UPDATE deliveries SET ref = ? WHERE id % 2", (ref,))
    (revised,) = db.execute("SELECT article FROM revisions").fetchone()
    tables = (*_COLUMNS, "headlines", "articles")
    return Hostile(root, article, revised, ref, tables)


def _add_rows(db: sqlite3.Connection, article: int, text: str, source: str) -> None:
    """What the demo has none of."""
    now = "2026-01-01T00:00:00Z"
    db.execute("INSERT INTO revisions (article, seen, title, text, change) VALUES (?, ?, 'Before', ?, 0.5)",
               (article, now, f"{text} and more"))  # fmt: skip
    db.execute("INSERT INTO hosts (host, robots, held_until, held_for, holds) "
               "VALUES ('x', 'y', '2099-01-01T00:00:00Z', 'HTTP 429', 3)")  # fmt: skip
    db.execute("INSERT INTO health (source, since, health, cause) VALUES (?, ?, 'dead', 'x')", (source, now))
    db.execute("INSERT INTO health (source, since, health, cause) VALUES (?, ?, 'dead', 'x')", (source, now))
    db.execute("INSERT INTO windows (alert, kind, subject, begin, born) VALUES (?, 'spike', ?, ?, ?)",
               (ATTACK, ATTACK, now, now))  # fmt: skip
    db.execute("UPDATE visits SET fate = 'failed', reason = 'x' WHERE id % 3 = 0")
    db.execute("UPDATE feeds SET health = 'dead', failing_since = ?, failures = 9", (now,))
    db.execute("UPDATE alerts SET window = (SELECT max(id) FROM windows) WHERE rowid % 4 = 1")


def _changes(db: sqlite3.Connection) -> Iterator[tuple[str, tuple[object, ...]]]:
    for table, columns in _COLUMNS.items():
        for column in columns:
            half = _HALF.get(table, "rowid % 2 = 0")
            yield f"UPDATE {table} SET {column} = coalesce({column}, '') || ? WHERE {half}", (ATTACK,)
            if table in ("article_head", "article_text") and column != "language":
                yield f"UPDATE {table} SET {column} = coalesce({column}, '') || ?", (ATTACK,)
    for table, key in (("article_head", "id"), ("visits", "id"), ("feeds", "id")):
        for number, (row,) in enumerate(db.execute(f"SELECT {key} FROM {table}").fetchall()):
            link = LINKS[number % len(LINKS)]
            yield (
                f"UPDATE {table} SET url = ? || CASE ? WHEN 'feeds' THEN id ELSE '' END WHERE {key} = ?",
                (link, table, row),
            )
    ids = [row for (row,) in db.execute("SELECT id FROM article_head ORDER BY id LIMIT 2").fetchall()]
    yield "UPDATE article_head SET source = ? WHERE id = ?", (f"<img src=x onerror={_RUN}>", ids[0])
    yield (
        "UPDATE volume SET source = ? WHERE source = (SELECT min(source) FROM volume) AND topic = 0 AND articles = 1",
        (f"<img src=x onerror={_RUN}>",),
    )
    yield "UPDATE alerts SET alert = ? WHERE rowid = (SELECT max(rowid) FROM alerts)", (ATTACK,)
