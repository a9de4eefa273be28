"""One page in the browser: what it may ask for, when it has come to rest, and what is taken of it then.

Its document is not fetched again: it is the page that the crawl has fetched, with all that a crawl's request must
heed, and it is handed to the browser as the answer to the one navigation that there is. Scripts and data are asked for
through the gate. What is drawn is looked at from an isolated world, where a page's scripts cannot change what the
words of JavaScript mean.
"""

import asyncio
import html
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import CDPSession, Error, Page, Request, Route

from crawler.address_policy import AddressPolicy
from crawler.rendering.gate import Gate
from pipelines.page import Page as Answer
from pipelines.rendering import NotRendered
from seeds.bounds import (
    MAX_BODY_BYTES,
    MAX_RENDER_REQUESTS,
    MAX_RENDER_WISHES,
    RENDER_QUIET_SECONDS,
    RENDER_SETTLES_SECONDS,
)
from seeds.sources import USUAL_PORTS

_GLANCE = 0.1  # seconds between two looks at the page
_SOME_TEXT = 200  # letters: less is a frame
_EMPTY_QUIET = 5 * RENDER_QUIET_SECONDS
"""The same for a page that shows next to nothing: its scripts may be slow to begin."""
_LOADED = frozenset(["script", "xhr", "fetch", "eventsource"])
"""What a page's text may depend on. Pictures, fonts, media, frames, beacons, prefetches and all else are not loaded."""
_LINE = 20  # letters: less is a label, such as a menu has
_UNSEEN = ["script", "style", "noscript", "template", "nav", "footer", "button"]
"""What shows nothing, or the same on every page."""
_EMPTY_SHEET = {"content-type": "text/css", "access-control-allow-origin": "*"}
_HTML = ("text/html", "application/xhtml+xml")
_KEPT_HEADERS = frozenset(["content-language", "content-security-policy", "last-modified", "set-cookie"])
"""Of the document: those on which its scripts may depend, and none that leads elsewhere or that saves a file."""
_LOOK = """(() => {
  const body = document.body, shown = new Set();
  let letters = 0;
  const visit = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => (
      node.nodeType === Node.ELEMENT_NODE && UNSEEN.has(node.localName) ? NodeFilter.FILTER_REJECT
        : NodeFilter.FILTER_ACCEPT));
    for (let node; letters < SOME_TEXT && (node = walker.nextNode());) {
      const line = node.nodeType === Node.TEXT_NODE ? node.data.trim() : '';
      if (line.length >= LINE && !shown.has(line)) { shown.add(line); letters += line.length; }
      if (node.shadowRoot) visit(node.shadowRoot);
    }
  };
  if (body) visit(body);
  return [
    document.readyState, document.getElementsByTagName('*').length, body ? body.textContent.length : 0, letters
  ];
})()""".replace("UNSEEN", f"new Set({json.dumps(_UNSEEN)})")
_LOOK = _LOOK.replace("SOME_TEXT", str(_SOME_TEXT)).replace("LINE", str(_LINE))
"""How far it is, and how many letters it shows: of lines that differ, unlike the grey ones of a page that loads."""
_FREEZE = """(() => {
  const hosts = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) { hosts.push(element); visit(element.shadowRoot); }
    }
  };
  visit(document);
  for (const host of hosts.reverse()) {
    for (const slot of host.shadowRoot.querySelectorAll('slot')) {
      slot.replaceWith(...slot.assignedNodes({flatten: true}));
    }
    host.replaceChildren(...host.shadowRoot.childNodes);
  }
  for (const element of document.querySelectorAll('noscript')) element.remove();
  return document.documentElement ? document.documentElement.outerHTML.length : 0;
})()"""
"""Lays open what web components keep to themselves, takes out what is for readers without scripts, and measures."""

_UNNAME = """(() => {
  const heads = document.querySelectorAll('h1'), tidy = (text) => text.replace(/\\s+/g, ' ').trim().toLowerCase();
  const head = heads.length === 1 ? tidy(heads[0].textContent).split(' ') : [], title = tidy(document.title);
  if (head.length < 4 || title !== tidy(SENT) || title.split(' ').some(word => head.includes(word))) return;
  for (const element of document.querySelectorAll('title')) element.remove();
})()"""
"""Takes out the title that the frame came with, where a script has drawn a headline that has no word of it: it is the
site's, on every page."""
_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{1,500})</title", re.IGNORECASE)
_TITLE_WITHIN = 65_536  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a page is drawn: who asks, and what its source may reach."""

    policy: AddressPolicy
    user_agent: str
    verify_tls: bool = True
    language: str = ""
    timezone: str = "UTC"
    weigh: Callable[[int], None] = lambda number: None
    """Hears how many bytes the page's scripts and data had."""

    def context(self, gate: Gate) -> dict[str, Any]:
        """The options of the page's browser context, which is its own: no cookie survives it."""
        return {
            "proxy": {"server": gate.url, "username": gate.user, "password": gate.password},
            "user_agent": self.user_agent,
            "ignore_https_errors": not self.verify_tls,
            "locale": self.language or "en",
            "timezone_id": self.timezone,
            "service_workers": "block",
            "accept_downloads": False,
            "permissions": [],
        }


