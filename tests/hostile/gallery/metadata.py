"""Pages that mean harm by what they say of themselves."""

import json
from collections.abc import Iterable
from typing import Any

from seeds.bounds import LONGEST_FIELD, MAX_AUTHORS, MAX_KEYWORDS
from tests.hostile.gallery.attack import Answer, Attack, Place, page
from tests.hostile.gallery.prose import story


def _script(body: str) -> str:
    return f'<script type="application/ld+json">{body}</script>'


def _article(**more: object) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "A story of the valley", **more}


def _told(seed: str, **more: object) -> Answer:
    return page(story(seed), head=_script(json.dumps(_article(**more))))


def _graph(number: int) -> str:
    nodes = [
        {"@id": f"#{at}", "@type": "Person", "name": f"Person {at}", "knows": {"@id": f"#{at + 1}"}}
        for at in range(number)
    ]
    return json.dumps({"@graph": [*nodes, _article(author={"@id": "#1"})]})


def _cyclic() -> str:
    return json.dumps(
        {
            "@graph": [
                {
                    "@id": "#a",
                    "@type": "NewsArticle",
                    "headline": "A story",
                    "author": {"@id": "#b"},
                    "mainEntity": {"@id": "#a"},
                },
                {"@id": "#b", "@type": "Person", "name": {"@id": "#b"}, "author": {"@id": "#a"}},
                {"@id": "#b"},
            ]
        }
    )


def _addresses(place: Place) -> Answer:
    wrong = [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:image/png;base64,AA",
        "ftp://x/y.png",
        "//",
        "http://[",
        "x" * 100_000,
    ]
    head = "".join(
        f'<meta property="og:image" content="{address}"><link rel="canonical" href="{address}">' for address in wrong
    )
    return page(
        story("addresses"), head=head + _script(json.dumps(_article(image=wrong, url=wrong, mainEntityOfPage=wrong)))
    )


def _mistyped() -> str:
    things: list[object] = [
        None,
        True,
        1e308,
        -1,
        [],
        {},
        [[[]]],
        {"@id": []},
        {"name": {"name": {}}},
        "\x00",
        "\ud800",
    ]
    return "".join(
        _script(
            json.dumps(
                _article(
                    **dict.fromkeys(["author", "datePublished", "keywords", "image", "articleBody", "@type"], thing)
                )
            )
        )
        for thing in things
    ) + _script(json.dumps(_article(author=things, datePublished=things, articleSection=things, inLanguage=things)))


def _instants(articles: list[dict[str, Any]]) -> Iterable[str]:
    """A day may be right where its hour is impossible; an instant is not to be made of it."""
    for row in articles:
        if row["published"] and row["published_precision"] != "day":
            yield f"{row['url']} is of {row['published']}"


_MILLION = "word " * 200_000
_COMMAS = ",".join(f"word {number}" for number in range(100_000))

