"""The quality gate: on how many pages of our own each field is right, whole and damaged, pinned from below.

The pages themselves are tested one by one elsewhere. Here parts of them are taken away or put in: what one witness
said, another must tell as well, and where none is left the field must be empty and not false. `quality.toml` has for
each damage and field the share of right values that is reached today, and that of false ones, in percent; a change for
the worse fails with the whole table. After one for the better, or with new pages, `python test_quality.py` pins anew.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml.html import HtmlElement, document_fromstring, fragment_fromstring, tostring

from archive.article import Article
from pipelines.extraction.article import Unusable, extract_article
from pipelines.extraction.decoding import decode
from pipelines.page import Page
from seeds.definitions import convert
from seeds.sources import Source

FOLDER = Path(__file__).parent / "pages"
FETCHED = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
FIELDS = ("title", "authors", "published", "language", "dateline", "text")
SAME_TEXT = 0.9  # F1 of the lines: a caption too many is no other story

OTHER_JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Windmill of Erbil turns again", "url": "https://elsewhere.example/wind/mill", "inLanguage": "en",
"author": {"@type": "Person", "name": "Wanda Miller"}, "datePublished": "2019-02-03T04:05:06Z",
"articleBody": "The windmill turns again, said its miller, after a winter in which it stood still for want of grease."}
</script>"""
OTHER_ITEM = """<div itemscope itemtype="https://schema.org/NewsArticle"><a href="/wind/mill" itemprop="url">
<span itemprop="headline">Windmill of Erbil turns again</span></a><meta itemprop="datePublished"
content="2019-02-03T04:05:06Z"><span itemprop="author">Wanda Miller</span></div>"""


def without(*paths: str) -> Callable[[HtmlElement], None]:
    def damage(tree: HtmlElement) -> None:
        for element in [element for path in paths for element in tree.xpath(path)]:
            element.drop_tree()

    return damage


def without_heading(tree: HtmlElement) -> None:
    """Sites write headlines into anything."""
    for element in tree.iter("h1"):
        element.tag = "div"


def without_names(tree: HtmlElement) -> None:
    """Classes and ids that a build tool made tell nothing."""
    for element in tree.iter():
        for name in ("class", "id"):
            element.attrib.pop(name, None)


def boxes_first(tree: HtmlElement) -> None:
    """What stood behind the article stands before it."""
    body = tree.find("body")
    assert body is not None
    story = next(iter(body.xpath("./*[descendant-or-self::h1]")), None)
    if story is not None:
        behind = list(story.itersiblings())
        for box in behind:
            body.remove(box)
            body.insert(0, box)


def another_story(markup: str, where: str) -> Callable[[HtmlElement], None]:
    def damage(tree: HtmlElement) -> None:
        place = tree.find(where)
        assert place is not None
        place.insert(0, fragment_fromstring(markup))

    return damage


DAMAGES: dict[str, Callable[[HtmlElement], None]] = {
    "nothing": lambda tree: None,
    "no JSON-LD": without("//script[contains(@type, 'ld+json')]"),
    "no meta": without("//meta[not(@charset)]"),
    "no <title>": without("//head/title"),
    "no h1": without_heading,
    "no class, no id": without_names,
    "no declarations": without("//script[contains(@type, 'ld+json')]", "//meta[not(@charset)]", "//head/title"),
    "boxes first": boxes_first,
    "another's JSON-LD": another_story(OTHER_JSON_LD, "head"),
    "another's item": another_story(OTHER_ITEM, "body"),
}

PIN = Path(__file__).with_name("quality.toml")
PINNED: dict[str, dict[str, list[int]]] = tomllib.loads(PIN.read_text(encoding="utf-8"))


