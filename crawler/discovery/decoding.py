"""From the bytes of a server to clean UTF-8: unpacked, decoded, and closer to the XML that they should be. Pure."""

import codecs
import contextlib
import re
import zlib
from collections.abc import Iterator

from seeds.bounds import MAX_UNPACKED_BYTES

PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"

_CHARSET = re.compile(r"(?:charset|encoding)\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_ENCODING = re.compile(
    r"(?:windows-?|cp)125[0-8]|iso-?8859-\d{1,2}|utf-?16(?:le|be)?|koi8-[ru]|gb2312|gbk|gb18030|big5|euc-(?:jp|kr)|shift_jis",
    re.IGNORECASE,
)
"""What pages are written in. Python knows more, some of which decode slowly or execute escapes."""
_WIDE = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""How XML and HTML begin in UTF-16 without a byte order mark."""

_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")  # XML allows no others
_REFERENCE = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:#x([0-9A-Fa-f]{1,8});|#([0-9]{1,8});|(?:amp|lt|gt|quot|apos);)?", re.DOTALL
)
"""What begins with `&`, and the sections where that means nothing."""

_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def unpacked(body: bytes) -> bytes:
    """*body*, inflated where it is gzip, which some servers send without saying so; MAX_UNPACKED_BYTES at most."""
    return b"".join(pieces(body, MAX_UNPACKED_BYTES)) if body.startswith(_GZIP) else body


def pieces(body: bytes, most: int) -> Iterator[bytes]:
    """*body* piece by piece, inflated where it is gzip, never more than *most* bytes in all.

    Of a file that is cut short or damaged, what came before counts.
    """
    if not body.startswith(_GZIP):
        for at in range(0, min(len(body), most), PIECE):
            yield body[at : min(at + PIECE, most)]
        return
    while body.startswith(_GZIP) and most > 0:  # a gzip file may have several members
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while most > 0 and body and not inflater.eof:
            try:
                piece = inflater.decompress(body, min(PIECE, most))
            except zlib.error:
                return
            body = inflater.unconsumed_tail
            most -= len(piece)
            if piece:
                yield piece
        body = inflater.unused_data


def as_utf8(body: bytes, content_type: str = "") -> bytes | None:
    """*body* as clean UTF-8; None where neither its bytes nor a declaration tell its encoding.

    The bytes come first: Arabic in windows-1256 is never valid UTF-8 by accident, while servers often declare the one
    and send the other. A stray byte or a cut character is forgiven.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _tidy(body.decode("utf-16", "replace"))
    if wide := _WIDE.get(body[:2]):
        return _tidy(body.decode(wide, "replace"))
    text = body.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    if not faults or faults * 50 <= len(text) - len(text.encode("ascii", "ignore")):
        return _tidy(text)
    for declared in (_CHARSET.search(content_type), _CHARSET.search(body[:1024].decode("latin-1"))):
        if declared and _ENCODING.fullmatch(declared[1]):
            with contextlib.suppress(LookupError):  # iso-8859-17 and the like do not exist
                return _tidy(body.decode(declared[1], "replace"))
    return None


def with_sound_references(xml: bytes) -> bytes:
    """*xml* as its author meant it: an `&` that begins no reference of XML's own (`?a=1&b=2`, `&rsquo;`) is text, and
    a reference to what no text may hold (`&#0;`, `&#xD800;`) is nothing. Parsers choke on either."""
    return _REFERENCE.sub(_sound, xml)


def is_html(body: bytes) -> bool:
    """Whether *body* begins as a page does: what many servers answer in place of a feed that is gone."""
    return bool(_PAGE.match(body[:1024]))


def _sound(found: re.Match[bytes]) -> bytes:
    if found[0] == b"&":
        return b"&amp;"
    if not (found[1] or found[2]):
        return found[0]
    number = int(found[1], 16) if found[1] else int(found[2])
    possible = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or number >= 0x10000
    return found[0] if possible and number < 0x110000 else b""


def _tidy(text: str) -> bytes:
    return text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace").translate(None, _CONTROLS)
