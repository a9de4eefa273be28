"""Pages that would keep the browser for themselves: each is cut off, or taken as it is, and the next one is drawn."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest
from attacks import CUT_OFF, FILL, TAKEN, page
from drawn_pages import drawn, needs_browser
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


DYING = "root.textContent = 'drawn'; setInterval(() => fetch('/poll'), 50);"
LEAVE = page("document.cookie = 'left=1; path=/'; localStorage.left = 1; root.textContent = document.cookie;")
LOOK = page("root.textContent = JSON.stringify([document.cookie, localStorage.left || '', navigator.userAgent]);")
WORDS = {"en": "Growers", "ar": "المزارعون", "ckb": "جووتیاران", "kmr": "Cotkaran çûn"}
WHOLE = page(
    "".join(f"root.append({json.dumps(text)}, ' ');" for text in WORDS.values())
    + "const host = document.createElement('news-story'); host.innerHTML = '<b slot=s>slotted</b>';"
    "document.body.append(host);"
    "host.attachShadow({mode: 'open'}).innerHTML = '<p>shaded <slot name=s></slot></p>';"
    "history.replaceState({}, '', '/story/2');"
).replace("<meta charset=utf-8>", "<meta charset=windows-1256><noscript>without</noscript>")
HEADERS = [("ETag", '"frame"'), ("Content-Disposition", "attachment"), ("Refresh", "0;url=/x")]


def test_whatever_pages_do_one_browser_draws_them_all(own: Any) -> None:
    """One test, since all of them share a browser: what never ends is taken as it is, and nothing is left behind."""
    tasks = {name: task(own, page(script)) for name, script in TAKEN.items()}
    tasks |= {"leaves": task(own, LEAVE), "looks": task(own, LOOK), "is whole": task(own, WHOLE, headers=HEADERS)}
    tasks |= {"dies": task(own, page(DYING), kill=0.7), "comes after it": task(own, page(FILL))}

    outcomes = dict(zip(tasks, drawn(list(tasks.values()), settles=1.2), strict=True))

    died, after = outcomes["dies"], outcomes["comes after it"]
    assert {name: one["fault"] for name, one in outcomes.items() if "fault" in one} == {"dies": "browser died"}, died
    assert [name for name in TAKEN if ">drawn" not in outcomes[name]["body"]] == []
    assert (">drawn<" in after["body"], after["alive"]) == (True, 1)
    assert sum(path.startswith("/one") for path in own.asked) <= 100
    for never in ("/window", "/elsewhere", "/other"):
        assert not any(path.startswith(never) for path in own.asked), never

    assert '<p id="root">left=1' in outcomes["leaves"]["body"]
    nothing = json.dumps(["", "", "Khabar/test (+desk@example.org)"], separators=(",", ":"))
    assert nothing in outcomes["looks"]["body"]

    whole = outcomes["is whole"]
    assert all(text in whole["body"] for text in WORDS.values())
    assert '<p>shaded <b slot="s">slotted</b></p>' in whole["body"]
    assert "without" not in whole["body"]
    assert whole["url"].endswith("/story/2")
    assert whole["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "ETag" not in whole["headers"]


def test_what_breaks_its_bounds_is_cut_off_and_the_next_page_is_drawn(own: Any) -> None:
    tasks = [task(own, page(script)) for script, _ in CUT_OFF.values()]

    *attacked, after = drawn([*tasks, task(own, page(FILL))], seconds=7, settles=5)

    for (name, (_, faults)), outcome in zip(CUT_OFF.items(), attacked, strict=True):
        assert outcome.get("fault") in faults, (name, outcome)
    assert ">drawn<" in after.get("body", ""), after
