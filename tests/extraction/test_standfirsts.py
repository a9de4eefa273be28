"""The sentences between the headline and the story that introduce it are kept, and nothing else that stands there."""

import pytest
from lxml.html import document_fromstring
from made_pages import BODY, SOURCE, page

from pipelines.extraction.article import extract_article
from pipelines.extraction.blocks import blocks_of
from pipelines.extraction.labels import Labels
from pipelines.extraction.left_out import Known, without_furniture

STANDFIRSTS = {
    "en": "Four cranes of the old pier stand still, and nobody has said when the oil for them will come.",
    "ar": "توقفت أربع رافعات في الرصيف القديم عن العمل، ولم يقل أحد متى يصل الزيت الذي تنتظره منذ أسبوع كامل.",
    "ckb": "چوار کرێنی شۆستە کۆنەکە وەستاون و کەس نەیگوتووە کە ئەو ڕۆنەی چاوەڕێی دەکەن کەی دەگاتە بەندەرەکە.",
    "kmr": "Çar wincên rawestgeha kevn sekinîne û kesî negotiye ku rûnê ku li benda wê ne dê kengî bigihîje benderê.",
}
STORY = f"<div class='body'>{BODY}</div>"
FLASH = f"<div class='story'><p>{STANDFIRSTS['en']}</p><p>{STANDFIRSTS['kmr']}</p></div>"


def lines(html: str) -> list[str]:
    return extract_article(page(html), SOURCE).text.split("\n")


def kept_of(above: str) -> list[str]:
    """What is kept of a short story and all that stands above it, where trafilatura took both."""
    tree = document_fromstring(f"<body><h1>Cranes of the port</h1>{above}{FLASH}</body>")
    story = without_furniture(blocks_of(tree), Labels(tree), Known(titles=frozenset(["cranesoftheport"])))
    return [block.text for block in story if not any(map(str.isdecimal, block.text))]


@pytest.mark.parametrize("language", STANDFIRSTS)
@pytest.mark.parametrize("element", ["p class='teaser-text'", "div class='excerpt'", "p", "h2"])
def test_a_sentence_right_behind_the_headline_is_kept(language: str, element: str) -> None:
    said = STANDFIRSTS[language]
    name = element.split(maxsplit=1)[0]
    head = f"<head><meta property='og:description' content='{said}'></head>" if "teaser" in element else ""

    found = lines(f"<html>{head}<body><h1>Cranes of the port</h1><{element}>{said}</{name}>{STORY}</body></html>")

    assert found[0] == said
    assert len(found) == 9


def test_one_behind_a_headline_that_is_no_h1_is_kept() -> None:
    html = f"<body><h2>Cranes of the port</h2><div>{STANDFIRSTS['en']}</div>{STORY}</body>"

    assert lines(html)[0] == STANDFIRSTS["en"]


def test_what_says_the_same_as_the_summary_is_kept_behind_the_byline() -> None:
    said = STANDFIRSTS["ar"]
    html = (
        f"<html><head><meta name='description' content='{said}'></head><body><h1>Cranes of the port</h1>"
        f"<p class='byline'>By Nora Adel</p><p class='teaser'>{said}</p>{STORY}</body></html>"
    )

    assert lines(html)[0] == said


@pytest.mark.parametrize(
    "between",
    [
        "<p class='image-caption'>The driver of the second crane waits in the canteen of the pier with the others.</p>",
        "<p><a href='/other'>The ferry was repainted over the winter, and its passengers liked what they saw.</a></p>",
        "<p>Subscribe to our newsletter and get the news of the port every morning in your inbox, free of charge.</p>",
        "<p>Twelve people have read this</p>",
    ],
)
def test_what_else_stands_there_is_not(between: str) -> None:
    html = f"<body><h1>Cranes of the port</h1>{between}{STORY}</body>"

    assert lines(html)[0].startswith("The crane at pier 0")


def test_short_points_stay_with_the_long_ones_of_their_list() -> None:
    points = "<li>Ten men wait for the first ship of the year</li><li>A bell was rung twice</li>"
    html = f"<body><h1>Cranes of the port</h1><div class='in-summary'><ul>{points}</ul></div>{STORY}</body>"

    assert lines(html)[:2] == ["Ten men wait for the first ship of the year", "A bell was rung twice"]


def test_an_h2_right_below_the_h1_is_one_also_without_a_full_stop() -> None:
    below = "Ten men and a bell wait for the first ship"

    bare = STORY.replace("<p", "<div").replace("</p>", "</div>")
    media = "<div><div><img src='/x.jpg'></div><div>The port</div></div>"
    html = f"<body><div><h1>Cranes of the port</h1><h2>{below}</h2>{media}<div>{bare}</div></div></body>"

    assert lines(html)[0] == below


@pytest.mark.parametrize("item", ["Situation report on the old pier", "Report of the harbour master, second part"])
def test_terms_above_the_story_are_none_of_it(item: str) -> None:
    terms = f"<dl><dt>Form</dt><dd>{item}</dd><dt>Source</dt><dd><ul><li>Joint harbour cell</li></ul></dd></dl>"

    assert kept_of(terms) == [STANDFIRSTS["en"], STANDFIRSTS["kmr"]]


@pytest.mark.parametrize(
    ("date", "section"),
    [
        ("2 March 2026 - 10:15", "News of the provinces"),
        ("الثلاثاء 1 أيلول 2026 10:15", "أخبار المحافظات والأقضية"),
        ("۲۰ خرداد ۱۴۰۵ - ۱۰:۱۵", "اخبار استانها و شهرستانها"),
        ("1ی ئەیلوولی 2026 10:15", "هەواڵەکانی پارێزگاکان"),
        ("1 Îlon 2026 10:15", "Nûçeyên bajar û gundan"),
    ],
)
def test_a_list_with_the_date_above_the_story_is_none_of_it(date: str, section: str) -> None:
    particulars = f"<ul><li>{date}</li><li>{section}</li></ul>"

    assert kept_of(particulars) == [STANDFIRSTS["en"], STANDFIRSTS["kmr"]]
