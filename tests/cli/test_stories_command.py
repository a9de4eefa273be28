"""`khabar stories`, and what `khabar show` tells of a story, as a person or a script calls them."""

import json
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TEXTS = {
    "en": "The council of the old quarter met on Sunday to talk about the bridge that the flood has carried away, and "
    "asked the engineers of the province for a ferry until a new one is built.",
    "ar": "اجتمع مجلس الحي القديم يوم الأحد لبحث أمر الجسر الذي جرفه الفيضان وطلب من مهندسي المحافظة عبارة تنقل "
    "الناس والبضائع بين الضفتين إلى أن يبنى جسر جديد في مكان القديم.",
    "ckb": "ئەنجومەنی گەڕەکە کۆنەکە ڕۆژی یەکشەممە کۆبووەوە بۆ باسکردنی ئەو پردەی کە لافاوەکە بردی و داوای لە "
    "ئەندازیارانی پارێزگا کرد بەلەمێک دابین بکەن تا پردێکی نوێ لە شوێنی کۆنەکە دروست دەکرێت.",
    "kmr": "Encûmena taxa kevn roja yekşemê civiya da ku li ser pira ku lehiyê biriye biaxive û ji endezyarên "
    "parêzgehê xwest ku keştiyekê peyda bikin heta ku pireke nû li cihê ya kevn were avakirin.",
}
TITLES = {
    "en": "A ferry until the bridge is built", "ar": "عبارة إلى أن يبنى الجسر",
    "ckb": "بەلەمێک تا پردەکە دروست دەکرێت", "kmr": "Keştiyek heta ku pir were avakirin",
}  # fmt: skip


@pytest.fixture
def copies(desk: Any) -> dict[str, list[int]]:
    """Three copies of each language's text: at noon (seen last), 12 minutes and 3 h 05 later."""
    ids: dict[str, list[int]] = {}
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        for language, text in TEXTS.items():
            for place, minutes in ((1, 12), (2, 185), (0, 0)):
                article = Article(
                    url=f"https://{language}{place}.example/1", source=f"{language}-{place}", text=text,
                    title=TITLES[language], language=language, published=NOON + timedelta(minutes=minutes),
                    published_precision="minute",
                )  # fmt: skip
                arrival = Arrival(article=article, signature=signature(fold(text)), seen=NOON + timedelta(hours=8))
                ids.setdefault(language, []).append(save(db, arrival).article)
            ids[language].sort()
    return ids


def test_show_tells_the_first_appearance_and_each_delay_titles_on_lines_of_their_own(
    desk: Any, copies: dict[str, list[int]]
) -> None:
    for language, (first, second, third) in copies.items():
        lines = desk.khabar("show", str(second)).stdout.splitlines()
        begin = lines.index("The same story  3 articles of 3 sources")
        assert lines[begin + 1 :] == [
            f"     first  2026-03-14 15:00  {first}  {language}-0  https://{language}0.example/1",
            TITLES[language],
            f"   +12 min  2026-03-14 15:12  {second}  {language}-1  (this article)",
            TITLES[language],
            f"   +3 h 05  2026-03-14 18:05  {third}  {language}-2  https://{language}2.example/1",
            TITLES[language],
        ]


def test_json_of_show_has_appearance_delay_and_first(desk: Any, copies: dict[str, list[int]]) -> None:
    shown = json.loads(desk.khabar("show", "--json", str(copies["ar"][1])).stdout)["story"]

    assert [one["id"] for one in shown["articles"]] == copies["ar"]
    assert [(one["delay"], one["first"]) for one in shown["articles"]] == [(0, True), (720, False), (11100, False)]
    assert {"id", "url", "source", "published", "appeared"} <= shown["articles"][0].keys()
    assert shown["articles"][2]["appeared"] == "2026-03-14T15:05:00Z"


def test_a_copy_without_a_minute_is_told_to_be_that_late_at_most(desk: Any, copies: dict[str, list[int]]) -> None:
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        article = Article(url="https://day.example/1", source="day", text=TEXTS["en"], title="A ferry")
        save(db, Arrival(article=article, signature=signature(fold(article.text)), seen=NOON + timedelta(hours=51)))

    assert "\n≤+2 d 03 h  2026-03-16 18:00  " in desk.khabar("show", str(copies["en"][0])).stdout


