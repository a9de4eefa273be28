"""Whatever stands in an archive, no command sends a terminal more than letters: no escape, no override of direction.

The texts are written into the archive by another program, past all that cleans them on their way.
"""

import json
import re
import sqlite3
from contextlib import closing

import pytest

ATTACKS = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31m", "\x9b31m", "\x9d0;owned\x9c", "\u202eevil\u202c", "\u2066hidden\u2069",
    "\u200bzero", "\U000e0041tag", "\x08\x08\x7f", "\r\x1b[A", "\ufeff", "\u2028line",
)  # fmt: skip
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
COLUMNS = {
    "article_head": ("title", "headline", "published_raw", "published_zone", "dateline", "section", "image", "url"),
    "article_text": ("text",),
    "revisions": ("title", "text"),
    "evidence": ("term", "rule", "note"),
    "feeds": ("cause", "etag", "last_modified"),
    "visits": ("reason", "url"),
    "hosts": ("robots", "held_for"),
    "alerts": ("error",),
    "deliveries": ("error",),
    "health": ("cause",),
}


@pytest.fixture
def poisoned(newsroom_desk):
    """A desk whose archive holds attacks in every column that the network fills."""
    desk = newsroom_desk
    (desk.root / "alerts/test.toml").write_text(
        '[[alert]]\nid = "desk"\ntopics = ["syria"]\nto = ["json://127.0.0.1:9/"]\n'
    )
    desk.crawl()
    attack = "".join(ATTACKS)
    with closing(sqlite3.connect(desk.root / "archive.db")) as db, db:
        article, text = db.execute("SELECT id, text FROM article_text LIMIT 1").fetchone()
        db.execute(
            "INSERT INTO revisions (article, seen, title, text, change) VALUES (?, ?, 'Before', ?, 0.5)",
            (article, "2026-01-01T00:00:00Z", text + " and more of it"),
        )
        for table, columns in COLUMNS.items():
            for column in columns:
                db.execute(f"UPDATE {table} SET {column} = coalesce({column}, '') || ?", (attack,))
        db.execute("UPDATE article_head SET authors = ?, keywords = ?", [json.dumps([attack])] * 2)
        db.execute("UPDATE feeds SET health = 'dead', failing_since = '2026-01-01T00:00:00Z', failures = 9")
        db.execute("UPDATE hosts SET held_until = '2099-01-01T00:00:00Z', holds = 3")
        db.execute("UPDATE alerts SET state = 'dead'")
        db.execute("INSERT INTO suppressed (alert, kind, subject, article, at, reason) SELECT 'desk', 'each', 'x', id, "
                   "'2026-01-01T00:00:00Z', 'copy' FROM article_head LIMIT 3")  # fmt: skip
    return desk, article


def commands(article: int) -> list[tuple[str, ...]]:
    reading = [
        ("search", "the OR و OR لە OR li"), ("search", "--topic", "syria"), ("search", "--group", "story"),
        ("show", str(article)), ("show", str(article), "--version", "1"), ("stories", "list"),
        ("status",), ("status", "--source", "rafidain"), ("trends",), ("alerts", "list"), ("alerts", "suppressed"),
        ("alerts", "test", "desk", "--since", "365d"), ("topics", "explain", str(article)),
        ("topics", "backtest"), ("topics", "suggest", "syria"), ("sources", "list"),
        ("forget", "--yes", str(article)),
    ]  # fmt: skip
    with_json = [(*one, "--json") for one in reading if one[0] not in ("forget",) and one[:2] != ("topics", "suggest")]
    briefs = [("brief", "--since", "365d", "--format", form) for form in ("text", "md", "html")]
    exports = [("export", "--format", form) for form in ("jsonl", "csv", "markdown")]
    return [*with_json, *exports, *briefs, *reading]


def without_isolates(document: str) -> str:
    """*document* without the isolates that Khabar puts around what has a direction of its own; none is left open."""
    for line in document.split("\n"):
        assert line.count("\u2068") + line.count("\u2066") + line.count("\u2067") == line.count("\u2069"), line
    return re.sub("[\u2068\u2069]", "", document)


def test_no_command_sends_a_terminal_what_steers_it(poisoned) -> None:
    desk, article = poisoned
    wrong = []
    for command in commands(article):
        done = desk.khabar(*command)
        assert done.returncode in (0, 1), (command, done.stderr)
        for name, said in (("stdout", done.stdout), ("stderr", done.stderr)):
            text = without_isolates(said) if command[0] == "brief" or "markdown" in command else said
            if found := {hex(ord(sign)) for sign in UNSAFE.findall(text)}:
                wrong.append((command, name, found))
    assert wrong == []


def test_json_gives_the_very_values_all_the_same(poisoned) -> None:
    desk, article = poisoned
    title = desk.rows("SELECT title FROM articles WHERE id = ?", article)[0]["title"]
    shown = desk.khabar("show", str(article), "--json").stdout
    assert json.loads(shown)["title"] == title
    assert "\\u001b" in shown and "\\u202e" in shown and "\\udb40\\udc41" in shown
