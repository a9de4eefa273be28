"""What is damaged in an archive is found, and what can be derived is mended; an archive that has lived is sound."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from archive.article import Article
from archive.checks.asking import AT_ONCE, ask, mend
from archive.checks.examining import checks_of, examine
from archive.checks.finding import EVERYTHING
from archive.database import SCHEMA_VERSION, open_archive, transaction
from archive.forgetting import forget_article
from archive.likeness import signature
from archive.owing import Telling, owe, suppress
from archive.regrouping import merge, split
from archive.retention import Retention, expire_all
from archive.search import search
from archive.storing import Arrival, save
from archive.windows import await_digest
from topics.evidence import Evidence, Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=3)
TEXTS = {
    "en": "The ferry of bank {0} carries cart {0} to market before noon, and comes back with salt for the mill.",
    "ar": "تنقل العبارة {0} العربات إلى السوق قبل الظهر، وتعود بالملح {0} إلى الطاحونة على الضفة.",
    "ckb": "بەلەمی {0} عارەبانە دەگوازێتەوە بۆ بازاڕ پێش نیوەڕۆ، و بە خوێی {0} دەگەڕێتەوە بۆ ئاشەکە.",
    "kmr": "Keştiya {0} erebeyê berî nîvro dibe bazarê, û bi xwêya {0} vedigere aşê li aliyê din.",
}


def arrival(number: int, language: str, source: str, days: float = 0.0) -> Arrival:
    text = " ".join(TEXTS[language].format(f"{language}{number}{place}") for place in range(4))
    tag = Tag(
        topic=f"t{number % 3}", score=1.0, pack_version="1",
        evidence=(Evidence(rule="any", term="t", field="text", start=2, end=9, score=1.0),),
    )  # fmt: skip
    article = Article(
        url=f"https://{source}.example/{language}/{number}", source=source, title=text[:30], text=text,
        language=language, published=NOON - timedelta(days=days, minutes=number), authors=("Rana Rare", "ڕێبین"),
    )  # fmt: skip
    return Arrival(article=article, tags=(tag,), pack_version="1", signature=signature(fold(text)), seen=NOON, run=1)


def live(db: sqlite3.Connection) -> list[int]:
    """Lets all happen in an archive that can; the ids that are left."""
    with transaction(db):
        ids = [
            save(db, arrival(number, language, source)).article
            for number in range(3) for language in TEXTS for source in ("wire", "copy")
        ]  # fmt: skip
        edited = arrival(0, "ar", "wire")
        text = edited.article.text + " وأضافت المصادر أن الجسر أغلق."
        save(db, replace(edited, article=replace(edited.article, text=text), seen=NOON + timedelta(hours=1)))
        old = [save(db, arrival(number, "ckb", "wire", days=99)).article for number in range(7, 9)]
        split(db, ids[:1], NOON)
        merge(db, ids[4:8:3], NOON)
        forget_article(db, ids.pop(), NOON)
        for article in ids[:3]:
            telling = Telling(alert="a", kind="each", subject=f"article:{article}", article=article, story=article)
            owe(db, telling, ["hook"], at=NOON)
            await_digest(db, telling, NOON)
            suppress(db, telling, "copy", at=NOON)
    assert sum(expire_all(db, Retention(days=70), NOON + timedelta(days=20))) == len(old)
    return ids


@pytest.fixture(scope="module")
def lived_once(tmp_path_factory):
    """An archive in which all has happened that can, and its ids."""
    path = tmp_path_factory.mktemp("lived") / "archive.db"
    with closing(open_archive(path)) as db:
        return path, live(db)


@pytest.fixture
def lived(archive_path, lived_once):
    """A copy of it, in place of the test's archive: its ids. To be named before `db`."""
    shutil.copy(lived_once[0], archive_path)
    return lived_once[1]


def found_in(db: sqlite3.Connection, **options: bool) -> dict[str, int]:
    return {one.name: one.count for one in ask(db, checks_of(NOW, **options))}


