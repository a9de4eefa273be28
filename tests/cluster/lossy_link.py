"""A link to PostgreSQL that loses answers: the statement has its effect, and who sent it hears only that it is cut off.

It reads what passes as PostgreSQL's protocol (version 3, without TLS). Source: its documentation, "Message Formats".
"""

import asyncio
import struct
from collections import Counter
from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

Lost = Callable[[str, int], bool]
"""Whether an answer is lost: of this statement, which has been answered so many times before."""


class LossyLink:
    """Context manager: between whoever connects to `url` and the server at *server*. *lost* says which answers never
    arrive; what was `COMMIT` is named by the statements of its transaction, one a line."""

    def __init__(self, server: str, lost: Lost) -> None:
        parts = urlsplit(server)
        self._host, self._port = parts.hostname or "", parts.port or 5432
        self._server, self._lost = server, lost
        self.answered: Counter[str] = Counter()
        self.losses: list[str] = []
        """The statements whose answers were lost."""
        self._ended = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop)
        self._listener = server.result(10)
        self.port: int = self._listener.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    @property
    def url(self) -> str:
        """Of the server, by way of this link."""
        return self._server.replace(f"{self._host}:{self._port}", f"127.0.0.1:{self.port}")

    async def _end(self) -> None:
        self._listener.close()
        self._ended.set()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = _Conversation(self)
        try:
            back, forth = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        tasks = [
            asyncio.create_task(one)
            for one in (conversation.ask(reader, forth), conversation.tell(back, writer), self._ended.wait())
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for end in (writer, forth):
            end.close()

    def loses(self, statement: str) -> bool:
        """Whether the answer to *statement*, which has just come, is lost."""
        is_lost = self._lost(statement, self.answered[statement])
        self.answered[statement] += 1
        if is_lost:
            self.losses.append(statement)
        return is_lost


class _Conversation:
    """Of one connection."""

    def __init__(self, link: LossyLink) -> None:
        self._link = link
        self._prepared: dict[bytes, str] = {}
        self._statement = ""
        self._transaction: list[str] = []

    async def ask(self, reader: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        """Hands on what is asked."""
        while True:  # what begins a connection has no kind; TLS is declined by the server
            length = await reader.readexactly(4)
            body = await reader.readexactly(struct.unpack("!i", length)[0] - 4)
            server.write(length + body)
            if struct.unpack("!i", body[:4])[0] >> 16 == 3:
                break
        while True:
            kind, whole = await _message(reader)
            if kind == b"Q":
                self._statement = whole[5:-1].decode()
            elif kind == b"P":
                name, text, _ = whole[5:].split(b"\0", 2)
                self._prepared[name] = self._statement = text.decode()
            elif kind == b"B":
                self._statement = self._prepared.get(whole[5:].split(b"\0", 2)[1], "")
            server.write(whole)
            await server.drain()

    async def tell(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Hands on what is answered, whole answers at a time, until one is lost."""
        if (first := await reader.readexactly(1)) in b"NS":  # about TLS
            client.write(first)
            first = b""
        held, is_in = b"", False
        while True:
            kind, whole = await _message(reader, first)
            first = b""
            if kind == b"A":  # news, which answers nothing
                client.write(whole)
                continue
            held += whole
            if kind == b"Z":
                statement = " ".join(self._statement.split())
                if whole[-1:] == b"I":
                    told = "\n".join(dict.fromkeys([*self._transaction, statement]))
                    self._transaction.clear()
                else:
                    told = f"within: {statement}"
                    self._transaction.append(statement)
                if self._statement and self._link.loses(told):
                    return
                is_in = True
            if kind == b"Z" or not is_in:
                client.write(held)
                held = b""
                await client.drain()


async def _message(reader: asyncio.StreamReader, first: bytes = b"") -> tuple[bytes, bytes]:
    kind = first or await reader.readexactly(1)
    length = await reader.readexactly(4)
    return kind, kind + length + await reader.readexactly(struct.unpack("!i", length)[0] - 4)
