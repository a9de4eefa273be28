"""Feeds that mean harm."""

import json
from collections.abc import Iterable
from random import Random

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, feed, item, page, xml
from tests.hostile.gallery.prose import paragraphs, story

_NO_ENTITIES = "no entity that a feed declares is resolved, no DTD is fetched"
_TREASURE = "hidden treasure"


def _billion_laughs() -> str:
    names = "abcdefghij"
    inner = '<!ENTITY a "laugh laugh laugh laugh laugh laugh laugh laugh laugh laugh">'
    inner += "".join(f'<!ENTITY {name} "{f"&{names[place]};" * 10}">' for place, name in enumerate(names[1:]))
    return feed(item("/story", "&j;"), before=f"<!DOCTYPE rss [{inner}]>")


def _quadratic() -> str:
    return feed(item("/story", "&a;" * 20_000), before=f'<!DOCTYPE rss [<!ENTITY a "{"laugh " * 20_000}">]>')


def _external(address: str) -> str:
    return feed(item("/story", "&e; of the harvest"), before=f'<!DOCTYPE rss [<!ENTITY e SYSTEM "{address}">]>')


def _dtd(place: Place) -> Answer:
    return xml(feed(item("/story"), before=f'<!DOCTYPE rss SYSTEM "{place.secret}">'))


def _parameter_entity(place: Place) -> Answer:
    before = f'<!DOCTYPE rss [<!ENTITY % p SYSTEM "{place.secret}"> %p;]>'
    return xml(feed(item("/story"), before=before))


def _xinclude(place: Place) -> Answer:
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{place.secret}"/>'
    local = include.replace(place.secret, "file:///etc/passwd")
    return xml(feed(item("/story", f"A story {include} {local}", f"<description>{include}{local}</description>")))


def _stylesheet(place: Place) -> Answer:
    before = f'<?xml-stylesheet type="text/xsl" href="{place.secret}"?><?php system("id") ?>'
    return xml(feed(item("/story"), before=before))


def _many(number: int) -> Iterable[bytes]:
    yield b'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>'
    for start in range(0, number, 1_000):
        yield "".join(item(f"/story/{at}", f"Story {at}") for at in range(start, start + 1_000)).encode()
    yield b"</channel></rss>"


def _links(place: Place) -> Answer:
    """Every address that no feed should show, and one that it should."""
    wrong = (
        "javascript:alert(1)",
        "JaVaScRiPt://news.example/%0aalert(1)", "file:///etc/passwd", "data:text/html,<p>x",
        "ftp://news.example/story", "gopher://news.example/", "vbscript:x", "blob:https://news.example/1",
        "about:blank",
        "view-source:http://news.example/", "ws://news.example/", "jar:http://news.example/!/", "mailto:a@news.example",
    )  # fmt: skip
    return xml(feed("".join(item(link.replace("<", "&lt;")) for link in wrong) + item(place.url + "/story")))


def _deep(number: int) -> str:
    return feed(item("/story", "A story", f"<description>{'<a>' * number}x{'</a>' * number}</description>"))


def _dated(number: int, date: str) -> str:
    return item(f"/dated/{number}", f"Story {number}", f"<pubDate>{date}</pubDate>")


def _attributes(number: int) -> str:
    attributes = " ".join(f'a{index}="x"' for index in range(number))
    return f"<item {attributes}><title>A story</title><link>/story</link></item>"


def _long_titles() -> Iterable[str]:
    million = 200_000
    for number, text in enumerate(
        ["x" * million, "&lt;b&gt;" * 20_000, "&amp;amp;" * 20_000, " " * million, "&lt;" * 40_000]
    ):
        yield item(f"/long/{number}", text, f"<description>{text}</description>")


def _mistyped(place: Place) -> str:
    wrong = [None, 1, [], "x", {"url": 5}, {"url": None, "title": []}, {"url": {"url": place.secret}}, {"url": ["/x"]}]
    good = {"url": place.url + "/story", "title": {"a": 1}, "date_published": 5, "authors": [1, None, {"name": 3}]}
    return json.dumps({"items": [*wrong, good], "language": 7})


def _authors() -> str:
    names = "".join(f"<author>Person {number}</author>" for number in range(20_000))
    return item("/story", more=f"{names}<author>{'x@' * 500_000}</author>")


def _long_addresses(place: Place) -> Answer:
    links = [
        f"{place.url}/{'x' * 5_000_000}",
        f"{place.url}/{'خ' * 4_000}",
        f"http://treasurer:password@127.0.0.1:{place.port}/x",
        f"{place.url}/\n\t\r\nstory",
    ]
    return xml(feed("".join(item(link) for link in links)))


def _homographs(place: Place) -> Answer:
    hosts = [
        "\u0441\u043e\u043c.example", "xn--h1alffa9f.example", "\uff4e\uff45\uff57\uff53.example", "ne\u00adws.example",
        "xn--.example", "[::1", "a" * 300 + ".example",
    ]  # fmt: skip
    links = [f"http://{host}:{place.secret_port}/x" for host in hosts]
    links += [f"http://{host}:{place.port}/x" for host in ("news..invalid", "-.-", "xn--.invalid")]
    return xml(feed("".join(map(item, [*links, "/story"]))))


