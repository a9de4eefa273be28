"""Feeds are valid whatever a newspaper wrote, are read whole, and name their entries for good."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest
from atom_rules import faults_of_atom, faults_of_json_feed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.web.feeds import LONGEST_HTML, LONGEST_SUMMARY, MOST_ITEMS, Feed, Item, atom, feed_document, json_feed

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
ITEM = Item(
    id=1_796_000_000_000_000, url="http://127.0.0.1:8001/articles/1796000000000000", original="https://example.org/a",
    title="انسحاب القوات الأمريكية", summary="بدأ الانسحاب.", html="<p dir=\"rtl\">بدأ <strong>الانسحاب</strong>.</p>",
    language="ar", published=NOON - timedelta(hours=1), updated=NOON, authors=("Amal A.",), topics=("us_withdrawal",),
    source="Example News",
)  # fmt: skip
FEED = Feed(
    title="US withdrawal", address="http://127.0.0.1:8001/topics/us_withdrawal?source=a",
    self_address="http://127.0.0.1:8001/topics/us_withdrawal.atom?source=a", updated=NOON, language="en", items=[ITEM],
)  # fmt: skip
HOSTILE = [
    "<script>alert(1)</script>", "]]>", "&amp;&lt;&#0;&bogus;", "\x00\x08\x0b\x1f\x7f\x9f", "\ud800", "\udfff\ud800x",
    "\u202ecod.exe", "\u2066\u2069\u200b\ufeff", "\ufffe\uffff", "\U0001fffe\U0010ffff", "\r\n\t\x85\u2028",
    "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;", "", " ", "%", "%zz", "a" * 1_000_000, "\u0301" * 5_000, "<![CDATA[x]]>",
]  # fmt: skip

characters = st.characters(codec=None, categories=None)
texts = st.one_of(st.text(characters, max_size=60), st.sampled_from([one for one in HOSTILE if len(one) < 1_000]))
instants = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))]))
items = st.builds(
    Item,
    id=st.integers(0, 2**53) | texts.filter(bool).map("other/".__add__),
    url=st.builds("http://127.0.0.1:8001/articles/{}".format, st.integers(0)) | texts.map("http://desk/".__add__),
    original=st.none() | texts | texts.map("https://".__add__) | texts.map("https://example.org/".__add__),
    title=texts, summary=texts, html=st.none() | texts, language=st.none() | texts | st.sampled_from(["ar", "ckb"]),
    published=st.none() | instants, updated=instants,
    authors=st.lists(texts, max_size=3).map(tuple), topics=st.lists(texts, max_size=3).map(tuple), source=texts,
)  # fmt: skip
feeds = st.builds(
    Feed, title=texts, address=texts.map("http://127.0.0.1:8001/".__add__),
    self_address=texts.map("http://127.0.0.1:8001/x.atom?".__add__), updated=instants, language=st.just("ckb"),
    items=st.lists(items, max_size=4, unique_by=lambda one: str(one.id).encode("utf-8", "replace")),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(feeds)
def test_any_text_makes_valid_feeds_that_are_read_whole(feed: Feed) -> None:
    document = atom(feed)
    assert faults_of_atom(document) == []
    read = feedparser.parse(document)
    assert not read.bozo, read.bozo_exception
    assert len(read.entries) == len(feed.items)
    assert faults_of_json_feed(json_feed(feed)) == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_in_every_place_harms_no_feed(text: str) -> None:
    item = replace(
        ITEM, title=text, summary=text, html=text, language=text, authors=(text,), topics=(text,), source=text,
        original=f"https://example.org/{text}",
    )  # fmt: skip
    feed = replace(FEED, title=text, items=[item, replace(ITEM, id="of text")])
    document = atom(feed)
    assert len(document) < 100_000
    assert faults_of_atom(document) == []
    read = feedparser.parse(document)
    assert not read.bozo
    assert [entry.title for entry in read.entries][1] == ITEM.title
    assert faults_of_json_feed(json_feed(feed)) == []
    assert len(json_feed(feed)) < 100_000


def test_a_reader_finds_all_that_is_told_of_an_article() -> None:
    read = feedparser.parse(atom(FEED))
    assert read.feed.title == "US withdrawal"
    assert read.feed.language == "en"
    [entry] = read.entries
    assert entry.title == ITEM.title
    assert entry.title_detail.language == "ar"
    assert entry.summary == ITEM.summary
    assert entry.content[0].value == ITEM.html
    assert entry.author == "Amal A."
    assert [tag.term for tag in entry.tags] == ["us_withdrawal"]
    assert entry.published == "2026-11-30T11:00:00Z"
    assert entry.updated == "2026-11-30T12:00:00Z"
    assert {link.rel: link.href for link in entry.links} == {"alternate": ITEM.url, "via": ITEM.original}
    assert {link.rel: link.href for link in read.feed.links} == {"self": FEED.self_address, "alternate": FEED.address}


def test_the_json_feed_tells_the_same() -> None:
    told = json.loads(json_feed(FEED))
    [item] = told["items"]
    assert (item["url"], item["external_url"]) == (ITEM.url, ITEM.original)
    assert (item["title"], item["summary"], item["content_html"]) == (ITEM.title, ITEM.summary, ITEM.html)
    assert (item["date_published"], item["date_modified"]) == ("2026-11-30T11:00:00Z", "2026-11-30T12:00:00Z")
    assert (item["authors"], item["tags"], item["language"]) == ([{"name": "Amal A."}], ["us_withdrawal"], "ar")


def test_names_are_the_same_at_every_address() -> None:
    moved = replace(
        FEED, address="https://desk.example.org/topics/us_withdrawal?source=a",
        self_address="https://desk.example.org/topics/us_withdrawal.atom?source=a",
        items=[replace(ITEM, url="https://desk.example.org/articles/1796000000000000")],
    )  # fmt: skip
    here, there = feedparser.parse(atom(FEED)), feedparser.parse(atom(moved))
    assert here.feed.id == there.feed.id
    assert here.entries[0].id == there.entries[0].id == json.loads(json_feed(moved))["items"][0]["id"]


def test_an_entry_without_author_is_its_sources() -> None:
    read = feedparser.parse(atom(replace(FEED, items=[replace(ITEM, authors=("", "\u202e"))])))
    assert read.entries[0].author == "Example News"


def test_an_undated_article_has_no_date_of_publication() -> None:
    undated = replace(FEED, items=[replace(ITEM, published=None)])
    assert "published" not in feedparser.parse(atom(undated)).entries[0]
    assert "date_published" not in json.loads(json_feed(undated))["items"][0]


def test_a_link_that_runs_a_script_is_none() -> None:
    for original in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//example.org", "https://[x"):
        feed = replace(FEED, items=[replace(ITEM, original=original)])
        assert b"via" not in atom(feed)
        assert b"external_url" not in json_feed(feed)


def test_what_is_given_is_bounded() -> None:
    long = replace(ITEM, summary="word " * LONGEST_SUMMARY, html="x" * (LONGEST_HTML + 1), authors=("a",) * 1000)
    feed = replace(FEED, items=[replace(long, id=number) for number in range(2 * MOST_ITEMS)])
    read = feedparser.parse(atom(feed))
    assert len(read.entries) == MOST_ITEMS
    assert len(read.entries[0].summary) == LONGEST_SUMMARY
    assert "content" not in read.entries[0]
    assert len(read.entries[0].authors) == 20


def test_a_feed_is_known_by_what_it_says() -> None:
    document = feed_document(FEED, "atom")
    assert document.media_type.startswith("application/atom+xml")
    assert document.headers["etag"] == feed_document(FEED, "atom").headers["etag"]
    assert document.headers["last-modified"] == "Mon, 30 Nov 2026 12:00:00 GMT"
    fewer = feed_document(replace(FEED, items=[]), "atom")
    assert fewer.headers["etag"] != document.headers["etag"]
    assert feed_document(FEED, "json").media_type.startswith("application/feed+json")
