"""How long a connection is waited for: one that sends its request by the letter, or takes no answer, is closed.

uvicorn waits for ever for either, and answers nobody else once as many wait as it takes connections.
"""

from asyncio import AbstractEventLoop, TimerHandle, Transport

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""In which a request is to be sent: a head of some kilobytes, and the form of the login."""
ANSWER_SECONDS = 30.0
"""In which some of an answer is to be taken."""
_LOOK_SECONDS = 2.5
_PROGRESS = 4_096  # bytes taken: less in that time is as good as nothing


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP, that does not wait for ever."""

    loop: AbstractEventLoop
    transport: Transport
    _look: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Somebody connects."""
        super().connection_made(transport)
        self._asked = self._taken = self.loop.time()
        self._waiting = 0  # bytes of an answer, when some were last taken
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some of a request came."""
        if self.timeout_keep_alive_task is not None:  # the first of another one
            self._asked = self.loop.time()
        super().data_received(data)

    def resume_writing(self) -> None:
        """Enough was taken that more may be written."""
        self._taken, self._waiting = self.loop.time(), 0
        super().resume_writing()

    def _look_again(self) -> None:
        now, waiting = self.loop.time(), self.transport.get_write_buffer_size()
        if waiting == 0 or waiting <= self._waiting - _PROGRESS or self._waiting == 0:
            self._taken, self._waiting = now, waiting
        if now - self._taken > ANSWER_SECONDS or (self._is_asking() and now - self._asked > REQUEST_SECONDS):
            self.transport.abort()
            return
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)

    def _is_asking(self) -> bool:
        """Whether a request has begun to come, or is to come on a new connection, and is not there yet. Between two
        requests uvicorn itself waits, and no longer than `timeout_keep_alive`."""
        is_between = self.timeout_keep_alive_task is not None
        return not is_between and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)
