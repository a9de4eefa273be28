"""The explanation of a page: for each field who said what, whom we believe, and how far."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_pages import BODY, SOURCE, page

from pipelines.extraction.article import explain_article
from pipelines.extraction.witnesses import Finding

PAGES = Path(__file__).parent / "pages"
FIELDS = [
    "title", "headline", "authors", "published", "modified", "language", "dateline", "section", "image", "keywords",
    "text",
]  # fmt: skip
ARTICLE = '<script type="application/ld+json">{}</script>'


def findings(head: str, above: str = "", *, url: str = "https://tigris.example/en/cranes") -> dict[str, Finding[Any]]:
    html = f"<html lang='en'><head>{head}</head><body>{above}<div class='content'>{BODY}</div></body></html>"
    return explain_article(page(html, url=url), SOURCE)[1]


def ld(**node: Any) -> str:
    return ARTICLE.format(json.dumps({"@type": "NewsArticle", **node}))


H1 = "<h1>Cranes of Faw stand still</h1>"
HEADLINE = ld(headline="Cranes of Faw stand still")


@pytest.mark.parametrize(
    ("field", "head", "above", "confidence"),
    [
        ("title", HEADLINE, H1, "high: JSON-LD and h1 agree"),
        ("title", f"{HEADLINE}<title>Cranes of Faw stand still | Tigris Post</title>", H1,
         "high: JSON-LD, h1 and title agree"),
        ("title", "", H1, "medium: h1, nobody else"),
        ("title", "<title>Cranes stand still</title>", "", "low: title, nobody else"),
        ("title", ld(headline="Why all of Faw waits for a crane"), H1, "low: JSON-LD, against h1"),
        ("title", "", "", "none: nothing says it"),
        ("headline", HEADLINE, H1, "none: the title says the same"),
        ("headline", ld(headline="Why all of Faw waits for a crane"), H1, "medium: h1, nobody else"),
        ("authors", ld(author={"name": "Nora Adel"}), '<p class="byline">By Nora Adel, Basra</p>',
         "high: JSON-LD, byline and beneath the headline agree"),
        ("authors", ld(author="Nora Adel"), '<p class="byline">By Sami Aziz</p>',
         "low: JSON-LD, against byline and beneath the headline"),
        ("authors", '<meta name="author" content="Tigris Post">', "", "none: what is said is not believed"),
        ("published", ld(datePublished="2025-01-23T21:04:00+03:00"),
         '<time datetime="2025-01-23T18:04:30Z">Thursday</time>', "high: JSON-LD and <time datetime> agree"),
        ("published", ld(datePublished="2025-01-23") + '<meta name="date" content="2025-01-20">', "",
         "low: JSON-LD, against meta date"),
        ("language", "", "", "high: letters and words, html lang and source or feed agree"),
        ("section", ld(articleSection="Ports"), "", "medium: JSON-LD, nobody else"),
        ("image", ld(image="/a.jpg") + '<meta property="og:image" content="https://tigris.example/a.jpg">', "",
         "high: meta og:image and JSON-LD agree"),
        ("image", '<meta property="og:image" content="/logo.png">', "", "none: what is said is not believed"),
        ("keywords", ld(keywords=["Faw"]) + '<meta name="keywords" content="Faw, ports">', "",
         "high: meta keywords and JSON-LD agree"),
        ("text", "", "", "medium: page, nobody else"),
    ],
)  # fmt: skip
def test_the_confidence_says_who_agrees_and_who_does_not(field: str, head: str, above: str, confidence: str) -> None:
    heading = above if above.startswith("<h1>") else f"{H1 if field == 'authors' else ''}{above}"

    assert findings(head, heading)[field].confidence == confidence


def test_the_address_alone_is_hardly_believed() -> None:
    found = findings("", H1, url="https://tigris.example/2025/01/23/cranes")["published"]

    assert (found.won, found.confidence) == ("address", "low: address, nobody else")


def test_a_body_in_json_ld_confirms_the_story_of_the_page() -> None:
    story = " ".join(
        f"The crane at pier {number} of the river port is being repaired, and its driver waits in the canteen."
        for number in range(8)
    )
    same = findings(ld(headline="Cranes of Faw stand still", articleBody=story), H1)["text"]
    other = findings(ld(headline="Cranes of Faw stand still", articleBody="Pay to read what stands here."), H1)["text"]

    assert same.confidence == "high: page and JSON-LD articleBody agree"
    assert other.confidence == "low: page, against JSON-LD articleBody"


def test_witnesses_are_heard_who_were_not_asked_when_the_field_was_chosen() -> None:
    head = ld(author="Nora Adel", datePublished="2025-01-23T21:04:00+03:00", headline="Cranes of Faw stand still")
    head += '<meta name="author" content="Desk of the South">'
    found = findings(head, f'{H1}<p class="byline">By Nora Adel</p><time>23 January 2025, 21:04</time>')

    assert ("meta author", "Desk of the South") in found["authors"].said
    assert ("seen", "23 January 2025, 21:04") in found["published"].said


@pytest.mark.parametrize("name", ["ar-byline", "ckb-relative", "kmr-json-ld", "en-microdata"])
def test_every_field_is_explained_as_it_came_out(name: str) -> None:
    article, found = explain_article(page((PAGES / f"{name}.html").read_text(encoding="utf-8")), SOURCE)

    assert list(found) == FIELDS
    for field, finding in found.items():
        value = getattr(article, field)
        level = finding.confidence.partition(":")[0]
        assert (level == "none") == (not value), f"{field}: {finding.confidence}"
        assert bool(finding.won) == bool(value)
        assert level in ("high", "medium", "low", "none")
