"""Where alerts arrive in the demo, the tests and the measurements: a webhook on loopback that keeps what it is sent.

It takes what Apprise posts for `json://` channels, and can be as bad a receiver as the web has: one that fails,
stalls, never ends its answer or hangs up, each in its turn or in a share of all cases.
"""

import json
import math
import random
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from itertools import count
from threading import Condition
from time import monotonic
from types import TracebackType
from typing import Self

from crawler.newsroom.loopback import HOST, IDLE, LoopbackServer

_LONGEST = 1024 * 1024  # bytes of a post: Apprise cuts a message at 32 kB
_MOST = 10_000  # posts kept of each kind, then the oldest go
_DRIP = 0.05  # seconds between two bytes: below any read timeout, so that only a bound on the whole ends it
_REF = re.compile(r"(?:^|>)ref: ([^\s<>]+)(?:<[^<>]*>|\s)*\Z", re.MULTILINE)
_TAIL = 500  # characters at the end among which the ref is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One post as the sink got it."""

    at: datetime
    instant: float  # seconds on the monotonic clock, which all processes of a machine share
    title: str
    message: str
    kind: str  # Apprise's type: info, success, warning, failure
    ref: str | None  # X of a last line "ref: X"
    headers: dict[str, str]  # names in lower case
    status: int | None  # of the answer; None: there was none


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the sink does with one post. A slow or silent receiver may well have taken what it was sent."""

    status: int | None = 200  # None: no answer
    after: float = 0.0  # seconds until the answer, or until it hangs up; math.inf: never
    drips: bool = False  # the answer's body comes byte by byte and has no end
    keeps: bool = True  # whether the post counts as received


ACCEPT = Reply()
FAIL = Reply(status=500, keeps=False)
HANG_UP = Reply(status=None, keeps=False)
DRIP = Reply(drips=True)

Behave = Callable[[Received], Reply]
"""Decides on a post, whose status is still None. Called for one post at a time, in the order of arrival."""


def stall(seconds: float = math.inf) -> Reply:
    """Takes the post and answers 200 after *seconds*, or never."""
    return Reply(status=None if math.isinf(seconds) else 200, after=seconds)


def in_turn(*replies: Reply) -> Behave:
    """*replies* to the first posts, then everything is accepted."""
    left = iter(replies)
    return lambda post: next(left, ACCEPT)


def by_chance(shares: Mapping[Reply, float], *, seed: int = 1) -> Behave:
    """Each reply to its share of all posts, such as `{FAIL: 0.1, stall(5): 0.05}`; the others are accepted.

    The same *seed* gives the same sequence.
    """
    chance = random.Random(seed)  # noqa: S311 -- a dice for faults, no secret
    replies, weights = [*shares, ACCEPT], [*shares.values(), 1 - sum(shares.values())]
    return lambda post: chance.choices(replies, weights)[0]


def _now() -> datetime:
    return datetime.now(UTC)


class WebhookSink:
    """Context manager: while it is open, posts to `url` are kept, and answered as *behave* says.

    By default all are accepted. *behave* may be changed at any time. *port* 0 lets the system choose one; entering
    raises OSError where one is taken. May be opened again: on the same port, with what it has received so far.
    """

    def __init__(self, behave: Behave | None = None, *, port: int = 0, clock: Callable[[], datetime] = _now) -> None:
        self.behave, self.port, self._clock = behave or in_turn(), port, clock
        self._arrived = Condition()
        self._posts: deque[Received] = deque(maxlen=_MOST)
        self._kept: deque[Received] = deque(maxlen=_MOST)

    def __enter__(self) -> Self:
        self._server = _SinkServer(self)
        self.port = self._server.port
        self._server.start("webhook-sink")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        """The channel, as an alert's `to` takes it."""
        return f"json://{HOST}:{self.port}/hook"

    @property
    def received(self) -> list[Received]:
        """The posts that the receiver has, oldest first; a repeat is in it again. The newest 10,000."""
        with self._arrived:
            return list(self._kept)

    @property
    def posts(self) -> list[Received]:
        """All posts, failed ones too. The newest 10,000."""
        with self._arrived:
            return list(self._posts)

    def wait_for(self, number: int, *, seconds: float = 10) -> list[Received]:
        """What was received, as soon as it is at least *number* posts. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self._kept) >= number, seconds):
                raise TimeoutError(f"{len(self._kept)} of {number} messages arrived within {seconds} seconds")
            return list(self._kept)

    def take(self, title: str, message: str, kind: str, headers: dict[str, str]) -> Reply:
        """Keeps a post before it is answered: nobody is told of a success that could still be lost."""
        with self._arrived:
            post = Received(
                at=self._clock(), instant=monotonic(), title=title, message=message, kind=kind, ref=find_ref(message),
                headers=headers, status=None,
            )  # fmt: skip
            reply = self.behave(post)
            post = replace(post, status=reply.status)
            self._posts.append(post)
            if reply.keeps:
                self._kept.append(post)
                self._arrived.notify_all()
            return reply


def find_ref(message: str) -> str | None:
    """The id on the last line of a message in plain text or HTML, if it has one."""
    found = _REF.search(message[-_TAIL:])
    return found[1] if found else None


class _SinkServer(LoopbackServer):
    def __init__(self, sink: WebhookSink) -> None:
        super().__init__(_Handler, port=sink.port)
        self.sink = sink


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE
    disable_nagle_algorithm = True
    server: _SinkServer

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > _LONGEST:
            self.close_connection = True  # what it has sent cannot be told from its next request
            self._answer(413 if length else 411)
            return
        fields = _fields(self.rfile.read(int(length)))
        if fields is None:
            self._answer(400)
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.sink.take(*fields, headers)
        if (reply.after and not self._wait(reply.after)) or reply.status is None:
            self.close_connection = True
        elif reply.drips:
            self._drip(reply.status)
        else:
            self._answer(reply.status)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the sink keeps its own log."""

    def version_string(self) -> str:
        """What stands in the Server header."""
        return "Sink"

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _drip(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Connection", "close")
        self.end_headers()
        for _ in count():
            self.wfile.write(b".")
            if not self._wait(_DRIP):
                return

    def _wait(self, seconds: float) -> bool:
        """Whether the client is still there after *seconds*; returns as soon as it is not, or the sink closes."""
        self.connection.settimeout(None if math.isinf(seconds) else seconds)
        try:
            self.connection.recv(1)  # nothing is due from it now but its end
        except TimeoutError:
            self.connection.settimeout(IDLE)
            return True
        except OSError:
            pass
        return False


def _fields(body: bytes) -> tuple[str, str, str] | None:
    """Title, message and type of a post of Apprise's; None where it is something else."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(payload, dict):
        return None
    title, message, kind = (payload.get(name) for name in ("title", "message", "type"))
    if not isinstance(title, str) or not isinstance(message, str) or not isinstance(kind, str):
        return None
    return title, message, kind
