"""What is forgotten is in no table, no index and no byte of the file, and does not come back; all else stays."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from archive.article import Article, Entry, Fate, Visit
from archive.database import transaction
from archive.forgetting import forget_address, forget_article, lift, remembered, scrub
from archive.index import rebuild_index
from archive.ledger import key_of, record_visit, see_entries, unfinished
from archive.likeness import signature
from archive.lines import hashes_of
from archive.outbox import claim, mark_failed
from archive.owing import Held, Telling, of_article, owe, suppress
from archive.regrouping import split
from archive.search import search
from archive.storing import Arrival, save
from archive.windows import await_digest
from topics.evidence import Evidence, Tag
from topics.fold import fold

TEXTS = {
    "en": ("Zanqarite found at Qarabulaq", "The zanqarite was found at Qarabulaq. Nobody had looked there for years."),
    "ar": ("زنقاريت في قرابولاق", "عثر على الزنقاريت في قرابولاق. لم يبحث أحد هناك منذ سنين."),
    "ckb": ("زەنقاریت لە قەرەبوڵاق", "زەنقاریت لە قەرەبوڵاق دۆزرایەوە. ساڵانێک بوو کەس نەچووبووە ئەوێ."),
    "kmr": ("Zenqarît li Qerebulaqê", "Zenqarît li Qerebulaqê hat dîtin. Bi salan kes li wir negeriyabû."),
}
RARE = (
    "zanqarite",
    "Qarabulaq",
    "زنقاريت",
    "قرابولاق",
    "زەنقاریت",
    "Zenqarît",
    "zenqarit",
    "secretive-path",
    "Rana Rare",
)
URL = "https://news.example/en/secretive-path-1"
AT = timedelta(hours=1)


def arrival(noon, language="en", **fields):
    title, text = TEXTS[language]
    given = {
        "url": URL, "source": "example", "title": title, "text": text, "language": language, "authors": ("Rana Rare",),
        "canonical": "https://news.example/en/secretive-path-one", "published": noon,
        "requested": "https://news.example/secretive-path-feed",
    }  # fmt: skip
    article = Article(**given | fields)
    start = article.text.index(article.title.split()[0][:4]) if article.title.split()[0][:4] in article.text else 0
    evidence = Evidence(rule="any", term="zanqarite", field="text", start=start, end=start + 4, score=1.0)
    tag = Tag(topic="minerals", score=1.0, evidence=(evidence,), pack_version="1")
    return Arrival(
        article=article, tags=(tag,), pack_version="1", signature=signature(fold(article.text), fold(article.title)),
        seen=noon, run=1, status=200, lines=hashes_of(article.text.split("\n")), revisit=(AT,),
        validators=('"secretive-path"', None),
    )  # fmt: skip


def put(db, arrival):
    with transaction(db):
        return save(db, arrival)


def forget(db, article, at):
    with transaction(db):
        return forget_article(db, article, at)


def everything(db):
    """Every value of every table, as text, with its place."""
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if table.startswith(("sqlite_", "article_index", "author_index")):
            continue
        for row in db.execute(f"SELECT * FROM {table}"):
            yield from ((f"{table}.{name}", row[name]) for name in row.keys())  # noqa: SIM118 -- a sqlite3.Row


def left_of(db, article):
    """Where the article, by its number or a word of it, is still to be found."""
    words = re.compile("|".join([*RARE, str(article)]))
    return [place for place, value in everything(db) if words.search(str(value))]


@pytest.mark.parametrize("language", TEXTS)
def test_nothing_of_it_is_left_in_any_table_or_index_or_byte(db, archive_path, noon, keep, language) -> None:
    keep(url="https://news.example/other", title="The harvest", text="The harvest came in early this year.")
    article = put(db, arrival(noon, language)).article
    title, text = TEXTS[language]
    edited = arrival(
        noon, language, text=text + " More of it was found on Friday, beneath the old bridge.", title=title + "!"
    )
    assert put(db, replace(edited, seen=noon + AT)).fate is Fate.REVISED
    alerts = [
        Telling(alert=name, kind="each", subject=f"article:{article}", article=article, story=article) for name in "ab"
    ]
    with transaction(db):
        owe(db, alerts[0], ["hook"], at=noon)
        owe(db, alerts[1], ["hook"], at=noon, held=Held(until=noon + AT, reason="quiet"))
        owe(db, of_article("sent", article=article, story=article), ["hook"], at=noon)
        db.execute("UPDATE alerts SET state = 'sent', sent = born WHERE alert = 'sent'")
        suppress(db, replace(alerts[0], alert="c"), "copy", at=noon)
        await_digest(db, of_article("digest", article=article, story=article, kind="digest"), noon)
    assert left_of(db, article)
    assert len(search(db, title.split()[0])) == 1

    forgotten = forget(db, article, noon + 2 * AT)

    assert (forgotten.revisions, forgotten.unsent) == (1, 2)
    assert forgotten.addresses == 3
    assert left_of(db, article) == []
    assert search(db, title.split()[0]) == []
    assert search(db, "author:rana") == []
    assert [tuple(row) for row in db.execute("SELECT alert, state, article, story FROM alerts")] == [
        ("sent", "sent", None, None)
    ]
    assert [hit.title for hit in search(db, "harvest")] == ["The harvest"]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    volume = db.execute("SELECT sum(articles) FROM volume WHERE topic = 0").fetchone()[0]
    assert (volume, db.execute("SELECT sum(articles) FROM volume WHERE topic > 0").fetchone()[0]) == (1, 0)

    assert scrub(db)
    files = [archive_path, *archive_path.parent.glob("archive.db-wal")]
    bytes_left = b"".join(file.read_bytes() for file in files)
    folded = [fold(word).string for word in RARE]
    assert [word for word in (*RARE, *folded) if word.strip().encode() in bytes_left] == []


def test_the_index_after_it_is_what_it_would_be_if_it_were_made_anew(db, noon, keep, prose) -> None:
    for number in range(30):
        keep(url=f"https://news.example/{number}", title=f"Story {number}", text=prose(80, number))
    gone = put(db, arrival(noon)).article
    forget(db, gone, noon)
    scrub(db)
    words = [prose(80, number).split()[3] for number in range(30)]
    before = [[hit.id for hit in search(db, word)] for word in words]
    assert all(before)
    with transaction(db):
        rebuild_index(db)
    assert [[hit.id for hit in search(db, word)] for word in words] == before


def test_no_crawl_brings_it_back_by_whatever_address(db, noon) -> None:
    came = arrival(noon)
    forget(db, put(db, came).article, noon)

    entries = [Entry(url=URL), Entry(url=URL + "?utm_source=x"), Entry(url="https://news.example/en/new")]
    with transaction(db):
        seen = see_entries(db, source="example", run=2, way="https://news.example/feed", entries=entries, at=noon)
        written = record_visit(
            db, Visit(url=URL, source="example", run=2, at=noon, fate=Fate.FAILED, reason="HTTP 500")
        )
    assert ([entry.url for entry in seen.wanted], seen.forgotten, written) == (
        ["https://news.example/en/new"],
        1,
        False,
    )
    assert [entry.url for entry in unfinished(db, "example", noon)] == ["https://news.example/en/new"]

    moved = replace(came.article, url="https://news.example/moved", canonical=None, requested=None)
    claims = replace(moved, url="https://news.example/print/7", text="Other words.", canonical=URL)
    for article in (came.article, moved, claims):
        with transaction(db):
            assert remembered(db, article) is None
        with transaction(db):
            again = see_entries(
                db, source="example", run=3, way="https://news.example/feed", entries=[Entry(url=article.url)], at=noon
            )
        assert (again.wanted, again.forgotten) == ([], 1)
    other = replace(came.article, url="https://other.example/copy", source="other", canonical=None, requested=None)
    with transaction(db):
        assert remembered(db, other) == other
    assert db.execute("SELECT count(*) FROM visits").fetchone()[0] == 1


def test_its_copies_keep_their_story_and_what_was_told_of_it(db, noon, prose) -> None:
    text = prose(120, 5)
    first = put(db, arrival(noon, text=text))
    copy = arrival(
        noon + AT, url="https://other.example/copy", source="other", text=text, canonical=None, requested=None
    )
    second = put(db, replace(copy, seen=noon + AT))
    assert second.story == first.story == first.article
    with transaction(db):
        owe(db, of_article("desk", article=first.article, story=first.story), ["hook"], at=noon)
        db.execute("UPDATE alerts SET state = 'sent', sent = born")
        await_digest(db, of_article("digest", article=first.article, story=first.story, kind="digest"), noon)

    forget(db, first.article, noon + 2 * AT)

    assert [place for place, value in everything(db) if str(first.article) in str(value)] == []
    story = db.execute("SELECT story FROM article_head").fetchone()[0]
    assert tuple(db.execute("SELECT id, first_article, articles FROM stories").fetchone()) == (story, second.article, 1)
    told = db.execute("SELECT article, story, subject, state FROM alerts").fetchone()
    assert tuple(told) == (second.article, story, f"story:{story}", "sent")
    with transaction(db):
        assert owe(db, of_article("desk", article=second.article, story=story), ["hook"], at=noon) == 0
        assert not await_digest(db, of_article("digest", article=second.article, story=story, kind="digest"), noon)
    third = put(db, replace(copy, article=replace(copy.article, url="https://third.example/x", source="third")))
    assert third.story == story


def test_a_message_that_tells_of_several_tells_of_the_others_only(db, noon, keep) -> None:
    gone = put(db, arrival(noon)).article
    stays = keep(url="https://news.example/2", text="Another text.").article
    with transaction(db):
        for article in (gone, stays):
            owe(
                db,
                of_article("desk", article=article, story=article),
                ["hook"],
                at=noon,
                held=Held(until=noon, reason="quiet"),
            )
        summary = Telling(alert="desk", kind="summary", subject="held:1")
        owe(db, summary, ["hook"], at=noon)
        ref = db.execute("SELECT ref FROM alerts WHERE kind = 'summary'").fetchone()[0]
        db.execute("UPDATE alerts SET state = 'gathered', within = ? WHERE kind = 'each'", (ref,))
    forget(db, gone, noon)
    assert [row[0] for row in db.execute("SELECT article FROM alerts WHERE within = ?", (ref,))] == [stays]
    forget(db, stays, noon)
    assert db.execute("SELECT count(*) FROM alerts").fetchone()[0] == 0


def test_an_address_without_an_article_is_not_asked_for_until_that_is_lifted(db, noon) -> None:
    entry = Entry(url=URL)
    with transaction(db):
        see_entries(db, source="example", run=1, way="https://news.example/feed", entries=[entry], at=noon)
        assert forget_address(db, key_of(URL), noon).addresses == 1
        assert forget_address(db, key_of("https://news.example/never"), noon).addresses == 0
    assert [place for place, value in everything(db) if "secretive" in str(value)] == []
    assert unfinished(db, "example", noon) == []
    with transaction(db):
        assert lift(db, key_of(URL))
        assert not lift(db, key_of(URL))
        seen = see_entries(db, source="example", run=2, way="https://news.example/feed", entries=[entry], at=noon)
    assert seen.wanted == [entry]


def test_what_names_another_page_as_its_own_forgets_neither_that_nor_what_is_archived(db, noon) -> None:
    front = "https://news.example/"  # there are templates that say of every page that it is this one
    first = arrival(noon, canonical=front)
    forget(db, put(db, first).article, noon)
    second = replace(first.article, url="https://news.example/en/2", text="Another text.", requested=None)
    with transaction(db):
        assert remembered(db, second) == replace(second, canonical=None)
    assert [place for place, value in everything(db) if "secretive" in str(value)] == []


def test_an_archived_copy_that_names_it_as_its_original_stays_and_is_looked_at(db, noon, prose) -> None:
    text = prose(120, 5)
    first = put(db, arrival(noon, text=text))
    copy = arrival(
        noon + AT, url="https://other.example/copy", source="other", text=text, canonical=URL, requested=None,
    )  # fmt: skip
    copy = replace(copy, seen=noon + AT, article=replace(copy.article, published=noon + AT, text=text + " And more."))
    with transaction(db):
        kept = save(db, replace(copy, article=replace(copy.article, title="Another", canonical=None)))
        db.execute("UPDATE article_head SET canonical = ? WHERE id = ?", (URL, kept.article))
    assert kept.article != first.article
    forget(db, first.article, noon)
    assert [place for place, value in everything(db) if "secretive-path-1" in str(value)] == []
    with transaction(db):
        again = remembered(db, copy.article)
        assert again == replace(copy.article, canonical=None)
        assert save(db, replace(copy, article=again)).article == kept.article
    looks = db.execute("SELECT count(*) FROM visits WHERE look IS NOT NULL").fetchone()[0]
    assert looks == 1
    assert [place for place, value in everything(db) if "secretive-path-1" in str(value)] == []


def test_an_article_whose_page_now_leads_to_a_forgotten_one_stays_and_is_not_asked_for(db, noon) -> None:
    gone = arrival(noon)
    forget(db, put(db, gone).article, noon)
    old = arrival(noon, url="https://news.example/old", text="Another text.", canonical=None, requested=None)
    stays = put(db, old)
    with transaction(db):
        assert remembered(db, replace(gone.article, requested=old.article.url)) is None
    row = db.execute("SELECT article, look, open_since FROM addresses JOIN visits USING (id)").fetchall()
    assert [tuple(one) for one in row] == [(stays.article, None, None)]


def test_a_short_text_that_many_pages_have_is_forgotten_with_its_title_only(db, noon) -> None:
    teaser = "For subscribers only."
    forget(db, put(db, arrival(noon, text=teaser)).article, noon)
    other = arrival(noon, url="https://news.example/2", title="Else", text=teaser, canonical=None, requested=None)
    with transaction(db):
        assert remembered(db, other.article) == other.article
        assert remembered(db, replace(other.article, title=TEXTS["en"][0])) is None


def test_what_is_lifted_comes_back_with_all_its_addresses_and_nothing_else_does(db, noon) -> None:
    first = arrival(noon)
    second = arrival(noon, "ar", url="https://news.example/ar/1", canonical=None, requested=None)
    for one in (first, second):
        forget(db, put(db, one).article, noon)
    with transaction(db):
        moved = replace(first.article, url="https://news.example/moved", canonical=None, requested=None)
        assert remembered(db, moved) is None
        assert lift(db, key_of(URL))
        assert remembered(db, first.article) == first.article
        assert remembered(db, moved) == moved
        assert remembered(db, second.article) is None


def test_no_number_of_it_is_left_where_it_gave_its_story_the_name(db, noon, prose) -> None:
    text = prose(120, 5)
    first = put(db, arrival(noon, text=text))
    copies = []
    for name in ("b", "c"):
        copy = arrival(
            noon + AT, url=f"https://{name}.example/copy", source=name, text=text, canonical=None, requested=None
        )
        copies.append(put(db, replace(copy, seen=noon + AT)).article)
    with transaction(db):
        owe(db, of_article("one", article=copies[0], story=first.story, per_story=False), ["hook"], at=noon)
        split(db, copies, noon)
    assert str(first.article) in str([tuple(row) for row in db.execute("SELECT * FROM story_decisions")])
    forget(db, first.article, noon)
    assert [place for place, value in everything(db) if str(first.article) in str(value)] == []
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_no_hash_of_its_lines_is_left_after_an_edit(db, noon) -> None:
    lines = "\n".join(f"Line {word} of it." for word in ("one", "two", "three"))
    article = put(db, arrival(noon, text=lines)).article
    edited = arrival(noon + AT, text="Nothing of what was said before is true, as they say now.\nSo it is.")
    assert put(db, replace(edited, seen=noon + AT)).fate is Fate.REVISED
    forget(db, article, noon)
    assert db.execute("SELECT count(*) FROM lines").fetchone()[0] == 0


def test_a_try_under_way_for_what_is_forgotten_ends(db, noon) -> None:
    article = put(db, arrival(noon)).article
    with transaction(db):
        owe(db, of_article("desk", article=article, story=article), ["hook"], at=noon)
        (owed,) = claim(db, "hook", noon, 1)
    forget(db, article, noon)
    with transaction(db):
        assert mark_failed(db, owed, noon, "HTTP 500") == "dismissed"
    assert db.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 0


def test_what_a_server_said_of_a_message_goes_with_it(db, noon) -> None:
    article = put(db, arrival(noon)).article
    with transaction(db):
        owe(db, of_article("desk", article=article, story=article), ["hook"], at=noon)
        (owed,) = claim(db, "hook", noon, 1)
        mark_failed(db, owed, noon, "HTTP 400: cannot parse zanqarite")
        db.execute("UPDATE alerts SET state = 'sent', sent = born")
    forget(db, article, noon)
    assert left_of(db, article) == []


def test_an_address_that_was_forgotten_is_told_as_such(db, noon) -> None:
    forget(db, put(db, arrival(noon)).article, noon)
    with transaction(db):
        assert forget_address(db, key_of(URL), noon).already
        assert not forget_address(db, key_of(URL + "-else"), noon).already


def test_every_writer_overwrites_what_it_deletes(db) -> None:
    assert db.execute("PRAGMA secure_delete").fetchone()[0] == 1
