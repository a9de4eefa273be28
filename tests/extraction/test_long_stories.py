"""A story longer than a text may be keeps its beginning, and it is told that its end is missing."""

from made_pages import BODY, SOURCE, page

from archive.lines import Recurring
from pipelines.extraction.article import read_page
from seeds.bounds import LONGEST_STORY


def read(body: str):
    html = (
        f"<html><head><title>The cranes</title></head><body><article><h1>The cranes</h1>{body}</article></body></html>"
    )
    return read_page(page(html), SOURCE, Recurring())


def test_a_story_of_usual_length_is_whole() -> None:
    assert not read(BODY).is_cut


def test_a_long_story_is_cut_behind_a_line() -> None:
    lines = [
        f"Crane number {number} of the river port is being repaired, and its driver waits." for number in range(7_000)
    ]
    reading = read("".join(f"<p>{line}</p>" for line in lines))

    assert reading.is_cut
    assert reading.article.text.split("\n") == lines[: reading.article.text.count("\n") + 1]
    assert LONGEST_STORY - 200 < len(reading.article.text) <= LONGEST_STORY


def test_one_long_line_is_cut_behind_a_word() -> None:
    reading = read(f"<p>{'The cranes of the river port are being repaired. ' * 10_000}</p>")

    assert reading.is_cut
    assert reading.article.text.startswith("The cranes of the river port")
    assert LONGEST_STORY - 20 < len(reading.article.text) <= LONGEST_STORY


def test_spaces_between_two_words_do_not_hold_a_page_up() -> None:
    assert read(f"<p>The cranes{' ' * 50_000}are being repaired.</p>{BODY}").article.text
