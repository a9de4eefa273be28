"""Reads kept pages with today's code, and makes the archive say what they say by it.

Pages are read by the workers of a crawl, several at a time; each article is written by itself, in the writer's batches,
so that a service beside it waits no longer than for an article that arrives. What is read is written down with its
page: whoever is stopped or killed, the next one goes on.
"""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from archive.article import NOARCHIVE
from archive.database import explained, open_archive, transaction
from archive.errors import ArchiveError
from archive.extractions import write_rereading
from archive.ledger import entry_from, key_of
from archive.likeness import signature
from archive.lines import FEWEST, Lines, Recurring, recurring_among, unpack
from archive.naming_pages import take_out
from archive.packed_page import PackedPage
from archive.pages import note_reading, open_pages, pages_beside, read_by, read_kept
from archive.plain import plain
from archive.recurring import known_lines
from archive.rereading import Changed, PageKey, Reread, Rereading, Standing, reread, versions_of
from archive.times import from_text
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.version import code_name, code_of
from pipelines.page import Page
from pipelines.reading import Reading, read_in_worker
from pipelines.workbench import Workbench
from pipelines.workers import WorkerFault
from seeds.sources import Source
from topics.fold import fold
from topics.matching import match

logger = logging.getLogger(__name__)

A_WORKER = 3
"""Articles under way for each processor: enough that none waits for the archive, few enough that memory is flat."""
_NOTED_AT_ONCE = 50  # readings, which cost one more look each at what is read already where they are lost

Came: TypeAlias = Literal[
    "changed", "same", "up to date", "no page", "of no source", "nothing", "failed", "new meanwhile", "gone"
]
"""What came of an article: its latest page gives `nothing` by today's code, or its worker did not survive it."""


@dataclass(slots=True)
class Reprocessed:
    """What was done so far."""

    articles: Counter[Came] = field(default_factory=Counter)
    pages: int = 0  # that were read
    fields: Counter[str] = field(default_factory=Counter)  # that changed, of latest versions
    versions: int = 0  # earlier ones that changed
    edits: int = 0  # that are none by today's code
    troubles: list[str] = field(default_factory=list)  # in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article that another reading changes."""

    article: int
    url: str
    source: str
    language: str | None
    changes: tuple[Changed, ...]
    edits_gone: int


