"""Documents that are drawn by a real Chromium, in a process of their own; without one the tests say why they skip."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crawler.rendering.chromium import rendering_fault

FOLDER = Path(__file__).parent
NO_BROWSER = rendering_fault(proxy=False)
needs_browser = pytest.mark.skipif(NO_BROWSER is not None, reason=f"no page can be rendered here: {NO_BROWSER}")


def drawn(
    tasks: list[dict[str, Any]], *, seconds: float = 12, settles: float = 3, rebound: bool = False
) -> list[dict[str, Any]]:
    """What becomes of *tasks*, one after the other in one browser."""
    given = {"tasks": tasks, "seconds": seconds, "settles": settles, "rebound": rebound}
    done = subprocess.run(
        [sys.executable, "-P", str(FOLDER / "drawing_probe.py")], input=json.dumps(given), capture_output=True,
        text=True, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outcomes: list[dict[str, Any]] = json.loads(done.stdout)
    return outcomes


class Secret:
    """A port of loopback, TCP and UDP, that notes whoever comes. It answers like a web server, with a secret."""

    def __init__(self) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._tcp.getsockname()[1]
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        self.came: list[str] = []
        for listen in (self._accept, self._receive):
            Thread(target=listen, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    asked = connection.recv(4000)
                    self.came.append(f"tcp {asked[:60]!r}")
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/plain\r\n"
                        b"Content-Length: 11\r\nConnection: close\r\n\r\nthe-secret!"
                    )
                except OSError:
                    self.came.append("tcp")

    def _receive(self) -> None:
        while True:
            try:
                said, _ = self._udp.recvfrom(2000)
            except OSError:
                return
            self.came.append(f"udp {said[:30]!r}")

    def close(self) -> None:
        """Nobody listens any more."""
        for one in (self._tcp, self._udp):
            one.close()
