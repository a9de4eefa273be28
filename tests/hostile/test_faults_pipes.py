"""Nobody reads what Khabar writes: a reader that has gone, and one that is there and reads nothing."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks.whole import faults
from crawler.newsroom import Newsroom


@pytest.fixture
def gone() -> Iterator[int]:
    """The writing end of a pipe of which the other is closed."""
    reads, writes = os.pipe()
    os.close(reads)
    yield writes
    os.close(writes)


@pytest.fixture
def full() -> Iterator[int]:
    """The writing end of a pipe that is full, and whose other end nobody reads."""
    reads, writes = os.pipe()
    flags = fcntl.fcntl(writes, fcntl.F_GETFL)
    fcntl.fcntl(writes, fcntl.F_SETFL, flags | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 512)
    fcntl.fcntl(writes, fcntl.F_SETFL, flags)
    yield writes
    os.close(writes)
    os.close(reads)


@pytest.mark.parametrize("words", [["export"], ["search", "--limit", "30"], ["status"]], ids=" ".join)
def test_a_reader_that_went_away_is_no_error(desk: Any, made: bytes, gone: int, words: list[str]) -> None:
    (desk.root / "archive.db").write_bytes(made)
    done = subprocess.run(
        desk.command(*words), env=desk.environment, stdout=gone, stderr=subprocess.PIPE, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [["crawl"], ["crawl", "-v"], ["crawl", "--json"]], ids=" ".join)
def test_a_crawl_of_which_nobody_hears_is_done_all_the_same(newsroom_desk: Any, gone: int, words: list[str]) -> None:
    """`khabar crawl -v 2>&1 | head -1`."""
    done = subprocess.run(
        newsroom_desk.command(*words, "rafidain"), env=newsroom_desk.environment, stdout=gone, stderr=gone, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert len(newsroom_desk.rows("SELECT 1 FROM articles")) == 17
    assert list(faults(newsroom_desk.root / "archive.db")) == []


def test_an_error_that_nobody_hears_ends_the_command_with_its_code(desk: Any, made: bytes, gone: int) -> None:
    (desk.root / "archive.db").write_bytes(made)
    done = subprocess.run(
        desk.command("search", '"open'), env=desk.environment, stdout=gone, stderr=gone, check=False, timeout=60
    )
    assert done.returncode == 2


def test_a_service_whose_log_nobody_reads_crawls_and_ends_as_ever(
    newsroom_desk: Any, newsroom: Newsroom, full: int
) -> None:
    (newsroom_desk.root / "schedules/job.toml").write_text(
        '[[job]]\nid = "all"\nsources = ["rafidain"]\nevery = "1h"\n'
    )
    service = subprocess.Popen(
        newsroom_desk.command("run", "-v"), env=newsroom_desk.environment, stdout=subprocess.DEVNULL, stderr=full
    )
    try:
        for _ in range(600):
            with suppress(Exception):  # the archive is being made at this moment
                if newsroom_desk.rows("SELECT 1 FROM runs WHERE outcome = 'done'"):
                    break
            with suppress(subprocess.TimeoutExpired):
                service.wait(0.05)
        assert len(newsroom_desk.rows("SELECT 1 FROM articles")) == 17
        service.terminate()
        assert service.wait(10) == 0
    finally:
        service.kill()
        service.wait()


def test_what_was_not_read_comes_when_it_is_read_again_and_what_is_lost_is_counted(tmp_path: Path) -> None:
    script = tmp_path / "says.py"
    script.write_text(
        "import logging, sys\n"
        "from crawler.cli import log_stream\n"
        "log_stream._MOST_WAITING = 5\n"
        "logging.basicConfig(handlers=[log_stream.UnstalledHandler(sys.stderr)], format='%(message)s')\n"
        "for number in range(400):\n"
        "    logging.warning('%d %s', number, '.' * 500)\n"
        "print('said', flush=True)\n"
        "sys.stdin.read()\n"
        "logging.warning('last')\n"
    )
    command = [sys.executable, str(script)]
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": root},
    )  # fmt: skip
    assert process.stdout and process.stdout.readline() == "said\n"
    _, heard = process.communicate(timeout=30)
    lines = heard.splitlines()
    numbers = [int(line.split()[0]) for line in lines if line.endswith(".")]
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 100
    lost = [int(line.split()[0]) for line in lines if "lines of this log were lost" in line]
    assert lost
    assert len(numbers) + sum(lost) + lines.count("last") == 401
