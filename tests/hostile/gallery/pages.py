"""Pages that mean harm by their size and shape, by what they are, and by what they name."""

import json
from collections.abc import Iterable
from random import Random
from typing import Any

from seeds.bounds import LONGEST_STORY
from tests.hostile.gallery.attack import Answer, Attack, Place, answer, page
from tests.hostile.gallery.prose import paragraphs, story

_NO_PAGE = "what begins like another kind of file is no page"
_NOT_FETCHED = "nothing that a page names is fetched"
_KILLED = "PAGE_SECONDS, PAGE_MEMORY"


def _attributes(number: int) -> str:
    return f"<p {' '.join(f'a{index}=x' for index in range(number))}>text</p>"


def _long(megabytes: float, language: str = "en") -> str:
    """An article of ordinary prose, so long."""
    some = "".join(f"<p>{text}</p>\n" for text in paragraphs("long", 200, language))
    return f"<article><h1>A very long story</h1>{some * int(megabytes * 1e6 / len(some.encode()))}</article>"


def _rows(number: int) -> str:
    return f"<table>{'<tr><td>1</td><td>two</td><td>3.0</td></tr>' * number}</table>"


def _naming(place: Place) -> Answer:
    """Everything by which a page makes a browser fetch something."""
    secret = place.secret
    head = (
        f'<base href="{secret}/"><meta http-equiv="refresh" content="0; url={secret}"><link rel="canonical" href="{secret}">'
        f'<link rel="stylesheet" href="{secret}"><link rel="amphtml" href="{secret}"><link rel="preload" href="{secret}">'
        f'<meta property="og:url" content="{secret}"><meta property="og:image" content="{secret}">'
        f'<meta http-equiv="Content-Security-Policy" content="report-uri {secret}"><script src="{secret}"></script>'
        f'<link rel="next" href="{secret}"><link rel="import" href="{secret}"><link rel="manifest" href="{secret}">'
    )
    body = (
        f'<iframe src="{secret}"></iframe><object data="{secret}"></object><embed src="{secret}"><img src="{secret}">'
        f'<video src="{secret}" poster="{secret}"></video><form action="{secret}"><input type="image" src="{secret}"></form>'
        f'<svg><image href="{secret}"/><use href="{secret}#x"/></svg><p style="background:url({secret})">x</p>'
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    )
    return page(story("naming") + body, head=head)


def _as_xml(place: Place) -> Answer:
    """XHTML with a DTD, entities, a style sheet and inclusions."""
    text = "".join(f"<p>{text}</p>" for text in paragraphs("as xml"))
    return answer(
        f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{place.secret}"?>'
        f'<!DOCTYPE html SYSTEM "{place.secret}" [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY s SYSTEM "{place.secret}">'
        f'<!ENTITY a "laugh laugh laugh laugh"><!ENTITY b "{"&a;" * 100}"><!ENTITY c "{"&b;" * 100}"><!ENTITY d "{"&c;" * 100}">]>'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude"><head><title>A story</title>'
        f'</head><body><h1>A story</h1><p>&f; &s; &d;</p>{text}<xi:include href="file:///etc/passwd" parse="text"/></body></html>',
        "application/xhtml+xml",
    )  # fmt: skip


def _cut_but_begins(articles: list[dict[str, Any]]) -> Iterable[str]:
    """A text that is too long is kept from its beginning."""
    for row in articles:
        if not 0.9 * LONGEST_STORY < len(row["text"]) <= LONGEST_STORY:
            yield f"{len(row['text'])} characters of the text are kept"


_SOFT_404 = "Sorry, the page you are looking for could not be found. It may have been removed, or its address changed."
_SOFT_404_AR = "عذرا، الصفحة التي تبحث عنها غير موجودة. ربما تم حذفها أو تغير عنوانها."
_COOKIES = (
    "We and our partners use cookies to store and access information on your device. You can accept all cookies or "
    "manage your consent choices. Some cookies are needed for tracking and for personalised ads."
)
_FILES = {
    "ZIP": b"PK\x03\x04" + bytes(range(256)) * 99,
    "program": b"MZ\x90\0\x03" + bytes(range(256)) * 99,
    "image": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 99,
    "media": b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 99,
    "binary": Random(7).randbytes(50_000).replace(b"<", b""),
    "JSON": json.dumps({"title": "A story", "text": paragraphs("json")}).encode(),
    "feed": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>A</title></item></channel></rss>',
}

