"""WARC files written by hand, so that they may be as wrong as a test needs them."""

import gzip
from collections.abc import Iterable, Sequence
from pathlib import Path

from archive.zstd import zstd

DATE = "2026-03-01T08:00:00Z"

STORIES = {
    "en": (
        "Ferry on the Zab stops after the flood",
        "The ferry between the two banks of the Zab stopped on Sunday after the river rose by two metres in a night.",
        "Its owner, who has crossed here for thirty years, tied it to the old mulberry and waits for it to fall.",
        "The bakers of the west bank have sent their bread around by the bridge, which takes them an hour longer.",
    ),
    "ar": (
        "توقف العبارة على نهر الزاب بعد السيل",
        "توقفت العبارة بين ضفتي نهر الزاب يوم الأحد بعد أن ارتفع منسوب النهر مترين في ليلة واحدة.",
        "وربطها صاحبها الذي يعبر هنا منذ ثلاثين سنة إلى شجرة التوت القديمة وينتظر أن ينخفض الماء.",
        "وأرسل خبازو الضفة الغربية خبزهم عبر الجسر، وهو طريق يستغرق ساعة أطول.",
    ),
    "ckb": (
        "بەلەمەکەی سەر زێ دوای لافاوەکە وەستا",
        "ئەو بەلەمەی نێوان هەردوو کەناری زێ ڕۆژی یەکشەممە وەستا دوای ئەوەی ئاوەکە لە شەوێکدا دوو مەتر بەرز بووەوە.",
        "خاوەنەکەی کە سی ساڵە لێرە دەپەڕێتەوە بە دار تووە کۆنەکەوە بەستییەوە و چاوەڕێی دابەزینی ئاوەکەیە.",
        "نانەواکانی کەناری ڕۆژاوا نانەکەیان لە ڕێگەی پردەکەوە ناردووە کە کاتژمێرێک زیاتر دەخایەنێت.",
    ),
    "kmr": (
        "Keleka li ser Zêyê piştî lehiyê rawestiya",
        "Keleka di navbera her du aliyên Zêyê de roja yekşemê rawestiya piştî ku av di şevekê de du metre bilind bû.",
        "Xwediyê wê yê ku ev sî sal in li vir derbas dibe ew bi dara tûyê ve girêda û li bendê ye ku av dakeve.",
        "Nanpêjên aliyê rojava nanê xwe di ser pirê re şandin û ev rê saetekê dirêjtir e.",
    ),
}
"""A title and three paragraphs in each language."""


def page(language: str = "en", *, title: str = "", add: str = "", number: int = 0) -> bytes:
    """An article's page; of each *number* another one."""
    head, *paragraphs = STORIES[language]
    told = f"{title or head} {number or ''}".strip()
    more = [f"{number} · {paragraph}" if number else paragraph for paragraph in paragraphs]
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in (*more, *([add] if add else [])))
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{told}</title>'
        f'<meta property="og:title" content="{told}"></head>'
        f"<body><article><h1>{told}</h1>\n{body}</article></body></html>"
    ).encode()


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """What a server answered."""
    lines = [f"HTTP/1.1 {status}", *([f"Content-Type: {kind}"] if kind else []), *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def record(
    uri: str | None = "https://news.example/1", block: bytes | None = None, *headers: str, kind: str = "response",
    date: str = DATE, length: int | str | None = None, end: bytes = b"\r\n\r\n",
) -> bytes:  # fmt: skip
    """One record; *length* in place of the true one."""
    held = answer(page()) if block is None else block
    lines = [
        "WARC/1.0", f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:0>", f"WARC-Date: {date}",
        *([f"WARC-Target-URI: {uri}"] if uri is not None else []), *headers,
        f"Content-Length: {len(held) if length is None else length}",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + held + end


def packed(records: Iterable[bytes]) -> bytes:
    """A member each."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def as_zstd(records: Sequence[bytes], *, dictionary: bool = False, packed_dictionary: bool = False) -> bytes:
    """A frame each; behind a dictionary that comes first, as the IIPC's note has it."""
    if not dictionary:
        return b"".join(zstd.compress(one) for one in records)
    known = zstd.train_dict([record(f"https://news.example/{number}") for number in range(200)], 4096)
    held = zstd.compress(known.dict_content) if packed_dictionary else known.dict_content
    head = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    return head + b"".join(zstd.compress(one, zstd_dict=known) for one in records)


def written(path: Path, data: bytes) -> Path:
    """*path*, which now has *data*."""
    path.write_bytes(data)
    return path
