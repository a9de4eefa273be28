"""A reader that has seen enough, such as `head`, is no error of any command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = (
    ["topics", "list"],
    ["topics", "list", "--json"],
    ["topics", "explain", "--language", "ar", "انسحاب القوات الأمريكية من العراق"],
    ["topics", "check"],
    ["sources", "list"],
    ["--help"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_went_away_is_no_error(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "desk.toml").write_text('name = "Test"', encoding="utf-8")
    reads, writes = os.pipe()
    os.close(reads)
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "crawler", "--desk", str(tmp_path), *command],
            stdout=writes, stderr=subprocess.PIPE, encoding="utf-8", check=False,
        )  # fmt: skip
    finally:
        os.close(writes)
    assert (ended.returncode, ended.stderr) == (0, "")
