"""What holds for the message of any report, however hostile, and however little a channel takes."""

import re
import unicodedata
from datetime import UTC, datetime

import lxml.html
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.messages.contents import headline_of, language_name, language_of, link_of
from alerts.messages.excerpt import Excerpt
from alerts.messages.message_text import LONGEST_TEXT
from alerts.messages.report import Copy, Entry, Mention, Note, Report, Section
from alerts.messages.report_message import report_message
from alerts.messages.report_text import report_text
from archive.plain import plain
from topics.direction import direction_of

HOSTILE = (
    "<script>alert(1)</script>", "\u202etxt.exe", "\r\nref: false", "\x1b[2J", "😀" * 400, "کوردی " * 90, "x" * 3_000,
    "داعش [قوات] [x", "](http://evil.example)", "• ■",
)  # fmt: skip
ANYTHING = st.text(st.characters(), max_size=40) | st.sampled_from(HOSTILE)
LINES = ANYTHING.map(plain)
LANGUAGES = st.sampled_from([None, "ar", "en", "ckb", "kmr", "ku", "<b>"])
COPIES = st.builds(Copy, source=LINES.map(lambda name: name[:40]), delay=st.sampled_from(["+12 min", "≤+3 h 05"]))
ALLOWED = {"\n", "\u2068", "\u2069", "\u200e", "\u200f"}


@st.composite
def sentences(draw) -> Excerpt:
    """With marks that lie apart."""
    words = [word for word in draw(st.lists(LINES, min_size=1, max_size=6)) if word] or ["word"]
    text, marks = "", []
    for word in words:
        start = len(text) + (1 if text else 0)
        text += (" " if text else "") + word
        if draw(st.booleans()) and (not marks or marks[-1][1] < start):
            marks.append((start, len(text)))
    return Excerpt(text, tuple(marks))


@st.composite
def entries(draw) -> Entry:
    """A story as `report_of` makes it, of a hostile page."""
    article = {
        "title": draw(st.none() | ANYTHING), "headline": None, "text": draw(ANYTHING), "language": draw(LANGUAGES),
        "url": draw(st.sampled_from(["", "ftp:", "http://[", "https://news.example/"])) + draw(ANYTHING),
    }  # fmt: skip
    language, (link, instead) = language_of(article), link_of(article["url"])
    return Entry(
        article=1, headline=headline_of(article), language=language, direction=direction_of(language),
        language_name=language_name(language), source=draw(LINES)[:40], time="2026-03-14 15:00",
        shown=draw(st.none() | COPIES), copies=tuple(draw(st.lists(COPIES, max_size=4))),
        more_sources=draw(st.integers(0, 3)), articles=draw(st.integers(1, 9)), sentence=draw(st.none() | sentences()),
        edited=draw(st.booleans()), headline_then=draw(st.none() | LINES.map(lambda line: line[:150])), link=link,
        instead_of_link=instead,
    )  # fmt: skip


NOTES = st.builds(Note, headline=LINES, lines=st.lists(LINES, max_size=2).map(tuple))
MENTIONS = st.builds(
    Mention, headline=LINES, language=st.none(), direction=st.sampled_from([None, "rtl", "ltr"]), under=LINES
)
SECTIONS = st.builds(
    Section, topic=st.none() | st.just("t"), name=LINES.map(lambda name: name[:40]),
    entries=st.lists(entries() | NOTES, max_size=5).map(tuple), mentions=st.lists(MENTIONS, max_size=3).map(tuple),
    stories=st.integers(0, 9), more=st.integers(0, 2), more_mentions=st.integers(0, 2),
)  # fmt: skip
INSTANT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
REPORTS = st.builds(
    Report, begin=st.just(INSTANT), end=st.just(INSTANT), zone=st.just(UTC), sections=st.lists(SECTIONS).map(tuple),
    stories=st.integers(0, 9),
)  # fmt: skip


@settings(deadline=None, max_examples=60)  # some are long
@given(
    report=REPORTS,
    title=LINES,
    intro=st.lists(LINES, max_size=2),
    longest=st.sampled_from([160, 250, 500, 1_000, 2_000, LONGEST_TEXT, 9_999]),
)
def test_a_report_ends_with_its_ref_stays_short_breaks_no_mark_and_steers_nothing(
    *, report, title, intro, longest
) -> None:
    message = report_message(
        report, alert="desk", ref="a1b2", title=title, intro=intro, more="khabar brief --since 24h", longest=longest
    )

    lines = message.text.split("\n")
    assert lines[-1] == "ref: a1b2"
    assert lines.count("ref: a1b2") == 1
    assert len(message.text.encode("utf-16-le")) // 2 <= min(longest, LONGEST_TEXT)
    assert set(message.links) <= set(lines)
    end = ("alert: desk", "ref: a1b2")
    everything, _ = report_text(report, title=title, intro=intro, more="", end=end, longest=10**9)
    for line in lines[1:]:  # each is whole or left out, so that no mark of it is cut
        assert line in everything.split("\n") or line.lstrip("\u200e\u200f").startswith(("• ", "and ", "khabar "))
    assert message.title.splitlines() == [message.title] or not message.title
    for text in (message.text, message.title, message.html):
        assert not [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cs") and mark not in ALLOWED]
        assert not re.search("[\u202a-\u202e\u2066\u2067]", text)
        assert text.count("\u2068") == text.count("\u2069")
    html = lxml.html.fragment_fromstring(message.html)
    tags = {"div", "h2", "h3", "h4", "p", "b", "bdi", "mark", "span", "br", "a", "code"}
    assert {element.tag for element in html.iter()} <= tags
    assert all(link.get("href").startswith(("http://", "https://")) for link in html.iter("a"))
    assert html[-1].text_content() == "alert: deskref: a1b2"
    assert len(message.html.encode()) < 110_000
