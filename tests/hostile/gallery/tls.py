"""Servers that mean harm by how they begin a secure connection."""

import socket
import ssl
import struct
import time
from collections.abc import Callable

from tests.hostile.gallery.attack import Attack, Shake, page
from tests.hostile.gallery.certificates import AUTHORITY
from tests.hostile.gallery.prose import story

_CHECKED = "certificates are checked, of a `private` source too"
_PATIENCE = 60.0  # seconds for which a handshake stalls: twice what a source may lose by it
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
_PAGES = {"/story": page(story("tls"))}


def _with(make: Callable[[], ssl.SSLContext]) -> Callable[[], Shake]:
    """A handshake as it should be, with the certificate of *make*."""

    def begin() -> Shake:
        context = make()
        return lambda connection: context.wrap_socket(connection, server_side=True)

    return begin


def _stalled(connection: socket.socket) -> socket.socket:
    time.sleep(_PATIENCE)
    return connection


def _reset(connection: socket.socket) -> socket.socket:
    connection.recv(16)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()
    return connection


def _plain(connection: socket.socket) -> socket.socket:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    connection.close()
    return connection


def _garbage(connection: socket.socket) -> socket.socket:
    connection.recv(4096)
    connection.sendall(b"\x16\x03\x03\xff\xff" + b"\xff" * 65_535)
    connection.close()
    return connection


def _alert(connection: socket.socket) -> socket.socket:
    connection.recv(4096)
    connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")  # fatal, handshake_failure
    connection.close()
    return connection


def _old() -> ssl.SSLContext:
    context = AUTHORITY.context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.SSLv3
    context.maximum_version = ssl.TLSVersion.TLSv1
    return context


ATTACKS = [
    Attack(
        name="certificate-that-fits",
        what="no attack: a certificate of an authority that is trusted",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/story": "archived"},
        tls=_with(AUTHORITY.context),
    ),
    Attack(
        name="certificate-expired",
        what="a certificate that ended yesterday",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=_with(lambda: AUTHORITY.context(days=-1)),
    ),
    Attack(
        name="certificate-of-another-host",
        what="a certificate of another host",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=_with(lambda: AUTHORITY.context("news.example")),
    ),
    Attack(
        name="certificate-of-itself",
        what="a certificate that nobody has signed but itself",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=_with(lambda: AUTHORITY.context(signed=False)),
    ),
    Attack(
        name="tls-stalled",
        what="a handshake that never begins",
        holds="ADDRESS_SECONDS",
        pages=_PAGES,
        fates={"/feed": "failed: robots.txt unreachable: timed out"},
        tls=lambda: _stalled,
    ),
    Attack(
        name="tls-reset",
        what="a handshake that ends in a reset",
        holds="MAX_RETRIES",
        pages=_PAGES,
        fates={"/feed": "failed: robots.txt unreachable: connection failed"},
        tls=lambda: _reset,
    ),
    Attack(
        name="tls-that-is-plain-http",
        what="plain HTTP where TLS is to be",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=lambda: _plain,
    ),
    Attack(
        name="tls-garbage",
        what="64 kB of garbage in place of a handshake",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=lambda: _garbage,
    ),
    Attack(
        name="tls-refused",
        what="a fatal alert in place of a handshake",
        holds=_CHECKED,
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=lambda: _alert,
    ),
    Attack(
        name="tls-of-1999",
        what="a server that speaks TLS 1.0 and no newer one",
        holds="TLS 1.2 at least",
        pages=_PAGES,
        fates={"/feed": "failed: certificate not valid"},
        tls=_with(_old),
    ),
]
