"""A site on loopback that answers with whatever a test hands it; some of the answers are attacks."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from serving import serving


@dataclass
class Reply:
    """One answer: a body, or a function that writes what it likes to the socket."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[Any], None] | None = None
    then: "Reply | None" = None  # what the next request for the same path gets


@dataclass(frozen=True)
class Seen:
    """One request as the site saw it: when (monotonic), and its headers with names in lower case."""

    path: str
    at: float
    headers: dict[str, str]


@dataclass
class HostileSite:
    """A server whose answers can be set while it runs, and which remembers what it was asked."""

    port: int
    replies: dict[str, Reply]
    asked: list[str]
    log: list[Seen] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def source(self, name: str, **keys: str) -> str:
        """A [[source]] whose feed is /feed."""
        more = "".join(f"{key} = {value}\n" for key, value in keys.items())
        return (
            f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["{self.url}/feed"]\n'
            f"private = true\nports = [{self.port}]\ndelay = 0\n{more}"
        )

    def feed(self, *paths: str, note: str = "") -> None:
        """Lets /feed show these paths, or whole URLs; *note* goes into every title, so that the entries change."""
        items = ""
        for path in paths:
            link = path if "://" in path else self.url + path
            items += f"<item><title>Story {path}{note}</title><link>{link}</link></item>"
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'
        self.replies["/feed"] = Reply(body.encode(), headers={"Content-Type": "application/rss+xml"})

    def article(self, path: str, *, words: str = "harvest") -> None:
        """Puts an ordinary article at *path*."""
        paragraphs = "".join(
            f"<p>Paragraph {number} of {path} tells of the {words} in the valley, of the growers who brought it in, "
            f"and of the merchants who came to the market at dawn to ask for its price.</p>"
            for number in range(1, 6)
        )
        page = (
            f"<!doctype html><html lang=en><head><title>Story {path}</title></head><body><article>"
            f"<h1>Story {path}</h1>{paragraphs}</article></body></html>"
        )
        self.replies[path] = Reply(page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@contextmanager
def hostile_site(tls: ssl.SSLContext | None = None) -> Iterator[HostileSite]:
    """A HostileSite on a port of its own, until the block ends; over *tls* where that is given."""
    replies: dict[str, Reply] = {}
    asked: list[str] = []
    log: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            log.append(Seen(self.path, time.monotonic(), {name.lower(): text for name, text in self.headers.items()}))
            asked.append(self.path)
            reply = replies.get(self.path) or Reply(b"no such page", 404)
            if reply.then:
                replies[self.path] = reply.then
            if reply.write:
                self.close_connection = True
                reply.write(self.wfile)
                return
            etag = reply.headers.get("ETag")
            if etag and self.headers.get("If-None-Match") == etag:
                self.send_response(304)
                self.end_headers()
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = int(reply.headers.get("Content-Length", 0)) > len(reply.body)

        def log_message(self, *args: object) -> None:
            """Nothing: tests read `asked`."""

    with serving(Handler, tls) as port:
        yield HostileSite(port, replies, asked, log, "https" if tls else "http")


def dripping(seconds: float) -> Reply:
    """A body that comes a byte at a time."""

    def write(wire: Any) -> None:
        wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            wire.write(b"x")
            wire.flush()
            time.sleep(0.2)

    return Reply(write=write)
