"""An article answers exactly the queries by which a search finds it."""

import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.answering import Facts, Wording, answers
from archive.article import Article, Fate
from archive.database import open_archive
from archive.errors import QueryError
from archive.plan import time_reader
from archive.query import parse
from archive.reading import read_facts
from archive.search import check_query, count, search
from archive.storing import Arrival, save
from topics.evidence import Tag

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
BAGHDAD = ZoneInfo("Asia/Baghdad")


def is_answered(query: str, *, zone: tzinfo = UTC, **fields: Any) -> bool:
    given = {"source": "wire-en", "language": "en", "topics": ("isis",), "time": "2026-03-13T21:30:00Z"}
    given |= {"site": "news.example"} | fields
    given["authors"] = [Wording(name) for name in given.get("authors", ())]
    wordings = {name: Wording(given.pop(name, "")) for name in ("title", "text")}
    return answers(parse(query), Facts(**wordings, **given), time_reader(query, now=NOON, zone=zone))


@pytest.mark.parametrize(
    ("query", "answering", "other"),
    [
        ("drone", {"text": "A drone fell."}, {"text": "Drones fell."}),
        ("drone", {"title": "Drone falls"}, {"title": "Drones fall"}),
        ("drone*", {"text": "Drones fell."}, {"text": "An aerodrone fell."}),
        ('"drone attack"', {"text": "a drone attack"}, {"text": "a drone, an attack"}),
        ('"drone attack"', {"text": "drone / attack"}, {"title": "Drone", "text": "attack"}),
        ('"drone attack"', {"text": "drone attack"}, {"text": "drone attacks"}),
        ('"drone att"*', {"text": "drone attacks"}, {"text": "drones attack"}),
        ('"drone drone attack"', {"text": "drone drone drone attack"}, {"text": "drone attack drone"}),
        ("title:drone", {"title": "Drone falls"}, {"title": "Something falls", "text": "drone"}),
        ('title:"drone att"*', {"title": "A drone attack"}, {"title": "Drone", "text": "drone attack"}),
        ("drone -football", {"text": "drone"}, {"title": "drone", "text": "football"}),
        ("-title:drone", {"text": "drone"}, {"title": "drone"}),
        ("us", {"text": "the U.S. army"}, {"text": "the USA"}),
        ("فصائل", {"text": "قالت والفصائل"}, {"text": "قالت الفصائلية"}),
        ("الحشد", {"text": "وللحشد"}, {"text": "حشد"}),
        ('"القوات الأمريكية"', {"text": "وبالقوات الامريكيه"}, {"text": "القوات والأمريكية"}),
        ("انسحاب*", {"text": "وانسحابها"}, {"text": "سحاب"}),
        ("في", {"text": "في بغداد"}, {"text": "وفي بغداد"}),
        ("هێزه‌کانی", {"text": "هێزەکانی ئەمریکا"}, {"text": "هێزەکان"}),
        ("pesmerge", {"text": "Pêşmerge"}, {"text": "pêşmergeyan"}),
        ("2025", {"text": "عام ٢٠٢٥"}, {"text": "عام ٢٠٢٦"}),
        ("topic:isis", {}, {"topics": ("isis_cells",)}),
        ("topic:isis_*", {"topics": ("isis_cells",)}, {}),
        ("drone NOT football", {"text": "drone"}, {"title": "drone", "text": "football"}),
        ("NOT (drone topic:isis)", {}, {"text": "drone"}),
        ("source:wire-*", {}, {"source": "radio"}),
        ("source:wire-??", {}, {"source": "WIRE-en"}),
        ("author:hassan", {"authors": ["Ali Hassan"]}, {"text": "Hassan", "authors": ["Ali Hassani"]}),
        ('author:"ali has"*', {"authors": ["Ali Hassan"]}, {"authors": ["Omar Ali", "Hassan Omar"]}),
        ("author:احمد", {"authors": ["أحمد علي"]}, {"authors": ["حمد علي"]}),
        ("author:pesmerge", {"authors": ["Rêbaz Pêşmerge"]}, {}),
        ("-author:ali", {"text": "Ali"}, {"authors": ["Ali"]}),
        ("site:news.example", {}, {"site": "oldnews.example"}),
        ("site:example", {}, {"site": "example.org"}),
        ("site:https://www.News.example:443/a/1", {}, {"site": "news.example.org"}),
        ("site:*.example", {}, {"site": "example"}),
        ("site:شفق.example", {"site": "xn--zgb0ad.example"}, {}),
        ("lang:EN", {"language": "en-GB"}, {"language": "eng"}),
        ("lang:ku", {"language": "ckb-IQ"}, {"language": "ar"}),
        ("-lang:ar", {"language": None}, {"language": "ar"}),
        ('-lang:""', {"language": None}, {"language": ""}),
        ("since:24h", {}, {"time": "2026-03-13T11:59:59Z"}),
        ("since:2026-03-13T21:30Z", {}, {"time": "2026-03-13T21:29:59Z"}),
        ("since:2026-03-14", {"zone": BAGHDAD}, {"zone": UTC}),
        ("until:2026-03-13", {"zone": UTC}, {"zone": BAGHDAD}),
        ('until:"2026-03-14 00:31"', {"zone": BAGHDAD}, {"zone": BAGHDAD, "time": "2026-03-13T21:31:00Z"}),
        ("drone OR (topic:isis -lang:ar)", {}, {"language": "ar"}),
        ("-(drone OR -topic:isis)", {}, {"text": "drone"}),
        ("", {}, None),
    ],
)
def test_a_query_is_answered(query: str, answering: dict[str, Any], other: dict[str, Any] | None) -> None:
    assert is_answered(query, **answering)
    assert other is None or not is_answered(query, **other)


PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")
FINDS = re.findall(r"`([^`]+)`\s+finds\s+`([^`]+)`(?:\s+and\s+`([^`]+)`)?(?:,\s+and not\s+`([^`]+)`)?", PAGE)


@pytest.mark.parametrize(("query", "found", "also", "other"), FINDS)
def test_what_the_page_says_is_found_is_found_and_what_it_says_is_not_is_not(query, found, also, other) -> None:
    assert is_answered(query, text=found)
    assert not also or is_answered(query, text=also)
    assert not other or not is_answered(query, text=other)


def test_the_page_has_examples_and_each_of_what_one_writes_is_a_query() -> None:
    rows = [line.split("|")[1] for line in PAGE.partition("## Spelling")[0].splitlines() if line.startswith("| `")]
    examples = [example for row in rows for example in re.findall("`([^`]+)`", row)]

    assert len(FINDS) >= 9 and len(examples) >= 24
    for example in examples:
        assert parse(example) != parse("")
        check_query(example.replace("saved:", ""))


def test_a_time_that_cannot_be_read_is_an_error_that_points_at_its_place() -> None:
    with pytest.raises(QueryError, match="must be a span") as raised:
        is_answered("topic:isis since:yesterday")
    assert raised.value.position == 17


WORDS = [
    "drone",
    "drones",
    "drone-attack",
    "attack",
    "U.S.",
    "us",
    "army",
    "Kata'ib",
    "kataib",
    "Iraq’s",
    "F-16",
    "2026",
    "½",
    "naïve",
    "الفصائل",
    "فصائل",
    "والفصائل",
    "الحشد",
    "للحشد",
    "بالحشد",
    "حشد",
    "أحمد",
    "احمد",
    "لأحمد",
    "في",
    "وفي",
    "القوات",
    "وللقوات",
    "الأمريكية",
    "امريكيه",
    "٢٠٢٦",
    "ﷺ",
    "محـــمد",
    "هێزەکانی",
    "هێزه\u200cکانی",
    "ئەمریکا",
    "ئەمریکاش",
    "کوردستان",
    "كوردستان",
    "Pêşmerge",
    "pesmerge",
    "hêzên",
    "Amerîka",
    "Amerîkayê",
    "Îraq",
    "ı",
    "हिन्दी",
    "日本",
    "«»",
    "-",
    "\x00",
    "�",
]
AUTHORS = ("أحمد الفصائل", "Iraq Kata'ib", "هێزەکانی ئەمریکا", "Îraq Amerîka", "us", "army us", "«»")
HOSTS = ("wire.example", "ar.wire.example", "www.radio.example")
SOURCES, TOPICS = ("wire-en", "wire-ar", "radio"), ("isis", "syria", "isis_cells")
LANGUAGES = (None, "", "en", "en-GB", "ar", "ar-IQ", "ckb", "kmr", "ku")
FILTERS = (
    *("site:wire.example", "site:example", "site:*.example", "site:nowhere.example", "-site:ar.wire.example"),
    *(
        "topic:isis",
        "topic:isis*",
        "topic:*",
        "topic:syria",
        "topic:nothing",
        "source:wire-*",
        "source:radio",
        "source:Radio",
    ),
    *("lang:en", "lang:AR", "lang:ku", "lang:ckb", 'lang:""', "since:24h", "since:2026-03-14", "until:2026-03-13"),
    *("until:36h", "since:2026-03-13T21:00Z", "until:2026"),
)
WORDINGS = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join)
ARTICLES = st.fixed_dictionaries(
    {
        "title": st.none() | WORDINGS,
        "text": WORDINGS,
        "language": st.sampled_from(LANGUAGES),
        "published": st.none() | st.integers(0, 96).map(lambda hours: NOON - timedelta(hours=hours / 2)),
        "source": st.sampled_from(SOURCES),
        "authors": st.lists(st.sampled_from(AUTHORS), max_size=2, unique=True).map(tuple),
        "topics": st.sets(st.sampled_from(TOPICS)),
    }
)


