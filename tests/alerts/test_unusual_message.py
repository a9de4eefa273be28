"""What a spike's and a silence's message says, in four languages and in little room."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.chat import chat_message
from alerts.definitions import Alert
from alerts.messages.message import LONGEST_TITLE
from alerts.messages.message_text import LONGEST_TEXT, units
from alerts.messages.unusual_message import unusual_message
from alerts.silence import Silence
from alerts.spike import Spike
from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from archive.windows import Window, open_window, read_window
from topics.evidence import Tag
from topics.fold import fold

BAGHDAD = ZoneInfo("Asia/Baghdad")
TWO = datetime(2026, 3, 14, 14, tzinfo=UTC)
NAMES = {"wire": "Example Wire", "ar-wire": "وكالة المثال", "ckb-wire": "ئاژانسی نموونە", "kmr-wire": "Ajansa Nimûne"}
TOPICS = {"isis": "Islamic State", "syria": "سوريا"}
HEADLINES = (
    ("wire", "en", "Convoy leaves the base at dawn"),
    ("ar-wire", "ar", "ISIS تهاجم نقطة تفتيش شمال المدينة"),
    ("ckb-wire", "ckb", "هێرشێکی نوێ لە باکووری شار"),
    ("kmr-wire", "kmr", "Êrîşeke nû li bakurê bajêr"),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


def keep(db, source, language, title, time, *, url=None):
    article = Article(
        url=url or f"https://{source}.example/{time:%H%M}", source=source, title=title, text=f"{title} {time}.",
        language=language, published=time, published_precision="minute", published_zone="+03:00",
    )  # fmt: skip
    tags = (Tag(topic="isis", score=1.0, pack_version="p", evidence=()),)
    with transaction(db):
        arrival = Arrival(article=article, tags=tags, signature=signature(fold(article.text)), seen=time)
        save(db, arrival)


@pytest.fixture
def newsroom(db):
    """An article in each language, ten minutes apart, the Kurmanji one last."""
    for number, (source, language, title) in enumerate(HEADLINES):
        keep(db, source, language, title, TWO + number * timedelta(minutes=10))


def window_of(db, found, begin) -> Window:
    kind = "spike" if isinstance(found, Spike) else "silence"
    with transaction(db):
        number = open_window(
            db, alert="desk", kind=kind, subject=found.subject, begin=begin, born=TWO, figures=found.figures
        )
    window = read_window(db, number)
    assert window is not None
    return window


def spike(**more) -> Spike:
    given = {
        "topic": "isis", "hour": TWO, "until": TWO + timedelta(minutes=37), "count": 14, "expected": 2.06,
        "bound": 7.31, "weeks": 8,
    }  # fmt: skip
    return Spike(**given | more)


def silence(**more) -> Silence:
    given = {
        "subject": "source:wire", "rule": "pause", "since": TWO, "asked": TWO + timedelta(hours=5), "count": 0,
        "expected": 12.4, "bound": 1.2, "weeks": 8, "longest": timedelta(hours=3), "cause": "it answers",
    }  # fmt: skip
    return Silence(**given | more)


def told(db, found, *, names=NAMES, topics=TOPICS, zone=BAGHDAD, longest=LONGEST_TEXT, of=()):
    alert = Alert(id="desk", when="spike", topics=("isis",), sources=of, to=("env:X",))
    window = window_of(db, found, TWO)
    return unusual_message(
        db, window, alert, ref="a1b2", names=names, topics=topics, zone=zone, longest=longest
    )  # fmt: skip


def test_a_spike_says_how_many_came_and_how_many_should_have(db, newsroom) -> None:
    message = told(db, spike())

    assert message.title == "Islamic State: 14 articles from 17:00 to 17:37, 2.1 expected"
    assert message.text == "\n".join(
        [
            "Islamic State: 14 articles from 17:00 to 17:37, 2.1 expected",
            "from 2026-03-14 17:00 Asia/Baghdad = 2026-03-14 14:00 UTC",
            "usual in this hour of the week: 2.1, at most 7.3",
            "by the 8 weeks before, with quasi-Poisson bounds after Farrington and Noufaily",
            "24 hours, up to 14 articles each: ·······················▇",
            "",
            "the newest of them:",
            "",
            "Êrîşeke nû li bakurê bajêr",
            "Ajansa Nimûne · 2026-03-14 14:30 UTC",
            "https://kmr-wire.example/1430",
            "",
            "هێرشێکی نوێ لە باکووری شار",
            "\u2068ئاژانسی نموونە\u2069 · 2026-03-14 14:20 UTC",
            "https://ckb-wire.example/1420",
            "",
            "\u200fISIS تهاجم نقطة تفتيش شمال المدينة",
            "\u2068وكالة المثال\u2069 · 2026-03-14 14:10 UTC",
            "https://ar-wire.example/1410",
            "",
            "alert: desk",
            "ref: a1b2",
        ]
    )
    assert message.links == tuple(
        f"https://{name}" for name in ("kmr-wire.example/1430", "ckb-wire.example/1420", "ar-wire.example/1410")
    )


def test_its_html_says_the_same_and_each_headline_runs_its_own_way(db, newsroom) -> None:
    html = lxml.html.fragment_fromstring(told(db, spike()).html)

    assert html.find("h2").text_content() == "Islamic State: 14 articles from 17:00 to 17:37, 2.1 expected"
    assert [(one.get("lang"), one.get("dir")) for one in html.findall("h3")] == [
        ("kmr", "ltr"), ("ckb", "rtl"), ("ar", "rtl")
    ]  # fmt: skip
    assert [link.get("href") for link in html.iter("a")] == list(told(db, spike()).links)
    assert html.text_content().strip().endswith("ref: a1b2")


def test_the_row_has_an_hour_for_each_of_the_last_twenty_four(db, newsroom) -> None:
    keep(db, "wire", "en", "Earlier", TWO - timedelta(hours=3))
    keep(db, "wire", "en", "Too early", TWO - timedelta(hours=24))

    assert f"{'·' * 20}▁··▇" in told(db, spike()).text


def test_only_articles_of_the_hour_the_topic_and_the_sources_are_named(db, newsroom) -> None:
    keep(db, "wire", "en", "Too late", TWO + timedelta(minutes=50))

    assert "Too late" not in told(db, spike()).text
    assert told(db, spike(), of=("wire",)).links == ("https://wire.example/1400",)
    assert told(db, spike(topic="syria")).links == ()


def test_a_topic_with_an_arabic_name_stands_apart_in_the_line(db, newsroom) -> None:
    message = told(db, spike(topic="syria"))

    assert message.title == "\u200e\u2068سوريا\u2069: 14 articles from 17:00 to 17:37, 2.1 expected"
    assert told(db, spike(topic=None)).title.startswith("All articles: 14 articles from")


def test_a_spike_of_what_never_came_says_so(db, newsroom) -> None:
    assert told(db, spike(expected=0.02)).title.endswith(", hardly any expected")


def test_a_silence_says_since_when_its_rhythm_and_the_cause(db, newsroom) -> None:
    message = told(db, silence(cause="HTTP 500 (https://wire.example/feed)"))

    assert message.title == "Example Wire: silent since 2026-03-14 17:00, 12.4 articles expected"
    assert message.text == "\n".join(
        [
            message.title,
            "no article since 2026-03-14 17:00 Asia/Baghdad = 2026-03-14 14:00 UTC",
            "usual in the 5 h until it was last asked: 12.4 articles",
            "by the 8 weeks before, with quasi-Poisson bounds after Farrington and Noufaily",
            "the longest pause of the 28 days before: 3 h",
            "cause: HTTP 500 (https://wire.example/feed)",
            "last asked 2026-03-14 22:00 Asia/Baghdad = 2026-03-14 19:00 UTC",
            "",
            "the last article:",
            "",
            "Convoy leaves the base at dawn",
            "Example Wire · 2026-03-14 14:00 UTC",
            "https://wire.example/1400",
            "",
            "alert: desk",
            "ref: a1b2",
        ]
    )


def test_the_silence_of_a_topic_is_called_by_its_name(db, newsroom) -> None:
    message = told(db, silence(subject="topic:isis", since=TWO + timedelta(minutes=30)))

    assert message.title == "Islamic State: silent since 2026-03-14 17:30, 12.4 articles expected"
    assert message.links == ("https://kmr-wire.example/1430",)


def test_a_trickle_says_how_many_came_in_a_day(db, newsroom) -> None:
    found = silence(rule="trickle", count=1, expected=45.0, bound=21.3, longest=None, subject="source:ar-wire")
    lines = told(db, found).text.split("\n")

    assert lines[0] == "\u200e\u2068وكالة المثال\u2069: 1 article in 24 hours, 45.0 expected"
    assert "usual in these 24 hours: 45.0, at least 21.3" in lines
    assert not any("longest pause" in line for line in lines)


def test_what_a_server_said_steers_nothing_and_is_bounded(db, newsroom) -> None:
    message = told(db, silence(cause="<b>\u202e\x1b[31m خطأ" + "x" * 10_000))

    assert "<b>" not in message.html
    assert not set("\u202e\x1b") & set(message.text + message.html)
    assert len(message.text) < 1_500


def test_a_headline_may_hold_anything(db) -> None:
    hostile = "</h3><script>alert(1)</script>" + "\u202eسطر\n" * 9 + "x" * 100_000
    keep(db, "wire", "en", hostile, TWO, url="https://news.example/*a*_b_")
    message = told(db, spike(), names={"wire": "<i>" + "y" * 5_000})
    html = lxml.html.fragment_fromstring(message.html)

    assert {element.tag for element in html.iter()} <= {"div", "h2", "h3", "p", "br", "a", "bdi"}
    assert units(message.text) < 1_500
    assert "\nhttps://news.example/*a*_b_\n" in chat_message(message.text, message.links)


def test_a_source_that_is_gone_is_called_by_its_id(db, newsroom) -> None:
    assert told(db, silence(subject="source:old-wire")).title.startswith("old-wire: silent since")
    assert told(db, silence(subject="topic:old"), names={}).title.startswith("old: silent since")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(longest=st.integers(150, 1_500), spiking=st.booleans(), topic=st.sampled_from([None, "isis", "syria"]))
def test_a_message_is_never_longer_than_its_channel_takes(db, newsroom, longest, spiking, topic) -> None:
    message = told(db, spike(topic=topic) if spiking else silence(), longest=longest)
    lines = message.text.split("\n")

    assert units(message.text) <= longest
    assert lines[-1] == "ref: a1b2"
    assert set(message.links) <= set(lines)
    assert len(message.title) <= LONGEST_TITLE


def test_in_too_little_room_the_first_line_and_the_ref_are_left(db, newsroom) -> None:
    lines = told(db, spike(), longest=60).text.split("\n")

    assert lines[0].startswith("Islamic State: 14 articles")
    assert lines[-1] == "ref: a1b2"
    assert len(lines) == 2
