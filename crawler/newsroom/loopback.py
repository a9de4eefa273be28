"""A server on loopback whose threads and connections all end when it is closed. The sites and the sink are such ones.

Only 127.0.0.1 is used, one port a server: macOS has no other loopback address without being asked.
"""

import socket
import socketserver
import sys
from threading import Thread

HOST = "127.0.0.1"
IDLE = 30
"""Seconds that a connection may stay silent."""
_POLL = 0.01  # seconds until a server notices that it shall stop


class LoopbackServer(socketserver.ThreadingTCPServer):
    """Listens on *port*, 0 for one that the system chooses. Call `start` once, and `close` at the end.

    Raises OSError where the port is taken.
    """

    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, handler: type[socketserver.BaseRequestHandler], *, port: int = 0) -> None:
        super().__init__((HOST, port), handler)
        self.port: int = self.server_address[1]
        self._connections: set[socket.socket] = set()

    def start(self, name: str) -> None:
        """Serves in a thread called *name* from now on."""
        self._thread = Thread(target=self.serve_forever, args=(_POLL,), name=name)
        self._thread.start()

    def close(self) -> None:
        """Ends every connection and thread of this server."""
        self.shutdown()
        self._thread.join()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for its next request
            except OSError:
                continue  # it ended by itself meanwhile
        self.server_close()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """As usual, and remembers the connection so that `close` can end it."""
        if isinstance(request, socket.socket):
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """As usual, and forgets the connection."""
        if isinstance(request, socket.socket):
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is a fault of ours and is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
