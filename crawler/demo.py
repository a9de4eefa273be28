"""The whole job in a minute: crawls the bundled newsroom onto a desk of its own, edits a story, crawls again, alerts.

Nothing of it is a rehearsal: the sites answer over HTTP, spiders, pipelines and archive are those of any crawl, and
the alerts are posted to a webhook that is another server on this machine.
"""

import asyncio
import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from alerts.channels import open_channels
from archive.addresses import url_key
from archive.database import open_archive
from archive.reading import Record, find_by_url, read_record
from archive.search import Filters, Hit, search
from archive.triggers import triggers
from crawler.desk import Desk
from crawler.launch import Crawling, CrawlSummary, on_reactor
from crawler.newsroom import Newsroom
from crawler.newsroom.sink import Received, WebhookSink
from crawler.telling import deliver_due
from pipelines.tally import Tally
from pipelines.workbench import open_workbench
from seeds.definitions import DefinitionError
from seeds.sources import Source

QUERY = "غاز ايراني"
"""Typed in a hurry, without articles and hamza; it finds `الغاز الإيراني` all the same."""
_TAGS_SHOWN = (("us_withdrawal", "en"), ("factions", "ar"), ("isis", "ckb"))
_EDITED = ("rafidain", "power-cuts-gas-flow")
_NEW_TITLE = "Power cuts spread in the south as Iranian gas flow stops"
_NEW_WORDS = {
    "fell to less than a third of the agreed quantity": "stopped altogether overnight",
    "from 25 million to 8 million cubic metres a day": "from 25 million cubic metres a day to nothing",
}
_CONFIG = 'name = "Demo desk"\ntimezone = "Asia/Baghdad"\ncontact = "demo@example.org"\nkeep_pages = true\n'
_ALERT = """[[alert]]
id = "desk"
topics = ["us_withdrawal", "isis"]
to = ["{url}"]
"""
_JOB = """[[job]]
id = "newsroom"
sources = ["*"]
every = "30s"
"""
_FOLDERS = ("seeds/sources", "seeds/topics", "schedules", "alerts", "templates")
_EVERYTHING = 1_000  # more articles than the newsroom has


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTag:
    """A tag and the sentence that made it. `marks` are places in `sentence`."""

    article: int
    topic: str
    title: str
    language: str
    score: float
    rules: tuple[str, ...]
    terms: tuple[str, ...]
    sentence: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demo has to show for itself."""

    desk: Path
    sources: tuple[Source, ...]
    crawls: tuple[CrawlSummary, ...]  # before the edit and after it
    articles: int
    topics: dict[str, Counter[str]]  # language → topic → articles; "" counts the articles without one
    tags: tuple[ShownTag, ...]
    hits: tuple[Hit, ...]  # of QUERY
    edited: Record | None
    stories: tuple[tuple[Hit, ...], ...]  # copies of one story, in the order of publication
    received: tuple[Received, ...]  # what arrived at the webhook
    shown: tuple[Received, ...]  # one of it in each language


def make_desk(newsroom: Newsroom, sink: WebhookSink, root: Path | None = None) -> Desk:
    """A desk that watches the sites of *newsroom* and tells *sink*, at *root* or in a new temporary directory.

    It is left behind on purpose. Raises DefinitionError where *root* is there already, or cannot be made.
    """
    try:
        if root is None:
            root = Path(mkdtemp(prefix="khabar-demo-"))
        else:
            root.mkdir(parents=True)
    except OSError as error:
        raise DefinitionError(root or "", "", f"no desk can be made there ({error.strerror})") from error
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True)
    (root / "desk.toml").write_text(_CONFIG, encoding="utf-8")
    (root / "seeds/sources/newsroom.toml").write_text(newsroom.sources_toml(), encoding="utf-8")
    (root / "schedules/newsroom.toml").write_text(_JOB, encoding="utf-8")
    (root / "alerts/desk.toml").write_text(_ALERT.format(url=sink.url), encoding="utf-8")
    return Desk(root)


def crawl_and_tell(
    desk: Desk, newsroom: Newsroom, started: Callable[[dict[str, Tally]], None]
) -> tuple[CrawlSummary, ...]:
    """Crawls every source of *desk*, edits one story, crawls again, and delivers alerts; Ctrl-C ends it early.

    *started* is handed the tallies of each crawl. It uses up the process's reactor: a process can call it once.
    """
    desk.check()
    workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)
    sources = list(desk.sources.values())

    async def main() -> tuple[CrawlSummary, ...]:
        crawling, loop = Crawling(desk, workbench), asyncio.get_running_loop()

        def stop() -> None:
            loop.remove_signal_handler(signal.SIGINT)  # the second time ends the process
            crawling.stop()

        loop.add_signal_handler(signal.SIGINT, stop)
        try:
            first = await crawling.run(sources, started=started)
            if first.outcome != "done":
                return (first,)
            newsroom.edit(*_EDITED, title=_NEW_TITLE, swap=_NEW_WORDS)
            second = await crawling.run(sources, started=started)
            await deliver_due(desk, open_channels(desk.root / "alerts", os.environ), workbench.writer)
            return first, second
        finally:
            loop.remove_signal_handler(signal.SIGINT)

    try:
        return on_reactor(main)
    finally:
        workbench.close()


def read_report(
    desk: Desk, newsroom: Newsroom, crawls: tuple[CrawlSummary, ...], received: Sequence[Received]
) -> DemoReport:
    """What the archive of *desk* holds after *crawls*, and what was *received* of it."""
    with closing(open_archive(desk.archive, read_only=True)) as db:
        everything = search(db, "", limit=_EVERYTHING)
        edited = find_by_url(db, url_key(newsroom.expected(*_EDITED).url))
        return DemoReport(
            desk=desk.root,
            sources=tuple(desk.sources.values()),
            crawls=crawls,
            articles=len(everything),
            topics=topics_by_language(everything),
            tags=tuple(tag for topic, language in _TAGS_SHOWN if (tag := _newest_tag(db, topic, language))),
            hits=tuple(search(db, QUERY)),
            edited=read_record(db, edited) if edited is not None else None,
            stories=stories(everything),
            received=tuple(received),
            shown=_one_a_language(db, received),
        )


def _one_a_language(db: sqlite3.Connection, received: Sequence[Received]) -> tuple[Received, ...]:
    """The last that was received in each language, in the order of languages."""
    languages = dict(db.execute("SELECT ref, language FROM alerts JOIN article_head ON article_head.id = article"))
    last = {languages[post.ref]: post for post in received if post.ref in languages}
    return tuple(last[language] for language in sorted(last))


def topics_by_language(hits: list[Hit]) -> dict[str, Counter[str]]:
    """How many articles of each language carry each topic; "" counts those that carry none."""
    counted: dict[str, Counter[str]] = {}
    for hit in hits:
        counted.setdefault(hit.language or "?", Counter()).update(hit.topics or ("",))
    return counted


def stories(hits: list[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """The articles that were joined into one story, newest story first, each in the order of publication."""
    joined: dict[int, list[Hit]] = {}
    for hit in hits:
        joined.setdefault(hit.story, []).append(hit)
    return tuple(
        tuple(sorted(copies, key=lambda hit: hit.published or hit.first_seen))
        for copies in joined.values()
        if len(copies) > 1
    )


def _newest_tag(db: sqlite3.Connection, topic: str, language: str) -> ShownTag | None:
    for hit in search(db, "", filters=Filters(topics=[topic], languages=[language]), limit=1):
        record = read_record(db, hit.id)
        return _shown_tag(record, topic) if record else None
    return None


def _shown_tag(record: Record, topic: str) -> ShownTag:
    """The tag with the sentence in which most of its evidence lies; the title only where the text has none."""
    (tag,) = (tag for tag in record.tags if tag["topic"] == topic)
    shown = max(triggers(record.article, tag["evidence"]), key=lambda one: (one.field == "text", one.pieces))
    return ShownTag(
        article=record.article["id"], topic=topic, title=record.article["title"] or "",
        language=record.article["language"] or "?", score=tag["score"],
        rules=shown.rules, terms=shown.terms, sentence=shown.sentence, marks=shown.marks,
    )  # fmt: skip
