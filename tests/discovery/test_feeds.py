"""Every dialect of feed, and what is no feed at all."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Entry
from crawler.discovery.entries import NoEntries
from crawler.discovery.feeds import read_feed
from seeds.bounds import LONGEST_ENTRY_SUMMARY, MAX_FEED_ENTRIES

FEED = "https://rafidain.example/rss/en"
FIRST = datetime(2025, 1, 23, 18, 4, tzinfo=UTC)
SECOND = datetime(2025, 1, 23, 17, 0, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="{version}"><channel><title>Rafidain</title><link>https://rafidain.example/</link>
<item><title>Talks &amp; trade</title><link>https://rafidain.example/en/talks?utm_source=rss</link>
<description>The &lt;b&gt;two&lt;/b&gt; sides met.</description>
<pubDate>Thu, 23 Jan 2025 21:04:00 +0300</pubDate></item>
<item><title>فصائل في بغداد</title><link>/ar/فصائل</link>
<description>خبر</description><pubDate>Thu, 23 Jan 2025 17:00:00 GMT</pubDate></item>
</channel></rss>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://rafidain.example/"><title>Rafidain</title></channel>
<item rdf:about="https://rafidain.example/en/talks"><title>Talks &amp; trade</title>
<link>https://rafidain.example/en/talks</link><description>The two sides met.</description>
<dc:date>2025-01-23T21:04:00+03:00</dc:date></item>
<item rdf:about="x"><title>فصائل في بغداد</title><link>https://rafidain.example/ar/فصائل</link>
<description>خبر</description><dc:date>2025-01-23T17:00:00Z</dc:date></item>
</rdf:RDF>"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Rafidain</title>
<entry><title type="html">Talks &amp;amp; trade</title>
<link rel="enclosure" href="https://rafidain.example/a.mp3"/><link rel="alternate" href="/en/talks#c"/>
<summary type="html">The &lt;b&gt;two&lt;/b&gt; sides met.</summary>
<published>2025-01-23T21:04:00+03:00</published></entry>
<entry><title>فصائل في بغداد</title><link href="https://rafidain.example/ar/فصائل"/>
<summary>خبر</summary><published>2025-01-23T17:00:00Z</published></entry>
</feed>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1", "url": "/en/talks", "title": "Talks &amp; trade",
                "content_html": "<p>The two sides met.</p>", "date_published": "2025-01-23T21:04:00+03:00",
            },
            {
                "id": "https://rafidain.example/ar/فصائل", "title": "فصائل في بغداد", "content_text": "خبر",
                "date_published": "2025-01-23T17:00:00Z",
            },
        ],
    }
)  # fmt: skip

DIALECTS = {
    "RSS 0.91": RSS.format(version="0.91"),
    "RSS 0.92": RSS.format(version="0.92"),
    "RSS 2.0": RSS.format(version="2.0"),
    "RDF": RDF,
    "Atom": ATOM,
    "JSON Feed": JSON_FEED,
    "RSS without declaration, behind blank lines": "\n\n" + RSS.format(version="2.0").split("\n", 1)[1],
    "RSS with an unescaped &": RSS.format(version="2.0").replace("&amp;", "&"),
    "RSS cut before its end": RSS.format(version="2.0").replace("</channel></rss>", ""),
    "RSS with a control character": RSS.format(version="2.0").replace("met.", "met.\x08"),
    "RSS in CDATA": RSS.format(version="2.0")
    .replace("Talks &amp; trade", "<![CDATA[Talks &amp; trade]]>")
    .replace("The &lt;b&gt;two&lt;/b&gt; sides met.", "<![CDATA[<p>The <b>two</b> sides met.</p>]]>"),
}


def bare(entry: Entry) -> Entry:
    return replace(entry, mark=None, updated=None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_entries(dialect: str) -> None:
    entries = read_feed(DIALECTS[dialect].encode(), FEED, "text/xml")
    assert [bare(entry) for entry in entries] == [
        Entry(
            url="https://rafidain.example/en/talks", title="Talks & trade", published=FIRST,
            summary="The two sides met.",
        ),
        Entry(url="https://rafidain.example/ar/فصائل", title="فصائل في بغداد", published=SECOND, summary="خبر"),
    ]  # fmt: skip
    assert all(entry.mark for entry in entries)


@pytest.mark.parametrize("content_type", ["", "text/xml; charset=windows-1256", "text/html; charset=iso-8859-1"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1256"])
def test_a_lying_charset_does_not_spoil_a_title(content_type: str, declared: str) -> None:
    body = RSS.format(version="2.0").replace('encoding="utf-8"', f'encoding="{declared}"').encode()
    assert read_feed(body, FEED, content_type)[1].title == "فصائل في بغداد"


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-16"])
def test_other_encodings_are_read_as_declared(encoding: str) -> None:
    body = RSS.format(version="2.0").replace("utf-8", encoding).encode(encoding)
    assert read_feed(body, FEED, "application/xml")[1].title == "فصائل في بغداد"


def test_the_titles_of_four_languages_come_through() -> None:
    titles = ["Armed groups", "فصائل مسلّحة", "گرووپە چەکدارەکان", "Komên çekdar"]
    items = "".join(f"<item><title>{title}</title><link>/{number}</link></item>" for number, title in enumerate(titles))
    entries = read_feed(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), FEED, "text/xml")
    assert [entry.title for entry in entries] == titles


AGENCY = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><language>ar</language>
<item><guid isPermaLink="true">https://rafidain.example/en/Iraq/Talks-in-Baghdad</guid>
<title><![CDATA[ Talks in Baghdad ]]></title>
<description><![CDATA[<?xml version="1.0" encoding="utf-8"?>
<p>Rafidain Wire/ The minister arrived onWednesday.</p><p><a href="/x?a=1">More</a></p>]]></description>
<enclosure url="https://rafidain.example/talks.jpg"/><pubDate>Thu, 23 Jan 2025 21:04:00 +0300</pubDate></item>
</channel></rss>"""


