"""Edits of articles that answer an alert are told, once each, with what they changed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from simulated_desk import HOOK, SimulatedDesk

from alerts.messages.composing import Composer
from alerts.messages.message import Message
from archive.article import Article, Fate
from archive.database import transaction
from archive.lines import NO_LINES, hashes_of
from archive.outbox import claim
from archive.storing import Arrival, save
from seeds.sources import Source

REPORT = (
    "Three soldiers died when their lorry left the mountain road near the northern border on Monday morning, police "
    "said. The road had been closed for a week after heavy snow and was opened again on Sunday evening. A second lorry "
    "stopped in time and its driver called for help. Hospitals in the valley took in the wounded before noon."
)
ARABIC = (
    "قتل ثلاثة جنود عندما انحرفت شاحنتهم عن الطريق الجبلي قرب الحدود الشمالية صباح الاثنين، وفق الشرطة. "
    "وكان الطريق مغلقاً منذ أسبوع بسبب الثلوج الكثيفة وأعيد فتحه مساء الأحد. "
    "وتوقفت شاحنة ثانية في الوقت المناسب واتصل سائقها طلباً للمساعدة."
)
SORANI = (
    "سێ سەرباز گیانیان لەدەست دا کاتێک بارهەڵگرەکەیان بەیانی دووشەممە لە ڕێگا شاخاوییەکە دەرچوو، پۆلیس ڕایگەیاند. "
    "ڕێگاکە هەفتەیەک بوو بەهۆی بەفرەوە داخرابوو و ئێوارەی یەکشەممە کرایەوە. شۆفێری بارهەڵگرێکی دیکە داوای یارمەتی کرد."
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SimulatedDesk]:
    made = SimulatedDesk(tmp_path / "archive.db", datetime(2026, 3, 14, 12, tzinfo=UTC))
    with closing(made.db):
        yield made


@pytest.fixture
def sees(desk: SimulatedDesk) -> Any:
    """An article as a look at its page finds it: `sees("wire", text, title=…, tags=…)`."""

    def look(source: str, text: str, **fields: Any) -> Any:
        given = {"tags": {"army": 1.0}, "title": "Lorry leaves road"} | fields
        return desk.arrives(source=source, url=f"https://{source}.example/1", text=text, **given)

    return look


def message(desk: SimulatedDesk, kind: str) -> Message:
    with transaction(desk.db):
        [owed] = [one for one in claim(desk.db, HOOK, desk.now, 50) if one.kind == kind]
    names = {"army": "The army"}
    sources = {"wire": Source(id="wire", name="Wire", language="en", feeds=("https://wire.example/feed",))}
    return Composer(alerts=desk.alerts, sources=sources, topics=names).message_for(desk.db, owed)


def kinds(desk: SimulatedDesk) -> list[str]:
    return [row["kind"] for row in desk.rows()]


def test_three_copies_and_two_edits_are_one_message_and_one_revision(desk: SimulatedDesk, sees: Any) -> None:
    desk.has("news", topics=("army",))
    desk.has("corrections", topics=("army",), when="revision")
    for source in ("wire", "radio", "paper"):
        sees(source, REPORT)
    sees("wire", REPORT.replace("stopped in time", "stopped just in time"))  # below the minimum
    sees("wire", REPORT.replace("Three", "Five").replace("stopped in time", "stopped just in time"))

    assert kinds(desk) == ["each", "revision"]
    assert desk.suppressed() == [("news", "copy"), ("news", "copy"), ("corrections", "min_change")]


def test_the_same_edit_of_the_copies_is_told_once_unless_every_article_is_asked_for(
    desk: SimulatedDesk, sees: Any
) -> None:
    desk.has("corrections", when="revision")
    desk.has("each", when="revision", per="article")
    for text in (REPORT, REPORT.replace("Three", "Five")):
        for source in ("wire", "radio", "paper"):
            sees(source, text)
    assert [row["alert"] for row in desk.rows()] == ["corrections", "each", "each", "each"]
    assert desk.suppressed() == [("corrections", "copy")] * 2


def test_a_page_that_goes_back_and_forth_is_told_once_for_each_way(desk: SimulatedDesk, sees: Any) -> None:
    desk.has(when="revision")
    for _ in range(4):
        sees("wire", REPORT)
        sees("wire", REPORT.replace("Three", "Five"))
    assert kinds(desk) == ["revision"] * 2


def test_an_edit_by_which_an_article_loses_its_topic_is_told(desk: SimulatedDesk, sees: Any) -> None:
    desk.has(when="revision", topics=("army",))
    sees("wire", REPORT)
    sees("wire", REPORT.replace("soldiers", "farmers"), title="Farmers die", tags={})
    assert kinds(desk) == ["revision"]
    sees("wire", REPORT.replace("soldiers", "teachers"), title="Teachers die", tags={})
    assert kinds(desk) == ["revision"]  # neither before nor behind the edit it had the topic


def test_an_edit_of_what_the_query_found_before_is_told(desk: SimulatedDesk, sees: Any) -> None:
    desk.has(when="revision", query="snow", sources=("wire",), languages=("en",))
    sees("wire", REPORT)
    sees("radio", REPORT)
    for source in ("wire", "radio"):
        sees(source, REPORT.replace("heavy snow", "a landslide"), title="Landslide")
    assert [row["article"] for row in desk.rows()] == [desk.rows()[0]["article"]]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [("en", REPORT, ("Three", "Five")), ("ar", ARABIC, ("ثلاثة", "خمسة")), ("ckb", SORANI, ("سێ", "پێنج"))],
    ids=["en", "ar", "ckb"],
)
def test_the_message_shows_what_was_taken_out_and_put_in(
    desk: SimulatedDesk, sees: Any, language: str, text: str, words: tuple[str, str]
) -> None:
    old, new = words
    desk.has(when="revision", topics=("army",))
    sees("wire", text, language=language, title=f"{old} {text.split()[2]}")
    sees("wire", text.replace(old, new), language=language, title=f"{new} {text.split()[2]}")

    told = message(desk, "revision")
    lines = told.text.split("\n")
    assert sum(f"[-{old}-] {{+{new}+}}" in line for line in lines) == 2  # title and text
    assert "title and text edited, " in told.text
    assert told.text.count("numbers: 3 → 5") == 1
    assert "topics: The army" in lines
    assert lines[-1].startswith("ref: ")
    assert "edited since this alert" not in told.text
    assert f">{old}</del>" in told.html
    assert f">{new}</ins>" in told.html


def test_the_message_stays_the_same_when_a_further_edit_follows(desk: SimulatedDesk, sees: Any) -> None:
    desk.has(when="revision", min_change=0.5)
    sees("wire", REPORT)
    sees("wire", REPORT.replace("Three", "Five"))
    first = message(desk, "revision").text
    desk.now = desk.now.replace(hour=14)
    sees("wire", REPORT.replace("Three", "Five").replace("Police", "police").replace("wounded", "hurt"))
    later = message(desk, "revision").text
    assert "[-Three-] {+Five+}" in first
    assert "edited since this alert was raised" in later
    assert first.split("\n")[4] in later


def test_a_retag_is_no_edit(desk: SimulatedDesk, sees: Any) -> None:
    desk.has(when="revision")
    stored = sees("wire", REPORT)
    with transaction(desk.db):
        desk.watch.tell_of(desk.db, stored.article, story=stored.story, scores=[("isis", 1.0)], at=desk.now)
    assert desk.rows() == []


def test_a_line_of_the_template_is_nobodys_edit(desk: SimulatedDesk) -> None:
    """It left the text with an edit of one word, and its number with it."""
    desk.has(when="revision", min_change=0.1)
    box = "More on this: 7 stories that you should not miss."
    known = hashes_of([*REPORT.split("\n"), box])
    edited = REPORT.replace("stopped in time", "stopped just in time")
    for text, left_out in ((f"{REPORT}\n{box}", NO_LINES), (edited, hashes_of([box]))):
        article = Article(url="https://wire.example/1", source="wire", title="Lorry leaves road", text=text)
        arrival = Arrival(article=article, seen=desk.now, lines=known, left_out=left_out)
        with transaction(desk.db):
            stored = save(desk.db, arrival)
            desk.watch.tell(desk.db, arrival, stored)
    assert stored.fate is Fate.REVISED
    assert kinds(desk) == []
    assert desk.suppressed() == [("desk", "min_change")]
