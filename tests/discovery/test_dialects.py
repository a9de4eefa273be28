"""One set of articles, told in every dialect and damaged in every usual way, gives the same entries."""

import contextlib
import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from dialects import ARTICLES, DIALECTS, SITE, Dialect, Told
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import NoEntries
from crawler.discovery.reading import read_way
from seeds.bounds import MAX_FEED_ENTRIES
from seeds.sources import JsonListing, Source, Way

SYNTAX = [
    b"<",
    b">",
    b"&",
    b"<![CDATA[",
    b"]]>",
    b"<item>",
    b"</item>",
    b"<!DOCTYPE x [",
    b"\x00",
    b"\xff\xfe",
    b"\x1f\x8b",
]
ASKED = f"{SITE}/feeds/latest"
EDITIONS = [[told for told in ARTICLES if told.language == language] for language in ("en", "ar", "ckb", "kmr")]


def read(body: bytes, kind: str = "feed", content_type: str = "application/xml") -> list[Entry]:
    """What the crawl would be told, without what only serves to notice edits."""
    entries = read_way(kind, ASKED, body, ASKED, content_type, Source(id="x", name="X")).entries  # type: ignore[arg-type]
    return [replace(entry, mark=None, updated=None) for entry in entries]


def expected(dialect: Dialect, articles: list[Told]) -> list[Entry]:
    told = [
        Entry(
            url=told.url, title=told.title, published=told.published, author=told.author, language=told.language,
            summary=told.text,
        )
        for told in articles
    ]  # fmt: skip
    silent = {"title", "published", "author", "language", "summary"} - dialect.tells
    return [replace(entry, **dict.fromkeys(silent)) for entry in told]


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_tells_the_same_of_every_language(name: str) -> None:
    dialect = DIALECTS[name]
    for edition in EDITIONS:
        assert read(dialect.render(edition), dialect.kind) == expected(dialect, edition)


@pytest.mark.parametrize("name", [name for name in DIALECTS if DIALECTS[name].mixed])
def test_a_feed_in_four_languages_tells_which_article_is_in_which(name: str) -> None:
    dialect = DIALECTS[name]
    assert read(dialect.render(ARTICLES), dialect.kind) == expected(dialect, ARTICLES)


