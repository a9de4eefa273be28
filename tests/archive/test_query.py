"""No string breaks a search, and none makes it slow."""

import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Article
from archive.database import open_archive, transaction
from archive.errors import QueryError
from archive.query import MOST_PREFIXES, MOST_TERMS, parse
from archive.query_tree import All, Filter, Not, Words
from archive.query_tree import Any as AnyOf
from archive.search import count, search
from archive.storing import Arrival, save

SIGNS = '"“”«»()-*:a?%_#=½ﷺ𝕏و'
WORDS = """OR AND NOT NEAR topic: source: title: since: until: lang: 7d 2026-01-01 isis الفصائل هێز Îran"""
OTHERS = ["NEAR(a b, 2)", "''", ";--", "{title}", "^a", "a + b", "\\", "[a-z]", "\0", "\ud800", "\u202e", "'"]
PIECES = st.sampled_from([*SIGNS, *WORDS.split(), *OTHERS])
HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=24).map(" ".join),
    st.lists(PIECES, max_size=24).map("".join),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    with closing(open_archive(tmp_path_factory.mktemp("query") / "archive.db")) as db:
        with transaction(db):
            for number in range(30):
                text = f"isis a الفصائل و هێز Îran NEAR NOT AND OR title {number} half ½"
                article = Article(
                    url=f"https://news.example/{number}", source="x", title="isis", text=text, language="en"
                )
                save(db, Arrival(article=article, seen=datetime(2026, 1, 1, tzinfo=UTC)))
        yield db


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE, st.sampled_from(["newest", "relevance"]))
def test_a_hostile_query_is_answered_or_refused_with_its_place(filled, query, sort) -> None:
    try:
        hits = search(filled, query, sort=sort, limit=40)
    except QueryError as error:
        assert 0 <= error.position <= len(query)
        return
    assert count(filled, query) == len(hits)
    for hit in hits:
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)
        assert all(0 <= start < end <= len(hit.title) for start, end in hit.title_marks)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abالفصï ", max_size=30))
def test_plain_words_are_never_refused_for_their_form(filled, query) -> None:
    search(filled, query)


@pytest.mark.parametrize(
    "query",
    [
        " ".join(["الفصائل"] * MOST_TERMS),
        " OR ".join(f"فصيل{number}*" for number in range(MOST_PREFIXES)),
        "-".join(f"a{number}" for number in range(400)),
        "(" * 16 + "a" + ")" * 16,
        " ".join(f"-الكلمة{number}" for number in range(MOST_TERMS)),
        "-" * 1999 + "a",
        '"' + " ".join(f"كلمة{number}" for number in range(200)) + '"',
        '"' + "كلمة " * (MOST_TERMS // 2) + '"',
        ("(a OR " * 15) + "b" + ")" * 15,
        "(author:zz OR -الفصائل) (isis OR -author:zz) -(title:isis -author:zz)",
    ],
)
def test_the_largest_queries_are_answered_quickly(filled, query) -> None:
    begun = time.process_time()
    search(filled, query, sort="relevance")

    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("a NOT b", "a -b"),
        ("a AND NOT b", "a -b"),
        ("NOT NOT a", "a"),
        ("NOT -a", "a"),
        ("NOT (a OR b)", "-(a OR b)"),
        ("a –b", "a -b"),  # what a telephone makes of a hyphen
        ("a −b", "a -b"),
        ("a －b", "a -b"),
        ("a \u200f-b", "a -b"),
        ("a -\u200f(b c)", "a -(b c)"),
        ("a OR\u200f b", "a OR b"),
        ("\u200flang:ar\u200f a", "lang:ar a"),
        ("topic:\u200eisis\u200f", "topic:isis"),
        ("abc*\u200f", "abc*"),
        ("\u200f«a b»", '"a b"'),
        ("“a b”", '"a b"'),
        ("”a b“", '"a b"'),
        ("”a b”", '"a b"'),
        ("„a b”", '"a b"'),
        ("„a b“", '"a b"'),
        ("»a b«", '"a b"'),
        ("＂a b＂", '"a b"'),
        ("title:«a bcd»*", 'title:"a bcd"*'),
        ('"a bcd*"', '"a bcd"*'),
        ("a » b » c", "a b c"),
        ("a ” b", "a b"),
        ("+a & b, c؛ ~d؟ *", "a b c d"),
    ],
)
def test_what_other_keyboards_and_other_searches_write_means_the_same(query, same) -> None:
    assert parse(query) == parse(same)


@pytest.mark.parametrize(
    "query", ["NOT-A", "-NOT", "not a", "F–16", "a-b", "– a", '"a NOT b"', "https://news.example/tag:x"]
)
def test_a_sign_of_another_place_negates_nothing_else(query) -> None:
    assert (
        parse(query)
        == {
            "NOT-A": Words(("not", "a")),
            "-NOT": Not(Words(("not",))),
            "not a": All((Words(("not",)), Words(("a",)))),
            "F–16": Words(("f", "16")),
            "a-b": Words(("a", "b")),
            "– a": Words(("a",)),
            '"a NOT b"': Words(("a", "not", "b")),
            "https://news.example/tag:x": Words(("https", "news", "example", "tag", "x")),
        }[query]
    )


def test_a_query_is_read_as_a_tree() -> None:
    assert parse('a "b cde"* -d topic:isis (e OR title:f)') == All(
        (
            Words(("a",)),
            Words(("b", "cde"), prefix=True),
            Not(Words(("d",))),
            Filter("topic", "isis", 20),
            AnyOf((Words(("e",)), Words(("f",), field="title"))),
        )
    )
    assert parse("  ") == All(())
