"""Stories are split and merged by hand, and the hand's word lasts."""

import random
from contextlib import closing
from datetime import timedelta

import pytest

from archive.database import open_archive, transaction
from archive.owing import of_article, owe
from archive.regrouping import merge, split


@pytest.fixture
def arrive(keep, prose, noon):
    """The next article, with text number *which*, of a source of its own; its id."""
    count = [0]

    def put(which=1, *, more="", url=None):
        count[0] += 1
        return keep(
            url=url or f"https://s{count[0]}.example/1", source=f"s{count[0]}", text=prose(120, which) + more,
            seen=noon + timedelta(minutes=count[0]),
        ).article  # fmt: skip

    return put


@pytest.fixture
def hand(db, noon):
    """Splits and merges, each in a transaction: `hand(split, 1, 2, together=True)`."""

    def do(what, *articles, **how):
        with transaction(db):
            return what(db, articles, noon + timedelta(days=1), **how)

    return do


@pytest.fixture
def stories(db):
    """The articles of each story, in the order of their arrival; every row is checked against the others."""

    def read():
        groups = {}
        for story, article in db.execute("SELECT story, id FROM article_head ORDER BY first_seen, id"):
            groups.setdefault(story, []).append(article)
        assert all(story in articles for story, articles in groups.items()), "a story has the id of one of its own"
        rows = {row[0]: (row[1], row[2]) for row in db.execute("SELECT id, first_article, articles FROM stories")}
        assert rows == {story: (articles[0], len(articles)) for story, articles in groups.items()}
        told = db.execute(
            "SELECT subject, alerts.story, article_head.story FROM alerts JOIN article_head ON article = id "
            "WHERE subject LIKE 'story:%'"
        )
        for subject, its_story, story in told:
            assert its_story == story
            assert subject.split("/")[0] == f"story:{story}"
        return sorted(groups.values())

    return read


@pytest.fixture
def told(db, noon):
    """Owes an article's story to a channel; whether that is a new message."""

    def owe_it(article, alert="desk", per_story=True):
        story = db.execute("SELECT story FROM article_head WHERE id = ?", (article,)).fetchone()[0]
        with transaction(db):
            telling = of_article(alert, article=article, story=story, per_story=per_story)
            return owe(db, telling, ["env:MAIL"], at=noon) == 1

    return owe_it


def test_an_article_that_is_split_off_is_a_story_of_its_own(db, arrive, hand, stories) -> None:
    a, b, c = arrive(), arrive(), arrive()

    [moved] = hand(split, b)

    assert (moved.article, moved.before, moved.story) == (b, a, b)
    assert stories() == [[a, c], [b]]
    assert [tuple(row)[1:] for row in db.execute("SELECT * FROM story_decisions")] == [
        ("2026-03-15T12:00:00Z", "split", b, a, b)
    ]


def test_where_the_namesake_leaves_the_rest_is_named_after_the_next_to_arrive(db, arrive, hand, stories) -> None:
    a, b, c = arrive(), arrive(), arrive()

    hand(split, a)

    assert stories() == [[a], [b, c]]
    assert db.execute("SELECT story FROM article_head WHERE id = ?", (c,)).fetchone()[0] == b


def test_several_are_split_off_each_alone_or_together(arrive, hand, stories) -> None:
    a, b, c, d, e, f = (arrive() for _ in range(6))

    assert len(hand(split, b, c)) == 2
    assert stories() == [[a, d, e, f], [b], [c]]
    assert len(hand(split, a, f, together=True)) == 2
    assert stories() == [[a, f], [b], [c], [d, e]]
    hand(split, f, b, d, together=True)
    assert stories() == [[a], [b, d, f], [c], [e]]


def test_merged_stories_are_one_with_all_their_copies(db, arrive, hand, stories) -> None:
    a, b, c, d = arrive(1), arrive(2), arrive(2), arrive(1)

    moved = hand(merge, d, c)

    assert [(one.article, one.before, one.story) for one in moved] == [(b, b, a), (c, b, a)]
    assert stories() == [[a, b, c, d]]
    assert [row[0] for row in db.execute("SELECT decision FROM story_decisions")] == ["merge", "merge"]


def test_what_is_so_already_is_left_alone_and_not_recorded(db, arrive, hand) -> None:
    a, b, alone = arrive(), arrive(), arrive(2)

    assert hand(split, alone) == []
    assert hand(split, a, b, together=True) == []
    assert hand(merge, a, b) == []
    hand(split, b)
    assert hand(split, b) == []
    assert db.execute("SELECT count(*) FROM story_decisions").fetchone()[0] == 1


