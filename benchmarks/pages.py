"""What the sites of a benchmark serve: the newsroom's pages, or any page set in JSON Lines.

Reading only; `sites` serves them. The same input always gives the same sites, links, dates and order.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen
from xml.sax.saxutils import escape

FEED = "/feed.xml"

_LATEST = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The date of the newest page among those that state none; each next one is a minute older."""
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
"""Characters that XML cannot hold, as a table that deletes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPage:
    """One article's page as a site serves it. `path` is its place on the site; `title` may be unknown."""

    path: str
    title: str | None
    published: datetime
    html: bytes


def read_pages(file: Path, limit: int | None = None) -> list[ServedPage]:
    """The first *limit* pages of a JSON Lines file (`id`, `html`, and where known `title`, `published`)."""
    rows = islice(_rows(file), limit)
    return [_page(number, row) for number, row in enumerate(rows)]


def spread(pages: Sequence[ServedPage], sites: int) -> list[list[ServedPage]]:
    """*pages* dealt out to at most *sites* sites, one after another, so that every site gets its share."""
    return [list(pages[first::sites]) for first in range(min(sites, len(pages)))]


def newsroom_sites(sites: int, limit: int | None = None) -> list[list[ServedPage]]:
    """The bundled newsroom's pages, all of them on each of *sites* sites, or the first *limit* of all.

    A page is some 15 kB, a tenth of what news sites send, and there are only some 70: enough to see that nothing
    broke, too few and too light to stand for the web. Repeats are on other sites, as wire copies are.
    """
    from crawler.newsroom import Newsroom  # noqa: PLC0415 -- a page set needs none of Khabar

    with Newsroom(clock=lambda: _LATEST) as newsroom:
        pages = [
            _from_newsroom(found.url, found.title, found.published) for found in newsroom.articles() if found.allowed
        ]
    left = len(pages) * sites if limit is None else limit
    shares = [pages[: max(0, left - number * len(pages))] for number in range(sites)]
    return [share for share in shares if share]


def feed(base: str, pages: Sequence[ServedPage]) -> bytes:
    """An RSS feed of *pages* on the site at *base* (without a slash at its end)."""
    items = "".join(
        f"<item>{_element('title', page.title)}<link>{escape(base + page.path)}</link>"
        f'<guid isPermaLink="false">{escape(page.path)}</guid>'
        f"<pubDate>{format_datetime(page.published)}</pubDate></item>\n"
        for page in pages
    )
    head = f"<title>Benchmark</title><link>{base}/</link><description>Pages of a benchmark</description>"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{items}</channel></rss>'.encode()
    )


def _rows(file: Path) -> Iterator[dict[str, str | None]]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _page(number: int, row: dict[str, str | None]) -> ServedPage:
    return ServedPage(
        path=f"/articles/{number:06}",
        title=row.get("title"),
        published=_instant(row.get("published")) or _LATEST - timedelta(minutes=number),
        html=(row["html"] or "").encode("utf-8", "replace"),
    )


def _from_newsroom(url: str, title: str, published: datetime) -> ServedPage:
    parts = urlsplit(url)
    path = quote(parts.path, safe="/%")
    base = f"{parts.scheme}://{parts.netloc}"
    with urlopen(base + path) as response:
        html: bytes = response.read()
    # Its port is another one at every start: without it the same input gives the same pages.
    return ServedPage(path=path, title=title, published=published, html=html.replace(base.encode(), b""))


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _element(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text.translate(_CONTROLS))}</{name}>" if text else ""
