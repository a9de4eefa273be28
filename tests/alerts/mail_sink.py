"""A mail server on loopback that keeps what it is sent, refuses it or stalls, as told. Real SMTP, by aiosmtpd."""

import asyncio
import math
import socket
from asyncio import AbstractServer
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from threading import Condition
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReply:
    """What the server does with one message. A slow one may well have taken it."""

    answer: str = "250 2.0.0 Taken"
    after: float = 0.0  # seconds; math.inf: never
    keeps: bool = True  # whether the message counts as received


TAKE = MailReply()
DEFER = MailReply(answer="451 4.3.0 Try again later", keeps=False)
REJECT = MailReply(answer="550 5.7.1 Not wanted here", keeps=False)


def stall(seconds: float = math.inf) -> MailReply:
    """Takes the message and says so after *seconds*, or never."""
    return MailReply(after=seconds)


class MailSink:
    """Context manager: while it is open, mail to `url` is kept in `received`.

    *login* is a name and a password; with it nobody else may send. *behave* decides on every message, may be changed
    at any time, and accepts by default.
    """

    def __init__(
        self, behave: Callable[[EmailMessage], MailReply] = lambda mail: TAKE, *, login: tuple[str, str] | None = None
    ) -> None:
        self.behave, self.login = behave, login
        self.port = 0
        self._arrived = Condition()
        self._kept: list[EmailMessage] = []

    def __enter__(self) -> Self:
        handler = _Handler(self)
        self._controller = _Controller(
            handler, hostname=HOST, server_hostname="mail.example.org", auth_require_tls=False,
            authenticator=handler.authenticate,
        )  # fmt: skip
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The channel, as an alert's `to` takes it. Apprise does without TLS where it says `mailto`, not `mailtos`."""
        name = "".join(quote(part, safe="") + end for part, end in zip(self.login or (), ":@", strict=False))
        return f"mailto://{name}{HOST}:{self.port}?from=khabar@example.org&to=desk@example.org"

    @property
    def received(self) -> list[EmailMessage]:
        """The messages that the server has, oldest first; a repeat is in it again."""
        with self._arrived:
            return list(self._kept)

    def wait_for(self, number: int, *, seconds: float = 10) -> list[EmailMessage]:
        """What was received, as soon as it is at least *number* messages. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._kept) >= number, seconds):
                raise TimeoutError(f"{len(self._kept)} of {number} mails arrived within {seconds} seconds")
            return list(self._kept)

    def take(self, mail: EmailMessage) -> MailReply:
        """Keeps *mail* before the sender is told."""
        with self._arrived:
            reply = self.behave(mail)
            if reply.keeps:
                self._kept.append(mail)
                self._arrived.notify_all()
            return reply


class _Handler:
    """aiosmtpd's hooks: what is said to each command."""

    def __init__(self, sink: MailSink) -> None:
        self.sink = sink

    def authenticate(self, server: object, session: Session, envelope: Envelope, way: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given is not None and given == self.sink.login, handled=False)

    async def handle_MAIL(
        self, server: object, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # aiosmtpd's own auth_required warns in every process that uses it without TLS.
        if self.sink.login and not session.authenticated:
            return "530 5.7.0 Log in first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: object, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(envelope.content)
        reply = self.sink.take(mail)
        if reply.after:
            await asyncio.sleep(reply.after)
        return reply.answer


class _Controller(Controller):
    """On a port that the system chooses; aiosmtpd's own tries to reach port 0 when told so."""

    def _create_server(self) -> Awaitable[AbstractServer]:
        listening = socket.create_server((HOST, 0))
        self.port = listening.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listening)

    def cancel_tasks(self, stop_loop: bool = True) -> None:
        """As usual, but the loop goes on until every conversation has ended: else their sockets stay open."""
        talks = asyncio.all_tasks(self.loop)
        super().cancel_tasks(stop_loop=False)
        ended = asyncio.gather(*talks, return_exceptions=True)
        ended.add_done_callback(lambda _: self.loop.call_soon(self.loop.stop))
