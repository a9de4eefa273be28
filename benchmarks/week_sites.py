"""Puts the papers of `week_answers` on loopback, a port each. One thread serves them all."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from threading import Thread
from types import TracebackType
from typing import Self

from benchmarks.week_answers import PaperSite

_LONGEST_HEAD = 65_536  # bytes


class WeekSites:
    """Context manager: the papers, each on a port of its own."""

    def __init__(self, sites: Sequence[PaperSite]) -> None:
        self.sites = list(sites)
        self._talks: set[asyncio.Transport] = set()

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="week-sites")
        self._thread.start()
        self._servers = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        self._loop.close()

    def advance(self, now: datetime) -> None:
        """Brings all of them to *now*, between two requests."""
        asyncio.run_coroutine_threadsafe(self._advance(now), self._loop).result()

    async def _advance(self, now: datetime) -> None:
        for site in self.sites:
            site.advance(now)

    async def _open(self) -> list[asyncio.Server]:
        servers = []
        for site in self.sites:
            servers.append(await self._loop.create_server(partial(_Talk, site, self._talks), "127.0.0.1", 0))
            site.site.url = f"http://127.0.0.1:{servers[-1].sockets[0].getsockname()[1]}"
        return servers

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        for transport in list(self._talks):
            transport.abort()
        self._loop.call_soon(self._loop.stop)


class _Talk(asyncio.Protocol):
    """One connection. Only what a well-behaved crawler sends is understood: GET with keep-alive and conditions."""

    def __init__(self, site: PaperSite, talks: set[asyncio.Transport]) -> None:
        self._site, self._talks, self._waiting = site, talks, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._talks.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._talks.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        if not self._waiting.startswith(b"GET "[: len(self._waiting)]):  # https, which it does not speak
            self._transport.abort()
            return
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head, self._waiting = self._waiting[:end].decode("latin-1"), self._waiting[end + 4 :]
            answer = self._site.answer(head)
            if answer is None:
                self._transport.abort()
                return
            self._transport.write(answer)
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()
