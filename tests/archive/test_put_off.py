"""What goes into the full-text indexes is written at the end of its transaction; only the time tells."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.article import Article
from archive.connection import Connection
from archive.database import open_archive, transaction
from archive.index import rebuild_index
from archive.search import count, search
from archive.storing import Arrival, save

TEXTS = {
    "en": ("The convoy left the northern base.", "The convoy", "The aircraft came back to the base."),
    "ar": ("غادرت القافلة القاعدة الشمالية.", "القافلة", "عادت الطائرة إلى القاعدة."),
    "ckb": ("کاروانەکە بنکەی باکووری بەجێهێشت.", "کاروانەکە", "فڕۆکەکە گەڕایەوە بنکەکە."),
    "kmr": ("Karwan ji bingeha bakur derket.", "Karwan", "Balafir vegeriya bingehê."),
}


@pytest.fixture
def opened(tmp_path: Path):
    with closing(open_archive(tmp_path / "archive.db")) as db:
        yield db


def _save(db: sqlite3.Connection, noon, text: str, number: int = 1) -> None:
    article = Article(
        url=f"https://news.example/{number}", source="wire", title="A title", text=text, authors=("Sana",)
    )
    save(db, Arrival(article=article, seen=noon))


def _is_whole(db: sqlite3.Connection) -> None:
    for index in ("article_index", "author_index"):
        db.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")


@pytest.mark.parametrize("language", TEXTS)
def test_a_search_within_the_transaction_finds_what_was_just_saved(opened, noon, language) -> None:
    text, word, _ = TEXTS[language]
    with transaction(opened):
        _save(opened, noon, text)
        assert [hit.title for hit in search(opened, f'"{word}"')] == ["A title"]
        assert count(opened, "author:Sana") == 1


@pytest.mark.parametrize("language", TEXTS)
def test_saved_and_edited_in_one_transaction_it_is_found_as_it_is_now(opened, noon, minutes, language) -> None:
    before, word, after = TEXTS[language]
    with transaction(opened):
        _save(opened, noon, before)
        _save(opened, minutes(5), after)

    assert count(opened, f'"{word}"') == 0
    assert count(opened, f'"{after}"') == 1
    _is_whole(opened)


def test_what_is_rolled_back_is_in_no_index(opened, noon) -> None:
    with pytest.raises(ZeroDivisionError), transaction(opened):
        _save(opened, noon, "The convoy left.")
        raise ZeroDivisionError
    with transaction(opened):
        _save(opened, noon, "The aircraft came.")

    assert (count(opened, "convoy"), count(opened, "aircraft")) == (0, 1)
    _is_whole(opened)


def test_the_indexes_are_written_behind_all_else(opened, noon) -> None:
    told: list[str] = []
    opened.set_trace_callback(told.append)
    with transaction(opened):
        for number in range(20):
            _save(opened, noon, f"Text number {number} of the convoy.", number)
    opened.set_trace_callback(None)

    own = [one for one in told if not one.startswith("--")]  # what triggers and the index itself do comes as a comment
    first = next(place for place, one in enumerate(own) if one.startswith("INSERT INTO article_index"))
    assert all(one.startswith(("INSERT INTO article_index", "INSERT INTO author_index")) for one in own[first:-1])
    assert own[-1] == "COMMIT"


def test_an_index_is_made_anew_in_spite_of_what_was_put_off(opened, noon) -> None:
    with transaction(opened):
        _save(opened, noon, "The convoy left.")
        rebuild_index(opened)

    assert count(opened, "convoy") == 1
    _is_whole(opened)


def test_outside_of_such_a_transaction_nothing_is_put_off(opened, noon) -> None:
    assert isinstance(opened, Connection)
    opened.execute("BEGIN IMMEDIATE")
    _save(opened, noon, "The convoy left.")
    assert opened.execute("SELECT count(*) FROM article_index WHERE article_index MATCH 'convoy'").fetchone()[0] == 1
    opened.execute("COMMIT")
