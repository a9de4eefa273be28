"""A backup that is taken while another process writes is whole, sound, and of one moment; a damaged one is not kept."""

import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.backup import copy_archive
from archive.checks.examining import examine
from archive.database import open_archive
from archive.errors import ArchiveError

WRITING = Path(__file__).with_name("archive_writing.py")


def numbers(path: Path) -> list[int]:
    """The articles of the process that writes, by the number that it gave each."""
    with closing(open_archive(path, read_only=True)) as db:
        return sorted(int(title.split()[1]) for (title,) in db.execute("SELECT title FROM article_head"))


def test_each_of_several_is_sound_and_has_all_that_was_written_until_then(archive_path, tmp_path) -> None:
    open_archive(archive_path).close()
    command = [sys.executable, str(WRITING), str(archive_path), "wire", "0", "100000"]
    target = tmp_path / "backups" / "b.db"
    target.parent.mkdir()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=WRITING.parents[2]) as writing:
        assert writing.stdout is not None
        acknowledged, had = 0, 0
        try:
            for _ in range(3):
                for _ in range(60):
                    said = writing.stdout.readline()
                    acknowledged = max(acknowledged, int(said)) if said.strip().isdigit() else acknowledged
                copy_archive(archive_path, target)
                with closing(open_archive(target, read_only=True)) as db:
                    assert [one for one in examine(db, target, datetime.now(UTC)) if one.severity != "note"] == []
                found = numbers(target)
                # Every third number edits the article of the one before, which then has its title.
                assert {number - number % 3 // 2 for number in found} == {n - n % 3 // 2 for n in range(found[-1] + 1)}
                assert found[-1] >= acknowledged - 1
                assert len(found) > had
                had = len(found)
        finally:
            writing.kill()


def test_a_damaged_archive_takes_no_backups_place(archive_path, tmp_path) -> None:
    target = tmp_path / "backup.db"
    with closing(open_archive(archive_path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'volume'").fetchone()
    copy_archive(archive_path, target)
    before = target.read_bytes()
    with archive_path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(range(256)) * 16)
    with pytest.raises(ArchiveError, match=r"is damaged .*an earlier one stays"):
        copy_archive(archive_path, target)
    assert target.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "unfinished" in file.name] == []