def test_a_split_article_stays_out_when_it_is_edited_back_and_read_again(db, arrive, hand, stories) -> None:
    a, b = arrive(url="https://a.example/1"), arrive(url="https://b.example/1")
    hand(split, b)

    for which, more in ((2, ""), (1, ""), (1, ""), (1, " An edit.")):
        assert arrive(which, more=more, url="https://b.example/1") == b
    assert stories() == [[a], [b]]


def test_a_later_copy_of_both_joins_the_one_it_is_most_like_and_never_bridges_them(arrive, hand, stories) -> None:
    a = arrive()
    b = arrive(more=" This is what the second of them adds to it at its end.")
    hand(split, b)

    like_b = arrive(more=" This is what the second of them adds to it at its very end.")
    like_both = arrive()

    assert stories() == [[a, like_both], [b, like_b]]


def test_whoever_archives_meanwhile_sees_at_once_what_another_process_split(
    arrive, stories, archive_path, noon
) -> None:
    a = arrive()
    b = arrive(more=" This is what the second of them adds to it at its end.")  # its table of bands is full by now
    with closing(open_archive(archive_path)) as other, transaction(other):
        split(other, [a, b], noon)

    c = arrive(more=" This is what the second of them adds to it at its very end.")

    assert stories() == [[a], [b, c]]


def test_of_two_that_a_copy_is_equally_like_the_first_to_appear_has_it(arrive, hand, stories) -> None:
    a, b = arrive(), arrive()
    hand(split, b)

    c = arrive()

    assert stories() == [[a, c], [b]]


def test_new_copies_of_every_part_come_to_a_merged_story(arrive, hand, stories) -> None:
    a, b = arrive(1), arrive(2)
    hand(merge, a, b)

    c, d = arrive(2), arrive(1)

    assert stories() == [[a, b, c, d]]


def test_what_was_told_goes_with_its_article_and_the_rest_is_told_anew(db, arrive, hand, stories, told) -> None:
    a, b = arrive(), arrive()
    assert told(a)
    assert not told(b)

    hand(split, a)  # its namesake: what is left has another id

    assert stories() == [[a], [b]]
    assert not told(a)
    assert told(b), "nothing was ever told of it"


def test_a_story_that_was_told_stays_silent_when_a_copy_leaves_that_was_not(arrive, hand, told, stories) -> None:
    a, b, c = arrive(), arrive(), arrive()
    told(b)

    hand(split, a)

    assert stories() == [[a], [b, c]]
    assert not told(c)
    assert told(a)


def test_two_stories_that_were_told_are_silent_when_merged_and_when_split_again(
    db, arrive, hand, told, stories
) -> None:
    a, b, c = arrive(1), arrive(2), arrive(3)
    assert told(a)
    assert told(b)
    assert told(b, alert="other")

    hand(merge, a, b, c)
    stories()
    assert not any((told(a), told(b), told(c), told(a, alert="other")))
    hand(split, a)
    stories()
    assert not any((told(a), told(b), told(c)))
    hand(split, c)
    stories()
    assert told(c)
    assert db.execute("SELECT count(*) FROM alerts").fetchone()[0] == 4


def test_alerts_on_single_articles_are_none_of_a_storys(db, arrive, hand, told) -> None:
    a, b = arrive(), arrive()
    assert told(a, per_story=False)

    hand(split, a)

    assert not told(a, per_story=False)
    assert told(a)
    assert told(b)


def test_any_row_of_decisions_leaves_every_row_in_order(db, arrive, hand, stories, told) -> None:
    chance = random.Random(11)
    articles = [arrive(1 + number % 4) for number in range(12)]
    for _ in range(150):
        some = chance.sample(articles, chance.randint(1, 5))
        if chance.random() < 0.5:
            hand(split, *some, together=chance.random() < 0.5)
        else:
            hand(merge, *some)
        told(chance.choice(articles), alert=chance.choice(("one", "other")))
        stories()
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_what_fails_halfway_changes_nothing(db, arrive, stories, noon) -> None:
    a, b = arrive(), arrive()
    with pytest.raises(ValueError, match="stop"), transaction(db):
        split(db, [a], noon)
        raise ValueError("stop")

    assert stories() == [[a, b]]
    assert db.execute("SELECT count(*) FROM story_decisions").fetchone()[0] == 0
