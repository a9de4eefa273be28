"""What becomes of an article that arrives: new, revised, unchanged, duplicate."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive.article import Fate
from archive.search import search
from topics.evidence import Evidence, Tag


def rows(db, query, *values):
    return [dict(row) for row in db.execute(query, values)]


def tag(topic, start=0, end=1, field="text", version="p1"):
    piece = Evidence(rule="rule[0]", term="term", field=field, start=start, end=end, score=1.0, note="why")
    return Tag(topic=topic, score=1.0, pack_version=version, evidence=(piece,))


def test_a_new_article_is_archived_with_every_field_in_utc(db, keep, noon) -> None:
    baghdad = timezone(timedelta(hours=3))
    stored = keep(
        title="Title",
        headline="Head",
        authors=("Ana", "بەهار"),
        published=datetime(2026, 3, 14, 1, 2, 3, tzinfo=baghdad),
        published_raw="14 March",
        published_zone="+03:00",
        published_precision="minute",
        modified=datetime(2026, 3, 14, 2, 0, tzinfo=baghdad),
        language="en",
        dateline="Agency",
        section="Politics",
        image="https://news.example/i.jpg",
        keywords=("k",),
        text="One.\nTwo.",
    )

    assert stored.fate is Fate.ARCHIVED
    (row,) = rows(db, "SELECT * FROM articles")
    assert row == {
        "id": stored.article,
        "url": "https://news.example/1",
        "source": "example",
        "title": "Title",
        "headline": "Head",
        "authors": '["Ana", "بەهار"]',
        "published": "2026-03-13T22:02:03Z",
        "published_raw": "14 March",
        "published_zone": "+03:00",
        "published_precision": "minute",
        "modified": "2026-03-13T23:00:00Z",
        "language": "en",
        "dateline": "Agency",
        "section": "Politics",
        "image": "https://news.example/i.jpg",
        "text": "One.\nTwo.",
        "first_seen": "2026-03-14T12:00:00Z",
        "last_seen": "2026-03-14T12:00:00Z",
        "story": stored.story,
        "reserved": "[]",
        "page_sha256": None,
        "page_fetched": "2026-03-14T12:00:00Z",
    }


def test_an_undated_article_is_archived_without_a_date_and_numbered_by_first_sight(db, keep, noon) -> None:
    stored = keep(published=None)

    assert rows(db, "SELECT published FROM articles") == [{"published": None}]
    assert stored.article // 1_000_000 == int(noon.timestamp())


def test_ids_grow_with_publication_and_count_within_a_second(keep) -> None:
    second = datetime(2026, 1, 1, tzinfo=UTC)
    later = keep(url="https://news.example/b", published=second + timedelta(seconds=1)).article
    first = keep(url="https://news.example/a", published=second).article
    again = keep(url="https://news.example/c", title="C", published=second + timedelta(microseconds=5)).article

    base = int(second.timestamp()) * 1_000_000
    assert (first, again, later) == (base, base + 1, base + 1_000_000)


@pytest.mark.parametrize("year", [1, 1969, 2255, 2300, 9999])
def test_an_id_stays_a_safe_whole_number_whatever_the_date(keep, year) -> None:
    assert 0 <= keep(published=datetime(year, 6, 1, tzinfo=UTC)).article < 2**53


def test_a_full_second_spills_into_the_next(db, keep) -> None:
    second = datetime(2026, 1, 1, tzinfo=UTC)
    first = keep(published=second).article
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("UPDATE article_head SET id = ?", (first + 999_999,))

    assert keep(url="https://news.example/2", text="Another.", published=second).article == first + 1_000_000


def test_the_same_article_again_is_unchanged_and_seen_later(db, keep, minutes) -> None:
    first = keep(run=1)
    second = keep(seen=minutes(10), run=2)

    assert (second.fate, second.article) == (Fate.UNCHANGED, first.article)
    assert rows(db, "SELECT first_seen, last_seen FROM articles") == [
        {"first_seen": "2026-03-14T12:00:00Z", "last_seen": "2026-03-14T12:10:00Z"}
    ]
    assert rows(db, "SELECT url, run, fate, status FROM visits") == [
        {"url": "https://news.example/1", "run": 2, "fate": "unchanged", "status": 200}
    ]


def test_an_address_written_otherwise_is_the_same_article(db, keep) -> None:
    keep(url="https://news.example/1")

    assert keep(url="http://www.news.example/1/?utm_source=x#top").fate is Fate.UNCHANGED
    assert rows(db, "SELECT url FROM articles") == [{"url": "https://news.example/1"}]


def test_white_space_is_no_revision_and_leaves_text_and_title_as_they_are(db, keep) -> None:
    keep(title="A  title", text="One two.\nThree.")

    assert keep(title="A title", text=" One  two. Three.").fate is Fate.UNCHANGED
    assert rows(db, "SELECT title, text FROM articles") == [{"title": "A  title", "text": "One two.\nThree."}]


def test_an_edited_text_becomes_a_revision_that_keeps_the_version_before(db, keep, minutes, noon) -> None:
    words = [f"word{number}" for number in range(98)]
    first = keep(title="Old title", text=" ".join(words))
    second = keep(title="Old title", text=" ".join([*words[:-1], "another"]), seen=minutes(30))

    assert (second.fate, second.article, second.story) == (Fate.REVISED, first.article, first.story)
    (revision,) = rows(db, "SELECT article, seen, title, text, change FROM revisions")
    assert revision == {
        "article": first.article,
        "seen": "2026-03-14T12:30:00Z",
        "title": "Old title",
        "text": " ".join(words),
        "change": 0.01,
    }
    assert rows(db, "SELECT text FROM articles")[0]["text"].endswith("another")


def test_a_changed_title_alone_is_a_revision(db, keep) -> None:
    keep(title="Four dead in blast")

    assert keep(title="Seven dead in blast").fate is Fate.REVISED
    assert rows(db, "SELECT title FROM articles") == [{"title": "Seven dead in blast"}]
    assert rows(db, "SELECT title FROM revisions") == [{"title": "Four dead in blast"}]


@pytest.mark.parametrize("missing", [None, ""])
def test_a_title_that_is_missing_this_time_is_not_edited_away(db, keep, missing) -> None:
    keep(title="A title")

    assert keep(title=missing).fate is Fate.UNCHANGED
    assert keep(title=missing, text="Another text.").fate is Fate.REVISED
    assert rows(db, "SELECT title FROM articles") == [{"title": "A title"}]


def test_a_revision_is_found_by_its_new_words_and_no_longer_by_the_old(db, keep) -> None:
    keep(title="الفصائل", text="Kata'ib said so.")
    keep(title="الحكومة", text="The ministry said so.")

    for word, found in (("kataib", 0), ("فصائل", 0), ("ministry", 1), ("حكومة", 1), ("said", 1)):
        assert len(search(db, word)) == found, word
    db.execute("INSERT INTO article_index (article_index) VALUES ('integrity-check')")


def test_a_change_back_is_a_revision_too(db, keep, minutes) -> None:
    for number, text in enumerate(("First.", "Second.", "First.")):
        keep(text=text, seen=minutes(number))

    assert [row["text"] for row in rows(db, "SELECT text FROM revisions ORDER BY id")] == ["First.", "Second."]
    assert rows(db, "SELECT text FROM articles") == [{"text": "First."}]


def test_tags_and_evidence_are_kept_and_replaced_with_a_revision(db, keep) -> None:
    stored = keep(text="ISIS in Syria", tags=(tag("isis", 0, 4), tag("syria", 8, 13)))
    assert rows(db, "SELECT * FROM tags ORDER BY topic") == [
        {"article": stored.article, "topic": "isis", "score": 1.0, "pack_version": "p1"},
        {"article": stored.article, "topic": "syria", "score": 1.0, "pack_version": "p1"},
    ]
    assert rows(db, 'SELECT topic, rule, term, field, start, "end", score, note FROM evidence')[0] == {
        "topic": "isis",
        "rule": "rule[0]",
        "term": "term",
        "field": "text",
        "start": 0,
        "end": 4,
        "score": 1.0,
        "note": "why",
    }

    keep(text="Iran instead", tags=(tag("iran", 0, 4, version="p2"),))

    assert rows(db, "SELECT topic, pack_version FROM tags") == [{"topic": "iran", "pack_version": "p2"}]
    assert rows(db, "SELECT topic FROM evidence") == [{"topic": "iran"}]


def test_a_date_and_authors_that_come_later_are_taken_over_without_a_revision(db, keep, noon) -> None:
    keep(published=None, authors=())
    late = keep(published=noon - timedelta(days=2), published_precision="minute", authors=("Ana",))

    assert late.fate is Fate.UNCHANGED
    (row,) = rows(db, "SELECT id, published, authors FROM articles")
    assert (row["id"], row["published"], json.loads(row["authors"])) == (late.article, "2026-03-12T12:00:00Z", ["Ana"])
    assert rows(db, "SELECT * FROM revisions") == []


def test_what_a_page_no_longer_tells_stays(db, keep, noon) -> None:
    keep(published=noon, published_precision="minute", section="Politics", authors=("Ana",))
    keep(published=None, section=None, authors=())

    (row,) = rows(db, "SELECT published, section, authors FROM articles")
    assert row == {"published": "2026-03-14T12:00:00Z", "section": "Politics", "authors": '["Ana"]'}


def test_a_bare_day_does_not_replace_a_minute(db, keep, noon) -> None:
    keep(published=noon, published_precision="minute")
    keep(published=noon.replace(hour=0), published_precision="day")

    assert rows(db, "SELECT published, published_precision FROM articles") == [
        {"published": "2026-03-14T12:00:00Z", "published_precision": "minute"}
    ]


def test_a_redirect_makes_both_addresses_the_articles_own(db, keep) -> None:
    first = keep(url="https://news.example/long-slug", requested="https://news.example/?id=1")
    again = keep(url="https://news.example/?id=1")

    assert (again.fate, again.article) == (Fate.UNCHANGED, first.article)
    assert {(row["url"], row["fate"]) for row in rows(db, "SELECT url, fate FROM visits")} == {
        ("https://news.example/long-slug", "archived"),
        ("https://news.example/?id=1", "unchanged"),
    }


def test_a_new_address_that_redirects_to_an_archived_article_is_a_duplicate(db, keep) -> None:
    first = keep(url="https://news.example/1")
    other = keep(url="https://news.example/1", requested="https://short.example/x")

    assert (other.fate, other.article) == (Fate.DUPLICATE, first.article)
    assert {row["url"]: row["fate"] for row in rows(db, "SELECT url, fate FROM visits")} == {
        "https://news.example/1": "unchanged",
        "https://short.example/x": "duplicate",
    }


def test_an_article_that_moved_keeps_its_id_and_its_history(db, keep, prose) -> None:
    text = prose(100, 1)
    first = keep(url="https://news.example/old-slug", text=text)
    moved = keep(url="https://news.example/new-slug", requested="https://news.example/old-slug", text=text + " More.")

    assert (moved.fate, moved.article) == (Fate.REVISED, first.article)
    assert rows(db, "SELECT url FROM articles") == [{"url": "https://news.example/new-slug"}]


def test_an_article_that_its_feed_shows_at_another_address_stays_one_and_is_edited_there(db, keep, prose, noon) -> None:
    told = {"title": "العنوان", "text": prose(100, 1), "published": noon, "published_precision": "minute"}
    first = keep(url="https://news.example/ar/1", **told)
    moved = keep(url="https://news.example/iraq/1", **told)
    edited = keep(url="https://news.example/iraq/1", **told | {"text": told["text"] + " More."})

    assert (moved.fate, moved.article) == (Fate.DUPLICATE, first.article)
    assert (edited.fate, edited.article) == (Fate.REVISED, first.article)
    assert rows(db, "SELECT url FROM articles") == [{"url": "https://news.example/iraq/1"}]


@pytest.mark.parametrize(
    "another",
    [
        {"title": "Another title"},
        {"text": "Another text."},
        {"published": datetime(2026, 3, 14, 12, 1, tzinfo=UTC)},
        {"source": "another"},
    ],
)
def test_what_differs_in_title_text_date_or_source_is_another_article(db, keep, noon, another) -> None:
    told = {"title": "Title", "text": "One.", "published": noon, "published_precision": "minute"}
    keep(url="https://news.example/1", **told)

    assert keep(url="https://news.example/2", **told | another).fate is Fate.ARCHIVED


def test_an_old_address_that_leads_to_another_article_does_not_overwrite_the_old_one(db, keep, prose) -> None:
    gone = keep(url="https://news.example/gone", text=prose(100, 1))
    latest = keep(url="https://news.example/latest", requested="https://news.example/gone", text=prose(100, 2))

    assert latest.fate is Fate.ARCHIVED
    assert latest.article != gone.article
    assert rows(db, "SELECT count(*) AS n FROM revisions") == [{"n": 0}]


def test_a_page_that_calls_an_archived_article_its_own_address_is_a_duplicate(db, keep, prose) -> None:
    text = prose(100, 1)
    first = keep(url="https://news.example/1", text=text)
    page = keep(url="https://news.example/print/1", canonical="https://news.example/1", text=text + " Printed.")

    assert (page.fate, page.article) == (Fate.DUPLICATE, first.article)
    assert rows(db, "SELECT count(*) AS n FROM articles") == [{"n": 1}]
    assert rows(db, "SELECT text FROM articles") == [{"text": text}]


def test_a_print_page_that_differs_a_little_never_makes_revisions(db, keep, prose) -> None:
    text = prose(100, 1)
    keep(url="https://news.example/1", text=text)
    for ending in (" Printed.", " Printed today."):
        page = keep(url="https://news.example/print/1", canonical="https://news.example/1", text=text + ending)
        assert page.fate is Fate.DUPLICATE

    assert rows(db, "SELECT * FROM revisions") == []


def test_the_page_itself_takes_over_from_its_copy_that_came_first(db, keep, prose) -> None:
    text = prose(100, 1)
    copy = keep(url="https://news.example/print/1", canonical="https://news.example/1", text=text)
    page = keep(url="https://news.example/1", text=text + " More.")
    edited = keep(url="https://news.example/1", text=text + " Much more.")
    printed = keep(url="https://news.example/print/1", text=text)

    assert (page.fate, edited.fate, printed.fate) == (Fate.DUPLICATE, Fate.REVISED, Fate.DUPLICATE)
    assert {copy.article, page.article, edited.article, printed.article} == {copy.article}


def test_a_wrong_canonical_address_does_not_swallow_other_articles(db, keep, prose) -> None:
    fates = [
        keep(url=f"https://news.example/{number}", canonical="https://news.example/news", text=prose(100, number)).fate
        for number in range(3)
    ]

    assert fates == [Fate.ARCHIVED] * 3


def test_what_sqlite_cannot_keep_is_replaced_in_its_place(db, keep) -> None:
    stored = keep(title="a\ud800b", text="nul\0nul", authors=("\udfff",))

    (row,) = rows(db, "SELECT title, text, authors FROM articles WHERE id = ?", stored.article)
    assert row == {"title": "a?b", "text": "nul nul", "authors": '["?"]'}


def test_what_a_publisher_reserves_is_known_as_the_page_said_it_last(db, keep) -> None:
    keep(reserved=("noarchive",))
    assert rows(db, "SELECT reserved FROM articles") == [{"reserved": '["noarchive"]'}]

    keep()
    assert rows(db, "SELECT reserved FROM articles") == [{"reserved": "[]"}]


def test_an_undated_article_is_none_that_moved_though_it_arrived_at_the_second_of_the_other_ones_date(
    keep, noon
) -> None:
    keep(seen=noon)

    assert keep(url="https://news.example/2", published=noon).fate is Fate.ARCHIVED
    assert keep(url="https://news.example/3", published=noon).fate is Fate.DUPLICATE
