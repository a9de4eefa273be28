"""Whoever sends or takes by the drop keeps nobody else out."""

import socket
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

from looking import Served

HEAD = b"GET /sources HTTP/1.1\r\nHost: 127.0.0.1\r\n"


def connected(served: Served) -> socket.socket:
    parts = urlsplit(served.address)
    return socket.create_connection((parts.hostname, parts.port), timeout=30)


def asked(line: socket.socket) -> bytes:
    line.sendall(HEAD + b"\r\n")
    status = line.recv(12)
    time.sleep(0.3)
    line.recv(1_000_000)
    return status


def test_who_sends_a_request_by_the_letter_is_hung_up_on_and_the_others_are_answered(served: Served) -> None:
    with ExitStack() as lines:
        well_behaved = lines.enter_context(connected(served))
        assert asked(well_behaved) == b"HTTP/1.1 200"
        slow = [lines.enter_context(connected(served)) for _ in range(205)]
        for number, line in enumerate(slow):
            line.sendall(HEAD if number % 2 else b"")
        began, status = time.monotonic(), 503
        while status == 503 and time.monotonic() - began < 25:
            status = served.get("/sources").status_code
            time.sleep(0.5)
        assert status == 200
        assert slow[1].recv(1) == b"" and slow[0].recv(1) == b""
        assert asked(well_behaved) == b"HTTP/1.1 200", "who waits between two requests is not slow"
