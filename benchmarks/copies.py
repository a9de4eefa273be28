"""How many copies of an article find it, how many strangers are taken for copies, and what that costs an article.

    python -m benchmarks.copies [PAGES] [--seeds 3] [--signatures 1000 10000 100000]

Every text goes through `save` into a real archive, as the article of one source; then its copies do, each of another
source within the hour: syndicated (a quarter of the sentences cut, one word in twenty changed), the first half, and
with small edits. Once with the texts as they are, once cut to what an agency sends first (40 to 80 words). PAGES are
JSON Lines with `text` and, where they have it, `language`; .gz does as well. Without them the texts are made up of the
newsroom's words, in four languages.

Exit code 1 where fewer copies are joined, or more strangers, than Khabar promises.
"""

import argparse
import gzip
import json
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import SHORTEST, Met, signature
from archive.stories import find_story, join_story, remember_signature
from archive.storing import Arrival, Stored, save
from benchmarks.stories import write
from crawler.newsroom.styles import STYLES
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TEXTS = 200  # 19,900 pairs of strangers
SHORT = (40, 80)  # words of what an agency sends first
LEAST = {"syndicated": 0.97, "first half": 0.95, "small edits": 1.0}
MOST_STRANGERS = 2  # in 20,000 pairs
LOOKED_UP = 300  # articles, for the cost
_SENTENCE = re.compile(r"(?<=[.!?؟。])\s+")


@dataclass
class Counts:
    """Of copies and strangers, by kind, length and language."""

    copies: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    joined: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)  # of strangers, by length
    strangers: Counter[str] = field(default_factory=Counter)  # that were joined


def syndicated(text: str, chance: random.Random) -> str:
    """A quarter of the sentences cut, and one word in twenty changed."""
    sentences = _SENTENCE.split(text)
    cut = set(chance.sample(range(len(sentences)), len(sentences) // 4))
    words = " ".join(sentence for place, sentence in enumerate(sentences) if place not in cut).split()
    for place in chance.sample(range(len(words)), max(1, len(words) // 20)):
        words[place] = "".join(chance.sample("abdehiklmnorstu", 6))
    return " ".join(words)


def first_half(text: str, chance: random.Random) -> str:
    """Half of its words, the first ones."""
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2])


def small_edits(text: str, chance: random.Random) -> str:
    """One word replaced and one put in."""
    words = text.split()
    words[chance.randrange(len(words))] = "corrected"
    words.insert(chance.randrange(len(words)), "update")
    return " ".join(words)


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "syndicated": syndicated, "first half": first_half, "small edits": small_edits,
}  # fmt: skip


def read_texts(pages: Path) -> list[tuple[str, str]]:
    """Language and text of each page whose text is long enough to be a report's and no other page has too."""
    found: dict[str, str] = {}
    with gzip.open(pages, "rt", encoding="utf-8") if pages.suffix == ".gz" else pages.open(encoding="utf-8") as lines:
        for page in map(json.loads, lines):
            if len(fold(page.get("text") or "").tokens) >= SHORT[0]:
                found.setdefault(page["text"], page.get("language") or "?")
    return [(language, text) for text, language in found.items()]


def made_up() -> list[tuple[str, str]]:
    """As many texts of each language, of 40 to 400 words."""
    chance, texts = random.Random(7), []
    for language in ("en", "ar", "ckb", "kmr"):
        style = next(style for style in STYLES.values() if style.language == language)
        for number in range(TEXTS // 4):
            whole = write(number, style, published=NOON, topic=False).text
            texts.append((language, cut(whole, chance.randint(40, 400))))
    return texts


def cut(text: str, words: int) -> str:
    """Its first sentences with so many words in all, the last one cut where it must be."""
    return " ".join(text.split()[:words])


def joined_by_save(texts: Sequence[tuple[str, str]], length: str, chance: random.Random, counts: Counts) -> None:
    """Saves *texts* into an archive, then their copies of one kind, and counts; so for each kind."""
    for kind, change in KINDS.items():
        with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder) / "archive.db")) as db:
            stories = [_save(db, f"original{n % 5}", n, text, NOON).story for n, (_, text) in enumerate(texts)]
            counts.pairs[length] += len(texts) * (len(texts) - 1) // 2
            counts.strangers[length] += len(texts) - len(set(stories))
            for number, (language, text) in enumerate(texts):
                at = NOON + timedelta(minutes=chance.randint(1, 600))
                stored = _save(db, "copier", number, change(text, chance), at)
                counts.copies[kind, length, language] += 1
                counts.joined[kind, length, language] += stored.story == stories[number]
                counts.strangers[length] += stored.story not in (stored.article, stories[number])


