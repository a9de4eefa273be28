"""The columns of `article_head` that an article fills. Pure."""

import json
from collections.abc import Sequence

from archive.addresses import site_of
from archive.article import Article
from archive.database import storable
from archive.identity import IDS_PER_SECOND
from archive.times import epoch_seconds, to_text


def told(article: Article) -> dict[str, object]:
    """The columns for which the page gave a value. What belongs to a date comes with it, also where it is missing."""
    return {
        name: value
        for name, value in columns(article).items()
        if value not in (None, "", "[]")
        or (name.startswith("published_") and article.published)
        or name == "reserved"  # what is reserved no longer may be kept
    }


def columns(article: Article) -> dict[str, object]:
    """All that an Article fills."""
    return {
        "url": storable(article.url),
        "site": site_of(article.url),
        "source": article.source,
        "title": storable(article.title),
        "headline": storable(article.headline),
        "authors": _json_list(article.authors),
        "published": to_text(article.published) if article.published else None,
        "published_raw": storable(article.published_raw),
        "published_zone": storable(article.published_zone),
        "published_precision": article.published_precision,
        "modified": to_text(article.modified) if article.modified else None,
        "language": storable(article.language),
        "dateline": storable(article.dateline),
        "section": storable(article.section),
        "image": storable(article.image),
        "keywords": _json_list(article.keywords),
        "reserved": _json_list(article.reserved),
        "canonical": storable(article.canonical),
    }


def is_moved(number: int, time: str) -> bool:
    """Whether the id tells another second than the date that the article has now."""
    return number // IDS_PER_SECOND != epoch_seconds(time)


def _json_list(values: Sequence[str]) -> str:
    return json.dumps([storable(value) for value in values], ensure_ascii=False)
