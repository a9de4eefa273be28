"""More of what waits in a queue: each article that workers have shipped several times, as if by as many crawls.

Some hundred articles are taken in within a second, most of which a process needs to warm up. The copies have their
paragraphs in another order, addresses of their own, and signatures that are like no other's: no two are one story.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg

from archive.article import Article
from crawler.cluster.records import RECORD_FORMAT, encode, pack, unpack
from pipelines.saved import Saved

_WAITING = "SELECT crawl, attempt, body FROM khabar.batches WHERE articles = 1 ORDER BY crawl, sequence"
_LAST = "SELECT crawl, max(sequence) FROM khabar.batches GROUP BY crawl"
_MANY = 1_000_000
_BEHIND = """
    UPDATE khabar.batches SET sequence = batches.sequence + %s
    FROM unnest(%s::bigint[], %s::integer[]) AS last (crawl, sequence)
    WHERE (batches.crawl, batches.sequence) = (last.crawl, last.sequence)
"""
_INSERT = """
    INSERT INTO khabar.batches (crawl, attempt, sequence, format, notes, articles, size, body)
    VALUES (%s, %s, %s, %s, 1, 1, %s, %s)
"""


def multiply(db: "psycopg.Connection[tuple[Any, ...]]", times: int) -> None:
    """Lets what waits in the queue wait *times* over, each copy in a batch of its own, before the end of its crawl."""
    chance = random.Random(1)
    last: dict[int, int] = dict(db.execute(_LAST.encode()).fetchall())
    waiting = db.execute(_WAITING.encode(), binary=True).fetchall()
    with db.transaction():
        db.execute(_BEHIND.encode(), [_MANY, list(last), list(last.values())])
        for copy in range(1, times):
            for crawl, attempt, body in waiting:
                for one in _copied(body, copy, chance):
                    last[crawl] += 1
                    values = [crawl, attempt, last[crawl], RECORD_FORMAT, len(one), one]
                    db.execute(_INSERT.encode(), values, binary=True)


def _copied(body: bytes, copy: int, chance: random.Random) -> Iterator[bytes]:
    for record in unpack(body):
        if isinstance(record, Saved):
            arrival = record.arrival
            other = replace(
                arrival, article=_elsewhere(arrival.article, copy, chance),
                signature=arrival.signature and chance.randbytes(len(arrival.signature)),
                page_hash=arrival.page_hash and chance.randbytes(len(arrival.page_hash)),
            )  # fmt: skip
            yield pack([encode(Saved(arrival=other))])


def _elsewhere(article: Article, copy: int, chance: random.Random) -> Article:
    paragraphs = article.text.split("\n")
    chance.shuffle(paragraphs)
    url = f"{article.url}{'&' if '?' in article.url else '?'}copy={copy}"
    title = f"{article.title} {copy}" if article.title else None
    return replace(article, url=url, requested=None, canonical=None, title=title, text="\n".join(paragraphs))
