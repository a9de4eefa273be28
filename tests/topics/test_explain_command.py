"""`khabar topics explain`, as a person's shell runs it: on texts, and on articles of the archive."""

import json
import tomllib
from contextlib import closing
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save
from crawler.cli.topics.explained import explanation_lines
from tests.conftest import DeskAt
from topics.compiling import compile_packs
from topics.evidence import Tag
from topics.explaining import explain

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
PACK = """
[lists.guards]
en = ["guard*"]
ar = ["الحرس"]
ckb = ["پاسەوان*"]
kmr = ["parêzger*"]
[lists.gate]
en = ["gate*"]
ar = ["البوابة"]
[lists.museum_guards]
en = ["museum guard*"]
[lists.film]
en = ["film"]
[topic.guards]
name = "Guards"
[[topic.guards.rule]]
any = ["guards"]
[[topic.guards.rule]]
near = ["guards", "gate"]
within = 5
weight = 0.5
[topic.guards.exclude]
none = ["film"]
mask = ["museum_guards"]
[topic.gates]
name = "Gates"
[[topic.gates.rule]]
any = ["gate"]
at_least = 2
[[topic.gates.rule]]
any = ["film"]
weight = -1.0
"""


@pytest.fixture
def guarded(desk: DeskAt) -> DeskAt:
    """A desk with a pack of its own."""
    (desk.root / "seeds/topics/guards.toml").write_text(PACK, encoding="utf-8")
    return desk


def keep(desk: DeskAt, text: str, language: str | None = "en", topics: tuple[str, ...] = (), title: str = "") -> int:
    """The number of an article that is archived with these tags."""
    tags = tuple(Tag(topic=topic, score=1.0, pack_version="old1", evidence=()) for topic in topics)
    article = Article(
        url="https://news.example/a?x=1", source="wire", title=title, text=text, language=language, published=NOON
    )
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        return save(db, Arrival(article=article, tags=tags, seen=NOON)).article


def explained(desk: DeskAt, *args: str, colour: bool = False, **options: object) -> str:
    done = desk.khabar("topics", "explain", *args, environ={"FORCE_COLOR": "1"} if colour else {}, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_article_is_explained_by_its_number_and_by_its_address(guarded: DeskAt) -> None:
    number = keep(guarded, "وقف الحرس عند البوابة", "ar", ("guards",), title="عنوان")
    for named in (str(number), "https://news.example/a?x=1"):
        shown = explained(guarded, named)
        assert shown.splitlines()[0].startswith(f"{number}  2026-03-14 15:00  wire  ar  https://news.example/a")
        assert "read with the lists of: ar" in shown and "عنوان" in shown and "وقف الحرس عند البوابة" in shown
        assert "guards holds" in shown


def test_the_tags_that_stand_are_held_against_todays_packs(guarded: DeskAt) -> None:
    keep(guarded, "A guard, a gate and a gate of iron", topics=("guards", "isis", "dropped"))
    told = explained(guarded, "https://news.example/a?x=1").partition("Tags that stand")[2]
    assert "guards  score 1, pack version old1: stands, but with a score of 1.5 today" in told
    assert "isis  score 1, pack version old1: stands, but would not be given today: nothing of it is found" in told
    assert "would not be given today: the packs have no such topic" in told
    assert "gates  does not stand, but would be given today with a score of 1" in told
    assert "khabar topics retag" in told


def test_tags_that_agree_need_no_retagging(guarded: DeskAt) -> None:
    number = keep(guarded, "A guard came", topics=("guards",))
    told = explained(guarded, str(number))
    assert "stands, and would be given today" in told and "retag" not in told
    article = json.loads(explained(guarded, str(number), "--json"))["article"]
    assert (article["id"], article["language"]) == (number, "en")
    assert article["tags"] == [{"topic": "guards", "score": 1.0, "pack_version": "old1"}]
    assert article["today"] == [{"topic": "guards", "score": 1.0}] and article["pack_version"] != "old1"


def test_an_article_that_lost_its_topic_says_what_is_missing(guarded: DeskAt) -> None:
    keep(guarded, "One gate", topics=("gates",))
    told = explained(guarded, "https://news.example/a?x=1")
    assert "1 of 2 places: gate" in told
    assert "gates  score 1, pack version old1: stands, but would not be given today: none of its rules is met" in told


@pytest.mark.parametrize("named", ["99", "9" * 5_000, "https://news.example/none"])
def test_a_number_or_an_address_of_no_article_is_an_error_and_no_text(guarded: DeskAt, named: str) -> None:
    keep(guarded, "A guard")
    done = guarded.khabar("topics", "explain", named)
    assert done.returncode == 2 and "the archive holds no article" in done.stderr and done.stderr.count("\n") == 1
    assert "read with the lists" in explained(guarded, "-", input=named)


def test_a_text_with_a_number_or_an_address_in_it_is_a_text(guarded: DeskAt) -> None:
    assert "guards holds" in explained(guarded, "7 guards, see https://news.example/none")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("x", "--topic", "gaurds"), ["--topic", 'did you mean "guards"']),
        (("https://news.example/a?x=1", "--title", "T"), ["--title goes with a text"]),
    ],
)
def test_a_mistake_is_answered_in_one_line(guarded: DeskAt, args: tuple[str, ...], words: list[str]) -> None:
    keep(guarded, "A guard")
    done = guarded.khabar("topics", "explain", *args)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_without_an_archive_texts_are_explained_and_numbers_are_not(guarded: DeskAt) -> None:
    assert "guards holds" in explained(guarded, "A guard")
    done = guarded.khabar("topics", "explain", "99")
    assert done.returncode == 2 and "there is no archive yet" in done.stderr


