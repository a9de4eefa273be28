"""Captures of one address in any order: the archive comes to be what it would be had they come in their own."""

import itertools
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from archive.article import Article, Fate
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.reading import read_record
from archive.recurring import past_of
from archive.storing import Arrival, Stored, save
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
WORDS = {
    "en": ("Four people died in the blast at the market.", "Seven people have died in the blast at the market."),
    "ar": ("قتل أربعة أشخاص في انفجار السوق صباح اليوم.", "قتل سبعة أشخاص في انفجار السوق صباح اليوم."),
    "ckb": ("چوار کەس لە تەقینەوەی بازاڕەکەدا گیانیان لەدەستدا.", "حەوت کەس لە تەقینەوەی بازاڕەکەدا گیانیان لەدەستدا."),
    "kmr": ("Çar kes di teqîna sûkê de mirin.", "Heft kes di teqîna sûkê de mirin û gelek birîndar bûn."),
}
MOST = hypothesis_settings(max_examples=150)


def arrived(db: sqlite3.Connection, minute: int, version: str, *, past: bool = True, **fields: Any) -> Stored:
    """The capture of that minute, which shows *version*."""
    text = f"{version}.\nThe ferry of the {version} bank carries carts to the market before noon."
    given = {"url": "https://news.example/1", "source": "example", "title": f"Blast {version[0]}", "text": text}
    article = Article(**given | fields)
    arrival = Arrival(
        article=article, seen=NOON + timedelta(minutes=minute), run=1, status=200, is_past=past, is_capture=past,
        signature=signature(fold(article.text)),
    )  # fmt: skip
    with transaction(db):
        return save(db, arrival)


