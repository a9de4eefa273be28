"""Facts that a page of an article or of a search tells, where it once told another: days, delays, numbers, names."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from article_shelf import NOON, Shelf, arrival, tagged
from looking import Look
from parsel import Selector

from archive.plain import plain
from archive.web.wording import words_of


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "desk").begin()


def text_of(element: Any) -> str:
    return plain("".join(element.xpath(".//text()").getall()))


def page_of(shelf: Shelf, path: str, **how: Any) -> Selector:
    return Selector(shelf.get(path, **how).text)


@pytest.mark.parametrize("offset", [-10, -9.5, -5, -3.5, 0, 3, 5.75, 9, 12, 13, 13.75])
@pytest.mark.parametrize("desk", ["Asia/Baghdad", "America/Los_Angeles", "Pacific/Auckland", "UTC"])
def test_a_day_is_that_of_the_zone_in_which_it_was_told(offset: float, desk: str) -> None:
    midnight = datetime(2026, 3, 15, tzinfo=timezone(timedelta(hours=offset)))
    words = words_of("en", ZoneInfo(desk))
    assert words.moment(midnight, precision="day") == "15 Mar 2026"


def test_an_article_tells_the_day_that_its_newspaper_told_everywhere(shelf: Shelf) -> None:
    midnight = datetime(2026, 3, 15, tzinfo=timezone(timedelta(hours=9)))
    told = {"published": midnight.astimezone(UTC), "published_zone": "+09:00", "published_precision": "day"}
    [article] = shelf.put(arrival(published_raw="2026-03-15", **told))
    page = page_of(shelf, f"/articles/{article}")
    assert "15 Mar 2026" in text_of(page.css(".masthead .about")[0])
    assert "15 Mar 2026" in text_of(page.css(".times tbody tr")[0])
    found = page_of(shelf, "/search").css(".about time")
    assert text_of(found[0]) == "15 Mar 2026"  # and no hours ago


def test_an_edit_of_the_date_tells_no_hour_that_nobody_told(shelf: Shelf) -> None:
    day = {"published": NOON.replace(hour=4), "published_raw": "2026-03-14", "published_precision": "day"}
    later = {**day, "published": NOON.replace(day=16, hour=4), "published_raw": "2026-03-16"}
    [article, _] = shelf.put(arrival(**day), arrival(minute=60, **later))
    assert "The date: 14 Mar 2026 → 16 Mar 2026" in text_of(page_of(shelf, f"/articles/{article}").css("#edits")[0])


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(12.7, "12 minutes later"), (89, "1 hour and 29 minutes later"), (120, "2 hours later"),
     (160, "2 hours and 40 minutes later"), (51 * 60, "2 days and 3 hours later")],
)  # fmt: skip
def test_a_copy_tells_its_delay_to_the_minute(shelf: Shelf, minutes: float, told: str) -> None:
    published = [NOON, NOON + timedelta(minutes=minutes)]
    ids = shelf.put(*(
        dataclasses.replace(
            arrival(number, url=f"https://wire{number}.example/a", published=at), seen=NOON + timedelta(days=9)
        )
        for number, at in enumerate(published)
    ))  # fmt: skip
    shelf.run("UPDATE article_head SET story = ?", ids[0])
    shelf.run("UPDATE stories SET articles = 2, first_article = ? WHERE id = ?", ids[0], ids[0])
    copies = page_of(shelf, f"/articles/{ids[0]}").css("#copies li strong")
    assert [text_of(one) for one in copies] == ["the first", told]


def test_a_copy_that_tells_a_day_is_told_no_minute_of_it(shelf: Shelf) -> None:
    day = {"published": NOON.replace(hour=4), "published_raw": "2026-03-14", "published_precision": "day"}
    ids = shelf.put(arrival(1), dataclasses.replace(arrival(2, **day), seen=NOON + timedelta(days=9)))
    shelf.run("UPDATE article_head SET story = ?", ids[0])
    shelf.run("UPDATE stories SET articles = 2, first_article = ? WHERE id = ?", ids[0], ids[0])
    copies = page_of(shelf, f"/articles/{ids[0]}").css("#copies li")
    assert [text_of(one.css("time")[0]) for one in copies] == ["14 Mar 2026 15:01", "14 Mar 2026"]


def test_evidence_that_is_too_much_to_be_marked_is_counted_all_the_same(shelf: Shelf) -> None:
    places = [(number, number + 2) for number in range(0, 1_600, 4)]
    topics = ["factions", "isis", "syria"]
    tags = [tagged(topic, places, rule=f"rule[{number}]") for number, topic in enumerate(topics)]
    [article] = shelf.put(arrival(text="word " * 400, tags=tags))
    page = page_of(shelf, f"/articles/{article}")
    told = [text_of(one.css("p.soft")[0]) for one in page.css(".legend .told")]
    assert [line.split(" · ")[0] for line in told] == ["400 places"] * 3
    assert [text_of(one) for one in page.css(".legend li .soft")] == ["(400)"] * 3
    assert "600 more places are not marked." in text_of(page.css(".body")[0])
    marked = page.css(".prose .evidence")
    assert len(marked) == 200  # from the beginning on, for each of the topics
    assert {one.attrib["data-topics"] for one in marked} == {"1 2 3"}


def test_an_error_behind_a_saved_search_is_pointed_at_where_it_is(shelf: Shelf) -> None:
    wrong = page_of(shelf, "/search?q=saved:bridges+since:tomorrow").css("#wrong .place")
    assert text_of(wrong.css("mark")[0]) == "t"
    assert text_of(wrong[0]) == "(bridge OR جسر) since:tomorrow"


@pytest.mark.parametrize("suffix", ["", ".atom", ".json", ".csv"])
@pytest.mark.parametrize("name", ["bridges", "bridge"])
def test_in_public_no_saved_search_is_told_or_used(shelf: Shelf, suffix: str, name: str) -> None:
    shelf.put(arrival(title="A bridge"))
    answer = shelf.get(f"/search{suffix}?q=saved:{name}", public=True)
    assert answer.status_code == 400
    assert "did you mean" not in answer.text
    assert "bridges" not in shelf.get("/", public=True).text


@pytest.mark.parametrize(
    ("query", "told"),
    [("text -topic:isi", "no topic of this name: isi · Perhaps: isis"), ("site:herld.example", "from this site: herld"),
     ("text OR source:hera", "no source of this name: hera")],
)  # fmt: skip
def test_an_unknown_name_is_told_also_where_something_is_found(shelf: Shelf, query: str, told: str) -> None:
    shelf.put(arrival(text="Some text.", tags=[tagged("isis", [(0, 4)])]))
    page = page_of(shelf, f"/search?q={quote(query)}")
    assert told in text_of(page.css("main")[0])
    assert len(page.css("article.entry")) == ("site" not in query)
    assert not page_of(shelf, "/search?q=text+-topic:isis+site:herald.example").css(".unknown")


@pytest.mark.parametrize("letter", ["a", "ع", "ێ"])
def test_a_query_may_have_two_thousand_letters(shelf: Shelf, letter: str) -> None:
    answer = shelf.get(f"/search?q={quote(letter * 2_000)}&topic=isis&since=7d")
    assert (answer.status_code, "Nothing was found." in answer.text) == (200, True)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_stories_are_grouped_without_a_second_look_as_by_one(
    shelf: Shelf, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = shelf.put(*(arrival(number, text="Stands.") for number in range(60)))
    shelf.run("UPDATE article_head SET story = id")
    for first, copy in zip(ids, ids[45:], strict=False):
        shelf.run("UPDATE article_head SET story = ? WHERE id = ?", first, copy)
    shown = page_of(shelf, f"/search?q=stands&group=story&page={page}").css(".headline::attr(href)").getall()
    monkeypatch.setattr("archive.web.pages.search.COUNTED_TO", 10)
    assert page_of(shelf, f"/search?q=stands&group=story&page={page}").css(".headline::attr(href)").getall() == shown
    assert len(shown) == (5 if page == 3 else 20)


def test_a_language_counts_all_that_it_narrows_to(shelf: Shelf) -> None:
    languages = ["en", "en", "en-GB", "ar-IQ", None]
    shelf.put(*(arrival(number, language=language) for number, language in enumerate(languages)))
    items = page_of(shelf, "/search").css("section[aria-labelledby=facet-language] li")
    told = {text_of(item.xpath("*")[0]): text_of(item.css(".number")[0]) for item in items}
    assert told == {"English": "3", "English (en-GB)": "1", "Arabic (ar-IQ)": "1", "language not known": "1"}
    for item in items.xpath("self::*[a]"):
        narrowed = page_of(shelf, item.css("a::attr(href)").get(""))
        assert text_of(narrowed.css("#found")[0]).split()[0] == text_of(item.css(".number")[0])


def test_a_hint_leaves_room_for_what_it_tells_of_on_a_small_screen(look: Look) -> None:
    with look.at("/search?q=topic:oil*+topic:gas*", language="ar", width=360) as page:
        page.click("article.entry .headline >> nth=0")
        page.wait_for_load_state("networkidle")
        heights = page.evaluate(
            """Array.from(document.querySelectorAll(".evidence"), (one) => {
                one.focus();
                return one.querySelector(".tip").getBoundingClientRect().height / window.innerHeight;
            })"""
        )
    assert heights
    assert max(heights) <= 0.46


@pytest.mark.parametrize("path", ["/search", "/search?topic=isis", "/search?q=text+OR+drone&topic=isis&topic=syria",
                                  "/search?q=text&language=en&source=herald"])  # fmt: skip
def test_a_facet_leads_to_as_many_as_it_counts(shelf: Shelf, path: str) -> None:
    topics = ("isis", "syria", "us_withdrawal")
    shelf.put(*(
        arrival(number, text="Some text.", language=("en", "ar")[number % 2],
                tags=[tagged(topic, [(0, 4)]) for place, topic in enumerate(topics) if number % (place + 2) == 0])
        for number in range(24)
    ))  # fmt: skip
    items = [one for one in page_of(shelf, path).css(".facets li") if not one.css("[aria-current]")]
    assert items
    for item in items:
        narrowed = page_of(shelf, item.css("a::attr(href)").get(""))
        assert text_of(narrowed.css("#found")[0]).split()[0] == text_of(item.css(".number")[0])
