"""The page that searches: what is found, what it has in common, its pages and feeds, and what is not understood."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import feedparser
import pytest
from article_shelf import NOON, Shelf, arrival, tagged
from atom_rules import faults_of_atom, faults_of_json_feed
from hypothesis import given, settings
from hypothesis import strategies as st
from looking import Look, Served
from parsel import Selector

from archive.database import open_archive
from archive.plain import plain
from archive.search import COUNTED_TO, Filters, search
from archive.web.access import Access
from archive.web.days import bars
from archive.web.pages.search import A_PAGE, read_search
from archive.web.view import Asked
from archive.web.wording import words_of
from crawler.desk import Desk
from crawler.facing import face_of

BAGHDAD = ZoneInfo("Asia/Baghdad")
WORDS = {"en": "bridge", "ar": "جسر", "ckb": "پرد", "kmr": "pira"}
HREF = "a::attr(href)"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A desk with 120 articles in four languages, of three sources and two topics, over five days."""
    made = Shelf(tmp_path_factory.mktemp("search") / "desk").begin()
    languages = list(WORDS)
    made.put(
        *(
            arrival(
                number, source=f"wire{number % 3}", language=languages[number % 4],
                title=f"{WORDS[languages[number % 4]]} {number}",
                text=f"Number {number}. {number * 7919} stands alone.",
                published=NOON + timedelta(hours=number), published_zone="+00:00",
                tags=[tagged(topic, [(0, 6)]) for topic, each in (("isis", 2), ("syria", 5)) if number % each == 0],
            )
            for number in range(120)
        )
    )  # fmt: skip
    return made


def text_of(element: Any) -> str:
    return plain("".join(element.xpath(".//text()").getall()))


def facet_of(page: Selector, name: str) -> dict[str, int]:
    """The values of a facet and their numbers, by what its links ask for."""
    found = {}
    for item in page.css(f"section[aria-labelledby=facet-{name}] li"):
        asked = parse_qs(urlsplit(item.css(HREF).get("")).query)
        _, is_in_query, value = asked.get("q", [""])[0].rpartition(f"{name}:")
        found[value if is_in_query else asked.get(name, [""])[-1]] = int(
            text_of(item.css(".number")[0]).replace(",", "")
        )
    return found


@pytest.mark.parametrize("path", ["/search", "/search?q=bridge", "/search?q=stands&topic=isis", "/search?source=wire1"])
def test_facets_count_what_an_independent_count_counts(shelf: Shelf, path: str) -> None:
    asked = parse_qs(urlsplit(path).query)
    with closing(sqlite3.connect(shelf.archive)) as db:
        rows = db.execute(
            "SELECT id, source, language, published, title || text, "
            "(SELECT group_concat(topic) FROM tags WHERE article = articles.id) FROM articles"
        ).fetchall()
    rows = [
        row for row in rows
        if asked.get("q", [""])[0] in row[4] and asked.get("topic", [""])[0] in (row[5] or "")
        and asked.get("source", [""])[0] in row[1]
    ]  # fmt: skip
    page = Selector(shelf.get(path).text)
    topics = Counter(topic for row in rows for topic in (row[5] or "").split(",") if topic)
    assert text_of(page.css("#found")[0]) == f"{len(rows)} articles"
    given_topics = {name: number for name, number in facet_of(page, "topic").items() if name}
    assert given_topics.items() >= {**topics, **dict.fromkeys(asked.get("topic", []), len(rows))}.items() - {
        (name, topics[name]) for name in asked.get("topic", [])
    }  # the link of a chosen one takes it off
    if "source" not in asked:
        assert facet_of(page, "source") == Counter(row[1] for row in rows)
    assert facet_of(page, "language") == Counter(row[2] for row in rows)
    days = Counter(_day(row[3]) for row in rows)
    numbers = {
        text_of(row.css("th")[0]): int(text_of(row.css("td")[0])) for row in page.css("#by-day tbody tr")
    }  # fmt: skip
    assert {day: number for day, number in numbers.items() if number} == {
        words_of("en", BAGHDAD).day(day): number for day, number in days.items()
    }


