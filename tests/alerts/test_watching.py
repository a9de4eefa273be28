"""Who is told of an article that arrives, on an archive that keeps it in the same transaction."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alerts.definitions import Alert
from alerts.watching import Watch
from archive.article import Article, Fate
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.outbox import messages
from archive.storing import Arrival, Stored, save
from topics.evidence import Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HOOK, MAIL = "json://127.0.0.1/hook", "env:KHABAR_MAIL"
SORANI = "بەرەبەیان هێزەکانی ئەمریکا لە بنکەکە دەرچوون."


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


@pytest.fixture
def arrive(db: sqlite3.Connection) -> Callable[..., Stored]:
    """Archives an article and tells of it as the last stage does: `arrive(alert, text=…, tags={…}, seen=…)`."""

    def tell(
        *alerts: Alert, tags: dict[str, float] | None = None, seen: datetime = NOON, zone: Any = UTC, **fields: Any
    ) -> Stored:
        given = {"url": "https://news.example/1", "source": "wire-en", "title": "A title", "text": "A text."} | fields
        article = Article(**given)
        found = tuple(
            Tag(topic=topic, score=score, pack_version="p1", evidence=()) for topic, score in (tags or {}).items()
        )
        arrival = Arrival(article=article, tags=found, signature=signature(fold(article.text)), seen=seen)
        with transaction(db):
            stored = save(db, arrival)
            Watch(alerts={alert.id: alert for alert in alerts}, zone=zone).tell(db, arrival, stored)
        return stored

    return tell


def asking(name: str = "desk", to: tuple[str, ...] = (HOOK,), **fields: Any) -> Alert:
    return Alert(id=name, to=to, **fields)


def told(db: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Alert, channel and article of each message."""
    return sorted((message["alert"], message["channel"], message["article"]) for message in messages(db))


def prose(seed: int, words: int = 120) -> str:
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghiklmnoprstuvwyz", k=chance.randint(3, 9))) for _ in range(words))


@pytest.mark.parametrize(
    ("alert", "answers", "does_not"),
    [
        ({}, {}, None),  # every article
        ({"topics": ("isis",)}, {"tags": {"isis": 1.0, "syria": 1.0}}, {"tags": {"syria": 1.0}}),
        ({"topics": ("isis", "syria")}, {"tags": {"syria": 1.0}}, {"tags": {}}),
        ({"topics": ("us_*",)}, {"tags": {"us_withdrawal": 1.0}}, {"tags": {"isis": 1.0}}),
        ({"topics": ("isis",), "min_score": 2}, {"tags": {"isis": 2.0}}, {"tags": {"isis": 1.9, "syria": 9.0}}),
        ({"min_score": 2}, {"tags": {"syria": 2.0}}, {"tags": {"syria": 1.0}}),
        ({"sources": ("wire-*",)}, {"source": "wire-ar"}, {"source": "radio-ar"}),
        ({"languages": ("ar",)}, {"language": "ar"}, {"language": "en"}),
        ({"languages": ("ar",)}, {"language": "ar-IQ"}, {"language": "ara"}),
        ({"languages": ("ku",)}, {"language": "ckb"}, {"language": "ar"}),
        ({"languages": ("ku",)}, {"language": "kmr"}, {"language": None}),
        ({"languages": ("ckb", "en")}, {"language": "en-GB"}, {"language": "kmr"}),
        ({"query": "drone -football"}, {"text": "A drone fell."}, {"text": "A drone over the football ground."}),
        ({"query": '"drone attack" OR convoy'}, {"title": "Convoy leaves"}, {"text": "An attack by drone."}),
        ({"query": "title:drone"}, {"title": "Drones? One drone."}, {"text": "A drone fell."}),
        ({"query": "فصائل"}, {"text": "قالت الحكومة والفصائل إنها ستبقى."}, {"text": "قالت الحكومة إنها ستبقى."}),
        ({"query": "احمد"}, {"text": "وصل أحمد إلى بغداد."}, {"text": "وصل علي إلى بغداد."}),
        ({"query": "هێزەکانی lang:ku"}, {"text": SORANI, "language": "ckb"}, {"text": SORANI, "language": "ar"}),
        ({"query": "هێزه‌کانی"}, {"text": SORANI}, {"text": "بنکەکە"}),
        ({"query": "topic:isis source:wire-*"}, {"tags": {"isis": 1.0}}, {"tags": {"isis": 1.0}, "source": "radio"}),
        ({"query": "topic:isis OR lang:ar"}, {"language": "ar-IQ"}, {"language": "en"}),
        (
            {"query": "drone", "topics": ("isis",), "languages": ("en",)},
            {"text": "A drone fell.", "tags": {"isis": 1.0}, "language": "en"},
            {"text": "A drone fell.", "tags": {"isis": 1.0}, "language": "ar"},
        ),
    ],
)
def test_an_alert_is_answered_by_what_it_asks_for_and_by_nothing_else(
    db, arrive, alert: dict[str, Any], answers: dict[str, Any], does_not: dict[str, Any] | None
) -> None:
    if does_not is not None:
        arrive(asking(**alert), **{"url": "https://news.example/0"} | does_not)
    assert told(db) == []

    article = arrive(asking(**alert), **answers)
    assert told(db) == [("desk", HOOK, article.article)]


