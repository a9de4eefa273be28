"""The page of an article: its times, copies, edits and file, and what becomes of one that is not there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from article_shelf import NOON, Shelf, arrival, tagged
from parsel import Selector

from archive.plain import plain
from archive.times import zone_named
from archive.web.wording import words_of
from archive.web.zones import columns, time_rows

EDITS = {
    "en": ("The bridge was closed. Three were hurt.", "The bridge was closed. Four were hurt."),
    "ar": ("أُغلق الجسر القديم. أصيب ثلاثة.", "أُغلق الجسر القديم. أصيب أربعة."),
    "ckb": ("پردە کۆنەکە داخرا. سێ کەس بریندار بوون.", "پردە کۆنەکە داخرا. چوار کەس بریندار بوون."),
    "kmr": ("Pira kevn hat girtin. Sê kes birîndar bûn.", "Pira kevn hat girtin. Çar kes birîndar bûn."),
}
CHANGED = {"en": ("Three", "Four"), "ar": ("ثلاثة", "أربعة"), "ckb": ("سێ", "چوار"), "kmr": ("Sê", "Çar")}
REST = "\n" + "\n".join(f"Paragraph number {number} stays as it was, whatever else is edited." for number in range(6))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A desk without articles."""
    return Shelf(tmp_path / "shelf").begin()


def khabar(desk: Any, shelf: Shelf, *args: str) -> str:
    """What the command says of the shelf's desk. *desk* is another's."""
    done = type(desk)(shelf.root).khabar(*args)
    assert done.returncode == 0, done.stderr
    said: str = done.stdout
    return said


def text_of(element: Selector) -> str:
    return plain("".join(element.xpath(".//text()").getall()))


def test_the_times_stand_in_the_zone_of_the_source_of_the_desk_and_in_utc(shelf: Shelf) -> None:
    [article] = shelf.put(arrival(5))
    table = Selector(shelf.get(f"/articles/{article}").text).css("table.times")
    assert [text_of(head) for head in table.css("thead th")][1:] == ["source -04:00", "desk Asia/Baghdad", "UTC"]
    published = [text_of(cell) for cell in table.css("tbody tr")[0].css("th, td")]
    assert published == ["published", "14 Mar 2026 08:05", "15:05", "12:05"]


def test_of_a_day_without_an_hour_no_hour_is_told(shelf: Shelf) -> None:
    midnight = NOON.replace(hour=4)
    [article] = shelf.put(arrival(published=midnight, published_precision="day"))
    row = Selector(shelf.get(f"/articles/{article}").text).css("table.times tbody tr")[0]
    assert [text_of(cell) for cell in row.css("td")] == ["14 Mar 2026 (the day only)", "–", "–"]


def test_zones_that_show_the_same_are_one_column_and_another_day_is_told_whole() -> None:
    article = {"published": "2026-10-25T22:30:00Z", "published_zone": "+03:00", "published_precision": "minute",
               "modified": None, "first_seen": "2026-10-25T22:40:00Z", "last_seen": "2026-10-25T22:40:00Z",
               "page_fetched": None}  # fmt: skip
    zones = columns(article, "Europe/Berlin", ZoneInfo("Asia/Baghdad"))
    assert [(zone.name, zone.of) for zone in zones] == [("Asia/Baghdad", ("source", "desk")), ("UTC", ("utc",))]
    rows = time_rows(article, zones, words_of("en", ZoneInfo("Asia/Baghdad")))
    assert rows[0].cells == ("26 Oct 2026 01:30", "25 Oct 2026 22:30")


@pytest.mark.parametrize(
    ("name", "hours"), [("+03:30", 3.5), ("-0400", -4), ("Z", 0), ("Asia/Baghdad", 3), ("Mars/Base", None), ("", None),
                        ("../../etc/passwd", None), ("+99:99", None), ("\x00", None)]
)  # fmt: skip
def test_a_zone_is_read_as_an_article_declares_it(name: str, hours: float | None) -> None:
    zone = zone_named(name)
    assert (zone and zone.utcoffset(NOON.replace(tzinfo=None))) == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("language", sorted(EDITS))
