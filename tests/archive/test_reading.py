"""What is read of an article and of stories is of one moment, whoever writes between two questions to the archive."""

from contextlib import closing
from datetime import timedelta

import pytest

from archive.article import Article
from archive.copies import read_stories
from archive.database import open_archive, transaction
from archive.reading import read_record
from archive.regrouping import merge, split
from archive.storing import Arrival, save


@pytest.fixture
def two(keep, prose, noon):
    """Two stories of three copies each; an id of each."""
    ids = [
        keep(url=f"https://s{place}.example/1", source=f"s{place}", text=prose(120, place // 3), seen=noon).article
        for place in range(6)
    ]
    return ids[::3]


@pytest.fixture
def interrupted(archive_path):
    """Reads with a connection of its own; before the question number *place*, another one writes *what*. The result,
    and whether there was such a question.
    """

    def read(what, place, write):
        questions = []

        def ask(sql):
            questions.append(sql)
            if len(questions) == place:
                with closing(open_archive(archive_path)) as writer, transaction(writer):
                    write(writer)

        with closing(open_archive(archive_path, read_only=True)) as db:
            db.set_trace_callback(ask)
            result = what(db)
            db.set_trace_callback(None)
            assert not db.in_transaction
        return result, len(questions) >= place

    return read


def test_an_article_is_read_as_it_was_before_or_after_an_edit_and_a_merge(two, prose, noon, interrupted) -> None:
    a, b = two
    count = 0

    def edit_and_regroup(writer):
        nonlocal count
        count += 1
        article = Article(url="https://s0.example/1", source="s0", title="A title", text=f"{prose(120, 0)} {count}")
        save(writer, Arrival(article=article, seen=noon + timedelta(minutes=count)))
        (split if count % 2 == 0 else merge)(writer, [b, a], noon)

    asked, place = True, 0
    while asked:
        place += 1
        record, asked = interrupted(lambda db: read_record(db, a), place, edit_and_regroup)
        assert record is not None
        assert record.article["text"] not in [revision["text"] for revision in record.revisions]
        copies = [copy["id"] for copy in record.story["articles"]]
        assert a in copies
        assert len(copies) == record.story["count"]
    assert place > 5


@pytest.mark.parametrize("meanwhile", [merge, split])
def test_stories_are_listed_as_they_were_before_or_after_the_hand_moved_them(
    db, two, noon, interrupted, meanwhile
) -> None:
    asked, place = True, 0
    while asked:
        place += 1
        with transaction(db):
            (split if meanwhile is merge else merge)(db, two, noon)
        stories, asked = interrupted(read_stories, place, lambda writer: meanwhile(writer, two, noon))
        assert stories
        for story in stories:
            assert len(story["articles"]) == story["count"]
            assert [copy["first"] for copy in story["articles"]].count(True) == 1
    assert place > 5
