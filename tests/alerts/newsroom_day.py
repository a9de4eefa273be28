"""A day of invented news in four languages, matched and archived as a crawl does it, and the report of it."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alerts.definitions import Alert
from alerts.messages.reporting import Names
from archive.article import Article
from archive.database import transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
BEGIN, END = NOON - timedelta(hours=12), NOON + timedelta(hours=12)
BAGHDAD = ZoneInfo("Asia/Baghdad")
PACKS = compile_packs(
    [
        (
            "desk/pack.toml",
            {
                "lists": {
                    "troops": {"en": ["US troop*", "convoy"], "ar": ["القوات الأمريكية"], "ckb": ["هێزەکانی ئەمریکا*"],
                               "kmr": ["hêzên Amerîk*"]},
                    "cells": {"en": ["ISIS"], "ar": ["داعش"], "ckb": ["داعش"], "kmr": ["DAIŞ*"]},
                },
                "topic": {
                    "us_withdrawal": {"name": "US withdrawal", "rule": [{"any": ["troops"], "weight": 2.0}]},
                    "isis": {"name": "داعش", "rule": [{"any": ["cells"]}]},
                },
            },
        )
    ]
)  # fmt: skip
TOPICS = {topic.id: topic.name for topic in PACKS.topics.values()}
NAMES = Names(sources={"wire": "Example Wire", "radio": "Example Radio", "sidra": "وكالة المثال"}, topics=TOPICS)
STORIES = (
    ("wire", "en", "First convoy leaves the northern base",
     "A convoy with the first forty US troops left the base before dawn. Officials called it a beginning.", 0),
    ("sidra", "ar", "ISIS: القوات الأمريكية تغادر",
     "غادرت القوات الأمريكية القاعدة الشمالية قبل الفجر. وقال مسؤولون إنها البداية.", 30),
    ("radio", "ckb", "هێزەکانی ئەمریکا بنکەکە چۆڵ دەکەن",
     "هێزەکانی ئەمریکا بەرەبەیان بنکەکەیان چۆڵ کرد. بەرپرسان گوتیان ئەمە سەرەتایە.", 60),
    ("radio", "kmr", "Şaneyeke DAIŞ'ê hat girtin",
     "Hêzên ewlehiyê şaneyeke DAIŞ'ê li çiya girtin û çek desteser kirin.", 90),
    ("wire", "en", "Wheat prices ease", "Wheat prices eased in the markets of the south on Saturday.", 120),
)  # fmt: skip
"""Source, language, title, text, minutes after noon."""
DIGEST = """5 stories: US withdrawal 3, \u2068داعش\u2069 1, Without a topic 1
digest of 2026-03-14 03:00 to 2026-03-15 03:00 Asia/Baghdad
5 stories in 5 articles of 3 sources

■ US withdrawal · 3 stories

هێزەکانی ئەمریکا بنکەکە چۆڵ دەکەن
Example Radio · Kurdish (Sorani) · 2026-03-14 16:00
[هێزەکانی ئەمریکا] بەرەبەیان بنکەکەیان چۆڵ کرد.
https://radio.example/3

\u200fISIS: القوات الأمريكية تغادر
\u2068وكالة المثال\u2069 · Arabic · 2026-03-14 15:30
غادرت [القوات الأمريكية] القاعدة الشمالية قبل الفجر.
https://sidra.example/2

First convoy leaves the northern base
Example Wire · English · 2026-03-14 15:00
A [convoy] with the first forty [US troops] left the base before dawn.
https://wire.example/1

■ \u2068داعش\u2069 · 1 story

Şaneyeke DAIŞ'ê hat girtin
Example Radio · Kurdish (Kurmanji) · 2026-03-14 16:30
Hêzên ewlehiyê şaneyeke [DAIŞ'ê] li çiya girtin û çek desteser kirin.
https://radio.example/4

■ Without a topic · 1 story

Wheat prices ease
Example Wire · English · 2026-03-14 17:00
Wheat prices eased in the markets of the south on Saturday.
https://wire.example/5

alert: desk
ref: a1b2"""
"""What a digest of all of them says. docs/alerts.md shows it."""


def arrive(  # noqa: PLR0917 -- the order of STORIES
    db: sqlite3.Connection, source: str, language: str | None, title: str | None, text: str, minutes: float = 0,
    **fields: Any,
) -> int:  # fmt: skip
    """Matches and archives an article, four minutes after it was published; its number."""
    published = NOON + timedelta(minutes=minutes)
    number = 1 + db.execute("SELECT count(*) FROM article_head").fetchone()[0]
    given: dict[str, Any] = {
        "url": f"https://{source}.example/{number}", "source": source, "language": language,
        "title": title, "text": text, "published": published, "published_precision": "minute",
    } | fields  # fmt: skip
    seen = given.pop("seen", published + timedelta(minutes=4))
    article = Article(**given)
    tags = match(PACKS, title=article.title, text=article.text, language=article.language)
    with transaction(db):
        arrival = Arrival(
            article=article, tags=tags, signature=signature(fold(article.text)), seen=seen, run=1, status=200
        )
        return save(db, arrival).article


def whole_day(db: sqlite3.Connection) -> list[int]:
    """Archives all STORIES; their numbers."""
    return [arrive(db, *story) for story in STORIES]


def alert(topics: Sequence[str] = (), **fields: Any) -> Alert:
    """A digest at noon."""
    return Alert(id="desk", when="digest", cron="0 12 * * *", topics=tuple(topics), to=("env:A",), **fields)
