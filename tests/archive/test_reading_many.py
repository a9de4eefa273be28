"""Many articles read together are what each is by itself, whoever writes meanwhile and however large they are."""

from contextlib import closing
from datetime import UTC, timedelta

import pytest

from archive import exporting
from archive.copies import with_copy
from archive.database import open_archive, transaction
from archive.exporting import chosen_ids, read_many
from archive.reading import read_record
from archive.search import NO_FILTERS
from topics.evidence import Evidence, Tag


@pytest.fixture
def ids(db, keep, prose, noon, minutes):
    """Articles with tags, copies and edits, newest first."""
    for place in range(12):
        piece = Evidence(rule="rule[0]", term="t", field="text", start=place, end=place + 3, score=1.0)
        tags = tuple(
            Tag(topic=topic, score=place / 4, pack_version="p", evidence=(piece, piece)) for topic in ("b", "a")
        )
        keep(
            url=f"https://s{place}.example/1", source=f"s{place}", text=prose(90, place // 3), seen=minutes(place),
            tags=tags[: place % 3], published=noon + timedelta(hours=place),
        )  # fmt: skip
    for edit in range(3):
        number = keep(
            url="https://s5.example/1", source="s5", text=prose(90, 40 + edit), seen=minutes(100 + edit)
        ).article
    db.execute(
        "INSERT INTO extractions (article, at, code, changed, change, before) "
        "VALUES (?, '2026-03-15T12:00:00Z', 'c', '[\"title\"]', 0.1, '{\"title\": \"Before\"}')",
        (number,),
    )
    return list(chosen_ids(db, "", filters=NO_FILTERS, zone=UTC, now=noon))


@pytest.mark.parametrize(("at_once", "size"), [(200, 2**22), (5, 2**22), (200, 1), (200, 1_500)])
def test_each_is_what_it_is_by_itself(db, ids, monkeypatch, at_once, size) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", at_once)
    monkeypatch.setattr(exporting, "EXPORT_BYTES_AT_ONCE", size)
    assert len(ids) == 12
    many = [record.as_dict() for record in read_many(db, ids)]
    alone = [read_record(db, article).as_dict() for article in ids]
    assert many == alone
    assert [list(one) for one in many] == [list(one) for one in alone]
    assert sum(len(one["revisions"]) for one in many) == 3
    assert [one["before"] for row in many for one in row["extractions"]] == [{"title": "Before"}]
    assert {one["story"]["count"] for one in many} >= {3}


def test_copies_of_one_story_share_what_is_told_of_it(db, ids) -> None:
    """A text that flooded the archive has a thousand copies, and each of them names all the others."""
    copies = [record.story for record in read_many(db, ids) if record.story["count"] == 3]
    assert len(copies) >= 3
    assert len({id(story) for story in copies}) == len({story["id"] for story in copies})
    told = copies[0]
    first, _, last = told["articles"]
    assert with_copy(db, {**told, "articles": [first]}, last["id"])["articles"] == [first, last]
    assert with_copy(db, told, last["id"]) is told


def test_what_is_large_is_read_by_itself(db, ids, monkeypatch) -> None:
    """Its earlier versions count: a page that changes with each look has hundreds."""
    monkeypatch.setattr(exporting, "EXPORT_BYTES_AT_ONCE", 1_400)
    edited = next(number for number, article in enumerate(ids) if read_record(db, article).revisions)
    reading = read_many(db, ids)
    for _ in ids[: edited + 1]:
        next(reading)
    db.execute("DELETE FROM article_text WHERE id = ?", (ids[edited + 1],))
    following = next(reading)
    assert following.article["id"] == ids[edited + 2], "the one behind it was not read with it"


def test_what_goes_meanwhile_is_left_out_and_what_comes_is_not_taken(db, archive_path, ids, keep, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 4)
    reading = read_many(db, ids)
    first = [next(reading).article["id"] for _ in range(4)]
    assert not db.in_transaction, "nothing is held while the caller works"
    with closing(open_archive(archive_path)) as other, transaction(other):
        for article in (*ids[4:9], ids[0]):
            other.execute("DELETE FROM article_text WHERE id = ?", (article,))
    keep(url="https://new.example/1", source="new")
    assert first + [record.article["id"] for record in reading] == [*ids[:4], *ids[9:]]
