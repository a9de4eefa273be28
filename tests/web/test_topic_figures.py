"""A topic's page: its numbers are those that anybody counts, whichever day, hour, source or language is asked for."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newspaper_desk import SOURCES, NewspaperDesk

from archive import entries, topic_articles
from archive.database import transaction
from archive.times import from_text, to_text
from archive.trends import Trend
from archive.web.as_csv import csv_document
from archive.web.figures import movement
from archive.web.pages import topics
from archive.web.pages.topic_files import read_topic_csv, read_topics_csv
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
        said = [word for word in (isis, floods) if chance.random() < 0.5]
        at = NOW - timedelta(minutes=chance.randrange(40 * 24 * 60))
        made.keep(f"{' '.join(said)} {number} " + " ".join(chance.choices("abcdefgh", k=9)), at=at, source=source)
    with transaction(made.db):  # a date that was corrected: the id tells another time
        made.db.execute(
            "UPDATE article_head SET published = ?, moved = 1 WHERE id = (SELECT min(article) FROM tags WHERE topic = "
            "'isis')", (to_text(NOW - timedelta(days=3)),)
        )  # fmt: skip
    yield made
    made.close()


def counted(desk: NewspaperDesk, topic: str, since: datetime, until: datetime, **wanted: str) -> list[datetime]:
    """When the articles of *topic* were published, by reading every one of them."""
    rows = desk.db.execute(
        "SELECT articles.* FROM articles JOIN tags ON article = articles.id WHERE topic = ?", (topic,)
    )
    kept = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    times = [from_text(row["published"] or row["first_seen"]) for row in kept]
    return [time for time in times if since <= time < until]


def days(number: int, zone: ZoneInfo = BAGHDAD) -> list[date]:
    today = NOW.astimezone(zone).date()
    return [today - timedelta(days=back) for back in reversed(range(number))]


def begin_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BAGHDAD)


@pytest.mark.parametrize("wanted", [
    {}, {"source": "herald"}, {"language": "ar"}, {"language": "kmr"}, {"source": "sabah", "language": "ar"},
    {"source": "sabah", "language": "en"},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("number", [7, 30, 90])
def test_each_day_has_the_articles_that_are_counted_one_by_one(
    desk: NewspaperDesk, wanted: dict[str, str], number: int
) -> None:
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, days=str(number), **wanted))
    ours = days(number)
    by_day = Counter(time.astimezone(BAGHDAD).date() for time in counted(
        desk, "isis", begin_of(ours[0]), begin_of(ours[-1] + timedelta(days=1)), **wanted
    ))  # fmt: skip
    assert found["volume"].values == [by_day[day] for day in ours]
    assert wanted == {"source": "sabah", "language": "en"} or sum(by_day.values()) > 3
    assert sum(found["languages"].values) == sum(found["sources"].values) == sum(by_day.values())


def test_parts_of_a_topic_are_counted_right(desk: NewspaperDesk) -> None:
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))
    begin = begin_of(days(30)[0])
    for source, (name, _) in SOURCES.items():
        place = found["sources"].labels.index(name)
        assert found["sources"].values[place] == len(counted(desk, "isis", begin, NOW, source=source))
    for tag, name in (("en", "English"), ("ar", "Arabic"), ("ckb", "Sorani"), ("kmr", "Kurmanji")):
        place = found["languages"].labels.index(name)
        assert found["languages"].values[place] == len(counted(desk, "isis", begin, NOW, language=tag))
    both = desk.db.execute(
        "SELECT count(*) FROM articles WHERE published >= ? AND id IN (SELECT article FROM tags WHERE topic = 'isis') "
        "AND id IN (SELECT article FROM tags WHERE topic = 'floods')", (to_text(begin),)
    ).fetchone()[0]  # fmt: skip
    assert found["company"].values[found["company"].labels.index("Floods")] == both > 10
    assert found["of_newest"] is None


def test_today_stands_beside_what_is_usual(desk: NewspaperDesk) -> None:
    trend = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))["card"].trend
    today = begin_of(days(1)[0])
    first = begin_of(days(31)[0])
    assert trend.today == len(counted(desk, "isis", today, NOW))
    assert trend.mean == pytest.approx(len(counted(desk, "isis", first, today)) / 30)


def test_a_day_is_zoomed_to_its_hours(desk: NewspaperDesk) -> None:
    day = days(4)[0]
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day=day.isoformat()))
    times = counted(desk, "isis", begin_of(day), begin_of(day + timedelta(days=1)))
    by_hour = Counter(time.astimezone(BAGHDAD).hour for time in times)
    assert found["volume"].labels == [f"{hour:02}:00" for hour in range(24)]
    assert found["volume"].values == [by_hour[hour] for hour in range(24)]
    assert sum(by_hour.values()) > 0


def test_today_ends_with_this_hour(desk: NewspaperDesk) -> None:
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day="2026-11-30"))
    assert found["volume"].labels[-1] == "12:00"  # 12:30 in Baghdad


@pytest.mark.parametrize(("day", "hours", "twice"), [("2026-03-29", 23, 0), ("2026-10-25", 25, 2)])
def test_a_day_on_which_the_clock_changes_has_all_of_its_hours(
    tmp_path: Path, day: str, hours: int, twice: int
) -> None:
    desk = NewspaperDesk(tmp_path / "desk", zone="Europe/Berlin")
    begin = datetime.fromisoformat(day).replace(tzinfo=BERLIN).astimezone(UTC)
    for hour in range(hours):
        desk.keep(f"ISIS {day} {hour}", at=begin + timedelta(hours=hour, minutes=59))
    desk.keep("ISIS the day before", at=begin - timedelta(minutes=1))
    desk.keep("ISIS the day after", at=begin + timedelta(hours=hours))
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day=day))
    assert found["volume"].values == [1] * hours
    assert len(set(found["volume"].labels)) == hours
    assert sum(label.startswith("02:00 (UTC") for label in found["volume"].labels) == twice
    assert len(found["entries_shown"]) == min(hours, 20)
    whole = read_topic(desk.db, desk.asked(begin + timedelta(days=2), path={"topic": "isis"}, days="7"))
    assert hours in whole["volume"].values
    desk.close()


def test_where_a_zone_is_off_by_half_an_hour_the_hours_are_those_of_the_days_chart(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk", zone="Asia/Kolkata")
    for at in ("2026-11-20T18:10", "2026-11-20T18:50", "2026-11-20T19:10"):
        desk.keep(f"ISIS {at}", at=datetime.fromisoformat(at).replace(tzinfo=UTC))
    zoomed = {
        day: sum(read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day=day))["volume"].values)
        for day in ("2026-11-20", "2026-11-21")
    }
    by_day = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))["volume"]
    assert list(zoomed.values()) == [by_day.values[by_day.labels.index(day)] for day in ("20 Nov", "21 Nov")] == [2, 1]
    desk.close()


def test_of_too_many_articles_the_newest_stand_for_all(desk: NewspaperDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_articles, "SAMPLE", 20)
    found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))
    assert found["of_newest"] == 20
    assert 20 <= sum(found["languages"].values) <= 21  # and the one whose date was corrected


def test_the_csv_has_the_numbers_of_the_chart(desk: NewspaperDesk) -> None:
    shown = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, days="7", source="sabah"))
    rows = read(read_topic_csv(desk.db, desk.asked(NOW, path={"topic": "isis"}, days="7", source="sabah")).body)
    assert rows[0] == ["day", "begins", "articles"]
    assert [int(row[2]) for row in rows[1:]] == shown["volume"].values
    assert rows[-1][:2] == ["2026-11-30", "2026-11-29T21:00:00Z"]
    for chart, name in (("sources", "sources"), ("languages", "languages"), ("topics", "company")):
        document = read_topic_csv(desk.db, desk.asked(NOW, path={"topic": "isis"}, chart=chart))
        every = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))[name]
        assert [int(row[1]) for row in read(document.body)[1:]] == every.values
        assert document.file_name == f"isis-{chart}.csv"


def test_the_csv_of_all_topics_has_a_row_for_each_day(desk: NewspaperDesk) -> None:
    rows = read(read_topics_csv(desk.db, desk.asked(NOW)).body)
    assert len(rows) == 1 + 30 * len(desk.packs.topics)
    isis = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))["volume"].values
    assert [int(row[2]) for row in rows if row[0] == "isis"] == isis


def read(body: bytes | str) -> list[list[str]]:
    assert isinstance(body, str)
    return list(csv.reader(io.StringIO(body, newline="")))


def test_no_cell_of_a_csv_is_a_formula() -> None:
    rows = [["=cmd|' /C calc'!A0", -1], ["\t@SUM(A1)", 2], ['a\x1b[31m,\n"b"', None]]
    body = csv_document("figures.csv", ["name", "number"], rows).body
    assert read(body) == [["name", "number"], ["'=cmd|' /C calc'!A0", "-1"], ["'@SUM(A1)", "2"], ['a[31m,\n"b"', ""]]


def test_the_stories_of_a_view_are_paged_to_the_last(desk: NewspaperDesk) -> None:
    for wanted in ({}, {"source": "hawal"}, {"language": "ar"}):
        seen: list[int] = []
        before: dict[str, str] = {}
        while True:
            found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, **wanted, **before))
            seen += [entry.id for entry in found["entries_shown"]]
            if found["older"] is None:
                break
            before = {"before": found["older"].rpartition("before=")[2]}
        every = desk.db.execute(
            "SELECT id, source, language, story FROM articles JOIN tags ON article = id WHERE topic = 'isis'"
        )
        kept = [row for row in every if all(row[name] == value for name, value in wanted.items())]
        assert len(seen) == len(set(seen)) > 30
        assert set(seen) <= {row["id"] for row in kept}
        stories = dict(desk.db.execute("SELECT id, story FROM article_head"))
        assert {stories[one] for one in seen} == {row["story"] for row in kept}
        assert seen == sorted(seen, reverse=True)


def test_a_source_that_hardly_writes_of_a_topic_is_looked_for_step_by_step(
    desk: NewspaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_articles, "MOST_WALKED", 30)
    seen, before, pages = [], {}, 0
    while True:
        found = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, source="hawal", **before))
        seen += [entry.id for entry in found["entries_shown"]]
        pages += 1
        if found["older"] is None:
            break
        before = {"before": found["older"].rpartition("before=")[2]}
    monkeypatch.undo()
    wanted = desk.db.execute(
        "SELECT count(DISTINCT story) FROM article_head JOIN tags ON article = id "
        "WHERE topic = 'isis' AND source = 'hawal'"
    )
    assert len(seen) >= wanted.fetchone()[0]
    assert pages > 3


def test_no_story_is_told_on_two_pages_and_none_is_hidden_behind_its_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "STORIES", 2)
    monkeypatch.setattr(entries, "MOST_LOOKED_AT", 3)
    desk = NewspaperDesk(tmp_path / "desk")
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


@pytest.mark.parametrize("now", [
    datetime(2026, 10, 25, 22, 15, tzinfo=UTC), datetime(2026, 3, 29, 22, 15, tzinfo=UTC),
], ids=["put back", "put forward"])  # fmt: skip
def test_thirty_days_are_thirty_where_the_clock_was_changed(tmp_path: Path, now: datetime) -> None:
    desk = NewspaperDesk(tmp_path / "desk", zone="Europe/Berlin")
    today = now.astimezone(BERLIN).date()
    for number in (7, 30, 90, 365):
        found = read_topic(desk.db, desk.asked(now, path={"topic": "isis"}, days=str(number)))["volume"].labels
        assert len(found) == number
    rows = read(read_topics_csv(desk.db, desk.asked(now)).body)
    listed = [day for topic, day, _ in rows if topic == "isis"]
    assert listed == [(today - timedelta(days=back)).isoformat() for back in reversed(range(30))]
    desk.close()


def test_the_hours_of_today_have_all_that_the_day_has(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    for hours in (-2, -1, 3):  # the last is dated in a zone that is none of its newspaper's
        desk.keep(f"ISIS left. {hours}", at=NOW + timedelta(hours=hours), seen=NOW)
    today = NOW.astimezone(BAGHDAD).date().isoformat()
    day = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}))
    hours_of_it = read_topic(desk.db, desk.asked(NOW, path={"topic": "isis"}, day=today))
    assert day["volume"].values[-1] == sum(hours_of_it["volume"].values) == len(hours_of_it["entries_shown"]) == 3
    assert hours_of_it["volume"].labels[-1] == "15:00"
    desk.close()
