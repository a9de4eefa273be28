"""What workers ship goes into the archive once, in its order, whatever is wrong with some of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from archive.article import FORGOTTEN, Entry, Fate, Visit
from archive.forgetting import forget_address, forget_article
from archive.ledger import key_of
from archive.notes import Recorded
from archive.taken import Place, crawls_out, give_up, note_queue
from archive.ways import Way
from crawler.cluster.crawls import drop_orphans, remove_old
from crawler.cluster.records import RECORD_FORMAT, encode, pack
from crawler.cluster.taking import Opened, Part, Step
from crawler.remembering import Answer
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import Saved
from tests.cluster.shelf import NOON, Shelf, open_shelf, saved, texts
from topics.evidence import Tag

Work = Callable[[Shelf], Awaitable[None]]
ARTICLES = "SELECT url FROM article_head"


@pytest.fixture
def on_shelf(queue_url: str, tmp_path: Path) -> Callable[[Work], None]:
    """Does a work with a shelf of the test's own."""

    def do(work: Work) -> None:
        async def main() -> None:
            async with open_shelf(queue_url, tmp_path) as shelf:
                await work(shelf)

        asyncio.run(main())

    return do


def faulty(path: str) -> Saved:
    """What no archive takes: a score that is no number."""
    good = saved(path)
    return Saved(
        arrival=replace(good.arrival, tags=(Tag(topic="t", score=float("nan"), pack_version="p", evidence=()),))
    )


def test_batches_of_several_crawls_are_taken_in_order_and_counted(on_shelf: Callable[[Work], None]) -> None:
    async def work(shelf: Shelf) -> None:
        first, second = await shelf.crawl("wire"), await shelf.crawl("press")
        async with shelf.taking():
            await shelf.ship(first, saved("a1"), saved("a2"))
            await shelf.ship(second, saved("b1", "press"))
            await shelf.ship(first, saved("a1"))  # met again
            visit = Visit(url="https://news.example/gone", source="wire", run=1, at=NOON, fate=Fate.FAILED, reason="x")
            await shelf.ship(first, Recorded(visit=visit, ages=()))
            fates = {Fate.FAILED: 1}
            await shelf.ship(first, Ended(requests=5, fetched=3, megabytes=0.5, fates=fates, reasons={"x": 1}))
            await shelf.ship(second, Ended(handed_back=True, requests=1))
            await shelf.until(lambda: len(shelf.ended) == 2)
            await shelf.until_taken()

        assert texts(await shelf.rows(ARTICLES)) == ["a1", "a2", "b1"]
        tally = first.errand.tally
        assert (tally.requests, tally.fetched, tally.megabytes) == (5, 3, 0.5)
        assert dict(tally.fates) == {Fate.ARCHIVED: 2, Fate.UNCHANGED: 1, Fate.FAILED: 1}
        assert dict(second.errand.tally.fates) == {Fate.ARCHIVED: 1}
        assert {number: how.handed_back for number, how in shelf.ended} == {first.id: False, second.id: True}
        assert first.closed.is_set() and not second.closed.is_set()
        [row] = await shelf.rows("SELECT fate, reason FROM visits WHERE url LIKE '%gone'")
        assert (row["fate"], row["reason"]) == ("failed", "x")

    on_shelf(work)


def test_what_is_forgotten_meanwhile_does_not_come_back_with_a_batch_that_was_under_way(
    on_shelf: Callable[[Work], None],
) -> None:
    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")
        first = saved("a1", text="Words that nobody is to read any more. " * 9)
        async with shelf.taking():
            await shelf.ship(crawl, first)
            await shelf.until_taken()
        [row] = await shelf.rows("SELECT id FROM article_head")
        moved = saved("a3", text=first.arrival.article.text)
        await shelf.ship(crawl, saved("a1", text="An edit of it."), saved("a2"), moved, saved("a4"))
        await shelf.workbench.archive(lambda db: forget_article(db, row["id"], NOON))
        await shelf.workbench.archive(lambda db: forget_address(db, key_of("https://news.example/a2"), NOON))
        visit = Visit(url=first.arrival.article.url, source="wire", run=1, at=NOON, fate=Fate.FAILED, reason="x")
        async with shelf.taking():
            await shelf.ship(crawl, Recorded(visit=visit, ages=()), Ended())
            await shelf.until(crawl.closed.is_set)

        assert texts(await shelf.rows(ARTICLES)) == ["a4"]
        assert not await shelf.rows("SELECT 1 FROM visits WHERE url NOT LIKE '%/a4'")
        assert crawl.errand.tally.reasons[FORGOTTEN] == 3

    on_shelf(work)


