"""Writes an archive as the Khabar that this runs with keeps it: see README.md.

`python -P tests/archive/released/make.py FILE.db.gz`, the checkout of that Khabar first on PYTHONPATH. It uses only
what every version had.
"""

import gzip
import platform
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.article import Article, Entry, Fate, Visit
from archive.database import SCHEMA_VERSION, open_archive, transaction
from archive.ledger import record_visit, see_entries
from archive.likeness import signature
from archive.runs import finish_run, start_run
from archive.storing import Arrival, save
from topics.evidence import Evidence, Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
WIRE = (
    "A convoy of twelve lorries left the northern base before dawn on Saturday, drivers at the crossing said. They "
    "carried generators, tents and the parts of a bridge that had stood unused since the autumn floods. Officials in "
    "the province expect two more convoys within the week, and have asked farmers to keep the river road free of carts."
)
ARTICLES: tuple[dict[str, Any], ...] = (
    {"language": "en", "title": "Convoy leaves the northern base", "text": WIRE, "authors": ("Dana Miran",)},
    {"language": "en", "title": "Lorries leave northern base", "text": WIRE + " The crossing opens at six."},
    {
        "language": "ar",
        "title": "الفصائل تعلن موقفها",
        "text": "أعلن أحمد أن الفصائل تدرس الانسحاب من المدينة هذا الأسبوع.",
    },
    {"language": "ckb", "title": "کۆبوونەوە لە هەولێر", "text": "لیژنەی کارەبا لە هەولێر کۆبووەوە و باسی هاوین کرا."},
    {"language": "kmr", "title": "Civîn li Dihokê", "text": "Şandeya avê li Dihokê civiya û behsa havînê kir."},
    {"language": "en", "title": "Ferry timetable", "text": "The ferry leaves at seven.", "undated": True},
)
EDIT = "The ferry leaves at eight. The harbour master regrets the change."


def main(target: Path) -> None:
    """Makes the archive and packs it into *target*."""
    platform.node = lambda: "a-desk"
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "archive.db")
        with closing(open_archive(path)) as db:
            with transaction(db):
                _fill(db)
            db.execute("PRAGMA journal_mode = DELETE")
            db.execute("VACUUM")
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def _fill(db: sqlite3.Connection) -> None:
    run = start_run(db, "hourly", NOON)
    shown = [Entry(url=_url(number)) for number in range(len(ARTICLES) + 2)]
    see_entries(db, source="example", run=run, way="https://news.example/feed", entries=shown, at=NOON)
    stored = [save(db, _arrival(number, run=run, **article)) for number, article in enumerate(ARTICLES)]
    save(db, _arrival(5, run=run, hours=2, **(ARTICLES[5] | {"text": EDIT})))
    for number, fate, reason, status in ((6, Fate.REFUSED, "too large", 200), (7, Fate.FAILED, "HTTP 404", 404)):
        visit = Visit(
            url=_url(number), source="example", run=run, at=NOON, fate=fate, reason=reason, status=status
        )  # fmt: skip
        record_visit(db, visit)
    _alert(db, stored[0].article, stored[0].story)
    finish_run(db, run, NOON + timedelta(minutes=1), "done", {"example": {"archived": 6}})


def _url(number: int) -> str:
    return f"https://{'other' if number == 1 else 'news'}.example/{number}"


def _arrival(
    number: int, *, run: int, text: str, hours: int = 0, undated: bool = False, **told: Any
) -> Arrival:  # fmt: skip
    published = None if undated else NOON - timedelta(minutes=30 - number)
    precision = None if undated else "minute"
    article = Article(
        url=_url(number), source="other" if number == 1 else "example", text=text, published=published,
        published_precision=precision, **told,
    )  # fmt: skip
    known: dict[str, Any] = (
        {"pack_version": "packs-1"} if "pack_version" in {one.name for one in fields(Arrival)} else {}
    )
    return Arrival(
        article=article, tags=_tags(text), signature=signature(fold(text)),
        seen=NOON + timedelta(hours=hours, minutes=number), run=run, status=200, **known,
    )  # fmt: skip


def _tags(text: str) -> tuple[Tag, ...]:
    found = ((topic, term, text.find(term)) for topic, term in (("convoys", "convoy"), ("factions", "الفصائل")))
    return tuple(
        Tag(
            topic=topic, score=1.0, pack_version="packs-1",
            evidence=(Evidence(rule="rule[0]", term=term, field="text", start=at, end=at + len(term), score=1.0),),
        )
        for topic, term, at in found if at >= 0
    )  # fmt: skip


def _alert(db: sqlite3.Connection, article: int, story: int) -> None:
    if SCHEMA_VERSION == 1:  # it had the table, and nothing that wrote to it
        db.execute(
            "INSERT INTO alerts (ref, alert, kind, article, story, channel, state) "
            "VALUES ('ref-1', 'desk', 'each', ?, ?, 'env:DESK', 'waiting')",
            (article, story),
        )
        return
    if SCHEMA_VERSION < 7:
        from archive.outbox import owe  # noqa: PLC0415

        owe(db, alert="desk", article=article, story=story, per_story=True, channels=["env:DESK"], at=NOON)
    else:
        from archive.owing import of_article, owe  # noqa: PLC0415

        owe(db, of_article("desk", article=article, story=story), ["env:DESK"], at=NOON)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
