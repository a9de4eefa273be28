"""Sites that cost whoever asks them time and give nothing: silent ones, dripping ones, closed ones, unknown ones."""

import asyncio
import socket
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Self

_DRIP = 0.5  # seconds between two bytes
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n"


class BadSites:
    """Context manager: *stalling* sites, every other one of which drips, and *dead* ones, half of them unknown to DNS.

    `feeds` has an address of a feed on each.
    """

    def __init__(self, *, stalling: int, dead: int) -> None:
        self._stalling, self._dead = stalling, dead
        self._talks: set[_Stall] = set()
        self._closed: list[socket.socket] = []
        self.feeds: list[str] = []

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="bad-sites")
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        ports = [server.sockets[0].getsockname()[1] for server in self._servers]
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
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> list[asyncio.Server]:
        return [
            await self._loop.create_server(partial(_Stall, self._talks, drips=bool(number % 2)), "127.0.0.1", 0)
            for number in range(self._stalling)
        ]

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        for talk in list(self._talks):
            talk.end()
        self._loop.call_soon(self._loop.stop)


class _Stall(asyncio.Protocol):
    """One connection that leads to nothing."""

    def __init__(self, talks: "set[_Stall]", *, drips: bool) -> None:
        self._talks, self._drips = talks, drips
        self._next: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._talks.add(self)

    def data_received(self, data: bytes) -> None:
        if self._drips and self._next is None:
            self._transport.write(_HEAD)
            self._drip()

    def connection_lost(self, error: Exception | None) -> None:
        self._talks.discard(self)
        if self._next:
            self._next.cancel()

    def end(self) -> None:
        """Breaks it off."""
        self._transport.abort()

    def _drip(self) -> None:
        self._transport.write(b" ")
        self._next = asyncio.get_running_loop().call_later(_DRIP, self._drip)