def test_an_agencys_feed_with_wrong_language_html_in_cdata_and_a_bare_enclosure_is_read() -> None:
    (entry,) = read_feed(AGENCY.encode(), FEED, "application/rss+xml")
    assert bare(entry) == Entry(
        url="https://rafidain.example/en/Iraq/Talks-in-Baghdad",
        title="Talks in Baghdad",
        published=FIRST,
        language=None,
        summary="Rafidain Wire/ The minister arrived onWednesday. More",
    )


def rss(**fields: str) -> bytes:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in ({"link": "/a"} | fields).items())
    return f"<rss version='2.0'><channel><item>{inner}</item></channel></rss>".encode()


def only(body: bytes) -> Entry:
    (entry,) = read_feed(body, FEED, "text/xml")
    return entry


def test_a_time_without_zone_is_not_guessed() -> None:
    assert only(rss(pubDate="Thu, 23 Jan 2025 21:04:00")).published is None


@pytest.mark.parametrize("year", ["-001", "0001", "1970", "9999"])
def test_a_year_out_of_range_is_left_out(year: str) -> None:
    assert only(rss(pubDate=f"Thu, 23 Jan {year} 21:04:00 GMT")).published is None


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("desk@rafidain.example (Rana Karim)", "Rana Karim"),
        ("Rana Karim &lt;desk@rafidain.example&gt;", "Rana Karim"),
        ("ڕانا کەریم", "ڕانا کەریم"),
        ("desk@rafidain.example", None),
    ],
)
def test_an_author_is_a_name(author: str, name: str | None) -> None:
    assert only(rss(author=author)).author == name


def test_published_and_updated_are_told_apart() -> None:
    entry = ATOM.replace("<published>2025", "<updated>2025-01-23T19:00:00Z</updated><published>2025")
    first = read_feed(entry.encode(), FEED, "")[0]
    assert (first.published, first.updated) == (FIRST, datetime(2025, 1, 23, 19, tzinfo=UTC))


def test_an_edit_of_title_summary_or_update_changes_the_mark_and_nothing_else_does() -> None:
    first = only(rss(title="Three killed", description="In Baghdad, 3 minutes ago."))
    same = [
        rss(title="Three killed", description="In Baghdad, 9 minutes ago."),
        rss(title="Three killed", description="<p>In Baghdad, <i>3 minutes ago.</i></p>"),
        rss(title="Three killed", description="In Baghdad, 3 minutes ago.", link="/a?utm_source=x"),
        rss(title="Three killed", description="In Baghdad, 3 minutes ago.", pubDate="Thu, 23 Jan 2025 21:04:00 GMT"),
    ]
    edited = [
        rss(title="Five killed", description="In Baghdad, 3 minutes ago."),
        rss(title="Three killed", description="In Basra, 3 minutes ago."),
    ]
    assert {only(body).mark for body in same} == {first.mark}
    assert first.mark not in {only(body).mark for body in edited}
    newer = ATOM.replace("<summary", "<updated>2025-01-23T19:00:00Z</updated><summary")
    assert read_feed(newer.encode(), FEED, "")[0].mark != read_feed(ATOM.encode(), FEED, "")[0].mark


