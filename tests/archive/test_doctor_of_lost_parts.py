"""What the doctor says of an archive that lacks parts, or has values that Khabar never writes: it finds them, and goes
on with the rest."""

from datetime import UTC, datetime

import pytest

from archive.checks.asking import ask, mend
from archive.checks.examining import checks_of

TEXTS = {"en": "The dam opened.", "ar": "فتح السد.", "ckb": "بەنداو کرایەوە.", "kmr": "Bendav vebû."}


@pytest.fixture
def filled(db, keep):
    for number, (language, text) in enumerate(TEXTS.items()):
        keep(url=f"https://news.example/{number}", title=text, text=text * 9, language=language)
    assert found(db) == {}
    return db


def found(db):
    return {one.name: one for one in ask(db, checks_of(datetime.now(UTC)))}


@pytest.mark.parametrize(
    ("kind", "name"),
    [("index", "article_story"), ("index", "alert_once"), ("trigger", "volume_article"), ("view", "articles")],
)
def test_a_lost_part_is_found_and_made_anew(filled, kind, name) -> None:
    before = filled.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    filled.execute(f"DROP {kind} {name}")
    (finding,) = found(filled).values()
    assert (finding.name, finding.examples) == ("schema", (f"{kind} {name}",))
    assert mend(filled, finding) == 1
    assert found(filled) == {}
    assert filled.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[:] == before[:]


def test_a_trigger_that_does_another_thing_is_put_right(filled) -> None:
    filled.execute("DROP TRIGGER volume_article")
    filled.execute("CREATE TRIGGER volume_article AFTER INSERT ON article_head BEGIN SELECT 1; END")
    finding = found(filled)["schema"]
    assert mend(filled, finding) == 1
    assert found(filled) == {}


def test_what_a_person_has_added_is_left_alone(filled) -> None:
    filled.execute("CREATE INDEX my_own ON article_head (section)")
    filled.execute("CREATE TABLE my_notes (about TEXT)")
    assert found(filled) == {}


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        ("DROP TABLE volume_hours", "trends of all sources"),
        ("UPDATE article_head SET published = 'not a date' WHERE url LIKE '%/0'", "sites and dates"),
        ("UPDATE article_head SET authors = 'none' WHERE url LIKE '%/0'", "index and text"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_looked_at(filled, damage, name) -> None:
    filled.executescript(f"PRAGMA foreign_keys = OFF; {damage}; UPDATE stories SET articles = 7")
    findings = found(filled)
    assert "cannot be read" in findings[name].examples[0]
    assert findings["stories"].count == len(TEXTS)