def test_one_topic_is_told_with_all_of_its_rules(guarded: DeskAt) -> None:
    shown = explained(guarded, "--language", "en", "--topic", "gates", "A guard came")
    assert "gates does not hold" in shown and "rule[0] (1) 2 times any of gate: nothing of gate" in shown
    assert "rule[1] (-1, against it) any of film: nothing of film" in shown
    assert "guards" not in shown.partition("no topic holds")[2]


def test_masked_and_excluding_words_are_named_and_look_different(guarded: DeskAt) -> None:
    text = "A museum guard saw a film at the gate"
    shown = explained(guarded, "--language", "en", "--topic", "guards", text)
    assert "excluded by: film" in shown and "masked: museum guard" in shown
    assert "so that nothing counts there of: guard" in shown
    assert "any of guards: nothing of guards, since it is masked: guard" in shown
    coloured = explained(guarded, "--language", "en", "--topic", "guards", text, colour=True)
    assert "\x1b[2;9mmuseum guard\x1b[0m" in coloured and "\x1b[1;37;41mfilm\x1b[0m" in coloured


@pytest.mark.parametrize(
    ("language", "text", "filled", "underlined"),
    [
        ("en", "A guard at a very far and distant gate", "guard", "gate"),
        ("ar", "كان الحرس في مكان بعيد جدا وراء البوابة", "الحرس", "البوابة"),
    ],
)
def test_each_topic_has_a_colour_filled_where_it_holds(
    guarded: DeskAt, language: str, text: str, filled: str, underlined: str
) -> None:
    shown = explained(guarded, "--language", language, text, colour=True)
    legend, marked = shown.splitlines()[1:3]
    assert legend.startswith("\x1b[1;30;43mguards\x1b[0m \x1b[4;36mgates\x1b[0m")
    assert f"\x1b[1;30;43m{filled}\x1b[0m" in marked and f"\x1b[4;33m{underlined}\x1b[0m" in marked
    assert "\x1b[1;30;43mguards\x1b[0m \x1b[1;32mholds" in shown
    assert "\x1b[4;36mgates\x1b[0m \x1b[1;31mdoes not hold" in shown


@pytest.mark.parametrize(("language", "text"), [("ckb", "پاسەوانەکان هاتن"), ("kmr", "parêzgeran hatin")])
def test_kurdish_is_explained_like_any_other(guarded: DeskAt, language: str, text: str) -> None:
    shown = explained(guarded, "--language", language, text)
    assert f"read with the lists of: {language}" in shown and "guards holds" in shown
    assert text.split(maxsplit=1)[0] in shown.partition("rule[0]")[2]


def test_of_a_long_text_the_sentences_that_matter_are_shown(guarded: DeskAt) -> None:
    rain = "Rain fell on the hills, and nobody came. " * 100
    text = f"{rain}\nThen a guard was seen. {rain}"
    short = explained(guarded, "--language", "en", text)
    assert "Then a guard was seen." in short and "Rain fell" not in short and "--whole shows the text" in short
    assert explained(guarded, "--language", "en", "--whole", text).count("Rain fell") == 200


def test_of_many_sentences_those_that_decide_are_shown_in_order(guarded: DeskAt) -> None:
    sentences = [f"Number {number} is a gate. " + "Rain. " * 30 for number in range(30)]
    text = "".join([*sentences, "Last of all came a guard. ", "Rain. " * 200])
    shown = explained(guarded, "--language", "en", "--topic", "guards", text)
    assert "Last of all came a guard." in shown and "Number" not in shown and "and 30 more with terms" in shown
    shown = explained(guarded, "--language", "en", "--topic", "gates", text)
    places = [shown.index(f"Number {number} ") for number in range(30) if f"Number {number} " in shown]
    assert places == sorted(places) and len(places) == 12 and "and 18 more with terms" in shown


