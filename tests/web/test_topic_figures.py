"""A topic's page: its numbers are those that anybody counts, whichever day, hour, source or language is asked for."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newspaper_desk import SOURCES, NewspaperDesk

from archive.trends import Trend
from archive.web.figures import movement
from archive.web.pages.topics import read_topic, read_topics
from archive.web.view import BadRequest, NotThere

BERLIN, BAGHDAD = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Baghdad")
NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
WORDS = {"en": ("ISIS", "floods"), "ar": ("داعش", "فيضان"), "ckb": ("داعش", "لافاو"), "kmr": ("DAIŞ", "lehî")}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewspaperDesk]:
    """Four newspapers in four languages, some hundred articles in forty days."""
    made = NewspaperDesk(tmp_path_factory.mktemp("figures") / "desk")
    chance = random.Random(7)
    for number in range(400):
        source = chance.choice(list(SOURCES))
        isis, floods = WORDS[SOURCES[source][1]]
        said = "ISIS was driven out of the valley. " + " ".join(f"word{number}" for number in range(80))
    for number, source in enumerate(SOURCES):  # one story of which copies came all night
        desk.keep(said, at=NOW - timedelta(minutes=300 + number), source=source, language="en")
        desk.keep(f"ISIS {number} w{number} x{number} y{number}", at=NOW - timedelta(hours=40 + number))
    seen, before, pages = [], {}, 0
    while pages < 20:
        found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, **before))
        seen += [entry.story for entry in found["entries_shown"]]
        pages += 1
        if found["older"] is None:
            break
        before = {"before": found["older"].rpartition("before=")[2]}
    every = {story for (story,) in desk.db.execute("SELECT id FROM stories")}
    assert (len(seen), set(seen), len(every)) == (len(every), every, 5)
    desk.close()


def test_only_evidence_of_the_topic_is_marked(desk: NewspaperDesk) -> None:
    for entry in read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))["entries_shown"]:
        [sentence] = entry.sentences
        marked = {sentence.text[start:end] for start, end in sentence.marks}
        assert marked == {WORDS[entry.language][0]}


def test_a_topic_that_nobody_defines_any_more_keeps_its_page(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    desk.keep("ISIS and floods", at=NOW - timedelta(hours=1))
    (desk.root / "seeds/topics/mine.toml").write_text(
        '[lists.a]\nen = ["aa"]\n[topic.a]\nname = "A"\n[[topic.a.rule]]\nany = ["a"]\n'
    )
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "floods"}))
    assert (found["view"].pack, found["volume"].values[-1], len(found["entries_shown"])) == (None, 1, 1)
    assert "floods" in read_topics(desk.db, desk.asked(NOW))["gone"]
    desk.close()


def test_a_topic_that_no_article_has_is_empty(desk: NewspaperDesk) -> None:
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "quiet"}, language="ar"))
    assert sum(found["volume"].values) == 0
    assert (found["entries_shown"], found["older"]) == ([], None)


def test_a_topic_that_there_is_not_names_the_nearest(desk: NewspaperDesk) -> None:
    with pytest.raises(NotThere, match='no topic is called "flods"; did you mean "floods"'):
        read_topic(desk.db, desk.asked(NOW, path={"topic": "flods"}))


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "\u0661"])
def test_a_day_that_is_none_is_told(desk: NewspaperDesk, day: str) -> None:
    with pytest.raises(BadRequest):
        read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day=day))


@pytest.mark.parametrize("args", [
    {"days": "-5"}, {"days": "x"}, {"before": "-1"}, {"before": "9" * 30}, {"source": "'; DROP TABLE x"},
    {"language": "\ud800"}, {"day": "1900-01-01"}, {"day": "2200-01-01"}, {"source": "\x00"},
], ids=str)  # fmt: skip
def test_whatever_an_address_says_there_is_a_page(desk: NewspaperDesk, args: dict[str, str]) -> None:
    assert read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, **args))["view"].id == "isis"


@pytest.mark.parametrize(("today", "before", "known", "passed", "moves"), [
    (14, 6 * 29, 29.0, 0.5, "rising"), (8, 6 * 29, 29.0, 0.5, None), (1, 20 * 29, 29.0, 0.5, "falling"),
    (0, 20 * 29, 29.0, 0.1, None), (2, 0, 29.0, 0.9, None), (3, 0, 29.0, 0.9, "rising"), (30, 5, 2.0, 0.9, None),
])  # fmt: skip
def test_a_movement_is_told_where_it_is_one(
    today: int, before: int, known: float, passed: float, moves: str | None
) -> None:
    trend = Trend(topic="isis", counts=(before, today), today=today, before=before, days_before=known)
    assert movement(trend, passed) == moves
