"""When a page is taken: not while only its frame is there, and not because of what it wants in vain."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from attacks import page
from drawn_pages import drawn, needs_browser
from serving import serving

pytestmark = needs_browser

TEXTS = {
    "en": "Growers in the valley say that the harvest was the best one in ten years.",
    "ar": "يقول المزارعون في الوادي إن المحصول كان الأفضل منذ عشر سنوات مضت.",
    "ckb": "جووتیارانی دۆڵەکە دەڵێن بەروبووم باشترین بووە لە ماوەی دە ساڵی ڕابردوودا.",
    "kmr": "Cotkarên geliyê dibêjin ku berhem di nava deh salên dawî de ya herî baş bû.",
}
STORY = "".join(f"root.append({json.dumps(text)});" for text in TEXTS.values())
LATE = f"setTimeout(() => {{ {STORY} }}, WAIT);"
MENU = "<nav>" + "".join(f"<a href=/section/{n}>Section {n}</a> " for n in range(90)) + "</nav><p id=root></p>"
GREY = "<p>The story that you asked for is being loaded</p>" * 20 + "<p id=root></p>"
BUNDLE = f"const settings = {json.dumps('x' * 5000)};"
WISHES = (
    "for (let i = 0; i < 150; i++) {"
    "  const sheet = document.createElement('link'); sheet.rel = 'stylesheet'; sheet.href = '/sheet?' + i;"
    "  document.head.append(sheet); navigator.sendBeacon('/beacon?' + i, 'x');"
    "  const film = document.createElement('video'); film.src = '/film?' + i; document.body.append(film);"
    "}"
)
PAGES = {
    "a menu before its story": page(LATE.replace("WAIT", "1700"), body=MENU),
    "grey lines before its story": page(LATE.replace("WAIT", "1700"), body=GREY),
    "a bundle before its story": page(BUNDLE + LATE.replace("WAIT", "1700"), body="<p id=root></p>"),
    "pictures and sheets before its story": page(WISHES + f"fetch('/data').then(() => {{ {STORY} }});"),
    "data that take long before its story": page(f"fetch('/slow').then(() => {{ {STORY} }});"),
    "a headline that has no word of the frame's title": page(
        "const head = document.createElement('h1'); head.textContent = 'Best harvest in ten years';"
        f"document.body.prepend(head); {STORY}",
    ),
    "elements with the names of what is called": page(
        LATE.replace("WAIT", "300"),
        body="<form name=createTreeWalker></form><form name=querySelectorAll></form><p id=root></p>",
    ),
}


@pytest.fixture
def port() -> Iterator[int]:
    """Of the page's own server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/slow":
                time.sleep(3.2)
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"data")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(Handler) as number:
        yield number


def test_a_page_is_taken_once_its_story_is_there(port: int) -> None:
    tasks = [
        {"url": f"http://127.0.0.1:{port}/story", "body": body, "private_hosts": ["127.0.0.1"], "ports": [port]}
        for body in PAGES.values()
    ]

    outcomes = dict(zip(PAGES, drawn(tasks, settles=9), strict=True))

    shown = {name: one.get("body", "").partition("<script")[0] for name, one in outcomes.items()}
    lost = {name for name, text in shown.items() if not all(one in text for one in TEXTS.values())}
    assert lost == set()
    untitled = {name for name, text in shown.items() if "<title>" not in text}
    assert untitled == {"a headline that has no word of the frame's title"}
