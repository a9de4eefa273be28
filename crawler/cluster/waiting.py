"""What workers have shipped and the archive has not taken yet: which of it is next, and how much there is."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from crawler.cluster.queue import Queue
from seeds.bounds import MAX_BYTES_WAITING, MAX_NOTES_WAITING

Key = tuple[int, int, int]
"""Of a batch: crawl, attempt, sequence. Those of one crawl are taken in this order."""
_LOOKED_AT = 500  # of the oldest batches; all those of their crawls that are older go before


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that waits, without what is in it."""

    key: Key
    format: int
    notes: int
    size: int  # bytes, packed

    @property
    def crawl(self) -> int:
        """The number of its crawl."""
        return self.key[0]


async def waiting(queue: Queue, known: int, besides: Collection[Key]) -> list[Batch]:
    """The batches that are to be taken next, in order: the crawl whose batch has waited longest first. Not those
    *besides*, and of no crawl what is behind a batch of a newer format than *known*."""
    rows = await queue.ask(
        "WITH oldest AS (SELECT crawl, min(shipped) AS since FROM (SELECT crawl, shipped FROM batches "
        "WHERE format <= %s ORDER BY shipped LIMIT %s) AS looked_at GROUP BY crawl) "
        "SELECT batches.crawl, attempt, sequence, format, notes, size FROM oldest "
        "JOIN batches ON batches.crawl = oldest.crawl ORDER BY since, crawl, attempt, sequence LIMIT %s",
        [known, _LOOKED_AT, 4 * _LOOKED_AT],
    )
    found: list[Batch] = []
    stuck: set[int] = set()
    for row in rows:
        batch = Batch((row["crawl"], row["attempt"], row["sequence"]), row["format"], row["notes"], row["size"])
        if batch.format > known:
            stuck.add(batch.crawl)
        if batch.crawl not in stuck and batch.key not in besides:
            found.append(batch)
    return found


async def unreadable(queue: Queue, known: int) -> frozenset[int]:
    """The formats of what waits that only a newer Khabar than one that reads up to *known* can read."""
    rows = await queue.ask("SELECT DISTINCT format FROM batches WHERE format > %s", [known])
    return frozenset(row["format"] for row in rows)


def groups(batches: Sequence[Batch], most_notes: int, most_bytes: int) -> Iterator[list[Batch]]:
    """*batches* in groups that are taken together. Pure."""
    group: list[Batch] = []
    notes = size = 0
    for batch in batches:
        if group and (notes + batch.notes > most_notes or size + batch.size > most_bytes):
            yield group
            group, notes, size = [], 0, 0
        group.append(batch)
        notes += batch.notes
        size += batch.size
    if group:
        yield group


async def bodies(queue: Queue, batches: Collection[Batch]) -> dict[Key, bytes]:
    """What is in *batches*; nothing of those that are there no more."""
    columns = zip(*(batch.key for batch in batches), strict=True)
    rows = await queue.ask(
        "SELECT crawl, attempt, sequence, body FROM batches JOIN unnest(%s::bigint[], %s::integer[], %s::integer[]) "
        "AS wanted (crawl, attempt, sequence) USING (crawl, attempt, sequence)",
        [list(column) for column in columns],
        binary=True,
    )
    return {(row["crawl"], row["attempt"], row["sequence"]): row["body"] for row in rows}


async def remove(queue: Queue, keys: Collection[Key]) -> None:
    """Takes the batches with these *keys* out: the archive has them."""
    columns = zip(*keys, strict=True)
    await queue.ask(
        "DELETE FROM batches USING unnest(%s::bigint[], %s::integer[], %s::integer[]) AS taken (crawl, attempt, "
        "sequence) WHERE (batches.crawl, batches.attempt, batches.sequence) = "
        "(taken.crawl, taken.attempt, taken.sequence)",
        [list(column) for column in columns],
    )


async def fullness(queue: Queue) -> float:
    """How much of the room for what waits is taken: 1 is all of it."""
    row = (await queue.ask("SELECT coalesce(sum(notes), 0) AS notes, coalesce(sum(size), 0) AS size FROM batches"))[0]
    return max(int(row["notes"]) / MAX_NOTES_WAITING, int(row["size"]) / MAX_BYTES_WAITING)
