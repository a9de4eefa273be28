"""Kept pages as a WARC file: WARC 1.1 (ISO 28500:2017), each record a member of gzip.

Our own, since what there is writes another record than the one that was kept: warcio 1.8.1 puts `%XX` in place of what
is not ASCII in a header, and wants as many lines around it. Our tests read it with FastWARC.

A kept page is the body without what it was packed with on the wire. So headers that told of that are true no longer:
they are kept under `X-Archive-Orig-…`, as archives do, and the length is the body's.
"""

import gzip
import re
from base64 import b32encode
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import quote
from uuid import uuid4

from archive.plain import plain
from archive.times import to_text

_LEVEL = 6
_NO_LONGER_TRUE = {"content-encoding", "transfer-encoding", "content-length"}
_ORIGINAL = "X-Archive-Orig-"
_BREAKS = re.compile(r"[\r\n\0]+[ \t]*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SAFE = "!#$%&'()*+,/:;=?@[]~"  # of an address


class WarcWriter:
    """Writes records to a file, or into a pipe."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write_info(self, made: datetime, fields: Iterable[tuple[str, str]]) -> None:
        """The record that tells of the file: who made it, with what."""
        block = "".join(f"{name}: {plain(said)}\r\n" for name, said in fields).encode()
        self._write("warcinfo", made, [("Content-Type", "application/warc-fields")], block)

    def write_response(
        self, url: str, fetched: datetime, status: int, headers: Iterable[tuple[str, str]], body: bytes
    ) -> None:
        """A page: the *body* as it was read, and the *headers* that came with it."""
        block = _answered(status, headers, len(body)) + body
        more = [
            ("WARC-Target-URI", quote(_BREAKS.sub("", url), safe=_SAFE)),
            ("WARC-Payload-Digest", _digest(body)),
            ("Content-Type", "application/http;msgtype=response"),
        ]
        self._write("response", fetched, more, block)

    def write_drawn(self, url: str, fetched: datetime, body: bytes) -> None:
        """A page that no server sent: the document that a browser made of what it loaded, in UTF-8."""
        more = [
            ("WARC-Target-URI", quote(_BREAKS.sub("", url), safe=_SAFE)),
            ("WARC-Payload-Digest", _digest(body)),
            ("Content-Type", "text/html; charset=utf-8"),
        ]
        self._write("resource", fetched, more, body)

    def _write(self, kind: str, at: datetime, more: Iterable[tuple[str, str]], block: bytes) -> None:
        headers = [
            ("WARC-Type", kind), ("WARC-Record-ID", f"<{uuid4().urn}>"), ("WARC-Date", to_text(at)), *more,
            ("WARC-Block-Digest", _digest(block)), ("Content-Length", str(len(block))),
        ]  # fmt: skip
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        record = b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
        self._out.write(gzip.compress(record, _LEVEL, mtime=0))


def _answered(status: int, headers: Iterable[tuple[str, str]], length: int) -> bytes:
    """What stands before a body in what a server answered."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {status} {phrase}", *_true_headers(headers, length)]
    return _sent("".join(f"{line}\r\n" for line in lines)) + b"\r\n"


def _sent(text: str) -> bytes:
    """The bytes that came, of which each is a letter of *text*; where it has others, nobody sent them."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _true_headers(headers: Iterable[tuple[str, str]], length: int) -> Iterator[str]:
    for name, value in headers:
        if not _TOKEN.fullmatch(name):
            continue
        original = _ORIGINAL if name.lower() in _NO_LONGER_TRUE else ""
        yield f"{original}{name}: {_BREAKS.sub(' ', value)}"
    yield f"Content-Length: {length}"


def _digest(data: bytes) -> str:
    return f"sha256:{b32encode(sha256(data).digest()).decode()}"