def _day(stored: str) -> date:
    return datetime.fromisoformat(stored).astimezone(BAGHDAD).date()


def test_a_facet_narrows_and_is_taken_off(shelf: Shelf) -> None:
    page = Selector(shelf.get("/search?q=stands").text)
    number = facet_of(page, "topic")["syria"]
    links = page.css("section[aria-labelledby=facet-topic] li " + HREF).getall()
    narrower = next(link for link in links if "syria" in link)
    narrowed = Selector(shelf.get(narrower).text)
    assert text_of(narrowed.css("#found")[0]) == f"{number} articles"
    back = narrowed.css(".chosen a.chip::attr(href)").getall()
    assert back == ["/search?q=stands"]
    day = next(link for link in page.css("#by-day th " + HREF).getall() if "2026-03-15" in link)
    of_day = Selector(shelf.get(day).text)
    assert text_of(of_day.css("#found")[0]) == "24 articles"
    assert "Day 2026-03-15" in text_of(of_day.css(".chip")[0])


@pytest.mark.parametrize("language", list(WORDS))
def test_what_was_found_is_marked_in_its_own_direction(shelf: Shelf, language: str) -> None:
    page = Selector(_asked(shelf, WORDS[language]).text)
    assert page.css("#query").attrib["dir"] == "auto"
    first = page.css("article.entry")[0]
    assert text_of(first.css(".headline mark")[0]) == WORDS[language]
    assert first.css(".headline").attrib["dir"] == ("rtl" if language in ("ar", "ckb") else "ltr")
    assert first.css(".headline").attrib["lang"] == language
    assert len(page.css("article.entry")) == A_PAGE


def _asked(shelf: Shelf, query: str, path: str = "/search") -> Any:
    return shelf.get(f"{path}?q={quote(query)}")


@pytest.mark.parametrize("path", ["/search", "/search?q=stands", "/search?q=stands&sort=relevance",
                                  "/search?q=stands&group=story", "/search?topic=isis"])  # fmt: skip
