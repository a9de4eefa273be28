"""From bytes to text: which encoding a page is in, whatever its header, its meta element and its bytes claim.

Also recognises what is no page at all: PDF, pictures, archives, feeds, JSON.
"""

import re
import zlib
from collections import Counter

from pipelines.extraction.mojibake import repaired
from pipelines.extraction.unusable import Unusable
from pipelines.page import Page
from seeds.bounds import MAX_BODY_BYTES

_MAGIC = (
    (b"%PDF-", "PDF"), (b"%!PS", "PDF"), (b"PK\x03\x04", "ZIP"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"), (b"RIFF", "media"), (b"OggS", "media"), (b"ID3\x03", "media"), (b"ID3\x04", "media"),
    (b"\x1aE\xdf\xa3", "media"), (b"7z\xbc\xaf", "archive"), (b"Rar!", "archive"), (b"BZh", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"), (b"\xfd7zXZ", "archive"), (b"\xd0\xcf\x11\xe0", "office file"),
    (b"{\\rtf", "office file"), (b"\x7fELF", "program"), (b"MZ\x90", "program"), (b"wOF", "font"),
)  # fmt: skip
_NO_PAGE = re.compile(
    r"<(?:(rss|feed|rdf:RDF|urlset|sitemapindex|opml)|((?:svg:)?svg))[\s>]"
    r"|((?:\)\]\}'?,?\s{0,9})?(?:\{\s{0,99}[\"}]|\[\s{0,99}[\[{\"\]\d]))",
    re.IGNORECASE,
)
"""How a feed, a drawing and JSON begin. "[Update] …" is no JSON."""
_BEFORE_ROOT = re.compile(r"[\s\ufeff]+|<\?[^>]{0,500}>|<!(?!--)[^>]{0,500}>")
_OTHER_TYPES = re.compile(
    r"(?:application/(?:pdf|json|zip|octet-stream|(?:x-)?javascript)|text/(?:javascript|css|calendar)"
    r"|image/|audio/|video/|font/)",
    re.IGNORECASE,
)
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UTF_8_BOM = b"\xef\xbb\xbf"
_CONTROLS = bytes(byte for byte in range(1, 32) if byte not in b"\t\n\x0c\r\x1b")
_MOST_CONTROLS = 0.02  # of the first bytes: 11 % of what is compressed are controls, of text none
_PACKED_TIMES = 3
_SAMPLE = 4_096
_HEAD = 65_536  # bytes in which a page declares its encoding; behind scripts in the head it comes late

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9._:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_TURKISH_LETTERS = re.compile(
    rb"<html[^>]{0,500}?\slang\s{0,9}=\s{0,9}[\"']?(?:tr|ku|kmr|kurmanji|zza|diq|az)\b", re.IGNORECASE
)
_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
          "windows-1252": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
          "x-gbk": "gb18030", "x-sjis": "cp932", "shift_jis": "cp932", "shift-jis": "cp932", "windows-31j": "cp932",
          "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "iso-8859-8-i": "iso-8859-8",
          "windows-874": "cp874", "utf8": "utf-8", "x-mac-arabic": "mac_arabic", "macintosh": "mac_roman"}  # fmt: skip
"""As browsers read them: most of these are in truth the larger encoding."""
_KNOWN = re.compile(r"(?:cp|windows-|iso-8859-|iso-2022-|koi8|gb18030|big5|euc|johab|tis|mac_)[a-z0-9_-]*|utf-8")
_ASCII = bytes(range(32, 127))

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_BEYOND_ASCII = bytes(range(128, 256))
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]{4,}")
_FEWEST_FOREIGN = 12  # bytes: a headline
_MOSTLY_RUNS = 0.5  # of the bytes beyond ASCII: in Western words they stand one by one
_ARABIC_COMMON = frozenset("اليمونرتبةدعسفهكکپچگ\u200c")
_CYRILLIC_COMMON = frozenset("оеаинтсрвлкмдпу")
_HEBREW_COMMON = frozenset("יוהלאמרתבשנ")
_GREEK_COMMON = frozenset("αοιετσνηρπκμλυς")
_BY_LETTERS = {
    "cp1256": _ARABIC_COMMON, "iso-8859-6": _ARABIC_COMMON, "cp1251": _CYRILLIC_COMMON, "koi8-r": _CYRILLIC_COMMON,
    "cp1255": _HEBREW_COMMON, "cp1253": _GREEK_COMMON,
}  # fmt: skip
_ENOUGH = 0.65
"""Of the letters of Arabic, Persian and Kurdish prose 85 to 96 % are among these, of noise read as Arabic under 40; of
Arabic in the other Arabic encoding 70. Russian, Hebrew and Greek have 73 to 81 %."""
_DECLARED_BONUS = 0.1  # what is declared is more likely


def decode(page: Page) -> str:
    """The page's text. Raises Unusable where it is empty or no HTML."""
    body = _unpacked(page.body[:MAX_BODY_BYTES]).removeprefix(_UTF_8_BOM)
    start = body[:1024].lstrip(b" \t\r\n\x00\xef\xbb\xbf")
    if not start and not body.strip():
        raise Unusable("empty page", f"{len(body)} bytes")
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise Unusable(f"not HTML ({kind})")
    if body[4:8] == b"ftyp":
        raise Unusable("not HTML (media)")
    content_type = page.header("content-type")
    if _OTHER_TYPES.match(content_type) and not start.startswith(b"<"):
        raise Unusable(f"not HTML ({content_type.partition(';')[0]})")
    text = _text(body, content_type)
    if match := _NO_PAGE.match(text, _root(text)):
        raise Unusable(f"not HTML ({'feed' if match[1] else 'image' if match[2] else 'JSON'})")
    return repaired(text)