def _save(db: sqlite3.Connection, source: str, number: int, text: str, at: datetime) -> Stored:
    article = Article(
        url=f"https://{source}.example/{number}", source=source, title=cut(text, 8), text=text, published=at
    )
    with transaction(db):
        return save(db, Arrival(article=article, signature=signature(fold(text), fold(cut(text, 8))), seen=at))


def costs(number: int) -> tuple[float, float, float, int]:
    """With *number* signatures in the window: milliseconds of processor time for a signature, for finding and
    remembering an article, for the first article of a process; bytes of the table of bands.
    """
    style = next(iter(STYLES.values()))
    texts = [fold(write(n, style, published=NOON, topic=False).text) for n in range(LOOKED_UP)]
    with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder) / "archive.db")) as db:
        with transaction(db):
            _fill(db, number)
        began = time.process_time()
        signatures = [signature(text) for text in texts]
        signing = time.process_time() - began
        mets = [Met(signed, "bench", NOON) for signed in signatures]
        with transaction(db):
            began = time.process_time()
            find_story(db, mets[0], NOON)
            first = time.process_time() - began
            began = time.process_time()
            for place, met in enumerate(mets):
                article = number + place + 1
                story = find_story(db, met, NOON) or article
                join_story(db, story, article)
                remember_signature(db, article, met.signature, NOON)
            joining = time.process_time() - began
        size = db.execute("PRAGMA temp.page_count").fetchone()[0] * db.execute("PRAGMA temp.page_size").fetchone()[0]
    return 1000 * signing / LOOKED_UP, 1000 * joining / LOOKED_UP, 1000 * first, size


def _fill(db: sqlite3.Connection, number: int) -> None:
    """So many articles with signatures that are like no others, since chance made them, and room for LOOKED_UP more."""
    chance, tail = random.Random(1), signature(fold("word " * SHORTEST))[256:]
    at = "2026-03-14T12:00:00Z"
    db.executemany(
        "INSERT INTO article_head (id, url, source, first_seen, last_seen, story) VALUES (?, '', 'x', ?, ?, ?)",
        [(place, at, at, place) for place in range(1, number + LOOKED_UP + 1)],
    )
    db.executemany(
        "INSERT INTO signatures (article, seen, signature) VALUES (?, ?, ?)",
        [(place, at, chance.randbytes(256) + tail) for place in range(1, number + 1)],
    )
    db.execute("INSERT INTO stories SELECT id, id, 1 FROM article_head WHERE id <= ?", (number,))


def report(counts: Counts) -> Iterator[str]:
    """Lines for a person; those that break a promise begin with "!"."""
    for kind, length in sorted({key[:2] for key in counts.copies}):
        languages = sorted({key[2] for key in counts.copies if key[:2] == (kind, length)})
        joined, copies = (
            sum(counter[kind, length, language] for language in languages) for counter in (counts.joined, counts.copies)
        )
        by_language = ", ".join(
            f"{language} {counts.joined[kind, length, language] / counts.copies[kind, length, language]:.1%}"
            for language in languages
        )
        broken = joined / copies < LEAST[kind]
        told = f"{joined:>5} of {copies:<5} {joined / copies:7.2%}  ({by_language})"
        yield f"{'!' if broken else ' '} {kind:12} {length:12} {told}"
    for length, pairs in counts.pairs.items():
        broken = counts.strangers[length] > MOST_STRANGERS * max(1, pairs / 20_000)
        told = f"{counts.strangers[length]:>5} joined, of {pairs:,} pairs"
        yield f"{'!' if broken else ' '} {'strangers':12} {length:12} {told}"


def main() -> int:
    """Prints what it found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--signatures", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    given = parser.parse_args()
    texts, counts = read_texts(given.pages) if given.pages else made_up(), Counts()
    for seed in range(given.seeds):
        chance = random.Random(seed)
        some = chance.sample(texts, min(TEXTS, len(texts)))
        joined_by_save(some, "as they are", chance, counts)
        short = [(language, cut(text, chance.randint(*SHORT))) for language, text in some]
        joined_by_save(short, "40-80 words", chance, counts)
    lines = list(report(counts))
    print(*lines, sep="\n")
    for number in given.signatures:
        signing, joining, first, size = costs(number)
        print(
            f"  {number:>7,} signatures: signing {signing:.2f} ms, finding and joining {joining:.2f} ms an article; "
            f"first of a process {first:,.0f} ms; bands {size / 2**20:.1f} MB"
        )
    return int(any(line.startswith("!") for line in lines))


if __name__ == "__main__":
    sys.exit(main())
