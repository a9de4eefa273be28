"""From bytes to text: the bytes decide, and what was decoded wrongly once is repaired."""

import dataclasses
import gzip
import json
import zlib

import pytest
from made_pages import page

from pipelines.extraction.decoding import decode
from pipelines.extraction.unusable import Unusable

ARABIC = "توقفت الرافعات في ميناء الفاو عن العمل منذ أيام، وقال مدير الميناء إن إصلاحها سيبدأ خلال أسبوع واحد فقط."
PERSIAN = "جرثقيل‌هاي بندر پنج روز است كه از كار افتاده‌اند و مدير گفت قطعه‌اي كوچك در راه است و چيزي نمي‌دانند."
OLD_SORANI = "كرينه‌كاني به‌نده‌ري فاو پينج روژه‌ له‌ كار وه‌ستاون و كه‌س نازانيت كه‌ي ده‌ست به‌ كار ده‌كه‌نه‌وه‌ له‌ شار."
SORANI = "کرێنەکانی بەندەری فاو پێنج ڕۆژە لە کار وەستاون و کەس نازانێت کەی جارێکی دیکە دەست بە کار دەکەنەوە."
KURMANJI = "Kranên bendera Fawê ev pênc roj in sekinîne û hevşêweyên wan jî, û tu kes nizane ka kengî dîsa bişuxulin."
TURKISH = "Faw limanındaki vinçler beş gündür çalışmıyor ve ne zaman yeniden çalışacaklarını kimse bilmiyor."
GERMAN = "Die Kräne am Fluß stehen seit fünf Tagen still, und ein Ersatzteil von der Größe einer Faust ist unterwegs."
RUSSIAN = "Краны речного порта стоят уже пять дней, и никто не знает, когда они снова заработают, сказал начальник."
HEBREW = "העגורנים בנמל הנהר עומדים כבר חמישה ימים, ואיש אינו יודע מתי יחזרו לפעול, אמר מנהל הנמל ביום רביעי."
GREEK = "Οι γερανοί στο ποτάμιο λιμάνι είναι ακίνητοι εδώ και πέντε μέρες και κανείς δεν ξέρει πότε θα κινηθούν."
KOREAN = "파오 강 항구의 크레인이 닷새째 멈춰 있으며 언제 다시 움직일지 아무도 모른다고 항만 책임자가 말했다."


def decoded(body: bytes, content_type: str = "") -> str:
    headers = (("Content-Type", content_type),) if content_type else ()
    return decode(dataclasses.replace(page(""), body=body, headers=headers))


