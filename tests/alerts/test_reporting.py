"""What a report of archived articles says: topics, stories beneath them, copies, edits; bounded whatever comes."""

from contextlib import closing
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from newsroom_day import BAGHDAD, BEGIN, END, NAMES, NOON, STORIES, arrive, whole_day

from alerts.messages.excerpt import Excerpt
from alerts.messages.found import found_by
from alerts.messages.report import Copy
from alerts.messages.reporting import MOST_COPIES, MOST_MENTIONS, report_of
from archive.database import open_archive

LONG = STORIES[0][3] + " They crossed the border at noon, and the last of them is expected within the week."
report = partial(report_of, names=NAMES, zone=BAGHDAD, begin=BEGIN, end=END)


@pytest.fixture
def db(tmp_path):
    """An empty archive, open for writing."""
    with closing(open_archive(tmp_path / "archive.db")) as connection:
        yield connection


def headlines(section):
    return [entry.headline for entry in section.entries]


def test_stories_stand_under_their_topics_the_newest_first(db) -> None:
    made = report(db, whole_day(db))
    withdrawal, cells, rest = made.sections

    assert [section.name for section in made.sections] == ["US withdrawal", "داعش", "Without a topic"]
    assert headlines(withdrawal) == [STORIES[2][2], STORIES[1][2], STORIES[0][2]]
    assert headlines(cells) == [STORIES[3][2]]
    assert headlines(rest) == ["Wheat prices ease"]
    assert (made.stories, made.articles, made.sources, made.untagged) == (5, 5, 3, 0)


def test_a_story_of_two_topics_is_told_under_the_better_one_and_named_under_the_other(db) -> None:
    both = arrive(db, "wire", "en", "US troops fight ISIS", "US troops and ISIS fought at the dam. The convoy left.")
    made = report(db, [both])

    (withdrawal, cells) = made.sections
    assert (headlines(withdrawal), headlines(cells)) == (["US troops fight ISIS"], [])
    assert [(one.headline, one.under) for one in cells.mentions] == [("US troops fight ISIS", "US withdrawal")]
    assert (withdrawal.stories, cells.stories, made.stories) == (1, 1, 1)


def test_only_the_topics_asked_for_make_sections_in_the_order_in_which_they_are_asked_for(db) -> None:
    articles = whole_day(db)

    assert [section.topic for section in report(db, articles, topics=["isis", "us_withdrawal"]).sections] == [
        "isis", "us_withdrawal", None,
    ]  # fmt: skip
    one = report(db, articles, topics=["isis"])
    assert [section.name for section in one.sections] == ["داعش", "Without the topics asked for"]
    assert one.sections[1].stories == 4


def test_a_topic_below_the_score_asked_for_is_none(db) -> None:
    made = report(db, whole_day(db), min_score=1.5)

    assert [section.topic for section in made.sections] == ["us_withdrawal", None]


def test_what_has_no_topic_can_be_counted_only(db) -> None:
    made = report(db, whole_day(db), untagged="counted")

    assert [section.topic for section in made.sections] == ["us_withdrawal", "isis"]
    assert (made.untagged, made.stories) == (1, 5)


def test_where_nothing_has_a_topic_the_only_section_has_no_name(db) -> None:
    (section,) = report(db, [arrive(db, *STORIES[4])]).sections

    assert (section.name, section.stories) == ("", 1)


def test_copies_are_one_story_with_its_first_source_and_the_delays_of_the_others(db) -> None:
    first = arrive(db, "wire", "en", "First convoy leaves", LONG)
    second = arrive(db, "radio", "en", "Convoy leaves", LONG, minutes=12, url="https://radio.example/2")
    arrive(db, "sidra", "en", "Convoy has left", LONG, minutes=185, published_precision="day")
    ((entry,),) = (section.entries for section in report(db, [second, first]).sections)

    assert (entry.headline, entry.source, entry.time) == ("First convoy leaves", "Example Wire", "2026-03-14 15:00")
    assert entry.copies[0] == Copy(source="Example Radio", delay="+12 min")
    assert entry.copies[1].source == "وكالة المثال"
    assert entry.copies[1].delay.startswith("≤+")
    assert (entry.articles, entry.more_sources, entry.shown) == (3, 0, None)


def test_a_copy_that_alone_is_asked_for_tells_the_story_and_who_was_first(db) -> None:
    arrive(db, "wire", "en", "First convoy leaves", LONG)
    copy = arrive(db, "radio", "en", "Convoy leaves", LONG, minutes=12)
    ((entry,),) = (section.entries for section in report(db, [copy]).sections)

    assert (entry.article, entry.headline, entry.source) == (copy, "Convoy leaves", "Example Wire")
    assert entry.shown == Copy(source="Example Radio", delay="+12 min")


def test_of_many_copies_a_few_sources_are_named(db) -> None:
    articles = [arrive(db, f"source-{number}", "en", "Convoy", LONG, minutes=number) for number in range(9)]
    ((entry,),) = (section.entries for section in report(db, articles).sections)

    assert [copy.source for copy in entry.copies] == ["source-1", "source-2", "source-3", "source-4"]
    assert (entry.articles, entry.more_sources) == (9, 8 - MOST_COPIES)


