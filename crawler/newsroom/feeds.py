"""The ways by which the sites show their articles: RSS, Atom, a news sitemap; and robots.txt."""

from collections.abc import Callable
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from crawler.newsroom.pages import View, body_html, picture_url
from crawler.newsroom.pieces import Piece

_XML = '<?xml version="1.0" encoding="utf-8"?>\n'
_SUMMARY = 180  # characters of the first paragraph


def render(view: View) -> tuple[str, str]:
    """Content-Type and text of the site's feed or sitemap."""
    renderers: dict[str, tuple[str, Callable[[View], str]]] = {
        "rss": ("application/rss+xml; charset=utf-8", rss),
        "rss with pages": ("application/rss+xml; charset=utf-8", rss_with_pages),
        "atom": ("application/atom+xml; charset=utf-8", atom),
        "news sitemap": ("application/xml", news_sitemap),
    }
    kind, renderer = renderers[view.style.way]
    return kind, renderer(view)


def rss(view: View) -> str:
    """RSS 2.0 as the specification has it, with `atom:updated` for edits."""
    items = "".join(
        f"<item><title>{escape(piece.title)}</title><link>{escape(view.address(piece))}</link>"
        f'<guid isPermaLink="true">{escape(view.address(piece))}</guid>'
        f"<description>{escape(summary(piece))}</description><category>{escape(piece.section)}</category>"
        f"<pubDate>{format_datetime(piece.published)}</pubDate>"
        f"<atom:updated>{piece.changed.isoformat()}</atom:updated></item>\n"
        for piece in view.pieces
    )
    return _rss(view, items)


def rss_with_pages(view: View) -> str:
    """RSS as a known agency serves it: the page's HTML inside the description, behind an XML declaration.

    An edit shows in the description only, the enclosure lacks its type and length, and the declared language is wrong.
    """
    items = "".join(
        f"<item><title>{escape(piece.title)}</title><link>{escape(view.address(piece))}</link>"
        f"<guid>{escape(view.address(piece))}</guid>"
        f"<description><![CDATA[{_XML}{body_html(view, piece, bare=True)}]]></description>"
        f"<enclosure url={quoteattr(picture_url(view, piece))}/>"
        f"<pubDate>{format_datetime(piece.published)}</pubDate></item>\n"
        for piece in view.pieces
    )
    return _rss(view, items)


def _rss(view: View, items: str) -> str:
    style = view.style
    built = max((piece.changed for piece in view.pieces), default=view.now)
    return (
        f'{_XML}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(style.name)}</title><link>{view.url}/</link>"
        f'<atom:link href={quoteattr(view.url + style.way_path)} rel="self" type="application/rss+xml"/>'
        f"<description>{escape(style.tagline)}</description><language>{style.declared}</language>"
        f"<lastBuildDate>{format_datetime(built)}</lastBuildDate><ttl>20</ttl>\n{items}</channel></rss>\n"
    )


def atom(view: View) -> str:
    """Atom 1.0."""
    style = view.style
    changed = max((piece.changed for piece in view.pieces), default=view.now)
    entries = "".join(
        f"<entry><title>{escape(piece.title)}</title><id>{escape(view.address(piece))}</id>"
        f'<link rel="alternate" type="text/html" href={quoteattr(view.address(piece))}/>'
        f"<published>{piece.published.isoformat()}</published><updated>{piece.changed.isoformat()}</updated>"
        + "".join(f"<author><name>{escape(author)}</name></author>" for author in piece.authors)
        + f"<summary>{escape(summary(piece))}</summary></entry>\n"
        for piece in view.pieces
    )
    return (
        f'{_XML}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{style.declared}">'
        f"<title>{escape(style.name)}</title><subtitle>{escape(style.tagline)}</subtitle><id>{view.url}/</id>"
        f'<link rel="self" href={quoteattr(view.url + style.way_path)}/><updated>{changed.isoformat()}</updated>'
        f"<author><name>{escape(style.name)}</name></author>\n{entries}</feed>\n"
    )


def news_sitemap(view: View) -> str:
    """A sitemap with the news extension; edits show in `lastmod`."""
    urls = "".join(
        f"<url><loc>{escape(view.address(piece))}</loc><lastmod>{piece.changed.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(view.style.name)}</news:name>"
        f"<news:language>{view.style.declared}</news:language></news:publication>"
        f"<news:publication_date>{piece.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(piece.title)}</news:title></news:news></url>\n"
        for piece in view.pieces
    )
    return (
        f'{_XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    )


def robots(view: View) -> str:
    """robots.txt."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in view.style.disallowed)]
    if view.style.way == "news sitemap":
        lines.append(f"Sitemap: {view.url}{view.style.way_path}")
    return "\n".join([*lines, ""])


def summary(piece: Piece) -> str:
    """The beginning of the first paragraph, as an editor cuts it."""
    text = next((line.text for line in piece.body if not line.subhead), "")
    return text if len(text) <= _SUMMARY else text[:_SUMMARY].rsplit(" ", 1)[0] + "…"
