"""`khabar show` tells what each edit changed, so that it can be read in every script."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.lines import NO_LINES, hashes_of
from archive.storing import Arrival, save

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ROAD = {
    "en": "The road between the two towns remains closed.",
    "ar": "ما زال الطريق بين البلدتين مغلقا.",
    "ckb": "ڕێگای نێوان دوو شارۆچکەکە هێشتا داخراوە.",
    "kmr": "Riya di navbera her du bajarokan de hê girtî ye.",
}
EDITS = {
    "en": ("Four people died in Kirkuk.", "Seven people died in Kirkuk.", "[-Four-] {+Seven+} people died in Kirkuk."),
    "ar": ("قتل أربعة في كركوك.", "قتل سبعة في كركوك.", "\u200fقتل [-أربعة-] {+سبعة+} في كركوك.\u200f"),
    "ckb": (
        "چوار کەس لە کەرکووک کوژران.",
        "حەوت کەس لە کەرکووک کوژران.",
        "\u200f[-چوار-] {+حەوت+} کەس لە کەرکووک کوژران.\u200f",
    ),
    "kmr": (
        "Li Kerkûkê çar kes hatin kuştin.",
        "Li Kerkûkê heft kes hatin kuştin.",
        "Li Kerkûkê [-çar-] {+heft+} kes hatin kuştin.",
    ),
}


@pytest.fixture
def edited(desk):
    """An article of each language, edited once and changed back, and its date edited; the ids."""
    ids = {}
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        for language, (before, after, _) in EDITS.items():
            for hour, text in enumerate((before, after, before, before)):
                at = NOON + timedelta(hours=hour // 3)
                article = Article(
                    url=f"https://{language}.example/1", source="one", title="—", text=f"{ROAD[language]}\n{text}",
                    language=language, published=at, published_raw=f"{at:%Y-%m-%d %H:%M}", published_precision="minute",
                )  # fmt: skip
                ids[language] = save(db, Arrival(article=article, seen=NOON + timedelta(hours=hour))).article
    return ids


@pytest.mark.parametrize("language", EDITS)
def test_an_edit_reads_well_in_its_own_script(desk, edited, language) -> None:
    result = desk.khabar("show", str(edited[language]))

    lines = result.stdout.splitlines()
    begin = lines.index("Earlier versions")
    assert lines[begin + 1].startswith("  version 2: seen 2026-03-14 16:00, the text, ")
    assert lines[begin + 2 : begin + 4] == ["  … 1 paragraph unchanged", EDITS[language][2]]
    assert lines[begin + 4].endswith("back to the version of 2026-03-14 15:00")
    assert lines[-2:] == ["  version 4: seen 2026-03-14 18:00, the date", "  2026-03-14 15:00 → 2026-03-14 16:00"]


@pytest.mark.parametrize("language", EDITS)
def test_each_version_can_be_read_as_it_was(desk, edited, language) -> None:
    before, after, _ = EDITS[language]
    for number, text in enumerate((before, after, before, before), 1):
        result = desk.khabar("show", str(edited[language]), "--version", str(number))
        assert result.stdout == f"—\n\n{ROAD[language]}\n{text}\n"

    first = json.loads(desk.khabar("show", str(edited[language]), "--version", "1", "--json").stdout)
    assert first == {"title": "—", "text": f"{ROAD[language]}\n{before}", "published": "2026-03-14T12:00:00Z"}


def test_a_version_that_does_not_exist_is_one_line(desk, edited) -> None:
    result = desk.khabar("show", str(edited["en"]), "--version", "9")

    assert result.returncode == 2
    assert "--version: there are 4 versions of this article" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_json_tells_what_each_edit_changed(desk, edited) -> None:
    revisions = json.loads(desk.khabar("show", str(edited["ar"]), "--json").stdout)["revisions"]

    assert [row["changed"] for row in revisions] == [["text"], ["text"], ["published"]]
    assert [row["back_to"] for row in revisions] == [None, revisions[0]["id"], None]
    assert all({"seen", "title", "text", "change"} <= set(row) for row in revisions)


BOX = {
    "en": "Follow the channel of the paper for all news of the valley.",
    "ar": "تابعوا قناة الصحيفة لمعرفة كل أخبار الوادي.",
    "ckb": "بۆ هەموو هەواڵەکانی دۆڵەکە کەناڵی ڕۆژنامەکە بەدوادا بچن.",
    "kmr": "Ji bo hemû nûçeyên geliyê kanala rojnameyê bişopînin.",
}


@pytest.mark.parametrize("language", EDITS)
def test_a_line_that_is_known_for_the_templates_only_later_is_shown_as_nobodys_edit(desk, language) -> None:
    before, after, expected = EDITS[language]
    road, box = ROAD[language], BOX[language]
    looks = [(before, 0, True), (before, 1, True), (after, 1, True), (after, 1, False)]  # text, hour, with the box
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        for number, (text, hour, boxed) in enumerate(looks):
            at = NOON + timedelta(hours=hour)
            article = Article(
                url="https://one.example/1", source="one", title="—", language=language, published=at,
                published_raw=f"{at:%Y-%m-%d %H:%M}", published_precision="minute",
                text="\n".join([road, text, *([box] if boxed else [])]),
            )  # fmt: skip
            stored = save(db, Arrival(
                article=article, seen=NOON + timedelta(hours=number), lines=hashes_of([road, text, box]),
                left_out=NO_LINES if boxed else hashes_of([box]),
            ))  # fmt: skip

    lines = desk.khabar("show", str(stored.article)).stdout.splitlines()

    begin = lines.index("Earlier versions")
    assert lines[begin + 1 : begin + 3] == [
        "  version 2: seen 2026-03-14 16:00, the date", "  2026-03-14 15:00 → 2026-03-14 16:00",
    ]  # fmt: skip
    assert lines[begin + 3].startswith("  version 3: seen 2026-03-14 17:00, the text, ")
    assert lines[begin + 4 :] == ["  … 1 paragraph unchanged", expected]
