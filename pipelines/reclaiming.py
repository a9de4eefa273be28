"""Reads once more the kept pages on which no article was found: what better code finds is archived, late.

It goes the way of a captured page: it takes its place by the time when it was fetched, says nothing of how much its
source publishes, and is told of only while it is news.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from archive.article import Fate
from archive.database import explained, open_archive, transaction
from archive.errors import ArchiveError
from archive.lines import recurring_among
from archive.naming_pages import take_out
from archive.pages import adopt_page, note_reading, open_pages, pages_beside, read_kept
from archive.plain import plain
from archive.recurring import known_lines
from pipelines.errand import Errand
from pipelines.extract import Extract
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.version import code_of
from pipelines.identify import Identify
from pipelines.page import Page
from pipelines.reading import read_in_worker
from pipelines.reprocessing import as_page, each
from pipelines.stage import Dropped
from pipelines.store import Store
from pipelines.tag import Tag
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from pipelines.workers import WorkerFault
from seeds.sources import Source

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article on a page that was refused."""

    url: str
    source: str
    title: str | None
    refused: str


@dataclass(slots=True)
class Reclaimed:
    """What was done so far."""

    pages: int = 0
    found: int = 0
    troubles: list[str] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)


class Reclaiming:
    """Of one run; *dry*: nothing is written, and *run* is 0. `stop` ends it."""

    def __init__(
        self, workbench: Workbench, archive: Path, sources: Mapping[str, Source], run: int, *, dry: bool,
        tell: Callable[[Found], None] = lambda found: None,
    ) -> None:  # fmt: skip
        self._workbench, self._archive, self._run, self._dry, self._tell = workbench, archive, run, dry, tell
        self._errands = {
            name: Errand(source=msgspec.structs.replace(source, revisit=()), run=run, workbench=workbench, tells="news")
            for name, source in sources.items()
        }
        self._stopped = False
        self.done = Reclaimed()

    def stop(self) -> None:
        """Asks it to end."""
        self._stopped = True

    async def run(self, hashes: Sequence[bytes], watch: Callable[[], None] = lambda: None) -> None:
        """Re-reads the pages with these hashes, which belong to its sources. Raises ArchiveError."""
        path = pages_beside(self._archive)

        async def do(place: int) -> None:
            await self._reclaim(hashes[place])

        with closing(open_pages(path, read_only=self._dry)) as self._pages, explained(path):
            await each(range(len(hashes)), do, self._workbench.workers.count, watch, lambda: self._stopped)

    async def _reclaim(self, hashed: bytes) -> None:
        kept = read_kept(self._pages, hashed)
        if kept is None or kept.refused is None:
            return
        self.done.pages += 1
        errand = self._errands[kept.source]
        try:
            page = as_page(kept)
            title = await (self._look(page, errand) if self._dry else self._archived(page, errand))
        except (ArchiveError, WorkerFault) as error:
            logger.warning("%s", plain(f"{kept.url}: could not be read: {error}"))
            self.done.troubles.append(plain(f"{kept.url}: {error}"))
            return
        except (Dropped, Unusable) as error:
            logger.info("%s", plain(str(error)))
            self._change(lambda db: note_reading(db, hashed, None, code_of(errand.source)))
            return
        if title is not None:
            self._change(lambda db: adopt_page(db, hashed, code_of(errand.source)))
            self.done.found += 1
            self._tell(Found(url=kept.url, source=kept.source, title=title or None, refused=kept.refused))
        elif not self._dry:  # a person had it forgotten
            take_out(self._pages, [hashed])

    async def _look(self, page: Page, errand: Errand) -> str | None:
        with closing(open_archive(self._archive, read_only=True)) as db:
            recurring = recurring_among(known_lines(db, page.source, is_past=True))
        run = self._workbench.workers.run
        reading = await run(read_in_worker, page, errand.source, recurring, source=errand.account)
        return reading.article.title or ""

    async def _archived(self, page: Page, errand: Errand) -> str | None:
        """The title of the article on *page*, by the stages of a crawl; None where it is to stay away. Raises Dropped
        where there is none, WorkerFault, ArchiveError."""
        errand = replace(errand, captured=page.fetched, tally=self.done.tallies.setdefault(page.source, Tally()))
        try:
            arrival = await Extract(errand).process_item(page)
        except Dropped as dropped:
            if dropped.fate is Fate.FAILED:
                raise WorkerFault(dropped.reason) from dropped
            raise
        try:
            for stage in (Tag(errand), Identify(errand), Store(errand)):
                arrival = await stage.process_item(arrival)
        except Dropped:  # a person had it taken out
            return None
        return arrival.article.title or ""

    def _change(self, what: Callable[[sqlite3.Connection], None]) -> None:
        if not self._dry:
            with transaction(self._pages):
                what(self._pages)
