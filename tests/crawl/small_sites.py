"""Small sites on loopback as they are made by usual software, for whoever looks for their feeds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hostile_site import HostileSite, Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}
STORIES = (
    "wheat-harvest-ends-early-in-the-south", "new-bridge-over-the-zab-opened", "dam-reopens-after-repairs-in-spring",
    "market-of-erbil-gets-a-new-roof", "rain-comes-late-to-the-valley", "school-year-begins-a-week-later",
)  # fmt: skip


def headline(slug: str) -> str:
    """What the links to it say."""
    return f"The {slug.replace('-', ' ')}, as people of the town tell it"


def page(
    site: HostileSite, path: str, links: Sequence[tuple[str, str]], *, head: str = "", nav: Sequence[str] = ()
) -> None:
    """A page at *path* with *links* (address, text) below a navigation."""
    menu = "".join(f'<li><a href="{link}">{link.strip("/").rpartition("/")[2]}</a></li>' for link in nav)
    body = "".join(f'<article><h3><a href="{link}">{text}</a></h3></article>' for link, text in links)
    site.replies[path] = Reply(
        f'<!doctype html><html lang="en"><head><title>Zab Times</title>{head}</head>'
        f"<body><nav><ul>{menu}</ul></nav><main>{body}</main></body></html>".encode(),
        headers=HTML,
    )


def rss(
    site: HostileSite, path: str, links: Sequence[str], *, titles: Sequence[str] = (), zone: str = "+0000",
    newest: datetime | None = None,
) -> None:  # fmt: skip
    """An RSS feed at *path* that shows *links*, an hour apart."""
    begin = newest or datetime.now(UTC)
    names = titles or [f"Story {number} of the valley" for number in range(len(links))]
    items = "".join(
        f"<item><title>{names[number]}</title><link>{site.url}{link}</link>"
        f"<pubDate>{format_datetime(begin - timedelta(hours=number)).replace('+0000', zone)}</pubDate></item>"
        for number, link in enumerate(links)
    )
    site.replies[path] = Reply(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Zab</title>{items}</channel></rss>'.encode(),
        headers=XML,
    )


def sitemap(site: HostileSite, path: str, links: Sequence[str], *, index: bool = False) -> None:
    """A sitemap at *path*, or an index of sitemaps."""
    root, part = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    rows = "".join(f"<{part}><loc>{site.url}{link}</loc></{part}>" for link in links)
    xml = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'
    site.replies[path] = Reply(xml.encode(), headers=XML)


def robots(site: HostileSite, *lines: str) -> None:
    """A robots.txt of these *lines*."""
    site.replies["/robots.txt"] = Reply(
        "\n".join(["User-agent: *", *lines]).encode(), headers={"Content-Type": "text/plain"}
    )


def wordpress(site: HostileSite) -> None:
    """Slugs at the root; a feed for articles and one for comments, both declared; an index of sitemaps."""
    head = (
        '<meta property="og:site_name" content="Zab Times">'
        f'<link rel="alternate" type="application/rss+xml" title="Zab" href="{site.url}/feed/">'
        f'<link rel="alternate" type="application/rss+xml" title="Comments" href="{site.url}/comments/feed/">'
    )
    stories = [f"/{slug}/" for slug in STORIES]
    nav = ("/about-us/", "/contact/", "/sport/", "/category/iraq/", "/feed")
    page(site, "/", [(f"/{slug}/", headline(slug)) for slug in STORIES], head=head, nav=nav)
    for path in ("/feed/", "/feed"):
        rss(site, path, stories)
    rss(site, "/comments/feed/", [f"{story}#comment-1" for story in stories[:2]])
    sitemap(
        site,
        "/wp-sitemap.xml",
        ["/wp-sitemap-pages-1.xml", "/wp-sitemap-posts-1.xml", "/wp-sitemap-users-1.xml"],
        index=True,
    )
    sitemap(site, "/wp-sitemap-posts-1.xml", stories)
    sitemap(site, "/wp-sitemap-pages-1.xml", ["/about-us/", "/contact/"])
    robots(site, "Disallow: /wp-admin/", f"Sitemap: {site.url}/wp-sitemap.xml")
    for story in stories:
        site.article(story)