ATTACKS = [
    Attack(
        name="title-of-a-megabyte",
        what="a title, headline, section and og:title of 1 MB each",
        holds="LONGEST_FIELD",
        pages={
            "/title": page(
                story("title", title=_MILLION), title=_MILLION,
                head=f'<meta property="og:title" content="{_MILLION}"><meta property="article:section" content="{_MILLION}">',
            )
        },
        fates={"/title": "archived"},
        judge=lambda articles: [f"a title of {len(row['title'])}" for row in articles if len(row["title"]) > LONGEST_FIELD],
        expensive=True,
    ),
    Attack(
        name="dates-of-10-000-signs",
        what="dates of 10,000 digits, Arabic digits, dots, dashes and spaces, in every place where dates stand",
        holds="LONGEST_FIELD; a date counts between 1990 and the day after only",
        pages={
            f"/date/{number}": page(
                f'<time datetime="{text}">{text}</time>{story(f"date {number}")}<p>Published: {text}</p>',
                head=f'<meta property="article:published_time" content="{text}">' + _script(json.dumps(_article(datePublished=text))),
            )
            for number, text in enumerate(
                ["1" * 10_000, "٢" * 10_000, "2025-" * 2_000, "2025-01-01T" + "0" * 10_000, "1. " * 3_000, " " * 10_000, "-1/" * 3_000]
            )
        },
        counts={"archived": 7},
        judge=_instants
    ),
    Attack(
        name="impossible-dates",
        what="dates of the years 0, -1, 9999 and 99999, of the 31st of February, and of 25 o'clock",
        holds="a date counts between 1990 and the day after only",
        pages={
            f"/date/{number}": _told(f"impossible {number}", datePublished=date, dateModified=date)
            for number, date in enumerate(
                ["0000-00-00T00:00:00Z", "-0001-01-01", "9999-12-31T23:59:59Z", "99999-01-01", "2025-02-31", "2025-01-01T25:61:61Z",
                 "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
            )
        },
        counts={"archived": 8},
        judge=_instants
    ),
    Attack(
        name="authors-100-000",
        what="100,000 authors in JSON-LD, 20,000 as meta elements, and one of 1 MB",
        holds="MAX_AUTHORS, LONGEST_FIELD",
        pages={
            "/authors": page(
                story("authors"),
                head='<meta name="author" content="Rana Karim">' * 20_000
                + _script(json.dumps(_article(author=[{"@type": "Person", "name": f"Rana Karim {n}"} for n in range(20_000)])))
                + f'<meta name="author" content="{_MILLION}">',
            )
        },
        fates={"/authors": "archived"},
        judge=lambda articles: [
            f"{len(json.loads(row['authors']))} authors" for row in articles if len(json.loads(row["authors"])) > MAX_AUTHORS
        ],
    ),
    Attack(
        name="authors-100-000-at-once",
        what="100,000 authors in one JSON-LD script, in Arabic",
        holds="MAX_AUTHORS, LONGEST_SCRIPT",
        pages={
            "/authors": page(
                story("authors at once", language="ar"),
                head=_script(json.dumps(_article(author=[{"@type": "Person", "name": f"رنا {n}"} for n in range(100_000)]))),
                attributes="lang=ar",
            )
        },
        fates={"/authors": "archived"},
        judge=lambda articles: [
            f"{len(json.loads(row['authors']))} authors" for row in articles if len(json.loads(row["authors"])) > MAX_AUTHORS
        ],
        expensive=True,
    ),
    Attack(
        name="jsonld-graph-of-90-000",
        what="a graph of 90,000 nodes, each referring to the next",
        holds="LONGEST_SCRIPT, MAX_SCRIPT_NODES",
        pages={"/graph": page(story("graph of many"), head=_script(_graph(90_000)))},
        fates={"/graph": "archived"},
        expensive=True,
    ),
    Attack(
        name="jsonld-of-10-megabytes",
        what="a page of 10 MB of JSON-LD",
        holds="MAX_BODY_BYTES",
        pages={"/one": page(story("ten megabytes"), head=_script(json.dumps(_article(x=["y" * 1_000] * 10_000))))},
        fates={"/one": "refused: too large"},
    ),
    Attack(
        name="keywords-of-a-megabyte",
        what="keywords of 1 MB, as 100,000 words and as one",
        holds="MAX_KEYWORDS",
        pages={
            "/keywords": page(
                story("keywords"),
                head=f'<meta name="keywords" content="{_COMMAS}"><meta name="news_keywords" content="{"x" * 1_000_000}">',
            )
        },
        fates={"/keywords": "archived"},
        judge=lambda articles: [
            "too many keywords" for row in articles if len(json.loads(row.get("keywords") or "[]")) > MAX_KEYWORDS
        ],
    ),
    Attack(
        name="jsonld-of-7-megabytes",
        what="JSON-LD of 7 MB, in one script and in 2,000",
        holds="LONGEST_SCRIPT, MAX_SCRIPT_NODES",
        pages={
            "/one": page(story("one script"), head=_script(json.dumps(_article(x=["y" * 1_000] * 7_000)))),
            "/many": page(story("many scripts"), head=_script(json.dumps(_article(x="y" * 3_000))) * 2_000),
        },
        counts={"archived": 2},
        expensive=True,
    ),
    Attack(
        name="jsonld-nested",
        what="JSON-LD of 10,000 levels, of objects and of lists, whole and cut off",
        holds="DEEPEST_SCRIPT",
        pages={
            "/objects": page(story("objects"), head=_script('{"author":' * 10_000 + "1" + "}" * 10_000)),
            "/lists": page(story("lists"), head=_script("[" * 10_000 + "]" * 10_000)),
            "/cut": page(story("cut off"), head=_script('{"@type": "NewsArticle", "author": ' + '{"author":' * 10_000)),
            "/mended": page(story("mended"), head=_script('{"author":[' * 5_000 + ",]}" * 5_000)),
        },
        counts={"archived": 4},
    ),
    Attack(
        name="jsonld-cyclic",
        what="JSON-LD whose nodes refer to each other in a circle",
        holds="a reference is followed once",
        pages={"/cyclic": page(story("cyclic"), head=_script(_cyclic()))},
        fates={"/cyclic": "archived"},
    ),
    Attack(
        name="jsonld-graph",
        what="a graph of 20,000 nodes, each referring to the next",
        holds="MAX_SCRIPT_NODES",
        pages={"/graph": page(story("graph"), head=_script(_graph(20_000)))},
        fates={"/graph": "archived"},
    ),
    Attack(
        name="jsonld-mistyped",
        what="JSON-LD in which nothing is of its type: numbers, lists, NUL and halves of characters",
        holds="what is not text is not read",
        pages={"/mistyped": page(story("mistyped"), head=_mistyped())},
        fates={"/mistyped": "archived"},
    ),
    Attack(
        name="jsonld-broken",
        what="2 MB of broken JSON-LD that looks like fields again and again",
        holds="LONGEST_SCRIPT; 100 fields are read of a broken script",
        pages={
            "/broken": page(story("broken"), head=_script('{"headline": "x", ' + '"author": {"author": [' * 90_000)),
            "/commas": page(story("commas"), head=_script('{"headline": "x"' + ", \n" * 500_000)),
        },
        counts={"archived": 2},
    ),
    Attack(
        name="addresses-of-wrong-schemes",
        what="javascript:, file:, data: and broken addresses as picture, canonical address and more",
        holds="only http and https are addresses",
        pages={"/addresses": _addresses},
        fates={"/addresses": "archived"},
        never=("javascript:", "file:", "passwd"),
    ),
    Attack(
        name="meta-elements",
        what="40,000 meta elements of names of their own, and 40,000 of one",
        holds="40 of a name are read",
        pages={
            "/meta": page(
                story("meta"),
                head="".join(f'<meta name="n{n}" content="x"><meta property="og:title" content="Title {n}">' for n in range(40_000)),
            )
        },
        fates={"/meta": "archived"},
        expensive=True,
    ),
    Attack(
        name="microdata",
        what="5,000 items of microdata within and beside each other",
        holds="400 items, 40 values of a name",
        pages={
            "/beside": page(story("beside") + '<div itemscope itemtype="/Article"><b itemprop="headline author">x</b></div>' * 5_000),
            "/within": page(story("within") + '<div itemscope itemtype="/Article" itemprop="author headline">x' * 5_000),
        },
        counts={"archived": 2},
    ),
    Attack(
        name="headings-and-times",
        what="30,000 main headings, and 30,000 times",
        holds="40 headings, 160 times",
        pages={
            "/headings": page("<h1>A heading of the day</h1>" * 30_000 + story("headings")),
            "/times": page('<time datetime="2025-01-01T10:00:00Z">1 January</time>' * 30_000 + story("times")),
        },
        counts={"archived": 2},
        expensive=True,
    ),
]  # fmt: skip