_IMPOSSIBLE = (
    "-0001-01-01T00:00:00Z",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "Mon, 01 Jan 99999 00:00:00 GMT",
    "Fri, 31 Feb 2025 25:61:61 +9999",
    "1" * 10_000,
    "٢" * 10_000,
    "2025-01-01T00:00:00" + ".0" * 5_000,
)
_DATED = {f"/dated/{number}": page(story(f"dated {number}")) for number in range(8)}
_TRICKS = item(
    "/untitled",
    "\x1b]0;owned\x07\x1b[31mRed\u202e\u2066 \u200bharvest&lt;script&gt;alert(1)&lt;/script&gt;&amp;#x202e; in Zelin"
    "\u2069\x00",
)
_UNTITLED = f"<html><body>{''.join(f'<p>{text}</p>' for text in paragraphs('untitled'))}</body></html>"
STORY = {"/story": page(story("feeds"))}

ATTACKS = [
    Attack(
        name="feed-billion-laughs",
        what="a feed whose ten entities unfold to a billion words",
        holds=_NO_ENTITIES,
        pages={"/feed": xml(_billion_laughs()), **STORY},
        fates={"/story": "archived"},
        never=("laugh laugh",),
    ),
    Attack(
        name="feed-quadratic-blowup",
        what="a feed that names one long entity 20,000 times: 2.4 GB",
        holds=_NO_ENTITIES,
        pages={"/feed": xml(_quadratic()), **STORY},
        fates={"/story": "archived"},
        never=("laugh laugh",),
    ),
    Attack(
        name="feed-external-entity-file",
        what="a feed with an entity that is a file of this machine",
        holds=_NO_ENTITIES,
        pages={"/feed": xml(_external("file:///etc/passwd")), **STORY},
        fates={"/story": "archived"},
        never=("root:", "/bin/"),
    ),
    Attack(
        name="feed-external-entity-http",
        what="a feed with an entity that another server of this machine answers",
        holds=_NO_ENTITIES,
        pages={"/feed": lambda place: xml(_external(place.secret)), **STORY},
        fates={"/story": "archived"},
    ),
    Attack(
        name="feed-dtd",
        what="a feed whose DTD is on another server of this machine",
        holds=_NO_ENTITIES,
        pages={"/feed": _dtd, **STORY},
        fates={"/story": "archived"},
    ),
    Attack(
        name="feed-parameter-entity",
        what="a feed that loads declarations from another server of this machine",
        holds=_NO_ENTITIES,
        pages={"/feed": _parameter_entity, **STORY},
        fates={"/story": "archived"},
    ),
    Attack(
        name="feed-xinclude",
        what="a feed that includes a file, and an answer of another server, by XInclude",
        holds="nothing is included",
        pages={"/feed": _xinclude, **STORY},
        fates={"/story": "archived"},
        never=("root:", "/bin/"),
    ),
    Attack(
        name="feed-processing-instructions",
        what="a feed with a style sheet on another server and with PHP",
        holds="instructions are not followed",
        pages={"/feed": _stylesheet, **STORY},
        fates={"/story": "archived"},
        never=("uid=",),
    ),
    Attack(
        name="feed-of-wrong-schemes",
        what="a feed whose links are javascript:, file:, data:, ftp:, mailto: and the like",
        holds="only http and https are links",
        pages={"/feed": _links, **STORY},
        fates={"/story": "archived"},
        never=("javascript:", "file:", "passwd"),
    ),
    Attack(
        name="feed-nested",
        what="a feed with 10,000 elements within each other",
        holds="WAY_SECONDS, PAGE_MEMORY",
        pages={"/feed": xml(_deep(10_000)), **STORY},
        fates={"/story": "archived"},
        expensive=True,
    ),
    Attack(
        name="feed-nested-deeper",
        what="a feed with 500,000 elements within each other",
        holds="WAY_SECONDS, PAGE_MEMORY",
        pages={"/feed": xml(_deep(500_000)), **STORY},
        fates={"/feed": "failed: took too long"},
        expensive=True,
    ),
    Attack(
        name="feed-of-50-000",
        what="a feed of 50,000 entries",
        holds="MAX_FEED_ENTRIES",
        pages={"/feed": lambda place: xml(b"".join(_many(50_000)))},
        others=lambda place, path: page(story(path)),
        more="budget = {{ pages = 5 }}",
        counts={"archived": 5, "waiting": 995},
    ),
    Attack(
        name="feed-of-a-million",
        what="a feed of 1,000,000 entries",
        holds="MAX_BODY_BYTES",
        pages={"/feed": xml(lambda: _many(1_000_000))},
        fates={"/feed": "refused: too large"},
        expensive=True,
    ),
    Attack(
        name="feed-of-impossible-years",
        what="a feed of the years -1, 0, 9999 and 99999, and of dates of 10,000 characters",
        holds="a date counts between 1990 and 2100 only; 80 characters of it are read",
        pages={"/feed": xml(feed("".join(map(_dated, range(8), _IMPOSSIBLE)))), **_DATED},
        counts={"archived": 8},
        judge=lambda articles: [f"{row['url']} is of {row['published']}" for row in articles if row["published"]],
    ),
    Attack(
        name="feed-with-one-attribute-a-word",
        what="an entry with 20,000 attributes",
        holds="WAY_SECONDS",
        pages={"/feed": xml(feed(_attributes(20_000))), **STORY},
        fates={"/story": "archived"},
    ),
    Attack(
        name="feed-of-long-titles",
        what="titles and summaries of 200,000 signs, of tags, of entities, of spaces",
        holds="LONGEST_HINT, LONGEST_ENTRY_TITLE, LONGEST_ENTRY_SUMMARY",
        pages={"/feed": xml(feed("".join(_long_titles()))), **{f"/long/{n}": page(story(f"{n}")) for n in range(5)}},
        counts={"archived": 5},
        expensive=True,
    ),
    Attack(
        name="feed-of-tricks-in-titles",
        what="titles with terminal escapes, right-to-left overrides, zero-width signs, tags and scripts",
        holds="what is not shown is taken out at the border",
        pages={"/feed": xml(feed(_TRICKS)), "/untitled": answer(_UNTITLED)},
        fates={"/untitled": "archived"},
        never=("<script", "\x1b", "\u202e", "\u200b"),
    ),
    Attack(
        name="feed-that-is-a-page",
        what="HTML in place of a feed, with 200",
        holds="a page is no feed",
        pages={"/feed": page(story("no feed"))},
        fates={"/feed": "failed: HTML instead of a feed"},
    ),
    Attack(
        name="feed-that-is-a-picture",
        what="a PNG, a ZIP and noise in place of feeds",
        holds="what shows no link is no feed",
        ways='feeds = ["{url}/png", "{url}/zip", "{url}/noise", "{url}/nothing"]',
        pages={
            "/png": answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200, "image/png"),
            "/zip": xml(b"PK\x03\x04" + bytes(range(256)) * 200),
            "/noise": xml(Random(1).randbytes(100_000)),
            "/nothing": xml(b""),
        },
        fates={
            "/png": "failed: not a feed",
            "/zip": "failed: not a feed",
            "/noise": "failed: not a feed",
            "/nothing": "failed: empty answer",
        },
    ),
    Attack(
        name="feed-in-utf-7",
        what="a feed whose tags are hidden in UTF-7, one in UTF-16 without a mark, one in EBCDIC",
        holds="encodings of web pages only; bytes before what is declared",
        ways='feeds = ["{url}/utf-7", "{url}/utf-16", "{url}/ebcdic"]',
        pages={
            "/utf-7": answer("+ADw-rss+AD4-+ADw-item+AD4-", "application/xml; charset=utf-7"),
            "/utf-16": lambda place: xml(feed(item(place.url + "/story")).encode("utf-16-le")),
            "/ebcdic": answer(feed(item("/story/2")).encode("cp500"), "application/xml; charset=cp500"),
            **STORY,
        },
        fates={"/utf-7": "failed: not a feed", "/ebcdic": "failed: not a feed", "/story": "archived"},
    ),
    Attack(
        name="feed-json-nested",
        what="a JSON feed of 100,000 lists within each other",
        holds="WAY_SECONDS, PAGE_MEMORY",
        pages={"/feed": answer('{"items": ' + "[" * 100_000 + "]" * 100_000 + "}", "application/json")},
        fates={"/feed": "failed: not a feed"},
    ),
    Attack(
        name="feed-json-numbers",
        what="a JSON feed with a number of a million digits",
        holds="what cannot be read is no feed",
        pages={"/feed": answer('{"items": [' + "9" * 1_000_000 + "]}", "application/json")},
        fates={"/feed": "failed: not a feed"},
    ),
    Attack(
        name="feed-json-types",
        what="a JSON feed in which nothing is of its type, beside one entry that is",
        holds="what is not text is not read",
        pages={"/feed": lambda place: answer(_mistyped(place), "application/feed+json"), **STORY},
        fates={"/story": "archived"},
    ),
    Attack(
        name="feed-of-long-authors",
        what="20,000 authors of one entry, and one of a million signs",
        holds="200 characters of an author are read",
        pages={"/feed": xml(feed(_authors())), **STORY},
        fates={"/story": "archived"},
        expensive=True,
    ),
    Attack(
        name="feed-of-long-addresses",
        what="addresses of 5 MB, of 4,000 Arabic letters, with user names and with line breaks",
        holds="LONGEST_URL",
        pages={"/feed": _long_addresses, **STORY},
        fates={"/story": "archived"},
        counts={"refused: address too long": 2, "refused: user name in the URL": 1},
        never=("treasurer",),
    ),
    Attack(
        name="feed-of-homographs",
        what="hosts in Cyrillic, punycode, full-width letters, with a soft hyphen, and broken ones",
        holds="a source that names no such host does not ask it",
        pages={"/feed": _homographs, **STORY},
        fates={"/story": "archived"},
        counts={"refused: port not allowed": 4, "refused: not a host name": 2, "failed: host not found": 2},
    ),
]
