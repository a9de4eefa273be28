"""The rollup: whatever is done to articles, in whatever order, `volume` is what counting them gives."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Article
from archive.likeness import signature
from archive.storing import Arrival, save
from archive.tagging import replace_tags
from archive.times import to_text
from topics.evidence import Evidence, Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
COUNTED = """
    SELECT 0, substr(coalesce(published, first_seen), 1, 13) || ':00:00Z' AS hour, source, count(*)
    FROM article_head GROUP BY 2, 3
    UNION ALL
    SELECT topic, substr(coalesce(published, first_seen), 1, 13) || ':00:00Z', source, count(*)
    FROM article_tags JOIN article_head ON id = article GROUP BY 1, 2, 3
"""


def tags(topics):
    piece = Evidence(rule="rule[0]", term="t", field="text", start=0, end=1, score=1.0)
    return tuple(Tag(topic=topic, score=1.0, pack_version="p", evidence=(piece,)) for topic in sorted(topics))


numbers = st.integers(0, 3)
topics = st.sets(st.sampled_from(["isis", "syria", "نفط"])).map(tags)
dates = st.none() | st.integers(-200, 200).map(lambda minutes: NOON + timedelta(minutes=minutes))
words = st.sampled_from(["One text.", "Another text.", "نص آخر.", "Metnek din."])
sources = st.sampled_from(["one", "two"])
steps = st.one_of(
    st.tuples(st.just("save"), numbers, sources, words, dates, topics),
    st.tuples(st.just("retag"), numbers, topics),
    st.tuples(st.just("date"), numbers, dates),
    st.tuples(st.just("source"), numbers, sources),
    st.tuples(st.just("delete"), numbers),
    st.tuples(st.just("delete all of"), sources),
)


def do(db, step):
    """Does one of the steps, to the article of that number among those that are there."""
    match step:
        case ("save", number, source, text, published, found):
            article = Article(
                url=f"https://{source}.example/{number}", source=source, title=f"Title {number}", text=text,
                published=published, published_precision="minute" if published else None,
            )  # fmt: skip
            save(db, Arrival(article=article, tags=found, signature=signature(fold(text)), seen=NOON))
        case ("delete all of", source):
            db.execute("DELETE FROM article_head WHERE source = ?", (source,))
        case (what, number, *values):
            row = db.execute("SELECT id FROM article_head ORDER BY id LIMIT 1 OFFSET ?", (number,)).fetchone()
            if row is not None:
                change(db, what, row[0], *values)


def change(db, what, article, value=None):
    if what == "retag":
        replace_tags(db, article, value, "q")
    elif what == "date":
        db.execute("UPDATE article_head SET published = ? WHERE id = ?", (value and to_text(value), article))
    elif what == "source":
        db.execute("UPDATE article_head SET source = ? WHERE id = ?", (value, article))
    else:
        db.execute("DELETE FROM article_head WHERE id = ?", (article,))


def by_hour(db):
    """What `volume_hours` has."""
    rows = db.execute("SELECT topic, hour, articles FROM volume_hours WHERE articles <> 0")
    return {(topic, hour): articles for topic, hour, articles in rows}


def hours_of(volume):
    """The same, counted from the rows of `volume`."""
    hours = Counter()
    for topic, hour, _, articles in volume:
        hours[topic, hour] += articles
    return hours


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(steps, min_size=1, max_size=25))
def test_after_any_order_of_steps_it_is_what_counting_gives(db, done) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in done:
            do(db, step)
        kept = {
            tuple(row) for row in db.execute("SELECT topic, hour, source, articles FROM volume WHERE articles <> 0")
        }
        assert kept == {tuple(row) for row in db.execute(COUNTED)}
        assert by_hour(db) == hours_of(kept)
    finally:
        db.execute("ROLLBACK")


@pytest.mark.parametrize("name", ["volume_article", "volume_tag", "volume_untag", "volume_moved", "volume_forgotten"])
def test_each_trigger_is_needed(db, name) -> None:
    """What the property would miss, if it could not fail."""
    db.execute(f"DROP TRIGGER {name}")
    for step in (
        ("save", 0, "one", "One text.", NOON, tags(["isis"])), ("save", 1, "one", "نص آخر.", None, tags(["isis"])),
        ("date", 0, NOON + timedelta(hours=2)), ("retag", 0, tags(["syria"])), ("delete", 1),
    ):  # fmt: skip
        do(db, step)

    kept = {tuple(row) for row in db.execute("SELECT topic, hour, source, articles FROM volume WHERE articles <> 0")}
    assert kept != {tuple(row) for row in db.execute(COUNTED)}


@pytest.mark.parametrize("name", ["volume_hour_begun", "volume_hour_counted", "volume_hour_ended"])
def test_so_is_each_that_counts_by_the_hour_alone(db, name) -> None:
    db.execute(f"DROP TRIGGER {name}")
    for number in range(2):
        do(db, ("save", number, "one", f"Text {number}, نص.", NOON, tags(["isis"])))
    db.execute("DELETE FROM volume WHERE topic <> 0")

    volume = {tuple(row) for row in db.execute("SELECT topic, hour, source, articles FROM volume")}
    assert by_hour(db) != hours_of(volume)
