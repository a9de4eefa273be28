"""An archive in a directory of the test's, and articles to put into it."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, Stored, save
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    """The moment at which most of the articles arrive."""
    return NOON


@pytest.fixture
def archive_path(tmp_path: Path) -> Path:
    """Where an archive may be made."""
    return tmp_path / "archive.db"


@pytest.fixture
def db(archive_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty archive, open for writing."""
    with closing(open_archive(archive_path)) as connection:
        yield connection


@pytest.fixture
def keep(db: sqlite3.Connection) -> Callable[..., Stored]:
    """Saves an article, one transaction each: `keep(url=…, text=…, tags=…, seen=…)`."""

    def save_one(
        *, tags: Any = (), pack_version: str | None = None, seen: datetime = NOON, run: int | None = 1,
        signed: bool = True, **fields: Any,
    ) -> Stored:  # fmt: skip
        given = {"url": "https://news.example/1", "source": "example", "title": "A title", "text": "A text."} | fields
        article = Article(**given)
        sign = signature(fold(article.text)) if signed else None
        arrival = Arrival(
            article=article, tags=tags, pack_version=pack_version, signature=sign, seen=seen, run=run, status=200
        )
        with transaction(db):
            return save(db, arrival)

    return save_one


@pytest.fixture
def prose() -> Callable[..., str]:
    """A text of *words* words in sentences, always the same for a *seed* and unlike that of any other."""

    def write(words: int, seed: int) -> str:
        chance = random.Random(seed)
        letters = "abcdefghiklmnoprstuvwyz"
        written = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(words)]
        return " ".join(word + ("." if place % 12 == 11 else "") for place, word in enumerate(written))

    return write


@pytest.fixture
def minutes() -> Callable[[float], datetime]:
    """The moment so many minutes after noon."""
    return lambda number: NOON + timedelta(minutes=number)
