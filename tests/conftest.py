"""What many tests share: a desk of the newsroom's sites, and the command line as a person's shell runs it."""

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from crawler.cli import main, terminal
from crawler.newsroom import Newsroom

AT_HOME = {
    *(("alerts", word) for word in ("list", "suppressed", "retry", "dismiss", "test")),
    *(("sources", word) for word in ("list", "enable", "disable")),
    *(("topics", word) for word in ("list", "explain", "suggest", "retag")),
    *((word,) for word in ("backup", "doctor", "expire", "export", "forget")),
    *((word,) for word in ("search", "show", "status", "stories", "trends")),
}
"""Commands that start no process, ask no server and set no log: the same in the test's process as in their own."""
NOT_THE_TESTS = ("KHABAR_DESK", "SCRAPY_SETTINGS_MODULE")
"""What a person's shell may set."""

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in the background of a shell: so would all that tests start
    signal.signal(signal.SIGINT, signal.default_int_handler)
settings.register_profile("khabar", deadline=None, derandomize=True)
settings.register_profile("others", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "khabar"))
"""Nothing of the suite is timed: other tests run beside it. The examples are the same each time, unless
HYPOTHESIS_PROFILE=others asks for others."""
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # every process that a test starts would compile Khabar anew


@dataclass(frozen=True)
class DeskAt:
    """A desk in a directory of the test's, used through the command line only."""

    root: Path

    def khabar(
        self, *args: str, environ: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Runs `khabar` with no terminal; *environ* is set besides. Commands AT_HOME run in the test's process."""
        if not options and {args[:1], args[:2]} & AT_HOME:
            return self.khabar_at_home(*args, environ=environ)
        return self.khabar_outside(*args, environ=environ, **options)

    def khabar_outside(
        self, *args: str, environ: Mapping[str, str] | None = None, **options: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Runs it in a process of its own."""
        return subprocess.run(
            self.command(*args), capture_output=True, text=True, encoding="utf-8", check=False, timeout=100,
            env=self.environment | dict(environ or {}), **options,
        )  # fmt: skip

    def khabar_at_home(
        self, *args: str, environ: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Runs it in the test's process, which takes a fifth of the time or less."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["khabar", "--desk", str(self.root), *args])
            for name in NOT_THE_TESTS:
                patch.delenv(name, raising=False)
            for name, value in (environ or {}).items():
                patch.setenv(name, value)
            terminal.out.cache_clear()  # they write where standard output was when they were first called
            terminal.err.cache_clear()
            with pytest.raises(SystemExit) as ended:
                main()
        terminal.out.cache_clear()
        terminal.err.cache_clear()
        return subprocess.CompletedProcess(args, int(ended.value.code or 0), _written(out), _written(err))

    def command(self, *args: str) -> list[str]:
        """The words that start it."""
        return [sys.executable, "-P", "-m", "crawler", "--desk", str(self.root), *args]

    @property
    def environment(self) -> dict[str, str]:
        """Like the test's, without what a person's shell may set."""
        return {name: value for name, value in os.environ.items() if name not in NOT_THE_TESTS}

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


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def make_desk(root: Path) -> DeskAt:
    """An empty desk in *root*, which does not exist yet."""
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (root / folder).mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Test desk"\ntimezone = "Asia/Baghdad"\ncontact = "desk@example.org"\n')
    return DeskAt(root)


@pytest.fixture
def desk(tmp_path: Path) -> DeskAt:
    """An empty desk."""
    return make_desk(tmp_path / "desk")


@pytest.fixture(scope="session")
def crawled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a desk is that has crawled a newsroom, which stays open."""
    with Newsroom() as room:
        desk = make_desk(tmp_path_factory.mktemp("crawled") / "desk")
        desk.write_sources(room.sources_toml(delay=0))
        desk.crawl()
        yield desk.root


@pytest.fixture
def crawled(desk: DeskAt, crawled_once: Path) -> DeskAt:
    """A desk of its own with the newsroom's articles."""
    shutil.copytree(crawled_once, desk.root, dirs_exist_ok=True)
    return desk


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
