"""Messages of articles that were matched, archived and read again, as those are that a desk gets."""

import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.messages.message import Message, Write, compose
from alerts.messages.message_text import LONGEST_TEXT
from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.reading import Record, read_record
from archive.storing import Arrival, save
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match

PUBLISHED = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
BAGHDAD = ZoneInfo("Asia/Baghdad")
PACKS = compile_packs(
    [
        (
            "desk/pack.toml",
            tomllib.loads("""
[lists.troops]
en = ["US troop*", "convoy"]
ar = ["القوات الأمريكية", "الانسحاب"]
ckb = ["هێزەکانی ئەمریکا*"]
kmr = ["hêzên Amerîk*"]
[lists.cells]
en = ["ISIS", "cell*"]
ar = ["داعش"]
[topic.us_withdrawal]
name = "US withdrawal"
[[topic.us_withdrawal.rule]]
any = ["troops"]
weight = 2.0
[topic.isis]
name = "Islamic State"
[[topic.isis.rule]]
any = ["cells"]
"""),
        )
    ]
)
NAMES = {topic.id: topic.name for topic in PACKS.topics.values()}


@pytest.fixture
def archived(tmp_path: Path) -> Callable[..., Record]:
    """Matches and archives an article, one after the other, and reads the last: `archived(title=…, text=…, seen=…)`."""

    def archive(*, seen: datetime = PUBLISHED + timedelta(minutes=4, seconds=20), **fields: Any) -> Record:
        given: dict[str, Any] = {
            "url": "https://news.example/1", "source": "wire", "title": "A title", "text": "A text.", "language": "en",
            "published": PUBLISHED, "published_precision": "minute", "published_zone": "+03:00",
        }  # fmt: skip
        article = Article(**given | fields)
        tags = match(PACKS, title=article.title, text=article.text, language=article.language)
        arrival = Arrival(
            article=article, tags=tags, signature=signature(fold(article.text)), seen=seen, run=1, status=200
        )
        with closing(open_archive(tmp_path / "archive.db")) as db:
            with transaction(db):
                stored = save(db, arrival)
            record = read_record(db, stored.article)
        assert record is not None
        return record

    return archive


@pytest.fixture
def told(archived: Callable[..., Record]) -> Callable[..., Message]:
    """The message of an alert "desk" for an article: `told(title=…, text=…, topics=["isis"])`."""

    def tell(
        *,
        topics: Any = ("us_withdrawal",),
        name: str = "Example Wire",
        zone: tzinfo = BAGHDAD,
        test: bool = False,
        born: str | None = None,
        untagged: bool = False,
        names: Any = (),
        longest: int = LONGEST_TEXT,
        write: Write = lambda message, _: message,
        **fields: Any,
    ) -> Message:
        wanted = [(topic, NAMES[topic]) for topic in topics]
        return compose(
            ref="a1b2",
            alert="desk",
            record=archived(**fields),
            topics=wanted,
            names={"wire": name, **dict(names)},
            source_zone=zone,
            test=test,
            born=born,
            untagged=untagged,
            longest=longest,
            write=write,
        )

    return tell