ATTACKS = [
    Attack(
        name="pdf-as-a-page",
        what="a PDF that says it is HTML",
        holds=_NO_PAGE,
        pages={"/report": answer(b"%PDF-1.7\n" + b"\0\xff" * 4000)},
        fates={"/report": "refused: not HTML (PDF)"},
    ),
    Attack(
        name="files-as-pages",
        what="a ZIP, a program, a picture, a film, noise, JSON and a feed that say they are HTML",
        holds=_NO_PAGE,
        pages={f"/a-{kind}": answer(body) for kind, body in _FILES.items()},
        fates={f"/a-{kind}": f"refused: not HTML ({kind})" for kind in _FILES},
    ),
    Attack(
        name="many-attributes",
        what="an element with 100,000 attributes",
        holds="PAGE_SECONDS",
        pages={"/attributes": page(_attributes(100_000))},
        fates={"/attributes": "failed: took too long"},
    ),
    Attack(
        name="nested-100-000-deep",
        what="100,000 elements within each other, with a story in the innermost",
        holds="DEEPEST_BLOCK",
        pages={"/deep": page("<div>" * 100_000 + story("deep"))},
        fates={"/deep": "refused: empty page"},
    ),
    Attack(
        name="nested-tags-that-never-end",
        what="20,000 bold, link, table, list, form and template tags that are never closed",
        holds=_KILLED,
        pages={
            f"/{tag}": page(f"<{tag}>" * 20_000 + story(tag))
            for tag in ("b", "a", "table", "li", "form", "template", "svg")
        },
        counts={"archived": 2, "refused: empty page": 4, "refused: no article text": 1},
        expensive=True,
    ),
    Attack(
        name="divs",
        what="200,000 tiny elements side by side, behind a story",
        holds="MAX_BLOCKS, PAGE_SECONDS",
        pages={"/divs": page(story("divs") + "<div>x</div>" * 200_000)},
        fates={"/divs": "archived"},
        expensive=True,
    ),
    Attack(
        name="paragraphs",
        what="7.5 MB of ordinary paragraphs",
        holds="PAGE_SECONDS, LONGEST_STORY",
        pages={"/long": page(_long(7.5))},
        fates={"/long": "failed: took too long | archived: text cut"},
        expensive=True,
    ),
    Attack(
        name="long-story",
        what="half a million signs of ordinary paragraphs, in English and in Arabic",
        holds="LONGEST_STORY",
        pages={"/long": page(_long(0.55)), "/long/ar": page(_long(0.9, "ar"))},
        counts={"archived: text cut": 2},
        judge=_cut_but_begins,
    ),
    Attack(
        name="table",
        what="a table of 5 MB",
        holds=_KILLED,
        pages={"/table": page(story("table") + _rows(110_000))},
        fates={"/table": "archived"},
        expensive=True,
    ),
    Attack(
        name="links-in-the-head",
        what="10,000 <link> elements, 10,000 alternates and canonical addresses",
        holds="40 of a kind are read",
        pages={
            "/links": page(
                story("links"),
                head='<link rel="stylesheet" href="/x.css">' * 10_000
                + '<link rel="canonical alternate" href="/links">' * 10_000,
            )
        },
        fates={"/links": "archived"},
    ),
    Attack(
        name="data-addresses",
        what="pictures and links of 800 kB as data: addresses",
        holds="LONGEST_PICTURE_URL; only http and https are addresses",
        pages={
            "/data": page(
                f'{story("data")}<img src="data:image/png;base64,{"A" * 350_000}"><a href="data:text/html,{"x" * 350_000}">x</a>',
                head=f'<meta property="og:image" content="data:image/png;base64,{"A" * 500_000}">',
            )
        },
        fates={"/data": "archived"},
        judge=lambda articles: [f"a picture of {row['image'][:20]}" for row in articles if row["image"]],
    ),
    Attack(
        name="data-addresses-of-5-megabytes",
        what="pictures and links of 5 MB as data: addresses",
        holds="LONGEST_PICTURE_URL; only http and https are addresses",
        pages={
            "/data": page(
                f'{story("data")}<img src="data:image/png;base64,{"A" * 2_500_000}"><a href="data:text/html,{"x" * 2_500_000}">x</a>',
                head=f'<meta property="og:image" content="data:image/png;base64,{"A" * 500_000}">',
            )
        },
        fates={"/data": "archived"},
        judge=lambda articles: [f"a picture of {row['image'][:20]}" for row in articles if row["image"]],
        expensive=True,
    ),
    Attack(
        name="srcset",
        what="a picture with 100,000 candidates, and 20,000 pictures",
        holds="no picture of the body is read",
        pages={
            "/srcset": page(
                f'{story("srcset")}<img srcset="{", ".join(f"/{number}.jpg {number}w" for number in range(100_000))}">'
                + '<img src="/x.jpg">' * 20_000
            )
        },
        fates={"/srcset": "archived"},
    ),
    Attack(
        name="comments",
        what="100,000 comments, and one that never ends",
        holds="comments are not read",
        pages={"/comments": page("<!-- x -->" * 100_000 + story("comments") + "<!-- " + "x" * 1_000_000)},
        fates={"/comments": "archived"},
    ),
    Attack(
        name="names-a-secret",
        what="a page that names another server of this machine as refresh, base, canonical, frame, picture, script and more",
        holds=_NOT_FETCHED,
        pages={"/naming": _naming},
        fates={"/naming": "archived"},
        judge=lambda articles: [f"its address is {row['url']}" for row in articles if "/secret" in row["url"]],
    ),
    Attack(
        name="page-in-xml",
        what="XHTML with a DTD, a bomb, a file and another server's answer as entities, inclusions and a style sheet",
        holds="pages are read as HTML, which knows none of these",
        pages={"/as-xml": _as_xml},
        fates={"/as-xml": "archived"},
        never=("root:", "laugh laugh laugh laugh laugh"),
    ),
    Attack(
        name="same-text-everywhere",
        what="thirty addresses that show one text",
        holds="the same text on many addresses of a source is a wall",
        pages={f"/story/{number}": page(story("the same everywhere")) for number in range(30)},
        counts=None,
        judge=lambda articles: [] if len(articles) < 16 else [f"it has {len(articles)} articles"],
    ),
    Attack(
        name="errors-with-200",
        what='"page not found" with 200, in English and in Arabic',
        holds="what is an error by its heading is no article",
        pages={
            "/en": page(f"<h1>Page not found</h1><p>{_SOFT_404}</p>", title="404"),
            "/ar": page(
                f"<h1>الصفحة غير موجودة</h1><p>{_SOFT_404_AR}</p>", title="خطأ", attributes='lang="ar" dir="rtl"'
            ),
        },
        fates={"/en": "refused: error page", "/ar": "refused: error page"},
    ),
    Attack(
        name="cookie-wall",
        what="a wall that asks for consent in place of the story",
        holds="what asks its reader and tells nothing is no article",
        pages={"/wall": page(f"<h1>Before you continue</h1><p>{_COOKIES}</p>", title="Before you continue")},
        fates={"/wall": "refused: cookie wall"},
    ),
    Attack(
        name="empty-pages",
        what="nothing, spaces, an empty body, only scripts, only menus",
        holds="a page without text is no article",
        pages={
            "/nothing": answer(b""),
            "/spaces": answer(" \n" * 500_000),
            "/empty": page(""),
            "/scripts": page("<script>var a = 'A story of many words that is none';</script>" * 5_000),
            "/menu": page('<nav><a href="/">Home</a></nav>' * 5_000),
        },
        counts={"refused: empty page": 4, "refused: no article text": 1},
    ),
]