class Reprocessing:
    """Of archived articles. *sources* are those of the desk; *again*: also what today's code has read already; *dry*:
    nothing is written. `stop` ends it: what is under way is finished.
    """

    def __init__(
        self, workbench: Workbench, archive: Path, sources: Mapping[str, Source], *, again: bool, dry: bool,
        tell: Callable[[Told], None] = lambda told: None,
    ) -> None:  # fmt: skip
        self._workbench, self._archive, self._sources = workbench, archive, sources
        self._again, self._dry, self._tell = again, dry, tell
        self._recurring: dict[tuple[str, bool], Recurring] = {}
        self._readings: list[tuple[bytes, int, str]] = []  # not written down yet
        self._stopped = False
        self.done = Reprocessed()

    def stop(self) -> None:
        """Asks it to end."""
        self._stopped = True

    async def run(self, articles: Sequence[int], watch: Callable[[], None] = lambda: None) -> None:
        """Re-reads *articles*; *watch* is called behind each. Raises ArchiveError."""
        with (
            closing(open_archive(self._archive, read_only=True)) as self._db,
            closing(open_pages(pages_beside(self._archive), read_only=self._dry)) as self._pages,
        ):
            try:
                with explained(pages_beside(self._archive)):
                    await each(articles, self._article, self._workbench.workers.count, watch, lambda: self._stopped)
            finally:
                self._note()

    async def _article(self, article: int) -> None:
        versions = versions_of(self._db, article)
        source = self._source_of(article) if versions else None
        if source is None:
            self.done.articles["of no source" if versions else "gone"] += 1
            return
        pages = self._kept(versions)
        if not pages:
            came: Came = "no page"
        elif not self._again and all(read_by(self._pages, page.hash, article) == code_of(source) for page in pages):
            came = "up to date"
        else:
            came = await self._reread(article, source, versions, pages)
        self.done.articles[came] += 1

    async def _reread(
        self, article: int, source: Source, versions: Sequence[Standing], pages: Sequence[PackedPage]
    ) -> Came:
        code = code_of(source)
        try:
            readings, unread = await self._read(article, versions, pages, source)
        except Unusable as error:
            self._trouble(article, f"its page gives no article by today's code ({error}); it stays as it is")
            self._is_read([page.hash for page in pages], article, code)
            return "nothing"
        except (WorkerFault, ArchiveError) as error:
            self._trouble(article, f"its page could not be read: {error}")
            return "failed"
        found = await self._write(article, readings)
        if found is None:
            return "new meanwhile"
        if NOARCHIVE in found.latest.article.reserved and not self._dry:  # today's code sees that it is reserved
            take_out(self._pages, [page.hash for page in pages])
        self._is_read([page.hash for page in pages if page.hash != unread], article, code)
        self._count(article, source, found)
        return "changed" if found.changes else "same"

    def _source_of(self, article: int) -> Source | None:
        """The definition by which its pages are read. A site of which somebody imported every page has none."""
        row = self._db.execute("SELECT source, site FROM article_head WHERE id = ?", (article,)).fetchone()
        source, site = row or (None, "")
        if source is None:
            return None
        return self._sources.get(source) or (Source(id=source, name=source) if source == site else None)

    def _kept(self, versions: Sequence[Standing]) -> list[PackedPage]:
        """The pages of the latest *versions*, as far back as they are kept without a gap; in the order of these."""
        found: list[PackedPage] = []
        for version in reversed(versions):
            page = read_kept(self._pages, version.page_hash) if version.page_hash else None
            if page is None or version.page_fetched is None:
                break
            found.append(replace(page, fetched=from_text(version.page_fetched)))
        return found[::-1]

    async def _read(
        self, article: int, versions: Sequence[Standing], pages: Sequence[PackedPage], source: Source
    ) -> tuple[dict[PageKey, Reread], bytes | None]:
        """The latest of *pages* as they are read today, down to one that gives nothing or cannot be read; and the hash
        of the latter. Raises Unusable, WorkerFault, ArchiveError where that is the very latest."""
        recurring = self._recurring_on(article, source)
        own, (url, _) = self._own_keys(article), self._about(article)
        found: dict[PageKey, Reread] = {}
        for version, page in zip(reversed(versions), reversed(pages), strict=False):
            if version.key in found:
                continue
            self.done.pages += 1
            try:
                reading = await self._workbench.workers.run(
                    read_in_worker, _at_its_own(as_page(page), own, url), source, recurring, source=source.id
                )
            except (Unusable, WorkerFault, ArchiveError) as error:
                if not found:
                    raise
                if isinstance(error, Unusable):
                    break
                self._trouble(article, f"the page of an earlier version could not be read: {error}")
                return found, page.hash
            found[version.key] = self._tagged(reading, version)
        return found, None

    def _recurring_on(self, article: int, source: Source) -> Recurring:
        """What recurs on the articles of *source* by now; and what was left out of this one when it did, since an old
        template tells nothing of today's, nor today's of it.
        """
        row = self._db.execute(
            "SELECT left_out, EXISTS (SELECT 1 FROM past_articles WHERE article = id) FROM article_text WHERE id = ?",
            (article,),
        ).fetchone()
        left_out, is_past = row or (None, False)
        key = source.id, bool(is_past)
        if key not in self._recurring:
            self._recurring[key] = recurring_among(known_lines(self._db, source.id, is_past=key[1]))
        return _with(self._recurring[key], unpack(left_out))

    def _own_keys(self, article: int) -> set[str]:
        return {key for (key,) in self._db.execute("SELECT key FROM addresses WHERE article = ?", (article,))}

    def _about(self, article: int) -> tuple[str, str | None]:
        """Address and language of *article*; nothing where somebody has taken it out meanwhile."""
        row = self._db.execute("SELECT url, language FROM article_head WHERE id = ?", (article,)).fetchone()
        return (row["url"], row["language"]) if row else ("", None)

    def _tagged(self, reading: Reading, version: Standing) -> Reread:
        """Of an earlier version nobody asks for topics."""
        article, packs = reading.article, self._workbench.packs
        title = article.title or version.title
        is_latest = version.revision is None
        return Reread(
            article=article, left_out=reading.left_out,
            tags=match(packs, title=title, text=article.text, language=article.language) if is_latest else (),
            signature=signature(fold(article.text), fold(title or "")) if is_latest else b"",
        )  # fmt: skip

    async def _write(self, article: int, readings: Mapping[PageKey, Reread]) -> Rereading | None:
        found = reread(self._db, article, readings)
        if self._dry or found is None or not (found.changes or found.edits):
            return found
        workbench = self._workbench

        def write(db: sqlite3.Connection) -> Rereading | None:
            found = reread(db, article, readings)
            if found is not None and (found.changes or found.edits):
                at, packs = workbench.clock(), workbench.packs.version
                write_rereading(db, found, at=at, code=code_name(), pack_version=packs)
            return found

        return await workbench.archive(write)

    def _count(self, article: int, source: Source, found: Rereading) -> None:
        if not found.changes:
            return
        gone = sum(not changed for _, changed, _ in found.edits)
        self.done.edits += gone
        for change in found.changes:
            if change.revision is None:
                self.done.fields.update(change.names)
            else:
                self.done.versions += 1
        url, language = self._about(article)
        self._tell(
            Told(article=article, url=url, source=source.id, language=language, changes=found.changes, edits_gone=gone)
        )

    def _trouble(self, article: int, what: str) -> None:
        told = plain(f"article {article}, {self._about(article)[0]}: {what}")
        logger.warning("%s", told)
        self.done.troubles.append(told)

    def _is_read(self, hashes: Sequence[bytes], article: int, code: str) -> None:
        """Nothing of it need be read again by *code*. It is written down now and then, and at the end."""
        self._readings += [(hashed, article, code) for hashed in hashes]
        if len(self._readings) >= _NOTED_AT_ONCE:
            self._note()

    def _note(self) -> None:
        if self._readings and not self._dry:
            with explained(pages_beside(self._archive)), transaction(self._pages):
                for hashed, article, code in self._readings:
                    note_reading(self._pages, hashed, article, code)
        self._readings.clear()


