"""Puts a site on loopback: HTTP/1.1 with keep-alive, conditional requests, HEAD and gzip, and a log of requests."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler

from crawler.newsroom.loopback import HOST, IDLE, LoopbackServer
from crawler.newsroom.site import Answer, Site

_WORTH_PACKING = 500  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """One request as a site saw it."""

    site: str
    method: str
    path: str  # with the query, as sent
    at: datetime
    headers: dict[str, str]  # names in lower case
    status: int  # of the answer


class SiteServer(LoopbackServer):
    """One site on a port of its own, which the system chooses. Call `close` at the end."""

    def __init__(self, site: Site, log: Callable[[SeenRequest], None], clock: Callable[[], datetime]) -> None:
        super().__init__(_Handler)
        self.site, self.log, self.clock = site, log, clock
        site.url = f"http://{HOST}:{self.port}"
        self.start(f"newsroom-{site.style.id}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE
    wbufsize = 65_536  # head and body in one packet: with none, each waits for the other's acknowledgement
    disable_nagle_algorithm = True
    server: SiteServer

    def do_GET(self) -> None:
        answer = self.server.site.answer(self.path)
        etag = f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
        known = answer.status == 200 and self._knows(answer, etag)
        status = 304 if known else answer.status
        body = b"" if known else answer.body
        self.send_response(status)
        if answer.status == 200:
            self.send_header("ETag", etag)
            if answer.modified:
                self.send_header("Last-Modified", _http_date(answer.modified))
        if not known:
            self.send_header("Content-Type", answer.kind)
            self.send_header("Vary", "Accept-Encoding")
            if len(body) > _WORTH_PACKING and "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, 5, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = SeenRequest(
            site=self.server.site.style.id, method=self.command, path=self.path, at=self.server.clock(),
            headers=headers, status=status,
        )  # fmt: skip
        self.server.log(seen)

    do_HEAD = do_GET

    def version_string(self) -> str:
        """What stands in the Server header."""
        return "Newsroom"

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the newsroom keeps its own log."""

    def _knows(self, answer: Answer, etag: str) -> bool:
        """Whether the client has this very answer (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return "*" in tags or etag in tags
        since = self.headers.get("If-Modified-Since")
        if not since or not answer.modified:
            return False
        try:
            return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):  # no date, or one without a zone
            return False


def _http_date(instant: datetime) -> str:
    return format_datetime(instant.astimezone(UTC), usegmt=True)
