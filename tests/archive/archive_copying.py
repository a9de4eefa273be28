"""A process that archives copies of the texts that others archive at the same time; one transaction for some of them.

For each transaction it waits for a line on standard input, and then says on standard output that it is done.
"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LETTERS = {
    "en": "abdeghiklmnoprstu", "ar": "ابتجحدرسشعفقكلمنهوي", "ckb": "ابپتجچدرڕسشفڤقکگلڵمنوۆیێە",
    "kmr": "abcçdeêghiîjklmnoprsştuûvwxyz",
}  # fmt: skip
AT_ONCE = 3


def text(number: int) -> str:
    """Text *number*, like no other; the languages take turns."""
    chance = random.Random(number)
    letters = list(LETTERS.values())[number % len(LETTERS)]
    return " ".join("".join(chance.choices(letters, k=chance.randint(4, 8))) for _ in range(60))


def arrivals(name: str, texts: int) -> Iterator[Arrival]:
    """A copy of each text, in an order of this process's own, with a word of its own put in."""
    chance = random.Random(name)
    for number in chance.sample(range(texts), texts):
        words = text(number).split()
        words.insert(chance.randrange(len(words)), name)
        article = Article(
            url=f"https://{name}.example/{number}", source=name, title=f"{name} {number}", text=" ".join(words)
        )
        yield Arrival(article=article, signature=signature(fold(article.text)), seen=NOON)


def main(path: Path, name: str, texts: int) -> None:
    """Archives the copies, some in each transaction; every fourth one is rolled back, and done again."""
    entries = list(arrivals(name, texts))
    with closing(open_archive(path)) as db:
        for place in range(0, texts, AT_ONCE):
            sys.stdin.readline()
            some = entries[place : place + AT_ONCE]
            if place % (4 * AT_ONCE) == 0:
                with suppress(ValueError):
                    archive(db, some, failing=True)
            archive(db, some)
            sys.stdout.write("done\n")
            sys.stdout.flush()


def archive(db: sqlite3.Connection, entries: list[Arrival], *, failing: bool = False) -> None:
    """All of *entries* in one transaction, or none."""
    with transaction(db):
        for entry in entries:
            save(db, entry)
        if failing:
            raise ValueError


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
