"""What is older than it is kept is gone but for its hashes and what it counts, and does not come back."""

import json
import logging
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from hashlib import sha256
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from alerts.baseline import WEEKS
from archive.article import EXPIRED, FORGOTTEN, Article, Entry, Fate, Visit
from archive.backfills import Span, give_order
from archive.capturing import record_capture
from archive.checks.asking import ask
from archive.checks.examining import checks_of
from archive.checks.kept_pages import kept_pages
from archive.database import open_archive, transaction
from archive.expired_pages import with_their_pages
from archive.forgetting import forget_address, lift, remembered, scrub, why_gone
from archive.forgotten import gone
from archive.frontier import take_up
from archive.ledger import key_of, record_visit, see_entries
from archive.likeness import signature
from archive.lines import hashes_of
from archive.owing import Held, of_article, owe
from archive.pacing import paced
from archive.packed_page import PackedPage
from archive.pages import keep_page, kept_hashes, open_pages, packed
from archive.retention import GRACE, Retention, announce, announced, due, due_counts, expire_all
from archive.search import search
from archive.storing import Arrival, save
from archive.trends import bounds, trends
from archive.windows import await_digest
from crawler.expiring import tend
from seeds.keeping import LEAST_KEEP_DAYS
from topics.evidence import Evidence, Tag
from topics.fold import fold

TEXTS = {
    "en": ("Zanqarite found at Qarabulaq", "The zanqarite was found at Qarabulaq. Nobody had looked there for years."),
    "ar": ("زنقاريت في قرابولاق", "عثر على الزنقاريت في قرابولاق. لم يبحث أحد هناك منذ سنين."),
    "ckb": ("زەنقاریت لە قەرەبوڵاق", "زەنقاریت لە قەرەبوڵاق دۆزرایەوە. ساڵانێک بوو کەس نەچووبووە ئەوێ."),
    "kmr": ("Zenqarît li Qerebulaqê", "Zenqarît li Qerebulaqê hat dîtin. Bi salan kes li wir negeriyabû."),
}
URL = "https://news.example/en/secretive-path-1"
CANONICAL = "https://news.example/en/secretive-path-one"
KEPT = Retention(days=90)
LATER = timedelta(days=91)


def arrival(noon, language="en", seen=None, **fields):
    title, text = TEXTS[language]
    given = {
        "url": URL, "source": "example", "title": title, "text": text, "language": language, "authors": ("Rana Rare",),
        "canonical": CANONICAL, "published": noon,
    }  # fmt: skip
    article = Article(**given | fields)
    evidence = Evidence(rule="any", term="zanqarite", field="text", start=0, end=4, score=1.0)
    tag = Tag(topic="minerals", score=1.0, evidence=(evidence,), pack_version="1")
    return Arrival(
        article=article, tags=(tag,), pack_version="1", signature=signature(fold(article.text), fold(article.title)),
        seen=seen or noon, run=1, status=200, lines=hashes_of(article.text.split("\n")),
    )  # fmt: skip


def put(db, arrival):
    with transaction(db):
        return save(db, arrival)


def expire(db, now, retention=KEPT):
    return sum(expire_all(db, retention, now))


def test_the_least_is_what_spikes_and_silences_are_told_by() -> None:
    assert LEAST_KEEP_DAYS >= (WEEKS + 1) * 7, "watched_since looks a week further back"


