"""An article in a real browser: evidence and edits by keyboard, without script, and a kept page that can do nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from article_shelf import ATTACK, Shelf, arrival, tagged
from looking import Look, Served, faults_of_access, overflow, serving, watched

from archive.pages import open_pages, pages_beside
from archive.web.kept import inert

TEXTS = ["عاد العمل إلى الجسر اليوم بعد يوم", "عاد العمل إلى الجسر أمس بعد يوم", "عاد العمل إلى السوق أمس بعد يوم"]
REST = "\n" + "\n".join(f"فقرة رقم {number} لم تتغير." for number in range(4))


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, int]]:
    """A desk with one article of two topics, which was edited twice."""
    shelf = Shelf(tmp_path_factory.mktemp("edited") / "desk").begin()
    tags = [tagged("isis", [(0, 9)]), tagged("syria", [(4, 17)])]
    article = shelf.put(
        *(arrival(text=text + REST, language="ar", tags=tags, minute=60 * at) for at, text in enumerate(TEXTS))
    )[0]
    with serving(shelf.root) as served:
        yield served, article


@contextmanager
def opened(chromium: Any, served: Served, path: str, **context: Any) -> Iterator[Any]:
    with watched(chromium, served.address, **context) as seen:
        seen.page.goto(path, wait_until="networkidle")
        yield seen.page
        assert seen.wrong == []


def test_the_slider_shows_an_edit_by_the_arrows_of_the_keyboard(chromium: Any, edited: tuple[Served, int]) -> None:
    served, article = edited
    with opened(chromium, served, f"/articles/{article}") as page:
        assert page.inner_text(".edit-shown ins").endswith("السوق")
        page.focus("#edit")
        page.keyboard.press("Home")
        page.wait_for_url("**edit=1#edits")
        page.wait_for_selector(".edit-shown:not(.waits)")
        assert page.inner_text(".edit-shown del").endswith("اليوم")
        assert page.evaluate("document.activeElement.id") == "edit"
        assert page.get_attribute("#edit", "aria-valuetext") == page.inner_text(".versions output")
        assert page.inner_text(".versions output").startswith("1 of 2: 14 Mar 2026")
        page.keyboard.press("End")
        page.wait_for_url("**edit=2#edits")
        page.wait_for_function("document.querySelector('.edit-shown ins').innerText.endsWith('السوق')")


def test_a_topic_is_switched_off_by_the_keyboard_and_its_marks_with_it(
    chromium: Any, edited: tuple[Served, int]
) -> None:
    served, article = edited
    ground = "getComputedStyle(document.querySelector('.prose mark.n1')).backgroundColor"
    with opened(chromium, served, f"/articles/{article}") as page:
        stops = "[...document.querySelectorAll('.evidence')].map(one => one.tabIndex)"
        marked = page.evaluate(ground)
        assert page.evaluate(stops) == [0, 0, 0]
        page.focus("#topic-1")
        page.keyboard.press("Space")
        assert page.evaluate(ground) != marked
        assert page.evaluate(stops) == [-1, 0, 0]  # the first is of that topic alone
        assert not page.is_visible(".prose sup.n1")
        assert page.is_visible(".prose sup.n2")
        page.keyboard.press("Space")
        assert page.evaluate(ground) == marked


def test_a_hint_comes_by_focus_and_goes_by_escape(chromium: Any, edited: tuple[Served, int]) -> None:
    served, article = edited
    with opened(chromium, served, f"/articles/{article}") as page:
        first = page.locator(".prose .evidence").first
        assert not first.locator(".tip").is_visible()
        first.focus()
        assert "Islamic State" in first.locator(".tip").inner_text()
        page.keyboard.press("Escape")
        assert not first.locator(".tip").is_visible()
        page.locator(".prose .evidence").nth(1).hover()
        assert page.locator(".prose .evidence").nth(1).locator(".tip .line:visible").count() == 2


def test_all_of_it_works_without_script(chromium: Any, edited: tuple[Served, int]) -> None:
    served, article = edited
    with opened(chromium, served, f"/articles/{article}", java_script_enabled=False) as page:
        page.click(".edit-shown a[rel=prev]")
        page.wait_for_url("**edit=1#edits")
        assert page.locator(".edit-shown del").inner_text().endswith("اليوم")
        assert page.is_visible(".versions button")
        page.click(".versions button")
        page.wait_for_url("**edit=1#edits")
        page.uncheck("#topic-1")
        assert not page.locator(".prose sup.n1").first.is_visible()


def test_the_pages_are_sound_for_everybody_with_edits_and_evidence(edited: tuple[Served, int], chromium: Any) -> None:
    served, article = edited
    for language, theme, width in (("ar", "dark", 360), ("en", "light", 1280), ("ckb", "light", 360)):
        with Look(chromium, served.address).at(
            f"/articles/{article}", language=language, theme=theme, width=width
        ) as page:
            assert faults_of_access(page) == []
            assert overflow(page) == []
            assert page.evaluate("getComputedStyle(document.querySelector('.beside-each-other')).direction") == "rtl"


@pytest.fixture
def never_asked() -> Iterator[tuple[str, list[bytes]]]:
    """A server of the loopback that nobody may ask, and what it was asked, a connection alone being too much."""
    asked: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.settimeout(0.5)
                try:
                    asked.append(connection.recv(1_000))
                except OSError:
                    asked.append(b"")
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked


def harmful(there: str) -> bytes:
    """A page that tries all that a page can to run, to ask and to lead away."""
    return f"""<!doctype html><html><head><title>kept</title><base href="{there}/base/">
    <meta http-equiv="refresh" content="0;url={there}/refresh"><link rel="stylesheet" href="{there}/style.css">
    <link rel="preload" as="image" href="{there}/preload"><link rel="prefetch" href="{there}/prefetch">
    <LINK rel="preconnect" href="{there}"><link rel="icon" href="{there}/icon"><link rel="manifest" href="{there}/m">
    <link rel="modulepreload" href="{there}/mod"><link rel="dns-prefetch" href="{there}">
    <style>@import "{there}/import.css"; body {{ background: url({there}/ground); color: rgb(1, 2, 3) }}
    @font-face {{ font-family: x; src: url({there}/font) }} p {{ font-family: x }}</style>
    <script>document.title = "attacked"; fetch("{there}/fetch"); new Image().src = "{there}/image";
    navigator.sendBeacon("{there}/beacon"); window.open("{there}/open")</script>
    <script src="{there}/script.js"></script>
    </head><body onload="document.title='attacked'"><p>Four were hurt, ئەم لاپەڕەیە</p><img src="{there}/img"
    onerror="document.title='attacked'"><img srcset="{there}/srcset 2x"><iframe src="{there}/frame"></iframe>
    <iframe srcdoc="<script>parent.document.title='attacked'</script>"></iframe><video autoplay src="{there}/video">
    </video><object data="{there}/object"></object><embed src="{there}/embed">
    <audio autoplay src="{there}/audio"></audio>
    <img attributionsrc="{there}/attribution"><a attributionsrc="{there}/attributed" href="#there">x</a>
    <form action="{there}/form"><button id="send">x</button></form>
    <a id="run" href="javascript:document.title='attacked'">run</a>
    <a id="ping" ping="{there}/ping" href="#here">ping</a><svg><image href="{there}/svg"/><script>document.title =
    'attacked'</script></svg><input autofocus onfocus="document.title='attacked'"></body></html>""".encode()


def test_a_kept_page_runs_no_script_and_asks_for_nothing(
    chromium: Any, tmp_path: Path, never_asked: tuple[str, list[bytes]]
) -> None:
    there, asked = never_asked
    shelf = Shelf(tmp_path / "shelf").begin()
    hashed = shelf.keep(harmful(there), url="https://herald.example/1", content_type="text/html; charset=utf-8")
    [article] = shelf.put(arrival(page=hashed, title=ATTACK))
    with serving(shelf.root) as served, watched(chromium, served.address) as seen:
        page = seen.page
        page.goto(f"/articles/{article}")
        page.click(".masthead a[href^='/kept/']")
        assert "sandbox" in page.inner_text(".notice")
        page.click("a.open")
        page.wait_for_timeout(1_500)
        assert page.title() == "kept"
        assert "Four were hurt, ئەم لاپەڕەیە" in page.inner_text("body")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(1, 2, 3)"
        page.click("#run")
        page.click("#send")
        page.click("#ping")
        page.wait_for_timeout(700)
        assert page.url.split("#")[0] == f"{served.address}/kept/{hashed.hex()}/page"
        assert page.title() == "kept"
        assert page.context.pages == [page]
        assert page.evaluate("window.origin") == "null"
    assert asked == []


@pytest.mark.parametrize(
    "written",
    [b"<link rel=x>", b"<LiNk/rel=x>", "<link rel=x>".encode("utf-16-le"), "<LINK rel=x>".encode("utf-16-be"),
     b"<\x1b(Blin\x1b(Jk rel=x>", b"<iframe>", b"<FRAME ", b"<object", b"<embed>",
     b"\xff\xfe<\x00l\x00i\x00n\x00k\x00>\x00"],
)  # fmt: skip
def test_a_link_is_made_inert_in_every_alphabet(written: bytes) -> None:
    made = inert(b"<p>a</p>" + written)
    assert len(made) == len(written) + 8
    shown = made.lower().replace(b"\x00", b"").replace(b"\x1b(b", b"").replace(b"\x1b(j", b"")
    assert not any(name in shown for name in (b"<link", b"<iframe", b"<frame", b"<object", b"<embed"))
    assert made.startswith(b"<p>a</p>")


def test_a_kept_page_is_shown_in_the_charset_that_it_came_in(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf").begin()
    hashed = shelf.keep("<p>خبر</p>".encode("windows-1256"), url="https://herald.example/1",
                        content_type="text/html; charset=windows-1256")  # fmt: skip
    answer = shelf.get(f"/kept/{hashed.hex()}/page")
    assert answer.headers["content-type"] == "text/html; charset=windows-1256"
    assert answer.content.decode("windows-1256") == "<p>خبر</p>"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "nonce" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_that_is_no_document_is_never_more_than_one(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf").begin()
    for content_type in ("application/javascript", "image/svg+xml", 'text/html; charset="x\r\nset-cookie: a=b"', ""):
        hashed = shelf.keep(
            content_type.encode() + b"<svg/>", url="https://herald.example/1", content_type=content_type
        )
        answer = shelf.get(f"/kept/{hashed.hex()}/page")
        assert answer.headers["content-type"].startswith("text/html")
        assert "set-cookie" not in answer.headers


def test_a_kept_page_that_is_damaged_or_not_there_is_told_and_closed_in_public(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf").begin()
    assert shelf.get(f"/kept/{'0' * 64}").status_code == 404
    hashed = shelf.keep(b"<p>x</p>", url="https://herald.example/1")
    [article] = shelf.put(arrival(page=hashed))
    assert f'href="/kept/{hashed.hex()}"' in shelf.get(f"/articles/{article}").text
    assert f"/articles/{article}" in shelf.get(f"/kept/{hashed.hex()}").text
    for path in (f"/kept/{hashed.hex()}", f"/kept/{hashed.hex()}/page"):
        assert shelf.get(path, public=True).status_code == 403
    with closing(open_pages(pages_beside(shelf.archive))) as pages:
        pages.execute("UPDATE pages SET body = x'00'")
    answer = shelf.get(f"/kept/{hashed.hex()}")
    assert (answer.status_code, "It is damaged" in answer.text) == (200, True)
    assert shelf.get(f"/kept/{hashed.hex()}/page").status_code == 503
    pages_beside(shelf.archive).write_bytes(b"no database" * 1_000)
    answer = shelf.get(f"/articles/{article}")
    assert (answer.status_code, "cannot be read" in answer.text) == (200, True)
