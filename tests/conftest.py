"""What many tests share: a desk of the newsroom's sites, and the command line as a person's shell runs it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.newsroom import Newsroom

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every process that a test starts would compile Khabar anew


@dataclass(frozen=True)
class DeskAt:
    """A desk in a directory of the test's, used through the command line only."""

    root: Path

    def khabar(
        self, *args: str, environ: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Runs `khabar` in a process of its own, with no terminal; *environ* is set besides."""
        return subprocess.run(
            self.command(*args), capture_output=True, text=True, encoding="utf-8", check=False, timeout=100,
            env=self.environment | dict(environ or {}), **options,
        )  # fmt: skip

    def command(self, *args: str) -> list[str]:
        """The words that start it."""
        return [sys.executable, "-P", "-m", "crawler", "--desk", str(self.root), *args]

    @property
    def environment(self) -> dict[str, str]:
        """Like the test's, without what a person's shell may set."""
        return {
            name: value for name, value in os.environ.items() if name not in ("KHABAR_DESK", "SCRAPY_SETTINGS_MODULE")
        }

    def crawl(self, *args: str) -> dict[str, Any]:
        """What `khabar crawl --json` prints."""
        done = self.khabar("crawl", "--json", *args)
        assert done.returncode in (0, 1), done.stderr
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the archive, read as any SQLite tool would."""
        with closing(sqlite3.connect(f"file:{self.root / 'archive.db'}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            return [dict(row) for row in db.execute(query, values)]

    def write_sources(self, text: str) -> None:
        """Puts *text* into a file of sources."""
        (self.root / "seeds/sources/test.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> DeskAt:
    """An empty desk."""
    root = tmp_path / "desk"
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (root / folder).mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Test desk"\ntimezone = "Asia/Baghdad"\ncontact = "desk@example.org"\n')
    return DeskAt(root)


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """The bundled newsroom, open on loopback."""
    with Newsroom() as room:
        yield room


@pytest.fixture
def newsroom_desk(desk: DeskAt, newsroom: Newsroom) -> DeskAt:
    """A desk that watches every site of the newsroom."""
    desk.write_sources(newsroom.sources_toml(delay=0))
    return desk