@pytest.mark.parametrize("language", TEXTS)
def test_only_hashes_and_counts_are_left_in_any_language(db, archive_path, noon, keep, language) -> None:
    keep(
        url="https://news.example/other", title="The harvest", text="It came in early.", seen=noon + timedelta(days=60)
    )
    title, text = TEXTS[language]
    article = put(db, arrival(noon, language)).article
    edited = arrival(noon, language, text=text + " And more of it, on Friday.", seen=noon + timedelta(hours=1))
    assert put(db, edited).fate is Fate.REVISED
    with transaction(db):
        owe(db, of_article("sent", article=article, story=article), ["hook"], at=noon)
        db.execute("UPDATE alerts SET state = 'sent', sent = born")
    spans = bounds(noon, noon + timedelta(days=1), "day", UTC)
    before = trends(db, spans, topics={"minerals": 1}, now=noon, zone=UTC)

    assert expire(db, noon + LATER) == 1

    words = (title.split()[0], "Rana", "secretive")
    for table in ("article_head", "article_text", "revisions", "evidence", "addresses", "visits", "marks", "lines"):
        rows = [str(tuple(row)) for row in db.execute(f"SELECT * FROM {table}")]
        assert not [row for row in rows if any(word in row for word in words)], table
    assert search(db, title.split()[0]) == []
    assert search(db, "author:rana") == []
    assert [tuple(row) for row in db.execute("SELECT article, source, topics FROM expired")] == [
        (article, "example", "[1]")
    ]
    assert trends(db, spans, topics={"minerals": 1}, now=noon, zone=UTC) == before
    assert before[1].total == 1
    assert list(ask(db, checks_of(noon + LATER))) == []
    assert scrub(db)
    stored = archive_path.read_bytes()
    folded = fold(title).tokens[0].encode()
    assert [word for word in (title.encode(), folded, b"secretive") if word in stored] == []


def test_nothing_brings_it_back_and_it_is_counted_by_why(db, noon) -> None:
    came, at = arrival(noon), noon + LATER
    put(db, came)
    assert expire(db, at) == 1
    with transaction(db):
        seen = see_entries(
            db, source="example", run=2, way="https://news.example/feed", at=at,
            entries=[Entry(url=URL), Entry(url=URL + "?utm_source=x"), Entry(url="https://news.example/new")],
        )  # fmt: skip
        assert (dict(seen.gone), [one.url for one in seen.wanted]) == ({EXPIRED: 1}, ["https://news.example/new"])
        order = give_order(db, "example", Span(since=noon - LATER, until=at), "--since 365d", at)
        assert take_up(db, order, [Entry(url=URL)], at).new == 0
        visit = Visit(url=URL, source="example", run=1, at=at, fate=Fate.ARCHIVED)
        assert not record_capture(db, visit)
        assert not record_visit(db, visit)
        row = db.execute("SELECT counts FROM backfills").fetchone()[0]
        assert EXPIRED in json.dumps(row)
    copy = replace(came.article, url="https://news.example/print/7", canonical=None)
    claims = replace(copy, url="https://news.example/8", text="Quite other words, of somebody else.", canonical=URL)
    undated = replace(copy, url="https://news.example/9", published=None)
    for article in (came.article, copy, claims, undated):
        with transaction(db):
            assert remembered(db, article) is None
            assert why_gone(db, article.url) == EXPIRED
    others = replace(copy, source="other", url="https://other.example/1")
    anew = replace(copy, url="https://news.example/10", published=noon + timedelta(days=365))
    for article in (others, anew):
        with transaction(db):
            assert remembered(db, article) == article


def test_its_number_is_given_to_no_other(db, noon) -> None:
    first = put(db, arrival(noon)).article
    expire(db, noon + LATER)
    other = arrival(noon, url="https://news.example/other", text="Something else in the same second.", canonical=None)
    assert put(db, other).article == first + 1


def test_what_a_person_had_forgotten_is_no_longer_only_expired(db, noon) -> None:
    put(db, arrival(noon))
    expire(db, noon + LATER)
    with transaction(db):
        assert not lift(db, key_of(URL)), "it would expire again"
        forgotten = forget_address(db, key_of(URL), noon + LATER)
    assert (forgotten.already, gone(db, key_of(URL)).reason) == (False, FORGOTTEN)
    with transaction(db):
        assert lift(db, key_of(URL))
    assert gone(db, key_of(URL)) is None


def stays(db, article, now=None, retention=KEPT):
    return article not in due(db, retention, now)


def test_days_are_counted_from_publication_else_from_first_sight(db, noon, keep) -> None:
    dated = put(db, arrival(noon - timedelta(days=30), seen=noon)).article
    undated = keep(url="https://news.example/2", text="No date stands here.", published=None).article
    assert due(db, KEPT, noon + timedelta(days=59)) == []
    assert due(db, KEPT, noon + timedelta(days=61)) == [dated]
    assert due(db, KEPT, noon + timedelta(days=91)) == [dated, undated]
    assert due_counts(db, KEPT, noon + timedelta(days=91)) == {"example": 2}


