"""Listings that answer JSON."""

import contextlib
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import NoEntries
from crawler.discovery.json_listings import read_json_listing
from seeds.bounds import MAX_JSON_ITEMS
from seeds.sources import JsonListing

API = "https://api.rafidain.example/v1/posts"
LISTING = JsonListing(url=API, items="data[]", link="url", title="title.rendered", date="date")
EVENING = datetime(2025, 1, 23, 18, 4, tzinfo=UTC)


def read(data: object, listing: JsonListing = LISTING) -> list[Entry]:
    return read_json_listing(json.dumps(data).encode(), API, listing)


def test_items_become_entries_in_their_order() -> None:
    entries = read(
        {
            "data": [
                {
                    "url": "/ar/1?utm_source=api",
                    "title": {"rendered": "فصائل &amp; سياسة"},
                    "date": "2025-01-23T21:04:00+03:00",
                },
                {"url": "https://rafidain.example/ckb/2", "title": {"rendered": "<b>گرووپەکان</b>"}},
                {"url": "https://rafidain.example/kmr/3"},
            ]
        }
    )
    assert [(entry.url, entry.title, entry.published) for entry in entries] == [
        ("https://api.rafidain.example/ar/1", "فصائل & سياسة", EVENING),
        ("https://rafidain.example/ckb/2", "گرووپەکان", None),
        ("https://rafidain.example/kmr/3", None, None),
    ]
    assert [entry.mark is None for entry in entries] == [False, False, True]


def test_a_link_may_be_put_together_by_the_expression() -> None:
    listing = JsonListing(url=API, items="@", link="join('', ['https://rafidain.example/details?key=', to_string(id)])")
    assert [entry.url for entry in read([{"id": 7}, {"id": 8}], listing)] == [
        "https://rafidain.example/details?key=7", "https://rafidain.example/details?key=8",
    ]  # fmt: skip


SEVEN, EIGHT = "https://rafidain.example/details?key=7", "https://rafidain.example/details?key=8"


@pytest.mark.parametrize(
    ("items", "link", "data"),
    [
        (
            "@",
            "join('', ['https://rafidain.example/details?key=', to_string(NewsId)])",
            [{"NewsId": 7}, {"NewsId": "8"}],
        ),
        ("posts[]", "join('', ['https:', url])", {"posts": [{"url": SEVEN[6:]}, {"url": EIGHT[6:]}]}),
        ("posts[]", "join('', ['https://', url])", {"posts": [{"url": SEVEN[8:]}, {"url": EIGHT[8:]}]}),
        ("days[].posts[]", "url", {"days": [{"posts": [{"url": SEVEN}]}, {}, {"posts": [{"url": EIGHT[6:]}]}]}),
        ("values(sections)[]", "web || amp", {"sections": {"a": [{"web": SEVEN}], "b": [{"amp": EIGHT}]}}),
        (
            "[?kind=='post']",
            "url",
            [{"kind": "ad", "url": "/ad"}, *({"kind": "post", "url": url} for url in (SEVEN, EIGHT))],
        ),
        (
            "data[]",
            "links[?rel=='self'].href | [0]",
            {"data": [{"links": [{"rel": "up"}, {"rel": "self", "href": url}]} for url in (SEVEN, EIGHT)]},
        ),
        ("[*][0]", "join('', ['https://rafidain.example/details?key=', @])", [["7", "x"], ["8", "y"]]),
    ],
)
def test_the_shapes_that_sites_answer_in_are_within_reach_of_the_expressions(
    items: str, link: str, data: object
) -> None:
    assert [entry.url for entry in read(data, JsonListing(url=API, items=items, link=link))] == [SEVEN, EIGHT]


def test_an_answer_with_a_byte_order_mark_or_packed_without_a_word_is_read() -> None:
    body = json.dumps({"data": [{"url": "/a"}]}).encode()
    for sent in (b"\xef\xbb\xbf" + body, gzip.compress(body), body.decode().encode("utf-16")):
        assert [entry.url for entry in read_json_listing(sent, API, LISTING)] == ["https://api.rafidain.example/a"]


@pytest.mark.parametrize(
    ("date", "published"),
    [
        (1737655440, EVENING),
        (1737655440.0, EVENING),
        (1737655440000, EVENING),
        ("1737655440", EVENING),
        ("/Date(1737655440000)/", EVENING),
        ("/Date(1737655440000+0300)/", EVENING),
        ("Thu, 23 Jan 2025 21:04:00 +0300", EVENING),
        ("2025-01-23T21:04:00", None),
        (12, None),
        (10**30, None),
        (1e308, None),
        (True, None),
        ([], None),
        (None, None),
    ],
)
def test_an_instant_is_read_however_the_site_writes_it(date: object, published: datetime | None) -> None:
    assert read({"data": [{"url": "/a", "date": date}]})[0].published == published


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty answer"),
        (b"<html>", "HTML instead of JSON"),
        (b"\xff\xfe\xfd", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b'{"data": [' + b"9" * 10_000 + b"]}", "not JSON"),
        (b'{"posts": []}', "no list of items"),
        (b'{"data": []}', "empty listing"),
        (b'{"data": [1, null, {}, {"url": 3}, {"url": "javascript:x"}]}', "no links in the items"),
    ],
)
def test_what_yields_nothing_is_reported_by_name(body: bytes, name: str) -> None:
    with pytest.raises(NoEntries) as caught:
        read_json_listing(body, API, LISTING)
    assert caught.value.name == name


@pytest.mark.parametrize("items", ["data[", "unknown(@)", "sort_by(data, &date)"])
def test_an_expression_that_fails_is_reported(items: str) -> None:
    with pytest.raises(NoEntries, match="JMESPath failed"):
        read({"data": [{"date": 1}, {"date": "x"}]}, JsonListing(url=API, items=items, link="url"))


def test_of_a_huge_answer_the_first_items_are_read() -> None:
    assert len(read({"data": [{"url": f"/{number}"} for number in range(20_000)]})) == MAX_JSON_ITEMS


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["/a", "https://[x/"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["url", "title", "date", "data"]), inner)
    ),
    max_leaves=20,
)


@given(JSON | st.lists(JSON).map(lambda items: {"data": items}))
def test_no_answer_raises_anything_but_no_entries(data: object) -> None:
    with contextlib.suppress(NoEntries):
        assert read(data)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_no_entries(body: bytes) -> None:
    with contextlib.suppress(NoEntries):
        assert read_json_listing(body, API, LISTING)
