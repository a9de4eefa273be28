"""Sitemaps that mean harm."""

import gzip
from collections.abc import Iterable, Iterator

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, page, xml
from tests.hostile.gallery.prose import story

_SITEMAP = 'sitemaps = ["{url}/sitemap.xml"]'
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urls(links: Iterable[str], more: str = "", before: str = "") -> str:
    """A sitemap of these addresses."""
    rows = "".join(f"<url><loc>{link}</loc>{more}</url>" for link in links)
    return f'<?xml version="1.0" encoding="utf-8"?>{before}<urlset {_NAMESPACE}>{rows}</urlset>'


def index(links: Iterable[str]) -> str:
    """An index of these sitemaps."""
    rows = "".join(f"<sitemap><loc>{link}</loc></sitemap>" for link in links)
    return f'<?xml version="1.0" encoding="utf-8"?><sitemapindex {_NAMESPACE}>{rows}</sitemapindex>'


def _streamed(number: int) -> Iterator[bytes]:
    yield f'<?xml version="1.0"?><urlset {_NAMESPACE}>'.encode()
    for start in range(0, number, 5_000):
        yield "".join(f"<url><loc>/story/{at}</loc></url>" for at in range(start, start + 5_000)).encode()
    yield b"</urlset>"


def _gzipped(pieces: Iterable[bytes], level: int = 9) -> bytes:
    return gzip.compress(b"".join(pieces), level)


def _blank(megabytes: int) -> bytes:
    """A gzipped sitemap with so much space in it, as members of a megabyte."""
    start, end = f"<urlset {_NAMESPACE}>".encode(), b"<url><loc>/story</loc></url></urlset>"
    return gzip.compress(start) + gzip.compress(b" " * 2**20) * megabytes + gzip.compress(end)


def _loop(place: Place) -> Answer:
    return xml(index([f"{place.url}/sitemap.xml", f"{place.url}/other.xml"]))


def _endless(place: Place, path: str) -> Answer:
    """Every path is an index of thirty more."""
    return xml(index(f"{place.url}{path.removesuffix('.xml')}/{number}.xml" for number in range(30)))


def _children(place: Place) -> Answer:
    return xml(index(f"{place.url}/child/{number}.xml" for number in range(50_000)))


def _child(place: Place, path: str) -> Answer:
    if path.startswith("/child/"):
        return xml(urls([f"{place.url}/story/{path.removeprefix('/child/').removesuffix('.xml')}"]))
    return page(story(path))


def _secret(place: Place) -> Answer:
    return xml(
        index([place.secret, "file:///etc/passwd", "javascript:alert(1)", f"http://127.1:{place.secret_port}/s.xml"])
    )


def _entities(place: Place) -> Answer:
    before = (
        f'<!DOCTYPE urlset SYSTEM "{place.secret}" [<!ENTITY a "x"><!ENTITY b "{"&a;" * 99}"><!ENTITY c "{"&b;" * 99}">'
        f'<!ENTITY d "{"&c;" * 99}"><!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY s SYSTEM "{place.secret}">]>'
    )
    return xml(urls([f"{place.url}/&d;", f"{place.url}/&f;", f"{place.url}/&s;", f"{place.url}/story"], before=before))


STORY = {"/story": page(story("sitemaps"))}
_FEW = "budget = {{ pages = 5 }}"

