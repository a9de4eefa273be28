"""What a server answered, as records have it: packed or unpacked, whole or not."""

import gzip
import zlib

import brotli
import pytest
from warc_making import answer, page

from archive.zstd import zstd
from crawler.warc.answers import NoPage, NotHtml, answered, lost_status, resource

BODY = page("ckb")
RAW = zlib.compressobj(wbits=-15)
PACKED = {
    "gzip": gzip.compress(BODY), "x-gzip": gzip.compress(BODY), "deflate": zlib.compress(BODY),
    "br": brotli.compress(BODY), "zstd": zstd.compress(BODY),
}  # fmt: skip


def chunks(body: bytes, size: int = 100) -> bytes:
    pieces = [body[begin : begin + size] for begin in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_packed_body_is_unpacked(encoding: str, chunked: bool) -> None:
    headers = [f"Content-Encoding: {encoding}", *(["Transfer-Encoding: chunked"] if chunked else [])]
    body = chunks(PACKED[encoding]) if chunked else PACKED[encoding]

    assert answered(answer(body, *headers)).body == BODY


def test_raw_deflate_and_two_encodings_are_unpacked() -> None:
    assert answered(answer(RAW.compress(BODY) + RAW.flush(), "Content-Encoding: deflate")).body == BODY
    twice = brotli.compress(gzip.compress(BODY))
    assert answered(answer(twice, "Content-Encoding: gzip, br")).body == BODY


@pytest.mark.parametrize("encoding", PACKED)
def test_a_body_that_is_unpacked_already_is_taken_as_it_is(encoding: str) -> None:
    headers = [f"Content-Encoding: {encoding}", "Transfer-Encoding: chunked", "X-Crawler-Content-Length: 99999"]

    assert answered(answer(BODY, *headers)).body == BODY


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (answer(status="404 Not Found"), ("failed", "HTTP 404", 404)),
        (answer(status="503"), ("failed", "HTTP 503", 503)),
        (answer(status="206 Partial Content"), ("failed", "HTTP 206", 206)),
        (answer(b"", "Location: /2", status="301 Moved"), ("refused", "redirect not followed", 301)),
        (answer(status="100 Continue") * 9, ("failed", "HTTP 100", None)),
        (b"", ("failed", "no HTTP status line", None)),
        (BODY, ("failed", "no HTTP status line", None)),
        (b"HTTP/1.1 2000 OK\r\n\r\n" + BODY, ("failed", "no HTTP status line", None)),
        (answer(gzip.compress(BODY)[:-9], "Content-Encoding: gzip"), ("failed", "cut short", 200)),
        (answer(chunks(BODY)[:-99], "Transfer-Encoding: chunked"), ("failed", "cut short", 200)),
        (answer(BODY[:-9], f"Content-Length: {len(BODY)}"), ("failed", "cut short", 200)),
        (answer(b"\x1f\x8b" + bytes(90), "Content-Encoding: gzip"), ("failed", "cannot be unpacked", 200)),
        (answer(BODY, "Content-Encoding: gzip, gzip, gzip, gzip"), ("refused", "packed too often", 200)),
        (answer(gzip.compress(bytes(9_000_000)), "Content-Encoding: gzip"), ("refused", "too large", 200)),
        (answer(brotli.compress(bytes(90_000_000)), "Content-Encoding: br"), ("refused", "too large", 200)),
        (answer(zstd.compress(bytes(90_000_000)), "Content-Encoding: zstd"), ("refused", "too large", 200)),
        (answer(b"<html>" + bytes(8_400_000)), ("refused", "too large", 200)),
        (answer(BODY, *["X: a"] * 60_000), ("refused", "too many headers", 200)),
    ],
    ids=[
        "404", "503 without words", "206", "a redirect", "100 for ever", "nothing", "no status line", "no status",
        "gzip cut short", "chunks cut short", "a length that did not come", "broken gzip", "packed four times",
        "a bomb of gzip", "a bomb of brotli", "a bomb of zstd", "a large page", "headers without end",
    ],
)  # fmt: skip
def test_what_gives_no_page_has_a_fate(block: bytes, told: tuple[str, str, int | None]) -> None:
    with pytest.raises(NoPage) as lost:
        answered(block)
    assert (lost.value.fate, lost.value.reason) == told[:2]
    assert told[2] is None or lost.value.status == told[2]


@pytest.mark.parametrize(
    ("kind", "body", "is_page"),
    [
        ("text/html", b"", True),
        ("application/xhtml+xml; charset=utf-8", b"", True),
        ("", BODY, True),
        ("text/plain", b"\n<HTML lang=ar>", True),
        ("text/plain", b"Just words", False),
        ("image/png", b"<html>", False),
        ("application/pdf", b"%PDF", False),
        ("application/json", b'{"a": "<html>"}', False),
    ],
)
def test_only_html_is_a_page(kind: str, body: bytes, is_page: bool) -> None:
    for read in (lambda: answered(answer(body, kind=kind)), lambda: resource(body, kind)):
        if is_page:
            assert read().body == body
        else:
            with pytest.raises(NotHtml):
                read()


def test_headers_stay_as_they_were_and_interim_answers_are_passed_over() -> None:
    block = answer(status="103 Early Hints", kind="") + answer(BODY, "ETag: w", "Set-Cookie: a", "Set-Cookie: b", "X:y")
    found = answered(block.replace(b"X:y", b"X: y\r\n  z"))

    assert found.headers[1:] == (("ETag", "w"), ("Set-Cookie", "a"), ("Set-Cookie", "b"), ("X", "y z"))


def test_bare_line_feeds_are_read() -> None:
    assert answered(b"HTTP/1.0 200\nContent-Type: text/html\n\n" + BODY).body == BODY


@pytest.mark.parametrize(
    ("status", "told"),
    [("200 OK", None), ("304 Not Modified", None), ("404 Gone", "HTTP 404"), ("302 F", "redirect not followed")],
)
def test_a_revisit_of_no_page_is_none_of_a_page(status: str, told: str | None) -> None:
    lost = lost_status(answer(status=status))
    assert (lost and lost.reason) == told
    assert lost_status(b"") is None
