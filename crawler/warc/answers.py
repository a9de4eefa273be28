"""What a server answered, as a record has it: status, headers, and the body without what it was packed with. Pure.

A record should have the body as it came over the wire. Many have it unpacked, beside headers that still name what it
was packed with: what does not look packed is taken as it is.
"""

import re
from dataclasses import dataclass

from archive.article import WHOLE_PAGES, Fate
from crawler.unpacking import STREAMS, UNPACK_ERRORS, CutShort, encodings_of
from seeds.bounds import MAX_BODY_BYTES, MAX_ENCODINGS, MAX_HEAD_BYTES

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)[^\r\n]*\r?\n?")
_BLANK = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_TEXT = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<[!?A-Za-z]")
_HTML = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_SIGNS = {b"gzip": b"\x1f\x8b", b"x-gzip": b"\x1f\x8b", b"zstd": b"\x28\xb5\x2f\xfd"}
_MOST_INTERIM = 5  # answers such as "100 Continue" before the one that counts
_SNIFFED = 1024
_UNTOLD = ("", "text/plain", "application/octet-stream", "unknown/unknown")


class NoPage(Exception):
    """A record of which no page comes, with the fate of its URL."""

    def __init__(self, fate: Fate, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.fate, self.reason, self.status = fate, reason, status


class NotHtml(Exception):
    """A picture, a script, a feed: nothing that a crawl would have asked for as an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTML page as it was answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answered(block: bytes) -> Answer:
    """The page that the block of a `response` holds. Raises NoPage, NotHtml."""
    status, headers, body = _taken_apart(block)
    if status not in WHOLE_PAGES:
        raise _no_page(status)
    try:
        body = _unpacked(body, headers)
    except NoPage as lost:
        if _is_html(_value(headers, "content-type"), b""):
            raise NoPage(lost.fate, lost.reason, status) from lost
        raise NotHtml from lost
    if not _is_html(_value(headers, "content-type"), body):
        raise NotHtml
    return Answer(status=status, headers=headers, body=body)


def lost_status(block: bytes) -> NoPage | None:
    """What a `revisit` with this block says of its URL, where that is not that its page is what it was."""
    line = _STATUS.match(block)
    if not line or int(line[1]) in (*WHOLE_PAGES, 304):
        return None
    return _no_page(int(line[1]))


def _no_page(status: int) -> NoPage:
    if 300 <= status < 400:
        return NoPage(Fate.REFUSED, "redirect not followed", status)
    return NoPage(Fate.FAILED, f"HTTP {status}", status)


def resource(block: bytes, content_type: str) -> Answer:
    """The page that the block of a `resource` is. Raises NoPage, NotHtml."""
    if not _is_html(content_type, block):
        raise NotHtml
    if len(block) > MAX_BODY_BYTES:
        raise NoPage(Fate.REFUSED, "too large", 200)
    return Answer(status=200, headers=(("Content-Type", content_type),), body=block)


def _taken_apart(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    for _ in range(_MOST_INTERIM):
        line = _STATUS.match(block)
        if not line:
            raise NoPage(Fate.FAILED, "no HTTP status line")
        status = int(line[1])
        blank = _BLANK.search(block, line.end() - 2, line.end() + MAX_HEAD_BYTES)
        if blank is None and len(block) > line.end() + MAX_HEAD_BYTES:
            raise NoPage(Fate.REFUSED, "too many headers", status)
        head, body = block[line.end() : blank.start() if blank else None], block[blank.end() :] if blank else b""
        if status >= 200:
            return status, _headers(head), body
        block = body
    raise NoPage(Fate.FAILED, f"HTTP {status}", status)


def _headers(head: bytes) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in head.splitlines():
        text = line.decode("latin-1")
        name, colon, value = text.partition(":")
        if line[:1] in (b" ", b"\t") and found:
            found[-1] = found[-1][0], f"{found[-1][1]} {text.strip()}"
        elif colon and name.strip():
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _value(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _is_html(content_type: str, body: bytes) -> bool:
    told = content_type.partition(";")[0].strip().lower()
    return "html" in told or (told in _UNTOLD and _HTML.search(body, 0, _SNIFFED) is not None)


def _unpacked(body: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """The body as it was before it was sent. Raises NoPage."""
    length, came = _value(headers, "content-length"), len(body)
    if "chunked" in _value(headers, "transfer-encoding").lower():
        body = _joined(body)
    elif length.isascii() and length.isdigit() and len(length) < 19 and int(length) > came:
        raise NoPage(Fate.FAILED, "cut short")
    encodings = encodings_of([value.encode("latin-1") for name, value in headers if name.lower() == "content-encoding"])
    if len(encodings) > MAX_ENCODINGS:
        raise NoPage(Fate.REFUSED, "packed too often")
    for encoding in encodings:
        body = _without(encoding, body)
    if len(body) > MAX_BODY_BYTES:
        raise NoPage(Fate.REFUSED, "too large")
    return body


def _joined(body: bytes) -> bytes:
    """The chunks of *body* as one; it as it is where it does not begin with one. Raises NoPage where one is missing."""
    pieces: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        length, begin = int(chunk[1], 16), chunk.end()
        if not length:
            return b"".join(pieces)
        pieces.append(body[begin : begin + length])
        if begin + length > len(body):
            break
        at = begin + length + (2 if body.startswith(b"\r\n", begin + length) else 1)
    if not pieces:
        return body
    raise NoPage(Fate.FAILED, "cut short")


def _without(encoding: bytes, body: bytes) -> bytes:
    if not body or (encoding in _SIGNS and not body.startswith(_SIGNS[encoding])):
        return body
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in STREAMS[encoding](body):
            size += len(piece)
            if size > MAX_BODY_BYTES:
                raise NoPage(Fate.REFUSED, "too large")
            pieces.append(piece)
    except (CutShort, *UNPACK_ERRORS) as error:
        if _TEXT.match(body):
            return body
        reason = "cut short" if isinstance(error, CutShort) else "cannot be unpacked"
        raise NoPage(Fate.FAILED, reason) from error
    return b"".join(pieces)