def repair(db: sqlite3.Connection) -> None:
    for one in list(ask(db, checks_of(NOW))):
        if one.can_be_mended:
            mend(db, one)


def test_an_archive_that_has_lived_is_sound(lived, db) -> None:
    assert found_in(db) == found_in(db, quick=True) == {}


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION))
def test_an_archive_of_every_earlier_version_is_sound_once_it_is_brought_up_to_date(archive_path, schema) -> None:
    file = Path(__file__).with_name("released") / f"schema-{schema}.db.gz"
    archive_path.write_bytes(gzip.decompress(file.read_bytes()))
    with closing(open_archive(archive_path)) as db:
        assert [one for one in examine(db, archive_path, NOW) if one.severity != "note"] == []


ORPHANS = {
    "article_tags": "INSERT INTO article_tags (topic, article, score, pack) VALUES (1, 17, 1.0, 1)",
    "tags of no topic": "INSERT INTO article_tags (topic, article, score, pack) VALUES (99, {0}, 1.0, 1)",
    "evidence": 'INSERT INTO evidence (article, number, topic, rule, term, field, start, "end", score) '
    "VALUES (17, 0, 't0', 'r', 't', 'text', 0, 1, 1.0)",
    "revisions": "INSERT INTO revisions (article, seen, text, change) VALUES (17, '2026-03-14T12:00:00Z', '', 0.1)",
    "back_to": "UPDATE revisions SET back_to = 999",
    "signatures": "INSERT INTO signatures (article, seen, signature) VALUES (17, '2026-03-14T12:00:00Z', x'00')",
    "visits": "INSERT INTO visits (id, url, source, at, fate) VALUES (999, 'u', 's', '2026-03-14T12:00:00Z', 'failed')",
    "marks": "INSERT INTO marks (address, feed, mark) VALUES (999, 999, 'x')",
    "window_articles": "INSERT INTO window_articles (alert, subject, article, at) VALUES ('a', 'x', 17, '2026')",
    "suppressed": "INSERT INTO suppressed (alert, kind, subject, article, at, reason) VALUES ('', '', '', 17, '', '')",
    "sightings": "INSERT INTO sightings (article, seen, bare) VALUES (17, '2026', 0)",
    "past_articles": "INSERT INTO past_articles (article, captured) VALUES (17, 0)",
    "story_decisions": "INSERT INTO story_decisions (at, decision, article, story_before, story) "
    "VALUES ('2026', 'split', 17, 17, 17)",
    "deliveries": "INSERT INTO deliveries (ref, begun) VALUES ('none', '2026')",
}


@pytest.mark.parametrize("damage", ORPHANS.values(), ids=ORPHANS)
def test_what_refers_to_nothing_is_found_and_taken_out(lived, db, damage) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(damage.format(lived[0]))
    assert found_in(db, quick=True)["references"] > 0
    repair(db)
    assert found_in(db) == {}


