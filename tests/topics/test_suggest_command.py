"""`khabar topics suggest`, as a person's shell runs it."""

import json
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save
from crawler.cli.topics.suggested import suggestion_lines
from seeds.packs import read_packs
from tests.conftest import DeskAt
from topics.compiling import compile_packs
from topics.evidence import Tag
from topics.suggesting.suggest import Suggestion, Suggestions

NOW = datetime.now(UTC).replace(microsecond=0)
PACK = """
[lists.guards]
en = ["guard*"]
ar = ["الحرس"]
[topic.guards]
name = "Guards"
[[topic.guards.rule]]
any = ["guards"]
"""
TAG = Tag(topic="guards", score=1.0, pack_version="p", evidence=())
Fill = Callable[[str, int, str, str], None]


@pytest.fixture
def fill(desk: DeskAt) -> Fill:
    """Archives stories: `fill(language, how many, text of those with the topic, text of those without)`; of the
    latter there are three times as many. Older ones have `ancient` in it.
    """
    (desk.root / "seeds/topics/guards.toml").write_text(PACK, encoding="utf-8")

    def archived(language: str, number: int, tagged: str, other: str) -> None:
        with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
            for place in range(4 * number):
                with_topic = place % 4 == 0
                article = Article(
                    url=f"https://news.example/{language}/{place}", source=f"s{place % 3}", language=language,
                    title=f"Title {place}", text=f"{tagged if with_topic else other} number{place}",
                    published=NOW - timedelta(hours=place * 7),
                )  # fmt: skip
                save(db, Arrival(article=article, tags=(TAG,) if with_topic else (), seen=NOW))

    return archived


