"""Whole pages, in the styles of the region's sites, come out as a careful reader would copy them."""

import tomllib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from pipelines.extraction.article import extract_article
from pipelines.page import Page
from seeds.definitions import convert
from seeds.sources import Source

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
UNNAMED = {"headline", "modified", "dateline", "section", "image", "keywords"}
"""Fields that a page does not have where its expectation does not name them."""
FETCHED = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_the_page_gives_the_article_that_stands_beside_it(file: Path) -> None:
    expected = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))
    source = convert(file, {"id": "test", **expected["source"]}, Source)
    headers = (("Content-Type", expected.get("content_type", "text/html; charset=utf-8")),)
    url = expected["url"]

    body = file.read_bytes()
    page = Page(url=url, requested=url, source="test", status=200, headers=headers, body=body, fetched=FETCHED)

    article = extract_article(page, source)

    assert article.text.split("\n") == expected["article"]["text"]
    assert {field: shown(article, field) for field in expected["article"]} == expected["article"]
    assert not [field for field in UNNAMED - set(expected["article"]) if getattr(article, field)]


def shown(article: Article, field: str) -> Any:
    """A field as the expectation writes it."""
    value = getattr(article, field)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value.split("\n") if field == "text" else value


def test_there_are_pages_in_every_language_of_the_region() -> None:
    languages = Counter(file.stem.partition("-")[0] for file in PAGES)

    assert all(languages[language] >= 6 for language in ("en", "ar", "ckb", "kmr", "sdh", "fa"))
    assert sum(languages[language] for language in ("ar", "ckb", "kmr", "sdh", "fa")) >= 46
