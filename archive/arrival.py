"""An article on its way into the archive, and what became of it. Data only."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.article import Article, Fate
from archive.lines import NO_LINES, Lines
from archive.packed_page import PackedPage
from archive.validators import Validators
from topics.evidence import Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An article with what the stages found out about it, ready to be saved."""

    article: Article
    tags: tuple[Tag, ...] = ()
    pack_version: str | None = None  # of the packs that it was tagged with, also where no topic holds
    signature: bytes | None = None  # of its text; None: it is not compared with others
    seen: datetime  # when its page was fetched; aware
    page: PackedPage | None = None  # as it is kept; None: it is not
    page_hash: bytes | None = None  # SHA-256 of that page as it was read: decompressed, not decoded
    code: str = ""  # which code read it, in words
    run: int | None = None
    status: int | None = None  # of the HTTP response
    validators: Validators = (None, None)  # of the HTTP response
    revisit: tuple[timedelta, ...] = ()  # the ages at which the article is looked at again
    lines: Lines = NO_LINES  # of the story as its page has it
    left_out: Lines = NO_LINES  # those of them that its text lacks, since they stand on many articles of the source
    remark: str | None = None  # what is to be told of it beside its fate, as a reason: "text cut"
    is_past: bool = False  # a backfill or a capture brings it: it tells nothing of how the source does by now
    is_capture: bool = (
        False  # others captured it, whenever: it takes its place by `seen`, and nothing is asked for by it
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of an arrival."""

    fate: Fate
    article: int  # the id of the article that holds it now
    story: int
    revision: int | None = None  # the edit that it was noticed as
    before: tuple[tuple[str, float], ...] = ()  # the topics with their scores until that edit
