"""A query is simplified without another meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.query import parse
from archive.query_tree import All, Filter, Not, Words, simplified
from archive.query_tree import Any as AnyOf

A, B, C = (Words((letter,)) for letter in "abc")
LEAVES = [A, B, C, Filter("lang", "en", 0), Filter("lang", "en", 7)]
TREES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
    ),
)


def holds(node, true):
    if isinstance(node, All):
        return all(holds(part, true) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(holds(part, true) for part in node.parts)
    return not holds(node.part, true) if isinstance(node, Not) else node in true


def negated(node):
    if isinstance(node, Not):
        return [node.part]
    return [part for inner in node.parts for part in negated(inner)] if isinstance(node, (All, AnyOf)) else []


@given(TREES, st.sets(st.sampled_from(LEAVES)))
def test_it_means_the_same_and_negates_words_and_filters_only(node, true) -> None:
    simple = simplified(node)

    assert holds(simple, true) == holds(node, true)
    assert all(isinstance(part, (Words, Filter)) for part in negated(simple))
    assert simplified(simple) == simple


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("a a a", A),
        ("-(a b)", AnyOf((Not(A), Not(B)))),
        ("-(-a OR b)", All((A, Not(B)))),
        ("(a (b c)) OR a OR (a OR b)", AnyOf((All((A, B, C)), A, B))),
        ("lang:en OR lang:en", Filter("lang", "en", 5)),
    ],
)
def test_nothing_is_asked_twice(query, tree) -> None:
    assert parse(query) == tree
