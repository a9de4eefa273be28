"""Tells a watchdog elsewhere that the service is alive: its URL is called after each good run.

What is called is the owner's own choice, so the address is not guarded. It is a secret: it is never printed.
"""

import asyncio
import contextlib
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from crawler.settings import PRODUCT
from seeds.definitions import DefinitionError

SECONDS = 10.0
_VARIABLE = "env:"


class NoBeat(Exception):
    """The watchdog could not be reached. The reason does not hold its address."""


def heartbeat_url(file: Path, value: str, environ: Mapping[str, str]) -> str:
    """The URL that `heartbeat = VALUE` of *file* means; empty where there is none. Raises DefinitionError."""
    name = value.removeprefix(_VARIABLE)
    url = environ.get(name, "").strip() if value.startswith(_VARIABLE) else value
    if not value:
        return ""
    if not url:
        reason = f"the environment variable {name} is not set; it is to hold the URL to be called after each good run"
        raise DefinitionError(file, "heartbeat", reason, value=value)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise DefinitionError(file, "heartbeat", 'must be an http or https URL, or "env:NAME" of one that is')
    return url


async def beat(url: str) -> None:
    """Calls *url*, in a thread that cannot hold anything up. Raises NoBeat."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def tell(reason: str) -> None:
        if not done.done():
            done.set_result(reason)

    def call() -> None:
        reason = _call(url)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, reason)

    Thread(target=call, name="heartbeat", daemon=True).start()
    try:
        reason = await asyncio.wait_for(done, 2 * SECONDS)
    except TimeoutError:
        reason = "no answer"
    if reason:
        raise NoBeat(reason)


def _call(url: str) -> str:
    """Why it failed; empty where it did not."""
    request = urllib.request.Request(url, headers={"User-Agent": PRODUCT})  # noqa: S310 -- http and https only, see above
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
            return ""
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except Exception as error:  # its text may hold the address
        return type(error).__name__
