"""An archive that takes from a queue, in the test's own process, and what workers would have shipped to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.article import Article
from archive.runs import start_run
from archive.storing import Arrival
from archive.taken import crawls_out, given_up
from archive.writer import Writer
from crawler.cluster.address import read_address
from crawler.cluster.intake import Intake
from crawler.cluster.out import CrawlOut, CrawlsOut
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.records import RECORD_FORMAT, Record, encode, pack
from pipelines.ended import Ended
from pipelines.errand import Errand
from pipelines.saved import Saved
from pipelines.workbench import Workbench
from seeds.sources import Source
from topics.compiling import compile_packs

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG = 60.0  # seconds, after which something never comes about


class Shelf:
    """Crawls are written into the queue at will, and taken by an Intake like a service's."""

    def __init__(self, queue: Queue, workbench: Workbench) -> None:
        self.queue, self.workbench = queue, workbench
        self.out = CrawlsOut()
        self.ended: list[tuple[int, Ended]] = []
        self.held = asyncio.Event()
        self.held.set()
        self._sequence: dict[int, int] = {}
        self.intake = Intake(queue, "q", self.out, lambda: workbench, adopt=self._adopt, ended=self._end)

    async def crawl(self, source: str) -> CrawlOut:
        """A crawl of *source* that a worker has."""
        await self.queue.ask("INSERT INTO packs (version, body) VALUES ('p', '') ON CONFLICT DO NOTHING")
        run = await self.workbench.archive(lambda db: start_run(db, source, NOON))
        rows = await self.queue.ask(
            "INSERT INTO crawls (source, run, hosts, parcel, packs, state, attempt) "
            "VALUES (%s, %s, %s, '', 'p', 'working', 1) RETURNING id",
            [source, run, source],
        )
        crawl = self._known(rows[0]["id"], source, run)
        self.out.add(crawl)
        return crawl

    def _known(self, number: int, source: str, run: int) -> CrawlOut:
        errand = Errand(source=Source(id=source, name=source), run=run, workbench=self.workbench)
        return CrawlOut(id=number, errand=errand, names=())

    async def ship(
        self, crawl: CrawlOut, *records: Record, body: bytes | None = None, format: int = RECORD_FORMAT
    ) -> None:
        """One batch."""
        packed = pack([encode(record) for record in records]) if body is None else body
        number = self._sequence.get(crawl.id, 0)
        self._sequence[crawl.id] = number + 1
        await self.queue.ask(
            "INSERT INTO batches (crawl, attempt, sequence, format, notes, articles, size, body) "
            "VALUES (%s, 1, %s, %s, %s, 0, %s, %s)",
            [crawl.id, number, format, len(records), len(packed), packed],
        )

    async def _adopt(self, number: int) -> CrawlOut | None:
        """As the next service would: by what queue and archive know."""
        rows = await self.queue.ask("SELECT source, run FROM crawls WHERE id = %s", [number])
        if not rows:
            return None
        crawl = self._known(number, rows[0]["source"], rows[0]["run"])
        known, last = await self.workbench.archive(lambda db: (crawls_out(db, "q"), given_up(db)))
        if number in known:
            crawl.place = known[number].place
        crawl.late = rows[0]["run"] <= last
        self.out.add(crawl)
        return crawl

    async def _end(self, them: Sequence[tuple[CrawlOut, Ended]]) -> None:
        for crawl, how in them:
            self.ended.append((crawl.id, how))
            if not how.handed_back:
                await self.queue.ask("DELETE FROM crawls WHERE id = %s", [crawl.id])
                self.out.close(crawl)

    @asynccontextmanager
    async def taking(self) -> AsyncIterator[None]:
        """While the intake is at work."""
        task = asyncio.create_task(self.intake.run(self.held))
        try:
            yield
        finally:
            if task.done():
                task.result()
            task.cancel()
            await asyncio.wait({task})

    async def until(self, true: Callable[[], Any] | Callable[[], Awaitable[Any]]) -> Any:
        """What *true* gives, as soon as it is true."""
        async with asyncio.timeout(LONG):
            while True:
                found: Any = true()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return found
                await asyncio.sleep(0.01)

    async def until_taken(self) -> None:
        """Until nothing waits."""

        async def nothing_waits() -> bool:
            return not await self.queue.ask("SELECT 1 FROM batches LIMIT 1")

        await self.until(nothing_waits)

    async def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the archive."""
        return await self.workbench.archive(lambda db: [dict(row) for row in db.execute(query, values)])


@asynccontextmanager
async def open_shelf(url: str, root: Path) -> AsyncIterator[Shelf]:
    """On the queue at *url*, with an archive in *root*."""
    writer = Writer(root / "archive.db")
    try:
        workbench = Workbench(workers=None, writer=writer, packs=compile_packs([]), clock=lambda: NOON)  # type: ignore[arg-type]
        async with await open_queue(read_address(url, {}), make=True) as queue:
            yield Shelf(queue, workbench)
    finally:
        writer.close()


def saved(path: str, source: str = "wire", **fields: Any) -> Saved:
    """An article that a worker shipped."""
    words = f"What was read at {path}. Nobody had looked there for years, said the mayor."
    given = {"url": f"https://news.example/{path}", "source": source, "title": f"News of {path}", "text": words}
    article = Article(**given | fields)
    return Saved(arrival=Arrival(article=article, run=1, seen=NOON, status=200, pack_version="p"))


def texts(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The last parts of the addresses of *rows*, in order."""
    return sorted(row["url"].rpartition("/")[2] for row in rows)
