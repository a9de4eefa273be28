"""Copies of one story find each other, and nothing else does."""

import random
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from archive.article import Article, Fate
from archive.database import open_archive, transaction
from archive.likeness import LEAST_ALIKE, alike, signature
from archive.storing import Arrival, save
from topics.fold import fold

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


def sign(text):
    return signature(fold(text))


def syndicated(text, chance):
    """A quarter of the sentences cut, and one word in twenty changed."""
    sentences = text.split(". ")
    kept = [sentence for sentence in sentences if chance.random() > 0.25] or sentences
    words = ". ".join(kept).split(" ")
    return " ".join(word if chance.random() > 0.05 else f"other{chance.randrange(10_000)}" for word in words)


@pytest.fixture
def story_of(db):
    return lambda stored: db.execute("SELECT story FROM article_head WHERE id = ?", (stored.article,)).fetchone()[0]


def test_copies_are_found_and_strangers_are_not(keep, prose) -> None:
    chance = random.Random(3)
    texts = [prose(150 + 10 * number, number) for number in range(60)]
    originals = [keep(url=f"https://one.example/{number}", text=text) for number, text in enumerate(texts)]
    assert len({stored.story for stored in originals}) == 60

    for kind, change in (
        ("syndicated", lambda text: syndicated(text, chance)),
        ("first half", lambda text: text[: len(text) // 2]),
        ("small edit", lambda text: text.replace(" a", " the a", 2)),
    ):
        copies = [keep(url=f"https://{kind[:5]}.example/{n}", text=change(text)) for n, text in enumerate(texts)]
        joined = sum(copy.story == original.story for copy, original in zip(copies, originals, strict=True))
        assert joined >= 58, kind
        assert all(copy.fate is Fate.ARCHIVED for copy in copies)


def test_a_story_is_named_after_its_first_arrival_and_counts_its_articles(db, keep, prose, noon, minutes) -> None:
    text = prose(120, 1)
    late_but_first = keep(url="https://a.example/1", text=text, published=noon, seen=minutes(0))
    original = keep(url="https://b.example/1", text=text, published=noon - timedelta(hours=1), seen=minutes(5))
    third = keep(url="https://a.example/2", text=text + " More.", seen=minutes(9))

    assert {late_but_first.story, original.story, third.story} == {late_but_first.article}
    assert [tuple(row) for row in db.execute("SELECT * FROM stories")] == [
        (late_but_first.article, original.article, 3)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "عاجل: انفجار في بغداد",
        "The article will be updated as more becomes known. Follow us on Telegram for breaking news.",
    ],
)
def test_very_short_texts_are_never_joined(keep, text) -> None:
    assert keep(url="https://a.example/1", text=text).story != keep(url="https://b.example/1", text=text).story


def test_spelling_does_not_keep_copies_apart(keep) -> None:
    words = "أعلنت الحكومة أنّ الفصائل في كركوك وأربيل تسلّمت القرار"
    plain = "اعلنت الحكومه ان الفصايل في كركوك واربيل تسلمت القرار"
    text, other = (
        " ".join(f"{word}{number}" for number in range(6) for word in line.split()) for line in (words, plain)
    )

    assert alike(sign(text), sign(other)) == 1.0
    assert keep(url="https://a.example/1", text=text).story == keep(url="https://b.example/1", text=other).story


def test_a_copy_that_comes_after_the_window_begins_a_story_of_its_own(db, keep, prose, noon) -> None:
    text = prose(120, 1)
    first = keep(url="https://a.example/1", text=text, seen=noon)
    for number in range(2):  # whoever comes later makes room
        keep(url=f"https://b.example/{number}", text=prose(120, 10 + number), seen=noon + timedelta(days=11))

    late = keep(url="https://c.example/1", text=text, seen=noon + timedelta(days=11))

    assert late.story != first.story
    assert db.execute("SELECT count(*) FROM signatures").fetchone()[0] == 3
    assert db.execute("SELECT count(*) FROM bands WHERE article = ?", (first.article,)).fetchone()[0] == 0


def test_the_first_arrivals_after_a_long_pause_join_nothing_that_is_older_than_the_window(keep, prose, noon) -> None:
    """Nobody came meanwhile who would have made room."""
    for number in range(8):
        keep(url=f"https://a.example/{number}", text=prose(120, number), seen=noon)

    for number in range(8):
        late = keep(url=f"https://b.example/{number}", text=prose(120, number), seen=noon + timedelta(days=11))
        assert late.story == late.article


def test_copies_that_two_processes_archive_are_one_story(db, keep, prose, archive_path) -> None:
    text = prose(120, 1)
    article = Article(url="https://b.example/1", source="b", text=text)
    with closing(open_archive(archive_path)) as other:
        for number in range(3):
            keep(url=f"https://a.example/{number}", text=prose(120, 10 + number))
        with transaction(other):
            theirs = save(other, Arrival(article=article, signature=sign(text), seen=NOW))

        assert keep(url="https://a.example/9", text=text).story == theirs.article


def test_what_was_rolled_back_is_no_story(db, keep, prose) -> None:
    text = prose(120, 1)
    article = Article(url="https://b.example/1", source="b", text=text)
    with pytest.raises(ValueError, match="stop"), transaction(db):
        for url in ("https://b.example/1", "https://b.example/2"):
            save(db, Arrival(article=replace(article, url=url), signature=sign(text), seen=NOW))
        raise ValueError("stop")

    stored = keep(url="https://a.example/1", text=text)

    assert stored.story == stored.article
    assert keep(url="https://a.example/2", text=text).story == stored.article


def test_an_edit_leaves_an_article_in_its_story_and_lets_copies_find_its_new_text(db, keep, prose, story_of) -> None:
    before, after = prose(120, 1), prose(120, 2)
    article = keep(url="https://a.example/1", text=before)
    keep(url="https://a.example/1", text=after)

    assert keep(url="https://b.example/1", text=after).story == story_of(article)
    assert keep(url="https://c.example/1", text=before).story != story_of(article)


def test_an_article_without_a_signature_is_a_story_of_its_own(keep, prose) -> None:
    text = prose(120, 1)

    assert (
        keep(url="https://a.example/1", text=text, signed=False).story
        != keep(url="https://b.example/1", text=text).story
    )


def test_signatures_are_always_the_same_ones() -> None:
    """Stored signatures are compared with those of later versions of Khabar and of its libraries."""
    text = " ".join(f"word{number}" for number in range(40))

    assert sign(text).hex()[:32] == "cc4c6dc2e1bbe73434decf859828f836"


def test_a_signature_that_an_earlier_khabar_wrote_is_like_nothing_and_in_nobodys_way(db, keep, prose) -> None:
    text = prose(120, 1)
    first = keep(url="https://a.example/1", text=text)
    with transaction(db):
        db.execute("UPDATE signatures SET signature = substr(signature, 1, 256)")
    db.execute("DELETE FROM temp.bands")
    db.execute("DELETE FROM temp.banded")

    assert keep(url="https://b.example/1", text=text).story != first.story
    assert keep(url="https://a.example/1", text=f"{text} More.").story == first.story
    assert keep(url="https://c.example/1", text=f"{text} More.").story == first.story


def test_likeness_is_the_share_of_runs_in_common(prose) -> None:
    words = prose(600, 1).split()
    whole, part = " ".join(words[:400]), " ".join(words[:200])

    assert alike(sign(whole), sign(part)) == pytest.approx(0.5, abs=0.12)
    assert alike(sign(whole), sign(whole)) == 1.0
    assert alike(sign(whole), b"") == 0.0


def test_unrelated_texts_are_far_below_the_mark(prose) -> None:
    signatures = [sign(prose(200, number)) for number in range(100, 140)]

    assert max(alike(one, other) for one, other in combinations(signatures, 2)) < LEAST_ALIKE / 3


def test_a_megabyte_of_text_has_a_signature_too(prose) -> None:
    assert len(sign(prose(100_000, 1))) == len(sign(prose(100, 1)))