def html(text: str, head: str = "", language: str = "") -> str:
    return f'<html lang="{language}"><head>{head}</head><body><p>{text}</p></body></html>'


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("cp1256", "text/html; charset=iso-8859-1", "utf-8"),
        ("cp1256", "text/html; charset=utf-8", ""),
        ("cp1256", "text/html", "windows-1256"),
        ("utf-8", "text/html; charset=windows-1256", "iso-8859-1"),
        ("utf-8", "text/html", ""),
        ("utf-8-sig", "text/html; charset=latin-1", ""),
        ("utf-16", "text/html; charset=utf-8", ""),
        ("iso-8859-6", "text/html; charset=utf-8", ""),
        ("iso-8859-6", "text/html; charset=windows-1256", "iso-8859-6"),
        ("utf-16-le", "text/html", ""),
        ("utf-16-be", "text/html; charset=utf-8", ""),
    ],
)
def test_the_bytes_decide_the_encoding_whatever_is_declared(encoding: str, content_type: str, meta: str) -> None:
    body = html(ARABIC.replace("،", ","), f'<meta charset="{meta}">').encode(encoding)

    assert ARABIC.replace("،", ",") in decoded(body, content_type)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ARABIC, "cp1256"), (PERSIAN, "cp1256"), (OLD_SORANI, "cp1256"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"),
        (HEBREW, "cp1255"), (GREEK, "cp1253"), (GERMAN, "cp1252"), ("انقطاع الكهرباء في البصرة", "cp1256"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "content_type",
    ["", "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=utf-16",
     "text/html; charset=utf-7", "text/html; charset=cp037", "text/html; charset=unicode_escape"],
)  # fmt: skip
def test_letters_tell_their_encoding_where_the_header_lies(text: str, encoding: str, content_type: str) -> None:
    assert text in decoded(html(text).encode(encoding), content_type)


@pytest.mark.parametrize(
    ("text", "encoding", "content_type", "head"),
    [
        (TURKISH, "cp1254", "text/html; charset=iso-8859-1", "<meta charset=iso-8859-9>"),
        (TURKISH, "cp1254", "", f"<script>{'x' * 9_000}</script><meta charset=windows-1254>"),
        (TURKISH, "cp1254", "", "<!-- <meta charset=iso-8859-7> --><meta charset=windows-1254>"),
        (KURMANJI, "cp1254", "text/html; charset=utf-8", "<meta charset=iso-8859-9>"),
        (GERMAN, "cp1252", "", "<!-- <meta charset=windows-1256> -->"),
        (GERMAN, "cp1252", "text/html; charset=utf-16", "<meta charset=utf-7>"),
        (KOREAN, "cp949", "text/html; charset=utf-8", "<meta charset=euc-kr>"),
        (KOREAN, "cp949", "text/html; charset=iso-8859-1", "<meta charset=ks_c_5601-1987>"),
    ],
)  # fmt: skip
def test_what_is_declared_counts_where_it_can_be_meant(text: str, encoding: str, content_type: str, head: str) -> None:
    assert text in decoded(html(text, head).encode(encoding), content_type)


@pytest.mark.parametrize(("text", "language"), [(TURKISH, "tr"), (KURMANJI, "ku"), (KURMANJI, "kmr")])
def test_turkish_and_kurmanji_pages_have_their_letters_though_nothing_says_so(text: str, language: str) -> None:
    assert text in decoded(html(text, language=language).encode("cp1254"), "text/html; charset=iso-8859-1")


def misread(text: str, encoding: str) -> str:
    """The UTF-8 of *text* read as *encoding*, as a browser does it."""
    return "".join(_character(byte, encoding) for byte in text.encode())


def _character(byte: int, encoding: str) -> str:
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)