def test_what_came_late_stays_for_a_while_and_so_does_what_is_still_to_be_told(db, noon) -> None:
    old = noon - timedelta(days=400)
    late = put(db, arrival(old, seen=noon)).article
    assert stays(db, late, noon + GRACE - timedelta(hours=1))
    assert not stays(db, late, noon + GRACE + timedelta(hours=1))
    now = noon + timedelta(days=30)
    telling = of_article("a", article=late, story=late)
    with transaction(db):
        owe(db, telling, ["hook"], at=noon, held=Held(until=now + LATER, reason="quiet"))
    assert stays(db, late, now)
    with transaction(db):
        db.execute("UPDATE alerts SET state = 'waiting', released = born, due = born")
    assert stays(db, late, now)
    with transaction(db):
        db.execute("UPDATE alerts SET state = 'sent'")
    assert not stays(db, late, now)
    with transaction(db):
        await_digest(db, of_article("d", article=late, story=late, kind="digest"), noon)
    assert stays(db, late, now)


def test_what_was_edited_lately_and_what_is_dated_anew_stays(db, noon) -> None:
    edited = put(db, arrival(noon)).article
    put(
        db,
        arrival(noon, text="Other words stand there since yesterday, all of them new.", seen=noon + timedelta(days=80)),
    )
    assert stays(db, edited, noon + LATER)
    assert not stays(db, edited, noon + timedelta(days=171))
    moved = put(db, arrival(noon, url="https://news.example/7", canonical=None, text="A page of each day, as it is."))
    db.execute("UPDATE article_head SET published = '2027-01-01T00:00:00Z', moved = 1 WHERE id = ?", (moved.article,))
    assert stays(db, moved.article, noon + timedelta(days=171))
    db.execute("UPDATE article_head SET published = '2020-01-01T00:00:00Z', moved = 1 WHERE id = ?", (moved.article,))
    assert not stays(db, moved.article, noon + timedelta(days=20)), "older than its id says"


def test_a_source_has_days_of_its_own(db, noon) -> None:
    ids = {
        source: put(db, arrival(noon, url=f"https://{source}.example/1", source=source, canonical=None)).article
        for source in ("a", "b", "c")
    }
    retention = Retention(days=90, sources={"a": 0, "b": 200})
    assert due(db, retention, noon + timedelta(days=100)) == [ids["c"]]
    assert set(due(db, retention, noon + timedelta(days=201))) == {ids["b"], ids["c"]}
    assert due(db, Retention(), noon + timedelta(days=9_999)) == []
    assert Retention(sources={"a": 0}).is_for_ever
    assert not Retention(sources={"a": 70}).is_for_ever


def test_the_copies_of_others_stay_in_their_story(db, noon) -> None:
    text = " ".join(TEXTS["ar"][1] for _ in range(1)) + " " + " ".join(f"كلمة{number}" for number in range(40))
    first = put(db, arrival(noon, "ar", text=text, canonical=None))
    copy = put(
        db, arrival(noon + timedelta(hours=1), "ar", url="https://b.example/1", source="b", text=text, canonical=None)
    )
    assert copy.story == first.story
    assert expire(db, noon + LATER, Retention(days=90, sources={"b": 0})) == 1
    assert [tuple(row) for row in db.execute("SELECT * FROM stories")] == [(copy.article, copy.article, 1)]
    assert list(ask(db, checks_of(noon + LATER))) == []


def test_what_is_due_when_days_are_set_goes_a_day_after_that_was_said(db, archive_path, noon, caplog) -> None:
    put(db, arrival(noon))
    now = noon + LATER

    def left() -> int:
        return db.execute("SELECT count(*) FROM article_head").fetchone()[0]

    with caplog.at_level(logging.INFO):
        tend(archive_path, KEPT, now)
        assert left() == 1
        assert "1 articles are older than they are kept" in caplog.text
        assert announced(db, KEPT).articles == 1
        caplog.clear()
        tend(archive_path, KEPT, now + timedelta(hours=23))
        assert (left(), caplog.text) == (1, "")
        assert announced(db, Retention(days=80)) is None
        tend(archive_path, Retention(days=80), now + timedelta(hours=23))
        assert left() == 1, "another word, another day"
        tend(archive_path, Retention(days=80), now + timedelta(hours=48))
        assert left() == 0
        assert "1 articles were taken out" in caplog.text
    put(db, arrival(now, url="https://news.example/n", text="News of today."))
    for days in range(3, 96, 2):
        tend(archive_path, Retention(days=80), now + timedelta(days=days))
    assert left() == 0, "what becomes due later needs no word"


