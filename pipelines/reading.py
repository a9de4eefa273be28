"""What a page is when a worker has read it, and the way to there. Light: a crawl loads it, and nothing that reads.

What reads pages takes as long to load as Scrapy, and 20 MB; only workers need it.
"""

from dataclasses import dataclass

from archive.article import Article
from archive.lines import Lines, Recurring
from pipelines.page import Page
from seeds.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article as a worker hands it back, with what its source's memory of lines is fed by."""

    article: Article
    lines: Lines  # all of its story; none where the source's owner selects the body
    left_out: Lines
    page_hash: bytes  # SHA-256 of the page's body
    packed: bytes | None = None  # that body as it is kept; None: it is not to be
    is_cut: bool = False  # the end of its text is left out, since it is longer than a text may be


def read_in_worker(page: Page, source: Source, recurring: Recurring, keeps: bool = False) -> Reading:
    """As `pipelines.extraction.article.read_page`, in a process that may load it; *keeps*: with the page as it is kept,
    if it may be. Raises Unusable, likewise.
    """
    from pipelines.extraction.packing import read_and_pack  # noqa: PLC0415 -- the crawl's process imports this file

    return read_and_pack(page, source, recurring, keeps=keeps)
