"""What a crawl notes goes through the queue in order, within bounds, and only while the crawl is its worker's."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.article import Entry, Fate, Visit
from archive.database import open_archive
from archive.notes import Recorded
from archive.packed_page import PackedPage
from archive.travelling import pack_memory, unpack_memory
from archive.ways import Way
from crawler.cluster import journal as module
from crawler.cluster.address import read_address
from crawler.cluster.journal import CrawlJournal, ShippingKeeper
from crawler.cluster.queue import Queue, Rows, open_queue
from crawler.remembering import Answer
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage
from pipelines.tally import Tally
from seeds.sources import Source
from tests.cluster.small_service import SmallService

AT = datetime(2026, 1, 2, tzinfo=UTC)
SOURCE = Source(id="a", name="A")
Work = Callable[[Queue, CrawlJournal], Awaitable[None]]


def note(number: int, size: int = 0) -> Recorded:
    visit = Visit(url=f"https://a.example/{number}", source="a", run=7, at=AT, fate=Fate.FAILED, reason="x" * size)
    return Recorded(visit=visit, ages=())


def working(swift: SmallService, work: Work, fences: list[str] | None = None) -> int:
    """Does *work* with the journal of a crawl that a worker has; the number of the crawl."""
    crawl = swift.plan(SOURCE)
    swift.ask("UPDATE crawls SET state = 'working', attempt = 1, beat = now() WHERE id = %s", crawl)

    async def main() -> None:
        async with await open_queue(read_address(swift.url, {})) as queue:
            journal = CrawlJournal(queue, crawl=crawl, attempt=1, fence=lambda: fence(journal))
            await asyncio.wait_for(work(queue, journal), 60)

    def fence(journal: CrawlJournal) -> None:
        if fences is not None:
            fences.append("fenced")
        journal.fence()

    asyncio.run(main())
    return crawl


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 -- of a database there is nothing else to wait for
        await asyncio.sleep(0.01)


def test_notes_arrive_in_their_order_and_the_first_does_not_wait_for_more(swift: SmallService) -> None:
    async def work(queue: Queue, journal: CrawlJournal) -> None:
        await journal.add(note(0))
        await until(lambda: len(swift.take()) == 1)
        for number in range(1, 100):
            await journal.add(note(number))
        assert await journal.end(Ended.of(Tally()))

    crawl = working(swift, work)
    batches = swift.ask("SELECT notes FROM batches WHERE crawl = %s ORDER BY sequence", crawl)
    assert 2 <= len(batches) <= 4 and max(row["notes"] for row in batches) <= 50
    swift.take()
    urls = [one.record.visit.url for one in swift.taken if isinstance(one.record, Recorded)]
    assert urls == [f"https://a.example/{number}" for number in range(100)]
    assert isinstance(swift.taken[-1].record, Ended)


def test_what_comes_behind_the_end_is_dropped(swift: SmallService) -> None:
    async def work(queue: Queue, journal: CrawlJournal) -> None:
        await journal.add(note(0))
        assert not journal.is_ending
        await journal.end(Ended.of(Tally()))
        assert journal.is_ending  # whoever has taken the crawl out since has not taken it back
        await journal.add(note(1))
        await journal.end(Ended.of(Tally()))  # which waits until all that was let in is shipped

    working(swift, work)
    assert [type(one.record) for one in swift.take()] == [Recorded, Ended]


def test_a_crawl_that_was_taken_back_ships_nothing_more(swift: SmallService) -> None:
    fences: list[str] = []

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        await journal.add(note(1))
        await until(lambda: len(swift.take()) == 1)
        swift.ask("UPDATE crawls SET state = 'fenced'")
        for number in range(2, 1_000):  # nobody waits for room in what is not shipped
            await journal.add(note(number))
        assert not await journal.end(Ended.of(Tally()))

    working(swift, work, fences)
    assert len(swift.take()) == 1 and fences == ["fenced"]


def test_an_earlier_attempt_ships_nothing_into_the_next(swift: SmallService) -> None:
    async def work(queue: Queue, journal: CrawlJournal) -> None:
        swift.ask("UPDATE crawls SET attempt = 2")
        assert not await journal.end(Ended.of(Tally()))

    working(swift, work)
    assert not swift.take()


def test_what_is_shipped_while_its_crawl_is_being_taken_back_stays_out(swift: SmallService) -> None:
    async def work(queue: Queue, journal: CrawlJournal) -> None:
        async with queue.transaction() as fencing:
            await fencing.execute("UPDATE crawls SET state = 'fenced'")
            await journal.add(note(1))
            await asyncio.sleep(0.2)  # by then it waits for the row of the crawl
        assert not await journal.end(Ended.of(Tally()))

    working(swift, work)
    assert not swift.take()


def test_a_batch_whose_answer_was_lost_is_in_the_queue_once(
    swift: SmallService, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful:
        """A queue whose every answer to a batch is lost once."""

        def __init__(self, queue: Queue) -> None:
            self._queue = queue

        async def ask(self, statement: str, values: object) -> object:
            await self._queue.ask(statement, values)
            return await self._queue.ask(statement, values)

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        monkeypatch.setattr(journal, "_queue", Forgetful(queue))
        for number in range(60):
            await journal.add(note(number))
        assert await journal.end(Ended.of(Tally()))

    working(swift, work)
    assert len(swift.take()) == 61


@pytest.mark.parametrize(("size", "fitting"), [(0, 10), (50_000, 3)])
def test_what_waits_to_be_shipped_is_bounded(
    swift: SmallService, monkeypatch: pytest.MonkeyPatch, size: int, fitting: int
) -> None:
    monkeypatch.setattr(module, "MAX_NOTES_UNSHIPPED", 10)
    monkeypatch.setattr(module, "MAX_BYTES_UNSHIPPED", 120_000)
    swift.fill()

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        added: list[int] = []

        async def add_all() -> None:
            for number in range(40):
                await journal.add(note(number, size))
                added.append(number)

        adding = asyncio.create_task(add_all())
        await until(lambda: journal.waits and len(added) == fitting)
        await asyncio.sleep(0.3)
        assert len(added) == fitting, "more was let in than may wait"
        swift.ask("DELETE FROM batches")
        await adding
        assert await journal.end(Ended.of(Tally()))
        assert not journal.waits

    working(swift, work)
    assert len(swift.take()) == 41


def test_of_the_crawls_that_wait_for_room_one_looks_for_it_again(swift: SmallService) -> None:
    swift.fill()
    crawls = [swift.plan(Source(id=id, name=id)) for id in ("b", "c", "d")]
    tries: Counter[int] = Counter()

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        swift.ask("UPDATE crawls SET state = 'working', attempt = 1, beat = now() WHERE state = 'waiting'")
        ask = queue.ask

        async def counted(statement: str, values: Any = (), *, binary: bool = False) -> Rows:
            tries[values["crawl"]] += 1
            return await ask(statement, values, binary=binary)

        queue.ask = counted  # type: ignore[method-assign]
        others = [CrawlJournal(queue, crawl=crawl, attempt=1, fence=lambda: None) for crawl in crawls]
        for one in (journal, *others):
            await one.add(note(0))
        await until(lambda: max(tries.values(), default=0) >= 5)
        assert sorted(tries.values())[:3] == [1, 1, 1] and all(one.waits for one in (journal, *others))
        swift.ask("DELETE FROM batches")
        await asyncio.gather(*(one.end(Ended()) for one in (journal, *others)))

    working(swift, work)
    assert {row["crawl"] for row in swift.ask("SELECT crawl FROM batches")} >= {*crawls}


def test_the_queue_takes_a_batch_only_while_less_than_its_bound_waits(
    swift: SmallService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_NOTES_WAITING", 100)
    monkeypatch.setattr(module, "MAX_NOTES_UNSHIPPED", 1_000)

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        for number in range(300):
            await journal.add(note(number))
        await until(lambda: journal.waits)
        waiting = swift.ask("SELECT sum(notes) AS notes FROM batches")[0]["notes"]
        assert 100 <= waiting < 100 + 50
        await until(lambda: len(swift.take()) == 300)
        assert await journal.end(Ended.of(Tally()))

    working(swift, work)


def test_a_fault_in_shipping_gives_the_crawl_up(swift: SmallService) -> None:
    fences: list[str] = []

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        swift.ask("ALTER TABLE batches RENAME TO elsewhere")
        await journal.add(note(1))
        assert not await journal.end(Ended.of(Tally()))
        swift.ask("ALTER TABLE elsewhere RENAME TO batches")

    working(swift, work, fences)
    assert fences == ["fenced"]


def test_a_page_without_an_article_goes_the_same_way(swift: SmallService) -> None:
    page = PackedPage(
        hash=b"h" * 32, url="https://a.example/1", requested="https://a.example/1", source="a", fetched=AT, status=200,
        headers=(), size=3, packed=b"abc", hints=None, rendered=False, refused="no text", code="",
    )  # fmt: skip

    async def work(queue: Queue, journal: CrawlJournal) -> None:
        keeper = ShippingKeeper(journal)
        assert await asyncio.wrap_future(keeper.keep(page)) == "new"
        keeper.close()
        assert await journal.end(Ended.of(Tally()))

    working(swift, work)
    first = swift.take()[0].record
    assert isinstance(first, RefusedPage) and first.page == page


def test_an_older_address_that_travels_as_some_bytes_is_no_news_here(
    swift: SmallService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.travelling.MAX_MEMORY_ADDRESSES", 0)
    old, new = (Entry(url=f"https://a.example/{name}") for name in ("old", "new"))
    way = Way(url="https://a.example/sitemap.xml", source="a")
    shown = Shown(way=way, answer=Answer(entries=(old, new), validators=(None, None), seconds=None), run=7, at=AT,
                  most=100)  # fmt: skip
    with closing(open_archive(tmp_path / "desk.db")) as desk, closing(open_archive(tmp_path / "here.db")) as here:
        replace(shown, answer=replace(shown.answer, entries=(old,)))(desk)
        Recorded(visit=Visit(url=old.url, source="a", run=7, at=AT, fate=Fate.REFUSED, reason="x"), ages=())(desk)

        def fresh(db: sqlite3.Connection) -> None:
            db.row_factory = sqlite3.Row

        fresh(here)

        async def work(queue: Queue, journal: CrawlJournal) -> None:
            journal.keys = unpack_memory(here, pack_memory(desk, "a", at=AT, with_keys=True))
            written = journal.here(shown)(here)
            assert [entry.url for entry in written.seen.wanted] == [new.url]
            assert journal.here(note(1)) == note(1)

        working(swift, work)
