"""Which kept pages go with an article, and which nothing names."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from page_keeping import made_page

from archive.article import Article
from archive.database import transaction
from archive.naming_pages import UNDER_WAY, orphan_hashes, pages_at, pages_of, scrub_pages, take_out
from archive.packed_page import PackedPage
from archive.pages import keep_page, kept_hashes, open_pages
from archive.storing import Arrival, save

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_pages(tmp_path / "pages.db")) as connection:
        yield connection


def archive(db: sqlite3.Connection, pages: sqlite3.Connection, page: PackedPage, text: str, minute: int = 0) -> int:
    keep_page(pages, page)
    article = Article(url=page.url, source="wire", title="A title", text=text)
    with transaction(db):
        return save(db, Arrival(article=article, seen=NOON + timedelta(minutes=minute), page_hash=page.hash)).article


def test_all_versions_and_what_was_refused_at_its_addresses_go_with_an_article(db, pages) -> None:
    one = made_page("1")
    article = archive(db, pages, one, "Four people died in the blast.")
    edited = replace(made_page("1-edited"), url=one.url)
    archive(db, pages, edited, "Seven people have died in the blast, says the ministry.", 30)
    refused = replace(made_page("1-lost", refused="gate"), url="http://www.news.example/1?utm_source=x")
    others = made_page("2")
    keep_page(pages, refused)
    keep_page(pages, others)

    assert pages_of(db, pages, article) == {one.hash, edited.hash, refused.hash}
    assert pages_at(db, pages, "https://news.example/2") == {others.hash}
    assert take_out(pages, pages_of(db, pages, article)) == 3
    assert scrub_pages(pages)
    assert list(kept_hashes(pages)) == [others.hash]


def test_a_page_that_two_articles_were_read_from_stays_with_the_other(db, pages) -> None:
    shared = made_page("1")
    one = archive(db, pages, shared, "Four people died in the blast.")
    two = archive(db, pages, replace(shared, url="https://news.example/2"), "Quite another text on other things.")
    assert one != two
    assert pages_of(db, pages, one) == set()
    with transaction(db):
        db.execute("DELETE FROM article_head WHERE id = ?", (two,))
    assert pages_of(db, pages, one) == {shared.hash}


def test_what_nothing_names_is_an_orphan_once_it_cannot_be_under_way_any_more(db, pages) -> None:
    for number in range(9):
        archive(db, pages, made_page(f"named-{number}"), f"The text of {number}, and of no other article at all.")
    orphans = {keep_page(pages, page) and page.hash for page in map(made_page, ("left", "behind"))}
    keep_page(pages, made_page("lost", refused="gate"))

    assert set(orphan_hashes(db, pages)) == set()
    assert set(orphan_hashes(db, pages, at=datetime.now(UTC) + UNDER_WAY * 2)) == orphans
