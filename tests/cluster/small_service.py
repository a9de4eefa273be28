"""The service of a queue as far as a worker sees it: it plans crawls, takes what is shipped, and takes crawls back."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from archive.database import open_archive
from archive.travelling import pack_memory
from crawler.cluster.address import read_address
from crawler.cluster.parcel import Parcel, pack_packs, pack_parcel
from crawler.cluster.queue import open_queue
from crawler.cluster.records import Record, unpack
from pipelines.ended import Ended
from pipelines.saved import Saved
from seeds.bounds import MAX_NOTES_WAITING
from seeds.packs import PACKAGED, read_packs
from seeds.sources import Source, load_sources
from topics.compiling import compile_packs


@dataclass(frozen=True)
class Taken:
    """One record, and which attempt shipped it."""

    crawl: int
    attempt: int
    record: Record


class SmallService:
    """Of the queue at *url*, whose tables it makes. Files are made in *root*."""

    def __init__(self, url: str, root: Path, *, stalled: float = 45.0) -> None:
        self.url, self._root = url, root
        self.taken: list[Taken] = []
        asyncio.run(_make(url))
        self.ask("UPDATE queue SET stalled = %s", stalled)
        self._packs, body = _packs()
        self.ask("INSERT INTO packs (version, body) VALUES (%s, %s)", self._packs, body)

    def begin_anew(self) -> None:
        """As if its queue had just been made."""
        self.ask("DELETE FROM crawls")
        self.ask("DELETE FROM hosts")
        self.ask("DELETE FROM procrastinate_jobs")
        self.taken.clear()

    def ask(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """The rows that *statement* gives."""
        with psycopg.connect(self.url, options="-c search_path=khabar", row_factory=dict_row) as db:
            cursor = db.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def sources(self, toml: str) -> dict[str, Source]:
        """Those that *toml* defines, by id."""
        folder = self._root / "sources"
        folder.mkdir(exist_ok=True)
        (folder / "sources.toml").write_text(toml, encoding="utf-8")
        return load_sources(folder)

    def plan(
        self, source: Source, *, hosts: str = "", keep_pages: bool = False, parcel: bytes | None = None,
        queue: str = "crawls-1",
    ) -> int:  # fmt: skip
        """The number of a crawl of *source*, which is planned now, of a desk that knows nothing yet."""
        with closing(open_archive(self._root / "empty.db")) as db:
            memory = pack_memory(db, source.id, at=datetime.now(UTC), with_keys=True)
        packed = Parcel(source=source, contact="desk@example.org", proxy=False, keep_pages=keep_pages, memory=memory)
        row = self.ask(
            "INSERT INTO crawls (source, run, hosts, parcel, packs) VALUES (%s, 7, %s, %s, %s) RETURNING id",
            source.id, hosts or source.id, pack_parcel(packed) if parcel is None else parcel, self._packs,
        )[0]  # fmt: skip
        self._give_job(row["id"], source.id, hosts or source.id, queue)
        return int(row["id"])

    def take_back(self, crawl: int) -> None:
        """Waits until no beat of *crawl* was heard for long enough, fences it, takes what it shipped, and plans it
        again."""
        stalled = "SELECT beat < now() - make_interval(secs => stalled) AS it FROM crawls, queue WHERE crawls.id = %s"
        until(lambda: self.ask(stalled, crawl)[0]["it"])
        row = self.ask("UPDATE crawls SET state = 'fenced' WHERE id = %s RETURNING source, hosts, job", crawl)[0]
        self.take()
        self.ask("DELETE FROM procrastinate_jobs WHERE id = %s", row["job"])
        self.ask("UPDATE crawls SET state = 'waiting', worker = NULL WHERE id = %s", crawl)
        self._give_job(crawl, row["source"], row["hosts"])

    def _give_job(self, crawl: int, source: str, hosts: str, queue: str = "crawls-1") -> None:
        self.ask(
            "WITH job AS (INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) "
            "VALUES (%s, 'khabar.crawl', %s, %s, %s) RETURNING id) "
            "UPDATE crawls SET job = job.id FROM job WHERE crawls.id = %s",
            queue, f"hosts:{hosts}", f"source:{source}", json.dumps({"crawl": crawl}), crawl,
        )  # fmt: skip

    def take(self) -> list[Taken]:
        """All that was shipped until now, in order; what was taken is out of the queue."""
        for row in self.ask("SELECT * FROM batches ORDER BY crawl, attempt, sequence"):
            records = unpack(row["body"], row["format"])
            assert len(records) == row["notes"], "a batch says how many notes it has"
            assert sum(isinstance(record, Saved) for record in records) == row["articles"]
            self.taken += [Taken(row["crawl"], row["attempt"], record) for record in records]
            key = row["crawl"], row["attempt"], row["sequence"]
            self.ask("DELETE FROM batches WHERE (crawl, attempt, sequence) = (%s, %s, %s)", *key)
        return self.taken

    def fill(self) -> None:
        """Lets so much wait to be taken that there is room for no more; of a crawl that nobody knows."""
        (other,) = self.ask(
            "INSERT INTO crawls (source, run, hosts, parcel, packs, state) VALUES ('full', 1, 'x', '', %s, 'fenced') "
            "RETURNING id", self._packs,
        )  # fmt: skip
        self.ask(
            "INSERT INTO batches (crawl, attempt, sequence, format, notes, articles, size, body) "
            "VALUES (%s, 1, 1, 1, %s, 0, 0, '')", other["id"], MAX_NOTES_WAITING,
        )  # fmt: skip

    def ends(self, crawl: int, *, take: bool = True) -> list[Ended]:
        """How the attempts at *crawl* have ended, as far as they did."""
        found = self.take() if take else self.taken
        return [one.record for one in found if one.crawl == crawl and isinstance(one.record, Ended)]

    def articles(self, crawl: int | None = None) -> list[str]:
        """The addresses of the articles that were taken."""
        return [
            one.record.arrival.article.url
            for one in self.taken
            if isinstance(one.record, Saved) and crawl in (None, one.crawl)
        ]

    def state(self, crawl: int) -> dict[str, Any]:
        """The row of *crawl*."""
        return self.ask("SELECT * FROM crawls WHERE id = %s", crawl)[0]


def until(true: Callable[[], Any], *, seconds: float = 60, told: Callable[[], str] = lambda: "") -> Any:
    """What *true* gives, as soon as it is true; *told* tells what is known where it never is."""
    end = time.monotonic() + seconds
    while not (result := true()):
        assert time.monotonic() < end, f"it never came about:\n{told()}"
        time.sleep(0.05)
    return result


@cache
def _packs() -> tuple[str, bytes]:
    files = read_packs(PACKAGED)
    return compile_packs(files).version, pack_packs(files)


async def _make(url: str) -> None:
    async with await open_queue(read_address(url, {}), make=True):
        pass