def test_spans_of_a_query_end_at_the_arrival_and_days_begin_in_the_zone_of_the_desk(db, arrive) -> None:
    late = datetime(2026, 3, 13, 21, 30, tzinfo=UTC)  # in Baghdad the 14th has begun
    asked = asking(query="since:2026-03-14 until:2026-03-14")
    assert arrive(asked, url="https://news.example/1", published=late, seen=late, zone=UTC).fate is Fate.ARCHIVED
    assert told(db) == []
    baghdad = {"title": "Another", "zone": ZoneInfo("Asia/Baghdad")}
    told_of = arrive(asked, url="https://news.example/2", published=late, seen=late, **baghdad)
    assert told(db) == [("desk", HOOK, told_of.article)]

    old = NOON - timedelta(hours=25)
    for number, published in ((3, old), (4, NOON - timedelta(hours=23))):
        arrive(asking("fresh", query="since:24h"), url=f"https://news.example/{number}", published=published)
    assert [message["url"] for message in messages(db, alert="fresh")] == ["https://news.example/4"]


def test_every_channel_of_every_alert_that_an_article_answers_is_owed(db, arrive) -> None:
    alerts = (
        asking("both", (HOOK, MAIL)),
        asking("one", topics=("isis",)),
        asking("none", topics=("syria",)),
        asking("digest", when="digest", cron="0 6 * * *"),
        asking("edits", when="revision"),
    )
    number = arrive(*alerts, tags={"isis": 1.0}).article
    assert told(db) == [("both", MAIL, number), ("both", HOOK, number), ("one", HOOK, number)]


def test_a_message_is_due_when_its_article_arrives(db, arrive) -> None:
    arrive(asking())
    assert [(message["born"], message["due"]) for message in messages(db)] == [("2026-03-14T12:00:00Z",) * 2]


def test_of_an_article_that_comes_unchanged_or_by_another_address_nobody_is_told(db, arrive) -> None:
    text = prose(1)
    arrive(text=text)
    again = arrive(asking(), text=text, seen=NOON + timedelta(hours=1))
    other = arrive(asking(), text=text, url="https://news.example/print/1", canonical="https://news.example/1")
    assert [again.fate, other.fate] == [Fate.UNCHANGED, Fate.DUPLICATE]
    assert told(db) == []


def test_an_edit_that_brings_the_words_is_told_once(db, arrive) -> None:
    alert = asking(query="drone")
    arrive(alert, text="Something fell.")
    assert told(db) == []

    for text in ("A drone fell.", "A drone fell at noon.", "Something fell.", "A drone fell after all."):
        stored = arrive(alert, text=text)
        assert stored.fate is Fate.REVISED
        assert told(db) == [("desk", HOOK, stored.article)]


