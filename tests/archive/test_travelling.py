"""A source's memory on another machine: the same questions have the same answers there."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import travelling
from archive.article import Article, Entry, Fate, Visit
from archive.database import open_archive, transaction
from archive.forgotten import Gone, remain_forgotten
from archive.hosts import Hold, RobotsCopy, hold_of, keep_hold, keep_robots, robots_copy
from archive.ledger import key_of, record_visit, see_entries, unfinished
from archive.lines import hashes_of
from archive.looks import looks_due
from archive.notes import Recorded, StillSame
from archive.recurring import known_lines, remember_lines
from archive.rendering import Habit, habit_of, keep_habit
from archive.storing import Arrival, save
from archive.travelling import Keys, MemoryUnreadable, pack_memory, recall, unpack_memory
from archive.ways import Way, record_way, ways

FEED, SITEMAP = "https://news.example/feed", "https://news.example/sitemap.xml"
HOUR = timedelta(hours=1)
STEPS = (HOUR, 6 * HOUR)


@pytest.fixture
def elsewhere(tmp_path):
    """Opens an empty archive and puts a memory into it: the archive and its keys."""
    opened = []

    def unpack(memory):
        db = open_archive(tmp_path / f"scratch-{len(opened)}.db")
        opened.append(db)
        with transaction(db):
            return db, unpack_memory(db, memory)

    yield unpack
    for db in opened:
        db.close()


def url(number: int) -> str:
    return f"https://news.example/{number}"


def arrive(db, noon, number, *, at=0, source="example", text="A text."):
    article = Article(url=url(number), source=source, title=f"Title {number}", text=f"{text} {number}")
    with transaction(db):
        save(db, Arrival(article=article, seen=noon + at * HOUR, revisit=STEPS, validators=('"1"', None)))


def see(db, noon, numbers, *, at=0, way=FEED, mark=None, source="example", run=1):
    entries = [Entry(url=url(number), title="عنوان", mark=mark, published=noon) for number in numbers]
    with transaction(db):
        return see_entries(db, source=source, run=run, way=way, entries=entries, at=noon + at * HOUR)


def visit(db, noon, number, fate, *, at=0, reason=None, status=None, source="example"):
    when = noon + at * HOUR
    with transaction(db):
        record_visit(db, Visit(url=url(number), source=source, run=1, at=when, fate=fate, reason=reason, status=status))


def test_all_that_a_crawl_asks_of_its_source_travels(db, noon, elsewhere) -> None:
    way = Way(url=FEED, source="example", etag='"feed"', health="ok", told=3, last_full=noon, goes_on=True)
    with transaction(db):
        record_way(db, way)
        record_way(db, Way(url="https://other.example/feed", source="other"))
        keep_hold(db, "news.example", Hold(until=noon + HOUR, reason="HTTP 429", holds=2))
        keep_robots(db, "news.example", RobotsCopy(text="User-agent: *\nDisallow: /x", status=200, read=noon))
        keep_hold(db, "stranger.example", Hold(until=noon + HOUR, reason="HTTP 429", holds=2))
        keep_habit(db, "example", "article", Habit(plain_lost=3, rendered_at=noon))
        for number in range(12):
            remember_lines(db, "example", hashes_of(["Menu", f"وێنە {number}"]))
    see(db, noon, [1, 2, 3], mark="a")
    arrive(db, noon, 1)
    visit(db, noon, 2, Fate.FAILED, reason="HTTP 500", status=500)

    there, keys = elsewhere(pack_memory(db, "example", at=noon, with_keys=False))

    assert ways(there, "example") == {FEED: ways(db, "example")[FEED]} and not ways(there, "other")
    assert hold_of(there, "news.example") == hold_of(db, "news.example")
    assert hold_of(there, "stranger.example") == Hold()
    assert robots_copy(there, "news.example") == robots_copy(db, "news.example")
    assert habit_of(there, "example", "article") == habit_of(db, "example", "article")
    assert known_lines(there, "example", is_past=False) == known_lines(db, "example", is_past=False)
    assert unfinished(there, "example", noon + HOUR) == unfinished(db, "example", noon + HOUR)
    assert {entry.title for entry in unfinished(there, "example", noon + HOUR)} == {"عنوان"}
    assert looks_due(there, "example", noon + HOUR) == looks_due(db, "example", noon + HOUR)
    assert len(keys) == 0


def test_what_was_looked_at_again_elsewhere_is_planned_there_as_here(db, noon, elsewhere) -> None:
    arrive(db, noon, 1)
    arrive(db, noon, 2)
    there, _ = elsewhere(pack_memory(db, "example", at=noon, with_keys=False))
    same = Visit(url=url(1), source="example", run=2, at=noon + HOUR, fate=Fate.UNCHANGED, status=304)
    lost = Visit(url=url(2), source="example", run=2, at=noon + HOUR, fate=Fate.FAILED, reason="HTTP 503", status=503)

    for archive in (db, there):
        with transaction(archive):
            StillSame(visit=same, ages=STEPS)(archive)
            Recorded(visit=lost, ages=STEPS)(archive)

    state = "SELECT url, run, at, fate, reason, open_since, due, look FROM visits ORDER BY id"
    assert [tuple(row) for row in there.execute(state)] == [tuple(row) for row in db.execute(state)]


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("see"), st.sets(st.integers(1, 8)), st.sampled_from("ab"), st.sampled_from([FEED, SITEMAP])),
        st.tuples(st.just("arrive"), st.integers(1, 8)),
        st.tuples(st.just("visit"), st.integers(1, 8), st.sampled_from([Fate.FAILED, Fate.REFUSED, Fate.UNCHANGED])),
        st.tuples(st.just("kin"), st.integers(1, 8)),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=30)
@given(acts=ACTS, shown=st.sets(st.integers(1, 10)), mark=st.sampled_from(["a", "b"]))
def test_after_any_history_what_a_way_shows_means_the_same_there(tmp_path_factory, acts, shown, mark) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    folder = tmp_path_factory.mktemp("history")
    with closing(open_archive(folder / "archive.db")) as here, closing(open_archive(folder / "scratch.db")) as there:
        for at, act in enumerate(acts):
            match act:
                case ("see", numbers, said, way):
                    see(here, noon, sorted(numbers), at=at, mark=said, way=way)
                case ("arrive", number):
                    arrive(here, noon, number, at=at)
                case ("kin", number):
                    see(here, noon, [number], at=at, source="kin", way="https://news.example/kin")
                    arrive(here, noon, number, at=at, source="kin")
                case (_, number, fate):
                    visit(here, noon, number, fate, at=at, reason="HTTP 500" if fate is Fate.FAILED else None)
        with transaction(there):
            unpack_memory(there, pack_memory(here, "example", kin=["kin"], at=noon, with_keys=False))

        seen = [see(one, noon, sorted(shown), at=20, mark=mark, run=9) for one in (here, there)]

        assert seen[1] == seen[0]
        later = noon + 21 * HOUR
        assert unfinished(there, "example", later) == unfinished(here, "example", later)


def test_older_addresses_travel_as_keys_and_are_not_asked_for_again(db, noon, elsewhere, monkeypatch) -> None:
    monkeypatch.setattr(travelling, "MAX_MEMORY_ADDRESSES", 2)
    for number in range(1, 31):
        arrive(db, noon, number, at=number)
    far = noon + 1000 * HOUR
    with transaction(db):
        db.execute("UPDATE visits SET look = NULL")
        remain_forgotten(db, [key_of(url(40))], Gone(noon, expired=7))
        db.execute("INSERT INTO expired (article, source, hour, topics, at) VALUES (7, 'example', '', '[]', '')")
    there, keys = elsewhere(pack_memory(db, "example", at=far, with_keys=True))
    entries = [Entry(url=url(number)) for number in (1, 30, 31, 40)]

    with transaction(there):
        recall(there, keys, "example", entries, far)
        seen = see_entries(there, source="example", run=9, way=SITEMAP, entries=entries, at=far)

    assert [entry.url for entry in seen.wanted] == [url(31)]
    assert seen.unchanged == 3
    assert there.execute("SELECT count(*) FROM article_head").fetchone()[0] == 2, "the older ones did not travel whole"


def test_what_a_person_had_forgotten_is_not_asked_for_elsewhere(db, noon, elsewhere) -> None:
    with transaction(db):
        remain_forgotten(db, [key_of(url(1))], Gone(noon))
    there, _ = elsewhere(pack_memory(db, "example", at=noon, with_keys=False))

    assert see(there, noon, [1]).wanted == []


def test_a_memory_of_another_schema_is_taken_as_far_as_it_is_understood(db, noon, elsewhere) -> None:
    see(db, noon, [1])
    db.execute("ALTER TABLE visits ADD COLUMN of_the_future TEXT")

    there, _ = elsewhere(pack_memory(db, "example", at=noon, with_keys=False))

    assert [entry.url for entry in unfinished(there, "example", noon)] == [url(1)]


@pytest.mark.parametrize("damage", [lambda memory: memory[:-5], lambda memory: b"no memory", lambda memory: b""])
def test_a_damaged_memory_says_so(db, noon, elsewhere, damage) -> None:
    see(db, noon, [1])

    with pytest.raises(MemoryUnreadable):
        elsewhere(damage(pack_memory(db, "example", at=noon, with_keys=False)))


@given(st.sets(st.text(max_size=20)))
def test_keys_know_all_that_they_were_made_of(known) -> None:
    numbers = sorted({int.from_bytes(travelling.hash_of_address(key)[:4], "little") for key in known})
    keys = Keys(travelling.array("I", numbers).tobytes())

    assert all(key in keys for key in known)
    assert "an address that is not among them" not in keys
