"""A process that writes articles until it is killed, and says on standard output which ones are acknowledged."""

import sys
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.article import Article
from archive.likeness import signature
from archive.storing import Arrival, Stored, save
from archive.writer import Writer
from topics.evidence import Evidence, Tag
from topics.fold import fold

START = datetime(2026, 1, 1, tzinfo=UTC)
TAG = Tag(
    topic="isis",
    score=1.0,
    pack_version="p",
    evidence=(Evidence(rule="rule[0]", term="t", field="text", start=0, end=4, score=1.0),),
)


def arrival(name: str, number: int) -> Arrival:
    """An article of process *name*; every third one edits the one before."""
    slug = number - number % 3 // 2
    text = f"{name} {slug} " + " ".join(f"word{(number * 7 + step) % 900}" for step in range(60))
    article = Article(url=f"https://{name}.example/{slug}", source=name, title=f"{name} {number}", text=text)
    return Arrival(
        article=article, tags=(TAG,), signature=signature(fold(text)), seen=START + timedelta(seconds=number), run=1
    )


def say(word: object) -> None:
    """Says *word* to whoever started this process, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(path: Path, name: str, first: int, last: int) -> None:
    """Writes the articles from *first* to before *last*, some at a time, and prints the number of each that is kept."""
    writer = Writer(path)
    under_way: list[tuple[int, Future[Stored]]] = []
    say("ready")
    for number in range(first, last):
        entry = arrival(name, number)
        under_way.append((number, writer.submit(lambda db, entry=entry: save(db, entry))))
        if len(under_way) == 10:
            for kept, future in under_way:
                future.result()
                say(kept)
            under_way.clear()
    writer.close()
    for kept, future in under_way:
        future.result()
        say(kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
