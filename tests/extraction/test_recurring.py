"""Which lines of a story are its template's: what nearly every article has, and never what some stories share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_pages import SOURCE, page

from archive.lines import FEWEST, LATEST, NO_LINES, Recurring, hashes_of, is_boilerplate, line_hash, recurring_among
from pipelines.extraction.article import extract_article, read_page
from pipelines.extraction.recurring import leave_out
from pipelines.extraction.unusable import Unusable
from seeds.bounds import LONGEST_WALL

SENTENCE = "The bridge over the lower Zab was closed to lorries for the third day in a row, the police said."
STORY = [f"{place} people of the village told us of the winter in which the {place}th mill burned down." for place in
         ("Seven", "Nine", "Twenty")]  # fmt: skip
COUNTS = st.integers(FEWEST, LATEST).flatmap(lambda articles: st.tuples(st.integers(0, articles), st.just(articles)))


def known(number: int, articles: int, *lines: str) -> Recurring:
    """A memory in which these lines stood on *number* of so many articles."""
    return Recurring(articles, dict.fromkeys(map(line_hash, lines), number))


@pytest.mark.parametrize(
    ("number", "articles", "sentence", "other"),
    [
        (9, 9, False, False),  # the first ten are the lesson
        (10, 10, True, True),
        (9, 10, True, True),  # one page of another kind among them
        (8, 10, False, True),
        (5, 10, False, True),  # two boxes that take turns
        (8, 30, False, False),  # the background that every fourth story repeats
        (2, 30, False, False),
        (15, 30, False, True),
        (12, 60, False, False),  # every fifth
        (30, 60, False, True),
        (45, 60, True, True),
    ],
)
def test_how_many_articles_make_a_line_boilerplate(number, articles, sentence, other) -> None:
    assert is_boilerplate(number, articles, other=False) is sentence
    assert is_boilerplate(number, articles, other=True) is other


@given(COUNTS)
def test_a_sentence_on_half_of_the_articles_or_fewer_stays_and_more_articles_never_save_one(counts) -> None:
    number, articles = counts
    assert number * 2 > articles or not is_boilerplate(number, articles, other=False)
    assert number * 5 > articles or not is_boilerplate(number, articles, other=True)
    if number < articles and is_boilerplate(number, articles, other=False):
        assert is_boilerplate(number + 1, articles, other=False)
        assert is_boilerplate(number, articles, other=True)


@given(st.lists(st.text(max_size=300), max_size=12), st.sets(st.integers(0, 11)))
def test_what_stays_and_what_goes_are_the_story_and_most_of_it_or_a_story_long_enough_stays(lines, often) -> None:
    recurring = known(60, 60, *(line for place, line in enumerate(lines) if place in often))

    kept, out = leave_out(lines, recurring)

    rest = iter(lines)
    assert all(line in rest for line in kept), "the order stays"
    assert sorted([*kept, *(gone.line for gone in out)]) == sorted(lines)
    left, whole = sum(map(len, kept)), sum(map(len, lines))
    assert left * 2 >= whole or (left >= 120 and left * 4 >= whole)
    assert not out or recurring.lines.keys().isdisjoint(map(line_hash, kept))


@given(
    st.lists(
        st.frozensets(st.integers(0, 30).map(lambda number: line_hash(f"line {chr(97 + number)}"))), max_size=LATEST
    )
)
def test_every_line_that_could_go_is_handed_on_with_its_exact_count(latest) -> None:
    recurring = recurring_among(latest)

    for line in NO_LINES.union(*latest):
        number = sum(line in lines for lines in latest)
        assert recurring.lines.get(line, number) == number
        assert line in recurring.lines or not is_boilerplate(number, len(latest), other=True)


def test_a_label_goes_sooner_than_a_sentence() -> None:
    assert leave_out([*STORY, "Sent from the newsroom"], known(7, 10, "Sent from the newsroom"))[0] == STORY
    assert leave_out([*STORY, SENTENCE], known(7, 10, SENTENCE))[0] == [*STORY, SENTENCE]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Views: 1,234", "VIEWS:  987"),
        ("قرأه ١٢٣٤ شخصاً", "قرأه 56 شخصاً"),
        ("٢٨ تشرين الثاني ٢٠٢٦", "29 تشرين الثاني 2026"),
        ("بینراوە: ٥٤٣ جار", "بینراوە: 8 جار"),
        ("Dîtin: 1.204", "DÎTIN: 7"),
        ("Copyright © Tigris Post 2025", "Copyright © Tigris Post, 2026"),
    ],
)
def test_case_signs_spaces_and_the_number_of_a_counter_make_no_other_line(one, other) -> None:
    assert line_hash(one) == line_hash(other)


def test_a_number_in_a_long_sentence_does() -> None:
    quake = (
        "A quake of magnitude {} shook the villages between Halabja and Penjwen in the early morning, the centre said."
    )

    assert line_hash(quake.format("4.1")) != line_hash(quake.format("4.2"))
    assert line_hash("…") == line_hash("* * *") == b""


def html(*story: str, below: str = "") -> str:
    body = "".join(f"<p>{line}</p>" for line in story)
    return f"<html><body><article><h1>Mills</h1><div class=story>{body}{below}</div></article></body></html>"


def test_a_box_of_another_kind_than_the_story_goes_sooner_than_a_paragraph_like_its_own() -> None:
    box = f'<div class="note"><p>{SENTENCE}</p></div>'
    recurring = known(15, 30, SENTENCE)

    assert SENTENCE in extract_article(page(html(*STORY, *STORY[:1], SENTENCE)), SOURCE, recurring).text
    assert SENTENCE not in extract_article(page(html(*STORY, below=box)), SOURCE, recurring).text


def test_of_a_short_report_the_greater_part_is_not_taken() -> None:
    text = "Two lorries collided."
    recurring = known(30, 30, SENTENCE)

    assert extract_article(page(html(text, SENTENCE)), SOURCE, recurring).text == f"{text}\n{SENTENCE}"


def test_the_lines_of_a_body_in_json_ld_count_and_go_as_well() -> None:
    story = "\\n".join([*STORY, SENTENCE])
    made = (
        '<html><head><title>Mills</title><script type="application/ld+json">{"@type": "NewsArticle", '
        f'"headline": "Mills", "articleBody": "{story}"}}</script></head><body><div id=app></div></body></html>'
    )

    reading = read_page(page(made), SOURCE, known(30, 30, SENTENCE))

    assert reading.article.text.split("\n") == STORY
    assert (reading.lines, reading.left_out) == (hashes_of([*STORY, SENTENCE]), {line_hash(SENTENCE)})


def test_a_dateline_beneath_a_line_that_goes_is_read() -> None:
    first = f"ERBIL – {STORY[0]}"
    article = extract_article(page(html(SENTENCE, first, *STORY[1:])), SOURCE, known(30, 30, SENTENCE))

    assert (article.dateline, article.text.split("\n")) == ("ERBIL", STORY)


def wall(text: str) -> str:
    return f"<html><head><title>A story of the day</title></head><body><h1>A story of the day</h1>{text}</body></html>"


def test_a_text_that_stands_on_every_page_of_its_source_is_no_article() -> None:
    shown = page(wall("".join(f"<p>{line}</p>" for line in STORY)))
    lines = extract_article(shown, SOURCE).text.split("\n")

    assert extract_article(shown, SOURCE, known(8, 10, *lines)).text == "\n".join(lines)
    with pytest.raises(Unusable, match="same text on every page"):
        extract_article(shown, SOURCE, known(10, 10, *lines))


def test_a_flash_of_one_line_is_an_article_though_all_others_say_the_same_line() -> None:
    line = "The agency will tell more of this as soon as its reporters hear of it."
    shown = page(wall(f"<article><p>{line}</p></article>"))

    assert extract_article(shown, SOURCE, known(10, 10, line)).text == line


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("{} dinars are paid for a dollar in {}", "en"),
        ("بلغ سعر صرف الدولار {} ديناراً في {}", "ar"),
        ("نرخی دۆلار ئەمڕۆ {} دینارە لە بازاڕی {}", "ckb"),
    ],
    ids=["en", "ar", "ckb"],
)
def test_a_bulletin_whose_numbers_change_is_no_wall(words: str, title: str) -> None:
    """A source of exchange rates: every day the same lines, with other figures."""
    towns = ("Erbil", "Mosul", "Basra", "Kirkuk", "Duhok", "Najaf", "Ramadi", "Tikrit", "Halabja", "Samawa", "Kut")

    def day(rate: int) -> list[str]:
        return [words.format(rate + place, town) for place, town in enumerate(towns)]

    recurring = recurring_among([hashes_of(day(rate)) for rate in range(1_400, 1_460)])
    shown = page(wall(f"<article>{''.join(f'<p>{line}</p>' for line in day(1_500))}</article>"))
    assert sum(map(len, day(1_500))) >= LONGEST_WALL
    assert extract_article(shown, SOURCE, recurring).text.split("\n") == day(1_500), title


def test_a_notice_with_the_year_beneath_it_is_a_wall_all_the_same() -> None:
    lines = [*STORY, "© 2026 The Valley Times"]
    shown = page(wall("".join(f"<p>{line}</p>" for line in lines)))
    with pytest.raises(Unusable, match="same text on every page"):
        extract_article(shown, SOURCE, known(10, 10, *lines))
