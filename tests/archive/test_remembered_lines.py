"""The memory of lines: what counts, what is forgotten, and what is no edit and no other article for its sake."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.article import Article, Fate
from archive.database import open_archive, transaction
from archive.lines import LATEST, NO_LINES, hashes_of, line_hash, pack, unpack
from archive.recurring import latest_lines
from archive.storing import Arrival, Stored, save
from topics.evidence import Evidence, Tag

BOX = "Our newsroom stands on the old quay."
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
Arrive = Callable[..., Stored]


@pytest.fixture
def arrive(db: sqlite3.Connection) -> Arrive:
    """Saves an article of these lines; those of *out* are left out of it."""

    def save_one(
        *lines: str, out: tuple[str, ...] = (), tags: Any = (), seen: datetime = NOON, **fields: Any
    ) -> Stored:
        text = "\n".join(line for line in lines if line not in out)
        given = {"url": "https://news.example/1", "source": "example", "title": "A title", "text": text} | fields
        arrival = Arrival(
            article=Article(**given), tags=tags, seen=seen, run=1, lines=hashes_of(lines), left_out=hashes_of(out)
        )
        with transaction(db):
            return save(db, arrival)

    return save_one


def test_an_article_counts_once_with_what_was_left_out_of_it(db, arrive) -> None:
    arrive("One.", BOX, out=(BOX,))
    arrive("One.", BOX)  # looked at again
    arrive("Two.", BOX)  # edited
    arrive("Two.", BOX, url="https://news.example/print/1", canonical="https://news.example/1")  # a copy

    assert latest_lines(db, "example") == [hashes_of(["One.", BOX])]


def test_what_a_transaction_takes_back_does_not_count(db, arrive) -> None:
    with pytest.raises(ValueError, match="stop"), transaction(db):
        save(db, Arrival(article=Article(url="https://a.example/1", source="example", text="One."), seen=NOON,
                         lines=hashes_of(["One."])))  # fmt: skip
        raise ValueError("stop")

    assert latest_lines(db, "example") == []


def test_of_each_source_the_latest_articles_are_remembered(db, arrive) -> None:
    for number in range(LATEST + 5):
        arrive("a" * (number + 1), url=f"https://news.example/{number}")
    arrive("Another.", url="https://other.example/1", source="other")

    assert latest_lines(db, "example") == [hashes_of(["a" * (number + 1)]) for number in range(5, LATEST + 5)]
    assert latest_lines(db, "other") == [hashes_of(["Another."])]


def test_lines_are_kept_as_their_hashes() -> None:
    lines = hashes_of(["One.", "دوو.", "***"])

    assert len(lines) == 2
    assert unpack(pack(lines)) == lines
    assert (pack(NO_LINES), unpack(None)) == (None, NO_LINES)


def test_of_an_endless_page_both_ends_count() -> None:
    lines = hashes_of(["a" * number for number in range(1, 3_000)])

    assert len(lines) == 200
    assert {line_hash("a"), line_hash("a" * 2_999)} <= lines


def tag(start: int, end: int) -> Tag:
    piece = Evidence(rule="rule[0]", term="ferry", field="text", start=start, end=end, score=1.0)
    return Tag(topic="river", score=1.0, pack_version="p", evidence=(piece,))


def test_a_line_that_is_left_out_from_now_on_goes_with_its_evidence_and_no_revision(db, arrive) -> None:
    arrive(BOX, "The ferry sails.", tags=(tag(41, 46),))
    again = arrive(BOX, "The ferry sails.", out=(BOX,), tags=(tag(4, 9),))

    assert again.fate is Fate.UNCHANGED
    (row,) = db.execute('SELECT text, start, "end" FROM articles JOIN evidence ON article = articles.id').fetchall()
    assert tuple(row) == ("The ferry sails.", 4, 9)
    assert db.execute("SELECT count(*) FROM revisions").fetchone()[0] == 0


@pytest.mark.parametrize("there", [True, False])
def test_a_line_that_comes_back_or_whose_number_changed_is_no_edit_and_neither_is_its_going(db, arrive, there) -> None:
    counter = "Views: 17"
    arrive("One.", counter, BOX, out=(counter, BOX))
    lines = ("One.", "Views: 18", BOX) if there else ("One.",)

    assert arrive(*lines).fate is Fate.UNCHANGED
    assert db.execute("SELECT text FROM articles").fetchone()[0] == "\n".join(lines)
    assert arrive(*lines, "Two.").fate is Fate.REVISED


def test_a_line_that_an_editor_adds_is_an_edit_however_often_it_stands_elsewhere(arrive) -> None:
    for number in range(2, 40):
        arrive(f"{'a' * number}.", BOX, url=f"https://news.example/{number}")
    arrive("One.")

    assert arrive("One.", BOX).fate is Fate.REVISED


@pytest.mark.parametrize(("often", "fate"), [(15, Fate.UNCHANGED), (8, Fate.REVISED)])
def test_a_box_that_its_page_no_longer_shows_is_no_edit_and_a_background_that_an_editor_takes_out_is(
    arrive, often, fate
) -> None:
    for number in range(2, 31):
        lines = [f"{'a' * number}.", *([BOX] if number <= often else [])]
        arrive(*lines, url=f"https://news.example/{number}")
    arrive("One.", BOX)

    assert arrive("One.").fate is fate


def test_a_dateline_that_comes_to_light_beneath_a_line_is_no_edit_and_back(arrive) -> None:
    arrive(BOX, "ERBIL – The mill burned.")
    clean = arrive(BOX, "The mill burned.", out=(BOX,), dateline="ERBIL")
    back = arrive(BOX, "ERBIL – The mill burned.")

    assert (clean.fate, back.fate) == (Fate.UNCHANGED, Fate.UNCHANGED)
    assert arrive(BOX, "DUHOK – The mill burned.", out=(BOX,)).fate is Fate.REVISED


def test_a_moved_article_and_a_print_page_are_known_whether_or_not_a_line_was_left_out(arrive, prose) -> None:
    told = {"published": NOON, "published_precision": "minute"}
    box = prose(60, 2)
    first = arrive(prose(100, 1), box, **told)
    moved = arrive(prose(100, 1), box, out=(box,), url="https://news.example/iraq/1", **told)
    printed = arrive(
        prose(100, 1),
        box,
        out=(box,),
        title="Print",
        url="https://news.example/print",
        canonical="https://news.example/1",
    )

    assert (moved.fate, printed.fate) == (Fate.DUPLICATE, Fate.DUPLICATE)
    assert {first.article, moved.article, printed.article} == {first.article}


def test_an_archive_of_schema_3_is_brought_up_to_date_with_its_articles(archive_path, arrive, db) -> None:
    arrive("One.", BOX)
    db.execute("DROP TABLE lines")
    db.execute("ALTER TABLE article_text DROP COLUMN left_out")
    db.execute("DELETE FROM _sqlite_migrations WHERE name LIKE 'm004%'")
    db.execute("PRAGMA user_version = 3")
    db.close()

    with closing(open_archive(archive_path)) as again:
        assert again.execute("SELECT text FROM articles").fetchone()[0] == f"One.\n{BOX}"
        assert latest_lines(again, "example") == []
        article = Article(url="https://news.example/1", source="example", title="A title", text="One.")
        with transaction(again):
            later = NOON + timedelta(hours=1)
            stored = save(again, Arrival(article=article, seen=later, left_out=hashes_of([BOX])))
        assert stored.fate is Fate.UNCHANGED
