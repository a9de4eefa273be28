"""Requests as no browser sends them: the target as it stands, and any headers."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

HUNG_UP = 0
"""The status of no answer at all."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]  # by their names in lower case; the last of a name
    cookies: tuple[str, ...]
    body: bytes


def send(address: str, target: bytes, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    """The answer to *target* at *address*. Names of *headers*: `_` for `-`; Host unless given is that of *address*."""
    parts = urlsplit(address)
    given = {"host": parts.netloc, "connection": "close"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    if body:
        given["content-length"] = str(len(body))
    lines = [method.encode() + b" " + target + b" HTTP/1.1"]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in given.items()]
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as line:
        received = b""
        with suppress(ConnectionError):  # it hung up on what was too long
            line.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        with suppress(ConnectionError):
            while piece := line.recv(65_536):
                received += piece
    if not received:
        return Answer(status=HUNG_UP, headers={}, cookies=(), body=b"")
    head, _, rest = received.partition(b"\r\n\r\n")
    first, *pairs = head.decode("latin-1").split("\r\n")
    named = [(name.lower(), value.strip()) for name, _, value in (pair.partition(":") for pair in pairs)]
    cookies = tuple(value for name, value in named if name == "set-cookie")
    return Answer(status=int(first.split()[1]), headers=dict(named), cookies=cookies, body=rest)
