"""What the tests of the web face share."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from looking import CHROMIUM, NO_BROWSER, OPTIONS, PASSWORD, TOKEN, Look, Served, serving


@pytest.fixture(scope="session")
def demo_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk that `khabar demo` leaves behind: articles in four languages, copies, an edit, alerts that were sent."""
    root = tmp_path_factory.mktemp("demo") / "desk"
    command = [sys.executable, "-P", "-m", "crawler", "demo", "--into", str(root)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return root


@pytest.fixture(scope="session")
def served(demo_desk: Path) -> Iterator[Served]:
    """The demo desk, served to its owner."""
    with serving(demo_desk) as one:
        yield one


@pytest.fixture(scope="session")
def places(demo_desk: Path) -> dict[str, str]:
    """What pages of the demo desk are of, for addresses with a place to fill in: an article that was edited, the page
    of its first version, and a message."""
    with closing(sqlite3.connect(demo_desk / "archive.db")) as db:
        edited, kept = db.execute("SELECT article, lower(hex(page_hash)) FROM revisions").fetchone()
        (message,) = db.execute("SELECT min(ref) FROM alerts").fetchone()
    return {"edited": str(edited), "kept": kept, "message": message}


@pytest.fixture(scope="session")
def behind_login(demo_desk: Path) -> Iterator[Served]:
    """The demo desk, served to who knows the password or the token."""
    with serving(demo_desk, "--name", "desk.test", KHABAR_WEB_PASSWORD=PASSWORD, KHABAR_WEB_TOKEN=TOKEN) as one:
        yield one


@pytest.fixture(scope="session")
def in_public(demo_desk: Path) -> Iterator[Served]:
    """The demo desk, served to everybody."""
    with serving(demo_desk, "--public") as one:
        yield one


@pytest.fixture(scope="session")
def _browser() -> Iterator[tuple[Any, asyncio.AbstractEventLoop]]:
    """A browser, and the event loop in which Playwright talks to it. The test is skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        loop = asyncio.get_running_loop()
        with _running(None):
            yield browser, loop
        browser.close()


@contextmanager
def _running(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    """*loop* counts as the running one of this thread. Playwright's runs for as long as there is a browser, and no
    other test of the process could run one of its own."""
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(before)


@pytest.fixture
def chromium(_browser: tuple[Any, asyncio.AbstractEventLoop]) -> Iterator[Any]:
    """The browser, for this test."""
    browser, loop = _browser
    with _running(loop):
        yield browser


@pytest.fixture
def look(chromium: Any, served: Served) -> Look:
    """Looks at the demo desk."""
    return Look(chromium, served.address)
