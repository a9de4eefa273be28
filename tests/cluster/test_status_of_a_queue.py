"""`khabar status` tells how a queue and its workers do, and what of it needs a person."""

import copy
import json
from typing import Any

import pytest

from crawler.cluster.told import needs
from pipelines.ended import Ended
from seeds.bounds import MAX_NOTES_WAITING
from tests.cluster.desk_of_a_queue import QueueDesk

WELL: dict[str, Any] = {
    "queue": "q", "service": {"version": "1", "seen": "2026-06-01T12:00:00Z", "silent": False},
    "workers": [{"name": "w", "silent": False}], "crawls": {"waiting": 3, "working": 1, "fenced": 0},
    "oldest_waiting": 2.0, "undrawn": 0, "other_version": 0, "notes": 10, "bytes": 1000, "lag": 1.0, "unreadable": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"workers": []}, "no worker beats, 4 crawls wait for one"),
        ({"workers": [{"name": "w", "silent": True}]}, "no worker beats"),
        ({"workers": [], "crawls": {"waiting": 0, "working": 0, "fenced": 0}}, None),
        ({"other_version": 3}, "3 crawls wait for workers of the service's version, and none is there"),
        ({"workers": [], "other_version": 4}, "no worker beats"),
        ({"undrawn": 2}, "2 crawls wait for a worker that has a browser"),
        ({"lag": 301.0}, "the archive does not keep up, the oldest that waits came 301 seconds ago"),
        ({"notes": MAX_NOTES_WAITING}, "100% of the room for what waits is taken"),
        ({"unreadable": [7]}, "(format 7, this one reads up to 1); bring the service up to date"),
        ({"service": {"silent": True}}, "no service is there to archive"),
        (
            {"service": {"silent": True}, "notes": 0, "crawls": {"waiting": 0, "working": 0, "fenced": 0}},
            None,
        ),
    ],
)
def test_what_needs_a_person(change: dict[str, Any], said: str | None) -> None:
    lines = list(needs(copy.deepcopy(WELL) | change))
    assert [said is not None and said in line for line in lines] == ([True] if said else [])


def test_status_asks_the_queue_and_knows_of_it_when_it_is_not_asked(queue_desk: QueueDesk) -> None:
    desk = queue_desk.desk
    desk.write_sources('[[source]]\nid = "a"\nname = "a"\nfeeds = ["https://a.example/feed"]\n')
    given = ("status", "--queue", "env:KHABAR_QUEUE", "--json")
    environ = {"KHABAR_QUEUE": queue_desk.url}
    assert json.loads(desk.khabar("status", "--json").stdout)["cluster"] is None
    service = queue_desk.run()
    service.until(queue_desk.crawls, 60)
    none = desk.khabar("status", "--queue", "env:KHABAR_QUEUE", environ=environ).stdout
    assert "Workers: none." in none and "1 wait for a worker" in none and "no worker beats, 1 crawls" in none
    queue_desk.ask(
        "INSERT INTO workers (name, version, parcel_format, record_format, process, places, crawls, articles, "
        "articles_per_second) VALUES ('one [red]', '1.0', 1, 1, 7, 2, 1, 1234, 4.56)"
    )
    for format, number in ((11, 1), (2, 1), (1, 0)):
        queue_desk.ask("UPDATE workers SET parcel_format = %s", format)
        told = json.loads(desk.khabar(*given, environ=environ).stdout)
        assert told["cluster"]["other_version"] == number
        assert any("bring both to the same version" in line for line in told["attention"]) == bool(number)
    queue_desk.claim("a")
    done = desk.khabar(*given, environ=environ)
    told = json.loads(done.stdout)["cluster"]
    [worker] = told["workers"]
    assert (worker["name"], worker["articles"], worker["articles_per_second"]) == ("one [red]", 1234, 4.56)
    assert (worker["silent"], worker["draining"], worker["waits"], worker["crawls"]) == (False, False, False, 1)
    assert told["crawls"] == {"waiting": 0, "working": 1, "fenced": 0}
    assert (told["notes"], told["bytes"], told["lag"], told["unreadable"]) == (0, 0, 0, [])
    assert not told["service"]["silent"] and told["queue"].startswith("postgresql://127.0.0.1:")
    shown = desk.khabar(*given[:-1], environ=environ).stdout
    assert "one [red]" in shown and "1,234" in shown and "1 are under way" in shown and "s ago" in shown
    lines = shown[shown.index("Workers") :].splitlines()
    assert "at work" in shown and max(map(len, lines)) <= 80, lines
    assert not [line for line in json.loads(done.stdout)["attention"] if line.startswith("queue")]
    queue_desk.ask("UPDATE workers SET beat = now() - interval '3 hours'")
    [row] = [line for line in desk.khabar(*given[:-1], environ=environ).stdout.splitlines() if "one [red]" in line]
    assert [cell.strip() for cell in row.split("│")[3:8]] == ["3 h ago", "–", "1,234", "–", "silent"]

    without = json.loads(desk.khabar("status", "--json").stdout)["cluster"]
    assert without == {"queue": told["queue"], "out": ["a"]}
    assert "1 crawls out; --queue URL asks it" in desk.khabar("status").stdout

    away = desk.khabar("status", "--queue", "postgresql://khabar:hush@127.0.0.1:1/x", "--json")
    assert away.returncode == 1 and "hush" not in away.stdout + away.stderr
    assert any(
        line.startswith("queue postgresql://127.0.0.1:1/x: cannot") for line in json.loads(away.stdout)["attention"]
    )
    wrong = desk.khabar("status", "--queue", "http://x")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    queue_desk.ship("a", Ended())
    service.until_runs(1)
