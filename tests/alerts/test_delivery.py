"""Delivery from a real archive to real sinks on loopback; the clock is moved by hand, nothing sleeps."""

import asyncio
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from chat_server import ChatServer
from mail_sink import DEFER, TAKE, MailSink

from alerts import delivery as delivery_module
from alerts import lanes as lanes_module
from alerts import sending as sending_module
from alerts.channels import LANES, Channel, open_channel
from alerts.definitions import Alert
from alerts.delivery import Delivery, Outbox
from alerts.messages.composing import Composer
from alerts.messages.message import Message
from archive.article import Article
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.outbox import LEASE, MOST_TRIES, Owed, deliveries, messages, release_leases
from archive.owing import of_article, owe
from archive.reading import read_record
from archive.storing import Arrival, save
from archive.tagging import replace_tags
from archive.times import from_text
from archive.writer import Writer
from crawler.newsroom.sink import FAIL, HANG_UP, Reply, WebhookSink, in_turn, stall
from topics.evidence import Tag

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PASSWORD, TOKEN = "hunter2-geheim", "T00AB12CD9xQ"


MOST_LEFT_BEHIND = 3


class Office:
    """An archive with what it owes, a clock, and the channels that an alert "desk" names."""

    def __init__(self, path: Path) -> None:
        self.writer, self.now = Writer(path), NOON
        self.reader = open_archive(path, read_only=True)
        self.channels: dict[str, Channel] = {}

    def close(self) -> None:
        self.reader.close()
        self.writer.close()

    def clock(self) -> datetime:
        return self.now

    def opens(self, *urls: str) -> None:
        """Names these channels."""
        self.channels |= {url: open_channel("to", url, {}) for url in urls}

    def owes(self, number: int = 1, *, channels: list[str] | None = None) -> None:
        """Archives so many articles more, and owes each to every channel, or to these."""

        def work(db: sqlite3.Connection) -> None:
            for place in range(number):
                serial = db.execute("SELECT count(*) FROM article_head").fetchone()[0]
                article = Article(
                    url=f"https://news.example/{serial}", source="wire", title=f"خبر {serial}", text="نص الخبر.",
                    language="ar",
                )  # fmt: skip
                kept = save(db, Arrival(article=article, seen=self.now + timedelta(seconds=place)))
                self._owe(db, kept.article, channels)

        self.writer.submit(work).result()

    def owes_for(self, article: int) -> None:
        """Owes an article that need not be there."""
        self.writer.submit(lambda db: self._owe(db, article, None)).result()

    def _owe(self, db: sqlite3.Connection, article: int, channels: list[str] | None) -> None:
        wanted = list(self.channels) if channels is None else channels
        owe(db, of_article("desk", article=article, story=article), wanted, at=self.now)

    @property
    def composer(self) -> Composer:
        alert = Alert(id="desk", to=tuple(self.channels) or ("env:NONE",))
        return Composer(alerts={"desk": alert}, sources={}, topics={})

    def delivery(
        self, compose: Any = None, *, writer: Any = None, channels: Mapping[str, Channel] | None = None
    ) -> Any:
        outbox = Outbox(self.reader, writer or self.writer)
        return Delivery(
            outbox, compose or self.composer.message_for, self.channels if channels is None else channels,
            clock=self.clock,
        )  # fmt: skip

    def deliver(self, *args: Any, **options: Any) -> Counter[str]:
        """One round: `run_once` of a new delivery; its counts."""

        async def once() -> Counter[str]:
            one = self.delivery(*args, **options)
            await one.run_once()
            return one.counts

        return asyncio.run(once())

    def messages(self, *states: Any) -> list[dict[str, Any]]:
        return messages(self.reader, states=states or ("waiting", "sent", "dead"), limit=1_000)

    def wait_until_due(self) -> None:
        """Moves the clock to the next moment at which something is due."""
        self.now = max(self.now, min(from_text(message["due"]) for message in self.messages("waiting")))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "archive.db")
    yield office
    office.close()


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with WebhookSink() as sink:
        yield sink


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are given up after a moment."""
    monkeypatch.setattr(sending_module, "TRY_SECONDS", 0.2)
    monkeypatch.setattr(lanes_module, "MOST_LEFT_BEHIND", MOST_LEFT_BEHIND)


def test_what_is_owed_arrives_once_with_its_ref_and_is_logged(
    office: Office, sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    office.opens(sink.url)
    office.owes(3)
    with caplog.at_level(logging.INFO, "alerts.delivery"):
        assert office.deliver() == {"sent": 3}
    assert office.deliver() == {}

    assert sorted(got.ref or "" for got in sink.received) == sorted(sent["ref"] for sent in office.messages("sent"))
    assert {got.title for got in sink.received} == {"خبر 0", "خبر 1", "خبر 2"}
    for sent in office.messages():
        [only] = deliveries(office.reader, sent["ref"])
        assert (only["outcome"], sent["attempts"], sent["sent"]) == ("sent", 1, "2026-03-14T12:00:00Z")
        assert f"alert desk to {sink.url}: sent (ref {sent['ref']}, try 1, " in caplog.text


def test_what_is_refused_is_tried_again_when_it_is_due_and_not_before(
    office: Office, sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.behave = in_turn(FAIL, HANG_UP)
    office.opens(sink.url)
    office.owes()
    assert office.deliver() == {"failed": 1}
    assert "500" in office.messages("waiting")[0]["error"]
    office.now += timedelta(seconds=1)
    assert office.deliver() == {}

    office.wait_until_due()
    assert office.deliver() == {"failed": 1}
    office.wait_until_due()
    assert office.deliver() == {"sent": 1}

    [message] = office.messages("sent")
    assert [got.ref for got in sink.posts] == [message["ref"]] * 3
    assert [try_["outcome"] for try_ in deliveries(office.reader, message["ref"])] == ["failed", "failed", "sent"]
    assert [record.levelname for record in caplog.records if record.name == "alerts.delivery"][:2] == ["WARNING"] * 2


def test_after_its_last_try_a_message_is_dead_and_the_log_says_so_as_an_error(
    office: Office, sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.behave = lambda post: FAIL
    office.opens(sink.url)
    office.owes()
    for _ in range(MOST_TRIES - 1):
        office.wait_until_due()
        assert office.deliver() == {"failed": 1}
    office.wait_until_due()
    assert office.deliver() == {"dead": 1}
    office.now += timedelta(days=30)
    assert office.deliver() == {}

    assert len(sink.posts) == MOST_TRIES
    assert "500" in office.messages("dead")[0]["error"]
    [error] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "dead" in error.getMessage()


def test_an_article_that_was_edited_before_its_message_was_sent_is_told_as_edited(
    office: Office, sink: WebhookSink
) -> None:
    office.opens(sink.url)
    office.owes()
    article = Article(url="https://news.example/0", source="wire", title="سحب الخبر", text="سحب.", language="ar")
    edit = Arrival(article=article, seen=office.now + timedelta(minutes=1))
    office.writer.submit(lambda db: save(db, edit)).result()

    assert office.deliver() == {"sent": 1}
    said = "edited since this alert was raised; its headline was: \u2068خبر 0\u2069"
    assert said in sink.received[0].message.splitlines()


@pytest.mark.parametrize("topics", [("isis",), ("isis", "syria"), ("syria",), ()])
def test_an_article_that_has_lost_the_topic_before_its_message_was_sent_is_told_so(
    office: Office, sink: WebhookSink, topics: tuple[str, ...]
) -> None:
    tags = [Tag(topic=topic, score=1.0, pack_version="new", evidence=()) for topic in topics]
    office.opens(sink.url)
    office.owes()
    [owed] = office.messages("waiting")
    office.writer.submit(lambda db: replace_tags(db, owed["article"], tags, "new")).result()
    composer = replace(office.composer, alerts={"desk": Alert(id="desk", topics=("is*",), to=(sink.url,))})

    assert office.deliver(composer.message_for) == {"sent": 1}
    said = "since this alert was raised, the article has lost the topics that it asks for"
    assert (said in sink.received[0].message.splitlines()) is ("isis" not in topics)
    record = read_record(office.reader, owed["article"])
    assert record and said not in composer.message(composer.alerts["desk"], record, "test", test=True).text


def test_a_message_is_written_for_the_room_of_its_channel(office: Office) -> None:
    asked: list[int] = []

    def compose(db: sqlite3.Connection, owed: Owed, longest: int) -> Message:
        asked.append(longest)
        return office.composer.message_for(db, owed, longest)

    with ChatServer() as server:
        office.channels = {"env:SMS": server.channel("SMS"), "env:CHAT": server.channel("Telegram")}
        office.owes()
        assert office.deliver(compose) == {"sent": 2}
    assert sorted(asked) == [160, 3_500]


def test_each_message_that_is_due_has_one_try_in_a_round(office: Office, sink: WebhookSink) -> None:
    sink.behave = lambda post: FAIL
    office.opens(sink.url)
    office.owes(11)
    assert office.deliver() == {"failed": 11}
    assert Counter(got.ref for got in sink.posts) == dict.fromkeys((one["ref"] for one in office.messages()), 1)


def test_what_becomes_due_during_a_round_is_left_to_the_next(office: Office, sink: WebhookSink) -> None:
    def faulty(db: sqlite3.Connection, owed: Owed, longest: int) -> Message:
        office.now += timedelta(seconds=7)  # what has failed is due again, and what is under way still on its lease
        raise ZeroDivisionError

    office.opens(sink.url)
    office.owes(21)
    assert office.deliver(faulty) == {"failed": 21}
    assert {one["attempts"] for one in office.messages()} == {1}


async def _until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for what others do; fails where it does not come."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 -- the others are threads and sockets, which set no event
            await asyncio.sleep(0.01)


def test_a_channel_that_stalls_delays_no_other(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        running = asyncio.create_task(delivery.run())
        begin = monotonic()
        await _until(lambda: len(sink.received) == 40)
        assert monotonic() - begin < 5
        assert len(slow.posts) == LANES, "so many are under way at a time, and no more"
        await _until(lambda: delivery.counts == {"sent": 40})
        await delivery.stop(0)
        await running

    with WebhookSink(lambda post: stall()) as slow:
        office.opens(slow.url, sink.url)
        office.owes(40)
        asyncio.run(deliver())


@pytest.mark.parametrize("lanes", [1, LANES])
def test_as_many_tries_as_a_channel_has_lanes_are_under_way_at_a_time(
    office: Office, sink: WebhookSink, lanes: int
) -> None:
    slowness = 0.1
    sink.behave = lambda post: stall(slowness)
    office.opens(sink.url)
    office.channels = {sink.url: replace(office.channels[sink.url], lanes=lanes)}
    office.owes(2 * lanes + 1)
    assert office.deliver() == {"sent": 2 * lanes + 1}

    instants = sorted(got.instant for got in sink.received)
    for earlier, later in zip(instants, instants[lanes:], strict=False):
        assert later - earlier >= slowness * 0.9
    assert instants[lanes - 1] - instants[0] < slowness, "those that may are under way together"


@pytest.mark.usefixtures("hurry")
def test_a_channel_that_has_left_too_many_threads_behind_gets_no_more_until_they_end(
    office: Office, sink: WebhookSink
) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        await delivery.run_once()
        assert delivery.counts == {"failed": MOST_LEFT_BEHIND}
        assert len(sink.posts) == MOST_LEFT_BEHIND
        for message in office.messages("waiting"):
            assert message["error"] is None or "it may have arrived all the same" in message["error"]

        office.now += timedelta(hours=1)
        await delivery.run_once()
        assert len(sink.posts) == MOST_LEFT_BEHIND, "they still hang"

        sink.__exit__(None, None, None)  # it hangs up, and their threads end
        sink.behave = in_turn()
        sink.__enter__()
        await _until(lambda: not any(thread.is_alive() for thread in delivery._lanes[sink.url].left_behind))
        await delivery.run_once()
        assert delivery.counts["sent"] == 5

    sink.behave = lambda post: stall()
    office.opens(sink.url)
    office.channels = {sink.url: replace(office.channels[sink.url], lanes=1)}
    office.owes(5)
    asyncio.run(deliver())


@pytest.mark.usefixtures("hurry")
def test_an_answer_without_end_is_bounded_in_time(office: Office, sink: WebhookSink) -> None:
    sink.behave = in_turn(Reply(drips=True))
    office.opens(sink.url)
    office.owes()
    begin = monotonic()
    assert office.deliver() == {"failed": 1}
    assert monotonic() - begin < 5
    assert "no answer within" in office.messages("waiting")[0]["error"]
    end = monotonic() + 5
    while any(thread.name.startswith("delivery to") for thread in threading.enumerate()):
        assert monotonic() < end, "a byte a second keeps a thread for ever"
        sleep(0.01)


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ("article", "the article is no longer in the archive"),
        ("alert", "this desk has no such alert any more"),
        ("channel", "the alert names this channel no more"),
    ],
)
def test_what_cannot_be_told_any_more_is_dead_with_the_reason(
    office: Office, sink: WebhookSink, gone: str, reason: str
) -> None:
    office.opens(sink.url)
    if gone == "article":
        office.owes_for(4711)
    else:
        office.owes()
    alerts = {
        "article": office.composer.alerts, "alert": {}, "channel": {"desk": Alert(id="desk", to=("env:OTHER",))}
    }[gone]  # fmt: skip

    assert office.deliver(replace(office.composer, alerts=alerts).message_for) == {"dead": 1}
    assert [dead["error"] for dead in office.messages("dead")] == [reason]
    assert sink.posts == []


def test_a_fault_in_composing_is_logged_and_tried_again(
    office: Office, sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    def faulty(db: sqlite3.Connection, owed: Owed, longest: int) -> Message:
        raise ZeroDivisionError

    office.opens(sink.url)
    office.owes(2)
    assert office.deliver(faulty) == {"failed": 2}
    assert {one["error"] for one in office.messages("waiting")} == {"fault in Khabar: ZeroDivisionError"}
    assert any(record.exc_info for record in caplog.records)

    office.wait_until_due()
    assert office.deliver() == {"sent": 2}


def test_to_stop_takes_no_longer_than_its_patience_and_what_was_under_way_is_sent_again(
    office: Office, sink: WebhookSink
) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        running = asyncio.create_task(delivery.run())
        await asyncio.to_thread(sink.wait_for, 1)
        begin = monotonic()
        await delivery.stop(0.2)
        await running
        assert 0.1 < monotonic() - begin < 2
        assert delivery.counts == {}

    sink.behave = lambda post: stall()
    office.opens(sink.url)
    office.owes()
    asyncio.run(deliver())

    [waiting] = office.messages("waiting")
    assert deliveries(office.reader, waiting["ref"])[0]["ended"] is None
    sink.behave = in_turn()
    assert office.deliver() == {}, "it is still on its lease"
    office.writer.submit(release_leases).result()
    assert office.deliver() == {"sent": 1}
    assert [got.ref for got in sink.received] == [waiting["ref"]] * 2


def test_to_stop_waits_for_a_try_that_ends_in_time(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        running = asyncio.create_task(delivery.run())
        await asyncio.to_thread(sink.wait_for, 1)
        await delivery.stop(5)
        await running
        assert delivery.counts == {"sent": 1}

    sink.behave = lambda post: stall(0.2)
    office.opens(sink.url)
    office.owes()
    asyncio.run(deliver())
    assert len(office.messages("sent")) == 1


def test_after_a_stop_nothing_begins(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        await delivery.stop(0)
        await delivery.run()
        await delivery.run_once()

    office.opens(sink.url)
    office.owes()
    asyncio.run(deliver())
    assert sink.posts == []


def test_what_is_claimed_while_all_stops_is_left_to_the_next_service(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> None:
        delivery = office.delivery()
        round_ = asyncio.create_task(delivery.run_once())
        await asyncio.sleep(0)  # it waits for its claim
        await delivery.stop(0)
        await round_

    office.opens(sink.url)
    office.owes()
    asyncio.run(deliver())
    assert sink.posts == []
    office.writer.submit(release_leases).result()
    assert office.deliver() == {"sent": 1}


class WriterThatFails(Writer):
    """A writer that refuses some of its works: those whose place is among *places*."""

    def __init__(self, path: Path, places: tuple[int, ...]) -> None:
        super().__init__(path)
        self.asked, self.places = 0, places

    def submit(self, work: Any, *, at_once: bool = False) -> "Future[Any]":
        self.asked += 1
        if self.asked - 1 in self.places:
            raise ArchiveError("the disk is full")
        return super().submit(work, at_once=at_once)


def test_an_archive_that_cannot_be_written_is_logged_and_tried_again(
    office: Office, sink: WebhookSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery_module, "PAUSE_AFTER_FAULT", 0.05)

    async def deliver() -> None:
        delivery = office.delivery(writer=writer)
        running = asyncio.create_task(delivery.run())
        await _until(lambda: delivery.counts["sent"] == 1)
        await delivery.stop(1)
        await running

    office.opens(sink.url)
    office.owes()
    with closing(WriterThatFails(tmp_path / "archive.db", (0, 1))) as writer:
        asyncio.run(deliver())
    assert caplog.text.count("the outbox cannot be read or written, trying again") == 2
    assert len(sink.received) == 1


def test_a_delivery_whose_record_cannot_be_written_is_written_down_later_and_not_repeated(
    office: Office, sink: WebhookSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery_module, "PAUSE_AFTER_FAULT", 0.05)

    async def deliver() -> None:
        delivery = office.delivery(writer=writer)
        running = asyncio.create_task(delivery.run())
        await _until(lambda: "cannot be written down" in caplog.text)
        office.now += 3 * LEASE  # it has run out, and the row is due for anybody else
        await _until(lambda: delivery.counts["sent"] == 1)
        await delivery.stop(1)
        await running

    office.opens(sink.url)
    office.owes()
    with closing(WriterThatFails(tmp_path / "archive.db", (1, 2, 3))) as writer:
        asyncio.run(deliver())
    assert office.deliver() == {}
    assert len(sink.received) == 1


def test_a_delivery_that_could_not_be_recorded_before_the_end_is_repeated_under_its_ref(
    office: Office, sink: WebhookSink, tmp_path: Path
) -> None:
    async def deliver() -> None:
        delivery = office.delivery(writer=writer)
        running = asyncio.create_task(delivery.run())
        await _until(lambda: sink.received)
        await delivery.stop(0)
        await running

    office.opens(sink.url)
    office.owes()
    with closing(WriterThatFails(tmp_path / "archive.db", tuple(range(1, 50)))) as writer:
        asyncio.run(deliver())
    office.now += LEASE - timedelta(seconds=1)
    assert office.deliver() == {}
    office.now += timedelta(seconds=1)
    assert office.deliver() == {"sent": 1}
    assert len({got.ref for got in sink.received}) == 1
    assert len(sink.received) == 2


def test_a_single_round_ends_though_no_record_can_be_written_and_says_so_once(
    office: Office, sink: WebhookSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery_module, "PAUSE_AFTER_FAULT", 0.05)
    office.opens(sink.url)
    office.owes(2)
    with closing(WriterThatFails(tmp_path / "archive.db", tuple(range(1, 50)))) as writer:
        assert office.deliver(writer=writer) == {"failed": 2}
    assert caplog.text.count("cannot be written down") == len(sink.received) == 2
    assert caplog.text.count("stays waiting, and is sent once more") == 2
    office.now += LEASE
    assert office.deliver() == {"sent": 2}
    assert len({got.ref for got in sink.received}) == 2


def test_a_round_that_can_take_no_more_waits_for_what_is_under_way(
    office: Office, sink: WebhookSink, tmp_path: Path
) -> None:
    with WebhookSink() as other:
        office.opens(sink.url, other.url)
        office.owes()
        with closing(WriterThatFails(tmp_path / "archive.db", (1,))) as writer, pytest.raises(ArchiveError):
            office.deliver(writer=writer)
    assert len(sink.received) == 1
    assert [message["state"] for message in office.messages()].count("sent") == 1


def test_a_record_that_can_be_written_a_little_later_is_written_in_a_single_round(
    office: Office, sink: WebhookSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "PAUSE_AFTER_FAULT", 0.05)
    office.opens(sink.url)
    office.owes()
    with closing(WriterThatFails(tmp_path / "archive.db", (1, 2, 3))) as writer:
        assert office.deliver(writer=writer) == {"sent": 1}
    assert len(sink.received) == 1


def test_two_that_deliver_for_one_archive_send_nothing_twice(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> Counter[str]:
        both = office.delivery(), office.delivery()
        await asyncio.gather(*(one.run_once() for one in both))
        return both[0].counts + both[1].counts

    office.opens(sink.url)
    office.owes(30)
    assert asyncio.run(deliver()) == {"sent": 30}
    assert Counter(got.ref for got in sink.received).most_common(1)[0][1] == 1


def test_channels_that_are_replaced_are_used_from_then_on(office: Office, sink: WebhookSink) -> None:
    async def deliver() -> None:
        delivery = office.delivery(channels={})
        await delivery.run_once()
        assert sink.posts == []
        delivery.use(office.composer.message_for, office.channels)
        await delivery.run_once()

    office.opens(sink.url)
    office.owes()
    asyncio.run(deliver())
    assert len(sink.received) == 1


def test_mail_that_is_deferred_arrives_later(office: Office) -> None:
    answers = iter([DEFER])
    with MailSink(lambda mail: next(answers, TAKE)) as sink:
        office.opens(sink.url)
        office.owes()
        assert office.deliver() == {"failed": 1}
        office.wait_until_due()
        assert office.deliver() == {"sent": 1}
        [mail] = sink.received
    assert mail["subject"] == "خبر 0"


def test_no_secret_is_logged_or_kept_whatever_happens(
    office: Office, sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    label, url = "env:KHABAR_URL", f"json://desk:{PASSWORD}@127.0.0.1:{sink.port}/services/{TOKEN}"
    office.channels = {label: open_channel("to", label, {"KHABAR_URL": url})}
    office.owes()
    sink.behave = in_turn(FAIL, HANG_UP, Reply(status=401, keeps=False))
    faults = [
        lambda db, owed, longest: Message(title=None, text=b"\xff", html=""),  # type: ignore[arg-type] # Apprise stumbles
        lambda db, owed, longest: 1 / 0,
        *[office.composer.message_for] * 4,
    ]
    with caplog.at_level(logging.INFO):
        for compose in faults:
            office.wait_until_due()
            office.deliver(compose)

    assert len(office.messages("sent")) == 1
    kept = str([office.messages(), *(deliveries(office.reader, one["ref"]) for one in office.messages())])
    root = [record for record in caplog.records if logging.getLogger(record.name).propagate]
    logged = "\n".join(logging.Formatter().format(record) for record in root)
    assert f"alert desk to {label}: failed: " in logged
    for secret in (PASSWORD, TOKEN, url):
        assert secret not in kept
        assert secret not in logged
