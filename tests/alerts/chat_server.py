"""A server on loopback that takes what chat services take, and keeps it. It answers what makes each of them content."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl

from alerts.channels import Channel, open_channel


class ChatServer(ThreadingHTTPServer):
    """Context manager: `posted` are the fields of each post, oldest first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posted: list[dict[str, Any]] = []
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def channel(self, service: str) -> Channel:
        """A channel of *service*, which is a key of SERVICES, to this server instead of the real one."""
        url, redirected = SERVICES[service][:2]
        here = f"127.0.0.1:{self.server_port}"
        channel = open_channel("to", "env:CHAT", {"CHAT": url.format(here=here)})
        for name, value in redirected.items():
            setattr(channel._notifier, name, value.format(here=here))
        return channel

    def texts(self, service: str) -> list[str]:
        """What a person reads, of each post: title and text."""
        return ["\n".join(part for part in SERVICES[service][2](post) if part) for post in self.posted]


class _Handler(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        is_json = "json" in self.headers["Content-Type"] or body.startswith("{")
        self.server.posted.append(json.loads(body) if is_json else dict(parse_qsl(body)))
        answer = b"ok" if "/services/" in self.path else b'{"ok": true, "status": 1}'  # the former is Slack's
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        pass


Post = dict[str, Any]
SERVICES: dict[str, tuple[str, dict[str, str], Callable[[Post], list[str | None]]]] = {
    "Telegram": (
        "tgram://123456789:AAmadeUpTokenOfNoBot0123456789abcd/-1001234567890",
        {"notify_url": "http://{here}/bot"},
        lambda post: [post["text"]],
    ),
    "Slack": (
        "slack://T0MADEUP0/B0MADEUP0/MadeUpTokenOfNoHook01234/%23desk",
        {"webhook_url": "http://{here}/services"},
        lambda post: [post["attachments"][0]["title"], post["attachments"][0]["text"]],
    ),
    "Discord": (
        "discord://123456789012345678/abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01234567",
        {"notify_url": "http://{here}/webhooks"},
        lambda post: [post["content"]],
    ),
    "ntfy": ("ntfy://{here}/desk", {}, lambda post: [post.get("title"), post["message"]]),
    "Matrix": ("matrix://khabar:secret@{here}/?mode=hookshot", {}, lambda post: [post["text"]]),
    "Mattermost": ("mmost://{here}/3ccdd113474722377935511fc85d3dd4", {}, lambda post: [post["text"]]),
    "Google Chat": (
        "gchat://workspace/key/token",
        {"notify_url": "http://{here}/{{workspace}}"},
        lambda post: [post["text"]],
    ),
    "Rocket.Chat": ("rocket://webhook/token@{here}/%23desk?avatar=no", {}, lambda post: [post["text"]]),
    "Pushover": (
        "pover://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        {"notify_url": "http://{here}/messages.json"},
        lambda post: [post["title"], post["message"]],
    ),
    "SMS": (
        "httpsms://0123456789abcdef@15551234567/15557654321",
        {"notify_url": "http://{here}/sms"},
        lambda post: [post["content"]],
    ),
}
