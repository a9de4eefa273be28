"""From bytes to text: which encoding a page is in, whatever its header, its meta element and its bytes claim.

Also recognises what is no page at all: PDF, pictures, archives, feeds, JSON.
"""

import re
import zlib
from collections import Counter

from pipelines.extraction.unusable import Unusable
from pipelines.page import Page

LARGEST_PAGE = 8_000_000
"""Bytes, also after decompression: the crawl's own bound. The largest of 530 real pages has 4.6 MB."""

_MAGIC = (
    (b"%PDF-", "PDF"), (b"PK\x03\x04", "ZIP"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"RIFF", "media"), (b"OggS", "media"), (b"ID3", "media"), (b"\x1aE\xdf\xa3", "media"), (b"BM", "image"),
    (b"7z\xbc\xaf", "archive"), (b"Rar!", "archive"), (b"BZh", "archive"), (b"\x28\xb5\x2f\xfd", "archive"),
    (b"\xd0\xcf\x11\xe0", "office file"), (b"\x7fELF", "program"), (b"MZ\x90", "program"), (b"wOF", "font"),
)  # fmt: skip
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]")
_OTHER_TYPES = re.compile(r"(?:application/(?:pdf|json|zip|octet-stream)|image/|audio/|video/|font/)", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
          "iso-8859-6": "cp1256", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
          "x-sjis": "cp932", "shift_jis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949"}  # fmt: skip
"""As browsers read them: each of these is in truth the larger encoding."""

_FOREIGN_RUN = re.compile(rb"[\x80-\xff]{4,}")
_ARABIC_COMMON = frozenset("اليمونرتبةدعسف")
_CYRILLIC_COMMON = frozenset("оеаинтсрвлкмдпу")
_ENOUGH = 0.6
"""Of the letters of Arabic prose 75 to 80 % are among the commonest 14, of noise read as Arabic under 40."""

_TWICE_WESTERN = re.compile(r"[ÂÃâØÙÚÛÐÑ][^\x00-\x7f]{1,2}")
_TWICE_ARABIC = re.compile(r"[طظعغ][^\x00-\x7f]")
"""Lead bytes of UTF-8 as they look in Western and Arabic encodings, where every other letter is one of them."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def decode(page: Page) -> str:
    """The page's text. Raises Unusable where it is empty or no HTML."""
    body = _unpacked(page.body[:LARGEST_PAGE])
    start = body[:1024].lstrip(b" \t\r\n\x00\xef\xbb\xbf")
    if not start and not body.strip():
        raise Unusable("empty page", f"{len(body)} bytes")
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise Unusable(f"not HTML ({kind})")
    if body[4:8] == b"ftyp":
        raise Unusable("not HTML (media)")
    if _FEED.search(start):
        raise Unusable("not HTML (feed)")
    content_type = page.header("content-type")
    if start[:1] in (b"{", b"["):
        raise Unusable("not HTML (JSON)")
    if _OTHER_TYPES.match(content_type) and b"<" not in start:
        raise Unusable(f"not HTML ({content_type.partition(';')[0]})")
    return _once(_text(body, content_type))


def _unpacked(body: bytes) -> bytes:
    """A body that is still gzip, since some servers compress twice; what there is of it where it is cut off."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, LARGEST_PAGE)
    except zlib.error as error:
        raise Unusable("not HTML (archive)", str(error)) from error
    if not unpacked:
        raise Unusable("not HTML (archive)", "nothing in it")
    return unpacked


def _text(body: bytes, content_type: str) -> str:
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    sample = body[:4096]
    nulls = sample.count(0)
    if nulls > len(sample) // 4:
        even = sample[::2].count(0)
        if max(even, nulls - even) > 0.9 * nulls:
            return body.decode("utf-16-be" if even > nulls - even else "utf-16-le", "replace")
        raise Unusable("not HTML (binary)", f"{nulls} NUL in the first {len(sample)} bytes")
    body = body.replace(b"\x00", b"")
    declared = _declared(sample, content_type)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared)
    if "\x1b$" in text and "iso-2022-jp" in declared:
        return body.decode("iso-2022-jp", "replace")
    return text  # bytes that are valid UTF-8 by chance do not exist, whatever is declared


def _declared(sample: bytes, content_type: str) -> list[str]:
    """What header, meta element and XML declaration say, in this order."""
    names = [match[1] for match in [_CHARSET.search(content_type)] if match]
    for pattern in (_META_CHARSET, _XML_ENCODING):
        if match := pattern.search(sample):
            names.append(match[1].decode("ascii"))
    return [_NAMES.get(name.lower(), name.lower()) for name in names]


def _not_utf8(body: bytes, declared: list[str]) -> str:
    utf8 = body.decode("utf-8", "replace")
    lost = utf8.count("\ufffd")
    if 2 * lost < sum(not character.isascii() for character in utf8):
        return (
            utf8  # broken in places, such as a title cut within a letter: no other encoding looks like UTF-8 so often
        )
    foreign = b" ".join(_FOREIGN_RUN.findall(body)[:400])
    if len(foreign) > 40:  # letters side by side beyond ASCII: no Western encoding, which has them one by one
        for name, common in (("cp1256", _ARABIC_COMMON), ("cp1251", _CYRILLIC_COMMON), ("koi8-r", _CYRILLIC_COMMON)):
            if _looks_like(foreign, name, common):
                return body.decode(name, "replace")
    for name in declared:
        try:
            return body.decode(name)
        except (LookupError, UnicodeError):
            continue
    for name in declared:
        if name not in ("utf-8", "utf8", "cp1252"):
            try:
                return body.decode(name, "replace")
            except (LookupError, UnicodeError):
                continue
    return body.decode("cp1252", "replace")


def _looks_like(foreign: bytes, name: str, common: frozenset[str]) -> bool:
    letters = Counter(character for character in foreign.decode(name, "replace").lower() if not character.isspace())
    return sum(letters[letter] for letter in common) > _ENOUGH * letters.total()


def _once(text: str) -> str:
    """*text*, or what it was before somebody decoded its UTF-8 as Western or Arabic and encoded it again."""
    if any(letter in text for letter in "âÃØÙÐ"):
        return _again(text, _TWICE_WESTERN, "cp1252")
    if "ط§" in text or "ظ„" in text:
        return _again(text, _TWICE_ARABIC, "cp1256")
    return text


def _again(text: str, pairs: re.Pattern[str], name: str) -> str:
    found = sum(map(len, pairs.findall(text)))
    if found < 40 or found < 0.6 * sum(not character.isascii() for character in text):
        return text
    repaired = _NOT_ASCII.sub(lambda run: _bytes(run[0], name).decode("utf-8", "replace"), text)
    return repaired if repaired.count("\ufffd") * 20 < found else text


def _bytes(run: str, name: str) -> bytes:
    try:
        return run.encode(name)
    except UnicodeEncodeError:  # a C1 control stands for a byte that the encoding leaves undefined
        return b"".join(
            bytes([ord(character)]) if ord(character) < 0xA0 else character.encode(name, "replace") for character in run
        )
