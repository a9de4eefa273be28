"""A desk that is served, and a browser that looks at it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from httpx import Client, Response

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "Chromium is not installed (Debian: apt install chromium)"
PASSWORD, TOKEN = "open sesame, please", "a-token-of-the-tests"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Served:
    """A desk's web face, as `khabar serve` gives it, in a process of its own."""

    root: Path
    address: str  # without a slash at the end
    process: "subprocess.Popen[str]"

    def get(self, path: str, **more: Any) -> Response:
        """The answer to a request, redirects not followed."""
        with Client(base_url=self.address, timeout=30) as client:
            return client.get(path, **more)


@contextmanager
def serving(root: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Serves the desk at *root* with *options* of `khabar serve`, on a free port unless one is named."""
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), "serve", "--port", "0", *options]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    with subprocess.Popen(command, env={**inherited, **environment}, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://\S+", line)
            assert found, line + process.stderr.read()
            yield Served(root=root, address=found[0].rstrip("/"), process=process)
        finally:
            process.terminate()
            process.wait(10)


@dataclass
class Watched:
    """A page in the browser, and what went wrong on it: console errors, uncaught errors, requests to elsewhere."""

    page: Any
    wrong: list[str] = field(default_factory=list)


@contextmanager
def watched(chromium: Any, address: str, **context: Any) -> Iterator[Watched]:
    """A page of its own, without cookies. *context*: as for Playwright's `new_context`."""
    opened = chromium.new_context(base_url=address, **context)
    try:
        seen = Watched(opened.new_page())
        host = urlsplit(address).netloc
        seen.page.on("console", lambda message: message.type == "error" and seen.wrong.append(message.text))
        seen.page.on("pageerror", lambda error: seen.wrong.append(str(error)))
        seen.page.on("request", lambda one: _note_foreign(seen, one.url, host))
        yield seen
    finally:
        opened.close()


def _note_foreign(seen: Watched, url: str, host: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("data", "blob", "about") and parts.netloc != host:
        seen.wrong.append(f"asked elsewhere: {url}")


class Look:
    """Opens pages of one desk with a given interface, and holds them against what must hold of each."""

    def __init__(self, chromium: Any, address: str) -> None:
        self._chromium, self._address = chromium, address

    @contextmanager
    def at(
        self, path: str, *, language: str = "en", theme: str = "light", width: int = 1280, **context: Any
    ) -> Iterator[Any]:
        """The page at *path*. At the end nothing must have gone wrong on it."""
        size = {"width": width, "height": 900}
        with watched(self._chromium, self._address, viewport=size, **context) as seen:
            cookie = {"name": "khabar_interface", "value": f"{language}.{theme}", "url": self._address}
            seen.page.context.add_cookies([cookie])
            seen.page.goto(path, wait_until="networkidle")
            yield seen.page
            assert seen.wrong == []


def faults_of_access(page: Any) -> list[str]:
    """What axe-core finds serious or critical on the page that is open."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]} ({len(one['nodes'])} times)"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def overflow(page: Any) -> list[str]:
    """Elements that stick out of the page at either side, which is then scrolled sideways."""
    width = page.evaluate("document.documentElement.clientWidth")
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    script = """width => [...document.querySelectorAll('body *')].filter(one => {
        const box = one.getBoundingClientRect();
        return box.width && (box.right > width + 1 || box.left < -1) && !one.closest('.scroll, .wide, .hidden, .skip');
    }).slice(0, 5).map(one => one.outerHTML.slice(0, 160))"""
    return page.evaluate(script, width) or ["the page is wider than the window"]
