"""`khabar backup` beside what it must not touch: links, logs, archives in use, devices, odd names."""

import json
import os
import stat
from contextlib import closing
from pathlib import Path

import pytest

from archive import backup
from archive.backup import copy_archive
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.pages import open_pages


@pytest.fixture
def archived(desk):
    """A desk with an empty archive."""
    open_archive(desk.root / "archive.db").close()
    return desk


def is_archive(file: Path) -> bool:
    with closing(open_archive(file, read_only=True)) as db:
        return db.execute("SELECT count(*) FROM article_head").fetchone()[0] == 0


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_backup_is_not_written_where_the_log_of_an_archive_belongs(archived, end) -> None:
    log = archived.root / f"archive.db{end}"
    for there in (True, False):  # SQLite itself removes what is empty
        if there:
            log.write_bytes(b"")
        done = archived.khabar("backup", str(log))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "belongs to the log of another file" in done.stderr
        assert not log.exists() or log.read_bytes() == b""
        log.unlink(missing_ok=True)


def test_a_backup_does_not_replace_an_archive_that_somebody_uses(archived, tmp_path) -> None:
    other = tmp_path / "other.db"
    with closing(open_archive(other)) as db:
        before = other.stat().st_ino
        done = archived.khabar("backup", str(other))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "is in use, or was, as an archive itself, since there is other.db-wal" in done.stderr
        assert other.stat().st_ino == before
        assert db.execute("SELECT count(*) FROM article_head").fetchone()[0] == 0


def test_a_link_stays_one_and_leads_to_the_backup(archived, tmp_path) -> None:
    (tmp_path / "disk").mkdir()
    link, target = tmp_path / "backup.db", tmp_path / "disk" / "b.db"
    link.symlink_to(target)
    for _ in range(2):  # it leads nowhere the first time
        assert archived.khabar("backup", str(link)).returncode == 0
        assert link.is_symlink()
        assert is_archive(target)
    link.unlink()
    link.symlink_to(archived.root / "archive.db")
    assert "is the archive itself" in archived.khabar("backup", str(link)).stderr


def test_a_link_in_the_place_of_the_unfinished_copy_is_not_followed(archived, tmp_path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Rana")
    (tmp_path / "backup.db.unfinished-copy").symlink_to(letter)
    done = archived.khabar("backup", str(tmp_path / "backup.db"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert letter.read_text() == "Dear Rana"


def test_what_is_no_file_is_left_alone(archived, tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, Path(os.devnull), tmp_path):
        done = archived.khabar("backup", str(place))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_backup_is_as_private_as_the_archive_and_the_backup_before(archived, tmp_path) -> None:
    target = tmp_path / "backup.db"
    for archive, before, after in ((0o600, None, 0o600), (0o644, 0o600, 0o600), (0o640, 0o644, 0o640)):
        (archived.root / "archive.db").chmod(archive)
        if before:
            target.chmod(before)
        assert archived.khabar("backup", str(target)).returncode == 0
        assert stat.S_IMODE(target.stat().st_mode) == after


def test_a_name_that_is_no_utf_8_names_a_backup_and_a_desk(archived, tmp_path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff\n%41.db"))
    done = archived.khabar("backup", str(odd))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    assert is_archive(odd)
    again = odd.with_name(odd.name + "2")
    copy_archive(odd, again)
    assert is_archive(again)


def test_two_backups_to_one_name_never_cut_the_finished_one(archived, tmp_path, monkeypatch) -> None:
    """The second has opened the unfinished copy of the first just before that got its name."""
    target = tmp_path / "backup.db"
    lock = backup.fcntl.flock

    def finish_first(handle: int, how: int) -> None:
        monkeypatch.setattr(backup.fcntl, "flock", lock)
        target.with_name("backup.db.unfinished-copy").unlink()
        copy_archive(archived.root / "archive.db", target)
        os.link(target, tmp_path / "kept.db")
        lock(handle, how)

    monkeypatch.setattr(backup.fcntl, "flock", finish_first)
    with pytest.raises(ArchiveError, match="another process writes this copy"):
        copy_archive(archived.root / "archive.db", target)
    assert is_archive(target)
    assert not list(tmp_path.glob("*.unfinished-copy"))


def test_kept_pages_are_copied_on_demand_and_to_a_file_of_their_own(archived, tmp_path) -> None:
    done = archived.khabar("backup", str(tmp_path / "b.db"), "--pages", str(tmp_path / "p.db"))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no pages are kept" in done.stderr
    assert not (tmp_path / "b.db").exists()
    with closing(open_pages(archived.root / "pages.db")) as pages:
        before = [row[0] for row in pages.execute("SELECT name FROM sqlite_master ORDER BY 1")]
        for _ in range(2):  # an earlier one is replaced
            done = archived.khabar("backup", "--json", str(tmp_path / "b.db"), "--pages", str(tmp_path / "p.db"))
            assert (done.returncode, done.stderr) == (0, "")
            assert json.loads(done.stdout)["pages_bytes"] == (tmp_path / "p.db").stat().st_size
    with closing(open_pages(tmp_path / "p.db", read_only=True)) as copy:
        assert [row[0] for row in copy.execute("SELECT name FROM sqlite_master ORDER BY 1")] == before
    for wrong in (tmp_path / "b.db", archived.root / "pages.db", archived.root / "archive.db"):
        done = archived.khabar("backup", str(tmp_path / "b.db"), "--pages", str(wrong))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert is_archive(tmp_path / "b.db")
