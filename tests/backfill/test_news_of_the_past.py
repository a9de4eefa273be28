"""Of which articles that a backfill brings the alerts hear."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from backfill_desk import PastDesk

from archive.article import Article
from archive.database import open_archive
from archive.storing import Arrival
from pipelines.errand import Errand
from seeds.sources import Source

NOW = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)
_DATE = re.compile(rb"<meta property=.article:published_time.[^>]*>")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


@pytest.mark.parametrize(
    ("published", "precision", "told"),
    [
        (NOW - timedelta(hours=47), None, True),
        (NOW - timedelta(hours=49), None, False),
        (datetime(2026, 3, 12, tzinfo=UTC), "day", True),  # it may have been published an hour before midnight
        (datetime(2026, 3, 10, tzinfo=UTC), "day", False),
        (None, None, False),
    ],
)
def test_what_is_still_news_is_told(db: Any, published: datetime | None, precision: Any, told: bool) -> None:
    article = Article(
        url="https://news.example/ar/خبر", source="example", title="T", text="T.", published=published,
        published_precision=precision,
    )  # fmt: skip
    workbench: Any = None  # nothing is written
    errand = Errand(source=Source(id="example", name="Example"), run=1, workbench=workbench, tells="news")
    assert errand.is_to_be_told(db, Arrival(article=article, seen=NOW)) is told


def test_an_undated_article_is_told_of_where_a_live_crawl_would_have_found_it(past: PastDesk) -> None:
    """The live crawl that comes next finds it archived, and so nobody else would tell."""
    site, desk = past.site, past.desk
    site.articles = [replace(article, path=f"/{article.language}/{n}") for n, article in enumerate(site.articles)]
    site.refresh()
    for article in site.articles:
        undated = _DATE.sub(b"", article.html)
        site.replies[article.path] = 200, {"Content-Type": "text/html; charset=utf-8"}, undated
    site.replies["/robots.txt"] = site.replies["/sitemap.xml"] = 404, {}, b""
    toml = site.source_toml("past", ways='listings = ["URL/news"]')
    desk.write_sources(toml.replace(r"\d{4}/\d\d/\d\d/", r"\d+$"))
    (desk.root / "alerts/alert.toml").write_text(
        '[[alert]]\nid = "all"\nquery = "language:en OR language:ar OR language:ckb OR language:kmr"\n'
        'to = ["json://127.0.0.1:9/hook"]\n'
    )

    assert past.backfill(since="30d")["counts"]["archived"] == 40

    told = desk.rows("SELECT url, published FROM articles WHERE id IN (SELECT article FROM alerts)")
    assert {row["url"].removeprefix(site.url) for row in told} == {article.path for article in site.articles[:10]}
    assert {row["published"] for row in told} == {None}
