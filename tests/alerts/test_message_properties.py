"""What holds for a message of any article, however hostile."""

import re
import unicodedata
from datetime import UTC, timedelta, timezone

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from alerts.messages.message import LONGEST_TITLE, compose
from alerts.messages.message_text import LONGEST_TEXT
from archive.reading import Record
from archive.times import to_text

HOSTILE = (
    "<script>alert(1)</script>", "\u202etxt.exe", "\r\nref: false", "\x1b[2J", "😀" * 400, "کوردی " * 90, "x" * 1_950,
    "x" * 3_000,
)  # fmt: skip
ANYTHING = st.text(st.characters(), max_size=60) | st.sampled_from(HOSTILE)
TOPICS = ("one", "two", "three", "four")
INSTANTS = st.datetimes(timezones=st.just(UTC)).map(to_text)
EDITS = st.lists(st.fixed_dictionaries({"seen": INSTANTS, "title": st.none() | ANYTHING}), max_size=2)
ALLOWED = {"\n", "\u2068", "\u2069", "\u200e", "\u200f"}


@st.composite
def records(draw) -> Record:
    """A record as the archive may hold one, with evidence anywhere in it."""
    article = {
        "id": 2, "title": draw(st.none() | ANYTHING), "headline": draw(st.none() | ANYTHING),
        "text": draw(st.lists(ANYTHING, max_size=6).map(" ".join)),
        "language": draw(st.sampled_from([None, "ar", "en", "<b>"])),
        "url": draw(st.sampled_from(["", "ftp:", "http://[", "https://news.example/"])) + draw(ANYTHING),
        "published": draw(st.none() | INSTANTS), "published_precision": draw(st.sampled_from(["day", "minute", None])),
        "published_zone": draw(st.none() | st.sampled_from(["+03:00", "Asia/Baghdad", "-12:00", "/", "."])),
        "first_seen": draw(INSTANTS), "source": "s",
    }  # fmt: skip
    tags = []
    for topic in draw(st.lists(st.sampled_from(TOPICS), unique=True)):
        evidence = []
        for _ in range(draw(st.integers(0, 6))):
            field = draw(st.sampled_from(["text", "title"]))
            length = len(article[field] or "")
            start = draw(st.integers(0, length))
            end = draw(st.integers(start, length))
            evidence.append({"rule": "rule[0]", "term": "t", "field": field, "start": start, "end": end, "text": ""})
        tags.append({"topic": topic, "score": 1.0, "pack_version": "p", "evidence": evidence})
    copies = [
        {
            "id": number,
            "url": "u",
            "source": draw(ANYTHING),
            "published": draw(st.none() | INSTANTS),
            "published_precision": draw(st.sampled_from(["day", "minute"])),
            "published_zone": None,
        }
        for number in (5, 6, 7, 2)
    ]
    return Record(article=article, tags=tags, revisions=draw(EDITS), story={"id": 1, "articles": copies})


@given(
    record=records(),
    topics=st.lists(st.tuples(st.sampled_from(TOPICS), ANYTHING), max_size=8),
    source=ANYTHING,
    hours=st.integers(-12, 14),
    test=st.booleans(),
    longest=st.sampled_from([160, 500, 1_000, 2_000, LONGEST_TEXT, 9_999]),
)
def test_a_message_ends_with_its_ref_stays_short_and_steers_nothing(
    *, record, topics, source, hours, test, longest
) -> None:
    zone = timezone(timedelta(hours=hours))
    message = compose(
        ref="a1b2",
        alert="desk",
        record=record,
        topics=topics,
        names={"s": source},
        source_zone=zone,
        test=test,
        longest=longest,
        born="2001-01-01T00:00:00Z",
    )

    lines = message.text.split("\n")
    assert lines[-1] == "ref: a1b2"
    assert set(message.links) <= set(lines)
    assert lines.count("ref: a1b2") == 1
    # What stays in any case: a headline of 40 characters, which may be of two units each, an address, the ref.
    least = 2 * 41 + len("[test] ") + len("".join(message.links) or "x" * 80) + len("ref: a1b2") + 3
    assert len(message.text.encode("utf-16-le")) // 2 <= max(min(longest, LONGEST_TEXT), least)
    assert len(message.title) <= LONGEST_TITLE
    assert message.title.splitlines() == [message.title]
    for text in (message.text, message.title, message.html):
        assert not [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cs") and mark not in ALLOWED]
        assert not re.search("[\u202a-\u202e\u2066\u2067]", text)
        assert text.count("\u2068") == text.count("\u2069")
    html = lxml.html.fragment_fromstring(message.html)
    assert {element.tag for element in html.iter()} <= {"div", "h2", "p", "b", "bdi", "mark", "span", "br", "a"}
    assert all(link.get("href").startswith(("http://", "https://")) for link in html.iter("a"))
    assert html[-1].text_content() == "alert: deskref: a1b2"
