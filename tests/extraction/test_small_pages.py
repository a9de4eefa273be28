"""Small pages, each with one difficulty: what its fields are was written down before anything read it."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from made_pages import page

from archive.article import Article
from pipelines.extraction.article import extract_article
from seeds.sources import Source

STORIES = {
    "en": [
        "The cranes at the river port of Faw have stood still for five days, and nobody knows when they will move.",
        "A spare part of the size of a fist is on its way by ship, the harbour master said on Wednesday morning.",
        "Until it comes the drivers play dominoes in the canteen, where the tea is strong and the news is old.",
        "Three freighters wait outside the bar with timber, rice and a locomotive that was ordered two years ago.",
    ],
    "ar": [
        "توقفت الرافعات في ميناء الفاو النهري عن العمل منذ خمسة أيام ولا أحد يعلم متى تتحرك من جديد في المكان.",
        "وقال مدير الميناء صباح الأربعاء إن قطعة غيار صغيرة بحجم قبضة اليد في طريقها إلى الميناء على متن سفينة.",
        "وإلى أن تصل القطعة يلعب السائقون الدومينو في المطعم حيث الشاي ثقيل والأخبار قديمة كما يقول أحدهم.",
        "وتنتظر ثلاث سفن خارج القناة وهي محملة بالأخشاب والأرز وقاطرة طلبت قبل سنتين ولم تصل إلى الآن.",
    ],
    "ckb": [
        "کرێنەکانی بەندەری فاو پێنج ڕۆژە لە کار وەستاون و کەس نازانێت کەی جارێکی دیکە دەست بە کار دەکەنەوە.",
        "بەڕێوەبەری بەندەرەکە بەیانی چوارشەممە ڕایگەیاند کە پارچەیەکی بچووک بە کەشتی لە ڕێگایە بۆ بەندەرەکە.",
        "هەتا ئەو پارچەیە دەگات شۆفێرەکان لە چایخانەکە دۆمینە دەکەن و چایەکەی خەستە و هەواڵەکانیش کۆنن.",
        "سێ کەشتی لە دەرەوەی کەناڵەکە چاوەڕێن و دار و برنج و شەمەندەفەرێکیان پێیە کە دوو ساڵە داوا کراوە.",
    ],
    "kmr": [
        "Kranên bendera Fawê ev pênc roj in sekinîne û tu kes nizane ka ew ê kengî dîsa dest bi kar bikin.",
        "Rêveberê benderê roja çarşemê got ku parçeyekî biçûk bi keştiyê di rê de ye û dê di nav hefteyekê de bê.",
        "Heta ku ew parçe tê ajokar li çayxaneyê bi domîneyan dilîzin, çaya wan tîr e û nûçeyên wan kevn in.",
        "Sê keştî li derveyî kanalê li bendê ne û dar, birinc û lokomotîfek ku du sal berê hatibû xwestin anîne.",
    ],
}
NAMES = {"en": "Tigris Post", "ar": "بريد دجلة", "ckb": "پۆستی دیجلە", "kmr": "Posta Dîcle"}


def small_pages() -> list[Any]:
    files = sorted((Path(__file__).parent / "small_pages").glob("*.toml"))
    pages = [(file.stem, small) for file in files for small in tomllib.loads(file.read_text(encoding="utf-8"))["page"]]
    return [pytest.param(small, id=f"{stem}: {small['name']}") for stem, small in pages]


def read(small: dict[str, Any]) -> Article:
    """The article on a small page: its body with a story in the place of {story}."""
    language = small.get("language", "en")
    story = "".join(f"<p>{line}</p>" for line in STORIES[language])
    body = small["body"].replace("{story}", f'<div class="content">{story}</div>')
    html = f"<!DOCTYPE html><html lang='{language}'><head>{small.get('head', '')}</head><body>{body}</body></html>"
    return extract_article(page(html), Source(id="test", name=NAMES[language], timezone="Asia/Baghdad"))


@pytest.mark.parametrize("small", small_pages())
def test_a_small_page_gives_what_a_careful_reader_would_note(small: dict[str, Any]) -> None:
    article = read(small)

    found = {field: getattr(article, field) for field in small["is"]}
    shown = {field: list(value) if isinstance(value, tuple) else value or "" for field, value in found.items()}
    shown |= {field: value.isoformat() for field, value in shown.items() if isinstance(value, datetime)}
    assert shown == small["is"]
    assert article.text.split("\n") == STORIES[small.get("language", "en")]


def test_small_pages_are_in_all_languages() -> None:
    assert {small.values[0].get("language", "en") for small in small_pages()} == set(STORIES)
