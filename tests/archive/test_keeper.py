"""The keeper of pages: on disk when it says so, and lost, not waited for, where the file is in a bad way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from page_keeping import made_page

from archive import keeper as keeping
from archive import pages as kept_pages
from archive.database import open_archive
from archive.keeper import Keeper
from archive.pages import kept_hashes, open_pages, pages_beside, refused_hashes


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    open_archive(tmp_path / "archive.db").close()
    one = Keeper(tmp_path / "archive.db")
    yield one
    one.close()


def there(directory: Path) -> set[bytes]:
    with closing(open_pages(pages_beside(directory / "archive.db"), read_only=True)) as pages:
        return set(kept_hashes(pages))


def test_what_nobody_wants_is_not_kept_and_makes_no_file(tmp_path: Path, keeper: Keeper) -> None:
    def has_articles(db) -> bool:
        return bool(db.execute("SELECT count(*) FROM articles").fetchone()[0])

    assert keeper.keep(made_page("one"), has_articles).result() == "unwanted"
    assert not pages_beside(tmp_path / "archive.db").exists()
    assert keeper.keep(made_page("one")).result() == "new"
    assert keeper.keep(made_page("one")).result() == "there"
    assert there(tmp_path) == {made_page("one").hash}
    keeper.drop([made_page("one").hash]).result()
    assert there(tmp_path) == set()


def test_while_another_keeps_the_file_locked_pages_are_lost_and_then_kept_again(
    tmp_path: Path, keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeping, "KEEP_SECONDS", 0.05)
    with closing(open_pages(tmp_path / "pages.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert keeper.keep(made_page("one")).result() == "lost"
        other.execute("ROLLBACK")
        assert keeper.keep(made_page("two")).result() == "lost"  # it is not tried again so soon
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "news goes on" in caplog.text and "locked" in caplog.text
    monkeypatch.setattr(keeper, "_not_before", 0.0)
    assert keeper.keep(made_page("three")).result() == "new"
    assert there(tmp_path) == {made_page("three").hash}


@pytest.mark.parametrize("way", ["deleted", "moved"])
def test_a_file_that_is_taken_away_while_a_service_runs_swallows_no_page(
    tmp_path: Path, keeper: Keeper, way: str
) -> None:
    assert keeper.keep(made_page("one")).result() == "new"
    if way == "deleted":
        for file in tmp_path.glob("pages.db*"):
            file.unlink()
    else:  # to a larger disk
        (tmp_path / "large").mkdir()
        (tmp_path / "pages.db").rename(tmp_path / "large/pages.db")
        (tmp_path / "pages.db").symlink_to(tmp_path / "large/pages.db")
    assert keeper.keep(made_page("two")).result() == "new"
    keeper.close()
    assert there(tmp_path) == {made_page(name).hash for name in (("two",) if way == "deleted" else ("one", "two"))}
    with closing(open_pages(tmp_path / "pages.db")) as pages:
        assert pages.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_two_processes_keep_pages_at_a_time_and_one_is_killed(tmp_path: Path) -> None:
    open_archive(tmp_path / "archive.db").close()
    script = Path(__file__).with_name("page_keeping.py")
    first, second = (
        subprocess.Popen([sys.executable, script, tmp_path, name, count], stdout=subprocess.PIPE, text=True)
        for name, count in (("a", "100000"), ("b", "60"))
    )
    told = [first.stdout.readline() for _ in range(40)]  # type: ignore[union-attr]
    first.kill()
    rest, _ = first.communicate()
    whole, _ = second.communicate(timeout=60)

    assert second.returncode == 0
    lines = [*told, *rest.splitlines(), *whole.splitlines()]
    acknowledged = {bytes.fromhex(line.split()[1]) for line in lines if len(line.split()) == 2 and len(line) >= 64}
    assert {line.split()[0] for line in lines if line.strip()} == {"new"}
    assert len(whole.splitlines()) == 60
    assert acknowledged <= there(tmp_path)
    with closing(open_pages(tmp_path / "pages.db")) as pages:
        assert pages.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_of_refused_pages_the_newest_of_each_source_are_kept_for_a_while(
    tmp_path: Path, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_pages, "MAX_REFUSED_PAGES", 3)
    for minute in (4, 1, 5, 2, 3):
        keeper.keep(made_page(f"lost-{minute}", refused="gate", minute=minute)).result()
    keeper.keep(made_page("other", source="other", refused="gate")).result()
    keeper.keep(made_page("article")).result()
    with closing(open_pages(tmp_path / "pages.db")) as pages:
        found = [(source, fetched[14:16]) for _, source, _, fetched in refused_hashes(pages)]
        assert found == [("wire", "05"), ("wire", "04"), ("wire", "03"), ("other", "00")]
        pages.execute("UPDATE pages SET kept = '2025-01-01T00:00:00Z'")
    assert keeper.keep(made_page("lost-4", minute=4)).result() == "there"  # an article was found on it after all
    keeper.keep(made_page("lost-9", refused="gate", minute=9)).result()
    with closing(open_pages(tmp_path / "pages.db", read_only=True)) as pages:
        assert [source for _, source, _, _ in refused_hashes(pages)] == ["wire", "other"]
    assert made_page("article").hash in there(tmp_path) and made_page("lost-4").hash in there(tmp_path)
