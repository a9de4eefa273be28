"""Pages of which no article can be made are refused by name; hostile ones harm nobody."""

import gzip
import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml.etree import XPathEvalError

from archive.article import Article
from pipelines.extraction.article import extract_article
from pipelines.extraction.unusable import Unusable
from pipelines.page import Page
from seeds.sources import Source

SOURCE = Source(id="test", name="Tigris Post", language="en", timezone="Asia/Baghdad")
FETCHED = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
STORY = " ".join(f"The crane at pier {number} of the river port is being repaired this week." for number in range(40))


def read(body: bytes | str, *, status: int = 200, content_type: str = "text/html") -> Article:
    data = body if isinstance(body, bytes) else body.encode()
    headers = (("Content-Type", content_type),)
    url = "https://tigris.example/en/story"
    return extract_article(
        Page(url=url, requested=url, source="test", status=status, headers=headers, body=data, fetched=FETCHED), SOURCE
    )


def page(title: str, body: str) -> str:
    return f"<html lang='en'><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>"


MANY_LINKS = "".join(f"<li><a href='/en/{n}'>Headline number {n} of the day in the city</a></li>" for n in range(40))
REFUSED: list[tuple[str, Any]] = [
    ("empty page", b""),
    ("empty page", b" \n\x00 "),
    ("empty page", "<html><head><title></title></head><body></body></html>"),
    ("not HTML (PDF)", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"),
    ("not HTML (PDF)", b"\n  %PDF-1.4"),
    ("not HTML (image)", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    ("not HTML (image)", b"\x89PNG\r\n\x1a\n"),
    ("not HTML (ZIP)", b"PK\x03\x04\x14\x00"),
    ("not HTML (media)", b"\x00\x00\x00\x18ftypmp42"),
    ("not HTML (binary)", bytes(range(7)) + b"\x00\x01\x02" * 900),
    ("not HTML (archive)", b"\x1f\x8b\x08\x00broken"),
    ("not HTML (feed)", '<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>'),
    ("not HTML (JSON)", json.dumps({"title": "Faw", "text": STORY})),
    ("error page", page("404 - Page not found", "<p>The page you are looking for does not exist.</p>")),
    ("error page", page("الصفحة غير موجودة", "<p>عذراً، لم يتم العثور على ما تبحث عنه.</p>")),
    ("error page", page("پەڕەکە نەدۆزرایەوە", "<p>ببورە.</p>")),
    ("error page", page("Rûpel nehat dîtin", "<p>Bibore, vegere serî.</p>")),
    ("captcha", page("Just a moment...", "<p>Checking your browser before accessing tigris.example.</p>")),
    ("captcha", page("Security check", "<p>Please verify you are human to go on.</p><div class='g-recaptcha'></div>")),
    ("cookie wall", page("Before you go on", "<p>We use cookies and ask for your consent to personalised ads. You can"
                         " withdraw your consent at any time.</p><button>Accept</button>")),
    ("paywall", page("Cranes of the port", "<p>Subscribe now to continue reading.</p><p>Already a subscriber?</p>")),
    ("index page", page("Latest", f"<ul>{MANY_LINKS}</ul>")),
    ("no article text", page("Cranes", "<img src='/crane.jpg'>")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "body"), REFUSED)
def test_what_is_no_article_is_refused_by_name(name: str, body: bytes | str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(body)

    assert refusal.value.name == name


def test_a_refusal_comes_whole_through_the_pickle_of_a_worker() -> None:
    refusal = pickle.loads(pickle.dumps(Unusable("paywall", "only for subscribers")))

    assert (refusal.name, refusal.detail, str(refusal)) == (
        "paywall",
        "only for subscribers",
        "paywall: only for subscribers",
    )


@pytest.mark.parametrize(
    "title",
    ["404 workers return to the port", "Court says access denied to families", "Captcha maker sues the port",
     "Forbidden island opens", "Why cookies cost consent: a year of GDPR in Iraq",
     "Subscribe to read: how pay walls came to Baghdad"],
)  # fmt: skip
def test_a_story_about_walls_and_errors_is_a_story(title: str) -> None:
    article = read(
        page(title, f"<p>{STORY}</p><p>{title}, the editor wrote. Please verify you are human, it said.</p>")
    )

    assert article.title == title
    assert article.text.startswith("The crane at pier 0")


def test_an_article_without_date_and_title_is_an_article() -> None:
    article = read(f"<p>{STORY}</p>")

    assert (article.title, article.published, article.text) == (None, None, STORY)


def test_invisible_and_harmful_characters_reach_no_field() -> None:
    dirty = "Cra\x00nes\x1b[31m \u202eof\u2066 the\ud800 po\u00adrt\ufffe &#0;&#27;&#xD800;&#x202E;"
    body = page(dirty, f"<p>{dirty} {STORY}</p><meta name='author' content='Nora\u202e Adel'>")

    article = read(body.encode("utf-8", "surrogatepass"))

    shown = f"{article.title}{article.text}{article.authors}"
    assert article.title == "Cranes[31m of the port"
    assert not any(ord(character) < 32 and character != "\n" for character in shown)
    assert not set(shown) & set("\x1b\u202e\u2066\u00ad\ufffe\ufffd")
    shown.encode()  # no lone surrogate


def test_a_page_that_is_still_compressed_is_unpacked() -> None:
    assert read(gzip.compress(page("Cranes", f"<p>{STORY}</p>").encode())).title == "Cranes"


def test_utf_16_is_read() -> None:
    html = page("رافعات الميناء", "<p>تصلح إدارة الميناء الرافعات هذا الأسبوع وتعيدها إلى العمل بعد أيام قليلة.</p>")

    assert read(html.encode("utf-16")).title == "رافعات الميناء"
    assert read(html.encode("utf-16-le")).title == "رافعات الميناء"


@pytest.mark.parametrize("depth", [200, 5_000])
def test_a_deep_page_ends_well(depth: int) -> None:
    try:
        read("<div>" * depth + f"<p>{STORY}</p>" + "</div>" * depth)
    except Unusable as refusal:
        assert refusal.name in ("no article text", "empty page")


def test_deep_json_ld_ends_well() -> None:
    script = "<script type='application/ld+json'>" + '{"a":[' * 20_000 + "</script>"

    assert read(page("Cranes", f"{script}<p>{STORY}</p>")).title == "Cranes"


@pytest.mark.parametrize("piece", ["<p>Pier</p>", "<li>Pier", "<br>"])
def test_a_page_of_countless_elements_ends_well(piece: str) -> None:
    try:
        assert read(page("Cranes", f"<p>{STORY}</p>" + piece * 60_000)).text
    except Unusable as refusal:
        assert refusal.name


def test_what_libxml2_gives_up_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise XPathEvalError("unknown error")

    monkeypatch.setattr("pipelines.extraction.article.parse", give_up)
    with pytest.raises(Unusable) as refusal:
        read(page("Cranes", STORY))

    assert refusal.value.name == "too many elements"


def test_a_story_without_end_is_cut() -> None:
    article = read(page("Cranes", "".join(f"<p>Pier {number}: {STORY}</p>" for number in range(400))))

    assert len(article.text) <= 400_000


_PIECES = """<html~lang='ar'> <head> <title> </title> <body> <h1> </h1> <p> </p> <div~class='date'> </div> </a> <br>
<li> <svg> <div~class='author'> <time~datetime='2025-01-01'> <a~href='//['~rel='author'>
<meta~property='og:title'~content='
<meta~name='author'~content='By~ '> <script~type='application/ld+json'> {"@type":"NewsArticle","headline":
"author":[{"name":null}], "datePublished":20250101} </script> <table><tr><td> <link~rel='canonical'~href='http://[::1'>
<span~itemprop='author~headline'> <![CDATA[ <!-- &#xD800; &#0; <select> <button><p>"""
MARKUP = st.lists(
    st.sampled_from([piece.replace("~", " ") for piece in _PIECES.split()]) | st.text(max_size=60), max_size=60
).map("".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400)
    | MARKUP.map(lambda text: text.encode("utf-8", "replace"))
    | MARKUP.map(lambda text: text.encode("utf-16"))
)
def test_no_bytes_raise_anything_but_unusable(body: bytes) -> None:
    try:
        article = read(body)
    except Unusable as refusal:
        assert refusal.name
    else:
        assert article.text.strip()