def history(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """All that is archived of it, without the numbers that depend on the order in which things were written."""
    rows = db.execute("SELECT * FROM revisions ORDER BY seen, id").fetchall()
    place = {row["id"]: number for number, row in enumerate(rows)}
    told = [
        {**dict(row), "id": place[row["id"]], "article": 1, "back_to": place.get(row["back_to"]), "page_fetched": None}
        for row in rows
    ]
    for row in told:
        del row["page_fetched"]  # any page that shows a version stands for it
    heads = [dict(row) for row in db.execute("SELECT * FROM article_head JOIN article_text USING (id)")]
    for head in heads:
        number = head.pop("id")
        del head["story"], head["pack"]
        del head["page_fetched"]
        head["moved"] = None if head["published"] is None else number // 1_000_000
    looks = [row["seen"] for row in db.execute("SELECT seen FROM sightings ORDER BY seen")]
    edits = [dict(row) for row in db.execute("SELECT seen, title_before, title_after, text_after FROM edits")]
    visits = [tuple(row) for row in db.execute("SELECT url, at FROM visits")]
    return [*heads, *told, {"looks": looks}, *sorted(edits, key=lambda edit: edit["seen"]), {"visits": visits}]


def archived_in(order: list[tuple[int, str]], **fields: Any) -> list[dict[str, Any]]:
    with closing(open_memory()) as db:
        for minute, version in order:
            arrived(db, minute, version, **fields)
        return history(db)


def open_memory() -> sqlite3.Connection:
    """An archive in memory, made from one that was made once."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    _made().backup(db)
    db.execute("PRAGMA foreign_keys = ON")
    return db


_KEPT: list[sqlite3.Connection] = []


def _made() -> sqlite3.Connection:
    if not _KEPT:
        import tempfile  # noqa: PLC0415
        from pathlib import Path  # noqa: PLC0415

        with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder) / "archive.db")) as made:
            _KEPT.append(sqlite3.connect(":memory:", check_same_thread=False))
            made.backup(_KEPT[0])
    return _KEPT[0]


@pytest.fixture(scope="module", autouse=True)
def _closed():
    yield
    while _KEPT:
        _KEPT.pop().close()


HISTORIES = st.lists(st.sampled_from("ABC"), min_size=1, max_size=8).map(
    lambda versions: [(10 * place, version) for place, version in enumerate(versions)]
)


@MOST
@given(data=st.data(), captures=HISTORIES)
def test_captures_in_any_order_give_what_they_give_in_their_own(data: st.DataObject, captures: list[Any]) -> None:
    shuffled = data.draw(st.permutations(captures))

    assert archived_in(list(shuffled)) == archived_in(captures)


@MOST
@given(data=st.data(), captures=HISTORIES)
def test_so_they_do_with_a_date_and_beside_looks_of_a_crawl(data: st.DataObject, captures: list[Any]) -> None:
    date = NOON - timedelta(hours=3)
    told = {"published": date, "published_raw": "2026-03-14 09:00", "published_precision": "minute"}
    crawled = [one for one in captures if data.draw(st.booleans())]
    late = data.draw(st.permutations([one for one in captures if one not in crawled]))
    with closing(open_memory()) as db:
        for minute, version in crawled:
            arrived(db, minute, version, past=False, **told)
        for minute, version in late:
            arrived(db, minute, version, **told)

        assert history(db)[:-1] == archived_in(captures, **told)[:-1]


@pytest.mark.parametrize("language", WORDS)
def test_an_edit_that_was_taken_back_is_found_by_a_late_capture(db, language) -> None:
    first, second = WORDS[language]
    for minute, text in ((0, first), (60, first), (30, second)):
        stored = arrived(db, minute, language, text=text, title="Blast", language=language)

    assert stored.fate is Fate.REVISED
    record = read_record(db, stored.article)
    assert record is not None
    assert record.article["text"] == first
    assert [(one["seen"], one["text"]) for one in record.revisions] == [
        ("2026-03-14T12:30:00Z", first), ("2026-03-14T13:00:00Z", second),
    ]  # fmt: skip
    assert record.revisions[1]["back_to"] == record.revisions[0]["id"]
    assert all(one["changed"] == ["text"] and one["change"] > 0 for one in record.revisions)


def test_every_order_of_five_captures_is_right() -> None:
    captures = [(0, "A"), (10, "B"), (20, "A"), (30, "C"), (40, "B")]
    wanted = archived_in(captures)

    assert all(archived_in(list(order)) == wanted for order in itertools.permutations(captures))


def test_a_late_capture_changes_neither_text_nor_tags_nor_what_is_searched(db) -> None:
    arrived(db, 60, "B", past=False)
    before = [tuple(row) for row in db.execute("SELECT * FROM article_tags")]

    stored = arrived(db, 0, "A")

    assert stored.fate is Fate.REVISED
    assert [tuple(row) for row in db.execute("SELECT * FROM article_tags")] == before
    assert db.execute("SELECT count(*) FROM article_index WHERE article_index MATCH 'b'").fetchone()[0] == 1
    row = db.execute("SELECT title, first_seen, last_seen FROM article_head").fetchone()
    assert tuple(row) == ("Blast B", "2026-03-14T12:00:00Z", "2026-03-14T13:00:00Z")


def test_a_late_capture_fills_what_no_later_look_told(db) -> None:
    arrived(db, 60, "A", past=False, section="World")
    arrived(db, 0, "A", authors=("Rêbîn", "علي"), section="Old", published=NOON, published_precision="day")

    row = db.execute("SELECT authors, section, published, moved FROM article_head").fetchone()
    assert tuple(row) == ('["Rêbîn", "علي"]', "World", "2026-03-14T12:00:00Z", 1)
    assert db.execute("SELECT count(*) FROM author_index WHERE author_index MATCH 'rebin'").fetchone()[0] == 1


def test_of_two_articles_of_a_story_the_one_captured_earlier_becomes_its_first(db, prose) -> None:
    text = prose(80, 1)
    second = arrived(db, 30, "A", url="https://two.example/a", source="two", text=text)
    first = arrived(db, 60, "A", url="https://one.example/a", source="one", text=text)
    assert first.story == second.story

    arrived(db, 0, "A", url="https://one.example/a", source="one", text=text)

    assert db.execute("SELECT first_article FROM stories WHERE articles = 2").fetchone()[0] == first.article


def test_what_was_seen_ten_days_later_is_no_copy_of_it(db, prose) -> None:
    text = prose(80, 1)
    arrived(db, 30 * 24 * 60, "A", url="https://two.example/a", source="two", text=text)
    arrived(db, 0, "A", url="https://one.example/a", source="one", text=text)

    assert db.execute("SELECT count(*) FROM stories").fetchone()[0] == 2


def test_templates_of_long_ago_do_not_take_the_place_of_todays(db) -> None:
    for number in range(70):
        lines = frozenset([number.to_bytes(8, "big")])
        article = Article(url=f"https://news.example/{number}", source="example", text=f"Text {number}.")
        with transaction(db):
            save(db, Arrival(article=article, seen=NOON, lines=lines, is_past=number >= 60, is_capture=number >= 60))

    counted = db.execute("SELECT source, count(*) FROM lines GROUP BY source ORDER BY source").fetchall()
    assert [tuple(row) for row in counted] == [("example", 60), (past_of("example"), 10)]