def test_suggestions_of_each_language_are_printed_with_a_sentence(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. The Ninth Example Brigade came.", "Rain fell on the hills.")
    fill("ar", 20, "التقى الحرس. وقال لواء الفجر الجديد.", "هطل المطر على التلال.")
    fill("kmr", 4, "Heşd hat.", "Baran bariya.")
    done = desk.khabar("topics", "suggest", "guards")
    assert done.returncode == 0, done.stderr
    assert "en: 20 stories with guards, 60 without" in done.stdout
    shown = done.stdout.splitlines()
    place = shown.index("Ninth Example Brigade")
    assert shown[place - 1].startswith("20 stories with the topic, 0 without, ")
    assert shown[place + 1] == "The Ninth Example Brigade came."
    assert "لواء الفجر الجديد" in shown
    assert "kmr: 4 stories with guards: too few to say, 15 are needed" in done.stdout
    assert not set("\x1b\u202e") & set(done.stdout)


def test_the_printed_list_can_be_pasted(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. The Ninth Example Brigade came.", "Rain fell.")
    fill("ar", 20, "التقى الحرس. وقال لواء الفجر الجديد.", "هطل المطر.")
    fill("ckb", 2, "حەشد هات.", "باران باری.")
    printed = desk.khabar("topics", "suggest", "guards", "--toml").stdout
    assert "# ckb: 2 stories" in printed
    below = desk.root / "seeds/topics"
    packs = compile_packs([*read_packs(below), ("desk/own.toml", tomllib.loads(printed))])
    terms = {language: [term.written for term in terms] for language, terms in packs.lists["guards"].items()}
    assert "Ninth Example Brigade" in terms["en"] and "guard*" in terms["en"]
    assert "لواء الفجر الجديد" in terms["ar"]


def test_json_has_a_line_for_each_language_and_limit_and_language_narrow_it(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. Ninth Brigade, new checkpoint.", "Rain fell.")
    fill("ar", 20, "التقى الحرس. لواء جديد.", "هطل المطر.")
    lines = [
        json.loads(line) for line in desk.khabar("topics", "suggest", "guards", "--json").stdout.splitlines()
    ]  # fmt: skip
    assert [(line["topic"], line["language"], line["stories"], line["others"]) for line in lines] == [
        ("guards", "ar", 20, 60),
        ("guards", "en", 20, 60),
    ]
    one = lines[1]["terms"][0]
    assert one["sentence"][one["start"] : one["end"]] == one["spelling"] and one["stories"] == 20
    narrowed = desk.khabar("topics", "suggest", "guards", "--json", "--language", "en", "--limit", "1")
    (line,) = [json.loads(line) for line in narrowed.stdout.splitlines()]
    assert line["language"] == "en" and len(line["terms"]) == 1


def test_the_toml_says_of_a_language_with_too_little_why_it_is_not_there(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. The Ninth Brigade came.", "Rain fell.")
    fill("kmr", 2, "Parêzger civiyan.", "Baran barî.")
    printed = desk.khabar("topics", "suggest", "guards", "--toml").stdout
    told = [line for line in printed.splitlines() if line.startswith("#")]
    assert told == ["# kmr: 2 stories with guards: too few to say, 15 are needed"]
    assert list(tomllib.loads(printed)["lists"]["guards"]) == ["extend", "en"]


def test_since_looks_at_newer_articles_only(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. The Ninth Brigade came.", "Rain fell.")
    (line,) = map(json.loads, desk.khabar("topics", "suggest", "guards", "--json", "--since", "7d").stdout.splitlines())
    assert line["too_few"] and 0 < line["stories"] < 15


def test_an_article_that_may_have_been_missed_is_named(desk: DeskAt, fill: Fill) -> None:
    fill("en", 20, "The guards met. Ninth Brigade, new checkpoint, more drones.", "Rain fell.")
    text = "Near the Ninth Brigade, at a new checkpoint, more drones were seen."
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        article = Article(
            url="https://news.example/missed",
            source="s1",
            language="en",
            title="Over\x1blooked",
            text=text,
            published=NOW,
        )
        missed = save(db, Arrival(article=article, seen=NOW)).article
    printed = desk.khabar("topics", "suggest", "guards").stdout
    assert "Perhaps missed" in printed and f"{missed}  3 of them" in printed and "Overlooked" in printed


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("gaurds",), ["gaurds", 'did you mean "guards"']),
        (("guards", "--language", "e!"), ["--language", "no language tag"]),
        (("guards", "--since", "soon"), ["--since", "soon", "24h"]),
        (("guards", "--limit", "0"), ["--limit"]),
    ],
)
def test_a_mistake_is_answered_in_one_line(desk: DeskAt, fill: Fill, args: tuple[str, ...], words: list[str]) -> None:
    fill("en", 1, "The guards met.", "Rain fell.")
    done = desk.khabar("topics", "suggest", *args)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_without_an_archive_or_a_tagged_article_it_says_so(desk: DeskAt, fill: Fill) -> None:
    done = desk.khabar("topics", "suggest", "guards")
    assert done.returncode == 2 and "there is no archive yet" in done.stderr
    fill("en", 1, "The guards met.", "Rain fell.")
    for more in ((), ("--toml",)):
        done = desk.khabar("topics", "suggest", "isis", *more)
        assert done.returncode == 0 and done.stdout == ""
        assert "No article of these is tagged with isis." in done.stderr


@pytest.mark.parametrize(("topics", "told"), [((), False), (("isis", "syria"), True)])
def test_a_suggestion_that_other_topics_look_for_says_which(topics: tuple[str, ...], told: bool) -> None:
    one = Suggestion(
        term="checkpoint*", spelling="checkpoint", stories=20, others=1, score=40.0, times=12.0, topics=topics,
        article=7, sentence="A checkpoint.", start=2, end=12,
    )  # fmt: skip
    shown = [
        line.plain
        for line in suggestion_lines("guards", Suggestions(language="en", stories=40, others=150, terms=(one,)))
    ]
    assert (", in a list of isis, syria" in shown[1]) is told and shown[1].startswith(
        "20 stories with the topic, 1 without"
    )
    assert shown[2:] == ["checkpoint*", "A checkpoint."]
