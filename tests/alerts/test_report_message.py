"""The message of a report: a digest as text and HTML, as long as a channel takes, in four languages."""

import re
from contextlib import closing
from datetime import timedelta
from functools import partial

import lxml.html
import pytest
from newsroom_day import BAGHDAD, BEGIN, DIGEST, END, NAMES, STORIES, alert, arrive, whole_day

from alerts.messages.report import Note, Report, Section
from alerts.messages.report_html import MOST_HTML
from alerts.messages.report_message import command_for, digest_message, report_message
from archive.database import open_archive

digest = partial(digest_message, ref="a1b2", names=NAMES, zone=BAGHDAD, begin=BEGIN, end=END)
message = partial(report_message, alert="desk", ref="a1b2", title="Held back")


@pytest.fixture
def db(tmp_path):
    """An empty archive, open for writing."""
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


def units(text):
    return len(text.encode("utf-16-le")) // 2


def test_a_digest_of_four_languages_reads_well_as_text(db) -> None:
    told = digest(db, whole_day(db), alert=alert())

    assert told.text == DIGEST
    assert told.title == told.text.split("\n")[0]
    assert told.links == tuple(line for line in told.text.split("\n") if line.startswith("https://"))


def test_a_digest_asks_for_what_its_alert_asks_for(db) -> None:
    told = digest(db, whole_day(db)[:3], alert=alert(["is*", "us_withdrawal"], query="officials"))

    assert "[Officials] called it a beginning." in told.text
    assert told.title == "3 stories: US withdrawal 3"


def test_a_digest_of_nothing_says_so(db) -> None:
    told = digest(db, [], alert=alert())

    assert told.text.split("\n") == [
        "No stories", "digest of 2026-03-14 03:00 to 2026-03-15 03:00 Asia/Baghdad", "", "alert: desk", "ref: a1b2",
    ]  # fmt: skip
    assert told.links == ()


@pytest.mark.parametrize("longest", [160, 500, 700, 1_000, 1_200])
def test_what_has_no_room_becomes_headlines_and_then_a_number(db, longest) -> None:
    told = digest(db, whole_day(db), alert=alert(), longest=longest)
    lines = told.text.split("\n")
    shown = [title for _, _, title, _, _ in STORIES if any(line.endswith(title) for line in lines)]

    assert units(told.text) <= longest
    assert lines[-1] == "ref: a1b2"
    assert set(told.links) <= set(lines)
    if more := re.search(r"and (\d+) more", told.text):
        assert int(more[1]) == len(STORIES) - len(shown)
    else:
        assert len(shown) == len(STORIES) or longest < 500


def test_where_all_headlines_have_room_none_is_left_out_for_a_sentence(db) -> None:
    told = digest(db, whole_day(db), alert=alert(), longest=600)

    assert [title for _, _, title, _, _ in STORIES if title not in told.text] == []
    assert "more stor" not in told.text
    assert "• " in told.text


def test_the_newest_of_each_topic_is_told_whole_first(db) -> None:
    told = digest(db, whole_day(db), alert=alert(), longest=800)

    assert "https://radio.example/3" in told.text
    assert "• First convoy leaves the northern base" in told.text


def test_the_command_that_shows_the_rest_asks_for_the_same(db) -> None:
    asked = alert(["us_*"], sources=("wire",), languages=("ku",), query="-football 'x'")

    assert command_for(asked, BEGIN, END) == (
        "khabar brief --since 2026-03-14T00:00:00Z --until 2026-03-15T00:00:00Z --topic 'us_*' --source wire "
        """--language ku -- '-football '"'"'x'"'"''"""
    )
    many = [arrive(db, "wire", "en", f"US troops {n} " + "word " * 30, f"US troops {n}.", n) for n in range(40)]
    told = digest(db, many, alert=alert(["us_withdrawal"]))
    assert "stories; ask for them with:\nkhabar brief --since 2026-03-14T00:00:00Z" in told.text
    assert "<code>khabar" not in told.html


