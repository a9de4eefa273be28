"""One page while it is read: what its fields have in common is gathered once, and each is asked for by name."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from lxml.html import HtmlElement

from pipelines.extraction.authors import find_authors, signatures, unmarked_signatures
from pipelines.extraction.blocks import Block, blocks_of
from pipelines.extraction.consent import drop_consent
from pipelines.extraction.dateline import reporter_in
from pipelines.extraction.dates import find_modified, find_published, writes_month_first
from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import Clock, Instant, read_instant
from pipelines.extraction.labels import Labels
from pipelines.extraction.language import find_language
from pipelines.extraction.names import all_names, is_doctor, is_person, names_in, with_job
from pipelines.extraction.parsing import drop_unseen
from pipelines.extraction.particulars import (
    declared_languages,
    find_image,
    find_keywords,
    find_section,
    image_in,
    keywords_in,
    language_in,
)
from pipelines.extraction.plain import clean_field, fold
from pipelines.extraction.selecting import Selected, first_text
from pipelines.extraction.stamp_lines import is_stamp
from pipelines.extraction.stamps import Scene
from pipelines.extraction.title import Titles, find_title, publisher_names, site_names, title_among
from pipelines.extraction.witnesses import Finding, Witness
from pipelines.page import Page
from seeds.sources import Source

_TITLED_WITHIN = 2  # blocks above the headline
_SMALL_BOX = 160  # characters of a list of a name, a date and a count
_LONGEST_FILED = 60  # characters of a line of a name and a place
_BYLINE_WITHIN = 11  # blocks behind the headline


class Sheet:
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
        language = next((tag for _, tag in self.languages), None) or source.language or None
        self.clock = Clock(
            fetched=page.fetched.astimezone(UTC),
            zone=source.timezone,
            language=language,
            month_first=writes_month_first(
                country=source.country, language=language, zone=source.timezone, url=page.url
            ),
        )

    def titles(self) -> Titles:
        """As its owner selects, as the page says, or as the feed said."""
        found = find_title(self.declared, self.sites)
        title, hint = found.title, clean_field(self.page.entry.title) if self.page.entry else ""
        if title.value is None and hint:
            title = Finding(hint, "feed", (*title.said, Witness("feed", hint)))
        if title.value is None and self.declared.title:  # it says only what the site is called
            title = title_among(self.tree, self.blocks)
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

    def or_reporter(
        self, authors: Finding[tuple[str, ...]], dateline: str | None, heading: HtmlElement | None
    ) -> Finding[tuple[str, ...]]:
        """*authors*, or where nobody signs, who is named with a place, in the *dateline* or by the headline, or by the
        date."""
        if authors.value:
            return authors
        behind, names = self._behind(heading), self.names_as_written()
        lines = [text for text in self._head(behind) if len(text) < _LONGEST_FILED and not text.isascii()]
        for line in (dateline or "", *lines):
            if (name := reporter_in(line, names)) and fold(name) not in self.sites:
                return Finding((name,), "name and place", (*authors.said, Witness("name and place", line)))
        for name in self._by_the_date(behind[:_BYLINE_WITHIN]):
            return Finding((name,), "name by the date", (*authors.said, Witness("name by the date", name)))
        return authors

    def _by_the_date(self, head: Sequence[Block]) -> Iterator[str]:
        """The names of persons that stand in one line, or one small box, with a date and nothing to mark them."""
        for block in head:
            texts = block.pieces or [block.text]
            persons = [text for text in texts if is_person(text)]
            if persons and not block.pieces:
                box = block.element.getparent()
                alone = box is not None and len(box.text_content()) < _SMALL_BOX
                texts = [other.text for other in head if alone and other.element.getparent() is box]
            if persons and any(is_stamp(text) and read_instant(text, self.clock) for text in texts):
                yield from persons

    def names_as_written(self) -> set[str]:
        """The site's names as a dateline writes them."""
        names = [self.source.name, *(value for _, value in self.declared.named("og:site_name", "application-name"))]
        return {clean_field(name) for name in (*names, *self.declared.jsonld.texts("publisher"))}

    def all_authors(self, heading: HtmlElement | None) -> list[Witness]:
        """What every witness says of the authors, also those who were not asked since another knew."""
        return [Witness(where, clean_field(text)) for where, texts in self._signatures(heading) for text in texts]

    def _signatures(self, heading: HtmlElement | None) -> Iterator[tuple[str, list[str]]]:
        yield from signatures(self.tree, self.declared, self.labels)
        behind = self._behind(heading)
        head = self._head(behind)
        yield from unmarked_signatures(self.tree, self.labels, head, behind or self.blocks)
        above = len(self.blocks) - len(behind) - 1
        beside = [block.text for block in self.blocks[max(0, above - _TITLED_WITHIN) : above]] if behind else []
        yield "beside the headline", [text for text in (*beside, *head) if is_doctor(text)][:1]
        yield "name and job", [name for text in head if (name := with_job(text))][:1]

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

    def _behind(self, heading: HtmlElement | None) -> list[Block]:
        """The blocks that follow the headline."""
        place = next((place for place, block in enumerate(self.blocks) if block.element is heading), None)
        return [] if place is None else self.blocks[place + 1 :]

    def _head(self, behind: Sequence[Block]) -> list[str]:
        """The first texts of what stands *behind* the headline, and what stands side by side in one of them."""
        return [text for block in behind[:_BYLINE_WITHIN] for text in (block.text, *block.pieces)]

    def _instant_in(self, texts: list[str]) -> Instant | None:
        return next((instant for text in texts if (instant := read_instant(text, self.clock))), None)

    def _hint_published(self) -> Instant | None:
        if not self.page.entry or not self.page.entry.published:
            return None
        return read_instant(self.page.entry.published.isoformat(), self.clock)

    def dateline(self, line: str | None) -> Finding[str | None]:
        """As its owner selects, or as the story's first lines have it: *line*."""
        heard = (Witness("first lines", line),) if line else ()
        return self.selected.override("dateline", first_text, Finding(line, "first lines" if line else "", heard))