XML_DIALECTS = [name for name in DIALECTS if DIALECTS[name].render([]).startswith(b"<?xml")]
PHP_WARNING = b"<br />\n<b>Warning</b>: Undefined array key 2 in <b>/srv/www/rss.php</b> on line <b>41</b><br />\n"

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "two byte order marks": lambda body: b"\xef\xbb\xbf\xef\xbb\xbf" + body,
    "blank lines first": lambda body: b"\r\n \t\n" + body,
    "a byte order mark after blank lines": lambda body: b"\n\n\xef\xbb\xbf" + body,
    "a comment first": lambda body: b"<!-- cached 12:04 -->\n" + body,
    "a warning of PHP first": lambda body: PHP_WARNING + body,
    "a word first": lambda body: b"OK\n" + body,
    "no declaration": lambda body: body.split(b"\n", 1)[1],
    "two declarations": lambda body: body.split(b"\n", 1)[0] + b"\n" + body,
    "undeclared namespaces": lambda body: re.sub(rb' xmlns:(?!rdf)[a-z]+="[^"]*"', b"", body),
    "unescaped ampersands": lambda body: body.replace(b"&amp;", b"&"),
    "HTML entities": lambda body: body.replace("’".encode(), b"&rsquo;"),
    "HTML entities escaped twice": lambda body: body.replace("’".encode(), b"&amp;rsquo;"),
    "control characters": lambda body: body.replace(b"</title>", b"\x08\x0b</title>").replace(b"<link", b"\x00<link"),
    "a lone surrogate": lambda body: body.replace(b"</title>", b"&#xD800;</title>"),
    "gzip that nobody declared": gzip.compress,
    "an encoding that is wrong": lambda body: body.replace(b'"utf-8"', b'"iso-8859-1"'),
    "junk after its end": lambda body: body + b"\n<script>track()</script><!-- 0.02 s -->",
    "no end": lambda body: re.sub(rb"</(?:item|entry|url)>(?:</[^<>]+>)*$", b"", body),
    "windows line ends": lambda body: body.replace(b"\n", b"\r\n"),
    "UTF-16": lambda body: body.decode().replace("utf-8", "utf-16").encode("utf-16"),
    "UTF-16 without a mark": lambda body: body.decode().replace("utf-8", "utf-16").encode("utf-16-le"),
    "UTF-16 that says UTF-8": lambda body: body.decode().encode("utf-16"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", XML_DIALECTS)
def test_a_damaged_feed_tells_as_much_as_a_whole_one(name: str, damage: str) -> None:
    dialect = DIALECTS[name]
    for edition in EDITIONS:
        assert read(DAMAGES[damage](dialect.render(edition)), dialect.kind) == expected(dialect, edition)


@pytest.mark.parametrize("name", XML_DIALECTS)
def test_of_a_feed_cut_anywhere_every_article_before_the_cut_is_told_and_no_half_address(name: str) -> None:
    dialect, edition = DIALECTS[name], EDITIONS[1]
    whole = dialect.render(edition)
    start = re.search(rb"<(?:item|entry|url)[ >]", whole)
    assert start
    for cut in range(start.start() + len(dialect.render(edition[:1])) - len(dialect.render([])), len(whole), 23):
        first, *others = sorted(read(whole[:cut], dialect.kind), key=lambda entry: entry.url != edition[0].url)
        assert first == expected(dialect, edition)[0]
        assert [entry.url for entry in others] in ([], [edition[1].url])


@pytest.mark.parametrize(
    "content_type", ["", "text/html; charset=utf-8", "application/json", "application/octet-stream", "\x00"]
)
@pytest.mark.parametrize("name", DIALECTS)
def test_the_content_type_that_a_server_declares_does_not_matter(name: str, content_type: str) -> None:
    dialect = DIALECTS[name]
    assert read(dialect.render(EDITIONS[1]), dialect.kind, content_type) == expected(dialect, EDITIONS[1])


@pytest.mark.parametrize("encoding", ["windows-1256", "windows-1254", "iso-8859-9"])
@pytest.mark.parametrize("name", XML_DIALECTS)
def test_a_feed_in_an_encoding_of_old_is_read_as_it_declares(name: str, encoding: str) -> None:
    dialect, edition = DIALECTS[name], EDITIONS[1 if encoding == "windows-1256" else 3]
    body = dialect.render(edition).decode().replace("utf-8", encoding)
    assert read(body.encode(encoding, "xmlcharrefreplace"), dialect.kind) == expected(dialect, edition)


@given(st.sampled_from(sorted(DIALECTS)), st.data())
def test_no_mutation_raises_anything_but_no_entries(name: str, data: st.DataObject) -> None:
    dialect = DIALECTS[name]
    body = bytearray(dialect.render(EDITIONS[0]))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=12)):
        body[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3) | st.sampled_from(SYNTAX))
    for kind in ("feed", "sitemap"):
        with contextlib.suppress(NoEntries):
            assert read(bytes(body), kind)


@pytest.mark.parametrize("name", DIALECTS)
def test_of_a_feed_of_many_thousand_articles_a_bounded_number_is_told(name: str) -> None:
    dialect = DIALECTS[name]
    crowd = [replace(EDITIONS[0][1], path=f"/en/{number}") for number in range(3_000)]
    entries = read(dialect.render(crowd), dialect.kind)
    assert len(entries) == (MAX_FEED_ENTRIES if dialect.kind == "feed" else len(crowd))
    assert {entries[0].url, entries[-1].url} == {crowd[0].url, crowd[-1].url}


LOCAL = "2025-01-23 21:04:00"
UNZONED = {
    "feed": f"<rss version='2.0'><channel><item><link>/a</link><pubDate>{LOCAL}</pubDate></item></channel></rss>",
    "sitemap": f"<urlset xmlns:n='urn:n'><url><loc>/a</loc><n:news><n:publication_date>{LOCAL}</n:publication_date>"
    "</n:news></url></urlset>",
    "json": f'{{"items": [{{"url": "/a", "date": "{LOCAL}"}}]}}',
}


@pytest.mark.parametrize("kind", UNZONED)
@pytest.mark.parametrize(
    ("timezone", "published"), [("Asia/Baghdad", datetime(2025, 1, 23, 18, 4, tzinfo=UTC)), ("UTC", None)]
)
def test_a_date_that_states_no_zone_is_in_that_of_the_source_where_it_names_one(
    kind: Way, timezone: str, published: datetime | None
) -> None:
    listing = JsonListing(url=ASKED, items="items", link="url", date="date")
    source = Source(id="x", name="X", timezone=timezone, json=(listing,))
    (entry,) = read_way(kind, ASKED, UNZONED[kind].encode(), ASKED, "", source).entries
    assert entry.published == published