async def each(
    works: Sequence[int], do: Callable[[int], Awaitable[None]], processors: int, watch: Callable[[], None],
    is_ending: Callable[[], bool],
) -> None:  # fmt: skip
    """Does *works*, some at a time, until all are done, one raises, or it *is_ending*; calls *watch* behind each."""
    under_way: set[asyncio.Future[None]] = set()
    try:
        for work in works:
            if is_ending():
                break
            under_way.add(asyncio.ensure_future(do(work)))
            if len(under_way) >= A_WORKER * processors:
                under_way = await _some(under_way, watch)
        while under_way:
            under_way = await _some(under_way, watch)
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _some(under_way: "set[asyncio.Future[None]]", watch: Callable[[], None]) -> "set[asyncio.Future[None]]":
    done, left = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
        watch()
    return left


def as_page(kept: PackedPage) -> Page:
    """A kept page as it came. Raises ArchiveError where it is damaged."""
    return Page(
        url=kept.url, requested=kept.requested, source=kept.source, status=kept.status, headers=kept.headers,
        body=kept.body, fetched=kept.fetched, entry=entry_from(kept.requested, kept.hints) if kept.hints else None,
        drawn=kept.rendered,
    )  # fmt: skip


def _at_its_own(page: Page, own: Collection[str], url: str) -> Page:
    """*page* at an address of its article, whose keys are *own*: of bytes that two addresses share, one is kept."""
    return page if key_of(page.url) in own or not url else replace(page, url=url, requested=url)


def _with(known: Recurring, left_out: Lines) -> Recurring:
    """*known*, and beside it lines that recurred once, past doubt."""
    if not left_out:
        return known
    articles = max(known.articles, FEWEST)
    return Recurring(articles, {**known.lines, **dict.fromkeys(left_out, articles)})