@st.composite
def questions(draw: st.DrawFn, texts: list[str]) -> str:
    """A query, half of its words and phrases from *texts*."""

    def some_words() -> str:
        words = draw(st.sampled_from(texts)).split() or [""]
        start = draw(st.integers(0, len(words) - 1))
        return " ".join(words[start : start + draw(st.integers(1, 3))]).replace('"', "")

    def term(depth: int) -> str:
        kind = draw(st.sampled_from(["word", "word", "phrase", "piece", "piece", "filter", "not", "any", "all"]))
        if depth == 0 and kind in ("not", "any", "all"):
            kind = "word"
        if kind == "filter":
            return draw(st.sampled_from(FILTERS))
        if kind == "not":
            return draw(st.sampled_from(["-", "NOT ", "–", "\u200f-"])) + term(depth - 1)
        if kind in ("any", "all"):
            parts = [term(depth - 1) for _ in range(draw(st.integers(2, 3)))]
            return f"({(' OR ' if kind == 'any' else ' ').join(parts)})"
        field = draw(st.sampled_from(["", "", "title:", "author:"]))
        if kind == "word":
            return f'{field}"{draw(st.sampled_from(WORDS))}"'
        words, star = some_words(), ""
        if kind == "piece":  # in whose words letters are missing, with or without leave
            words, star = words[draw(st.integers(0, 1)) : -draw(st.integers(1, 2))], draw(st.sampled_from("* "))
        return f'{field}"{words}"{star}'

    return draw(st.sampled_from([" ", " OR "])).join(term(2) for _ in range(draw(st.integers(1, 3))))


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with closing(open_archive(tmp_path_factory.mktemp("answering") / "archive.db")) as db:
        db.execute("PRAGMA synchronous = OFF")
        yield db


def arrive(db: sqlite3.Connection, number: int, fields: dict[str, Any]) -> int:
    known = {name: value for name, value in fields.items() if name != "topics"}
    tags = tuple(Tag(topic=topic, score=1, pack_version="p", evidence=()) for topic in sorted(fields["topics"]))
    article = Article(url=f"https://{HOSTS[number % len(HOSTS)]}/{number}", **known)
    stored = save(db, Arrival(article=article, tags=tags, seen=NOON))
    assert stored.fate is not Fate.DUPLICATE
    return stored.article


def read_story(db: sqlite3.Connection, article: int) -> int:
    return db.execute("SELECT story FROM articles WHERE id = ?", (article,)).fetchone()[0]


def what_makes_it_one_that_moved(fields: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(fields[name]) for name in ("source", "published", "title", "text"))


@settings(max_examples=400, deadline=None)
@given(data=st.data(), zone=st.sampled_from([UTC, BAGHDAD]))
def test_an_article_answers_the_queries_that_find_it_and_no_others(archive, data, zone: tzinfo) -> None:
    arriving = data.draw(st.lists(ARTICLES, min_size=1, max_size=6, unique_by=what_makes_it_one_that_moved))
    edits = data.draw(st.lists(ARTICLES, max_size=2))
    texts = [
        text for fields in (*arriving, *edits) for text in (fields["title"], fields["text"], *fields["authors"]) if text
    ]
    texts = texts or [""]
    archive.execute("BEGIN IMMEDIATE")
    try:
        arrived = [arrive(archive, number, fields) for number, fields in enumerate(arriving)]
        for number, fields in zip(arrived, edits, strict=False):
            assert arrive(archive, arrived.index(number), fields) == number
        for query in data.draw(st.lists(questions(texts), min_size=1, max_size=8)):
            try:
                node = parse(query)
            except QueryError:  # nothing to look for, or too short before "*"
                continue
            read_time = time_reader(query, now=NOON, zone=zone)
            answering = {number for number in arrived if answers(node, read_facts(archive, number), read_time)}
            found = {hit.id for hit in search(archive, query, zone=zone, now=NOON)}
            assert answering == found, query
            assert count(archive, query, zone=zone, now=NOON) == len(found), query
            stories = search(archive, query, group="story", zone=zone, now=NOON)
            assert count(archive, query, group="story", zone=zone, now=NOON) == len(stories), query
            assert {hit.story for hit in stories} == {read_story(archive, number) for number in found}, query
            with suppress(QueryError):  # of too many words
                best = search(archive, query, sort="relevance", zone=zone, now=NOON)
                assert {hit.id for hit in best} == found, query
    finally:
        archive.execute("ROLLBACK")