@pytest.mark.parametrize("taken", [1, 2, 3, 5])
def test_what_was_in_when_the_service_was_killed_is_not_taken_again(
    on_shelf: Callable[[Work], None], taken: int
) -> None:
    """Killed between the archive's commit and the queue's: the batches are still there, for the next service."""

    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")
        batches = [[saved("a1"), saved("a2")], [saved("a3", text="First words.")], [saved("a3", text="Other words.")]]
        for batch in batches:
            await shelf.ship(crawl, *batch)
        await shelf.ship(crawl, faulty("a4"), saved("a5"))
        await shelf.ship(crawl, Ended(requests=3))
        opened = [
            Opened(crawl=crawl, attempt=1, sequence=number, records=batch) for number, batch in enumerate(batches)
        ]
        parts = [Part(batch, number, number + 1) for batch in opened for number in range(len(batch.records))]
        for part in parts[:taken]:
            await shelf.workbench.archive(Step("q", [part]))
        shelf.out.close(crawl)  # the next service knows what the archive does

        async with shelf.taking():
            await shelf.until(lambda: shelf.ended)
            await shelf.until_taken()
        assert texts(await shelf.rows(ARTICLES)) == ["a1", "a2", "a3", "a5"]
        assert len(await shelf.rows("SELECT 1 FROM revisions")) == 1  # of a3: neither two nor one back again
        assert [how for _, how in shelf.ended] == [Ended(requests=3)]

    on_shelf(work)


