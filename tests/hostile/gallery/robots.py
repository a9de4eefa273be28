"""What a robots.txt may be that means harm: it stands before everything else of its host."""

import time
from collections.abc import Callable, Iterable, Mapping

from tests.hostile.gallery.attack import Answer, Attack, Page, Place, answer, feed_of, page
from tests.hostile.gallery.prose import story

_LINE = b"Disallow: /nothing/of/that/kind/\n"
_NO_COPY = "what cannot be had whole forbids everything: RFC 9309, 2.3.1.4"
_DRIP = 0.3  # seconds between two bytes of it: no single wait is long


def _site(robots: Page) -> Mapping[str, Page]:
    return {
        "/robots.txt": robots,
        "/feed": lambda place: feed_of(place, ["/story"]),
        "/story": page(story("robots")),
    }


def _text(body: bytes | str | Callable[[], Iterable[bytes]], status: int = 200) -> Answer:
    return answer(body, "text/plain", status)


def _lines(number: int) -> Callable[[], Iterable[bytes]]:
    def pieces() -> Iterable[bytes]:
        yield b"User-agent: *\n"
        for _ in range(number // 1_000):
            yield _LINE * 1_000

    return pieces


def _endless() -> Iterable[bytes]:
    while True:
        yield _LINE * 1_000


def _dripping() -> Iterable[bytes]:
    while True:
        yield b"#"
        time.sleep(_DRIP)


def _to(address: Callable[[Place], str]) -> Callable[[Place], Answer]:
    return lambda place: answer(b"", status=302, Location=address(place))


def _agents() -> str:
    """Half a megabyte of names of crawlers, each of which has all the rules."""
    return "".join(f"User-agent: crawler{number}\n" for number in range(12_000)) + "Disallow: /nothing\n" * 10_000


ATTACKS = [
    Attack(
        name="robots-of-50-megabytes",
        what="a robots.txt of 50 MB",
        holds="MAX_BODY_BYTES; " + _NO_COPY,
        pages=_site(_text(_lines(1_500_000))),
        fates={"/feed": "failed: robots.txt unreachable: too large"},
        expensive=True,
    ),
    Attack(
        name="robots-of-200-000-lines",
        what="a robots.txt of 200,000 rules in 6.6 MB",
        holds="MAX_ROBOTS_BYTES",
        pages=_site(_text(_lines(200_000))),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-of-a-million-lines",
        what="a robots.txt of a million rules, of seven bytes each",
        holds="MAX_ROBOTS_BYTES",
        pages=_site(_text(b"User-agent: *\n" + b"Allow:\n" * 1_000_000)),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-of-wildcards",
        what="a robots.txt of rules that are *a*a*a… for half a megabyte",
        holds="MAX_ROBOTS_WILDCARDS",
        pages=_site(_text("User-agent: *\n" + ("Disallow: /" + "*a" * 500 + "b$\n") * 480)),
        fates={"/feed": "refused: robots.txt"},
    ),
    Attack(
        name="robots-of-fewer-wildcards",
        what="rules that are *s*s*s…, as many as are read, before addresses of 2,000 letters s",
        holds="MAX_ROBOTS_WILDCARDS",
        pages={
            **_site(_text("User-agent: *\n" + ("Disallow: /" + "*s" * 400 + "x$\n") * 49)),
            "/feed": lambda place: feed_of(place, [f"/{'s' * 2_000}/{number}" for number in range(20)]),
        },
        others=lambda place, path: page(story(path)),
        counts={"archived": 20},
    ),
    Attack(
        name="robots-of-names",
        what="a robots.txt of 12,000 crawlers that share 10,000 rules",
        holds="the names of others are one",
        pages=_site(_text(_agents())),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-of-one-line",
        what="a robots.txt whose one line has 5 MB",
        holds="MAX_ROBOTS_BYTES",
        pages=_site(_text(b"User-agent: *\nDisallow: /" + b"x" * 5_000_000)),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-to-a-secret",
        what="a robots.txt that leads to another server of this machine",
        holds="a source reaches its own ports only",
        pages=_site(_to(lambda place: place.secret)),
        fates={"/feed": "refused: port not allowed"},
    ),
    Attack(
        name="robots-loop",
        what="a robots.txt that leads to itself",
        holds="MAX_REDIRECTS; then it is as good as none: RFC 9309, 2.3.1.2",
        pages=_site(_to(lambda place: "/robots.txt")),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-dripping",
        what="a robots.txt of which a byte comes every third of a second, for ever",
        holds="RESPONSE_SECONDS, ADDRESS_SECONDS; " + _NO_COPY,
        pages=_site(_text(_dripping)),
        fates={"/feed": "failed: robots.txt unreachable: timed out"},
        expensive=True,
    ),
    Attack(
        name="robots-endless",
        what="a robots.txt without an end",
        holds="MAX_BODY_BYTES; " + _NO_COPY,
        pages=_site(_text(_endless)),
        fates={"/feed": "failed: robots.txt unreachable: too large"},
        expensive=True,
    ),
    Attack(
        name="robots-that-is-a-page",
        what="a page in place of a robots.txt, which forbids everything in its text",
        holds="a page is no robots.txt",
        pages=_site(page("<pre>\nUser-agent: *\nDisallow: /\n</pre>")),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-of-nul",
        what="a robots.txt of 400 kB of NUL, of which one line forbids the story",
        holds="lines are what line breaks part",
        pages=_site(_text(b"\0" * 400_000 + b"\nUser-agent: *\nDisallow: /story\n")),
        fates={"/story": "refused: robots.txt"},
    ),
    Attack(
        name="robots-in-arabic",
        what="a robots.txt in windows-1256 that forbids a path in Arabic, and so nothing else",
        holds="what is not UTF-8 becomes U+FFFD, so that it fits no address",
        pages=_site(_text("User-agent: *\nDisallow: /أخبار\n".encode("windows-1256"))),
        fates={"/story": "archived"},
    ),
    Attack(
        name="robots-asks-for-years",
        what="a robots.txt that asks for three years between two requests",
        holds="a host that asks for longer than its source may take is not asked in this run",
        pages=_site(_text("User-agent: *\nCrawl-delay: 99999999\n")),
        fates={"/feed": "failed: asked to wait"},
    ),
    Attack(
        name="robots-asks-for-nonsense",
        what="a robots.txt that asks for less than no time, for infinity, for what is no number, for 4,000 digits",
        holds="what is no number of seconds asks for nothing",
        pages=_site(
            _text(
                "User-agent: *\n" + "".join(f"Crawl-delay: {n}\n" for n in ("-5", "inf", "nan", "٣", "x", "9" * 4_000))
            )
        ),
        fates={"/story": "archived"},
    ),
    *(
        Attack(
            name=f"robots-{status}",
            what=f"a robots.txt that is answered {status}",
            holds=_NO_COPY if status >= 500 else "a host without a robots.txt forbids nothing: RFC 9309, 2.3.1.3",
            pages=_site(_text("User-agent: *\nDisallow: /\n", status)),
            fates={"/feed": f"failed: robots.txt unreachable: HTTP {status}"}
            if status >= 500
            else {"/story": "archived"},
        )
        for status in (401, 403, 500)
    ),
]
