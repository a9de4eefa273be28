"""Whatever a page's scripts ask for, what its source may not reach is not reached: no connection, no packet."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest
from attacks import page, reaching
from drawn_pages import Secret, drawn, needs_browser
from serving import serving

pytestmark = needs_browser
OTHER_NAMES = ("localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "127.0.0.2")


@pytest.fixture
def own(secret: Secret) -> Iterator[int]:
    """The page's own server, which redirects to the secret where it is asked to."""

    class Handler(BaseHTTPRequestHandler):
        port: ClassVar[int] = secret.port

        def do_GET(self) -> None:
            redirects = self.path == "/to-elsewhere"
            body = b"" if redirects else b"own-data"
            self.send_response(302 if redirects else 200)
            if redirects:
                self.send_header("Location", f"http://127.0.0.1:{self.port}/redirected")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(Handler) as port:
        yield port


def task(own: int, body: str, **more: Any) -> dict[str, Any]:
    return {
        "url": f"http://127.0.0.1:{own}/story",
        "body": body,
        "private_hosts": ["127.0.0.1"],
        "ports": [own],
        **more,
    }


def test_nothing_on_another_port_of_loopback_is_reached(secret: Secret, own: int) -> None:
    group = {"group": "g", "max_age": 9, "endpoints": [{"url": f"http://127.0.0.1:{secret.port}/report"}]}
    policy = f"img-src *; report-uri http://127.0.0.1:{secret.port}/policy; report-to g; object-src 'none'"
    headers = [("Report-To", json.dumps(group)), ("Content-Security-Policy-Report-Only", policy)]
    others = "".join(
        f"fetch('http://{name}:{secret.port}/').then(a => a.text()).then(t => {{ root.textContent += t; }});"
        f"new WebSocket('ws://{name}:{secret.port}/');"
        for name in OTHER_NAMES
    )
    tasks = [task(own, reaching("127.0.0.1", secret.port), headers=headers), task(own, page(others))]
    tasks.append(task(own, page("fetch('/data').then(a => a.text()).then(t => { root.textContent = t; })")))

    *attacked, good = drawn(tasks, settles=2)

    assert secret.came == []
    for outcome in attacked:
        assert "the-secret" not in outcome["body"]
        assert "root:" not in outcome["body"], "a file of this machine"
        assert outcome["url"] == f"http://127.0.0.1:{own}/story"
    assert "own-data" in good["body"]


def test_the_same_page_does_reach_what_its_source_may(secret: Secret, own: int) -> None:
    may = task(own, reaching("127.0.0.1", secret.port), ports=[own, secret.port])

    (outcome,) = drawn([may], settles=2)

    assert "the-secret" in outcome["body"]
    assert any("/socket" in one for one in secret.came)
    assert not any("udp" in one for one in secret.came)
    for never in (
        "/img",
        "/frame",
        "/video",
        "/font",
        "/beacon",
        "/ping",
        "/location",
        "/refresh",
        "/window",
        "/sheet",
    ):
        assert not any(f" {never} " in one for one in secret.came), never


def test_a_name_that_comes_to_mean_loopback_is_not_followed(secret: Secret) -> None:
    story = {
        "url": f"http://news.example:{secret.port}/story", "body": reaching("news.example", secret.port),
        "private_hosts": [], "ports": [secret.port],
    }  # fmt: skip

    outcome, names = drawn([story], settles=2, rebound=True)

    assert secret.came == []
    assert "the-secret" not in outcome["body"]
    assert "news.example" in names["names"], "it was not even asked for"