def test_an_edit_shows_what_was_taken_out_beside_what_was_put_in(shelf: Shelf, language: str) -> None:
    before, after = (text + REST for text in EDITS[language])
    [article, _] = shelf.put(
        arrival(text=before, language=language), arrival(text=after, language=language, minute=60)
    )  # fmt: skip
    edits = Selector(shelf.get(f"/articles/{article}").text).css("#edits")
    grid = edits.css(".beside-each-other")
    assert grid.attrib["dir"] == ("rtl" if language in ("ar", "ckb") else "ltr")
    first, second = (side for side in grid.css("p.side:not(.soft)"))
    assert [text_of(one).removeprefix("taken out: ") for one in first.css("del")] == [CHANGED[language][0]]
    assert [text_of(one).removeprefix("put in: ") for one in second.css("ins")] == [CHANGED[language][1]]
    assert not first.css("ins")
    assert not second.css("del")
    assert text_of(grid.css("details.fold summary")[0]) == "6 paragraphs unchanged"


def test_every_edit_has_an_address_of_its_own(shelf: Shelf) -> None:
    texts = [f"The count stands at {number} now." + REST for number in ("one", "two", "three", "four")]
    article = shelf.put(*(arrival(text=text, minute=60 * at) for at, text in enumerate(texts)))[0]
    for number, word in enumerate(("two", "three", "four"), 1):
        edits = Selector(shelf.get(f"/articles/{article}?edit={number}").text).css("#edits")
        assert text_of(edits.css("ins")[0]) == f"put in: {word}"
        slider = edits.css("input[type=range]")
        assert (slider.attrib["min"], slider.attrib["max"], slider.attrib["value"]) == ("1", "3", str(number))
        links = {link.attrib["rel"]: link.attrib["href"] for link in edits.css("nav a")}
        expected = {"prev": number - 1, "next": number + 1}
        assert links == {
            rel: f"/articles/{article}?edit={there}#edits" for rel, there in expected.items() if 1 <= there <= 3
        }
    latest = Selector(shelf.get(f"/articles/{article}").text).css("#edits ins")
    assert text_of(latest[0]) == "put in: four"


@pytest.mark.parametrize("edit", ["0", "4", "-1", "x", "9" * 3_000, "٢"])
def test_an_edit_that_is_not_there_is_told(shelf: Shelf, edit: str) -> None:
    texts = [f"The count stands at {number} now." + REST for number in ("one", "two", "three", "four")]
    article = shelf.put(*(arrival(text=text, minute=60 * at) for at, text in enumerate(texts)))[0]
    answer = shelf.get(f"/articles/{article}?edit={edit}")
    assert (answer.status_code, "was edited 3 times" in answer.text) == (404, True)


def test_a_title_a_date_and_a_way_back_are_told(shelf: Shelf) -> None:
    first, second = "Bridge closed", "Old bridge closed for months"
    later = {"published": NOON + timedelta(days=1), "published_raw": "2026-03-15T08:00:00-04:00"}
    article = shelf.put(
        arrival(title=first), arrival(title=second, minute=60), arrival(title=first, minute=120),
        arrival(title=first, minute=180, **later),
    )[0]  # fmt: skip
    edits = [text_of(Selector(shelf.get(f"/articles/{article}?edit={number}").text).css(".edit-shown")[0])
             for number in (1, 2, 3)]  # fmt: skip
    assert "changed: the title" in edits[0]
    assert "put in: Old bridge" in edits[0]
    assert "went back to the version of 14 Mar 2026 18:00" in edits[1]
    assert "The date: 14 Mar 2026 15:01 → 15 Mar 2026 15:00" in edits[2]


def test_what_only_our_reading_changed_is_told_apart(shelf: Shelf) -> None:
    [article] = shelf.put(arrival())
    shelf.run(
        "INSERT INTO extractions (article, at, code, changed, change, before) VALUES (?, ?, ?, ?, ?, ?)",
        article, "2026-03-15T00:00:00Z", "2:b", '["text", "authors"]', 0.25, "{}",
    )  # fmt: skip
    section = Selector(shelf.get(f"/articles/{article}").text).css("#edits")
    assert not section.css("del, ins")
    assert text_of(section.css(".readings summary")[0]) == "1 change of our reading, not of the newsroom"
    assert "the text, the authors, 25% of the words 2:b" in text_of(section.css(".readings li")[0])


