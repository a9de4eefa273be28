"""kill -9 of what writes to an archive; tests/crawl/test_kill.py has four more, all through a crawl.

`make hostile-kills` does a hundred.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import open_archive
from benchmarks.kills import WRITTEN_FOR, measure
from benchmarks.made_archive import arrivals, build
from benchmarks.whole import faults

KILLED = ["tag", "deliver", "backup", "migrate", "worker", "run"]


@pytest.mark.timeout(240)
def test_kills_of_what_writes_to_an_archive_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    outcome = measure(tmp_path / "desk", KILLED, articles=100, seed=2, finished=0, sites=WRITTEN_FOR)
    assert outcome.faults == []
    assert outcome.kills == Counter(KILLED)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "archive.db"
    build(path, arrivals(), 20)
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM article_text WHERE id = :one", "1 articles without their text"),
        ("UPDATE article_head SET title = 'other words' WHERE id = :one", "words that are there and not indexed"),
        ("UPDATE article_text SET text = 'brief' WHERE id = :one", "words that are indexed and not there"),
        ("UPDATE volume SET articles = 7 WHERE hour = (SELECT max(hour) FROM volume)", "hours whose volume is wrong"),
        ("UPDATE stories SET articles = 2", "20 stories that count wrongly"),
        ("DELETE FROM addresses WHERE article = :one", "1 articles that their own address does not lead to"),
        ("UPDATE article_head SET url = (SELECT max(url) FROM article_head)", "1 articles archived twice"),
        ('UPDATE evidence SET "end" = 99999', "evidence outside of its text"),
        ("DELETE FROM evidence", "tags without evidence"),
    ],
    ids=lambda value: value.split(" WHERE")[0].replace(" ", "-"),
)
def test_an_archive_that_is_not_whole_is_told_so(whole: bytes, tmp_path: Path, damage: str, told: str) -> None:
    path = tmp_path / "archive.db"
    path.write_bytes(whole)
    assert list(faults(path)) == []
    with closing(sqlite3.connect(path)) as db:
        one = db.execute("SELECT article FROM tags LIMIT 1").fetchone()[0]
        db.execute(damage, {"one": one})
        db.commit()
    assert any(told in fault for fault in faults(path))