@dataclass
class Tally:
    """What became of one field."""

    right: int = 0
    false: list[str] = field(default_factory=list)
    all: int = 0

    @property
    def share(self) -> int:
        return 100 * self.right // (self.all or 1)

    @property
    def share_false(self) -> int:
        return -(-100 * len(self.false) // (self.all or 1))


def test_whole_pages_are_right_in_every_field_and_language() -> None:
    wrong = {key: tally.false for key, tally in tallies("nothing", by_language=True).items() if tally.share < 100}

    assert not wrong
    assert {key.partition(" ")[0] for key in tallies("nothing", by_language=True)} >= {
        "en", "ar", "ckb", "kmr", "sdh", "fa",
    }  # fmt: skip


@pytest.mark.parametrize("damage", [damage for damage in DAMAGES if damage != "nothing"])
def test_a_damaged_page_keeps_its_fields_or_leaves_them_empty(damage: str) -> None:
    found = tallies(damage)
    worse = [
        name for name, (right, false) in PINNED[damage].items()
        if found[name].share < right or found[name].share_false > false
    ]  # fmt: skip

    assert not worse, "\n" + table(damage, found)


def test_another_storys_markup_gives_this_page_nothing() -> None:
    for damage in ("another's JSON-LD", "another's item"):
        for file in files():
            article = read(file, damage)
            assert article is not None
            assert "Windmill" not in f"{article.title}{article.headline}"
            assert "Wanda Miller" not in article.authors
            assert article.published is None or article.published.year != 2019


def table(damage: str, found: dict[str, Tally]) -> str:
    """The figures of one damage beside those that are pinned."""
    lines = [f"{damage}: field, right % (pinned), false % (pinned), all, false on"]
    for name, tally in found.items():
        right, false = PINNED[damage].get(name, (0, 0))
        figures = f"{tally.share:>4} ({right})  {tally.share_false:>4} ({false})  {tally.all:>4}"
        lines.append(f"{name:<10} {figures}  {' '.join(tally.false)}")
    return "\n".join(lines)


def tallies(damage: str, *, by_language: bool = False) -> dict[str, Tally]:
    """What became of each field of all pages, by the name of the field, or by language and field."""
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for file in files():
        for name, verdict in verdicts(file, damage):
            tally = found[f"{file.stem.partition('-')[0]} {name}" if by_language else name]
            tally.all += 1
            tally.right += verdict == "right"
            if verdict == "false":
                tally.false.append(file.stem)
    return dict(found)


def verdicts(file: Path, damage: str) -> Iterator[tuple[str, str]]:
    """For each field that the page has: right, false, or missing."""
    expected = expectation(file)["article"]
    article = read(file, damage)
    for name in FIELDS:
        if not (wanted := expected.get(name)):
            continue
        value = getattr(article, name) if article else None
        if not value:
            yield name, "missing"
        elif article and name == "published":
            yield name, "right" if same_time(article, datetime.fromisoformat(wanted)) else "false"
        elif name == "text":
            yield name, "right" if likeness(value.split("\n"), wanted) >= SAME_TEXT else "false"
        else:
            yield name, "right" if (list(value) if name == "authors" else value) == wanted else "false"


def same_time(article: Article, wanted: datetime) -> bool:
    """Whether it is the minute, or the day where a page that lost its hour tells no more."""
    assert article.published is not None
    if article.published_precision == "day":
        return article.published.date() == wanted.astimezone(article.published.tzinfo).date()
    return abs((article.published - wanted).total_seconds()) < 60


def likeness(lines: list[str], wanted: list[str]) -> float:
    return 2 * len(set(lines) & set(wanted)) / (len(set(lines)) + len(set(wanted)))


@cache
def files() -> list[Path]:
    return sorted(FOLDER.glob("*.html"))


@cache
def expectation(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def read(file: Path, damage: str) -> Article | None:
    """The article of a page that *damage* was done to; None where there seems to be none."""
    expected = expectation(file)
    source = convert(file, {"id": "test", **expected["source"]}, Source)
    kind = expected.get("content_type", "text/html; charset=utf-8")
    page = as_fetched(expected["url"], file.read_bytes(), kind)
    if damage != "nothing":
        tree = document_fromstring(re.sub(r"^<\?xml[^>]*>", "", decode(page)))
        DAMAGES[damage](tree)
        page = as_fetched(expected["url"], tostring(tree, encoding="utf-8"), "text/html; charset=utf-8")
    try:
        return extract_article(page, source)
    except Unusable:
        return None


def as_fetched(url: str, body: bytes, kind: str) -> Page:
    headers = (("Content-Type", kind),)
    return Page(url=url, requested=url, source="test", status=200, headers=headers, body=body, fetched=FETCHED)


def pinned() -> str:
    """The figures of today, as the file has them."""
    lines = [
        "# Of the pages that have the field, percent that are right and percent that are false; see test_quality.py."
    ]
    for damage in DAMAGES:
        lines.append(f'["{damage}"]')
        lines += [f"{name} = [{tally.share}, {tally.share_false}]" for name, tally in sorted(tallies(damage).items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PIN.write_text(pinned(), encoding="utf-8")