def test_one_page_shown_twice_is_one_entry() -> None:
    items = "".join(
        f"<item><link>https://www.rafidain.example/a{end}</link></item>" for end in ("", "/", "?utm_source=x")
    )
    assert len(read_feed(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), FEED, "")) == 1


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", "mailto:a@b.example"]
)
def test_a_link_that_leads_nowhere_on_the_web_is_no_entry(link: str) -> None:
    with pytest.raises(NoEntries, match="no links in the feed"):
        read_feed(rss(link=link, title="x"), FEED, "text/xml")


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty answer"),
        (b"\r\n", "empty answer"),
        (
            b"<html><head><title>Feeds</title></head><body><a href='/rss'>All feeds</a></body></html>",
            "HTML instead of a feed",
        ),
        (b"%PDF-1.7 \x00\xff", "not a feed"),
        (b"<rss \xff\xfe\xfd\xfc encoding='punycode'>", "not a feed"),
        (b"{}", "not a feed"),
        (b'{"items": 3}', "not a feed"),
        (b"{" * 100_000, "not a feed"),
        (b'{"items": []}', "empty feed"),
        (b'{"items": [3, null, {"url": 4}]}', "no links in the feed"),
        (b"<rss version='2.0'><channel><title>x</title></channel></rss>", "empty feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "empty feed"),
    ],
)
def test_what_yields_nothing_is_reported_by_name(body: bytes, name: str) -> None:
    with pytest.raises(NoEntries) as caught:
        read_feed(body, FEED, "")
    assert caught.value.name == name


def test_feedparser_opens_no_address_or_file() -> None:
    for body in (b"file:///etc/passwd", b"http://127.0.0.1:9/", b"/etc/passwd"):
        with pytest.raises(NoEntries):
            read_feed(body, FEED, "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1256"])
@pytest.mark.parametrize("depth", [3, 9])
def test_an_entity_bomb_is_not_unpacked(depth: int, encoding: str) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth + 1))
    start = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [<!ENTITY e0 "boom">{entities}]>'
    bomb = (start + rss(title=f"&e{depth};خبر").decode()).encode(encoding)
    assert "boom" not in (only(bomb).title or "")


def test_a_dtd_and_an_external_entity_are_not_read() -> None:
    doctype = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    assert "root:" not in (only(doctype + rss(title="x &secret;")).title or "")


@pytest.mark.parametrize("name", ["item", "entry"])
def test_of_a_huge_feed_both_ends_are_read_for_its_newest_stand_at_one(name: str) -> None:
    link = '<link href="/{0}"/>' if name == "entry" else "<link>/{0}</link>"
    items = "".join(f"<{name}><title>t</title>{link.format(number)}</{name}>" for number in range(100_000))
    frame = (
        "<feed xmlns='http://www.w3.org/2005/Atom'>{}</feed>"
        if name == "entry"
        else "<rss version='2.0'><channel>{}</channel></rss>"
    )
    entries = read_feed(frame.format(items).encode(), FEED, "text/xml")
    ends = (*range(MAX_FEED_ENTRIES // 2), *range(100_000 - MAX_FEED_ENTRIES // 2, 100_000))
    assert [entry.url for entry in entries] == [f"https://rafidain.example/{number}" for number in ends]


def test_a_huge_summary_is_cut() -> None:
    assert len(only(rss(description="word " * 1_000_000)).summary or "") == LONGEST_ENTRY_SUMMARY


@given(st.binary(max_size=400), st.sampled_from(["", "application/json", "text/xml; charset=x", "\x00"]))
def test_no_bytes_raise_anything_but_no_entries(body: bytes, content_type: str) -> None:
    for start in (b"", b"<rss version='2.0'><channel><item><link>/a</link>", b"<feed><entry>", b'{"items": ['):
        try:
            assert read_feed(start + body, FEED, content_type)
        except NoEntries:
            continue


PIECES = st.sampled_from(
    [
        "<item>", "</item>", "<link>", "</link>", "/a", "<title>", "&amp;", "<![CDATA[", "]]>", "<!DOCTYPE x [",
        "<!ENTITY a 'b'>", "]>", "<?xml ?>", "&a;", "xml:base='", "'", "<dc:date>", "9999-99-99",
        "<content:encoded>", "</rss>", "\x00", "ى",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30))
def test_no_broken_feed_raises_anything_but_no_entries(pieces: list[str]) -> None:
    with contextlib.suppress(NoEntries):
        assert read_feed(("<rss version='2.0'><channel>" + "".join(pieces)).encode(), FEED, "text/xml")


def test_a_tag_of_twenty_thousand_attributes_is_read_without_them() -> None:
    many = " ".join(f'a{number}="x"' for number in range(20_000))
    item = f"<item {many}><title>A story</title><link>https://a.example/1</link></item>"
    entries = read_feed(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode(), "https://a.example/feed", "")
    assert [(entry.url, entry.title) for entry in entries] == [("https://a.example/1", "A story")]
