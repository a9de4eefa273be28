"""What another reading makes of an article's fields, dates and topics."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.article import Article
from archive.database import transaction
from archive.extractions import write_rereading
from archive.forgetting import forget_article, scrub
from archive.lines import NO_LINES
from archive.reading import extractions_of
from archive.rereading import Reread, reread, versions_of
from archive.search import search
from archive.storing import Arrival, save
from topics.evidence import Evidence, Tag

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
WORDS = {
    "en": ("The ferry sank at noon.", "The ferry sank at noon. Nine millers were saved.", "millers"),
    "ar": ("غرقت العبّارة ظهراً.", "غرقت العبّارة ظهراً. أُنقذ تسعة طحانين.", "طحانين"),
    "ckb": ("بەلەمەکە نیوەڕۆ نوقم بوو.", "بەلەمەکە نیوەڕۆ نوقم بوو. نۆ ئاشەوان ڕزگار کران.", "ئاشەوان"),
    "kmr": ("Kelek nîvro noq bû.", "Kelek nîvro noq bû. Neh aşvan hatin xilaskirin.", "aşvan"),
}
PAGE = b"\x01" * 32


def archived(db, page: bytes = PAGE, minute: int = 0, **fields: Any) -> int:
    given = {"url": "https://news.example/1", "source": "wire", "title": "A ferry", "text": "The ferry sank at noon."}
    article = Article(**{**given, **fields})
    with transaction(db):
        return save(db, Arrival(article=article, seen=NOON + timedelta(minutes=minute), page_hash=page)).article


def read_anew(db, number: int, *articles: Article, tags: tuple[Tag, ...] = ()) -> list[str]:
    """Reads the latest pages of an article as *articles*, the latest last; what changed of the latest."""
    versions = versions_of(db, number)[-len(articles) :]
    readings = {
        version.key: Reread(article=article, left_out=NO_LINES, signature=b"", tags=tags)
        for version, article in zip(versions, articles, strict=True)
    }
    with transaction(db):
        found = reread(db, number, readings)
        assert found is not None
        write_rereading(db, found, at=NOON + timedelta(days=9), code="khabar 0, extraction 2", pack_version="p2")
    return next((change.names for change in found.changes if change.revision is None), [])


def reading(**fields: Any) -> Article:
    given = {"url": "https://news.example/1", "source": "wire", "title": "A ferry", "text": "The ferry sank at noon."}
    return Article(**{**given, **fields})


def head(db, number: int) -> dict[str, Any]:
    return dict(db.execute("SELECT * FROM articles WHERE id = ?", (number,)).fetchone())


@pytest.mark.parametrize("language", WORDS)
def test_index_topics_and_evidence_go_with_the_words(db, language: str) -> None:
    before, after, word = WORDS[language]
    number = archived(db, text=before, language=language)
    start = after.index(word)
    found = Evidence(rule="rule[0]", term=word, field="text", start=start, end=start + len(word), score=1.0)
    tag = Tag(topic="weir", score=1.0, pack_version="p2", evidence=(found,))

    assert read_anew(db, number, reading(text=after, language=language), tags=(tag,)) == ["text"]
    assert [hit.id for hit in search(db, word)] == [number]
    assert head(db, number)["text"] == after
    place = db.execute('SELECT start, "end" FROM evidence WHERE article = ?', (number,)).fetchone()
    assert after[place[0] : place[1]] == word
    db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")
    (row,) = extractions_of(db, number)
    assert (row["before"], row["code"], row["revision"]) == ({"text": before}, "khabar 0, extraction 2", None)

    assert read_anew(db, number, reading(text=before, language=language)) == ["text"]  # and back
    assert not search(db, word)
    assert db.execute("SELECT count(*) FROM tags").fetchone()[0] == 0
    assert len(extractions_of(db, number)) == 2


DAY = {"published": datetime(2026, 3, 14, tzinfo=UTC), "published_precision": "day", "published_raw": "14 March 2026"}
MINUTE = {
    "published": datetime(2026, 3, 14, 9, 30, tzinfo=UTC), "published_precision": "minute",
    "published_raw": "2026-03-14 12:30",
}  # fmt: skip
OTHER_ZONE = MINUTE | {"published": datetime(2026, 3, 14, 12, 30, tzinfo=UTC)}
AGO = {
    "published": datetime(2026, 3, 14, 10, tzinfo=UTC), "published_precision": "minute", "published_raw": "2 hours ago",
}  # fmt: skip
BETTER_AGO = AGO | {"published": datetime(2026, 3, 14, 10, 5, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("stood", "is_read", "stays"),
    [
        ({}, DAY, False), (DAY, MINUTE, False), (MINUTE, OTHER_ZONE, False), (AGO, BETTER_AGO, False),
        (MINUTE, {}, True), (MINUTE, DAY, True), (MINUTE, AGO, True),
    ],
    ids=["none-day", "day-minute", "other-zone", "ago-ago", "minute-none", "minute-day", "minute-ago"],
)  # fmt: skip
def test_a_date_gives_way_only_to_a_better_one(db, stood: dict, is_read: dict, stays: bool) -> None:
    number = archived(db, **stood)
    read_anew(db, number, reading(**is_read))
    expected = stood if stays else is_read
    row = db.execute("SELECT published, published_raw, moved, id FROM article_head").fetchone()
    at = expected["published"]
    assert (row["published"], row["published_raw"]) == (f"{at:%Y-%m-%dT%H:%M:%SZ}", expected["published_raw"])
    assert row["moved"] == (row["id"] // 1_000_000 != int(at.timestamp()))


def test_ago_counts_from_the_first_look_or_nobody_knows_it(db) -> None:
    number = archived(db, **AGO)
    archived(db, b"\x02" * 32, 60, text="Seven people have died, says the ministry of the interior.")
    later = {"published": datetime(2026, 3, 14, 11, tzinfo=UTC), "published_raw": "2 hours ago"}

    edited = reading(text="Seven people have died, says the ministry of the interior.", **later)
    assert read_anew(db, number, edited) == []  # the first page is not kept
    assert read_anew(db, number, reading(**BETTER_AGO), edited) == ["published"]
    assert head(db, number)["published"] == "2026-03-14T10:05:00Z"
    assert json.loads(db.execute("SELECT changed FROM revisions").fetchone()[0]) == ["text"]


def test_ago_does_not_count_from_a_later_look_that_found_the_same_words(db) -> None:
    number = archived(db, language="ku", **AGO)
    archived(db, b"\x02" * 32, 60, language="ckb")  # another language alone: the archive names the later page
    later = {"published": datetime(2026, 3, 14, 11, tzinfo=UTC), "published_raw": "2 hours ago"}

    assert read_anew(db, number, reading(language="ckb", **later)) == []
    assert head(db, number)["published"] == "2026-03-14T10:00:00Z"


def test_what_a_later_look_told_is_not_taken_back(db) -> None:
    first = {"modified": NOON, "reserved": ("noindex",)}
    number = archived(db, **first)
    archived(db, b"\x02" * 32, 60, modified=NOON + timedelta(minutes=50), reserved=("noai",))

    read_anew(db, number, reading(**first))
    assert head(db, number)["modified"] == "2026-03-14T12:50:00Z"
    assert head(db, number)["reserved"] == '["noai", "noindex"]'


def test_an_edit_of_the_date_stays_one(db) -> None:
    number = archived(db, **MINUTE)
    redated = MINUTE | {"published": datetime(2026, 3, 14, 15, tzinfo=UTC), "published_raw": "2026-03-14 18:00"}
    archived(db, b"\x02" * 32, 60, **redated)

    longer = "The ferry sank at noon, and nobody was hurt."
    assert read_anew(db, number, reading(text=longer, **MINUTE), reading(text=longer, **redated)) == ["text"]
    row = db.execute("SELECT changed, published FROM revisions").fetchone()
    assert (json.loads(row["changed"]), row["published"]) == (["published"], "2026-03-14T09:30:00Z")
    assert head(db, number)["published"] == "2026-03-14T15:00:00Z"


def test_authors_go_only_where_no_later_look_may_have_told_them(db) -> None:
    number = archived(db, authors=("Staff",), headline="Ferries", section="News")
    assert read_anew(db, number, reading()) == ["headline", "authors"]
    assert (head(db, number)["authors"], head(db, number)["section"]) == ("[]", "News")

    archived(db, b"\x02" * 32, 60, authors=("Layla Hasan",))  # the same words on another page
    assert read_anew(db, number, reading()) == []
    assert head(db, number)["authors"] == '["Layla Hasan"]'
    assert [hit.id for hit in search(db, "author:Layla")] == [number]


def test_what_stood_before_is_forgotten_with_its_article(db, archive_path) -> None:
    number = archived(db, text="A word that stands nowhere else: Zerpheline.")
    read_anew(db, number, reading(text="Another reading of it."))
    assert extractions_of(db, number)
    with transaction(db):
        forget_article(db, number, NOON)
    assert not db.execute("SELECT 1 FROM extractions").fetchone()
    assert scrub(db)
    assert b"Zerpheline" not in archive_path.read_bytes()


def test_what_came_meanwhile_is_left_alone(db) -> None:
    number = archived(db)
    (version,) = versions_of(db, number)
    archived(db, b"\x02" * 32, 60, text="Seven people have died, says the ministry of the interior.")
    late = Reread(article=replace(reading(), text="Other words."), left_out=NO_LINES, signature=b"", tags=())

    assert reread(db, number, {version.key: late}) is None
    assert reread(db, number + 1, {version.key: late}) is None
