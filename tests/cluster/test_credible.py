"""What a worker may say, and what is not believed whatever it is: a stolen worker's say ends at its own sources."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from archive.article import Entry, Fate, Visit
from archive.hosts import Hold, RobotsCopy
from archive.notes import HostHeld, Recorded, RobotsKept
from archive.packed_page import PackedPage
from archive.ways import Way
from crawler.cluster.credible import is_credible
from crawler.cluster.records import Record
from crawler.remembering import Answer
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from seeds.bounds import MAX_BODY_BYTES
from tests.cluster.shelf import NOON, saved

_DAY = timedelta(days=1)
_FAR = NOON.replace(year=9999)
GOOD = saved("a")
VISIT = Visit(url="https://news.example/a", source="wire", run=1, at=NOON, fate=Fate.FAILED, reason="x")
PAGE = PackedPage(
    hash=b"h", url="https://news.example/a", requested="https://news.example/a", source="wire", fetched=NOON,
    status=200, headers=(), size=MAX_BODY_BYTES, packed=b"",
)  # fmt: skip


def article(**fields: object) -> Saved:
    return Saved(arrival=replace(GOOD.arrival, article=replace(GOOD.arrival.article, **fields)))  # type: ignore[arg-type]


def shown(url: str, at: datetime = NOON) -> Shown:
    answer = Answer(entries=(Entry(url="https://news.example/a"), Entry(url=url)), validators=(None, None), seconds=1.0)
    return Shown(way=Way(url="https://news.example/feed", source="wire"), answer=answer, run=1, at=at, most=9)


def believed() -> Iterator[Record]:
    yield GOOD
    yield article(published=_FAR)  # a page may say so of itself
    yield article(url="HTTP://news.example/b", requested="http://news.example/c")
    yield Saved(arrival=replace(GOOD.arrival, page=PAGE, seen=NOON + _DAY))
    yield Recorded(visit=VISIT, ages=())
    yield shown("http://elsewhere.example/b")
    yield RobotsKept(host="elsewhere.example", copy=RobotsCopy(text="", status=200, read=NOON))
    yield HostHeld(host="elsewhere.example", hold=Hold(until=NOON + 7 * _DAY, reason="HTTP 429", holds=1))
    yield HostHeld(host="elsewhere.example", hold=Hold())
    yield RefusedPage(page=PAGE)
    yield Ended(requests=5, megabytes=0.5, reasons={"x": 1}, fates={Fate.FAILED: 1})


def not_believed() -> Iterator[Record]:
    yield article(source="press")
    yield article(url="javascript:alert(1)")
    yield article(requested="file:///etc/passwd")
    yield Saved(arrival=replace(GOOD.arrival, seen=_FAR))
    yield Saved(arrival=replace(GOOD.arrival, seen=NOON.replace(tzinfo=None)))
    yield Saved(arrival=replace(GOOD.arrival, page=replace(PAGE, size=MAX_BODY_BYTES + 1)))
    yield Saved(arrival=replace(GOOD.arrival, page=replace(PAGE, source="press")))
    yield Recorded(visit=replace(VISIT, at=_FAR), ages=())
    yield Recorded(visit=replace(VISIT, url="ftp://news.example/a"), ages=())
    yield shown("javascript:alert(1)")
    yield shown("https://news.example/b", at=_FAR)
    yield RobotsKept(host="elsewhere.example", copy=RobotsCopy(text="Disallow: /", status=200, read=_FAR))
    yield HostHeld(host="elsewhere.example", hold=Hold(until=_FAR, reason="HTTP 429", holds=1))
    yield RefusedPage(page=replace(PAGE, fetched=_FAR))
    yield RefusedPage(page=replace(PAGE, size=-1))
    yield Ended(requests=-1)
    yield Ended(megabytes=float("inf"))
    yield Ended(reasons={"x": 2**60})


@pytest.mark.parametrize("record", list(believed()))
def test_what_a_crawl_finds_out_about_its_source_is_believed(record: Record) -> None:
    assert is_credible(record, "wire", NOON)


@pytest.mark.parametrize("record", list(not_believed()))
def test_what_reaches_beyond_it_is_not(record: Record) -> None:
    assert not is_credible(record, "wire", NOON)
