"""A page becomes an Article: decoded and parsed once, each field found by the module that is named after it.

Runs in a worker process that is killed when it takes too long. It fetches nothing and keeps nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from lxml.etree import LxmlError

from archive.addresses import clean_url, url_key
from archive.article import Article
from archive.lines import Recurring, hashes_of
from pipelines.extraction.decoding import decode
from pipelines.extraction.explaining import explained
from pipelines.extraction.parsing import parse
from pipelines.extraction.particulars import find_canonical
from pipelines.extraction.reservations import reservations
from pipelines.extraction.sheet import Sheet
from pipelines.extraction.stamps import Scene
from pipelines.extraction.story import Story, find_story
from pipelines.extraction.title import heading_element
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.walls import refuse_walls
from pipelines.extraction.witnesses import Finding
from pipelines.page import Page
from pipelines.reading import Reading
from seeds.sources import Source

__all__ = ["Unusable", "explain_article", "extract_article", "read_page"]

_NOTHING_RECURS = Recurring()


def extract_article(page: Page, source: Source, recurring: Recurring = _NOTHING_RECURS) -> Article:
    """The article on *page*, without the *recurring* lines of its source. Raises Unusable, and nothing else."""
    return _read(page, source, recurring).article


def explain_article(
    page: Page, source: Source, recurring: Recurring = _NOTHING_RECURS
) -> tuple[Article, dict[str, Finding[Any]]]:
    """The article, and for each field which witness was believed, how far, and what all others say. Raises Unusable."""
    found = _read(page, source, recurring)
    return found.article, explained(found.findings, found.sheet.all_authors(found.scene.heading), found.scene)


def read_page(page: Page, source: Source, recurring: Recurring) -> Reading:
    """As `extract_article`, with the lines of the story. Raises Unusable."""
    found = _read(page, source, recurring)
    left_out = hashes_of([line.line for line in found.story.left_out])
    is_cut = found.story.is_cut
    return Reading(
        article=found.article,
        lines=found.story.lines,
        left_out=left_out,
        is_cut=is_cut,
        page_hash=sha256(page.body).digest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    article: Article
    story: Story
    findings: dict[str, Finding[Any]]
    sheet: Sheet
    scene: Scene


@contextmanager
def _within_bounds() -> Iterator[None]:
    """What libxml2 gives up on, a page of some hundred thousand elements, is no article."""
    try:
        yield
    except LxmlError as error:
        raise Unusable("too many elements", str(error)) from error


@_within_bounds()
def _read(page: Page, source: Source, recurring: Recurring) -> _Found:
    sheet = Sheet(page, source, parse(decode(page)))
    titles = sheet.titles()
    heading = heading_element(sheet.declared, titles, sheet.blocks)
    if heading is not None:
        sheet.labels.trust_heading(heading)
    authors = sheet.authors(heading)
    scene = sheet.scene(heading)
    published = sheet.published(scene)
    modified = sheet.modified(scene, published.value)
    story = find_story(sheet, titles, heading, authors.value, recurring)
    authors = sheet.or_reporter(authors, story.dateline, heading)
    title = titles.title.value
    refuse_walls(sheet.tree, sheet.declared, story.whole, title, page.status, sites=sheet.sites, consent=sheet.consent)
    findings: dict[str, Finding[Any]] = {
        "title": titles.title,
        "headline": titles.headline,
        "authors": authors,
        "published": published,
        "modified": modified,
        "language": sheet.language(f"{title or ''}\n{story.text}"),
        "dateline": sheet.dateline(story.dateline),
        "section": sheet.section(),
        "image": sheet.image(),
        "keywords": sheet.keywords(),
        "text": story.finding(recurring),
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
        surmised=at.surmised if at else False,
        modified=modified.value.value if modified.value else None,
        reserved=reservations(page, sheet.declared),
        canonical=find_canonical(sheet.declared, page.url),
        requested=page.requested if url_key(page.requested) != url_key(page.url) else None,
        **{field: finding.value for field, finding in findings.items() if field not in stamped},
    )
    return _Found(article=article, story=story, findings=findings, sheet=sheet, scene=scene)
