"""The outbox as it is looked over."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from looking import Served, serving

from archive.outbox_told import without_secrets

SECRET = "hunter2token"


@pytest.fixture(scope="module")
def troubled(demo_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk of which messages wait, are held back, died, and were told with others."""
    root = tmp_path_factory.mktemp("troubled") / "desk"
    shutil.copytree(demo_desk, root, ignore=shutil.ignore_patterns("archive.db*"))
    with (
        closing(sqlite3.connect(demo_desk / "archive.db")) as good,
        closing(sqlite3.connect(root / "archive.db")) as db,
    ):
        good.backup(db)
        refs = [ref for (ref,) in db.execute("SELECT ref FROM alerts ORDER BY ref").fetchall()]
        error = f"could not reach https://user:{SECRET}@hooks.example/services/{SECRET}?token={SECRET}: 500"
        changes = [
            ("state = 'dead', sent = NULL, attempts = 200, error = ?", (error, refs[0])),
            ("state = 'waiting', sent = NULL, due = '2099-01-01T00:00:00Z', attempts = 9, error = ?", (error, refs[1])),
            ("state = 'held', sent = NULL, due = '2099-02-03T04:05:00Z', reason = ?, released = NULL",
             ("quiet", refs[2])),
            ("state = 'gathered', sent = NULL, within = ?", (refs[4], refs[3])),
            ("kind = 'summary', article = NULL, channel = ?", ("env:OTHER", refs[4])),
        ]  # fmt: skip
        for change, values in changes:
            db.execute(f"UPDATE alerts SET {change} WHERE ref = ?", values)
        db.execute("UPDATE deliveries SET outcome = 'failed', error = ? WHERE ref = ?", (error, refs[0]))
        db.commit()
    with serving(root) as one:
        yield one


def refs_of(served: Served) -> list[str]:
    with closing(sqlite3.connect(served.root / "archive.db")) as db:
        return [ref for (ref,) in db.execute("SELECT ref FROM alerts ORDER BY ref").fetchall()]


def shown(page: str) -> str:
    """What stands in the list of messages."""
    return page.split('id="messages"')[1]


def test_what_needs_somebody_stands_first(troubled: Served) -> None:
    page = troubled.get("/alerts").text
    needs = page.split('id="needs"')[1].split("</section>")[0]
    assert "1 message could not be delivered" in needs and "fails:" in needs
    assert page.index('id="needs"') < page.index('id="messages"')


def test_each_state_tells_why(troubled: Served) -> None:
    page = shown(troubled.get("/alerts").text)
    for words in ("quiet hours", "3 Feb 2099", "next try", "not delivered", "in this message",
                  "1 message that was held back"):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "number"), [({"state": "dead"}, 1), ({"state": ["dead", "held"]}, 2), ({"channel": "env:OTHER"}, 1),
                          ({"alert": "desk", "state": "waiting"}, 1), ({"alert": "nobody"}, 0), ({"state": "x"}, 10)]
)  # fmt: skip
def test_messages_are_picked(troubled: Served, query: dict[str, str | list[str]], number: int) -> None:
    assert troubled.get("/alerts", params=query).text.count('<article class="entry message">') == number


def test_pages_behind_the_last_are_empty_and_no_error(troubled: Served) -> None:
    for page in ("2", "99999999999999999999", "-1", "x", "0"):
        assert troubled.get("/alerts", params={"page": page}).status_code == 200


def test_a_message_tells_every_try(troubled: Served) -> None:
    (
        dead,
        *_,
    ) = refs_of(troubled)
    page = troubled.get(f"/alerts/{dead}").text
    assert "Every try" in page and "failed" in page and "hooks.example" in page


def test_a_summary_tells_what_is_in_it(troubled: Served) -> None:
    refs = refs_of(troubled)
    assert f"/alerts/{refs[3]}" in troubled.get(f"/alerts/{refs[4]}").text


def test_a_message_that_is_none_is_not_there(troubled: Served) -> None:
    assert troubled.get("/alerts/nothing").status_code == 404


def test_no_secret_of_a_channel_is_shown(troubled: Served) -> None:
    pages = ["/alerts", "/alerts?state=dead", "/live", "/live.json", *(f"/alerts/{ref}" for ref in refs_of(troubled))]
    assert [path for path in pages if SECRET in troubled.get(path).text] == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("POST https://hooks.example/services/T0/B0/xyz failed", "POST https://hooks.example/… failed"),
        ("tgram://123:abc@bot/chat?x=1", "tgram://bot/…"),
        ("mailto://me:secret@mail.example", "mailto://mail.example/…"),
        ("HTTP 500; no address in it", "HTTP 500; no address in it"),
        ("json://127.0.0.1:9/", "json://127.0.0.1:9/…"),
        (None, ""),
    ],
)
def test_an_address_is_cut_back_to_its_host(said: str | None, told: str) -> None:
    assert without_secrets(said) == told


def test_what_was_sent_by_day_is_a_table(served: Served) -> None:
    lines = served.get("/alerts/sent.csv").text.splitlines()
    assert lines[0] == "day,sent" and len(lines) == 31
    assert sum(int(line.split(",")[1]) for line in lines[1:]) == len(refs_of(served))
