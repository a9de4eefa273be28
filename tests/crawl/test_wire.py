"""Whatever a server makes of HTTP, each answer has its fate, nothing grows, and the pages beside it are archived."""

import gzip
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

STORY = (
    "<!doctype html><html lang=en><head><title>Story</title></head><body><article><h1>Story</h1>"
    + "".join(
        f"<p>Paragraph {number} tells of the harvest in the valley and of its growers.</p>" for number in range(9)
    )
    + "</article></body></html>"
).encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
PATIENCE = 15.0  # seconds for which an attack goes on: a crawl that is not done with it by then has no bound


def raw(*pieces: bytes) -> Reply:
    def write(wire: Any) -> None:
        for piece in pieces:
            wire.write(piece)

    return Reply(write=write)


def endless(first: bytes, again: Callable[[int], bytes]) -> Reply:
    """Goes on as long as somebody listens."""

    def write(wire: Any) -> None:
        wire.write(first)
        until, number = time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            number += 1
            wire.write(again(number))

    return Reply(write=write)


def sized(body: bytes, *headers: bytes) -> Reply:
    head = OK + b"".join(header + b"\r\n" for header in headers)
    return raw(head + b"Content-Length: %d\r\n\r\n" % len(body), body)


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


ATTACKS: dict[str, tuple[Reply, str]] = {
    "/headers-without-end": (endless(OK, lambda n: b"X-%d: %s\r\n" % (n, b"a" * 1000)), "refused: too many headers"),
    "/header-line-without-end": (endless(OK + b"X-Long: ", lambda _: b"a" * 4096), "failed: connection failed"),
    "/cookies": (endless(OK, lambda n: b"Set-Cookie: c%d=%s\r\n" % (n, b"c" * 3000)), "refused: too many headers"),
    "/1xx-without-end": (
        endless(b"", lambda _: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), "refused: too many headers",
    ),
    "/chunks-without-end": (
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", lambda _: chunk(b"<p>more" * 9000)),
        "refused: too large",
    ),
    "/length-too-large": (raw(OK + b"Content-Length: 99999\r\n\r\n" + STORY), "failed: cut short"),
    "/length-huge": (raw(OK + b"Content-Length: 99999999999\r\n\r\n" + STORY), "refused: too large"),
    "/length-in-words": (raw(OK + b"Content-Length: many\r\n\r\n" + STORY), "failed: connection failed"),
    "/two-lengths": (
        raw(OK + b"Content-Length: 5\r\nContent-Length: 500\r\n\r\n" + STORY), "failed: connection failed",
    ),
    "/gzip-with-garbage": (sized(gzip.compress(STORY) + b"\0\0garbage", b"Content-Encoding: gzip"), "archived: None"),
    "/gzip-of-gzip": (
        sized(gzip.compress(gzip.compress(STORY)), b"Content-Encoding: gzip, gzip"), "archived: None",
    ),
    "/gzip-that-is-none": (sized(STORY, b"Content-Encoding: gzip"), "failed: cannot be unpacked"),
    "/deflate": (sized(zlib.compress(STORY), b"Content-Encoding: deflate"), "archived: None"),
    "/unknown-encoding": (sized(STORY, b"Content-Encoding: rot13"), "archived: None"),
    "/204": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), "failed: HTTP 204"),
    "/205": (raw(b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"), "failed: HTTP 205"),
    "/416": (raw(b"HTTP/1.1 416 No Such Range\r\nContent-Length: 0\r\n\r\n"), "failed: HTTP 416"),
    "/302-without-location": (
        raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "refused: redirect not followed",
    ),
    "/http-0.9": (raw(STORY), "failed: connection failed"),
    "/garbage": (raw(bytes(range(256)) * 40), "failed: connection failed"),
    "/nothing": (raw(), "failed: connection failed"),
    "/status-999999": (raw(b"HTTP/1.1 999999 Odd\r\nContent-Length: 0\r\n\r\n"), "failed: HTTP 999999"),
}  # fmt: skip
"""By path: the answer, and the fate that it must have."""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def test_each_abuse_of_http_has_its_fate(desk, site) -> None:
    site.replies |= {path: reply for path, (reply, _) in ATTACKS.items()}
    site.article("/fine")
    order = ["/fine", *ATTACKS]
    items = "".join(
        f"<item><title>Story {path}</title><link>{site.url}{path}</link>"
        f"<pubDate>Mon, 02 Mar 2026 10:{59 - place:02}:00 GMT</pubDate></item>"
        for place, path in enumerate(order)
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'
    site.replies["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})
    desk.write_sources(site.source("odd"))

    subprocess.run(desk.command("crawl", "--json"), env=desk.environment, check=False, timeout=100, capture_output=True)

    rows = desk.rows("SELECT url, fate, reason FROM visits")
    seen = {"/" + row["url"].split("/", 3)[3]: f"{row['fate']}: {row['reason']}" for row in rows}
    expected = {path: fate for path, (_, fate) in ATTACKS.items()} | {"/fine": "archived: None"}
    assert sorted(seen.items() ^ expected.items()) == []