def _root(text: str) -> int:
    """Where the first element of *text* begins: behind the declarations and comments of a document."""
    place = 0
    for _ in range(20):
        if text.startswith("<!--", place):
            place = max(text.find("-->", place), place) + 3
        elif match := _BEFORE_ROOT.match(text, place):
            place = match.end()
        else:
            break
    return place


def _unpacked(body: bytes) -> bytes:
    """A body that is still compressed, since some servers do it twice. Raises Unusable where it is cut off."""
    for _ in range(_PACKED_TIMES):
        if body[:2] not in (b"\x1f\x8b", b"\x78\x9c", b"\x78\xda"):
            break
        body = _members(body)
    return body


def _members(packed: bytes) -> bytes:
    """What is in all the gzip members of *packed*; other bytes behind them are padding."""
    unpacked = b""
    try:
        while packed[:2] in (b"\x1f\x8b", b"\x78\x9c", b"\x78\xda") and len(unpacked) < MAX_BODY_BYTES:
            stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
            unpacked += stream.decompress(packed, MAX_BODY_BYTES - len(unpacked))
            if unpacked and not stream.eof and len(unpacked) < MAX_BODY_BYTES:
                raise Unusable("cut short", f"compressed, without an end behind {len(unpacked)} bytes")
            packed = stream.unused_data
    except zlib.error as error:
        raise Unusable("not HTML (archive)", str(error)) from error
    if not unpacked:
        raise Unusable("not HTML (archive)", "nothing in it")
    return unpacked


def _text(body: bytes, content_type: str) -> str:
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    sample = body[:_SAMPLE]
    nulls = sample.count(0)
    if nulls > len(sample) // 16:  # of Arabic in UTF-16 only the markup has them
        even = sample[::2].count(0)
        if max(even, nulls - even) > 0.9 * nulls:
            return body.decode("utf-16-be" if even > nulls - even else "utf-16-le", "replace")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if nulls > len(sample) // 4 or controls > _MOST_CONTROLS * len(sample):
        raise Unusable("not HTML (binary)", f"{nulls} NUL and {controls} controls in the first {len(sample)} bytes")
    body = body.replace(b"\x00", b"")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, _declared(body[:_HEAD], content_type))
    if "\x1b$" in text and "iso-2022-jp" in _declared(body[:_HEAD], content_type):
        return body.decode("iso-2022-jp", "replace")
    return text  # bytes that are valid UTF-8 by chance do not exist, whatever is declared


def _declared(head: bytes, content_type: str) -> list[str]:
    """What header, meta element and XML declaration say, in this order, as far as it can be meant.

    The Western encoding comes last: servers state it of whatever they send. Where the page is Turkish or Kurmanji it
    is the Turkish one, which differs in six letters.
    """
    head = b"".join(part.partition(b"-->")[2] if place else part for place, part in enumerate(head.split(b"<!--")))
    names = [match[1] for match in [_CHARSET.search(content_type)] if match]
    for pattern in (_META_CHARSET, _XML_ENCODING):
        if match := pattern.search(head):
            names.append(match[1].decode("ascii"))
    western = "cp1254" if _TURKISH_LETTERS.search(head) else "cp1252"
    known = [_NAMES.get(name.lower(), name.lower()) for name in names]
    return [*(name for name in known if name != "cp1252" and _holds_ascii(name)), western]


def _holds_ascii(name: str) -> bool:
    """Whether *name* is an encoding of web pages: no codec of Python's own, no EBCDIC, nothing in two bytes."""
    try:
        return bool(_KNOWN.fullmatch(name)) and _ASCII.decode(name) == _ASCII.decode()
    except (LookupError, UnicodeError):
        return False


def _not_utf8(body: bytes, declared: list[str]) -> str:
    utf8 = body.decode("utf-8", "replace")
    lost = utf8.count("\ufffd")
    if 2 * lost <= sum(map(len, _NOT_ASCII.findall(utf8))):
        return utf8  # broken in places, such as a title cut within a letter: nothing else looks like it so often
    runs = _FOREIGN_RUN.findall(body)
    beyond = len(body) - len(body.translate(None, _BEYOND_ASCII))
    foreign = b" ".join(runs[:400])
    if len(foreign) > _FEWEST_FOREIGN and sum(map(len, runs)) > _MOSTLY_RUNS * beyond:
        fits = {name: _fit(foreign, name) + _DECLARED_BONUS * (name in declared) for name in _BY_LETTERS}
        best = max(fits, key=lambda name: fits[name])
        if fits[best] > _ENOUGH:
            return body.decode(best, "replace")
    for name in declared:
        try:
            return body.decode(name)
        except UnicodeError:
            continue
    return body.decode(next(name for name in declared if name != "utf-8"), "replace")


def _fit(foreign: bytes, name: str) -> float:
    """The share of the letters in *foreign* that are among the common ones of the language which *name* is for.

    Capitals are not: what is prose in another encoding often reads as capitals in KOI8.
    """
    letters = Counter(character for character in foreign.decode(name, "replace") if not character.isspace())
    return sum(letters[letter] for letter in _BY_LETTERS[name]) / letters.total()