def test_its_pages_show_each_article_once(shelf: Shelf, path: str) -> None:
    found, address, pages = [], path, 0
    while address:
        page = Selector(shelf.get(address).text)
        found += [int(link.rsplit("/", 1)[1]) for link in page.css("article.entry .headline::attr(href)").getall()]
        address = page.css("a[rel=next]::attr(href)").get()
        pages += 1
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    how = {name: asked[name] for name in ("sort", "group") if name in asked}
    with closing(open_archive(shelf.archive, read_only=True)) as db:
        filters = Filters(topics=[asked["topic"]] if "topic" in asked else [])
        expected = [hit.id for hit in search(db, asked.get("q", ""), filters=filters, limit=1_000, **how)]  # type: ignore[arg-type]
    assert found == expected
    assert pages == -(-len(expected) // A_PAGE)


def test_pages_behind_the_counted_ones_go_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archive.web.pages.search.COUNTED_TO", 30)
    page = Selector(shelf.get("/search?q=stands").text)
    assert "More than 30 articles" in text_of(page.css("#found")[0])
    assert "Counted over the newest 30." in text_of(page.css(".facets")[0])
    assert sum(facet_of(page, "source").values()) == 30
    for _ in range(2):
        page = Selector(shelf.get(page.css("a[rel=next]::attr(href)").get("")).text)
    headlines = [text_of(one) for one in page.css("article.entry .headline")]
    assert [line.split()[-1] for line in headlines] == [str(number) for number in range(79, 59, -1)]
    assert COUNTED_TO == 1_000


@pytest.mark.parametrize(
    ("query", "why", "at"),
    [
        ("bridge (a b", 'a "(" without its ")"', "("),
        ('say "this', "a quotation mark without its partner", '"'),
        ("a OR", '"OR" has nothing behind it', "␣"),
        ("topc:isis", 'there is no "topc:"; did you mean "topic:"?', "t"),
        ("since:tomorrow", "must be a span such as", "t"),
        ("saved:bridge", 'did you mean "bridges"?', "b"),
        ("ab*", "needs at least 3 letters", "a"),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(shelf: Shelf, query: str, why: str, at: str) -> None:
    answer = _asked(shelf, query)
    told = Selector(answer.text).css("#wrong")
    assert answer.status_code == 400
    assert why in text_of(told[0])
    assert text_of(told.css("mark")[0]) == at
    assert Selector(answer.text).css("#query").attrib["value"] == query
    for path in ("/search.atom", "/search.json", "/search.csv"):
        assert _asked(shelf, query, path).status_code == 400


@pytest.mark.parametrize("field", ["since", "until"])
def test_a_time_that_is_none_is_told(shelf: Shelf, field: str) -> None:
    answer = shelf.get(f"/search?{field}=soon")
    assert (answer.status_code, "must be a span such as 24h" in plain(answer.text)) == (400, True)


def test_a_saved_search_is_found_by_its_name(shelf: Shelf) -> None:
    assert "60 articles" in shelf.get("/search?q=saved:bridges").text


@pytest.mark.parametrize(
    ("path", "told", "link"),
    [
        ("/search?topic=isi", "no topic of this name: isi · Perhaps: isis", "/search?topic=isis"),
        ("/search?q=source:wir1", "no source of this name: wir1 · Perhaps: wire1", "/search?q=source%3Awire1"),
        ("/search?language=fi", "no article in this language: fi", None),
        ("/search?q=lang:ku+source:wire*+zzzz", "Nothing was found.", None),
    ],
)
def test_a_name_that_nobody_knows_is_told_where_nothing_is_found(
    shelf: Shelf, path: str, told: str, link: str | None
) -> None:
    page = Selector(shelf.get(path).text)
    assert told in text_of(page.css("main")[0])
    assert page.css(".unknown a::attr(href)").get() == link


@settings(max_examples=40)
@given(
    q=st.text(max_size=40) | st.lists(st.sampled_from(['"', "(", ")", "OR", "-", "topic:", "since:7d", "جسر", "*", "\0",
                                                       "\ud800", "saved:bridges", "bridge"]), max_size=8).map(" ".join),
    values=st.dictionaries(
        st.sampled_from(["topic", "source", "language", "since", "until", "sort", "group", "before", "page"]),
        st.lists(st.text(max_size=12) | st.sampled_from(["-1", "9" * 30, "2026", "*", "٣", "relevance"]), max_size=3),
        max_size=4,
    ),
)  # fmt: skip
def test_nothing_that_is_asked_breaks_the_page(shelf: Shelf, q: str, values: dict[str, list[str]]) -> None:
    asked = _asked_of(shelf, {"q": [q], **{name: some for name, some in values.items() if some}})
    with closing(open_archive(shelf.archive, read_only=True)) as db:
        found = read_search(db, asked)
    assert (found["wrong"] is None) == ("count" in found)
    assert found["question"].address().startswith("/search")


def _asked_of(shelf: Shelf, args: dict[str, list[str]], access: Access = "owner") -> Asked:
    face = _FACES.setdefault(shelf.root, face_of(Desk(shelf.root)))
    return Asked(
        face=face, words=words_of("en", BAGHDAD), access=access, now=datetime(2026, 4, 1, tzinfo=UTC), args=args
    )  # fmt: skip


_FACES: dict[Path, Any] = {}


def test_its_feeds_are_valid_and_hold_what_the_page_shows(shelf: Shelf) -> None:
    query = "?q=stands&topic=isis&topic=syria&language=ar"
    page = Selector(shelf.get(f"/search{query}").text)
    feed = page.css("link[type='application/atom+xml']::attr(href)").get("")
    shown = [link.rsplit("/", 1)[1] for link in page.css("article.entry .headline::attr(href)").getall()]
    answer = shelf.get(feed)
    assert faults_of_atom(answer.content) == []
    read = feedparser.parse(answer.content)
    assert not read.bozo
    assert [entry.link.rsplit("/", 1)[1] for entry in read.entries] == shown
    assert shelf.get(feed, **{"if-none-match": answer.headers["etag"]}).status_code == 304
    told = shelf.get(page.css("link[type='application/feed+json']::attr(href)").get(""))
    assert faults_of_json_feed(told.content) == []
    assert [item["url"].rsplit("/", 1)[1] for item in told.json()["items"]] == shown


def test_a_feed_tells_what_came_late_and_each_story_once(tmp_path: Path) -> None:
    made, now = Shelf(tmp_path / "shelf").begin(), datetime.now(UTC)
    fresh = [arrival(number, published=now - timedelta(minutes=number)) for number in range(60)]
    late, old = (arrival(number, published=now - timedelta(days=9)) for number in (70, 71))
    ids = made.put(*fresh, late, old)
    seen = (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    made.run("UPDATE article_head SET first_seen = ? WHERE id <> ?", seen, ids[-1])
    told = [item["url"].rsplit("/", 1)[1] for item in made.get("/search.json?q=text").json()["items"]]
    assert told == [str(number) for number in sorted(ids[:60], reverse=True)] + [str(ids[60])]
    made.run("UPDATE article_head SET story = ?", ids[0])
    made.run("UPDATE stories SET articles = 62 WHERE id = ?", ids[0])
    [item] = made.get("/search.json?q=text&group=story").json()["items"]
    assert item["id"].endswith(f"stories/{ids[0]}")


def test_the_archive_that_is_empty_says_what_to_do(tmp_path: Path) -> None:
    empty = Shelf(tmp_path / "shelf").begin()
    assert "khabar crawl fills it" in empty.get("/search").text
    assert shelf_feed_is_empty(empty)


def shelf_feed_is_empty(empty: Shelf) -> bool:
    answer = empty.get("/search.atom")
    return answer.status_code == 200 and feedparser.parse(answer.content).entries == []


def test_in_public_one_may_search_and_sees_snippets_alone(shelf: Shelf) -> None:
    page = Selector(shelf.get("/search?q=stands", public=True).text)
    assert len(page.css("article.entry")) == A_PAGE
    assert all(len(text_of(snippet)) <= 242 for snippet in page.css(".snippet"))
    assert page.css("a[href*='search.csv']")
    assert not page.css("a[href*='jsonl'], a[href*='csv-excel']")
    assert "saved:bridges" not in shelf.get("/search", public=True).text


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], []),
        (["2026-03-01", "2026-03-03"], [("2026-03-01", 1), ("2026-03-02", 0), ("2026-03-03", 1)]),
        (["2025-11-30", "2026-01-02", "2026-03-02"],
         [("2025-11", 1), ("2025-12", 0), ("2026-01", 1), ("2026-02", 0), ("2026-03", 1)]),
        (["1990-01-01", "2026-03-02"], [("1990", 1), ("2026", 1)]),
    ],
)  # fmt: skip
def test_many_days_are_drawn_as_months_and_more_as_years(days: list[str], expected: list[tuple[str, int]]) -> None:
    found = bars(Counter(map(date.fromisoformat, days)))
    assert [(bar.at, bar.articles) for bar in found] == expected


@pytest.fixture
def searching(look: Look, served: Served) -> Iterator[Any]:
    """The search of the demo desk in a browser."""
    with look.at("/search") as page:
        yield page


def test_a_search_is_asked_by_the_keyboard(searching: Any) -> None:
    searching.keyboard.press("/")
    assert searching.evaluate("document.activeElement.id") == "query"
    searching.keyboard.type("العراق")
    assert searching.evaluate("getComputedStyle(document.activeElement).direction") == "rtl"
    searching.select_option("#by-source", "sidra")
    searching.keyboard.press("Tab")
    searching.click(".asking button")
    searching.wait_for_load_state("networkidle")
    assert "source=sidra" in searching.url
    assert searching.locator("article.entry .headline mark").count() > 0
    searching.keyboard.press("j")
    assert searching.evaluate("document.activeElement.className") == "headline"
    assert searching.locator(".chip").count() == 1
