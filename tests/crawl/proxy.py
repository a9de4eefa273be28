"""A small HTTP proxy on loopback that leads every name to one port, and remembers what it was asked."""

import http.client
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from serving import serving


@dataclass
class Proxy:
    """Where it listens, and what it was asked: method and target, and the credentials that came along."""

    port: int
    asked: list[str] = field(default_factory=list)
    credentials: set[str | None] = field(default_factory=set)


@contextmanager
def proxy(upstream: int) -> Iterator[Proxy]:
    """A proxy to port *upstream* of loopback, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._note()
            host, _, path = self.path.removeprefix("http://").partition("/")
            onward = http.client.HTTPConnection("127.0.0.1", upstream, timeout=20)
            onward.request("GET", f"/{path}", headers={"Host": host, "Accept-Encoding": "identity"})
            answer = onward.getresponse()
            body = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            onward.close()

        def do_CONNECT(self) -> None:
            self._note()
            self.close_connection = True
            with socket.create_connection(("127.0.0.1", upstream), timeout=20) as onward:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                pair = {self.connection: onward, onward: self.connection}
                while readable := select.select(list(pair), [], [], 20)[0]:
                    for end in readable:
                        if not (data := end.recv(65_536)):
                            return
                        pair[end].sendall(data)

        def _note(self) -> None:
            seen.asked.append(f"{self.command} {self.path}")
            seen.credentials.add(self.headers.get("Proxy-Authorization"))

        def log_message(self, *args: object) -> None:
            """Nothing: tests read `asked`."""

    with serving(Handler) as port:
        seen = Proxy(port)
        yield seen
