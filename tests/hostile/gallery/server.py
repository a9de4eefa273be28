"""The attack server: a process of its own, in which every attack has a site on a port of its own.

    python -m tests.hostile.gallery.server NAME…

It tells its ports on standard output as JSON, and what was asked of each site for every line that it reads; it ends
with its standard input, so that it outlives nobody.
"""

import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from tests.hostile.gallery import ATTACKS
from tests.hostile.gallery.attack import Answer, Attack, Place, answer, feed_of, page
from tests.hostile.gallery.certificates import AUTHORITY
from tests.hostile.gallery.prose import story

_ROOT = Path(__file__).parents[3]
_LONGEST_HEAD = 65_536
_IDLE = 60.0  # seconds that a connection may say nothing
SECRET = "secret"
TREASURE = "hidden treasure"
"""What the secret server says, and nothing that Khabar keeps may."""


class Gallery:
    """Context manager: the server with these attacks, while it is open.

    `places` has the site of each by name, `authority` the certificate of who signs for those over TLS, in PEM.
    """

    def __init__(self, attacks: Sequence[Attack]) -> None:
        self._names = [attack.name for attack in attacks]
        self.places: dict[str, Place] = {}
        self.authority = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.gallery.server", *self._names], cwd=_ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        ports: dict[str, int] = json.loads(self._line())
        self.places = {name: _place(ports, name) for name in self._names}
        self.authority = json.loads(self._line())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=10)

    def asked(self) -> dict[str, list[str]]:
        """The paths that were asked of each site so far, in order; of the secret one every connection."""
        assert self._process.stdin
        self._process.stdin.write("asked\n")
        self._process.stdin.flush()
        found: dict[str, list[str]] = json.loads(self._line())
        return found

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def _place(ports: dict[str, int], name: str) -> Place:
    scheme = "https" if ATTACKS[name].tls else "http"
    return Place(
        url=f"{scheme}://127.0.0.1:{ports[name]}", port=ports[name], secret=f"http://127.0.0.1:{ports[SECRET]}/secret/{name}",
        secret_port=ports[SECRET],
    )  # fmt: skip


class _Server:
    """Accepts for all sites in one thread, and answers each connection in one of its own."""

    def __init__(self, attacks: Iterable[Attack]) -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = Lock()
        self.ports = {SECRET: self._listen(SECRET)}
        self._listen(SECRET, "127.0.0.2", self.ports[SECRET])
        self._attacks = {attack.name: attack for attack in attacks}
        self.ports |= {name: self._listen(name) for name in self._attacks}
        self.asked: dict[str, list[str]] = {name: [] for name in self.ports}
        self._shakes = {name: attack.tls() for name, attack in self._attacks.items() if attack.tls}
        Thread(target=self._accept, daemon=True).start()

    def log(self) -> str:
        """All that was asked, as JSON."""
        with self._lock:
            return json.dumps(self.asked)

    def _listen(self, name: str, host: str = "127.0.0.1", port: int = 0) -> int:
        listening = socket.create_server((host, port), backlog=64)
        self._selector.register(listening, selectors.EVENT_READ, name)
        found: int = listening.getsockname()[1]
        return found

    def _accept(self) -> None:
        while True:
            for key, _ in self._selector.select():
                assert isinstance(key.fileobj, socket.socket)
                connection, _ = key.fileobj.accept()
                connection.settimeout(_IDLE)
                Thread(target=self._serve, args=(key.data, connection), daemon=True).start()

    def _serve(self, name: str, connection: socket.socket) -> None:
        if name == SECRET:
            self._note(name, "connection")
        with suppress(OSError, ValueError):  # Khabar hangs up on attacks, as it should
            if shake := self._shakes.get(name):
                connection = shake(connection)
            with connection:
                while path := _requested(connection):
                    self._note(name, path)
                    if not _sent(connection, self._answer(name, path)):
                        break

    def _note(self, name: str, path: str) -> None:
        with self._lock:
            self.asked[name].append(path)

    def _answer(self, name: str, path: str) -> Answer:
        if name == SECRET:
            return page(story("secret", title=TREASURE), title=TREASURE)
        attack = self._attacks[name]
        place = _place(self.ports, name)
        found = attack.pages.get(path)
        if found is None and path == "/feed":
            return feed_of(place, attack.pages)
        if found is None and attack.others and path != "/robots.txt":
            return attack.others(place, path)
        if found is None:
            return answer("no such page", "text/plain", 404)
        return found if isinstance(found, Answer) else found(place)


def _requested(connection: socket.socket) -> str:
    """The path of the next request; empty where there is none."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _LONGEST_HEAD:
        piece = connection.recv(4096)
        if not piece:
            return ""
        head += piece
    words = head.partition(b"\r\n")[0].split(b" ")
    return words[1].decode("latin-1") if len(words) == 3 else ""


def _sent(connection: socket.socket, reply: Answer) -> bool:
    """Sends it; whether the connection may go on."""
    if reply.write:
        reply.write(connection)
        return False
    whole = isinstance(reply.body, bytes)
    headers = {"Content-Length": str(len(reply.body))} if isinstance(reply.body, bytes) else {"Connection": "close"}
    named = {**headers, **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Answer", *(f"{name}: {value}" for name, value in named.items())]
    connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    for piece in (reply.body,) if isinstance(reply.body, bytes) else reply.body():
        connection.sendall(piece)
    return whole and named["Content-Length"] == headers["Content-Length"]


def main(names: Sequence[str]) -> None:
    """Serves until nobody reads any more."""
    server = _Server([ATTACKS[name] for name in names])
    _tell(json.dumps(server.ports))
    _tell(json.dumps(AUTHORITY.certificate()))
    for _ in sys.stdin:
        _tell(server.log())


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