def test_a_clock_that_leaps_a_year_ahead_takes_nothing_out_for_a_day(db, archive_path, noon, caplog) -> None:
    put(db, arrival(noon))
    for hours in (0, 1):  # nothing is due
        tend(archive_path, KEPT, noon + timedelta(hours=hours))

    def left() -> int:
        return db.execute("SELECT count(*) FROM article_head").fetchone()[0]

    wrong = noon + timedelta(days=365)
    with caplog.at_level(logging.WARNING):
        for hours in (0, 1, 23):
            tend(archive_path, KEPT, wrong + timedelta(hours=hours))
    assert left() == 1
    assert "1 articles are older than they are kept" in caplog.text
    tend(archive_path, KEPT, noon + timedelta(days=2))  # it is set right
    assert announced(db, KEPT).begins < noon + timedelta(days=4), "or nothing would go for a year"
    assert left() == 1
    for days in range(4, 93, 2):
        tend(archive_path, KEPT, noon + timedelta(days=days))
    assert left() == 0


def test_the_pages_that_it_was_read_from_go_with_it(db, archive_path, noon) -> None:
    kept = [
        PackedPage(
            hash=sha256(body).digest(), url=url, requested=url, source="example", fetched=noon, status=200, headers=(),
            size=len(body), packed=packed(body),
        )
        for body, url in ((b"<p>zanqarite", URL), (b"<p>other", "https://news.example/other"))
    ]  # fmt: skip
    with closing(open_pages(archive_path.with_name("pages.db"))) as pages:
        with transaction(pages):
            for page in kept:
                keep_page(pages, page)
        put(db, replace(arrival(noon), page=kept[0], page_hash=kept[0].hash))
        later = arrival(noon + LATER, url=kept[1].url, canonical=None, text="Something else.")
        put(db, replace(later, page=kept[1], page_hash=kept[1].hash))
        with with_their_pages(archive_path) as before:
            assert sum(expire_all(db, KEPT, noon + LATER, before)) == 1
        assert list(kept_hashes(pages)) == [kept[1].hash]
    assert list(kept_pages(db, archive_path, quick=False)) == []
    db.execute("UPDATE article_text SET page_hash = NULL")
    with closing(open_pages(archive_path.with_name("pages.db"))) as pages:
        pages.execute("UPDATE pages SET kept = '2026-01-01T00:00:00Z'")
    [orphan] = kept_pages(db, archive_path, quick=True)
    assert (orphan.count, orphan.act(db)) == (1, 1)
    assert list(kept_pages(db, archive_path, quick=True)) == []


def test_a_person_need_not_wait(db, noon) -> None:
    put(db, arrival(noon))
    with transaction(db):
        assert announce(db, KEPT, noon + LATER, delay=timedelta()).begins == noon + LATER
        assert announce(db, Retention(), noon).articles == 0


def test_others_write_while_it_is_taken_out(db, archive_path, noon) -> None:
    with transaction(db):
        for number in range(200):
            text = f"Report {number} of the ferry. " + " ".join(f"w{number}x{place}" for place in range(60))
            save(db, arrival(noon, url=f"https://news.example/{number}", text=text, canonical=None))
    ended, waits = Event(), []

    def write() -> None:
        with closing(open_archive(archive_path)) as writer:
            while not ended.is_set():
                begun = monotonic()
                with transaction(writer):
                    writer.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('beat', '1')")
                waits.append(monotonic() - begun)
                sleep(0.005)

    thread = Thread(target=write)
    thread.start()
    try:
        assert sum(paced(expire_all(db, KEPT, noon + LATER))) == 200
    finally:
        ended.set()
        thread.join()
    assert len(waits) > 5, "it got its turn between the batches"
