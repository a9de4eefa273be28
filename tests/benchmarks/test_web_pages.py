"""The measurement of the web face asks for pages that there are."""

import subprocess
import sys
from pathlib import Path

from benchmarks.measure import environment
from benchmarks.web import PAGES


def test_every_page_is_asked_for_while_a_crawl_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.web", "--archive", str(tmp_path / "archive.db"), "--articles", "300"]
    done = subprocess.run([*command, "--rounds", "1"], capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first == "300 articles"
    assert [line[:26].strip() for line in lines] == list(PAGES)