def test_nothing_in_a_text_steers_the_terminal(guarded: DeskAt) -> None:
    number = keep(
        guarded, "A gu\u200bard \x1b[31mof the\u202e guard\x07s", topics=("guards",), title="\x1b]0;owned\x07 Guard"
    )
    shown = explained(guarded, str(number))
    assert not set("\x1b\x07\u202e\u200b") & set(shown)


SCRAPS = [
    "guard",
    "museum guard",
    "gates",
    "film",
    ". ",
    "\n",
    "\u202e",
    "\x1b[2J",
    "الحرس",
    "½",
    "ﷺ",
    "\ud800",
    "a" * 99,
    "s ",
]


@given(st.lists(st.sampled_from(SCRAPS), max_size=40), st.sampled_from(["en", "ar", "ckb", None]), st.booleans())
def test_no_text_breaks_the_rendering(scraps: list[str], language: str | None, whole: bool) -> None:
    packs = compile_packs([("pack.toml", tomllib.loads(PACK))])
    text = " ".join(scraps) * 20
    explanation = explain(packs, title=text[:50], text=text, language=language)
    lines = list(explanation_lines(explanation, title=text[:50], text=text, whole=whole))
    printed = "\n".join(line.plain if isinstance(line, Text) else str(line) for line in lines)
    assert not set("\x1b\u202e\ud800") & set(printed)


POSTS = """
[lists.posts]
en = ["post"]
[topic.posts]
name = "Posts"
""" + "".join(
    f'[[topic.posts.rule]]\nnear = ["gate", {other}]\nwithin = 5\n'
    for other in ('"posts"', '"guards"', '"film"', '"posts", "film"')
)


def test_of_a_topic_of_which_no_rule_is_met_the_nearest_two_are_told(guarded: DeskAt) -> None:
    (guarded.root / "seeds/topics/posts.toml").write_text(POSTS, encoding="utf-8")
    told = explained(guarded, "--language", "en", "The gate of the house, the gate of the yard")
    posts = told[told.index("\nposts does not hold") :]
    assert "nothing of posts" in posts and "nothing of guards" in posts and "nothing of film" not in posts
    assert "2 more rules (--topic posts tells of each)" in posts
    assert told.index("\ngates holds  score 1, 1 is needed") < told.index("\nposts does not hold")
    alone = explained(guarded, "--language", "en", "--topic", "posts", "The gate")
    assert alone.count("nothing of film") == 2 and "more rules" not in alone


def test_a_draft_is_explained_before_it_is_in_force(guarded: DeskAt) -> None:
    number = keep(guarded, "One gate and one post", topics=("gates",))
    draft = guarded.root / "draft.toml"
    draft.write_text(
        POSTS.replace("within = 5", "within = 9") + '[lists.gate]\nextend = true\nen = ["post"]\n', "utf-8"
    )
    told = explained(guarded, str(number), "--pack", str(draft))
    assert "posts  does not stand, but would be given today with a score of 1" in told
    assert "gates  score 1, pack version old1: stands, and would be given today" in told
    assert "the packs of today, with the drafts, have version" in told and "retag" not in told
    assert "posts" not in explained(guarded, str(number))


def test_a_topic_of_which_no_rule_is_near_only_counts_them(guarded: DeskAt) -> None:
    told = explained(guarded, "--language", "en", "A film")
    assert "\ngates does not hold: the rules that are met add up to -1, and 1 is needed\n  ✓ rule[1]" in told
    (guarded.root / "seeds/topics/posts.toml").write_text(
        POSTS.replace('"guards"', '"posts"') + 'none = ["guards"]\n', encoding="utf-8"
    )
    told = explained(guarded, "--language", "en", "Guards")
    assert "\nposts does not hold: none of its rules is met\n  · 4 rules (--topic posts tells of each)" in told


def test_an_answer_stands_beside_its_rule_and_one_from_right_to_left_below_it(guarded: DeskAt) -> None:
    assert "rule[0] (1) any of guards: guard\n" in explained(guarded, "--language", "en", "A guard")
    assert "rule[0] (1) any of guards:\n      الحرس\n" in explained(guarded, "--language", "ar", "جاء الحرس")


def test_a_term_is_marked_in_the_field_where_it_stands(guarded: DeskAt) -> None:
    told = explained(guarded, "--language", "en", "--title", "A guard came", "He saw one gate", colour=True)
    filled, found = "\x1b[1;30;43m", "\x1b[4;33m"
    assert f"\x1b[1mA \x1b[0m{filled}guard\x1b[0m\x1b[1m came\x1b[0m\n" in told
    assert f"\nHe saw one {found}gate\x1b[0m\n" in told
