"""Notices where an article stood are refused by name in every language, and no news about such things is."""

import tomllib
from pathlib import Path

import pytest
from made_pages import BODY, SOURCE, page

from archive.article import Article
from pipelines.extraction.article import extract_article
from pipelines.extraction.notices import notice_in
from pipelines.extraction.unusable import Unusable

MADE = tomllib.loads((Path(__file__).parent / "notices.toml").read_text(encoding="utf-8"))
DECLARED = (
    '<meta property="og:type" content="article"><meta property="article:published_time" content="2025-01-01T10:00:00Z">'
)
TEASERS = "".join(
    f"<div class='card'><h3><a href='/en/{number}'>The ferry number {number} of the river is painted green</a></h3>"
    f"<p>Passengers of ferry {number} said on Monday that they like the colour.</p></div>"
    for number in range(24)
)


def read(title: str, body: str, head: str = "") -> Article:
    html = (
        f"<html><head><title>{title} | Tigris Post</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<main><h1>{title}</h1>{body}</main><footer>© 2026 Tigris Post</footer></body></html>"
    )
    return extract_article(page(html), SOURCE)


@pytest.mark.parametrize("wall", MADE["wall"], ids=lambda wall: wall["title"])
def test_a_notice_is_refused_by_name(wall: dict[str, str]) -> None:
    with pytest.raises(Unusable) as refusal:
        read(wall["title"], f"<p>{wall['text']}</p>")

    assert refusal.value.name == wall["is"]


def test_what_keeps_the_place_of_a_story_is_none_though_the_page_declares_one() -> None:
    """Sites that are drawn by scripts often send what they tell social networks, and nothing else."""
    with pytest.raises(Unusable) as refusal:
        read("Dams are full", "<p>Loading the story of today for you, it takes a moment…</p>", DECLARED)

    assert refusal.value.name == "gate"


@pytest.mark.parametrize("head", ["", DECLARED], ids=["undeclared", "declared"])
@pytest.mark.parametrize("story", MADE["story"], ids=lambda story: story["title"])
def test_news_about_such_things_is_news(story: dict[str, str], head: str) -> None:
    assert read(story["title"], f"<p>{story['text']}</p>", head).text == story["text"]


@pytest.mark.parametrize(
    "title", ["404", "Page not found", "Seite nicht gefunden", "تم حذف المقال", "Oops! Page not found"]
)
def test_other_stories_beneath_an_error_do_not_make_it_one(title: str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(title, TEASERS)

    assert refusal.value.name == "error page"


@pytest.mark.parametrize("title", ["Iraq", "أخبار العراق", "Tag: ferries", "Search results for: ferry"])
def test_a_list_of_stories_is_no_story(title: str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(title, TEASERS)

    assert refusal.value.name == "index page"


@pytest.mark.parametrize(
    "around",
    [
        "<div>Please disable your ad blocker to continue reading.</div>{}",
        "<noscript>Please enable JavaScript to view this page.</noscript>{}",
        "{}<div><p>Subscribe now to continue reading.</p></div>",
        "{}<p>Log in to comment. Forgot your password?</p>",
        "<div class='cookie-consent'><p>We use cookies and need your consent to cookies.</p></div>{}",
    ],
)
def test_a_wall_that_only_lies_over_a_story_is_none(around: str) -> None:
    assert "The crane at pier 7" in read("Cranes of the port", around.format(BODY) + TEASERS).text


def test_a_sentence_of_a_notice_within_a_flash_makes_it_none() -> None:
    flash = (
        "Banks in Basra were closed on Monday after an attack on their servers, the central bank said in the evening. "
        "Their sites asked customers to “please try again later”."
    )

    assert read("Banks closed", f"<p>{flash}</p>").text == flash
    assert notice_in(flash) is None
