"""From bytes to text: the bytes decide, and what was decoded wrongly once is repaired."""

import dataclasses

import pytest
from made_pages import page

from pipelines.extraction.decoding import decode

ARABIC = "توقفت الرافعات في ميناء الفاو عن العمل منذ أيام، وقال مدير الميناء إن إصلاحها سيبدأ خلال أسبوع واحد فقط."


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
    ],
)
def test_the_bytes_decide_the_encoding_whatever_is_declared(encoding: str, content_type: str, meta: str) -> None:
    html = f'<html><head><meta charset="{meta}"></head><body><p>{ARABIC}</p></body></html>'

    decoded = decode(
        dataclasses.replace(page(""), body=html.encode(encoding), headers=(("Content-Type", content_type),))
    )

    assert ARABIC in decoded


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1256"])
def test_utf_8_that_was_decoded_wrongly_and_encoded_again_is_repaired(encoding: str) -> None:
    spoilt = ARABIC.encode().decode(encoding, "replace" if encoding == "cp1252" else "strict")
    if "\ufffd" in spoilt:
        spoilt = ARABIC.encode().decode("latin-1")

    assert ARABIC in decode(page(f"<p>{spoilt}</p>"))


@pytest.mark.parametrize(
    "text", ["Größe über alles – naïve façade, £5", "Ø Ærø – Ångström", "ابت ظرف طويل ظهر طعام ظلام ظفر ظل"]
)
def test_text_that_only_looks_a_little_odd_is_left_alone(text: str) -> None:
    assert text in decode(page(f"<p>{text}</p>"))


def test_western_and_cyrillic_pages_without_utf_8_are_read() -> None:
    western = dataclasses.replace(page(""), body="<p>Größe über alles</p>".encode("cp1252"), headers=())
    cyrillic = dataclasses.replace(
        page(""), body=("<p>Министр сказал об этом порту</p>" * 5).encode("cp1251"), headers=()
    )

    assert "Größe über alles" in decode(western)
    assert "Министр сказал об этом порту" in decode(cyrillic)
