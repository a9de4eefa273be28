"""What an exploration of a site has found, and what of it to believe. Pure: `exploring` beside it does the asking."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from archive.addresses import url_key
from archive.article import Entry, newest_date
from crawler.discovery.article_pattern import ArticlePattern, looks_like_list
from crawler.discovery.candidates import adding_most
from crawler.discovery.front_page import FrontPage, likely_articles, others
from pipelines.extraction.language import find_language, primary
from seeds.sources import Way

_ENOUGH = 3
"""Addresses from which a pattern is inferred; fewer may be accidents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A way that shows articles."""

    kind: Way
    url: str
    entries: tuple[Entry, ...]
    offsets: frozenset[str] = frozenset()
    language: str | None = None
    sitemaps: int = 0  # of an index

    @property
    def newest(self) -> datetime | None:
        """The date of its newest entry."""
        return newest_date(self.entries)

    @property
    def keys(self) -> frozenset[str]:
        """The pages that it shows."""
        return frozenset(url_key(entry.url) for entry in self.entries)


@dataclass(slots=True, kw_only=True)
class Exploration:
    """What was found so far."""

    page: str
    name: str | None = None
    language: str | None = None
    pattern: ArticlePattern | None = None
    feeds: list[Shown] = field(default_factory=list)
    sitemaps: list[Shown] = field(default_factory=list)
    listings: list[Shown] = field(default_factory=list)
    foreign: list[Shown] = field(default_factory=list)  # feeds in other languages
    same: dict[str, str] = field(default_factory=dict)  # what shows nothing of its own → what shows the same
    tried: list[tuple[str, str]] = field(default_factory=list)  # in vain: address and reason

    @property
    def ways(self) -> list[Shown]:
        """All that shows articles."""
        return [*self.feeds, *self.sitemaps, *self.listings]


def language_of(page: FrontPage, feeds: Sequence[Shown]) -> str | None:
    """What the site is written in, as far as its own letters tell, and what it declares where they leave it open."""
    text = " . ".join(link.text for link in page.links if link.is_headline)
    found = find_language(text, [page.language] if page.language else []) if text else None
    told = Counter(feed.language for feed in feeds if feed.language)
    if found and (not told or any(fits(language, found) for language in told)):
        return found
    return told.most_common(1)[0][0] if told else page.language


def fits(language: str | None, wanted: str | None) -> bool:
    """Whether a way in *language* is one of a site in the *wanted* one; what is not known does."""
    return language is None or wanted is None or primary(language) == primary(wanted)


def titled_articles(sitemaps: Sequence[Shown], edition: str) -> list[str]:
    """What sitemaps for news show of this *edition* of the site, or all where they do not tell editions apart."""
    urls = [entry.url for sitemap in sitemaps for entry in sitemap.entries if entry.title]
    own = [url for url in urls if edition and urlsplit(url).path.startswith(f"/{edition}/")]
    return own if len(own) >= _ENOUGH else urls


def seeming_articles(page: FrontPage, sitemaps: Sequence[Shown]) -> list[str]:
    """Addresses that seem to be articles, where no feed tells: *sitemaps* without titles show all kinds of pages."""
    headlines = likely_articles(page)
    mapped = [entry.url for way in sitemaps for entry in way.entries]
    both = {url_key(url) for url in headlines} & {url_key(url) for url in mapped}
    if len(both) >= _ENOUGH:
        return [url for url in headlines if url_key(url) in both]
    if len(headlines) >= _ENOUGH:
        return headlines
    pages = {url_key(url) for url in (page.url, *others(page))}
    return [url for url in mapped if url_key(url) not in pages and not looks_like_list(url)]


def distinct_ways(
    ways: Iterable[Shown], pattern: ArticlePattern, tried: list[tuple[str, str]]
) -> tuple[list[Shown], dict[str, str]]:
    """Those of *ways* that show articles that no other shows, and what the others are like; *tried* hears the rest."""
    fitting: dict[str, Shown] = {}
    for way in ways:
        if any(pattern.matches(entry.url) for entry in way.entries):
            fitting[way.url] = way
        else:
            tried.append((way.url, "shows no such articles"))
    kept, same = adding_most([(url, way.keys) for url, way in fitting.items()])
    return [fitting[url] for url in kept], same
