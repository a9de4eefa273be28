"""A desk whose service has a queue, and a worker in the test's own hand: what it claims and ships is up to the test."""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from crawler.cluster.records import RECORD_FORMAT, Record, encode, pack
from tests.conftest import DeskAt
from tests.service.conftest import Running

_TABLES = (
    "article_head article_text article_tags evidence stories signatures addresses visits feeds marks health lines hosts"
)
_OWN = {
    "id", "article", "story", "run", "number", "address", "feed", "shown_by", "first_article", "topic", "pack",
    "at", "first_seen", "last_seen", "page_fetched", "seen", "since", "last_success", "last_change", "last_full",
    "seconds", "look", "due", "robots_read", "held_until", "moved", "failing_since", "open_since",
}  # fmt: skip
"""Columns with a number that another order of arrival gives otherwise, or a time of fetching."""
_JOINED = {
    "which article has which address": "SELECT key, kind, url FROM addresses LEFT JOIN article_head AS head "
    "ON head.id = article",
    "which topics an article has": "SELECT url, name, score FROM article_tags JOIN topic_names AS topic "
    "ON topic.id = article_tags.topic JOIN article_head ON article_head.id = article",
    "which articles are one story": "SELECT group_concat(url, ' ') FROM (SELECT url, story FROM article_head "
    "ORDER BY url) GROUP BY story",
    "which words are found": "SELECT (SELECT count(*) FROM article_index WHERE article_index MATCH 'title : isis'), "
    "count(*) FROM article_index",
    "what a way showed": "SELECT key, url, mark FROM marks JOIN addresses ON addresses.id = address "
    "JOIN feeds ON feeds.id = feed",
    "which way showed it first": "SELECT visits.url, feeds.url FROM visits LEFT JOIN feeds ON feeds.id = shown_by",
}


def contents(archive: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What is in *archive*, table by table, without what depends on when each thing was fetched."""
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        found = {}
        for table in _TABLES.split():
            names = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in _OWN]
            found[table] = sorted(db.execute(f"SELECT {', '.join(names)} FROM {table}"), key=repr)
        for name, query in _JOINED.items():
            found[name] = sorted(db.execute(query), key=repr)
        return found


class QueueDesk:
    """*desk*, whose service shares the queue at *url*."""

    def __init__(self, desk: DeskAt, url: str, logs: Path) -> None:
        self.desk, self.url, self._logs = desk, url, logs
        self._started: list[Running] = []
        self._sequences: dict[int, int] = {}

    def run(self, *args: str, queue: bool = True, stalled: float = 30) -> Running:
        """Starts `khabar run`, with --queue."""
        given = ("--queue", "env:KHABAR_QUEUE", "--stalled", str(stalled)) if queue else ()
        log = self._logs / f"service-{len(self._started)}.log"
        running = Running(self.desk, log, {"KHABAR_QUEUE": self.url}, *given, *args)
        self._started.append(running)
        running.until_logged("watching", 60)
        return running

    def end(self) -> None:
        """Kills what is left."""
        for running in self._started:
            running.__exit__()

    def schedule(self, job: str = 'every = "1h"', sources: str = '["*"]') -> None:
        """Writes the desk's one job."""
        (self.desk.root / "schedules/job.toml").write_text(f'[[job]]\nid = "all"\nsources = {sources}\n{job}\n')

    def ask(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """The rows that *statement* gives, of the queue. None where the queue is not there yet."""
        with psycopg.connect(self.url, options="-c search_path=khabar", row_factory=dict_row) as db:
            try:
                cursor = db.execute(statement.encode(), values)
            except psycopg.errors.UndefinedTable:
                return []
            return cursor.fetchall() if cursor.description else []

    def crawls(self, *states: str) -> dict[str, dict[str, Any]]:
        """The crawls in the queue, by their sources."""
        rows = self.ask("SELECT * FROM crawls WHERE state = ANY(%s)", list(states or ("waiting", "working", "fenced")))
        return {row["source"]: row for row in rows}

    def claim(self, *sources: str) -> None:
        """As a worker does, which then beats no more."""
        for source in sources:
            [row] = self.ask(
                "UPDATE crawls SET state = 'working', attempt = attempt + 1, beat = now(), begun = now() "
                "WHERE source = %s AND state = 'waiting' RETURNING id, job",
                source,
            )
            self._sequences[row["id"]] = 0
            self.ask("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", row["job"])

    def ship(self, source: str, *records: Record) -> bool:
        """One batch; whether the queue took it."""
        [crawl] = self.ask("SELECT id, attempt FROM crawls WHERE source = %s", source) or [{"id": 0, "attempt": 0}]
        body = pack([encode(record) for record in records])
        taken = self.ask(
            "INSERT INTO batches (crawl, attempt, sequence, format, notes, articles, size, body) "
            "SELECT id, attempt, %s, %s, %s, 0, %s, %s FROM crawls WHERE id = %s AND state = 'working' RETURNING 1",
            self._sequences.get(crawl["id"], 0), RECORD_FORMAT, len(records), len(body), body, crawl["id"],
        )  # fmt: skip
        self._sequences[crawl["id"]] = self._sequences.get(crawl["id"], 0) + 1
        return bool(taken)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the archive."""
        return self.desk.rows(query, *values)

    def articles(self) -> int:
        """How many the archive has; 0 where there is none yet."""
        try:
            return int(self.rows("SELECT count(*) AS number FROM article_head")[0]["number"])
        except sqlite3.Error:
            return 0


def until(true: Any, running: Sequence[Any] = (), seconds: float = 60) -> Any:
    """What *true* gives, as soon as it is true; else the logs of what is *running* are told."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "\n".join(["it never came about:", *(one.log for one in running)])
        time.sleep(0.03)
    return found
