"""The only way from the browser to the network: a proxy on loopback that enforces a source's `AddressPolicy`.

One gate stands for one page. A page's scripts may ask for whatever they like: the gate resolves names itself, judges
each address and connects to that very address, so that neither a redirect, nor a socket, nor a name that means
another address a moment later leads anywhere that the source itself may not go. It knows its page by a secret; when
the page is drawn, all its connections end.
"""

import asyncio
import base64
import hmac
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.address_policy import AddressPolicy
from seeds.bounds import MAX_HEAD_BYTES, MAX_RENDER_BYTES, MAX_RENDER_CONNECTIONS, RENDER_CONNECT_SECONDS
from seeds.sources import USUAL_PORTS

logger = logging.getLogger(__name__)

_END = b"\r\n\r\n"
_PIECE = 64 * 1024
_HOP = frozenset(["connection", "proxy-connection", "keep-alive", "proxy-authorization", "te", "trailer", "upgrade"])
"""Headers that are meant for the next machine only, which is the gate: RFC 9110, 7.6.1."""
_MOST_TOLD = 10


class _Refused(Exception):
    """A request that does not pass. `status` is what the browser is told."""

    def __init__(self, status: str, why: str = "") -> None:
        super().__init__(why or status)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the browser asks the gate for."""

    method: str
    host: str
    port: int
    head: bytes  # to be sent on; empty for a tunnel
    length: int  # of the body that follows


class Gate:
    """Open while it is entered. Where it is and its `password` are for the page's browser context only."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self.user, self.password = "khabar", secrets.token_urlsafe(24)
        credentials = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        self._pass = f"Basic {credentials}"
        self._tasks: set[asyncio.Task[Any]] = set()
        self._left = MAX_RENDER_BYTES
        self.refused: list[str] = []  # what was wanted in vain, the first few
        self.is_spent = False
        """Whether as much came through as may."""

    @property
    def passed(self) -> int:
        """Bytes that came through."""
        return MAX_RENDER_BYTES - max(self._left, 0)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", 0, limit=MAX_HEAD_BYTES)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *fault: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- for the type checker
        self._tasks.add(task)
        try:
            if len(self._tasks) > MAX_RENDER_CONNECTIONS:
                raise _Refused("503 Too Many Connections")
            await self._pass_on(reader, writer)
        except _Refused as refused:
            with suppress(OSError):
                writer.write(_answer(refused.status))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # one of the two has gone, or drips, or the page is drawn: there is nobody to tell
        finally:
            writer.transport.abort() if writer.transport.get_write_buffer_size() == 0 else writer.close()
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(RENDER_CONNECT_SECONDS):
            wanted = self._wanted(await reader.readuntil(_END))
            there, onward = await self._connect(wanted)
        try:
            if wanted.method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _both(lambda: self._relay(reader, onward, counted=False), lambda: self._relay(there, writer))
            else:
                onward.write(wanted.head)
                await _both(lambda: _send(reader, onward, wanted.length), lambda: self._answer(there, writer))
        finally:
            onward.transport.abort()

    def _wanted(self, head: bytes) -> _Wanted:
        """Raises _Refused."""
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        headers = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        known = {name.lower(): value for name, value in headers}
        if not hmac.compare_digest(known.get("proxy-authorization", "").encode("latin-1"), self._pass.encode("ascii")):
            raise _Refused('407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Khabar"')
        parts = first.split(" ")
        if len(parts) != 3:
            raise _Refused("400 Bad Request")
        method, target, _ = parts
        url = f"http://{target}/" if method == "CONNECT" else target
        if fault := self._policy.url_fault(url):
            raise self._refuse(url, fault)
        where = urlsplit(url)
        host, port = where.hostname or "", where.port or USUAL_PORTS["http"]
        if method == "CONNECT":
            return _Wanted(method, host, port, b"", 0)
        if where.scheme != "http" or "transfer-encoding" in known or not known.get("content-length", "0").isdigit():
            raise _Refused("400 Bad Request")
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        kept = [f"{name}: {value}" for name, value in headers if name.lower() not in _HOP]
        sent = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close"]) + "\r\n\r\n"
        return _Wanted(method, host, port, sent.encode("latin-1"), int(known.get("content-length", "0")))

    def _refuse(self, url: str, fault: str) -> _Refused:
        if len(self.refused) < _MOST_TOLD:
            self.refused.append(f"{url[:200]}: {fault}")
        return _Refused("403 Forbidden", fault)

    async def _connect(self, wanted: _Wanted) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to an address of the host that the policy has no fault with. Raises _Refused."""
        if self.is_spent:
            raise _Refused("503 Enough")
        fault = None
        for address in await _resolve(wanted.host):
            if fault := self._policy.address_fault(wanted.host, address):
                raise self._refuse(f"{wanted.host}:{wanted.port}", fault)
            with suppress(OSError):
                return await asyncio.open_connection(address, wanted.port)
        raise _Refused("502 Bad Gateway")

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Sends the answer back, and says in its head that the connection ends with it: another host may be next."""
        while True:
            async with asyncio.timeout(RENDER_CONNECT_SECONDS):
                head = await there.readuntil(_END)
            first, *lines = head.removesuffix(_END).split(b"\r\n")
            kept = [line for line in lines if line.partition(b":")[0].strip().lower().decode("latin-1") not in _HOP]
            writer.write(b"\r\n".join([first, *kept, b"Connection: close"]) + _END)
            status = first.split(b" ")[1:2]
            if not (status and status[0].startswith(b"1")):
                break
        await self._relay(there, writer)

    async def _relay(self, here: asyncio.StreamReader, there: asyncio.StreamWriter, *, counted: bool = True) -> None:
        while piece := await here.read(_PIECE):
            if counted:
                self._left -= len(piece)
                if self._left < 0:
                    self.is_spent = True
                    return
            there.write(piece)
            await there.drain()


async def _send(reader: asyncio.StreamReader, onward: asyncio.StreamWriter, length: int) -> None:
    while length > 0 and (piece := await reader.read(min(length, _PIECE))):
        length -= len(piece)
        onward.write(piece)
        await onward.drain()
    await asyncio.Event().wait()  # the answer ends the connection


async def _both(*ways: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Goes both ways until one of them ends."""
    tasks = [asyncio.ensure_future(way()) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.exception()


def _answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii")


@implementer(IResolutionReceiver)
class _Addresses:
    """Collects what a name means."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.done: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def resolutionBegan(self, resolution: IHostResolution) -> None:
        """As Twisted calls it."""

    def addressResolved(self, address: Any) -> None:
        """As Twisted calls it."""
        self.found.append(address.host)

    def resolutionComplete(self) -> None:
        """As Twisted calls it."""
        if not self.done.done():
            self.done.set_result(self.found)


async def _resolve(host: str) -> list[str]:
    """The addresses of *host*, by the resolver of the crawl: a name server that hangs holds none of its threads."""
    from twisted.internet import reactor  # noqa: PLC0415 -- importing it earlier would install another one

    addresses = _Addresses()
    resolver: Any = reactor
    resolver.nameResolver.resolveHostName(addresses, host, 0, [IPv4Address, IPv6Address])
    return await addresses.done
