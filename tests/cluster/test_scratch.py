"""Every crawl of a worker has an archive of its own, of which nothing stays."""

import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import SCHEMA_VERSION, open_archive
from crawler.cluster.scratch import Scratch

KEEPS_ONE = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from crawler.cluster.scratch import Scratch
with Scratch() as scratch:
    print(scratch.root, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_an_archive_is_empty_and_gone_behind_its_block(temporary: Path) -> None:
    with Scratch() as scratch:
        for number in range(3):
            with scratch.archive("7-1") as path, closing(open_archive(path, make=False)) as db:
                assert db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
                assert db.execute("SELECT count(*) FROM feeds").fetchone()[0] == 0
                db.execute("INSERT INTO feeds (url, source) VALUES ('x', 'y')")
            assert not path.exists(), number
    assert not list(temporary.iterdir())


def test_what_a_killed_process_left_is_taken_away_and_what_another_uses_is_not(temporary: Path) -> None:
    words = [sys.executable, "-P", "-c", KEEPS_ONE, str(temporary)]
    first, second = (subprocess.Popen(words, stdin=-1, stdout=-1, text=True) for _ in range(2))
    try:
        assert first.stdout and second.stdout
        dead, alive = Path(first.stdout.readline().strip()), Path(second.stdout.readline().strip())
        first.kill()
        first.wait()
        assert dead.exists() and alive.exists()

        with Scratch():
            assert not dead.exists() and alive.exists()
    finally:
        for process in (first, second):
            process.kill()
            process.communicate()
