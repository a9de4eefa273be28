"""What an attack is: a site that means harm, in words and as a server tells it, with the fate that must come of it.

To add one, append an Attack to the family that it belongs to. Ten lines are enough:

    Attack(
        name="pdf-as-a-page",
        what="a PDF that says it is HTML",
        holds="what begins like another kind of file is no page",
        pages={"/report": answer(b"%PDF-1.7 …")},
        fates={"/report": "refused: not HTML (PDF)"},
    )

Its site has a port of its own. Where `pages` has no "/feed", that is a feed of all the others. Pages of our own wording
only.
"""

import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Shake = Callable[[socket.socket], socket.socket]
"""What a server over TLS does with a connection that has come, and the one that it then answers on."""
Body = bytes | Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an attack is served, and what it must not reach."""

    url: str  # of its own site, without a slash at the end
    port: int
    secret: str  # address of a server that nobody may ask
    secret_port: int  # it listens there on 127.0.0.1 and on 127.0.0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one request gets. *write* does as it likes with the connection, *body* may come in pieces as it is made."""

    body: Body = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[socket.socket], None] | None = None


Page = Answer | Callable[[Place], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack. Paths are those of its own site; an address of another one stands whole.

    A fate is the row of the URL in `visits`: "archived", "refused: too large"; of a feed, sitemap or listing too, where
    it was lost. *counts* has how many of the URLs that *fates* does not name have each fate; None: that may differ.
    """

    name: str
    what: str  # in words, for the table in docs/security.md
    holds: str  # the bound that holds: a NAME of seeds/bounds.py, or a rule in words
    pages: Mapping[str, Page] = field(default_factory=dict)
    others: Callable[[Place, str], Answer] | None = None  # what any other path gets; None: 404
    ways: str = 'feeds = ["{url}/feed"]'  # TOML of its source; {url}, {port} and {secret_port} are filled in
    more: str = ""  # further keys of its source, likewise
    fates: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] | None = field(default_factory=dict)
    says: tuple[str, ...] = ()  # what its articles must say, in any field
    never: tuple[str, ...] = ()  # what nothing of the archive may say
    judge: Callable[[list[dict[str, Any]]], Iterable[str]] | None = None  # faults in its articles, in words
    expensive: bool = False  # not for every run of the tests: `make hostile` alone
    tls: Callable[[], Shake] | None = None

    def source(self, place: Place) -> str:
        """The [[source]] of a desk that is attacked."""
        names = {"url": place.url, "port": place.port, "secret_port": place.secret_port}
        more = self.more.format(**names)
        ports = "" if "ports" in self.more else f"ports = [{place.port}]\n"
        return (
            f'[[source]]\nid = "{self.name}"\nname = "Attack"\nprivate = true\ndelay = 0\n'
            f"{ports}{more}\n{self.ways.format(**names)}\n"
        )


def answer(body: Body | str, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    """An answer with a Content-Type; of *headers* an underscore is a hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Answer(body=body, status=status, headers={"Content-Type": kind, **named})


def xml(body: Body | str) -> Answer:
    """A feed or sitemap."""
    return answer(body, "application/xml; charset=utf-8")


def feed(items: str, *, before: str = "", channel: str = "") -> str:
    """An RSS feed of these *items*; *before* stands between the declaration and its root."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}<rss version="2.0"><channel><title>Site</title>{channel}{items}'
        "</channel></rss>"
    )


def item(link: str, title: str = "A story", more: str = "") -> str:
    """An entry of a feed."""
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def feed_of(place: Place, paths: Iterable[str]) -> Answer:
    """A feed that shows these paths, or whole addresses."""
    links = (path if ":" in path.partition("/")[0] else place.url + path for path in paths)
    return xml(feed("".join(item(link.replace("&", "&amp;"), f"Story {number}") for number, link in enumerate(links))))


def html(body: str, *, head: str = "", title: str = "A story", attributes: str = "lang=en") -> str:
    """A page."""
    return (
        f'<!doctype html><html {attributes}><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def page(body: str, **rest: str) -> Answer:
    """An answer with the page."""
    return answer(html(body, **rest))
