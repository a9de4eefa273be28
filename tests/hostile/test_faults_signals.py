"""Ctrl-C, SIGTERM and SIGHUP at every stage: one line at most, the code that shells know, and a whole archive."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks.whole import faults

COMMANDS = (
    ["export"], ["search", "bridge"], ["status"], ["topics", "retag"], ["backup", "{root}/backup.db"],
    ["alerts", "deliver"], ["brief", "--since", "900d"],
)  # fmt: skip
SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDS_WITHIN = 5.0
"""Seconds: a wide bound on a busy machine. What is promised is at once."""


@pytest.fixture
def desk_of_sixty(desk: Any, made: bytes) -> Any:
    (desk.root / "archive.db").write_bytes(made)
    return desk


def begin(desk: Any, words: list[str]) -> "subprocess.Popen[str]":
    """Starts a command, and returns when Python is up and Khabar begins to load."""
    code = "import sys; print(flush=True, file=sys.stderr); from crawler.__main__ import main; main()"
    command = [sys.executable, "-P", "-c", code, "--desk", str(desk.root), *words]
    process = subprocess.Popen(
        command, env=desk.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    process.stderr.readline()
    return process


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign.name)
def test_a_command_that_is_told_to_end_at_any_moment_says_one_line_at_most(desk_of_sixty: Any, sign: int) -> None:
    desk, chance = desk_of_sixty, random.Random(sign)
    for words in COMMANDS:
        process = begin(desk, [word.format(root=desk.root) for word in words])
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0, 0.7))
        process.send_signal(sign)
        asked = time.monotonic()
        _, told = process.communicate(timeout=30)
        assert time.monotonic() - asked < ENDS_WITHIN, words
        lines = [line for line in told.splitlines() if line.strip()]
        assert "Traceback" not in told
        assert len([line for line in lines if "khabar" in line or "Error" in line]) <= 1, told
        assert process.returncode in (0, 130, 128 + sign, -sign), (words, told)
    assert list(faults(desk.root / "archive.db")) == []
    if (desk.root / "backup.db").exists():
        assert list(faults(desk.root / "backup.db")) == []


@pytest.mark.parametrize(
    "words", [["topics", "retag"], ["alerts", "deliver"], ["alerts", "dismiss", "--all"]], ids=" ".join
)
def test_ctrl_c_is_heard_while_another_process_has_the_archive(desk_of_sixty: Any, words: list[str]) -> None:
    desk = desk_of_sixty
    with closing(sqlite3.connect(desk.root / "archive.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        process = begin(desk, words)
        with suppress(subprocess.TimeoutExpired):
            process.wait(4)
        assert process.poll() is None, "it waits"
        for _ in range(2):  # the first lets a retagging come to the end of its batch
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(3)
        assert process.poll() is not None, "it did not hear"
        assert process.stderr
        told = process.stderr.read()
        process.stderr.close()
    assert "Traceback" not in told
    assert process.returncode in (130, -signal.SIGINT)


def test_a_terminal_that_is_closed_ends_a_crawl_and_the_next_one_goes_on(newsroom_desk: Any, newsroom: Any) -> None:
    desk = newsroom_desk
    running = subprocess.Popen(
        desk.command("crawl"), env=desk.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while len(newsroom.requests) < 12 and running.poll() is None:
        time.sleep(0.005)
    running.send_signal(signal.SIGHUP)
    assert running.wait(30) == -signal.SIGHUP
    assert list(faults(desk.root / "archive.db")) == []
    desk.crawl()
    archived = {row["url"] for row in desk.rows("SELECT url FROM articles")}
    assert archived == {article.url for article in newsroom.articles() if article.allowed}


def test_the_first_moments_of_python_itself_are_not_ours(tmp_path: Path) -> None:
    """Loading is ended without a word; where Ctrl-C is not heeded (`khabar crawl &`), it stays so."""
    code = (
        "import os, signal, sys\n"
        "class Ends:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'crawler.cli':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "            print('goes on')\n"
        "            sys.exit(7)\n"
        "sys.meta_path.insert(0, Ends())\n"
        "if sys.argv[1:]: signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "from crawler.__main__ import main\n"
        "main()\n"
    )
    root = Path(__file__).parents[2]
    heeded, unheeded = (
        subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=root, check=False)
        for words in ([], ["unheeded"])
    )
    assert (heeded.returncode, heeded.stdout, heeded.stderr) == (-signal.SIGINT, "", "")
    assert (unheeded.returncode, unheeded.stdout, unheeded.stderr) == (7, "goes on\n", "")
