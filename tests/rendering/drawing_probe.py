"""Draws documents with one browser, and prints what became of each. A process of its own: a reactor runs once."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler.address_policy import AddressPolicy
from crawler.launch import on_reactor
from crawler.rendering import browser as shared
from crawler.rendering import view
from crawler.rendering.browser import Browser
from pipelines.page import Page
from pipelines.rendering import NotRendered


@implementer(IHostnameResolver)
class Rebinding:
    """Says that every name is loopback, and notes each that was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, host: str, port: int = 0, *rest: Any, **named: Any) -> Any:
        self.asked.append(host)
        receiver.resolutionBegan(None)
        receiver.addressResolved(IPv4Address("TCP", "127.0.0.1", port))
        receiver.resolutionComplete()
        return receiver


def browsers() -> list[int]:
    """The browsers that this process has started, without their children."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            line = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
            is_own = f"khabar-browser-{os.getpid()}-".encode() in line
            if is_own and not any(part in line for part in (b"--type=", b"leash", b"crashpad")):
                found.append(int(folder.name))
    return found


async def draw(browser: Browser, task: dict[str, Any]) -> dict[str, Any]:
    """What became of one document."""
    headers = (("Content-Type", "text/html; charset=utf-8"), *task.get("headers", ()))
    page = Page(
        url=task["url"], requested=task["url"], source="s", status=200, headers=headers,
        body=task["body"].encode(), fetched=datetime.now(UTC),
    )  # fmt: skip
    policy = AddressPolicy(private_hosts=frozenset(task["private_hosts"]), ports=frozenset(task["ports"]))
    begun = monotonic()
    if task.get("kill"):
        asyncio.get_running_loop().call_later(
            task["kill"], lambda: [os.kill(one, signal.SIGKILL) for one in browsers()]
        )
    try:
        drawn = await browser.draw(page, view.Terms(policy=policy, user_agent="Khabar/test (+desk@example.org)"))
    except NotRendered as error:
        return {"fault": error.name, "seconds": monotonic() - begun}
    told = dict(drawn.headers)
    return {
        "url": drawn.url, "body": drawn.body.decode(), "headers": told, "seconds": monotonic() - begun,
        "alive": len(browsers()),
    }  # fmt: skip


async def main(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All of them, in their order."""
    browser = Browser()
    try:
        return [await draw(browser, task) for task in tasks]
    finally:
        await browser.close()


async def rebound(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same where every name leads to loopback by now."""
    from twisted.internet import reactor  # noqa: PLC0415

    resolver = Rebinding()
    reactor.installNameResolver(resolver)  # type: ignore[attr-defined]
    return [*await main(tasks), {"names": resolver.asked}]


if __name__ == "__main__":
    given = json.load(sys.stdin)
    shared.RENDER_SECONDS, view.RENDER_SETTLES_SECONDS = given["seconds"], given["settles"]  # type: ignore[attr-defined]
    work = rebound if given["rebound"] else main
    json.dump(on_reactor(lambda: work(given["tasks"])), sys.stdout)
