"""Evidence is marked in the text where it stands, each topic by itself, however pieces overlap."""

import sqlite3
from contextlib import closing
from html import unescape
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looking import Served
from parsel import Selector

from archive.browsing import Piece
from archive.plain import plain, plain_lines
from archive.web.passages import MOST_PARAGRAPHS, is_subhead, marked_runs

NUMBERS = {"isis": 1, "syria": 2, "iran": 3}


def piece(topic: str, start: int, end: int, term: str = "t") -> Piece:
    return Piece(topic=topic, rule="rule[0]", term=term, field="text", start=start, end=end)


@given(
    text=st.text("ab cأب\n\u202e\u200f\x00é", max_size=80),
    places=st.lists(st.tuples(st.sampled_from(sorted(NUMBERS)), st.integers(0, 80), st.integers(0, 80)), max_size=8),
)
def test_each_letter_has_the_topics_whose_evidence_lies_over_it(text: str, places: list[tuple[str, int, int]]) -> None:
    pieces = [piece(topic, start, end) for topic, start, end in places]
    expected = []
    for begin, line in zip(_begins(text), text.split("\n"), strict=True):
        if plain(line):
            for place, letter in enumerate(line, begin):
                topics = {one.topic for one in pieces if one.start <= place < one.end}
                if plain(letter):  # white space is joined, and what steers is left out
                    expected.append((letter, tuple(sorted(NUMBERS[topic] for topic in topics))))
    runs = chain.from_iterable(marked_runs(text, pieces, NUMBERS))
    assert [(letter, run.topics) for run in runs for letter in run.text if plain(letter)] == expected


def _begins(text: str) -> list[int]:
    begins = [0]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + 1)
    return begins[:-1]


def test_the_number_of_a_topic_stands_once_behind_each_of_its_places() -> None:
    pieces = [piece("isis", 0, 9), piece("syria", 4, 16)]
    [runs] = marked_runs("aaaabbbbbccccccc ddd", pieces, NUMBERS)
    assert [(run.text, run.topics, run.signs) for run in runs] == [
        ("aaaa", (1,), ()), ("bbbbb", (1, 2), (1,)), ("ccccccc", (2,), (2,)), (" ddd", (), ()),
    ]  # fmt: skip


def test_each_rule_and_term_is_told_once_of_a_place() -> None:
    [[run]] = marked_runs(
        "abc", [piece("isis", 0, 3, "a"), piece("isis", 0, 3, "a"), piece("isis", 0, 3, "b")], NUMBERS
    )
    assert [one.term for one in run.pieces] == ["a", "b"]


def test_evidence_that_reaches_over_a_paragraph_marks_both() -> None:
    first, second = marked_runs("ab\ncd", [piece("iran", 1, 4)], NUMBERS)
    assert [[run.topics for run in runs] for runs in (first, second)] == [[(), (3,)], [(3,), ()]]


def test_a_text_of_countless_lines_is_shown_in_part() -> None:
    assert len(marked_runs("a\n" * 50_000, [], NUMBERS)) == MOST_PARAGRAPHS


@pytest.mark.parametrize(
    ("line", "is_one"), [("Waiver and arrears", True), ("He said so.", False), ("أولوية للتدفئة", True),
                         ("قال ذلك؟", False), ("x" * 71, False)]
)  # fmt: skip
def test_a_line_without_an_end_is_a_subhead(line: str, *, is_one: bool) -> None:
    assert is_subhead(marked_runs(line, [], {})[0]) == is_one


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_the_page_shows_the_whole_text_and_marks_all_that_the_archive_has(served: Served, language: str) -> None:
    article, title, text, evidence = _most_tagged(served, language)
    page = Selector(served.get(f"/articles/{article}").text)
    prose = page.css(".prose")
    assert prose.attrib["lang"] == language
    assert prose.attrib["dir"] == ("rtl" if language in ("ar", "ckb") else "ltr")
    paragraphs = [_words(one) for one in prose.css("p:not(.dateline)")]
    assert paragraphs == [line for line in plain_lines(text).split("\n") if line]
    numbers = {
        plain(told.css("label bdi::text").get("")): told.css("input::attr(id)").get("").removeprefix("topic-")
        for told in page.css(".legend .told")
    }
    assert len(numbers) == len({topic for topic, *_ in evidence})
    marked = [
        (_words(one), set(one.css("mark::attr(class)").re(r"\bn(\d+)")))
        for one in page.css(".prose .evidence, h1 .evidence")
    ]
    for _, field, start, end in evidence:  # each letter of each piece stands in some mark, in its order
        words = plain((title if field == "title" else text)[start:end])
        assert any(words.split()[0].startswith(shown.split()[0]) or shown.split()[0] in words for shown, _ in marked), (
            words
        )
    assert {number for _, topics in marked for number in topics} == set(numbers.values())
    assert page.css(".evidence[tabindex='0'] > .tip[role=tooltip]")
    for one in page.css(".evidence"):
        assert one.css(f"#{one.attrib['aria-describedby']}.tip .line")


def _words(element: Selector) -> str:
    """The text of an element without the signs and hints of its marks."""
    pieces = element.xpath(".//text()[not(ancestor::sup) and not(ancestor::*[contains(@class, 'tip')])]").getall()
    return plain(unescape("".join(pieces)))


def _most_tagged(served: Served, language: str) -> tuple[int, str, str, list[tuple[str, str, int, int]]]:
    with closing(sqlite3.connect(served.root / "archive.db")) as db:
        article, title, text = db.execute(
            "SELECT id, title, text FROM articles AS a WHERE language = ? ORDER BY "
            "(SELECT count(*) FROM evidence WHERE article = a.id) DESC LIMIT 1",
            (language,),
        ).fetchone()
        evidence = db.execute(
            'SELECT topic, field, start, "end" FROM evidence WHERE article = ?', (article,)
        ).fetchall()
    assert evidence
    return article, title, text, evidence


def test_a_rule_is_told_in_words_with_its_term(served: Served) -> None:
    article, *_ = _most_tagged(served, "en")
    lines = Selector(served.get(f"/articles/{article}").text).css(".tip .line")
    assert any("any of" in plain("".join(line.xpath(".//text()").getall())) for line in lines)
    assert all(line.css("bdi")[-1].xpath("text()").get() for line in lines)