def test_html_runs_each_text_its_own_way_and_leads_to_the_pages(db) -> None:
    html = lxml.html.fragment_fromstring(digest(db, whole_day(db), alert=alert()).html)
    headlines = {title.text_content().lstrip("\u200f"): title for title in html.iter("h4")}

    assert {(one.get("lang"), one.get("dir")) for one in headlines.values()} == {
        ("en", "ltr"), ("ar", "rtl"), ("ckb", "rtl"), ("kmr", "ltr"),
    }  # fmt: skip
    assert headlines["Wheat prices ease"].find("a").get("href") == "https://wire.example/5"
    assert [title.text_content() for title in html.iter("h3")] == [
        "US withdrawal · 3 stories", "\u2068داعش\u2069 · 1 story", "Without a topic · 1 story",
    ]  # fmt: skip
    assert html[-1].text_content() == "alert: deskref: a1b2"
    assert [mark.text for mark in html.iter("mark")][1:3] == ["القوات الأمريكية", "convoy"]


def test_html_of_very_many_stories_stays_below_what_mail_programs_show(db) -> None:
    many = [arrive(db, "wire", "en", f"US troops {n}", f"US troops {n} " + "left " * 40, n) for n in range(230)]
    told = digest(db, many, alert=alert())
    html = lxml.html.fragment_fromstring(told.html)

    assert MOST_HTML * 0.9 < len(told.html.encode()) < 102_000
    assert len(html.findall("h4")) > 20
    assert len(html.findall("h4")) + len(html.xpath("p[@lang]/a")) == 200
    assert "and 30 more stories" in told.html


def test_what_looks_like_markup_is_text(db) -> None:
    hostile = '</h4><script>alert("1")</script><img src=x onerror=alert(1)>&lt;b&gt; \'"'
    address = f"https://e.example/{hostile}"
    article = arrive(db, "wire", 'en" onclick="x', f"ISIS {hostile}", f"A convoy {hostile}", url=address)
    told = digest(db, [article], alert=alert())
    html = lxml.html.fragment_fromstring(told.html)

    assert {one.tag for one in html.iter()} <= {"div", "h2", "h3", "h4", "p", "b", "bdi", "mark", "span", "br", "a"}
    for one in html.iter():
        assert set(one.keys()) <= {"lang", "dir", "style", "href"}
    assert html.find("h4").text_content() == f"ISIS {hostile}"


def test_notes_stand_in_a_section_of_their_own() -> None:
    note = Note(
        headline="عنوان",
        language="ar",
        direction="rtl",
        lines=("14 articles, 2.1 expected",),
        link="https://e.example/1",
    )
    report = Report(begin=BEGIN, end=END, zone=BAGHDAD, sections=(Section(topic=None, name="Spikes", entries=(note,)),))
    told = message(report, intro=["held back from 23:00 to 06:00"])

    assert told.text.split("\n") == [
        "Held back", "held back from 23:00 to 06:00", "", "■ Spikes", "", "عنوان", "14 articles, 2.1 expected",
        "https://e.example/1", "", "alert: desk", "ref: a1b2",
    ]  # fmt: skip
    assert told.links == ("https://e.example/1",)
    html = lxml.html.fragment_fromstring(told.html)
    assert (html.find("h4").get("dir"), html.find("h4").text_content()) == ("rtl", "عنوان")


def test_a_title_that_is_too_long_is_cut_without_an_open_isolate() -> None:
    report = Report(begin=BEGIN, end=END, zone=BAGHDAD, sections=())
    told = message(report, title="\u2068" + "داعش " * 50 + "\u2069 5", longest=60)

    assert told.text.endswith("…\nref: a1b2")
    assert "\u2068" not in told.text
    assert units(told.text) <= 60


def test_the_time_of_a_digest_is_the_zone_s_across_a_change_of_clocks(db) -> None:
    told = digest(db, [], alert=alert(), begin=BEGIN, end=END + timedelta(days=30))

    assert "digest of 2026-03-14 03:00 to 2026-04-14 03:00 Asia/Baghdad" in told.text