def test_fifty_copies_of_a_story_are_shown_and_all_are_counted(shelf: Shelf) -> None:
    told = {69: "day"}
    ids = shelf.put(
        *(arrival(number, source=f"wire{number}", url=f"https://wire{number}.example/a",
                  published_precision=told.get(number, "minute")) for number in range(70))
    )  # fmt: skip
    shelf.run("UPDATE article_head SET story = ?", ids[0])
    shelf.run("UPDATE stories SET articles = 70, first_article = ? WHERE id = ?", ids[0], ids[0])
    copies = Selector(shelf.get(f"/articles/{ids[69]}").text).css("#copies")
    delays = [text_of(one.css("strong")[0]) for one in copies.css("li")]
    assert len(delays) == 51  # the earliest, and this one
    assert (delays[:2], delays[-1]) == (["the first", "1 minute later"], "at most 3 hours later")
    assert "70 articles" in text_of(copies.css("h2")[0])
    assert "The first 51 are shown, of 70." in text_of(copies)
    assert copies.css("li[aria-current]").css("a.headline::attr(href)").get() == f"/articles/{ids[69]}"


def test_the_json_is_that_of_khabar_show(shelf: Shelf, desk: Any) -> None:
    article = shelf.put(arrival(tags=[tagged("isis", [(0, 4)])]), arrival(text="Other words entirely.", minute=9))[0]
    answer = shelf.get(f"/articles/{article}.json")
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json() == json.loads(khabar(desk, shelf, "show", str(article), "--json"))


def test_an_article_is_found_by_any_of_its_addresses(shelf: Shelf) -> None:
    [article] = shelf.put(arrival(requested="https://herald.example/short"))
    for url in ("https://herald.example/1", "http://HERALD.example/1?utm_source=x", "https://herald.example/short"):
        answer = shelf.get(f"/articles?url={url}")
        assert (answer.status_code, answer.headers["location"]) == (302, f"/articles/{article}")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/articles/123", 404, "no article with this number"),
        ("/articles/99999999999999999999", 404, "named by its number"),
        ("/articles/%3Cscript%3E", 404, "named by its number"),
        ("/articles/١٢٣", 404, "named by its number"),
        ("/articles/123.json", 404, "no article with this number"),
        ("/articles?url=https://herald.example/none", 404, "no article from this address"),
        ("/articles", 400, "An address is missing"),
        ("/articles?url=%00%FF//", 404, "no article from this address"),
    ],
)
def test_an_article_that_is_not_there_is_told(shelf: Shelf, path: str, status: int, words: str) -> None:
    answer = shelf.get(path)
    assert (answer.status_code, words in answer.text) == (status, True)


def test_what_was_forgotten_or_has_expired_is_told_so(shelf: Shelf, desk: Any) -> None:
    forgotten, gone = shelf.put(arrival(1), arrival(2))
    khabar(desk, shelf, "forget", str(forgotten), "--yes")
    assert "was forgotten on" in shelf.get("/articles?url=https://herald.example/1").text
    shelf.run("DELETE FROM article_head WHERE id = ?", gone)
    columns = "(article, source, hour, topics, at)"
    values = "(?, 'herald', '2026-03-14T12:00:00Z', '[]', '2026-04-01T00:00:00Z')"
    shelf.run(f"INSERT INTO expired {columns} VALUES {values}", gone)
    answer = shelf.get(f"/articles/{gone}")
    assert (answer.status_code, "until Wednesday 1 April 2026" in plain(answer.text).replace(",", "")) == (404, True)


def test_in_public_there_is_a_headline_a_snippet_and_links(shelf: Shelf) -> None:
    text = "The first sentence of it. " + "More and more words follow it. " * 40 + "SECRET at its end."
    article = shelf.put(
        arrival(text="Earlier words. SECRET", tags=[tagged("isis", [(0, 5)])]),
        arrival(text=text, minute=9, tags=[tagged("isis", [(0, 5)])]),
    )[0]  # fmt: skip
    answer = shelf.get(f"/articles/{article}", public=True)
    page = Selector(answer.text)
    assert answer.status_code == 200
    assert "SECRET" not in answer.text
    assert len(text_of(page.css(".prose")[0])) <= 242
    assert not page.css(".evidence, .tip, #edits, .times, a[href*='/kept/'], a[href$='.json']")
    assert page.css("a[href='https://herald.example/1'][rel~=noreferrer]")
    assert shelf.get(f"/articles/{article}.json", public=True).status_code == 403
    assert shelf.get(f"/articles/{article}?edit=1", public=True).text.count("SECRET") == 0
