"""A page becomes an Article: decoded and parsed once, each field found by the module that is named after it.

Runs in a worker process that is killed when it takes too long. It fetches nothing and keeps nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from lxml.etree import LxmlError
from lxml.html import HtmlElement

from archive.addresses import clean_url, url_key
from archive.article import Article
from pipelines.extraction.authors import all_names, find_authors, names_in, signatures
from pipelines.extraction.blocks import Block, blocks_of
from pipelines.extraction.body import find_body, without_furniture
from pipelines.extraction.consent import drop_consent
from pipelines.extraction.dateline import split_dateline
from pipelines.extraction.dates import find_modified, find_published
from pipelines.extraction.declared import Declared
from pipelines.extraction.decoding import decode
from pipelines.extraction.explaining import explained
from pipelines.extraction.instants import Clock, Instant, read_instant
from pipelines.extraction.labels import Labels
from pipelines.extraction.language import find_language
from pipelines.extraction.parsing import drop_unseen, parse
from pipelines.extraction.particulars import (
    declared_languages,
    find_canonical,
    find_image,
    find_keywords,
    find_section,
    image_in,
    keywords_in,
    language_in,
)
from pipelines.extraction.plain import clean_field, clean_line, clean_text
from pipelines.extraction.reservations import reservations
from pipelines.extraction.selecting import Selected, first_text
from pipelines.extraction.stamp_lines import is_stamp
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
_LONGEST_STAMP = 90  # characters of a line that tells when, by whom and how often read
_SHORT_STAMP = 60
_SHORT = 500  # characters of a story beside which a JSON-LD body that is three times as long is the whole one

_SUMMARY = ("description", "og:description", "twitter:description", "dc.description")


def extract_article(page: Page, source: Source) -> Article:
    """The article on *page*. Raises Unusable, and nothing else, where there is none."""
    with _within_bounds():
        return _read(page, source)[0]


def explain_article(page: Page, source: Source) -> tuple[Article, dict[str, Finding[Any]]]:
    """The article, and for each field which witness was believed, how far, and what all others say. Raises Unusable."""
    with _within_bounds():
        article, findings, sheet, scene = _read(page, source)
    return article, explained(findings, sheet.all_authors(scene.heading), scene)


@contextmanager
def _within_bounds() -> Iterator[None]:
    """What libxml2 gives up on, a page of some hundred thousand elements, is no article."""
    try:
        yield
    except LxmlError as error:
        raise Unusable("too many elements", str(error)) from error


def _read(page: Page, source: Source) -> tuple[Article, dict[str, Finding[Any]], "_Sheet", Scene]:
    sheet = _Sheet(page, source, parse(decode(page)))
    titles = sheet.titles()
    heading = heading_element(sheet.declared, titles)
    authors = sheet.authors(heading)
    scene = sheet.scene(heading)
    published = sheet.published(scene)
    modified = sheet.modified(scene, published.value)
    text, dateline = sheet.text(titles, heading, authors.value)
    title = titles.title.value
    refuse_walls(sheet.tree, sheet.declared, text.value, title, page.status, sites=sheet.sites, consent=sheet.consent)
    findings: dict[str, Finding[Any]] = {
        "title": titles.title,
        "headline": titles.headline,
        "authors": authors,
        "published": published,
        "modified": modified,
        "language": sheet.language(f"{title or ''}\n{text.value}"),
        "dateline": dateline,
        "section": sheet.section(),
        "image": sheet.image(),
        "keywords": sheet.keywords(),
        "text": text,
    }
    at = published.value
    stamped = {"published", "modified"}
    article = Article(
        url=clean_url(page.url),
        source=page.source,
        published=at.value if at else None,
        published_raw=at.raw if at else None,
        published_zone=at.zone if at else None,
        published_precision=at.precision if at else None,
        modified=modified.value.value if modified.value else None,
        reserved=reservations(page, sheet.declared),
        canonical=find_canonical(sheet.declared, page.url),
        requested=page.requested if url_key(page.requested) != url_key(page.url) else None,
        **{field: finding.value for field, finding in findings.items() if field not in stamped},
    )
    return article, findings, sheet, scene


@dataclass(frozen=True, slots=True)
class _Text:
    lines: tuple[str, ...]
    won: str
    said: tuple[Witness, ...] = ()


class _Sheet:
    """One page while it is read: what its fields have in common is gathered once."""

    def __init__(self, page: Page, source: Source, tree: HtmlElement) -> None:
        self.page, self.source, self.tree = page, source, tree
        self.selected = Selected(tree, source.selectors)
        self.declared = Declared(tree, page.url)
        drop_unseen(tree)
        self.labels = Labels(tree, self.declared.others)
        self.consent = drop_consent(self.labels)
        self.blocks = blocks_of(tree)
        self.publishers = publisher_names(self.declared, source.name)
        self.sites = site_names(self.publishers, page.url)
        self.languages = declared_languages(self.declared)
        self.clock = Clock(
            fetched=page.fetched.astimezone(UTC),
            zone=source.timezone,
            language=next((tag for _, tag in self.languages), None) or source.language or None,
            month_first=(source.country or self._declared_country()) == "US",
        )

    def titles(self) -> Titles:
        """As its owner selects, as the page says, or as the feed said."""
        found = find_title(self.declared, self.sites)
        title, hint = found.title, clean_field(self.page.entry.title) if self.page.entry else ""
        if title.value is None and hint:
            title = Finding(hint, "feed", (*title.said, Witness("feed", hint)))
        return Titles(
            title=self.selected.override("title", first_text, title),
            headline=self.selected.override("headline", first_text, found.headline),
        )

    def authors(self, heading: HtmlElement | None) -> Finding[tuple[str, ...]]:
        """As its owner selects, as the page says, or as the feed said."""
        found = find_authors(self._signatures(heading), sites=self.sites, publishers=self.publishers)
        if not found.value and self.page.entry and self.page.entry.author:
            hint = clean_field(self.page.entry.author)
            names = tuple(name for name in names_in(hint) if fold(name) not in self.sites)
            found = Finding(names, "feed" if names else "", (*found.said, Witness("feed", hint)))
        return self.selected.override("authors", all_names, found)

    def all_authors(self, heading: HtmlElement | None) -> list[Witness]:
        """What every witness says of the authors, also those who were not asked since another knew."""
        return [Witness(where, clean_field(text)) for where, texts in self._signatures(heading) for text in texts]

    def _signatures(self, heading: HtmlElement | None) -> Iterator[tuple[str, list[str]]]:
        return signatures(self.tree, self.declared, self.labels, self._behind(heading))

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
        return self.selected.override("published", self._instant_in, find_published(scene))

    def modified(self, scene: Scene, published: Instant | None) -> Finding[Instant | None]:
        """When it was last changed, not before it was *published*."""
        return self.selected.override("modified", self._instant_in, find_modified(scene, published))

    def language(self, text: str) -> Finding[str | None]:
        """What *text* is written in."""
        prior = self.source.language or (self.page.entry.language if self.page.entry else None)
        language = find_language(text, [tag for _, tag in self.languages], prior)
        said = (*self.languages, *([Witness("source or feed", prior)] if prior else []))
        found = Finding(language, "letters and words" if language else "", said)
        return self.selected.override("language", language_in, found)

    def section(self) -> Finding[str | None]:
        return self.selected.override("section", first_text, find_section(self.declared))

    def image(self) -> Finding[str | None]:
        found = find_image(self.declared, self.page.url)
        return self.selected.override("image", lambda texts: image_in(texts, self.page.url), found)

    def keywords(self) -> Finding[tuple[str, ...]]:
        return self.selected.override("keywords", keywords_in, find_keywords(self.declared))

    def text(
        self, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...]
    ) -> tuple[Finding[str], Finding[str | None]]:
        """The story, and its dateline."""
        found = self._story(titles, heading, authors)
        lines = [line for line in map(clean_line, found.lines) if line]
        dateline, rest = split_dateline(lines, self._names_as_written())
        first = tuple(Witness("first lines", line) for line in lines if dateline and line.startswith(dateline))[:1]
        return (
            Finding("\n".join(_bounded(rest)), found.won, found.said),
            self.selected.override("dateline", first_text, Finding(dateline, "first lines" if dateline else "", first)),
        )

    def _story(self, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...]) -> _Text:
        blocks = [block for element in self.selected.elements("body") for block in blocks_of(element)]
        if blocks:
            return _Text(tuple(block.text for block in blocks), "selector")
        said = [
            *(value for _, value in self.declared.named(*_SUMMARY)),
            *self.declared.items.get("description", ()),
            *self.declared.jsonld.texts("description"),
        ]
        summary = " ".join(said)
        story = find_body(self.tree, self.blocks, self.labels, heading=heading, summary=summary)
        known = frozenset(fold(title) for _, title in titles.title.said) | {fold(titles.title.value or "")}
        story = without_furniture(story, self.labels, titles=known - {""}, authors=frozenset(map(fold, authors)))
        lines = tuple(_without_stamps(story, self.clock))
        told = max(self.declared.jsonld.texts("articleBody", "text"), key=len, default="")
        length = sum(map(len, lines))
        heard = (Witness("JSON-LD articleBody", told),) if told else ()
        if length < _SHORT and len(told) > max(3 * length, 100):
            return _Text(tuple(map(clean_text, told.splitlines())), "JSON-LD articleBody", heard)
        if not length and any(self.declared.jsonld.values("headline")) and (lead := clean_field(summary)):
            return _Text((lead,), "description", heard)
        return _Text(lines, "page", heard)

    def _behind(self, heading: HtmlElement | None) -> list[str]:
        """The texts that follow the headline."""
        place = next((place for place, block in enumerate(self.blocks) if block.element is heading), None)
        return [] if place is None else [block.text for block in self.blocks[place + 1 : place + _BYLINE_WITHIN]]

    def _instant_in(self, texts: list[str]) -> Instant | None:
        return next((instant for text in texts if (instant := read_instant(text, self.clock))), None)

    def _declared_country(self) -> str:
        """The country that the page's language declares: "US" of "en-US"."""
        return next((tag for _, tag in self.languages), "").replace("_", "-").partition("-")[2].upper()

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
        if not (place < 3 and any(map(str.isdigit, text)) and _is_only_date(text, clock)):
            yield text


def _is_only_date(text: str, clock: Clock) -> bool:
    if len(text) > _LONGEST_STAMP or not read_instant(text, clock):
        return False
    return is_stamp(text) or (len(text) < _SHORT_STAMP and _mostly_date(text))


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
