"""Whose a page is, by its URL alone: that of a source of the desk, of its site, or nobody's. Pure.

A file names addresses, and nothing is asked for at any of them: a private one is a name like any other.
"""

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from archive.addresses import clean_url, site_of
from archive.ledger import key_of
from seeds.bounds import LONGEST_HOST, LONGEST_URL
from seeds.sources import Source

_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCHEMES = ("https:", "http:")
_MOST_SITES = 1_000  # whose made-up sources are kept


class Picked(NamedTuple):
    """A page's source, or why it has none."""

    source: Source | None
    reason: str = ""


class Picker:
    """Knows the *sources* that pages are picked for; and whether *any* page is, under its site, that none claims."""

    def __init__(self, sources: Iterable[Source], *, any_site: bool = False) -> None:
        self._any = any_site
        self._at: dict[str, list[Source]] = defaultdict(list)
        self._ways: set[str] = set()
        self._far: list[Source] = []
        self._sites: OrderedDict[str, Source] = OrderedDict()
        ordered = sorted(sources, key=lambda source: -len(source.article))
        for source in ordered:
            for site in {site_of(url) for _, url in source.ways}:
                self._at[site].append(source)
            self._ways |= {key_of(url) for _, url in source.ways}
            if "://" in source.article:  # a pattern without a host says nothing of whose page it is
                self._far.append(source)
        self._may_be_far = _any_of([source.article for source in self._far])

    def pick(self, url: str) -> Picked:
        """Whose the page at *url* is: of two sources that claim it, that with the longer pattern."""
        site = site_of(url)
        if reason := _unfit(url, site):
            return Picked(None, reason)
        near = self._at.get(site, [])
        if source := self._claimant(url, near):
            return Picked(source)
        if self._any:
            return Picked(self._of_site(site))
        return Picked(None, "no article's address" if near else "of no source")

    def _claimant(self, url: str, near: Sequence[Source]) -> Source | None:
        for source in near:
            if _is_article(source, url) and (source.article or not self._is_front(url)):
                return source
        if self._may_be_far is None or "%" in url or self._may_be_far.search(url):
            return next((one for one in self._far if one not in near and one.is_article(url)), None)
        return None

    def _is_front(self, url: str) -> bool:
        """Whether it is what a source's articles are found by, and none of them."""
        parts = urlsplit(url)
        return (parts.path in ("", "/") and not parts.query) or key_of(url) in self._ways

    def _of_site(self, site: str) -> Source:
        if site not in self._sites:
            self._sites[site] = Source(id=site, name=site, revisit=())
            if len(self._sites) > _MOST_SITES:
                self._sites.popitem(last=False)
        self._sites.move_to_end(site)
        return self._sites[site]


def _is_article(source: Source, url: str) -> bool:
    """Whether it is one as it stands or, of old captures and those of telephone pages, under the scheme and host that
    the source's pattern asks for: the address is one and the same to the archive.
    """
    if source.is_article(url):
        return True
    if not source.article or any(re.search(pattern, url) for pattern in source.exclude):
        return False
    path = url.split("/", 3)[3:]
    site = site_of(url)
    hosts = (site, f"www.{site}")
    return any(source.is_article("/".join([scheme, "", host, *path])) for scheme in _SCHEMES for host in hosts)


def _unfit(url: str, site: str) -> str | None:
    """Why no page at *url* is archived; None: nothing is wrong with it."""
    if not _WEB.match(url) or not 0 < len(site) <= LONGEST_HOST:
        return "no address of the web"
    if len(url) > LONGEST_URL:
        return "address too long"
    return "user name in the address" if "@" in url.split("/", 3)[2] else None


def page_url(uri: str) -> str:
    """The address that a record names, as a crawl would have it."""
    return clean_url(uri)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """What matches where one of *patterns* does; None where they cannot be one pattern."""
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) if patterns else r"(?!)")
    except re.error:  # two of them give one name to a group
        return None
