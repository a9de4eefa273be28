"""Explores a site that nobody has described yet: finds its feeds, sitemaps and sections, and how articles look.

It decides what to ask for next by what came before. How something is asked for is the spider's affair
(`crawler.spiders.scout`), what an answer shows is told by the pure parsers, in a worker process.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from archive.addresses import url_key
from crawler.discovery.article_pattern import ArticlePattern, infer_pattern
from crawler.discovery.candidates import (
    SITEMAP_PATHS,
    Candidate,
    Kind,
    distinct_addresses,
    feed_addresses,
    read_candidate,
    sitemap_addresses,
)
from crawler.discovery.entries import NoEntries
from crawler.discovery.front_page import (
    FrontPage,
    first_step,
    likely_articles,
    others,
    read_front_page,
    section_links,
)
from crawler.discovery.listings import Listing, read_listing
from crawler.fates import Loss
from crawler.scouting.exploration import (
    Exploration,
    Shown,
    distinct_ways,
    fits,
    language_of,
    seeming_articles,
    titled_articles,
)
from pipelines.extraction.language import find_language, primary
from pipelines.workers import WorkerFault
from seeds.sources import Source

_MOST_DECLARED = 10  # feeds that a page names; one with more has one for each section
_MOST_CHILDREN = 2  # sitemaps of an index that are looked into
_SECTIONS_WANTED = 8  # pages that are looked at where nothing else shows articles
_SECTIONS_BESIDE = 2  # and where feeds or sitemaps do
_LEAST_ARTICLES = 3  # that a section must show
_TITLES_READ = 60


class NoSite(Exception):
    """The page to begin with could not be had; the message says why."""


class Stopped(NoSite):
    """Somebody stopped the exploration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back from an address."""

    url: str  # after redirects
    body: bytes
    content_type: str


class Net(Protocol):
    """How an exploration reaches the site and the worker processes."""

    async def get(self, url: str) -> Answer | Loss:
        """What *url* answers, or why it does not."""

    async def read(self, function: Callable[..., Any], *args: Any) -> Any:
        """What *function* returns for *args*, in a worker. Raises NoEntries or WorkerFault."""


async def explore(url: str, net: Net, tell: Callable[[str], None]) -> Exploration:
    """What there is at *url*, a site's front page or section, or a feed. *tell* hears what is going on.

    Raises NoSite where *url* itself cannot be had.
    """
    explorer = _Explorer(net, tell)
    page, feed = await explorer.begin(url)
    found = Exploration(page=page.url, name=page.name, tried=explorer.tried)
    feeds = [feed] if feed else await explorer.feeds(page)
    sitemaps = await explorer.sitemaps(page)
    found.language = language_of(page, feeds)
    own = [one for one in feeds if fits(one.language, found.language)]
    found.foreign = [one for one in feeds if one not in own]
    told = [entry.url for feed in own for entry in feed.entries] or titled_articles(sitemaps, first_step(page))
    articles = told or seeming_articles(page, sitemaps)
    found.pattern = infer_pattern(articles, others(page))
    if found.pattern is None:
        return found
    sections = await explorer.sections(page, found.pattern, _SECTIONS_BESIDE if own or sitemaps else _SECTIONS_WANTED)
    if not told:  # the front page may show one section only
        pages = [await explorer.front_page(answer) for answer in sections.values()]
        more = (url for section in pages if section for url in likely_articles(section))
        found.pattern = infer_pattern([*articles, *more], others(page)) or found.pattern
    found.feeds, same_feeds = distinct_ways(own, found.pattern, found.tried)
    found.sitemaps, same_sitemaps = distinct_ways(sitemaps, found.pattern, found.tried)
    listings = await explorer.listings(sections, found.pattern)
    found.listings, same_listings = distinct_ways(listings, found.pattern, found.tried)
    found.same = same_feeds | same_sitemaps | same_listings
    return found


class _Explorer:
    def __init__(self, net: Net, tell: Callable[[str], None]) -> None:
        self._net, self._tell = net, tell
        self.tried: list[tuple[str, str]] = []

    async def begin(self, url: str) -> tuple[FrontPage, Shown | None]:
        """The page to begin with, and the feed where *url* is one: then the page is the front page of its articles."""
        answer = await self._get(url)
        if isinstance(answer, Loss):
            raise NoSite(answer.reason)
        try:
            feed = await self._candidate("feed", url, answer)
        except (NoEntries, WorkerFault):
            feed = None
        if feed:
            front = urljoin(feed.entries[0].url, "/")
            answer = await self._get(front)
            if isinstance(answer, Loss):
                self.tried.append((front, answer.reason))
                return FrontPage(url=front, name=None, language=None, feeds=(), links=()), feed
        page = await self.front_page(answer)
        if page is None:
            raise NoSite("it is neither a page nor a feed")
        return page, feed

    async def feeds(self, page: FrontPage) -> list[Shown]:
        """The feeds that *page* names; where none shows anything, the first at the usual places."""
        found = [feed for url in page.feeds[:_MOST_DECLARED] if (feed := await self._try("feed", url))]
        if not found:
            asked = {url_key(url) for url in page.feeds[:_MOST_DECLARED]}
            language = primary(page.language) if page.language else ""
            for url in feed_addresses(page.url, first_step(page), language):
                if url_key(url) not in asked and (feed := await self._try("feed", url)):
                    return [feed]
        return found

    async def sitemaps(self, page: FrontPage) -> list[Shown]:
        """The sitemaps that robots.txt names, or that stand at the usual places."""
        robots = await self._get(urljoin(page.url, "/robots.txt"))
        text = "" if isinstance(robots, Loss) else robots.body.decode("utf-8", "replace")
        found: list[Shown] = []
        for url in sitemap_addresses(page.url, text):
            if found and urlsplit(url).path.rpartition("/")[2] in SITEMAP_PATHS:
                continue  # the usual place of what was found already
            if sitemap := await self._try("sitemap", url):
                found.append(sitemap)
        return found

    async def sections(self, page: FrontPage, pattern: ArticlePattern, most: int) -> dict[str, Answer]:
        """The first *most* pages that may be sections, *page* itself among them, by their addresses."""
        found: dict[str, Answer] = {}
        for url in [url for url in distinct_addresses(section_links(page)) if not pattern.matches(url)][:most]:
            answer = await self._get(url)
            if isinstance(answer, Loss):
                self.tried.append((url, answer.reason))
            else:
                found[url] = answer
        return found

    async def front_page(self, answer: Answer) -> FrontPage | None:
        """What *answer* says, where it can be read as a page."""
        try:
            page: FrontPage = await self._net.read(read_front_page, answer.body, answer.url)
        except (NoEntries, WorkerFault):
            return None
        return page

    async def listings(self, sections: Mapping[str, Answer], pattern: ArticlePattern) -> list[Shown]:
        """Those of *sections* that show several articles."""
        source = Source(id="explored", name="explored", article=pattern.article, exclude=pattern.exclude)
        found = []
        for url, answer in sections.items():
            try:
                listing: Listing = await self._net.read(read_listing, answer.body, answer.url, source)
                if len(listing.entries) < _LEAST_ARTICLES:
                    raise NoEntries("hardly any article")
            except (NoEntries, WorkerFault) as error:
                self.tried.append((url, error.name))
            else:
                found.append(Shown(kind="listing", url=url, entries=listing.entries))
        return found

    async def _try(self, kind: Kind, url: str) -> Shown | None:
        """What is at *url*, where that is something of its *kind* which shows entries."""
        answer = await self._get(url)
        try:
            if isinstance(answer, Loss):
                raise NoEntries(answer.reason)
            return await self._candidate(kind, url, answer)
        except (NoEntries, WorkerFault) as error:
            self.tried.append((url, error.name))
            return None

    async def _candidate(self, kind: Kind, url: str, answer: Answer) -> Shown:
        """What *answer* shows, of an index what its first sitemaps show. Raises NoEntries or WorkerFault."""
        read: Candidate = await self._net.read(read_candidate, kind, answer.body, answer.url, answer.content_type)
        entries, offsets, sitemaps = list(read.entries), read.offsets, 0
        for child in read.children[:_MOST_CHILDREN]:
            below = await self._get(child)
            if isinstance(below, Answer):
                try:
                    one = await self._net.read(read_candidate, kind, below.body, below.url, below.content_type)
                except (NoEntries, WorkerFault):
                    continue
                entries, offsets, sitemaps = [*entries, *one.entries], offsets | one.offsets, sitemaps + 1
        if not entries:
            raise NoEntries("its sitemaps show nothing")
        titles = " . ".join(entry.title or "" for entry in entries[:_TITLES_READ])
        declared = Counter(entry.language for entry in entries if entry.language)
        language = find_language(titles, list(declared)) if titles.strip(" .") else None
        return Shown(
            kind=kind, url=url, entries=tuple(entries), offsets=offsets, language=language, sitemaps=len(read.children)
        )

    async def _get(self, url: str) -> Answer | Loss:
        self._tell(url)
        return await self._net.get(url)
