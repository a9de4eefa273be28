"""A page becomes an Article: decoded and parsed once, each field found by the module that is named after it.

Runs in a worker process that is killed when it takes too long. It fetches nothing and keeps nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from archive.addresses import clean_url, url_key
from archive.article import Article
from pipelines.extraction.authors import find_authors, names_in
from pipelines.extraction.blocks import Block, blocks_of
from pipelines.extraction.body import find_body, without_furniture
from pipelines.extraction.consent import drop_consent
from pipelines.extraction.dateline import split_dateline
from pipelines.extraction.dates import find_modified, find_published, writes_month_first
from pipelines.extraction.declared import Declared
from pipelines.extraction.decoding import decode
from pipelines.extraction.instants import Clock, Instant, read_instant
from pipelines.extraction.labels import Labels
from pipelines.extraction.language import find_language
from pipelines.extraction.parsing import drop_unseen, parse
from pipelines.extraction.plain import clean_field, clean_line, clean_text
from pipelines.extraction.reservations import reservations
from pipelines.extraction.selecting import remove, select
from pipelines.extraction.stamps import Scene
from pipelines.extraction.title import Titles, find_title, fold, heading_element, publisher_names, site_names
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.walls import refuse_walls
from pipelines.extraction.witnesses import Finding, Witness
from pipelines.page import Page
from seeds.sources import Source

__all__ = ["Unusable", "explain_article", "extract_article"]

LONGEST_TEXT = 400_000
"""Characters of a story. The longest of 530 real pages has 110,000; what is longer is a list, or made to fill disks."""
_BYLINE_WITHIN = 12  # blocks behind the headline
_MOST_KEYWORDS = 30
_LONGEST_ADDRESS = 2_000
_SHORT = 500  # characters of a story beside which a JSON-LD body that is three times as long is the whole one

_SUMMARY = ("description", "og:description", "twitter:description", "dc.description")
_IMAGE = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_SECTION = ("article:section", "og:article:section")
_CATEGORY = ("section", "parsely-section", "category", "cxenseparse:recs:category")
_KEYWORDS = ("news_keywords", "article:tag", "og:article:tag", "keywords", "parsely-tags")
_LANGUAGE = ("og:locale", "content-language", "language", "dc.language", "dcterms.language")


def extract_article(page: Page, source: Source) -> Article:
    """The article on *page*. Raises Unusable, and nothing else, where there is none."""
    return explain_article(page, source)[0]


def explain_article(page: Page, source: Source) -> tuple[Article, dict[str, Finding[Any]]]:
    """The article, and for each field which witness was believed and what the others said. Raises Unusable."""
    tree = parse(decode(page))
    chosen = source.selectors
    remove(tree, chosen.remove)
    sheet = _Sheet(page, source, tree)
    titles = sheet.titles()
    heading = heading_element(sheet.declared, titles)
    authors = sheet.authors(heading)
    scene = sheet.scene(heading)
    published = sheet.published(scene)
    modified = find_modified(scene, published.value)
    text, dateline, body_from = sheet.text(titles, heading, authors.value)
    refuse_walls(tree, sheet.declared, text, titles.title.value, page.status, sites=sheet.sites, consent=sheet.consent)
    language = find_language(
        f"{titles.title.value or ''}\n{text}", sheet.declared_languages(), source.language or sheet.hint_language
    )
    at = published.value
    article = Article(
        url=clean_url(page.url),
        source=page.source,
        text=text,
        title=titles.title.value,
        headline=titles.headline,
        authors=authors.value,
        published=at.value if at else None,
        published_raw=at.raw if at else None,
        published_zone=at.zone if at else None,
        published_precision=at.precision if at else None,
        modified=modified.value.value if modified.value else None,
        language=language,
        dateline=dateline,
        section=sheet.section(),
        image=sheet.image(),
        keywords=sheet.keywords(),
        reserved=reservations(page, sheet.declared),
        canonical=sheet.canonical(),
        requested=page.requested if url_key(page.requested) != url_key(page.url) else None,
    )
    return article, {
        "title": titles.title,
        "authors": authors,
        "published": published,
        "modified": modified,
        "text": Finding(None, body_from),
        "language": Finding(
            language, "letters and words", tuple(Witness("declared", tag) for tag in sheet.declared_languages())
        ),
    }


@dataclass(frozen=True, slots=True)
class _Text:
    lines: tuple[str, ...]
    won: str


class _Sheet:
    """One page while it is read: what its fields have in common is gathered once."""

    def __init__(self, page: Page, source: Source, tree: HtmlElement) -> None:
        self.page, self.source, self.tree = page, source, tree
        self.declared = Declared(tree, page.url)
        drop_unseen(tree)
        self.labels = Labels(tree)
        self.consent = drop_consent(self.labels)
        self.blocks = blocks_of(tree)
        self.publishers = publisher_names(self.declared, source.name)
        self.sites = site_names(self.publishers, page.url)
        language = next(iter(self.declared_languages()), None) or source.language or None
        self.clock = Clock(
            fetched=page.fetched.astimezone(UTC),
            zone=source.timezone,
            language=language,
            month_first=writes_month_first(
                country=source.country, language=language, zone=source.timezone, url=page.url
            ),
        )

    @property
    def hint_language(self) -> str | None:
        return self.page.entry.language if self.page.entry else None

    def titles(self) -> Titles:
        """As its owner selects, as the page says, or as the feed said."""
        selected = self._selected(self.source.selectors.title)
        titles = find_title(self.declared, self.sites)
        if selected:
            said = (Witness("selector", selected), *titles.title.said)
            return Titles(Finding(selected, "selector", said), titles.headline)
        hint = clean_field(self.page.entry.title) if self.page.entry else ""
        if titles.title.value is None and hint:
            return Titles(Finding(hint, "feed", (Witness("feed", hint),)), None)
        return titles

    def authors(self, heading: HtmlElement | None) -> Finding[tuple[str, ...]]:
        selected = [element.text_content() for element in select(self.tree, self.source.selectors.authors)]
        if names := tuple(dict.fromkeys(name for text in selected for name in names_in(text))):
            return Finding(names, "selector", tuple(Witness("selector", clean_field(text)) for text in selected))
        found = find_authors(
            self.tree, self.declared, self.labels,
            sites=self.sites, publishers=self.publishers, head=self._behind(heading),
        )  # fmt: skip
        if not found.value and self.page.entry and self.page.entry.author:
            hint = clean_field(self.page.entry.author)
            names = tuple(name for name in names_in(hint) if fold(name) not in self.sites)
            return Finding(names, "feed" if names else "", (*found.said, Witness("feed", hint)))
        return found

    def scene(self, heading: HtmlElement | None) -> Scene:
        """What the dates of the page are read from."""
        return Scene(
            tree=self.tree,
            declared=self.declared,
            labels=self.labels,
            blocks=self.blocks,
            clock=self.clock,
            heading=heading,
            url=self.page.url,
            hint=self._hint_published(),
        )

    def published(self, scene: Scene) -> Finding[Instant | None]:
        """As its owner selects, as the page says, or as the feed said."""
        for element in select(self.tree, self.source.selectors.published):
            for text in (element.get("datetime"), element.get("content"), element.text_content()):
                if text and (instant := read_instant(text, self.clock)):
                    return Finding(instant, "selector", (Witness("selector", clean_field(text)),))
        return find_published(scene)

    def text(
        self, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...]
    ) -> tuple[str, str | None, str]:
        """The story, its dateline, and where it was found."""
        found = self._story(titles, heading, authors)
        lines = [line for line in map(clean_line, found.lines) if line]
        dateline, lines = split_dateline(lines, self._names_as_written())
        return "\n".join(_bounded(lines)), dateline, found.won

    def _story(self, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...]) -> _Text:
        if selected := select(self.tree, self.source.selectors.body):
            blocks = [block for element in selected for block in blocks_of(element)]
            return _Text(tuple(block.text for block in blocks), "selector")
        said = [*(value for _, value in self.declared.named(*_SUMMARY)), *self.declared.jsonld.texts("description")]
        summary = " ".join(said)
        story = find_body(self.tree, self.blocks, self.labels, heading=heading, summary=summary)
        known = frozenset(fold(title) for _, title in titles.title.said) | {fold(titles.title.value or "")}
        story = without_furniture(story, self.labels, titles=known - {""}, authors=frozenset(map(fold, authors)))
        lines = tuple(_without_stamps(story, self.clock))
        told = max(self.declared.jsonld.texts("articleBody", "text"), key=len, default="")
        length = sum(map(len, lines))
        if length < _SHORT and len(told) > max(3 * length, 100):
            return _Text(tuple(map(clean_text, told.splitlines())), "JSON-LD")
        if not length and any(self.declared.jsonld.values("headline")) and (lead := clean_field(summary)):
            return _Text((lead,), "description")
        return _Text(lines, "page")

    def declared_languages(self) -> list[str]:
        declared = self.declared
        tags = [
            declared.language,
            *declared.jsonld.texts("inLanguage"),
            *(value for _, value in declared.named(*_LANGUAGE)),
        ]
        return [clean_field(tag)[:40] for tag in tags if tag][:8]

    def section(self) -> str | None:
        """The part of the site that the page says it belongs to."""
        declared = self.declared
        said = [
            *(value for _, value in declared.named(*_SECTION)),
            *declared.jsonld.texts("articleSection"),
            *declared.items.get("articlesection", ()),
            *(value for _, value in declared.named(*_CATEGORY)),
        ]
        return next((section for section in map(clean_field, said) if section and "//" not in section), None)

    def image(self) -> str | None:
        """The address of the lead image."""
        declared = self.declared
        nodes = (value.get("url") for value in declared.jsonld.values("image") if isinstance(value, dict))
        named = (value for _, value in declared.named(*_IMAGE))
        said = [*named, *nodes, *declared.jsonld.texts("image", "thumbnailUrl")]
        return next((address for address in map(self._address, said) if address), None)

    def keywords(self) -> tuple[str, ...]:
        said = [*(value for _, value in self.declared.named(*_KEYWORDS)), *self.declared.jsonld.texts("keywords")]
        words = (clean_field(word) for text in said for word in text.replace("،", ",").replace(";", ",").split(","))
        unique = {word.casefold(): word for word in words if 1 < len(word) < 100}
        return tuple(unique.values())[:_MOST_KEYWORDS]

    def canonical(self) -> str | None:
        """What the page calls its own address: believed on its own host only, and never the front page."""
        said = [*self.declared.links.get("canonical", ()), *(value for _, value in self.declared.named("og:url"))]
        for address in map(self._address, said):
            if address and _host(address) == _host(self.page.url) and unquote(urlsplit(address).path).strip("/"):
                return clean_url(address)
        return None

    def _address(self, said: object) -> str | None:
        if not isinstance(said, str) or not said.strip():
            return None
        try:
            address = urljoin(self.page.url, clean_line(said).replace(" ", "%20"))
            parts = urlsplit(address)
        except ValueError:
            return None
        fits = parts.scheme in ("http", "https") and parts.hostname and len(address) <= _LONGEST_ADDRESS
        return address if fits else None

    def _behind(self, heading: HtmlElement | None) -> list[str]:
        """The texts that follow the headline."""
        place = next((place for place, block in enumerate(self.blocks) if block.element is heading), None)
        return [] if place is None else [block.text for block in self.blocks[place + 1 : place + _BYLINE_WITHIN]]

    def _selected(self, selector: str) -> str:
        return next(
            (text for element in select(self.tree, selector) if (text := clean_field(element.text_content()))), ""
        )

    def _hint_published(self) -> Instant | None:
        if not self.page.entry or not self.page.entry.published:
            return None
        return read_instant(self.page.entry.published.isoformat(), self.clock)

    def _names_as_written(self) -> set[str]:
        """The site's names as a dateline writes them."""
        names = [self.source.name, *(value for _, value in self.declared.named("og:site_name", "application-name"))]
        return {clean_field(name) for name in (*names, *self.declared.jsonld.texts("publisher"))}


def _without_stamps(story: list[Block], clock: Clock) -> Iterator[str]:
    """The lines of the story without those at its top that are only a date."""
    for place, block in enumerate(story):
        text = block.text
        if (
            place < 3
            and len(text) < 60
            and any(map(str.isdigit, text))
            and read_instant(text, clock)
            and _mostly_date(text)
        ):
            continue
        yield text


def _mostly_date(text: str) -> bool:
    """Whether hardly a word stands beside the date: months and weekdays are at most three."""
    return sum(word.isalpha() for word in text.replace(",", " ").split()) <= 4 and not text.endswith(".")


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    length, last = 0, ""
    for line in lines:
        length += len(line) + 1
        if length > LONGEST_TEXT:
            return
        if line != last:
            yield line
        last = line


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
