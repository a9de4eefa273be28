"""The one browser of a process: started when the first page needs it, ended when none has for a while.

It draws one page at a time, within bounds of time and memory, and is killed when a page breaks them; the next page
gets a new one.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from archive.rendering import NOT_STARTED
from crawler.rendering.chromium import find_chromium
from crawler.rendering.gate import Gate
from pipelines.page import Page
from pipelines.rendering import Draw, NotRendered, Rendering
from pipelines.workbench import Workbench
from seeds.bounds import MAX_BODY_BYTES, RENDER_MEMORY, RENDER_SECONDS

if TYPE_CHECKING:  # they need the extra "render"; who crawls without it must not
    from crawler.rendering.session import Session
    from crawler.rendering.view import Terms

logger = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""Without a page after which it is ended: it takes 300 MB."""
_START_SECONDS = 30.0
_TRY_AGAIN_SECONDS = 60.0
"""After a start that failed: pages that come meanwhile do not wait for another failure."""
_GLANCE = 0.1  # seconds between two looks at its memory: scripts fill 200 MB in that time
_RESTED = RENDER_MEMORY * 6 // 10
"""What it may take between two pages; beyond it the next page gets a new one, and does not pay for those before."""
_OWN_WORDS = re.compile(r"\[pid=\d+\]\[err\] (.+)")
_LAST_WORDS = 1.0  # seconds for what was under way to end, once the browser is killed
_CLOSE_SECONDS = 1.5  # of the service, which is gone in ten whatever it was doing

TOO_LONG = "took too long to render"
TOO_MUCH = "took too much memory to render"
DIED = "browser died"
TOO_LARGE = "rendered page too large"
_MAIN = "text/html; charset=utf-8"
_PLAIN_ONLY = frozenset(["content-type", "content-length", "etag", "last-modified"])
"""Headers that say something of the plain page. What is drawn has no validators: its frame does not change with it."""


class Browser:
    """Not started before it is needed."""

    def __init__(self) -> None:
        self.rendering: Callable[[str, Workbench, Draw], Rendering] = Rendering
        """What decides, for a source, which of its pages are drawn."""
        self._turn = asyncio.Lock()
        self._session: Session | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._failed = float("-inf")

    async def draw(self, page: Page, terms: "Terms") -> Page:
        """What *page* is once its scripts have run. Raises NotRendered."""
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            try:
                session = await self._running(terms.user_agent)
                drawn = await self._draw(page, terms, session)
                if session.weight > _RESTED:
                    await self._drop()
                return drawn
            finally:
                self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end_idle)

    async def close(self) -> None:
        """Ends it, where it runs; whoever still draws has been given up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._close()

    async def _close(self) -> None:
        async with self._turn:
            if self._idle:
                self._idle.cancel()
            if self._ending:
                await self._ending
            await self._drop()

    async def _running(self, user_agent: str) -> "Session":
        from crawler.rendering.session import Session  # noqa: PLC0415 -- see TYPE_CHECKING above

        if self._session and not self._session.is_running:
            await self._drop()
        if self._session:
            return self._session
        if monotonic() < self._failed + _TRY_AGAIN_SECONDS:
            raise NotRendered(NOT_STARTED, of_page=False)
        try:
            async with asyncio.timeout(_START_SECONDS):
                self._session = await Session.start(find_chromium() or "chromium", user_agent)
        except Exception as error:
            self._failed = monotonic()
            logger.error("the browser did not start: %s", _why(error))
            raise NotRendered(NOT_STARTED, of_page=False) from error
        return self._session

    async def _draw(self, page: Page, terms: "Terms", session: "Session") -> Page:
        from crawler.rendering.view import View  # noqa: PLC0415

        async with Gate(terms.policy) as gate:
            view = View(page, gate, terms.policy)
            showing = asyncio.ensure_future(session.show(view, page.url, terms.context(gate)))
            watching = asyncio.ensure_future(_watch(session))
            try:
                done, _ = await asyncio.wait(
                    {showing, watching}, timeout=RENDER_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if showing in done:
                    url, text = showing.result()
                    return _drawn(page, url, text)
                raise NotRendered(watching.result() if watching in done else TOO_LONG)
            except NotRendered:
                raise
            except Exception as error:
                logger.info("%s: %s: %s", DIED, page.url, " ".join(str(error).split())[:300])
                raise NotRendered(DIED) from error
            finally:
                for refused in gate.refused:
                    logger.info("rendering %s: refused %s", page.url, refused)
                watching.cancel()
                terms.weigh(gate.passed)
                if not _went_well(showing):
                    await self._throw_away(session, showing)

    async def _throw_away(self, session: "Session", showing: "asyncio.Future[tuple[str, str]]") -> None:
        """Kills the browser; the next page gets another."""
        session.kill()
        self._session = None
        if not showing.done():
            await asyncio.wait({showing}, timeout=_LAST_WORDS)
        showing.cancel()
        with suppress(Exception, asyncio.CancelledError):
            await showing
        await session.end()

    async def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.end()

    def _end_idle(self) -> None:
        if not self._turn.locked():
            self._ending = asyncio.ensure_future(self._drop())


async def _watch(session: "Session") -> str:
    """Returns why the browser cannot go on, once it cannot: Playwright does not always say that one has died."""
    while True:
        if not session.is_running:
            return DIED
        if session.weight > RENDER_MEMORY:
            return TOO_MUCH
        await asyncio.sleep(_GLANCE)


def _why(error: Exception) -> str:
    """What a browser said that did not start: its own words, which Playwright puts behind its whole command line."""
    said = str(error)
    own = _OWN_WORDS.findall(said) or [said.partition("Browser logs:")[0]]
    lines = dict.fromkeys(" ".join(line.split()) for line in own)
    if isinstance(error, TimeoutError):
        return f"it did not answer within {_START_SECONDS:.0f} s"
    return " / ".join(filter(None, lines))[:500] or type(error).__name__


def _went_well(showing: "asyncio.Future[tuple[str, str]]") -> bool:
    return showing.done() and not showing.cancelled() and showing.exception() is None


def _drawn(page: Page, url: str, text: str) -> Page:
    """*page* as it was drawn. Raises NotRendered where there is more of it than a page may have."""
    body = text.encode("utf-8", "replace")
    if len(body) > MAX_BODY_BYTES:
        raise NotRendered(TOO_LARGE)
    kept = tuple((name, value) for name, value in page.headers if name.lower() not in _PLAIN_ONLY)
    return replace(page, url=url, headers=(*kept, ("Content-Type", _MAIN)), body=body, drawn=True)