@pytest.mark.parametrize(
    "alert",
    [
        {"query": "title:convoy drone"},
        {"query": "drone lang:ku"},
        {"query": "drone", "languages": ("ku",)},
        {"query": "drone until:2026-03-13"},
        {"query": "drone topic:isis"},
        {"query": "drone -topic:syria"},
    ],
)
def test_an_edited_page_is_taken_with_what_it_told_before_and_with_its_topics_of_now(db, arrive, alert) -> None:
    yesterday = NOON - timedelta(days=1)
    arrive(title="A convoy", text="Something fell.", language="ckb", published=yesterday, tags={"syria": 1.0})
    edited = arrive(asking(**alert), title=None, text="A drone fell.", language=None, tags={"isis": 1.0})
    assert edited.fate is Fate.REVISED
    assert told(db) == [("desk", HOOK, edited.article)]


@pytest.mark.parametrize(("per", "owed"), [("story", [0]), ("article", [0, 1, 2])])
def test_three_copies_of_a_wire_story_are_one_message_a_channel_unless_each_article_is_asked_for(
    db, arrive, per: Any, owed: list[int]
) -> None:
    text = prose(2)
    copies = [
        arrive(asking(to=(HOOK, MAIL), per=per), url=f"https://{name}.example/1", source=name, text=f"{name} {text}")
        for name in ("wire", "radio", "paper")
    ]
    assert len({copy.story for copy in copies}) == 1
    articles = [copies[place].article for place in owed]
    assert told(db) == sorted(("desk", channel, article) for article in articles for channel in (HOOK, MAIL))


def test_a_story_of_which_the_second_copy_is_the_first_to_answer_is_told(db, arrive) -> None:
    text = prose(3)
    alert = asking(query="drone")
    first = arrive(alert, url="https://wire.example/1", text=text)
    second = arrive(alert, url="https://radio.example/1", text=f"{text} drone")
    third = arrive(alert, url="https://paper.example/1", text=f"{text} drone again")
    assert first.story == second.story == third.story
    assert told(db) == [("desk", HOOK, second.article)]


def test_two_stories_in_the_same_words_but_far_apart_are_two_messages(db, arrive) -> None:
    text = prose(4)
    one = arrive(asking(), url="https://wire.example/1", text=text)
    arrive(url="https://wire.example/2", text=prose(5), seen=NOON + timedelta(days=11))  # lets the old one be forgotten
    two = arrive(asking(), url="https://wire.example/3", text=text, seen=NOON + timedelta(days=11))
    assert told(db) == [("desk", HOOK, one.article), ("desk", HOOK, two.article)]


def test_an_article_that_is_not_kept_is_not_told_of(db) -> None:
    article = Article(url="https://news.example/1", source="wire-en", title="A title", text="A text.")
    arrival = Arrival(article=article, seen=NOON)
    with pytest.raises(ZeroDivisionError), transaction(db):
        assert Watch(alerts={"desk": asking()}).tell(db, arrival, save(db, arrival)) == 1
        _ = 1 / 0
    assert told(db) == []


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ({"topics": ("flood",)}, True),
        ({"topics": ("flood", "rain")}, False),
        ({"query": "topic:flood"}, True),
        ({"query": "-topic:flood"}, False),
        ({"query": "دەرچوون"}, False),
        ({"topics": ("fl*",), "query": "دەرچوون"}, True),
        ({"min_score": 2.0}, True),
        ({"topics": ("rain",), "min_score": 2.0}, False),
    ],
)
def test_an_article_with_other_topics_than_before_is_told_to_alerts_that_it_did_not_answer(
    db, arrive, fields: dict[str, Any], is_told: bool
) -> None:
    now = {"rain": 1.0, "flood": 2.0}
    kept = arrive(text=SORANI, language="ckb", tags=now)
    watch = Watch(alerts={"desk": asking(**fields)})
    with transaction(db):
        owed = watch.tell_of(
            db, kept.article, story=kept.story, scores=list(now.items()), at=NOON, before=[("rain", 1.0)]
        )
    assert owed == len(told(db)) == is_told
