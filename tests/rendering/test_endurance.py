"""Pages that would keep the browser for themselves: each is cut off, or taken as it is, and the next one is drawn."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest
from attacks import CUT_OFF, FILL, TAKEN, page
from conftest import drawn, needs_browser
from serving import serving

pytestmark = needs_browser


class Handler(BaseHTTPRequestHandler):
    """Notes what it is asked for, and gives data, data without end, or an answer that never comes."""

    port: ClassVar[int] = 0
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        with suppress(OSError):  # it is hung up on
            {"/never": self._never, "/endless": self._endless, "/drip": self._drip}.get(self.path, self._data)()

    def _never(self) -> None:
        time.sleep(6)

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(400):
            self.wfile.write(bytes(100_000))

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.end_headers()
        for _ in range(60):
            self.wfile.write(b"1;")
            time.sleep(0.1)

    def _data(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"data")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def own() -> Iterator[Any]:
    """The page's own server."""
    with serving(Handler) as port:
        Handler.port = port
        yield Handler


def task(own: Any, body: str, **more: Any) -> dict[str, Any]:
    return {
        "url": f"http://127.0.0.1:{own.port}/story", "body": body, "private_hosts": ["127.0.0.1"], "ports": [own.port],
        **more,
    }  # fmt: skip


def test_what_never_ends_is_taken_as_it_is(own: Any) -> None:
    own.asked.clear()

    outcomes = dict(zip(TAKEN, drawn([task(own, page(script)) for script in TAKEN.values()], settles=1), strict=True))

    lost = {name: outcome["fault"] for name, outcome in outcomes.items() if "fault" in outcome}
    assert not lost
    assert {name: outcome["body"] for name, outcome in outcomes.items() if ">drawn" not in outcome["body"]} == {}
    assert sum(path.startswith("/one") for path in own.asked) <= 100
    for never in ("/window", "/elsewhere", "/other"):
        assert not any(path.startswith(never) for path in own.asked), never


def test_what_breaks_its_bounds_is_cut_off_and_the_next_page_is_drawn(own: Any) -> None:
    good = task(own, page(FILL))
    tasks = [one for script, _ in CUT_OFF.values() for one in (task(own, page(script)), good)]

    outcomes = drawn(tasks, seconds=3, settles=2)

    attacked, after = outcomes[::2], outcomes[1::2]
    for (name, (_, faults)), outcome in zip(CUT_OFF.items(), attacked, strict=True):
        assert outcome.get("fault") in faults, (name, outcome)
    assert [one.get("fault") for one in after] == [None] * len(after)
    assert all(">drawn<" in one["body"] for one in after)


def test_a_browser_that_dies_takes_one_page_with_it(own: Any) -> None:
    dying = task(own, page(FILL + "setInterval(() => fetch('/poll'), 50);"), kill=0.7)

    good = task(own, page(FILL))

    _, died, good = drawn([good, dying, good])

    assert died["fault"] == "browser died"
    assert ">drawn<" in good["body"]
    assert good["alive"] == 1


def test_no_page_knows_what_another_left(own: Any) -> None:
    leave = page("document.cookie = 'left=1; path=/'; localStorage.left = 1; root.textContent = document.cookie;")
    look = page("root.textContent = JSON.stringify([document.cookie, localStorage.left || '', navigator.userAgent]);")

    left, found = drawn([task(own, leave), task(own, look)])

    assert '<p id="root">left=1' in left["body"]
    assert json.dumps(["", "", "Khabar/test (+desk@example.org)"], separators=(",", ":")) in found["body"]


def test_what_is_drawn_is_whole_and_says_what_it_is(own: Any) -> None:
    words = {"en": "Growers", "ar": "المزارعون", "ckb": "جووتیاران", "kmr": "Cotkaran çûn"}
    script = "".join(f"root.append({json.dumps(text)}, ' ');" for text in words.values())
    script += (
        "const host = document.createElement('news-story'); host.innerHTML = '<b slot=s>slotted</b>';"
        "document.body.append(host);"
        "host.attachShadow({mode: 'open'}).innerHTML = '<p>shaded <slot name=s></slot></p>';"
        "history.replaceState({}, '', '/story/2');"
    )
    body = page(script).replace("<meta charset=utf-8>", "<meta charset=windows-1256><noscript>without</noscript>")
    headers = [("ETag", '"frame"'), ("Content-Disposition", "attachment"), ("Refresh", "0;url=/x")]

    (outcome,) = drawn([task(own, body, headers=headers)])

    assert all(text in outcome["body"] for text in words.values())
    assert '<p>shaded <b slot="s">slotted</b></p>' in outcome["body"]
    assert "without" not in outcome["body"]
    assert outcome["url"].endswith("/story/2")
    assert outcome["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "ETag" not in outcome["headers"]
