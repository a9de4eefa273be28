"""Sites that cost whoever asks them time and give nothing: silent ones, dripping ones, closed ones, unknown ones."""

import asyncio
import socket
from functools import partial
from types import TracebackType
from typing import Self

from benchmarks.one_loop import Connection, OneLoop

_DRIP = 0.5  # seconds between two bytes
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"


class BadSites:
    """Context manager: *stalling* sites, every other one of which drips, and *dead* ones, half of them unknown to DNS.

    `feeds` has an address of a feed on each.
    """

    def __init__(self, *, stalling: int, dead: int) -> None:
        self._stalling, self._dead = stalling, dead
        self._loop = OneLoop("bad-sites")
        self._closed: list[socket.socket] = []
        self.feeds: list[str] = []

    def __enter__(self) -> Self:
        self._loop.__enter__()
        ports = [
            self._loop.open(partial(_Stall, self._loop, drips=bool(number % 2))) for number in range(self._stalling)
        ]
        for _ in range(self._dead // 2):
            held = socket.socket()  # bound, so that nobody else gets the port, and not listening
            held.bind(("127.0.0.1", 0))
            self._closed.append(held)
            ports.append(held.getsockname()[1])
        self.feeds = [f"http://127.0.0.1:{port}/feed.xml" for port in ports]
        self.feeds += [f"http://nobody-{number}.invalid/feed.xml" for number in range(self._dead - self._dead // 2)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for held in self._closed:
            held.close()
        self._loop.__exit__(kind, error, trace)


class _Stall(Connection):
    """One connection that leads to nothing."""

    def __init__(self, loop: OneLoop, *, drips: bool) -> None:
        super().__init__(loop)
        self._drips = drips
        self._next: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        if self._drips and self._next is None:
            self._transport.write(_HEAD)
            self._drip()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self._next:
            self._next.cancel()

    def _drip(self) -> None:
        self._transport.write(b" ")
        self._next = asyncio.get_running_loop().call_later(_DRIP, self._drip)
