"""From bytes to clean UTF-8."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.decoding import as_utf8, is_html, pieces, unpacked, with_sound_references
from seeds.bounds import MAX_UNPACKED_BYTES


def test_the_bytes_tell_the_encoding_better_than_the_header() -> None:
    assert as_utf8("\ufeff\n <rss>خبر</rss>".encode()) == "<rss>خبر</rss>".encode()
    assert as_utf8("<rss>خبر عاجل من بغداد</rss>".encode("windows-1256")) is None
    assert as_utf8("<rss>خبر</rss>".encode("utf-16")) == "<rss>خبر</rss>".encode()
    assert as_utf8("<rss>خبر</rss>".encode("windows-1256"), "x; charset=windows-1256") == "<rss>خبر</rss>".encode()
    cut = "<rss>{}".format("خبر " * 200).encode()[:-2]
    assert as_utf8(cut) is not None
    assert as_utf8(b"<rss>\x00\x08x</rss>") == b"<rss>x</rss>"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_known_with_and_without_its_mark(encoding: str) -> None:
    assert as_utf8("<rss>هەواڵ</rss>".encode(encoding)) == "<rss>هەواڵ</rss>".encode()


def test_what_is_gzip_is_unpacked_in_all_its_members_and_the_rest_is_left_alone() -> None:
    assert unpacked(gzip.compress(b"<rss>") + gzip.compress(b"</rss>")) == b"<rss></rss>"
    assert unpacked(b"<rss/>") == b"<rss/>"
    assert unpacked(b"\x1f\x8bnot really") == b""


def test_a_bomb_is_unpacked_to_the_bound_and_no_further() -> None:
    assert len(unpacked(gzip.compress(bytes(MAX_UNPACKED_BYTES + 1_000_000)))) == MAX_UNPACKED_BYTES


@given(st.binary(max_size=300), st.integers(0, 400))
def test_the_pieces_of_any_bytes_stay_within_the_bound(body: bytes, most: int) -> None:
    assert b"".join(pieces(body, most)) == (b"" if body.startswith(b"\x1f\x8b") else body[:most])
    assert b"".join(pieces(gzip.compress(body), most)) == body[:most]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"/x?a=1&b=2", b"/x?a=1&amp;b=2"),
        (b"what&rsquo;s", b"what&amp;rsquo;s"),
        (b"&lt;p&gt;A &amp;amp; B&#8217;s &#x2019;", b"&lt;p&gt;A &amp;amp; B&#8217;s &#x2019;"),
        (b"a&#0;b&#8;c&#xD800;d&#xFFFF;e&#99999999;f", b"abcdef"),
        (b"&#x1F600;&#10;", b"&#x1F600;&#10;"),
        (b"&#12", b"&amp;#12"),
        (b"<![CDATA[a & b &#0;]]>&<![CDATA[& cut", b"<![CDATA[a & b &#0;]]>&amp;<![CDATA[& cut"),
    ],
)
def test_references_become_what_their_author_meant(written: bytes, meant: bytes) -> None:
    assert with_sound_references(written) == meant


@given(st.lists(st.sampled_from([b"&", b"#", b"x", b"1", b";", b"amp", b"<![CDATA[", b"]]>", b"D800"])).map(b"".join))
def test_sound_references_stay_as_they_are(xml: bytes) -> None:
    once = with_sound_references(xml)
    assert with_sound_references(once) == once


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", True),
        (b"<HTML lang=ar>", True),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN'>", True),
        (b"<!-- cached --><!-- twice -->\n<body>", True),
        (b"<headlines>", False),
        (b"<?xml version='1.0'?><rss>", False),
        (b"", False),
    ],
)
def test_a_page_is_told_from_what_else_it_may_be(body: bytes, page: bool) -> None:
    assert is_html(body) is page
