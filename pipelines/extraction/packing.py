"""Reads a page and packs it for being kept, in the worker: neither is work for the crawl's own process."""

from dataclasses import replace

from lxml.etree import LxmlError

from archive.article import NOARCHIVE
from archive.lines import Recurring
from archive.pages import packed
from pipelines.extraction.article import read_page
from pipelines.extraction.decoding import decode
from pipelines.extraction.parsing import parse
from pipelines.extraction.reservations import reservations
from pipelines.extraction.sheet import Sheet
from pipelines.extraction.unusable import Unusable
from pipelines.page import Page
from pipelines.reading import Reading
from seeds.sources import Source

_NEVER = ("not HTML", "cut short", "empty page", "selector is not CSS")
"""How reasons begin for which no better code finds an article on a page."""


def read_and_pack(page: Page, source: Source, recurring: Recurring, *, keeps: bool) -> Reading:
    """As `read_page`; where *keeps*, the Reading has the packed body, and so has the Unusable of a page on which
    better code may find an article one day. Not where its publisher reserves that. Raises Unusable.
    """
    try:
        reading = read_page(page, source, recurring)
    except Unusable as error:
        if not keeps or error.name.startswith(_NEVER) or not _may_be_kept(page, source):
            raise
        raise Unusable(error.name, error.detail, packed(page.body)) from error
    if not keeps or NOARCHIVE in reading.article.reserved:
        return reading
    return replace(reading, packed=packed(page.body))


def _may_be_kept(page: Page, source: Source) -> bool:
    """Whether its publisher lets it be; of what cannot be read at all, nobody knows."""
    try:
        return NOARCHIVE not in reservations(page, Sheet(page, source, parse(decode(page))).declared)
    except (Unusable, LxmlError):
        return False