def test_an_edit_within_the_time_of_the_report_is_told_with_the_headline_before(db) -> None:
    address = "https://wire.example/1"
    arrive(db, "wire", "en", "Twelve US troops hurt", "Twelve US troops were hurt.", url=address)
    article = arrive(
        db, "wire", "en", "Two US troops hurt", "Two US troops were hurt, the base said later.", url=address,
        seen=NOON + timedelta(hours=1),
    )  # fmt: skip

    def told(**span):
        ((entry,),) = (section.entries for section in report(db, [article], **span).sections)
        return entry.edited, entry.headline_then

    assert told() == (True, "Twelve US troops hurt")
    assert told(begin=NOON + timedelta(hours=2)) == (False, None)
    assert told(end=NOON + timedelta(minutes=30)) == (False, None)


def test_the_sentence_is_the_one_that_mattered_with_its_marks(db) -> None:
    withdrawal = report(db, whole_day(db)).sections[0]
    sentence = withdrawal.entries[2].sentence

    assert sentence == Excerpt("A convoy with the first forty US troops left the base before dawn.", ((2, 8), (30, 39)))
    assert [entry.direction for entry in withdrawal.entries] == ["rtl", "rtl", "ltr"]


def test_what_the_query_found_comes_before_the_topic(db) -> None:
    made = report(db, whole_day(db), found=partial(found_by, "officials"))

    assert made.sections[0].entries[2].sentence == Excerpt("Officials called it a beginning.", ((0, 9),))


def test_a_headline_is_not_told_once_more_as_the_sentence(db) -> None:
    article = arrive(db, "wire", "en", "The convoy left", "Nobody was hurt on the way.")
    ((entry,),) = (section.entries for section in report(db, [article]).sections)

    assert entry.sentence is None


def test_times_are_those_of_the_zone_and_a_day_is_a_day(db) -> None:
    summer = arrive(db, "wire", "en", "US troops: one", "One.", published=NOON.replace(month=7))
    day = arrive(
        db, "wire", "en", "US troops: two", "Two.", minutes=1, published_precision="day", published=NOON.replace(hour=0)
    )
    none = arrive(db, "wire", "en", "US troops: three", "Three.", minutes=2, published=None, published_precision=None)
    (section,) = report(db, [summer, day, none], zone=ZoneInfo("Europe/Berlin")).sections

    assert {entry.headline[-3:]: entry.time for entry in section.entries} == {
        "one": "2026-07-14 14:00", "two": "2026-03-14", "ree": "seen 2026-03-14 13:06",
    }  # fmt: skip


def test_of_too_many_stories_each_topic_keeps_its_newest_and_the_rest_is_counted(db) -> None:
    many = [arrive(db, "wire", "en", f"US troops {n}", f"US troops: item {n} {n * 7}.", minutes=n) for n in range(9)]
    few = arrive(db, "radio", "kmr", *STORIES[3][2:4], minutes=-60)
    made = report(db, [*many, few], most=4)

    assert [(len(section.entries), section.more) for section in made.sections] == [(3, 6), (1, 0)]
    assert headlines(made.sections[0]) == ["US troops 8", "US troops 7", "US troops 6"]
    assert (made.left_out, made.stories) == (6, 10)


def test_of_too_many_mentions_the_newest_are_told(db) -> None:
    numbers = range(MOST_MENTIONS + 3)
    both = [arrive(db, "wire", "en", f"US troops and ISIS {n}", f"US troops, ISIS: {n}.", minutes=n) for n in numbers]
    cells = report(db, both).sections[1]

    assert (len(cells.mentions), cells.more_mentions) == (MOST_MENTIONS, 3)
    assert cells.mentions[0].headline == f"US troops and ISIS {numbers[-1]}"


def test_articles_are_counted_by_spans_in_all_and_by_topic(db) -> None:
    spans = [NOON + timedelta(hours=hour) for hour in range(4)]
    made = report(db, whole_day(db), spans=spans)

    assert made.counts == (2, 2, 1)
    assert [section.counts for section in made.sections] == [(2, 1, 0), (0, 1, 0), (0, 0, 1)]


def test_what_is_gone_or_named_twice_is_left_out(db) -> None:
    article = arrive(db, *STORIES[0])

    assert report(db, [article, article, 12345]).articles == 1
    nothing = report(db, [12345])
    assert (nothing.sections, nothing.stories) == ((), 0)


def test_what_comes_from_a_page_is_cut_and_steers_nothing(db) -> None:
    article = arrive(
        db, "wire", "en", "\u202eUS troops\x1b[2J " + "x" * 100_000, "US troops " + "word " * 20_000,
        url="javascript:alert(1)",
    )  # fmt: skip
    ((entry,),) = (section.entries for section in report(db, [article]).sections)

    assert entry.headline.startswith("US troops[2J xxx")
    assert len(entry.headline) <= 220
    assert (entry.link, entry.instead_of_link) == (None, "(no web address: javascript:alert(1))")
