"""A saved search stands in a query as if it had been typed there."""

import pytest

from archive.errors import QueryError
from archive.query import MOST_TERMS, parse
from archive.saved import with_saved
from archive.search import search

SAVED = {"factions-today": "topic:factions since:24h", "either": "drone OR فصائل", "x": "hêz*"}


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("saved:either", "(drone OR فصائل)"),
        ("gas saved:either -saved:x", "gas (drone OR فصائل) -(hêz*)"),
        ('SAVED:x OR saved:"factions-today" lang:ar', "(hêz*) OR (topic:factions since:24h) lang:ar"),
        ('"saved:x" lang:x', '"saved:x" lang:x'),
        ("(saved:x)", "((hêz*))"),
        ("a saved:\u200fx\u200f b NOT saved:x", "a (hêz*) b NOT (hêz*)"),
        ("saved:x OR saved:x -saved:x", "(hêz*) OR (hêz*) -(hêz*)"),
        ("", ""),
    ],
)
def test_names_are_replaced_where_they_are_asked_for(query, whole) -> None:
    assert with_saved(query, SAVED) == whole
    assert with_saved(whole, SAVED) == whole


def test_one_of_as_many_words_as_a_query_may_have_can_be_asked_for() -> None:
    words = " OR ".join(f"word{number}" for number in range(MOST_TERMS))

    assert parse(with_saved("saved:many", {"many": words})) == parse(words)


@pytest.mark.parametrize(
    ("query", "position", "said"),
    [("a saved:eithr", 8, 'did you mean "either"'), ("saved:nothing", 6, "no saved search"), ("saved:", 6, "a value")],
)
def test_one_that_there_is_not_is_an_error_at_its_place(query, position, said) -> None:
    with pytest.raises(QueryError, match=said) as raised:
        with_saved(query, SAVED)
    assert raised.value.position == position


def test_without_a_desk_there_is_none(db) -> None:
    parse("saved:x")
    with pytest.raises(QueryError, match="a search of a desk"):
        search(db, "saved:x")
