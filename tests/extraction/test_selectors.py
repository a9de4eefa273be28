"""What a source selects overrides every field; what it selects in vain is told, and changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from made_pages import page

from archive.article import Article
from pipelines.extraction.article import explain_article
from pipelines.extraction.witnesses import Finding
from seeds.definitions import BadValue
from seeds.selectors import Selectors
from seeds.sources import Source

STORY = "".join(
    f"<p>Pier {number} of the river port has a crane, and the crane has a nest of storks.</p>" for number in range(6)
)
PAGE = f"""<html lang="en"><head><title>Wrong title | Tigris Post</title>
<meta property="og:title" content="Wrong title"><meta name="author" content="Wrong Author">
<meta name="x-when" content="2025-01-23T21:04:00+03:00"><meta name="x-lang" content="ar">
<meta property="og:image" content="/wrong.jpg"><meta name="keywords" content="wrong"></head><body>
<h1><small>Ports</small> Right headline</h1><b class="real">Right title</b><i class="who">By Nora Adel</i>
<time class="changed" datetime="2025-01-24T08:00:00+03:00">Friday</time><span class="place">Basra</span>
<nav><a class="part" href="/x">Economy</a></nav><img class="lead" src="/right.jpg"><ul><li class="tag">Faw</li>
<li class="tag">ports, storks</li></ul>
<div class="story">{STORY}</div><div class="ad">Buy a crane!</div></body></html>"""


def explained(selectors: Selectors, html: str = PAGE) -> tuple[Article, dict[str, Finding[Any]]]:
    source = Source(id="test", name="Tigris Post", timezone="Asia/Baghdad", selectors=selectors)
    return explain_article(page(html), source)


SELECTED = [
    ("title", ".real", "Right title"),
    ("headline", "h1::text", "Right headline"),
    ("authors", ".who", ("Nora Adel",)),
    ("published", "meta[name=x-when]", "2025-01-23T21:04:00+03:00"),
    ("published", "meta[name=x-when]::attr(content)", "2025-01-23T21:04:00+03:00"),
    ("modified", "time.changed", "2025-01-24T08:00:00+03:00"),
    ("language", "meta[name=x-lang]::attr(content)", "ar"),
    ("dateline", ".place", "Basra"),
    ("section", "a.part", "Economy"),
    ("image", "img.lead", "https://tigris.example/right.jpg"),
    ("image", "img.lead::attr(src)", "https://tigris.example/right.jpg"),
    ("keywords", "li.tag", ("Faw", "ports", "storks")),
]


@pytest.mark.parametrize(("field", "selector", "value"), SELECTED)
def test_a_selector_overrides_its_field(field: str, selector: str, value: Any) -> None:
    article, findings = explained(Selectors(**{field: selector}))

    found = getattr(article, field)
    assert (found.isoformat() if field in ("published", "modified") else found) == value
    assert (findings[field].won, findings[field].confidence) == ("selector", "high: the source selects it")


def test_every_field_has_its_selector() -> None:
    _, findings = explained(Selectors())

    assert {field for field, _, _ in SELECTED} | {"text"} == set(findings)
    assert set(Selectors.__struct_fields__) == {field for field, _, _ in SELECTED} | {"body", "remove"}


@pytest.mark.parametrize("field", [*dict.fromkeys(field for field, _, _ in SELECTED), "body"])
def test_a_selector_that_matches_nothing_changes_nothing_and_is_told(field: str) -> None:
    plain, _ = explained(Selectors())
    article, findings = explained(Selectors(**{field: ".no-such-class"}))

    assert article == plain
    told = findings["text" if field == "body" else field].said[0]
    assert (told.where, told.said) == ("selector", ".no-such-class matches nothing")


@pytest.mark.parametrize(
    ("field", "selector", "told"),
    [
        ("published", ".real", ".real of no use: Right title"),
        ("language", "h1", "h1 of no use: Ports Right headline"),
        ("image", "meta[name=bad]", "meta[name=bad] of no use: javascript:alert(1)"),
    ],
)
def test_what_is_selected_and_cannot_be_read_is_told_with_what_it_says(field: str, selector: str, told: str) -> None:
    html = PAGE.replace("</head>", '<meta name="bad" content="javascript:alert(1)"></head>')
    plain, _ = explained(Selectors(), html)
    article, findings = explained(Selectors(**{field: selector}), html)

    assert article == plain
    assert findings[field].said[0].said == told


def test_what_is_removed_is_out_of_every_field() -> None:
    selectors = Selectors(headline="h1", body=".story", remove="h1 small, .story p:first-child")
    article, _ = explained(selectors)

    assert article.text.startswith("Pier 1 ")
    assert article.headline == "Right headline"


@pytest.mark.parametrize(
    ("selectors", "fault"),
    [
        (Selectors(title="h1["), "selectors.title: is not a CSS selector"),
        (Selectors(image="img::nonsense(src)"), "selectors.image: is not a CSS selector"),
        (Selectors(body="p::text"), "selectors.body: must select elements"),
        (Selectors(remove="a::attr(href)"), "selectors.remove: must select elements"),
    ],
)
def test_a_selector_that_cannot_work_is_refused_with_its_key(selectors: Selectors, fault: str) -> None:
    with pytest.raises(BadValue, match=fault.replace(".", r"\.")):
        Source(id="test", name="Tigris Post", selectors=selectors)


def test_the_documentation_names_every_selector() -> None:
    desk = (Path(__file__).parents[2] / "docs" / "desk.md").read_text(encoding="utf-8")
    row = next(line for line in desk.splitlines() if line.startswith("| `[source.selectors]`"))

    assert all(f"`{key}`" in row for key in Selectors.__struct_fields__)