ATTACKS = [
    Attack(
        name="sitemap-of-ten-million",
        what="a sitemap of 10,000,000 addresses",
        holds="MAX_BODY_BYTES",
        ways=_SITEMAP,
        pages={"/sitemap.xml": xml(lambda: _streamed(10_000_000))},
        fates={"/sitemap.xml": "refused: too large"},
    ),
    Attack(
        name="sitemap-of-a-million-gzipped",
        what="a sitemap.xml.gz of 1,000,000 addresses",
        holds="MAX_SITEMAP_URLS, MAX_SITEMAP_ENTRIES",
        ways=_SITEMAP,
        pages={"/sitemap.xml": lambda place: answer(_gzipped(_streamed(1_000_000), 1), "application/gzip")},
        others=lambda place, path: page(story(path)),
        more=_FEW,
        counts=None,  # a slow machine gives it up after WAY_SECONDS
        judge=lambda articles: [] if len(articles) <= 5 else ["it has more articles than its budget allows"],
        expensive=True,
    ),
    Attack(
        name="sitemap-bomb",
        what="a sitemap.xml.gz of 300 kB that unpacks to 300 MB of nothing",
        holds="MAX_SITEMAP_FRUITLESS",
        ways=_SITEMAP,
        pages={"/sitemap.xml": lambda place: answer(_blank(300), "application/gzip"), **STORY},
        fates={"/sitemap.xml": "failed: empty sitemap"},
    ),
    Attack(
        name="sitemap-bomb-nested",
        what="a gzip of a gzip of a sitemap of 300 MB, once more as Content-Encoding",
        holds="MAX_SITEMAP_BYTES: what is packed twice is not unpacked twice",
        ways=_SITEMAP,
        pages={
            "/sitemap.xml": lambda place: answer(
                gzip.compress(gzip.compress(_blank(300))), "application/gzip", Content_Encoding="gzip"
            )
        },
        fates={"/sitemap.xml": "failed: not a sitemap"},
    ),
    Attack(
        name="sitemap-loop",
        what="an index that names itself, and another one that names both",
        holds="each sitemap is asked for once a run",
        ways=_SITEMAP,
        pages={"/sitemap.xml": _loop, "/other.xml": _loop},
        judge=lambda articles: ["it has articles"] if articles else [],
    ),
    Attack(
        name="sitemap-endless",
        what="indexes of thirty indexes each, without an end",
        holds="MAX_SITEMAP_DEPTH, MAX_SITEMAP_CHILDREN",
        ways=_SITEMAP,
        others=_endless,
    ),
    Attack(
        name="index-of-50-000",
        what="an index of 50,000 sitemaps",
        holds="MAX_INDEX_CHILDREN, MAX_SITEMAP_CHILDREN",
        ways=_SITEMAP,
        pages={"/sitemap.xml": _children},
        others=_child,
        counts={"archived": 10},
        expensive=True,
    ),
    Attack(
        name="index-of-secrets",
        what="an index that names another server of this machine, a file, and a script",
        holds="only http and https, on the source's own ports",
        ways=_SITEMAP,
        pages={"/sitemap.xml": _secret},
        fates={"{secret}": "refused: port not allowed"},
        counts={"refused: port not allowed": 1},
    ),
    Attack(
        name="sitemap-of-entities",
        what="a sitemap with a bomb, a DTD, a file and another server's answer as entities",
        holds="no entity is resolved, no DTD is fetched",
        ways=_SITEMAP,
        pages={"/sitemap.xml": _entities, **STORY},
        fates={"/story": "archived"},
        counts={"failed: HTTP 404": 3},
        never=("root:", "xxxxxxxxx"),
    ),
    Attack(
        name="sitemap-nested",
        what="a sitemap of 200,000 elements within each other",
        holds="what is no sitemap shows nothing",
        ways=_SITEMAP,
        pages={"/sitemap.xml": xml(f"<urlset {_NAMESPACE}>{'<a>' * 200_000}</urlset>")},
        fates={"/sitemap.xml": "failed: empty sitemap"},
    ),
    Attack(
        name="sitemap-of-fields",
        what="entries with 100,000 fields, fields of 1 MB, and dates of no calendar",
        holds="10,000 characters of a field are read",
        ways=_SITEMAP,
        pages={
            "/sitemap.xml": lambda place: xml(
                urls([f"{place.url}/story"], "<lastmod>9999-99-99</lastmod>" + "<x>1</x>" * 100_000 + f"<title>{'x' * 10**6}</title>")
            ),
            **STORY,
        },
        fates={"/story": "archived"},
        expensive=True,
    ),
    Attack(
        name="sitemap-of-numbers",
        what="an index whose names hold a million digits",
        holds="LONGEST_URL; twelve digits make a number",
        ways=_SITEMAP,
        pages={"/sitemap.xml": lambda place: xml(index([f"{place.url}/{'9' * 1_000_000}.xml", f"{place.url}/{'1-' * 2_000}.xml"]))},
        counts={"refused: address too long": 1, "failed: HTTP 404": 1},
    ),
    Attack(
        name="sitemap-as-text",
        what="a list of 60,000 addresses as plain text, javascript: among them",
        holds="MAX_SITEMAP_URLS, MAX_SITEMAP_ENTRIES",
        ways=_SITEMAP,
        pages={"/sitemap.xml": lambda place: answer(f"javascript:alert(1)\n{place.url}/s\n" + f"{place.url}/t\n" * 60_000, "text/plain")},
        others=lambda place, path: page(story(path)),
        fates={"/s": "archived", "/t": "archived"},
        expensive=True,
    ),
]  # fmt: skip