def test_list_shows_stories_of_several_articles_newest_first(desk: Any, copies: dict[str, list[int]]) -> None:
    told = desk.khabar("stories", "list", "--language", "ku")
    lines = told.stdout.split("\n")

    assert (told.returncode, told.stderr) == (0, "")
    assert lines[:3] == [
        TITLES["kmr"],
        "3 articles of 3 sources, kmr",
        f"     first  2026-03-14 15:00  {copies['kmr'][0]}  kmr-0  https://kmr0.example/1",
    ]
    assert TITLES["ckb"] in lines
    assert TITLES["ar"] not in lines

    stories = [json.loads(line) for line in desk.khabar("stories", "list", "--json").stdout.splitlines()]
    assert {story["count"] for story in stories} == {3}
    assert len(stories) == 4
    assert all(story["id"] in [one["id"] for one in story["articles"]] for story in stories)
    assert len(desk.khabar("stories", "list", "--json", "--limit", "2").stdout.splitlines()) == 2
    assert len(desk.khabar("stories", "list", "--json", "--source", "ar-*").stdout.splitlines()) == 1


def test_list_says_so_where_there_is_none(desk: Any, copies: dict[str, list[int]]) -> None:
    told = desk.khabar("stories", "list", "--since", "2026-04-01")

    assert (told.returncode, told.stdout, told.stderr) == (0, "", "No story of several articles.\n")


def test_split_and_merge_take_numbers_and_addresses(desk: Any, copies: dict[str, list[int]]) -> None:
    first, second, third = copies["ckb"]
    split = desk.khabar("stories", "split", "https://ckb2.example/1")
    assert (split.returncode, split.stderr) == (0, "")
    assert split.stdout == f"{third}: story {third}, was {second}\n"

    again = desk.khabar("stories", "split", str(third))
    assert (again.returncode, again.stdout) == (0, "Each is a story of its own already.\n")

    merged = desk.khabar("stories", "merge", "--json", str(third), "https://ckb0.example/1")
    assert [one["article"] for one in json.loads(merged.stdout)["moved"]] == [third]
    assert desk.khabar("stories", "merge", str(third), str(first)).stdout == "They are one story already.\n"

    desk.khabar("stories", "split", "--together", str(first), str(third))
    rows = desk.rows("SELECT story FROM articles WHERE id IN (?, ?)", first, third)
    assert len({row["story"] for row in rows}) == 1
    decisions = desk.rows("SELECT decision, article, story_before, story FROM story_decisions ORDER BY id")
    assert [row["decision"] for row in decisions] == ["split", "merge", "split", "split"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("split", "12345"), "the archive holds no article '12345'"),
        (("split", "https://nobody.example/1"), "the archive holds no article"),
        (("split",), "Missing argument 'ARTICLE...'"),
        (("merge", "https://en0.example/1"), "it takes two articles to make their stories one"),
        (("merge", "https://en0.example/1", "http://en0.example/1"), "it takes two articles"),
        (("list", "--topic", "nothing"), "neither the desk nor the archive knows 'nothing'"),
    ],
)
def test_what_a_person_got_wrong_is_one_line_and_changes_nothing(
    desk: Any, copies: dict[str, list[int]], args: tuple[str, ...], said: str
) -> None:
    done = desk.khabar("stories", *args)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert desk.rows("SELECT 1 FROM story_decisions") == []


def test_without_an_archive_it_is_told_and_none_is_made(desk: Any) -> None:
    done = desk.khabar("stories", "split", "1")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "there is no archive yet" in done.stderr
    assert not (desk.root / "archive.db").exists()


def test_a_split_waits_for_another_writers_transaction(desk: Any, copies: dict[str, list[int]]) -> None:
    with closing(sqlite3.connect(desk.root / "archive.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        split = subprocess.Popen(desk.command("stories", "split", str(copies["en"][1])), env=desk.environment)
        with pytest.raises(subprocess.TimeoutExpired):
            split.wait(1)
        other.execute("COMMIT")
        assert split.wait(60) == 0
    assert len(desk.rows("SELECT 1 FROM story_decisions")) == 1
