"""One run of the browser: from its start until it is ended or killed. It is scrapy-playwright that drives it.

scrapy-playwright makes a browser for each crawl, and keeps it as long as the crawl. Here one of its handlers is made
for all crawls of the process, when the first page needs it, and thrown away with its browser and its driver whenever
one of them misbehaves.
"""

import asyncio
import logging
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, Self

from playwright.async_api import Page
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from archive.processes import is_alive
from crawler.rendering.chromium import command
from crawler.rendering.view import View
from crawler.rendering.weight import weight
from crawler.settings import TWISTED_REACTOR

logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)  # a page's fate tells what came of it

_PREFIX = "khabar-browser-"
_END_SECONDS = 1.0
"""For ending well; then what is left is killed."""


class _Handler(ScrapyPlaywrightDownloadHandler):
    """Its handler, with a page's requests and its waiting left to the page's view."""

    view: View

    def _make_request_handler(self, *_: Any, **__: Any) -> Any:
        return self.view.on_request

    async def _apply_page_methods(self, page: Page, request: Request, spider: Spider) -> None:
        await self.view.settle(page)


class Session:
    """A browser that runs. `is_spoilt`: it was killed, or has died."""

    def __init__(self, handler: _Handler, folder: Path) -> None:
        self._handler, self._folder = handler, folder
        self._numbers = count(1)
        self._browser = self._driver = 0
        self.is_spoilt = False

    @classmethod
    async def start(cls, chromium: str, user_agent: str) -> Self:
        """Starts *chromium*. Raises whatever Playwright raises where it does not come up."""
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        program, *arguments = command(chromium, folder, user_agent)
        launch = {
            "executable_path": program, "args": arguments, "ignore_default_args": True,
            "handle_sigint": False, "handle_sigterm": False, "handle_sighup": False,
        }  # fmt: skip
        settings = {
            "TWISTED_REACTOR": TWISTED_REACTOR, "PLAYWRIGHT_LAUNCH_OPTIONS": launch,
            "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None, "PLAYWRIGHT_DOWNLOAD_TIMEOUT": 1000,
            "PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER": False,
        }  # fmt: skip
        crawler = Crawler(Spider, Settings(settings))
        crawler.stats = MemoryStatsCollector(crawler)
        handler = _Handler(crawler)
        handler.config.target_closed_max_retries = 0  # what killed one browser would kill the next
        session = cls(handler, folder)
        try:
            await handler._launch()
            await handler._maybe_launch_browser()
            session._browser, session._driver = map(int, (folder / "note").read_text(encoding="ascii").split())
        except BaseException:
            await session.end()
            raise
        return session

    async def show(self, view: View, url: str, context: dict[str, Any]) -> tuple[str, str]:
        """Where *view*, whose document is at *url*, has led to, and its document in the end."""
        name = f"page {next(self._numbers)}"
        meta = {
            "playwright": True, "playwright_include_page": True, "playwright_context": name,
            "playwright_context_kwargs": context, "playwright_page_init_callback": view.prepare,
            "playwright_page_goto_kwargs": {"wait_until": "commit", "timeout": 0},
        }  # fmt: skip
        self._handler.view = view
        try:
            response: Response = await self._handler.download_request(Request(url, meta=meta, dont_filter=True))
            return response.url, response.text if isinstance(response, TextResponse) else ""
        finally:
            if not self.is_spoilt and (wrapper := self._handler.context_wrappers.get(name)):
                await wrapper.context.close()

    @property
    def weight(self) -> int:
        """Bytes of memory that it takes; 0 where that is not known."""
        return weight(self._driver) if self._driver else 0

    @property
    def is_running(self) -> bool:
        """Whether the browser has not died by itself."""
        return not self.is_spoilt and is_alive(self._browser)

    def kill(self) -> None:
        """At once, whatever it is doing."""
        self.is_spoilt = True
        if self._browser:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._browser, signal.SIGKILL)  # Playwright gives the browser a group of its own

    async def end(self) -> None:
        """Ends it, and leaves nothing of it behind."""
        try:
            async with asyncio.timeout(_END_SECONDS):
                await self._handler.close()
        except Exception as error:  # whatever is wrong with it, it is to be gone
            logging.getLogger(__name__).debug("the browser did not end well: %s", error)
        self.kill()
        if self._driver and is_alive(self._driver):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._driver, signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)


def _sweep() -> None:
    """Removes what processes of Khabar left that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if owner.isdigit() and not is_alive(int(owner)) and folder.stat().st_uid == os.geteuid():
                shutil.rmtree(folder, ignore_errors=True)
