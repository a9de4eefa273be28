"""What `khabar status` says of the service, its plan and the outbox, and when it asks for a person."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.article import Entry, Fate, Visit
from archive.database import open_archive, transaction
from archive.hosts import Hold, keep_hold
from archive.ledger import record_visit, see_entries
from archive.outbox import claim, mark_failed, mark_sent
from archive.overview import LATE, STRUGGLING
from archive.owing import of_article, owe
from archive.planning import OVERDUE, plan_runs
from archive.runs import finish_run, start_run
from archive.times import to_text
from crawler.desk_lock import hold_desk

HOOK = "json://127.0.0.1/hook"
SOURCES = "".join(
    f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["https://{name}.example/feed"]\n{more}'
    for name, more in (("wire-ar", ""), ("wire-en", ""), ("radio", ""), ("off", "enabled = false\n"))
)
JOBS = """
[[job]]
id = "wires"
sources = ["wire-*", "off"]
every = "10m"
[[job]]
id = "all"
sources = ["*"]
every = "1h"
"""


@pytest.fixture
def watched(desk: Any) -> Any:
    """A desk with sources and two jobs."""
    desk.write_sources(SOURCES)
    (desk.root / "schedules/jobs.toml").write_text(JOBS)
    return desk


@pytest.fixture
def archive(watched: Any) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(watched.root / "archive.db")) as db:
        yield db


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def failing(archive: sqlite3.Connection, now: datetime) -> Callable[..., None]:
    """Owes a message and lets so many tries fail: `failing(tries=4, final=True, channel=…)`."""

    def fail(tries: int, *, final: bool = False, channel: str = HOOK, error: str = "HTTP 500") -> None:
        with transaction(archive):
            story = archive.execute("SELECT count(*) FROM alerts").fetchone()[0]
            owe(archive, of_article("desk", article=story, story=story), [channel], at=now)
            for number in range(tries):
                archive.execute(
                    "UPDATE alerts SET due = ? WHERE state = 'waiting' AND story = ?", (to_text(now), story)
                )
                [owed] = claim(archive, channel, now, 1)
                mark_failed(archive, owed, now, error, final=final and number == tries - 1)

    return fail


def report(watched: Any, *args: str) -> dict[str, Any]:
    """What `--json` prints; the exit code says whether a person is needed, and so does what a person reads."""
    done = watched.khabar("status", "--json", *args)
    told: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1 if told["attention"] else 0, "")
    shown = watched.khabar("status", *args)
    assert shown.returncode == done.returncode
    lines = [line for line in shown.stdout.splitlines() if line.startswith("Needs attention: ")]
    assert lines == [f"Needs attention: {line}" for line in told["attention"]]
    return told


def test_of_a_desk_that_never_crawled_nothing_is_wrong(watched: Any) -> None:
    told = report(watched)
    assert (told["attention"], told["jobs"], told["runs"]) == ([], {}, [])
    assert told["service"] == {"running": False, "process": None}
    assert told["outbox"] == {"held": 0, "waiting": 0, "sent": 0, "dead": 0}


@pytest.fixture
def answered(archive: sqlite3.Connection, now: datetime) -> Callable[..., None]:
    """Writes down what the feed of a source did: `answered("radio", health="dead", cause=…)`."""

    def write(source: str, **columns: object) -> None:
        row = {"url": f"https://{source}.example/feed", "source": source, "health": "ok", "last_success": to_text(now)}
        row |= columns
        with transaction(archive):
            names, places = ", ".join(row), ", ".join("?" * len(row))
            archive.execute(f"INSERT INTO feeds ({names}) VALUES ({places})", tuple(row.values()))

    return write


def test_a_source_that_brings_nothing_needs_a_person_and_a_slow_or_a_disabled_one_does_not(
    watched: Any, answered: Any, now: datetime
) -> None:
    since = to_text(now - timedelta(days=2))
    answered("wire-ar", health="blocked", cause="HTTP 403", failures=9, failing_since=since, last_success=since)
    answered("wire-en", seconds=14.2)
    answered("off", health="dead", cause="HTTP 404", failures=9, failing_since=since)
    told = report(watched)
    assert {name: state["health"] for name, state in told["sources"].items()} == {
        "wire-ar": "blocked", "wire-en": "slow", "radio": "new", "off": "disabled",
    }  # fmt: skip
    cause = f"no feed, sitemap or listing may be read since {since[:-4]}Z: HTTP 403 (https://wire-ar.example/feed)"
    assert told["attention"] == [f"source wire-ar (blocked): {cause}"]
    assert (told["sources"]["wire-ar"]["cause"], told["sources"]["off"]["cause"]) == (cause, None)
    shown = watched.khabar("status").stdout
    assert "wire-en: https://wire-en.example/feed takes 14 s to answer" in shown


def test_of_one_source_every_way_and_every_refusal_is_told(
    watched: Any, archive: Any, answered: Any, now: datetime
) -> None:
    answered("radio", last_change=to_text(now - timedelta(days=1)), newest=to_text(now), entries=1025, seconds=0.75)
    lost = ((1, Fate.REFUSED, "paywall"), (2, Fate.REFUSED, "paywall"), (3, Fate.FAILED, "HTTP \x1b[31m404"))
    with transaction(archive):
        for number, fate, reason in lost:
            url = f"https://radio.example/خبر/{number}"
            record_visit(archive, Visit(url=url, source="radio", run=1, at=now, fate=fate, reason=reason, status=404))
        for source, day in (("radio", 3), ("radio", 2), ("wire-ar", 1)):
            health = "dead" if day == 3 else "ok"
            at = to_text(now - timedelta(days=day))
            archive.execute("INSERT INTO health (source, since, health) VALUES (?, ?, ?)", (source, at, health))

    state = report(watched, "--source", "radio")["sources"]["radio"]

    assert state["since"] == to_text(now - timedelta(days=2))
    assert state["evidence"]["ways"] == [{
        "url": "https://radio.example/feed", "health": "ok", "cause": None, "failures": 0, "failing_since": None,
        "last_success": to_text(now), "last_change": to_text(now - timedelta(days=1)), "newest": to_text(now),
        "entries": 1025, "seconds": 0.75,
    }]  # fmt: skip
    assert state["fates"] == [
        {"fate": "refused", "reason": "paywall", "urls": 2},
        {"fate": "failed", "reason": "HTTP \x1b[31m404", "urls": 1},
    ]
    assert "fates" not in report(watched)["sources"]["radio"]
    shown = watched.khabar("status", "--source", "radio").stdout
    assert "https://radio.example/feed" in shown
    assert "1,025" in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["│", "refused", "│", "paywall", "│", "2", "│"] in lines
    assert "\x1b" not in shown


def test_messages_that_wait_or_were_sent_need_nobody(watched: Any, failing: Any, archive: Any, now: datetime) -> None:
    failing(STRUGGLING - 1)
    with transaction(archive):
        owe(archive, of_article("desk", article=9, story=9), ["env:MAIL"], at=now)
        mark_sent(archive, claim(archive, "env:MAIL", now, 1)[0], now)

    told = report(watched)
    assert (told["outbox"], told["attention"]) == ({"held": 0, "waiting": 1, "sent": 1, "dead": 0}, [])
    assert "Alerts: 1 waiting, 1 sent, 0 could not be delivered." in watched.khabar("status").stdout


def test_what_could_not_be_delivered_needs_a_person(watched: Any, failing: Any) -> None:
    failing(1, final=True)
    told = report(watched)
    assert told["outbox"]["dead"] == 1
    assert told["attention"] == [
        '1 message could not be delivered; "khabar alerts list --state dead" says why, retry or dismiss ends it'
    ]
    failing(1, final=True)
    assert report(watched)["attention"][0].startswith("2 messages could not be delivered")


def test_a_channel_that_goes_on_failing_needs_a_person_before_anything_is_lost(watched: Any, failing: Any) -> None:
    failing(STRUGGLING, channel="env:KHABAR_URL", error="HTTP 401: رفض")
    failing(STRUGGLING + 1, channel=HOOK)
    failing(1, channel=HOOK)
    assert report(watched)["attention"] == [
        "channel env:KHABAR_URL fails: HTTP 401: رفض",
        f"channel {HOOK} fails: HTTP 500",
    ]


@pytest.mark.parametrize(("late", "word"), [(OVERDUE, "was"), (-timedelta(hours=1), "is")])
def test_a_plan_without_a_service_tells_that_it_died(
    watched: Any, archive: Any, now: datetime, late: timedelta, word: str
) -> None:
    with transaction(archive):
        plan_runs(archive, {"wires": now - late, "all": now + timedelta(hours=2)})
        start_run(archive, "wires", now - timedelta(minutes=3))
    told = report(watched)
    due = to_text(now - late)
    assert told["attention"] == [f"the service does not run, and was not ended on purpose; job wires {word} due {due}"]
    assert {job["next_run"] for job in told["jobs"].values()} == {None}, "nobody will run them"
    assert told["jobs"]["wires"]["last_outcome"] == told["runs"][0]["outcome"] == "interrupted"


def test_a_service_that_ended_by_itself_is_not_missed(watched: Any, archive: Any, now: datetime) -> None:
    with transaction(archive):
        plan_runs(archive, {"wires": now - timedelta(days=3)})
        plan_runs(archive, {})
    assert report(watched)["attention"] == []


def test_a_service_that_holds_the_desk_and_begins_nothing_needs_a_person(
    watched: Any, archive: Any, now: datetime
) -> None:
    due = now - OVERDUE - timedelta(minutes=1)
    with transaction(archive):
        plan_runs(archive, {"wires": due, "all": due})
        begun = now - timedelta(minutes=10)
        start_run(archive, "all", begun)  # under way: the next one waits for it
    with hold_desk(watched.root, alone=True):
        assert report(watched)["attention"] == [
            f"the service (process {os.getpid()}) hangs or cannot write the archive: job wires was due {to_text(due)} "
            "and has not begun; its log says why"
        ]
        archive.execute("UPDATE runs SET started = ?", (to_text(now - timedelta(hours=1)),))
        assert report(watched)["attention"][1].endswith("goes on, past its deadline")


def test_what_is_wrong_in_the_files_needs_a_person_before_the_service_is_ended(watched: Any, archive: Any) -> None:
    (watched.root / "alerts/typo.toml").write_text('[[alert]]\nid = "x"\ntopics = ["isi"]\nto = ["env:X"]\n')
    (line,) = report(watched)["attention"]
    assert "no service begins or reloads with them" in line
    assert "typo.toml: alert[0].topics[0]" in line


def test_messages_that_nobody_tries_need_a_person(watched: Any, archive: Any, now: datetime) -> None:
    long_ago = now - LATE - timedelta(minutes=1)
    with transaction(archive):
        owe(archive, of_article("desk", article=7, story=7), [HOOK, "env:MAIL"], at=long_ago)
        owe(archive, of_article("desk", article=8, story=8), ["env:MAIL"], at=long_ago)
        mark_sent(archive, claim(archive, "env:MAIL", now, 1)[0], now)  # a channel that is busy with a long queue
    assert report(watched)["attention"] == [
        f"channel {HOOK} is not served: 1 message waits, the first since {to_text(long_ago)}"
    ]


def test_beside_the_service_the_next_runs_are_told(watched: Any, archive: Any, now: datetime) -> None:
    wires, everything = now + timedelta(minutes=5), now + timedelta(minutes=50)
    with transaction(archive):
        plan_runs(archive, {"wires": wires, "all": everything})
        finish_run(archive, start_run(archive, "wires", now - timedelta(minutes=5)), now, "done", {})

    with hold_desk(watched.root, alone=True):
        told = report(watched)
        shown = watched.khabar("status").stdout

    assert told["service"] == {"running": True, "process": os.getpid()}
    assert {name: state["next_run"] for name, state in told["sources"].items()} == {
        "wire-ar": to_text(wires), "wire-en": to_text(wires), "radio": to_text(everything), "off": None
    }  # fmt: skip
    assert told["jobs"] == {
        "wires": {
            "last_run": to_text(now - timedelta(minutes=5)), "last_outcome": "done", "next_run": to_text(wires)
        },
        "all": {"last_run": None, "last_outcome": None, "next_run": to_text(everything)},
    }  # fmt: skip
    assert f"Service: khabar run, process {os.getpid()}." in shown
    assert "Service: not running." in watched.khabar("status").stdout


def test_beside_a_service_that_is_behind_its_plan_nothing_is_called_dead(
    watched: Any, archive: Any, now: datetime
) -> None:
    with transaction(archive):
        plan_runs(archive, {"wires": now - timedelta(hours=1)})
    with hold_desk(watched.root, alone=True):
        assert not any("does not run" in line for line in report(watched)["attention"])


def test_a_run_that_was_cut_off_needs_a_person_until_one_ends_well(watched: Any, archive: Any, now: datetime) -> None:
    def ran(job: str | None, outcome: str) -> None:
        with transaction(archive):
            finish_run(archive, start_run(archive, job, now), now, outcome, {})

    ran("wires", "deadline")
    ran("gone", "deadline")  # a job that the desk has no more
    ran(None, "deadline")  # by hand
    told = report(watched)
    assert told["attention"] == ["the last run of job wires was cut off at its deadline"]
    assert told["jobs"]["wires"]["last_outcome"] == "deadline"
    assert [run["job"] for run in told["runs"]] == [None, "gone", "wires"]

    ran("wires", "done")
    assert report(watched)["attention"] == []


def test_only_the_source_asked_for_is_told_but_what_needs_a_person_is_told_all_the_same(
    watched: Any, failing: Any
) -> None:
    failing(1, final=True)
    told = report(watched, "--source", "radio")
    assert list(told["sources"]) == ["radio"]
    assert len(told["attention"]) == 1


def test_of_one_source_is_told_which_way_showed_what_first_and_whose_etag_is_not_to_be_believed(
    watched: Any, archive: Any, answered: Any, now: datetime
) -> None:
    answered("radio", untold=2)
    answered("radio", url="https://radio.example/sitemap.xml")
    with transaction(archive):
        for way, names in (("feed", ("خبر-1", "هەواڵ-2")), ("sitemap.xml", ("خبر-1", "nûçe-3"))):
            entries = [Entry(url=f"https://radio.example/{name}") for name in names]
            see_entries(archive, source="radio", run=1, way=f"https://radio.example/{way}", entries=entries, at=now)

    assert report(watched, "--source", "radio")["sources"]["radio"]["brought"] == [
        {"url": "https://radio.example/feed", "first": 2, "untold": 2},
        {"url": "https://radio.example/sitemap.xml", "first": 1, "untold": 0},
    ]
    shown = watched.khabar("status", "--source", "radio").stdout
    assert "2 first shown by https://radio.example/feed; it changed 2 times under one ETag" in shown


def test_a_host_that_asked_to_be_left_alone_is_named_until_then(watched: Any, archive: Any, now: datetime) -> None:
    later, before = now + timedelta(hours=1), now - timedelta(hours=1)
    with transaction(archive):
        keep_hold(archive, "radio.example", Hold(until=later, reason="HTTP 429", holds=1))
        keep_hold(archive, "wire.example", Hold(until=before, reason="HTTP 429", holds=1))
        keep_hold(archive, "slow.example", Hold(until=later))  # the distance between its requests, no more

    assert report(watched)["held"] == {"radio.example": {"until": to_text(later), "reason": "HTTP 429"}}
    assert "as it asks: radio.example (HTTP 429)" in watched.khabar("status").stdout


def test_why_urls_were_refused_or_failed_lately_is_told_of_all_sources(
    watched: Any, archive: Any, now: datetime
) -> None:
    def run(hours: float, **reasons: dict[str, int]) -> None:
        at = now - timedelta(hours=hours)
        with transaction(archive):
            counts = {source.replace("_", "-"): {"reasons": found} for source, found in reasons.items()}
            finish_run(archive, start_run(archive, "wires", at), at, "done", counts)

    run(25, radio={"host not found": 9})
    run(3, radio={"too large": 2}, wire_ar={"too large": 5, "private address": 1})
    run(1, radio={"too large": 1}, wire_en={"too large": 1}, off={"too large": 1})

    assert report(watched)["reasons"] == {
        "too large": {"times": 10, "sources": ["wire-ar", "radio", "wire-en", "off"]},
        "private address": {"times": 1, "sources": ["wire-ar"]},
    }
    lines = [line.split("│") for line in watched.khabar("status").stdout.splitlines()]
    told = [[cell.strip() for cell in line[1:-1]] for line in lines if len(line) > 4]
    assert ["too large", "10", "wire-ar, radio, wire-en and 1 more"] in told


def test_a_server_with_hundreds_of_codes_fills_no_screen(watched: Any, archive: Any, now: datetime) -> None:
    with transaction(archive):
        reasons = {f"HTTP {code}": 1 for code in range(100, 1_000)}
        finish_run(archive, start_run(archive, "wires", now), now, "done", {"radio": {"reasons": reasons}})
    assert len(report(watched)["reasons"]) == 900
    shown = watched.khabar("status").stdout
    assert shown.count("HTTP ") == 15
    assert "and 885 other reasons" in shown
