"""Many small servers on loopback, all on one event loop in a thread of its own: a thread each would take a core."""

import asyncio
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self

_LONGEST_HEAD = 65_536  # bytes


class OneLoop:
    """Context manager: the thread called *name*, and every server that is opened in it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._servers: list[asyncio.Server] = []
        self._loop = asyncio.new_event_loop()
        self.connections: set[asyncio.Transport] = set()

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._loop.run_forever, name=self._name)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        self._loop.close()

    def open(self, connection: Callable[[], "Connection"], *, host: str = "127.0.0.1", port: int = 0) -> int:
        """Opens a server, each connection to which is a *connection*; its port, whichever is free where it is 0."""
        opening = self._loop.create_server(connection, host, port)
        server = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        self._servers.append(server)
        taken: int = server.sockets[0].getsockname()[1]
        return taken

    def between_requests(self, work: Callable[[], None]) -> None:
        """Does *work* while nobody is being answered."""

        async def do() -> None:
            work()

        asyncio.run_coroutine_threadsafe(do(), self._loop).result()

    def _close(self) -> None:
        for server in self._servers:
            server.close()
        for transport in list(self.connections):
            transport.abort()
        self._loop.call_soon(self._loop.stop)


class Connection(asyncio.Protocol):
    """One that its loop ends where it is left open."""

    def __init__(self, loop: OneLoop) -> None:
        self._connections = loop.connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self._transport)


class Talk(Connection):
    """Gives what *answer* makes of each request's head; None hangs up. Only what a well-behaved crawler sends is
    understood: GET and HEAD over a connection that is kept."""

    def __init__(self, loop: OneLoop, answer: Callable[[str], bytes | None]) -> None:
        super().__init__(loop)
        self._answer, self._waiting = answer, b""

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        if not self._waiting[:1].isupper():  # https, which it does not speak
            self._transport.abort()
            return
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head, self._waiting = self._waiting[:end].decode("latin-1"), self._waiting[end + 4 :]
            answer = self._answer(head)
            if answer is None:
                self._transport.abort()
                return
            self._transport.write(answer)
        if len(self._waiting) > _LONGEST_HEAD:
            self._transport.abort()
