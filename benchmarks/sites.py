"""Serves a page set as sites on loopback, one port each, from a process of its own.

It answers from memory with a few lines of code per request, so that what is measured beside it is the crawler.
Used as `with Sites(shares) as sites`; the process ends with the block, or when its parent does.
"""

import asyncio
import json
import pickle
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from benchmarks.pages import FEED, ServedPage, feed

_ROBOTS = b"User-agent: *\nDisallow: /private/\n"
_LONGEST_HEAD = 65_536


class Sites:
    """The sites of a benchmark while they are up. `feeds` holds one feed URL a site."""

    def __init__(self, shares: Sequence[Sequence[ServedPage]]) -> None:
        self._shares = [list(share) for share in shares]
        self.feeds: list[str] = []

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "benchmarks.sites"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        pickle.dump(self._shares, self._process.stdin)
        self._process.stdin.flush()
        self.feeds = [f"http://127.0.0.1:{port}{FEED}" for port in self._answer()["ports"]]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """Of the process that serves them."""
        return self._process.pid

    def counts(self) -> dict[str, float]:
        """Since the last call: `requests`, `pages` (articles served), and `first`, by the monotonic clock."""
        assert self._process.stdin
        self._process.stdin.write(b"counts\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the benchmark's sites went down")
        answer: dict[str, Any] = json.loads(line)
        return answer


class _Counter:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.requests = self.pages = 0
        self.first = 0.0

    def count(self, answer: "_Answer") -> None:
        self.first = self.first or time.monotonic()
        self.requests += 1
        self.pages += answer.article


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    head: bytes
    body: bytes
    article: bool = False


class _Site(asyncio.Protocol):
    """One connection. Only what a well-behaved crawler sends is understood: GET, HEAD, keep-alive, pipelining."""

    def __init__(self, answers: dict[str, _Answer], counter: _Counter) -> None:
        self._answers, self._counter, self._waiting = answers, counter, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head, self._waiting = self._waiting[:end], self._waiting[end + 4 :]
            self._respond(head)
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()

    def _respond(self, head: bytes) -> None:
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].decode("latin-1")
        answer = self._answers.get(path, _MISSING)
        self._counter.count(answer)
        self._transport.write(answer.head if method == b"HEAD" else answer.head + answer.body)
        if b"connection: close" in head.lower():
            self._transport.close()


def _answer(body: bytes, kind: str, *, status: str = "200 OK", article: bool = False) -> _Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return _Answer(head=head.encode("ascii"), body=body, article=article)


_MISSING = _answer(b"not here", "text/plain", status="404 Not Found")


async def _serve(shares: list[list[ServedPage]]) -> None:
    loop = asyncio.get_running_loop()
    counter = _Counter()
    ports, servers = [], []
    for share in shares:
        answers = {page.path: _answer(page.html, "text/html", article=True) for page in share}
        answers["/robots.txt"] = _answer(_ROBOTS, "text/plain")
        server = await loop.create_server(partial(_Site, answers, counter), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        answers[FEED] = _answer(feed(f"http://127.0.0.1:{port}", share), "application/rss+xml")
        ports.append(port)
        servers.append(server)
    print(json.dumps({"ports": ports}), flush=True)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while await orders.readline():
        print(json.dumps({"requests": counter.requests, "pages": counter.pages, "first": counter.first}), flush=True)
        counter.reset()


if __name__ == "__main__":
    asyncio.run(_serve(pickle.load(sys.stdin.buffer)))
