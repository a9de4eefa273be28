"""The page about exports says what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from crawler.exporting.forms import FORMS

PAGE = (Path(__file__).resolve().parents[2] / "docs/export.md").read_text(encoding="utf-8")


def test_its_commands_work_as_they_stand(kept: Any, tmp_path: Path) -> None:
    place = tmp_path / "here"
    place.mkdir()
    lines = [line for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    environment = kept.environment | {
        "KHABAR_DESK": str(kept.root), "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-euc", "\n".join(lines)], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (place / "isis.jsonl").read_text(encoding="utf-8").count("\n") == 6
    made = {"isis.jsonl", "drones.csv", "first.jsonl", "kurdish.csv", "isis.md", "isis-notes", "year.parquet", "case-7"}
    assert {path.name for path in place.iterdir()} == made
    assert "case-7: 6 articles, 6 raw pages\n" in done.stdout


def test_it_names_every_form() -> None:
    assert re.findall(r"^\| `([a-z][a-z-]*)` \|", PAGE, re.MULTILINE) == list(FORMS)
