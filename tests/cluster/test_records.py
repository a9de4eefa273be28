"""What a worker ships arrives as it was, and what cannot be read says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.arrival import Arrival
from archive.article import Article, Entry, Fate, Visit
from archive.hosts import Hold, RobotsCopy
from archive.lines import hashes_of
from archive.notes import HabitKept, HostHeld, Recorded, RobotsKept, StillSame, WayTold
from archive.packed_page import PackedPage
from archive.rendering import Habit
from archive.ways import Way
from archive.zstd import zstd
from crawler.cluster import records
from crawler.cluster.records import RECORD_FORMAT, RecordError, encode, pack, unpack, unpack_some, unpacked
from crawler.remembering import Answer
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from pipelines.tally import Tally
from topics.evidence import Evidence, Tag

AT = datetime(2026, 3, 14, 9, 30, 1, 250_000, tzinfo=UTC)
WAY = Way(url="https://news.example/feed", source="example", etag='"1"', last_full=AT, seconds=0.25, newest=AT)
VISIT = Visit(
    url="https://news.example/1", source="example", run=3, at=AT, fate=Fate.FAILED, reason="HTTP 500", status=500
)
PAGE = PackedPage(
    hash=b"h" * 32, url="https://news.example/1", requested="https://news.example/1", source="example", fetched=AT,
    status=200, headers=(("Content-Type", "text/html"), ("Set-Cookie", "a"), ("Set-Cookie", "b")), size=7,
    packed=zstd.compress(b"<p>\xff\x00"), hints='{"title": "عنوان"}',
)  # fmt: skip
ARTICLE = Article(
    url="https://news.example/1", source="example", text="دەقێک لە چەند دێڕێک.\nدووەم.", title="سەردێڕ",
    authors=("ئازاد",), published=AT, published_raw="14 ئازار", published_zone="+03:00", published_precision="minute",
    language="ckb", keywords=("a", "b"), reserved=("noarchive",), canonical="https://news.example/one",
)  # fmt: skip
EVIDENCE = Evidence(rule="rule[0]", term="دەق", field="text", start=0, end=3, score=1.5)
ARRIVAL = Arrival(
    article=ARTICLE, tags=(Tag(topic="syria", score=1.5, pack_version="abc", evidence=(EVIDENCE,)),),
    pack_version="abc", signature=b"\x00\xff" * 128, seen=AT, page=PAGE, page_hash=b"h" * 32, code="4",
    run=3, status=200, validators=('"1"', None), revisit=(timedelta(hours=1), timedelta(days=3)),
    lines=hashes_of(["Menu", "Story"]),
    left_out=hashes_of(["Menu"]), remark="text cut",
)  # fmt: skip
ENTRIES = (
    Entry(url="https://news.example/1", title="خبر", published=AT, mark="m"),
    Entry(url="https://news.example/2"),
)
ALL = [
    Shown(
        way=WAY, answer=Answer(entries=ENTRIES, validators=('"2"', None), seconds=0.5, cause=None), run=3, at=AT,
        new=frozenset(["news.example/1"]), most=5000, before=("https://news.example/?page=1",), more=True,
    ),
    WayTold(way=WAY, ended=("https://news.example/?page=1",), answers=True),
    Recorded(visit=VISIT, ages=(timedelta(hours=1),)),
    StillSame(visit=VISIT, ages=()),
    HostHeld(host="news.example", hold=Hold(until=AT, reason="HTTP 429", holds=2)),
    RobotsKept(host="news.example", copy=RobotsCopy(text=None, status=404, read=AT)),
    HabitKept(source="example", kind="article", habit=Habit(plain_lost=2, plain_at=AT)),
    Saved(arrival=ARRIVAL),
    RefusedPage(page=replace(PAGE, refused="no article text")),
    Ended.of(Tally(requests=4, megabytes=0.5, lost_ways=1), handed_back=True),
]  # fmt: skip


def test_all_kinds_arrive_in_their_order_as_they_were() -> None:
    read = unpack(pack([encode(one) for one in ALL]))

    assert [type(one) for one in read] == [type(one) for one in ALL]
    assert read[1:] == ALL[1:]
    shown = read[0]
    assert isinstance(shown, Shown) and tuple(shown.answer.entries) == ENTRIES
    assert replace(shown, answer=ALL[0].answer) == ALL[0]
    assert {type(one) for one in ALL} == set(records._KINDS.values()), "every kind is among them"


def test_an_instant_keeps_its_moment_whatever_zone_it_was_told_in() -> None:
    baghdad = datetime.fromisoformat("2026-03-14T12:30:01+03:00")
    saved = Saved(arrival=replace(ARRIVAL, article=replace(ARTICLE, published=baghdad)))

    (read,) = unpack(pack([encode(saved)]))

    assert isinstance(read, Saved) and read.arrival.article.published == baghdad


@pytest.mark.parametrize("number", [0, 1, 15, 16, 70_000])
def test_any_number_of_records_makes_a_batch(number) -> None:
    one = Recorded(visit=VISIT, ages=())

    assert unpack(pack([encode(one)] * number)) == [one] * number


def test_half_a_character_is_shipped_as_the_archive_would_keep_it() -> None:
    saved = Saved(arrival=replace(ARRIVAL, article=replace(ARTICLE, title="a\ud800b", text="\udfff دەق")))

    (read,) = unpack(pack([encode(saved)]))

    assert isinstance(read, Saved)
    assert (read.arrival.article.title, read.arrival.article.text) == ("a?b", "? دەق")
    assert read.arrival.page == PAGE and read.arrival.lines == ARRIVAL.lines


def test_a_field_of_a_newer_worker_is_left_out(monkeypatch) -> None:
    newer = records.msgspec.msgpack.encode(("host", {"host": "a", "hold": {"until": None, "mood": 1}, "colour": "red"}))

    assert unpack(pack([newer])) == [HostHeld(host="a", hold=Hold())]


@pytest.mark.parametrize(
    ("body", "written", "said"),
    [
        (pack([encode(ALL[1])]), RECORD_FORMAT + 1, f"is of format {RECORD_FORMAT + 1}"),
        (pack([encode(ALL[1])]), 0, "is of format 0"),
        (pack([records.msgspec.msgpack.encode(("surprise", {}))]), RECORD_FORMAT, "unknown kind 'surprise'"),
        (pack([records.msgspec.msgpack.encode(("host", {"host": 3}))]), RECORD_FORMAT, "cannot be read"),
        (pack([encode(ALL[1])])[:-3], RECORD_FORMAT, "cannot be read"),
        (b"no batch", RECORD_FORMAT, "cannot be read"),
        (zstd.compress(bytes(100 * 2**20)), RECORD_FORMAT, "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(body, written, said) -> None:
    with pytest.raises(RecordError, match=said):
        unpack(body, written)


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(noise) -> None:
    for body in (noise, zstd.compress(noise)):
        try:
            unpack(body)
        except RecordError:
            continue
        assert noise in (b"\x90", b"\xdd\0\0\0\0", b"\xdc\0\0") or body == noise


def test_no_more_is_unpacked_at_once_than_there_is_room_for() -> None:
    one, bad = pack([encode(Ended(requests=number)) for number in range(20)]), b"no batch"
    size = len(unpacked(one, 10_000))
    assert [len(found) for found in unpack_some([(one, 1)] * 3, size + 1)] == [20, 20]
    assert len(unpack_some([(one, 1)], 1)) == 1, "one always is"
    first, second, third = unpack_some([(bad, 1), (one, 9), (one, 1)])
    assert isinstance(first, RecordError) and isinstance(second, RecordError) and third == unpack(one)
