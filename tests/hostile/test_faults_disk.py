"""A disk that is full, and one that may not be written: one line, exit code 2, and nothing that was kept is lost."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from own_disk import needs_own_disk, run_on

SIZE = 4  # MiB
SOURCE = '[[source]]\nid = "one"\nname = "One"\nfeeds = ["http://127.0.0.1:9/feed"]\nprivate = true\nports = [9]\n'
FULL = (
    f"mount -t tmpfs -o size={SIZE}m tmpfs $D; cp -r {{desk}}/. $D/; head -c {{left}} /dev/zero >$D/filler 2>/dev/null"
)
CLOSED = "cp -r {desk}/. $D/; mount --bind $D $D; mount -o remount,ro,bind $D"
WHOLE = f"!{sys.executable} -m benchmarks.whole $D/archive.db"


@pytest.fixture
def desk_of_sixty(desk: Any, made: bytes) -> Any:
    desk.write_sources(SOURCE)
    (desk.root / "archive.db").write_bytes(made)
    (desk.root / "schedules/job.toml").write_text('[[job]]\nid = "all"\nsources = ["*"]\nevery = "1h"\n')
    return desk


@needs_own_disk
def test_a_full_disk_is_told_in_one_line_and_what_is_there_can_still_be_read(desk_of_sixty: Any) -> None:
    writing = ("topics retag", "alerts deliver", "crawl", "run", "forget 1704067200000000", "sources disable one")
    reading = ("search --count bridge", "export", "show 1704067200000000")
    done = run_on(
        FULL.format(desk="{desk}", left="100m"),
        desk_of_sixty,
        *writing,
        *reading,
        "!rm $D/filler",
        WHOLE,
        "topics retag",
    )
    for one in done[: len(writing)]:
        assert (one.returncode, one.stdout, one.stderr.count("\n")) == (2, "", 1), one
        assert "full" in one.stderr or "No space left on device" in one.stderr, one
        assert "own-disk" in one.stderr, "the line names the file"
    for one in done[len(writing) : -3]:
        assert (one.returncode, one.stderr) == (0, ""), one
    *_, whole, retagged = done
    assert whole.stdout == "whole\n"
    assert retagged.returncode == 0, "with room it goes on"


@needs_own_disk
def test_a_disk_that_becomes_full_keeps_what_was_written_by_then_and_no_half_backup(desk_of_sixty: Any) -> None:
    *copying, names, whole = run_on(
        FULL.format(desk="{desk}", left="2600k"), desk_of_sixty, "backup $D/copy.db", "backup $D/copy.db",
        "!ls $D", WHOLE,
    )  # fmt: skip
    for one in copying:
        assert (one.returncode, one.stdout) == (2, "")
        assert one.stderr.endswith("copy.db: the disk is full; make room and try again\n")
    assert "copy" not in names.stdout
    assert whole.stdout == "whole\n"


def test_results_that_fill_the_disk_behind_standard_output_are_one_line(desk_of_sixty: Any) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(
            desk_of_sixty.command("export"), env=desk_of_sixty.environment, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "khabar: No space left on device\n")


@needs_own_disk
def test_a_desk_that_may_not_be_written_can_be_read_and_copied(desk_of_sixty: Any, tmp_path: Path) -> None:
    writing = ("topics retag", "alerts deliver", "crawl", "run", "sources disable one", "alerts dismiss --all")
    reading = ("search --count bridge", "export", "show 1704067200000000", f"backup {tmp_path}/copy.db", "sources list")
    done = run_on(CLOSED, desk_of_sixty, *writing, *reading)
    for one in done[: len(writing)]:
        assert (one.returncode, one.stdout, one.stderr.count("\n")) == (2, "", 1), one
        assert "own-disk" in one.stderr, "the line names the file"
    for one in done[len(writing) :]:
        assert (one.returncode, one.stderr) == (0, ""), one
    assert (tmp_path / "copy.db").stat().st_size > 100_000