def test_a_record_with_a_fault_of_ours_has_a_fate_and_stops_nothing(
    on_shelf: Callable[[Work], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def work(shelf: Shelf) -> None:
        crawl, other = await shelf.crawl("wire"), await shelf.crawl("press")
        async with shelf.taking():
            await shelf.ship(crawl, saved("a1"), faulty("a2"), saved("a3"))
            await shelf.ship(other, saved("b1", "press"))
            await shelf.ship(crawl, body=b"no zstd")
            await shelf.ship(crawl, saved("x1", "press"), faulty("a4"), saved("a5"))  # the first is not its source
            await shelf.ship(crawl, saved("a6"), Ended())
            await shelf.until(lambda: shelf.ended)
            await shelf.until_taken()
        assert texts(await shelf.rows(ARTICLES)) == ["a1", "a3", "a5", "a6", "b1"]
        [row] = await shelf.rows("SELECT fate, reason FROM visits WHERE url LIKE '%a2'")
        assert (row["fate"], row["reason"]) == ("failed", "fault in Khabar: IntegrityError")
        assert dict(crawl.errand.tally.reasons) == {"fault in Khabar: IntegrityError": 2, "fault in Khabar": 2}
        assert dict(other.errand.tally.fates) == {Fate.ARCHIVED: 1}

    on_shelf(work)
    assert "what a worker shipped of wire is lost: it cannot be read" in caplog.text
    assert "a worker shipped 1 records as of wire that cannot be of its crawl" in caplog.text


def test_what_a_newer_khabar_wrote_waits_with_what_is_behind_it_and_others_go_on(
    on_shelf: Callable[[Work], None], caplog: pytest.LogCaptureFixture
) -> None:
    async def work(shelf: Shelf) -> None:
        newer, other = await shelf.crawl("wire"), await shelf.crawl("press")
        await shelf.ship(newer, saved("a1"))
        await shelf.ship(newer, body=pack([encode(saved("a2"))]), format=RECORD_FORMAT + 1)
        await shelf.ship(newer, saved("a3"), Ended())
        await shelf.ship(other, saved("b1", "press"), Ended())
        async with shelf.taking():
            await shelf.until(lambda: shelf.ended and shelf.intake.unreadable)
            await shelf.until(lambda: newer.place == Place(1, 1, 0))
        assert texts(await shelf.rows(ARTICLES)) == ["a1", "b1"]
        assert shelf.intake.unreadable == {RECORD_FORMAT + 1}

        await shelf.queue.ask("UPDATE batches SET format = %s", [RECORD_FORMAT])  # the service was brought up to date
        async with shelf.taking():
            await shelf.until_taken()
        assert texts(await shelf.rows(ARTICLES)) == ["a1", "a2", "a3", "b1"]

    on_shelf(work)
    assert caplog.text.count(f"format {RECORD_FORMAT + 1}; this one reads up to {RECORD_FORMAT}") == 1


def test_nothing_is_lost_while_the_disk_is_full(
    on_shelf: Callable[[Work], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")
        pages = await shelf.workbench.archive(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        await shelf.workbench.archive(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 1}").fetchone())
        async with shelf.taking():
            for number in range(30):
                await shelf.ship(crawl, saved(f"a{number}", text=f"Words {number}. " * 500))
            await shelf.ship(crawl, Ended())
            await shelf.until(lambda: "the disk is full" in caplog.text)
            assert not shelf.ended
            await shelf.workbench.archive(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
            await shelf.until(lambda: shelf.ended)
        assert len(await shelf.rows(ARTICLES)) == crawl.errand.tally.fates[Fate.ARCHIVED] == 30

    on_shelf(work)
    assert caplog.text.count("what workers ship waits in the queue") == 1
    assert "the archive takes again what workers ship" in caplog.text


def test_it_ends_though_news_comes_at_the_moment_at_which_it_is_told_to(
    on_shelf: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Callable[[], None]] = []

    async def listen(hear: Callable[[], None]) -> None:
        told.append(hear)
        await asyncio.Event().wait()

    async def work(shelf: Shelf) -> None:
        monkeypatch.setattr(shelf.queue, "listen", listen)
        taking = asyncio.create_task(shelf.intake.run(shelf.held))
        await shelf.until(lambda: told)
        await asyncio.sleep(0.2)  # it looks, finds nothing, and waits for a second
        told[0]()
        taking.cancel()
        done, _ = await asyncio.wait({taking}, timeout=20)
        assert done

    on_shelf(work)


def test_a_crawl_whose_end_was_taken_and_not_told_ends_with_the_next_try(on_shelf: Callable[[Work], None]) -> None:
    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")
        await shelf.ship(crawl, saved("1"), Ended(requests=3))
        await shelf.queue.ask(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'"
        )
        await shelf.queue.ask("CREATE TRIGGER no BEFORE DELETE ON crawls EXECUTE FUNCTION refuse()")
        with pytest.raises(psycopg.errors.RaiseException):
            await shelf.intake.run(shelf.held)
        await shelf.queue.ask("DROP TRIGGER no ON crawls")
        async with shelf.taking():
            await shelf.until(crawl.closed.is_set)
        assert crawl.errand.tally.requests == 3, "it is counted once"
        assert len(await shelf.rows(ARTICLES)) == 1

    on_shelf(work)


def test_what_the_server_takes_too_long_for_is_asked_again(
    on_shelf: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.cluster.queue.QUEUE_SECONDS", 1)

    async def work(shelf: Shelf) -> None:
        locking = await shelf.queue.apart()
        await locking.execute("BEGIN; LOCK TABLE batches")
        shipping = asyncio.create_task(shelf.ship(await shelf.crawl("wire"), saved("1")))
        await asyncio.wait({shipping}, timeout=1.5)
        assert not shipping.done()
        await locking.close()
        await shipping

    on_shelf(work)


def test_of_a_crawl_that_was_given_up_only_what_is_new_is_taken(on_shelf: Callable[[Work], None]) -> None:
    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")

        def go_on_alone(db: object) -> None:
            note_queue(db, "q", "the queue")  # type: ignore[arg-type]
            give_up(db)  # type: ignore[arg-type]

        await shelf.workbench.archive(go_on_alone)
        own = await shelf.crawl("press")
        async with shelf.taking():
            await shelf.ship(own, saved("a1", "press", text="What it says by now."))
            await shelf.until_taken()
            shelf.out.close(crawl)
            entry = Entry(url="https://news.example/a3", title="Shown only")
            way = Way(url="https://news.example/feed", source="wire")
            answer = Answer(entries=(entry,), validators=(None, None), seconds=1.0)
            await shelf.ship(crawl, Shown(way=way, answer=answer, run=1, at=NOON, most=9))
            visit = Visit(url="https://news.example/a1", source="wire", run=1, at=NOON, fate=Fate.FAILED, reason="x")
            await shelf.ship(crawl, saved("a1", text="What it said before."), Recorded(visit=visit, ages=()))
            await shelf.ship(crawl, saved("a2"), Ended())
            await shelf.until(lambda: shelf.ended)
        [text] = await shelf.rows("SELECT text FROM article_text JOIN article_head USING (id) WHERE url LIKE '%a1'")
        assert text["text"] == "What it says by now."
        assert texts(await shelf.rows(ARTICLES)) == ["a1", "a2"]
        rows = await shelf.rows("SELECT url, fate FROM visits WHERE url LIKE '%/a%' ORDER BY url")
        assert [row["fate"] for row in rows] == ["archived", "archived", "waiting"]

    on_shelf(work)


def test_the_archive_says_how_far_it_is_in_the_transaction_that_takes(on_shelf: Callable[[Work], None]) -> None:
    async def work(shelf: Shelf) -> None:
        crawl = await shelf.crawl("wire")
        batch = Opened(crawl=crawl, attempt=1, sequence=4, records=[saved("a1"), faulty("a2")])
        with pytest.raises(Exception, match="NOT NULL"):
            await shelf.workbench.archive(Step("q", [Part(batch, 0, 2)]))
        assert await shelf.workbench.archive(lambda db: crawls_out(db, "q")) == {}
        await shelf.workbench.archive(Step("q", [Part(batch, 0, 1)]))
        known = await shelf.workbench.archive(lambda db: crawls_out(db, "q"))
        assert {number: out.place for number, out in known.items()} == {crawl.id: Place(1, 4, 1)}

    on_shelf(work)


def test_what_nobody_needs_any_more_is_taken_out_of_the_queue(on_shelf: Callable[[Work], None]) -> None:
    async def work(shelf: Shelf) -> None:
        ask, day = shelf.queue.ask, "now() - interval '2 days'"
        crawl = await shelf.crawl("wire")
        worker = "INSERT INTO workers (name, version, parcel_format, record_format, process, places, beat)"
        await ask(f"{worker} VALUES ('gone', '1', 1, 1, 1, 1, {day}), ('here', '1', 1, 1, 1, 1, now())")
        minute = "now() - interval '1 minute'"
        await ask(f"{worker[:-1]}, started) VALUES ('a lost answer', '1', 1, 1, 1, 1, {minute}, {minute})")
        await ask(f"INSERT INTO packs VALUES ('old', '', {day}), ('used', '', {day}), ('new', '', now())")
        await ask(f"UPDATE packs SET used = {day} WHERE version = 'p'")  # a crawl has it
        await ask(
            f"INSERT INTO hosts VALUES ('a', NULL, {day}, {day}), ('b', NULL, {day}, now()), ('c', 'd', now(), now())"
        )
        job = "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('crawls-1', 'khabar.crawl'"
        for status in ("succeeded", "failed", "todo", "doing", "doing"):
            await ask(f"{job}, '{status}', '{{}}')")
        await ask("UPDATE crawls SET job = (SELECT max(id) FROM procrastinate_jobs) WHERE id = %s", [crawl.id])

        await remove_old(shelf.queue, "used", 45.0)
        assert await drop_orphans(shelf.queue, 45.0) == 1  # the other one's crawl is there

        assert [row["name"] for row in await ask("SELECT name FROM workers")] == ["here"]
        assert {row["version"] for row in await ask("SELECT version FROM packs")} == {"p", "used", "new"}
        assert {row["host"] for row in await ask("SELECT host FROM hosts")} == {"b", "c"}
        jobs = await ask("SELECT status::text FROM procrastinate_jobs ORDER BY id")
        assert [row["status"] for row in jobs] == ["todo", "doing"]

    on_shelf(work)
