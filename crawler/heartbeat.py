"""Tells a watchdog elsewhere that the service is alive: its URL is called after each good run.

What is called is the owner's own choice, so the address is not guarded. It is a secret: it is never printed.
"""

import asyncio
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import enumerate as enumerate_threads
from urllib.parse import urlsplit

from alerts.threads import Aside
from crawler.settings import PRODUCT
from seeds.definitions import DefinitionError

SECONDS = 10.0
_VARIABLE = "env:"
_THREAD = "heartbeat"
_NOT_IN_URL = re.compile(r"[\s\x00-\x20\x7f]")


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
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not _NOT_IN_URL.search(url)
    except ValueError:
        fits = False
    if not fits:
        raise DefinitionError(file, "heartbeat", 'must be an http or https URL, or "env:NAME" of one that is')
    return url


async def beat(url: str) -> None:
    """Calls *url*, in a thread that cannot hold anything up. Raises NoBeat."""
    calling = Aside(partial(_call, url), _THREAD)
    try:
        reason = await asyncio.wait_for(calling.done, 2 * SECONDS)
    except TimeoutError:
        reason = "no answer"
    if reason:
        raise NoBeat(reason)


def is_beating() -> bool:
    """Whether a call has not ended yet: a watchdog that sends a byte a second must not gather threads."""
    return any(thread.name == _THREAD for thread in enumerate_threads())


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
