"""The news sites to watch: what a `[[source]]` table says, and loading a folder of them."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from msgspec import Meta

from seeds.dated_addresses import on_date, what_is_wrong
from seeds.definitions import (
    BadValue,
    Definition,
    DefinitionError,
    Duration,
    Id,
    check_pattern,
    check_timezone,
    is_language_tag,
    load,
    seconds,
)
from seeds.keeping import check_keep_days
from seeds.selectors import Selectors, check_selectors

Count = Annotated[int, Meta(ge=1)]
Port = Annotated[int, Meta(ge=1, le=65535)]
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]")
_COUNTRY = re.compile(r"[A-Z]{2}")
USUAL_PORTS = {"http": 80, "https": 443}
"""Of each scheme that a source may have: what an address means that names no port."""
Way = Literal["feed", "sitemap", "listing", "json"]


class Budget(Definition, frozen=True, kw_only=True):
    """What one run may take from a source."""

    pages: Count = 500
    minutes: Annotated[float, Meta(gt=0)] = 10
    megabytes: Annotated[float, Meta(gt=0)] = 200


class JsonListing(Definition, frozen=True, kw_only=True):
    """A listing that answers JSON: JMESPath to the items, and within an item to its parts."""

    url: str
    items: str
    link: str
    title: str = ""
    date: str = ""


class Source(Definition, frozen=True, kw_only=True):
    """A site, or a part of one, that publishes in one language."""

    id: Id
    name: str
    enabled: bool = True
    language: str = ""
    country: str = ""
    timezone: str = "UTC"
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    json: tuple[JsonListing, ...] = ()
    archives: tuple[str, ...] = ()
    article: str = ""
    exclude: tuple[str, ...] = ()
    delay: Annotated[float, Meta(ge=0, le=3600)] = 1.0
    revisit: tuple[Duration, ...] = ("1h", "6h", "24h", "3d")
    budget: Budget = Budget()
    private: bool = False
    ports: tuple[Port, ...] = (80, 443)
    verify_tls: bool = True
    render: bool = False
    keep_days: int | None = None
    keep_pages: bool | None = None
    selectors: Selectors = Selectors()

    def __post_init__(self) -> None:
        check_timezone("timezone", self.timezone)
        if self.language and not is_language_tag(self.language):
            raise BadValue("language", self.language, 'is not a BCP 47 tag such as "en", "ar", "ckb" or "kmr"')
        if self.country and not _COUNTRY.fullmatch(self.country):
            raise BadValue("country", self.country, 'is not an ISO 3166 code such as "IQ"')
        for key, patterns in (("article", [self.article]), ("exclude", self.exclude)):
            for pattern in patterns:
                check_pattern(key, pattern)
        check_selectors(self.selectors)
        check_keep_days(self.keep_days)
        steps = [seconds(step) for step in self.revisit]
        if steps != sorted(steps):
            raise BadValue("revisit", list(self.revisit), "must grow from one step to the next")
        for key in ("feeds", "sitemaps", "listings"):
            for number, url in enumerate(getattr(self, key)):
                _check_url(f"{key}[{number}]", url, self.ports)
        for number, url in enumerate(self.archives):
            _check_dated(f"archives[{number}]", url, self.ports)
        for number, listing in enumerate(self.json):
            _check_url(f"json[{number}].url", listing.url, self.ports)
            _check_paths(f"json[{number}]", listing)

    @property
    def ways(self) -> list[tuple[Way, str]]:
        """Every (kind, URL) by which the site shows its articles, in the order in which they are asked."""
        return [
            *(("feed", url) for url in self.feeds),
            *(("sitemap", url) for url in self.sitemaps),
            *(("listing", url) for url in self.listings),
            *(("json", listing.url) for listing in self.json),
        ]

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that the definition itself names."""
        return frozenset(urlsplit(url).hostname or "" for url in (*(url for _, url in self.ways), *self.archives))

    @property
    def ages(self) -> tuple[timedelta, ...]:
        """The ages at which an article is looked at again, growing."""
        return tuple(timedelta(seconds=seconds(step)) for step in self.revisit)

    def is_article(self, url: str) -> bool:
        """Whether a link of this source leads to an article, as far as its address tells: encoded, or in letters."""
        forms = {url, unquote(url)}
        return any(re.search(self.article, form) for form in forms) and not any(
            re.search(pattern, form) for pattern in self.exclude for form in forms
        )


class SourceFile(Definition, frozen=True, kw_only=True):
    """A file of `[[source]]` tables."""

    source: tuple[Source, ...] = ()


def load_sources(folder: Path) -> dict[str, Source]:
    """Every source of the TOML files in *folder*, by id. Raises DefinitionError, also where two share an id."""
    sources: dict[str, Source] = {}
    files: dict[str, Path] = {}
    for path in sorted(folder.glob("*.toml")):
        for number, source in enumerate(load(path, SourceFile).source):
            if source.id in sources:
                reason = f"this id is taken by {files[source.id]}"
                raise DefinitionError(path, f"source[{number}].id", reason, value=source.id)
            sources[source.id], files[source.id] = source, path
    return sources


def _check_paths(key: str, listing: JsonListing) -> None:
    import jmespath  # noqa: PLC0415 -- few desks need it

    for name in ("items", "link", "title", "date"):
        path = getattr(listing, name)
        try:
            if path:
                jmespath.compile(path)  # type: ignore[no-untyped-call]
        except jmespath.exceptions.JMESPathError as error:
            reason = f"is not a JMESPath expression: {str(error).splitlines()[0]}"
            raise BadValue(f"{key}.{name}", path, reason) from error


def _check_dated(key: str, pattern: str, ports: tuple[int, ...]) -> None:
    if wrong := what_is_wrong(pattern):
        raise BadValue(key, pattern, wrong)
    parts = pattern.partition("://")[2].partition("/")[0]
    if "%" in parts:
        raise BadValue(key, pattern, "must have its date behind the host")
    _check_url(key, on_date(pattern, date(2026, 1, 31)), ports)


def _check_url(key: str, url: str, ports: tuple[int, ...]) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or USUAL_PORTS.get(parts.scheme)
    except ValueError as error:
        raise BadValue(key, url, f"is not a URL: {error}") from error
    if parts.scheme not in USUAL_PORTS or not parts.hostname:
        raise BadValue(key, url, "must be a URL that begins with http:// or https://")
    if _NOT_IN_URL.search(url):
        raise BadValue(key, url, "holds a space or a control character; in a URL they are percent-encoded")
    if parts.username is not None or parts.password is not None:
        raise BadValue(key, "(not shown)", "must not hold a user name or password")
    if port not in ports:
        raise BadValue(key, url, f"its port {port} is not among ports = {list(ports)}")
