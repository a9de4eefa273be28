"""A page is taken apart where its reader sees a new paragraph, whatever its markup is."""

import pytest
from lxml.html import document_fromstring

from pipelines.extraction.blocks import blocks_of
from pipelines.extraction.dateline import split_dateline

PROSE = {
    "en": ("The harbour master of Faw said on Monday that the third dredger had come two months before its time.",
           "Pilots are being trained for ships of fourteen metres draught, which none of them has steered yet."),
    "ar": ("قال مدير ميناء الفاو يوم الاثنين إن الحفارة الثالثة وصلت قبل موعدها بشهرين كاملين من دون أي حادث يذكر.",
           "ويتدرب المرشدون على قيادة سفن يبلغ غاطسها أربعة عشر مترا، وهو ما لم يجربه أي منهم في هذا الميناء من قبل."),
    "ckb": ("بەڕێوەبەری بەندەری فاو ڕۆژی دووشەممە گوتی سێیەم کەشتی دوو مانگ پێش کاتی خۆی گەیشتووە بێ هیچ ڕووداوێک.",
            "ڕێنیشاندەرەکان ڕاهێنان دەکەن لەسەر کەشتی گەورە کە تا ئێستا هیچ کەسێک لەم بەندەرەدا لێی نەخوڕیوە."),
    "kmr": ("Rêveberê bendera Fawê roja Duşemê got ku keştiya sêyem du meh berî dema xwe gihîşt û dest bi kar kir.",
            "Rêber ji bo keştiyên mezin tên perwerdekirin, ku heta niha tu kesî li vê benderê bi wan re kar nekiriye."),
}  # fmt: skip
SUBHEAD = {"en": "Tugs and pilots", "ar": "قاطرات ومرشدون", "ckb": "کەشتی و ڕێنیشاندەر", "kmr": "Keştî û rêber"}
DATELINE = {
    "en": "Shafaq News – Dhi Qar", "ar": "شفق نيوز- بغداد/ محافظات", "ckb": "شەفەق نیوز- هەولێر",
    "kmr": "NAVENDA NÛÇEYAN",
}  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", list(PROSE))


def lines(body: str) -> list[str]:
    return [block.text for block in blocks_of(document_fromstring(f"<html><body>{body}</body></html>"))]


@LANGUAGES
def test_a_bold_line_before_a_break_is_a_subhead(language: str) -> None:
    first, second = PROSE[language]
    subhead = SUBHEAD[language]

    assert lines(f"<p>{first}</p><p><strong>{subhead}</strong><br>{second}</p>") == [first, subhead, second]
    assert lines(f"<div>{first}<br><b>{subhead}</b><br>{second}</div>") == [first, subhead, second]


@LANGUAGES
def test_a_short_beginning_before_a_break_stands_by_itself(language: str) -> None:
    first, second = PROSE[language]
    dateline = DATELINE[language]

    found = lines(f"<p>{dateline}<br>{first}</p><p>{second}</p>")

    assert found == [dateline, first, second]
    assert split_dateline(found, ["Shafaq News", "شفق نيوز", "شەفەق نیوز"]) == (dateline, [first, second])


@LANGUAGES
def test_single_breaks_beside_double_ones_end_paragraphs_too(language: str) -> None:
    first, second = PROSE[language]

    assert lines(f"<div>{first}<br>{second}<br><br>{first}</div>") == [first, second, first]


def test_a_short_sentence_behind_a_break_is_a_paragraph_beside_a_dateline_and_initials() -> None:
    prose = [*PROSE["ar"], "وأضاف المدير أن الخسائر الأولية تقدر بسبعين مليون دينار."]

    found = lines(f"<div>{'<br>'.join(['شط برس ـ البصرة', *prose])}<br><br>محرر: ر.ع</div>")

    assert found == ["شط برس ـ البصرة", *prose, "محرر: ر.ع"]


def test_a_break_within_a_sentence_or_a_verse_is_a_space() -> None:
    wrapped = "The harbour master of Faw said on Monday that the third<br>dredger had come two months before its time."
    verse = "Third dredger, roll.<br>Tide, come in.<br>Sand, go.<br>Sleep, you ships."

    assert lines(f"<p>{wrapped}</p>") == [wrapped.replace("<br>", " ")]
    assert lines(f"<p>{verse}</p>") == [verse.replace("<br>", " ")]


def test_a_date_or_a_bar_beside_links_is_no_text_of_its_own() -> None:
    def share(inside: str) -> float:
        return blocks_of(document_fromstring(f"<html><body><p>{inside}</p></body></html>"))[0].link_share

    assert share("2026/10/11 <a href='/1'>The ferry is late</a>") > 0.9
    assert share("<a href='/1'>Print</a> | <a href='/2'>Send to a friend</a>") > 0.9
    assert share("In 2019 <a href='/1'>the ferry</a> was late") < 0.5
    assert share("<a href='/1'>The ferry</a> costs $799.99") < 0.5


def test_what_a_box_shows_side_by_side_is_not_one_word() -> None:
    assert lines("<div><span>Nora Adel</span><span>Published: 14:05</span><time>Today</time></div>") == [
        "Nora Adel Published: 14:05 Today"
    ]
    assert lines("<p><span>Bagh</span><span>dad</span></p><div>Bas<span>ra</span></div>") == ["Baghdad", "Basra"]