HOURS = "trends of all sources"
WRONG = {
    "a story counted wrongly": ("stories", "UPDATE stories SET articles = articles + 1 WHERE id = {0}"),
    "another first": ("stories", "UPDATE stories SET first_article = 17 WHERE id = {0}"),
    "a story without articles": ("stories", "INSERT INTO stories (id, first_article, articles) VALUES (17, 17, 1)"),
    "a story that is gone": ("stories", "DELETE FROM stories WHERE id = {0}"),
    "an article in no story": ("stories", "UPDATE article_head SET story = 18 WHERE id = {0}"),
    "a site": ("sites and dates", "UPDATE article_head SET site = 'other.example' WHERE id = {0}"),
    "moved": ("sites and dates", "UPDATE article_head SET moved = 1 - moved WHERE id = {0}"),
    "a date by hand": ("sites and dates", "UPDATE article_head SET published = '2020-01-01T00:00:00Z' WHERE id = {0}"),
    "too many in an hour": ("trends", "UPDATE volume SET articles = articles + 1 WHERE topic = 1 AND source = 'wire'"),
    "none in an hour": ("trends", "DELETE FROM volume WHERE topic = 0"),
    "hours of all, too many": (HOURS, "UPDATE volume_hours SET articles = articles + 1 WHERE topic = 0"),
    "hours of all, of nothing": (HOURS, "INSERT INTO volume_hours VALUES (77, '1999-01-01T00:00:00Z', 3)"),
    "hours of all, gone": (HOURS, "DELETE FROM volume_hours"),
    "hours of nothing": ("trends", "INSERT INTO volume VALUES (77, '1999-01-01T00:00:00Z', 'nobody', 3)"),
    "hours to come": ("trends", "INSERT INTO volume VALUES (0, '2999-01-01T00:00:00Z', 'nobody', 3)"),
    "what expired": ("trends", "UPDATE volume SET articles = 0 WHERE hour < '2026-01-01'"),
    "evidence beyond": ("evidence", 'UPDATE evidence SET "end" = 9999 WHERE article = {0}'),
    "evidence before": ("evidence", "UPDATE evidence SET start = -1 WHERE article = {0}"),
    "evidence of another field": ("evidence", "UPDATE evidence SET field = 'body' WHERE article = {0}"),
    "evidence of no tag": ("evidence", "UPDATE evidence SET topic = 'none' WHERE article = {0}"),
    "no address": ("articles without address", "DELETE FROM addresses WHERE article = {0}"),
    "addresses of nothing": ("addresses", "UPDATE addresses SET article = 17 WHERE article = {0}"),
    "messages of nothing": ("messages", "UPDATE alerts SET article = 17 WHERE article = {0}"),
    "not indexed": ("articles not indexed", "DELETE FROM article_index_docsize WHERE id = {0}"),
    "authors not indexed": ("authors not indexed", "DELETE FROM author_index_docsize WHERE id = {0}"),
    "index of nothing": ("index of nothing", "INSERT INTO article_index (rowid, title, text) VALUES (17, 'a', 'b')"),
    "another text": ("index and text", "UPDATE article_text SET text = text || ' and more' WHERE id = {0}"),
    "as many other words": ("index, sampled", "UPDATE article_text SET text = replace(text, 'مصادر', 'أنباء') "
                            "WHERE id = {0}"),
    "words left behind": ("words of the index", "UPDATE article_index_docsize SET sz = x'0101' WHERE id = {0}"),
    "authors changed": ("index and text", "UPDATE article_head SET authors = '[\"One\"]' WHERE id = {0}"),
    "a damaged index": ("words of the index", "UPDATE article_index_data SET block = x'00' WHERE id > 10"),
    "folding": ("folding", "UPDATE meta SET value = 0 WHERE key = 'fold_version'"),
    "a dead run": ("runs", "INSERT INTO runs (started, host, process) VALUES ('2026-03-01T00:00:00Z', 'gone', 1)"),
    "a text alone": ("texts", "INSERT INTO article_text (id, text) VALUES (17, 'Nobody knows of what.')"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_and_mended(lived, db, name, damage) -> None:
    (edited,) = db.execute("SELECT article FROM revisions").fetchone()
    article = min(lived) if name == "index, sampled" else edited
    if name == "index, sampled":
        damage = "UPDATE article_text SET text = 'Xyz' || substr(text, instr(text, ' ')) WHERE id = {0}"
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(damage.format(article))
    assert name in found_in(db)
    repair(db)
    assert found_in(db) == {}
    words = db.execute("SELECT text FROM article_text WHERE id = ?", (article,)).fetchone()[0].split()
    assert article in {hit.id for hit in search(db, words[2])}


LOST = {
    "text": ("articles without text", "DELETE FROM article_text WHERE id = {0}"),
    "dead letters": ("dead letters", "UPDATE alerts SET state = 'dead' WHERE article = {0}"),
    "clock": ("clock", "UPDATE signatures SET seen = '2027-01-01T00:00:00Z' WHERE article = {0}"),
    "jump": ("clock, before", "INSERT INTO runs (id, started, host, process, outcome) VALUES "
             "(1, '2026-03-02T00:00:00Z', 'h', 1, 'done'), (2, '2026-03-01T00:00:00Z', 'h', 1, 'done')"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), LOST.values(), ids=LOST)
def test_what_cannot_be_derived_is_told_and_left(lived, db, name, damage) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute(damage.format(lived[0]))
    (one,) = (one for one in ask(db, checks_of(NOW)) if one.name == name)
    assert not one.can_be_mended
    assert one.remedy
    assert one.count == 1


def test_a_damaged_page_is_found_whatever_is_asked_of_it(lived, db, archive_path) -> None:
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'volume'").fetchone()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with archive_path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(range(256)) * 16)
    with closing(open_archive(archive_path, read_only=True)) as reader:
        for quick in (True, False):
            found = {one.name: one for one in examine(reader, archive_path, NOW, quick=quick)}
            assert {"integrity", "trends"} <= found.keys()
            assert "malformed" in found["trends"].examples[0]


def test_every_stretch_is_asked_and_mended_in_a_long_archive(db, monkeypatch) -> None:
    """Also what lies before the first article, between two and behind the last; and hours count where they begin."""
    monkeypatch.setattr("archive.checks.asking.AT_ONCE", 3)
    monkeypatch.setattr("archive.pacing.LEAST_PAUSE", 0)
    assert AT_ONCE > 3
    with transaction(db):
        ids = [save(db, arrival(number * 17, "en", "wire")).article for number in range(20)]
        save(db, replace(arrival(5, "kmr", "wire"), article=replace(arrival(5, "kmr", "wire").article, published=None)))
    assert found_in(db) == {}
    ids.sort()
    for number in (1, ids[7] + 1, ids[-1] + 10**13):
        db.execute("INSERT INTO stories (id, first_article, articles) VALUES (?1, ?1, 1)", (number,))
    db.execute("UPDATE volume SET articles = articles + 1 WHERE topic = 0")
    hours = db.execute("SELECT count(*) FROM volume WHERE topic = 0").fetchone()[0]
    assert found_in(db) == {"stories": 3, "trends": hours}
    repair(db)
    assert found_in(db) == {}


def test_nothing_is_written_by_looking(lived, db, archive_path) -> None:
    db.execute("UPDATE stories SET articles = 7")
    with closing(open_archive(archive_path, read_only=True)) as reader:
        before = db.execute("PRAGMA data_version").fetchone()[0]
        assert list(examine(reader, archive_path, NOW))
        assert db.execute("PRAGMA data_version").fetchone()[0] == before
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.execute("DELETE FROM stories")


def test_a_service_writes_between_two_stretches_that_are_mended(lived, db, archive_path, monkeypatch) -> None:
    monkeypatch.setattr("archive.checks.asking.AT_ONCE", 2)
    monkeypatch.setattr("archive.pacing.LEAST_PAUSE", 0)
    db.execute("UPDATE stories SET articles = 99")
    (one,) = ask(db, checks_of(NOW))
    assert len(one.spans) > 5
    with closing(open_archive(archive_path)) as writer:
        written = []

        def write(name: str, share: float) -> None:
            with transaction(writer):
                written.append(save(writer, arrival(50 + len(written), "en", "other")).article)

        mend(db, one, write)
    assert len(written) == len(one.spans)
    assert found_in(db) == {}


def test_stretches_hold_every_id_once(lived, db, monkeypatch) -> None:
    from archive.checks import asking  # noqa: PLC0415

    monkeypatch.setattr(asking, "AT_ONCE", 4)
    spans = [span for span, _ in asking._spans(db)]
    assert (spans[0][0], spans[-1][1]) == EVERYTHING
    assert all(one[1] + 1 == after[0] for one, after in pairwise(spans))
