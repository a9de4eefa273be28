"""The measurement of scale: on a small archive it asks everything that it asks on a large one."""

from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from benchmarks.scale import QUESTIONS, ask, grow, starts, written


def test_it_grows_an_archive_and_asks_everything(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "archive.db"
    grow(path, 150)
    grow(path, 300)
    with closing(open_archive(path)) as db:
        assert db.execute("SELECT count(*), count(DISTINCT url) FROM articles").fetchone()[:] == (300, 300)
        assert db.execute("SELECT count(*) FROM stories WHERE articles > 1").fetchone()[0] > 0

    found = ask(path, 2)

    assert found.keys() == QUESTIONS.keys()
    assert all(0 < taken["p50"] <= taken["p95"] <= taken["most"] for taken in found.values())
    assert 0 < starts(path, cold=False, rounds=1) < 60
    monkeypatch.setattr("benchmarks.scale.WRITTEN", 100)
    assert written(path, signed=True, folded=False) > 0
    with closing(open_archive(path)) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone()[0] > 400  # the process beside it has written too