@pytest.mark.parametrize(
    ("encoding", "texts"),
    [
        ("cp1252", (ARABIC, SORANI, RUSSIAN, TURKISH, KURMANJI, GERMAN)),
        ("latin-1", (ARABIC, SORANI, RUSSIAN, TURKISH, KURMANJI, GERMAN)),
        ("cp1254", (TURKISH, KURMANJI)),
        ("cp1256", (ARABIC, SORANI, PERSIAN, KURMANJI)),
        ("cp1251", (RUSSIAN,)),
    ],
)
def test_utf_8_that_was_decoded_wrongly_and_encoded_again_is_repaired(encoding: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        assert text in decode(page(f"<p>{misread(text, encoding)}</p>"))


def test_it_is_repaired_though_the_bytes_are_lost_that_the_wrong_encoding_does_not_know() -> None:
    spoilt = ARABIC.encode().decode("cp1252", "replace")

    text = decode(page(f"<p>{spoilt}</p>"))
    assert "توقفت الرا" not in spoilt
    assert sum(map(text.count, "اليمونرت")) > 0.9 * sum(map(ARABIC.count, "اليمونرت"))


def test_what_went_through_the_wrong_hands_twice_is_repaired_too() -> None:
    assert ARABIC in decode(page(f"<p>{misread(misread(ARABIC, 'cp1252'), 'cp1252')}</p>"))


@pytest.mark.parametrize("encoding", ["cp1252", "cp1256"])
def test_a_title_that_alone_is_spoilt_is_repaired_and_the_rest_left_as_it_is(encoding: str) -> None:
    text = decode(page(f"<title>{misread(SORANI, encoding)}</title><p>{SORANI}</p><p>{GERMAN}</p>"))

    assert text == f"<title>{SORANI}</title><p>{SORANI}</p><p>{GERMAN}</p>"


@pytest.mark.parametrize(
    "text",
    [
        "Größe über alles – naïve façade, £5", "Ø Ærø – Ångström", "ابت ظرف طويل ظهر طعام ظلام ظفر ظل", "«DÉFILÉ» «É»",
        "AS IRMÃS E A MANHÃ» É «NÃO»", "ÂGE Â Ã É»", OLD_SORANI, PERSIAN, RUSSIAN, HEBREW, GREEK, KOREAN,
    ],
)  # fmt: skip
def test_text_that_only_looks_a_little_odd_is_left_alone(text: str) -> None:
    assert text in decode(page(f"<p>{text}</p>"))


def test_bytes_of_an_advertisement_do_not_spoil_a_page_in_utf_8() -> None:
    body = html(ARABIC).encode().replace(b"</body>", b"<i>Caf\xe9 na\xefve \x93Sale\x94 \xa35</i></body>")

    assert ARABIC in decoded(body, "text/html; charset=utf-8")


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\r\n\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
def test_a_byte_order_mark_of_utf_8_is_not_believed_against_the_letters(prefix: bytes) -> None:
    assert ARABIC in decoded(prefix + html(ARABIC).encode())
    assert ARABIC in decoded(prefix + html(ARABIC).encode("cp1256"))


WHOLE = html(ARABIC * 40).encode()


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(WHOLE), gzip.compress(gzip.compress(WHOLE)), gzip.compress(WHOLE) + b"\0\0padding",
        gzip.compress(WHOLE[:900]) + gzip.compress(WHOLE[900:]), zlib.compress(WHOLE),
    ],
)  # fmt: skip
def test_a_page_that_is_still_compressed_is_unpacked_whole(body: bytes) -> None:
    assert decoded(body) == WHOLE.decode()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cut short", gzip.compress(WHOLE)[:-40]),
        ("cut short", gzip.compress(WHOLE) + gzip.compress(WHOLE)[:200]),
        ("not HTML (binary)", zlib.compress(WHOLE, wbits=-15) * 9),
        ("not HTML (binary)", b"FLV\x01\x05" + bytes(range(1, 256)) * 4),
        ("not HTML (office file)", rb"{\rtf1\ansi The cranes stand still.}"),
        ("not HTML (image)", b"<?xml version='1.0'?><svg xmlns='x'><text>The cranes of the port</text></svg>"),
        ("not HTML (feed)", b"<?xml version='1.0'?><!-- " + b"-" * 2_000 + b"--><rss version='2.0'></rss>"),
        ("not HTML (feed)", "<rss version='2.0'><channel></channel></rss>".encode("utf-16")),
        ("not HTML (JSON)", json.dumps({"text": ARABIC}).encode("utf-16")),
        ("not HTML (JSON)", b")]}'\n" + json.dumps([{"text": ARABIC}]).encode()),
    ],
)
def test_what_is_no_whole_page_is_refused_by_name(name: str, body: bytes) -> None:
    with pytest.raises(Unusable) as refusal:
        decoded(body)

    assert refusal.value.name == name


@pytest.mark.parametrize("kind", ["application/javascript", "text/css", "image/svg+xml", "application/json"])
def test_what_says_that_it_is_no_page_and_looks_like_none_is_refused(kind: str) -> None:
    with pytest.raises(Unusable):
        decoded(b"load({'text': 'The cranes of the port stand still.'})", kind)


@pytest.mark.parametrize("start", ["[Update] ", "BMW opens a port. ", "ID3 was a car. ", "{brackets} of a template "])
def test_a_page_that_begins_with_text_is_a_page(start: str) -> None:
    assert ARABIC in decoded((start + html(ARABIC)).encode())
