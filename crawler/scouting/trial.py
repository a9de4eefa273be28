"""Tries sources without keeping anything: a crawl like any other, of a few pages, into an archive that is thrown away.

So what it tells is what a crawl will meet: the same spider, guard, manners, workers and pipelines.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from archive.addresses import url_key
from archive.article import Entry, newest_date
from archive.database import open_archive
from archive.trial import TriedPage, tried_pages
from archive.ways import Way as KnownWay
from archive.ways import ways as known_ways
from crawler.desk import Desk
from crawler.discovery.entries import NoEntries
from crawler.discovery.reading import Reading, read_way
from crawler.launch import PATIENCE, Crawling, Traffic, on_reactor
from crawler.scouting.comparing import Compared, Comparing
from crawler.scouting.throwaway import throwaway_workbench
from crawler.signs import Signs
from pipelines.tally import Tally
from pipelines.workers import WorkerFault, Workers
from seeds.bounds import PAGE_SECONDS
from seeds.sources import Budget, Source, Way

T = TypeVar("T")

BUDGET = Budget(pages=3, minutes=2, megabytes=30)
"""Of one source: three articles tell whether a site can be read; one may be a video or a gallery."""
_STRANGERS = 3
_ANY_LINK = {"article": "", "exclude": ()}


@dataclass(frozen=True, slots=True, kw_only=True)
class WayReport:
    """What one feed, sitemap or listing showed."""

    kind: Way
    url: str
    answered: bool  # if only with an empty feed, or a page in place of one
    cause: str | None  # why it shows no article, where it does not
    entries: int
    articles: int  # of the entries, those that `article` and `exclude` let through
    newest: datetime | None
    seconds: float | None
    strangers: tuple[str, ...]  # some that they do not


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What a source showed, and what became of its first pages."""

    source: Source
    ways: tuple[WayReport, ...]
    samples: tuple[TriedPage, ...]
    compared: tuple[Compared, ...] = ()  # where it was to be rendered: the pages that were read both ways


class _Onlooker(Workers):
    """Workers that remember what the ways showed, and look no further than at one more page of a listing or index."""

    def __init__(self) -> None:
        super().__init__(preload=["pipelines.extraction.article"])
        self.shown: dict[tuple[str, str], list[Entry]] = {}
        self._index_of: dict[tuple[str, str], str] = {}

    async def run(
        self, function: Callable[..., T], *args: Any, timeout: float = PAGE_SECONDS, source: str | None = None  # noqa: ASYNC109 -- as its parent's
    ) -> T:  # fmt: skip
        if function is not cast(Any, read_way):
            return await super().run(function, *args, timeout=timeout, source=source)
        return await self._look(function, args, timeout)

    async def _look(self, function: Callable[..., T], args: tuple[Any, ...], timeout: float) -> T:  # noqa: ASYNC109
        kind, asked, *rest, source = args
        way = (source.id, self._index_of.get((source.id, asked), asked))
        shown = self.shown.setdefault(way, [])
        try:
            reading = cast(Reading, await super().run(function, *args, timeout=timeout, source=source.id))
        except NoEntries:
            if kind == "listing":  # it shows links, but none that the pattern lets through
                shown += await self._any_links(asked, rest, source, timeout)
            raise
        shown += reading.entries
        further = reading.further[:1] if kind == "sitemap" else ()
        self._index_of.update({(source.id, link.url): way[1] for link in further})
        return cast(T, replace(reading, further=further))

    async def _any_links(self, asked: str, rest: list[Any], source: Source, timeout: float) -> Sequence[Entry]:  # noqa: ASYNC109
        try:
            loose = msgspec.structs.replace(source, **_ANY_LINK)
            way = ("listing", asked, *rest, loose)
            return (await super().run(read_way, *way, timeout=timeout, source=source.id)).entries
        except (NoEntries, WorkerFault):
            return ()


def try_sources(
    desk: Desk, sources: Sequence[Source], started: Callable[[dict[str, Tally]], None] = lambda tallies: None, *,
    render: bool = False,
) -> list[SourceReport]:  # fmt: skip
    """What each of *sources* shows and what a few of its articles yield, plain and rendered where *render* is set.

    Nothing is kept.

    It uses up the process's reactor: a process can call it once. Raises DefinitionError or ArchiveError.
    """
    signs = Signs(patience=PATIENCE)
    onlooker = _Onlooker()
    comparing = Comparing()
    tried = [
        msgspec.structs.replace(source, budget=BUDGET, revisit=(), render=render or source.render) for source in sources
    ]
    with throwaway_workbench(desk, lambda: onlooker) as (workbench, archive):

        async def main() -> None:
            traffic = Traffic()
            if render:
                traffic.browser.rendering = comparing.of
            crawling = Crawling(desk, workbench, traffic)
            signs.listen(end=crawling.stop)
            try:
                await crawling.run(tried, started=started)
            finally:
                await traffic.browser.close()

        on_reactor(main)
        reports = _reports(archive, sources, onlooker.shown)
    return [
        replace(report, compared=tuple(page for page in comparing.pages if page.source == report.source.id))
        for report in reports
    ]


def _reports(
    archive: Path, sources: Sequence[Source], shown: dict[tuple[str, str], list[Entry]]
) -> list[SourceReport]:  # fmt: skip
    with closing(open_archive(archive, read_only=True)) as db:
        pages = {url_key(page.url): page for page in tried_pages(db)}
        reports = []
        for source in sources:
            known = known_ways(db, source.id)
            ways = [_way(source, kind, url, shown.get((source.id, url)), known.get(url)) for kind, url in source.ways]
            keys = {url_key(entry.url) for _, url in source.ways for entry in shown.get((source.id, url), ())}
            samples = [page for key, page in pages.items() if key in keys][: BUDGET.pages]
            reports.append(SourceReport(source=source, ways=tuple(ways), samples=tuple(samples)))
        return reports


def _way(source: Source, kind: Way, url: str, shown: list[Entry] | None, known: KnownWay | None) -> WayReport:
    known = known or KnownWay(url=url, source=source.id, cause="not asked")
    entries = shown or []
    articles = [entry for entry in entries if source.is_article(entry.url)]
    return WayReport(
        kind=kind, url=url, answered=known.health in ("ok", "empty"), cause=known.cause,
        entries=len(entries), articles=len(articles), newest=newest_date(entries),
        seconds=known.seconds,
        strangers=tuple(entry.url for entry in entries if not source.is_article(entry.url))[:_STRANGERS],
    )  # fmt: skip
