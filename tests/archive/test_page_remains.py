"""Of rows that SQLite has moved to another page no copy stays behind when they are deleted, and all else stays."""

import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from archive.database import transaction
from archive.forgetting import forget_article, scrub
from archive.page_remains import remains

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = 60 * 24 * 60  # minutes; the articles arrive in another order than they are dated in, as from an archive page
WORDS = {
    "en": "the dam opened its gates for farmers of the plain after a dry winter",
    "ar": "فتح السد أبوابه لمزارعي السهل بعد شتاء جاف",
    "ckb": "بەنداوەکە دەرگاکانی بۆ جووتیارانی دەشتەکە کردەوە",
    "kmr": "bendavê deriyên xwe ji bo cotkarên deştê vekirin",
}


@pytest.fixture
def moved(db, keep):
    """Articles of all lengths in pages that were split often: address, title and text by id."""
    chance = random.Random(2)
    kept = {}
    for number in range(240):
        words = WORDS[list(WORDS)[number % 4]].split()
        text = " ".join(
            f"{chance.choice(words)}{chance.randint(0, 9999)}" for _ in range(chance.choice([9, 40, 700, 3000]))
        )
        url = f"https://news.example/{'path/' * chance.randint(1, 18)}story-{number:04d}-end"
        title = f"{text[:60]} {number:04d}"
        published = FIRST + timedelta(minutes=chance.randrange(SPAN))
        kept[keep(url=url, title=title, text=text, published=published, canonical=f"{url}-own").article] = (
            url, title, text,
        )  # fmt: skip
    return kept


def test_no_copy_of_a_forgotten_row_stays_in_another_page(db, archive_path, moved) -> None:
    gone = [article for number, article in enumerate(sorted(moved)) if number % 3 == 0]
    with transaction(db):
        for article in gone:
            forget_article(db, article, FIRST)
    rest = [tuple(row) for row in db.execute("SELECT * FROM article_head JOIN article_text USING (id)")]

    assert scrub(db)

    held = archive_path.read_bytes()
    left = [one for article in gone for one in moved[article] if one.encode()[:2000][-120:] in held]
    left += [url for url, *_ in map(moved.get, gone) if url.partition("//")[2].encode() in held]
    assert left == []
    assert remains(db, archive_path) == []
    assert [tuple(row) for row in db.execute("SELECT * FROM article_head JOIN article_text USING (id)")] == rest
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_clean_file_is_not_written_to(db, archive_path, moved) -> None:
    assert scrub(db)
    before = archive_path.read_bytes()
    assert scrub(db)
    assert archive_path.read_bytes() == before


def test_who_has_looked_at_the_file_keeps_its_locks_on_it(db, archive_path, keep) -> None:
    assert scrub(db)
    keep(url="https://news.example/later")
    other = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM articles').fetchall()"
    subprocess.run([sys.executable, "-c", other + "; db.close()", archive_path], check=True)
    log = archive_path.with_name("archive.db-wal")
    assert log.exists(), "the other process took itself for the last one, and took away the log that is in use"