class View:
    """Of *answer*, as it is drawn through *gate*."""

    def __init__(self, answer: Answer, gate: Gate, policy: AddressPolicy) -> None:
        self._answer, self._gate, self._policy = answer, gate, policy
        self._is_prepared = self._is_opened = False
        self._asked = self._wished = 0  # for what is loaded, and for what is not
        self._under_way: set[Request] = set()

    @property
    def is_at_its_bounds(self) -> bool:
        """Whether it has asked for as much as a page may."""
        return self._asked > MAX_RENDER_REQUESTS or self._wished > MAX_RENDER_WISHES or self._gate.is_spent

    async def on_request(self, route: Route, request: Request) -> None:
        """Lets a request of the page through, or answers it, or breaks it off."""
        with suppress(Error):  # the page is gone
            if request.is_navigation_request():
                is_safe = self._is_prepared  # scrapy-playwright goes on where the preparing failed
                if not is_safe or self._is_opened or urldefrag(request.url)[0] != urldefrag(self._answer.url)[0]:
                    await route.abort("aborted")  # a frame, a refresh, a script that leads elsewhere
                else:
                    self._is_opened = True
                    await route.fulfill(status=200, headers=_headers(self._answer), body=self._answer.body)
                return
            if request.resource_type in _LOADED:
                self._asked += 1
            else:
                self._wished += 1
            if request.resource_type == "stylesheet":  # some scripts wait until it is there
                await route.fulfill(status=200, headers=_EMPTY_SHEET)
            elif self._is_loaded(request):
                await route.continue_()
            else:
                await route.abort("blockedbyclient")

    def _is_loaded(self, request: Request) -> bool:
        return (
            request.resource_type in _LOADED
            and not self.is_at_its_bounds
            and urlsplit(request.url).scheme in USUAL_PORTS
            and self._policy.url_fault(request.url) is None
        )

    async def prepare(self, page: Page, _: object) -> None:
        """Listens, before anything is asked for. A page has no other windows."""
        page.on("request", self._begins)
        page.on("requestfinished", self._ends)
        page.on("requestfailed", self._ends)
        page.on("popup", lambda other: asyncio.ensure_future(_shut(other)))
        await page.context.route("**", lambda route: route.abort("blockedbyclient"))  # of windows that it opens
        self._is_prepared = True

    def _begins(self, request: Request) -> None:
        if request.resource_type in _LOADED:
            self._under_way.add(request)

    def _ends(self, request: Request) -> None:
        self._under_way.discard(request)

    async def settle(self, page: Page) -> None:
        """Waits until the page has come to rest or has had its time, stops its scripts, and lays open what it shows.

        Raises NotRendered where that is too large.
        """
        session = await page.context.new_cdp_session(page)
        look = _Eye(session).look
        await self._until_quiet(look)
        await session.send("Emulation.setScriptExecutionDisabled", {"value": True})
        await session.send("Page.stopLoading")
        if (await look(_FREEZE) or 0) > MAX_BODY_BYTES:  # a page may have elements named like what is called there
            raise NotRendered("rendered page too large")
        if sent := _TITLE.search(self._answer.body[:_TITLE_WITHIN]):
            await look(_UNNAME.replace("SENT", json.dumps(html.unescape(sent[1].decode("utf-8", "replace")))))

    async def _until_quiet(self, look: Callable[[str], Awaitable[Any]]) -> None:
        begun = changed = monotonic()
        known: Any = None
        same = 0  # looks in a row: on a busy machine one may take as long as all of them should
        while (now := monotonic()) < begun + RENDER_SETTLES_SECONDS and not self.is_at_its_bounds:
            seen = (await look(_LOOK), self._asked)
            state, _, _, letters = seen[0] or ("loading", 0, 0, 0)
            if seen != known or self._under_way or state == "loading":
                known, changed, same = seen, now, 0
            else:
                same += 1
                quiet = RENDER_QUIET_SECONDS if letters >= _SOME_TEXT else _EMPTY_QUIET
                if now - changed >= quiet and same * _GLANCE >= quiet:
                    return
            await asyncio.sleep(_GLANCE)


class _Eye:
    """Looks at the document of a page from a world of its own."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._world: int | None = None

    async def look(self, expression: str) -> Any:
        """What *expression* is there."""
        for is_last in (False, True):
            try:
                if self._world is None:
                    tree = await self._session.send("Page.getFrameTree")
                    frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "khabar"}
                    made = await self._session.send("Page.createIsolatedWorld", frame)
                    self._world = made["executionContextId"]
                how = {"expression": expression, "contextId": self._world, "returnByValue": True}
                answer = await self._session.send("Runtime.evaluate", how)
                return answer["result"].get("value")
            except Error:
                self._world = None  # the document was replaced by one that a script opened
                if is_last:
                    raise
        return None


async def _shut(page: Page) -> None:
    with suppress(Error):
        await page.close()


def _headers(answer: Answer) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in answer.headers:
        key = name.lower()
        if key in _KEPT_HEADERS:
            joint = "\n" if key == "set-cookie" else ", "
            kept[key] = f"{kept[key]}{joint}{value}" if key in kept else value
    content_type = answer.header("content-type")
    is_html = content_type.partition(";")[0].strip().lower() in _HTML
    return {**kept, "content-type": content_type if is_html else "text/html"}
