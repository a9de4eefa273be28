"""Each version of an article tells by a hash which page it was read from, and when that was fetched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Article
from archive.database import transaction
from archive.storing import Arrival, save

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TEXTS = {
    "en": ("Four people died in the blast.", "Seven people have died in the blast, the ministry says."),
    "ar": ("قتل أربعة أشخاص في الانفجار.", "قتل سبعة أشخاص في انفجار السوق صباح اليوم."),
    "ckb": ("چوار کەس لە تەقینەوەکەدا مردن.", "حەوت کەس لە تەقینەوەی بازاڕەکەدا گیانیان لەدەستدا."),
    "kmr": ("Çar kes di teqînê de mirin.", "Heft kes di teqîna sûkê de mirin û gelek birîndar bûn."),
}


def _arrival(text: str, page: bytes, minute: int, **more: bool) -> Arrival:
    article = Article(url="https://news.example/1", source="example", title="A blast", text=text)
    return Arrival(article=article, seen=NOON + timedelta(minutes=minute), page_hash=page, **more)


@pytest.mark.parametrize("language", TEXTS)
def test_an_edit_keeps_the_page_of_the_version_before(db, language: str) -> None:
    before, after = TEXTS[language]
    with transaction(db):
        save(db, _arrival(before, b"\x01" * 32, 0))
        save(db, _arrival(after, b"\xab" * 32, 30))

    assert db.execute("SELECT page_sha256, page_fetched FROM articles").fetchone()[:] == (
        "ab" * 32,
        "2026-03-14T12:30:00Z",
    )
    assert db.execute("SELECT page_hash, page_fetched FROM revisions").fetchone()[:] == (
        b"\x01" * 32,
        "2026-03-14T12:00:00Z",
    )


def test_a_page_that_shows_the_same_words_stands_for_nothing_new(db) -> None:
    with transaction(db):
        save(db, _arrival("A story.", b"\x01" * 32, 0))
        save(db, _arrival("A story.", b"\x02" * 32, 60))

    assert db.execute("SELECT page_sha256 FROM articles").fetchone()[0] == "01" * 32


def test_a_late_capture_is_kept_with_its_own_page(db) -> None:
    with transaction(db):
        save(db, _arrival("The later version of it all.", b"\x02" * 32, 60))
        save(db, _arrival("An earlier one, quite another.", b"\x01" * 32, 0, is_past=True, is_capture=True))

    assert db.execute("SELECT page_sha256 FROM articles").fetchone()[0] == "02" * 32
    assert db.execute("SELECT page_hash FROM revisions").fetchone()[0] == b"\x01" * 32


def test_a_page_that_nobody_noted_is_told_as_unknown(db) -> None:
    with transaction(db):
        save(db, replace(_arrival("A story.", b"", 0), page_hash=None))

    assert db.execute("SELECT page_sha256 FROM articles").fetchone()[0] is None
