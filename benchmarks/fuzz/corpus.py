"""What fuzzing begins with: our own pages, feeds, sitemaps, definitions and queries, a file each, made by code."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.newsroom.pieces import read_pieces
from crawler.newsroom.site import Site
from crawler.newsroom.styles import STYLES

_NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
_PAGES_OF_A_SITE = 2
_FEEDS = (
    '<rss version="2.0"><channel><item><title>Talks &amp; trade</title><link>/en/talks?utm_source=rss</link>'
    "<description>The &lt;b&gt;two&lt;/b&gt;</description><pubDate>Thu, 23 Jan 2025 21:04:00 +0300</pubDate>"
    "</item></channel></rss>",
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">خبر</title><link href="/ar/فصائل"/>'
    "<updated>2025-01-23T17:00:00Z</updated></entry></feed>",
    '<!DOCTYPE x [<!ENTITY a "b">]><rss version="0.91"><channel><item><link>/&a;</link></item></channel></rss>',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item>'
    "<link>/a</link></item></rdf:RDF>",
    json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "title": "t", "id": 1}]}),
)
_SITEMAPS = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-'
    'news/0.9"><url><loc>https://news.example/1</loc><lastmod>2025-01-23T17:00Z</lastmod><news:news><news:title>T'
    "</news:title><news:publication_date>2025-01-23</news:publication_date></news:news></url></urlset>",
    "<sitemapindex><sitemap><loc>/2025-01.xml</loc><lastmod>2025-01-31</lastmod></sitemap></sitemapindex>",
    "https://news.example/1\nhttps://news.example/2\n",
)
_LISTINGS = (
    '<html><base href="/en/"><h2><a href="story-1-about-convoys">Convoy leaves the base</a></h2>'
    '<time datetime="2025-01-23">23 Jan</time><a rel="next" href="?page=2">Next</a></html>',
)
_JSON = (
    json.dumps({"data": [{"url": "/a", "title": "خبر", "date": 1737651840}, {"url": 3, "published": "23/01/2025"}]}),
)
_TOML = (
    '[[source]]\nid = "wire-en"\nname = "Wire"\nfeeds = ["https://a.example/rss"]\nrevisit = ["1h", "1d"]\n'
    'article = "^https://a"\nbudget = { pages = 3 }\nports = [80]\n[source.selectors]\nbody = "div.story"\n'
    '[[source.json]]\nurl = "https://a.example/j"\nitems = "data[]"\nlink = "url"\n',
    '[[job]]\nid = "wire"\nsources = ["wire-*"]\ncron = "*/10 6-23 * * mon-fri"\ntimezone = "Asia/Baghdad"\n'
    'active = "06:00-23:00"\njitter = "30s"\n',
    '[[alert]]\nid = "desk"\ntopics = ["isis"]\nwhen = "digest"\ncron = "0 6 * * *"\nquiet = "23:00-06:00"\n'
    'to = ["env:X"]\ncooldown = "1h"\nmin_change = 0.5\n',
    'name = "Desk"\ntimezone = "Asia/Baghdad"\nkeep_days = 0\n[searches]\ntoday = "topic:isis since:24h"\n',
    '[lists.bases]\nen = ["base", "=US", "convoy*"]\nar = ["قاعدة"]\n[topic.bases]\nname = "Bases"\nthreshold = 1\n'
    'none = ["bases"]\n[[topic.bases.rule]]\nany = ["bases"]\nnear = ["bases", "bases"]\nwithin = 5\nat_least = 2\n',
)
_QUERIES = (
    'drone OR "the northern base" -football', "topic:isis since:24h site:a.example (كهرباء OR کارەبا)",
    'title:ferry author:"dana miran" NEAR(a b, 3) wor*', "lang:ku NOT until:2026-01-01 source:wire-*", '"""(((-: OR',
)  # fmt: skip
_ADDRESSES = (
    "https://User@News.Example:443/a/../b//%d9%81?utm_source=x&b=2&a=1#top", "http://xn--mgbh0fb.example./ar/فصائل?id=3",
    "//a.example/x", "javascript:alert(1)", "http://[::ffff:127.0.0.1]/", "https://a.example/%zz%E0%A4?;&=",
)  # fmt: skip
_ROBOTS = ("User-agent: *\nDisallow: /a*b$\nCrawl-delay: 3\nSitemap: /s.xml\n\nUser-agent: Khabar\nAllow: /\n",)


def write_corpus(folder: Path, target: str) -> None:
    """Writes what *target* begins with into *folder*."""
    for number, seed in enumerate(_SEEDS[target]()):
        (folder / f"own-{number:03}").write_bytes(seed)


def words_of(target: str) -> Iterator[str]:
    """What the fuzzer may put in as a whole."""
    if target == "page":
        yield from (
            "<article>", "<h1>", "<time datetime='", "application/ld+json", '"@type":"NewsArticle"', "datePublished",
            "og:title", "articleBody", "<p>", "<script", "<base href=", "&#x202e;", "rel='author'", "itemprop='",
        )  # fmt: skip
    if target == "way":
        yield from ("<item>", "<entry>", "<link>", "<![CDATA[", "<!ENTITY", "<loc>", "<pubDate>", "xml:base='", "&a;")
    if target == "toml":
        yield from ("[[source]]", "[[job]]", "[[alert]]", "[topic.a]", "[lists.a]", "feeds", "extend = true", "near =")
    if target == "query":
        yield from (" OR ", " NOT ", "NEAR(", "topic:", "since:", "title:", "author:", '"', "lang:", "saved:")
    if target == "address":
        yield from ("://", "%2e", "utm_", "xn--", "[::1]", "@", "?", "#", "%25")
    if target == "robots":
        yield from ("User-agent:", "Disallow:", "Allow:", "*", "$", "\r", "Khabar")


def _pages() -> Iterator[bytes]:
    for style in STYLES.values():
        site = Site(style, read_pieces(style, _NOW), lambda: _NOW)
        for piece in site.pieces()[:_PAGES_OF_A_SITE]:
            body = site.answer(site.address(piece).removeprefix(site.url)).body
            yield b"\0" + body


def _ways() -> Iterator[bytes]:
    for kind, seeds in enumerate((_FEEDS, _SITEMAPS, _LISTINGS, _JSON)):
        yield from (bytes([kind, 3]) + seed.encode() for seed in seeds)


_SEEDS = {
    "page": _pages,
    "way": _ways,
    "toml": lambda: (bytes([kind]) + seed.encode() for kind, seed in enumerate(_TOML)),
    "query": lambda: (seed.encode() for seed in _QUERIES),
    "address": lambda: (seed.encode() for seed in _ADDRESSES),
    "robots": lambda: (seed.encode() for seed in _ROBOTS),
}
