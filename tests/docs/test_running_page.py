"""docs/running.md tells of the service what is so."""

import json
import logging
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from archive.overview import STRUGGLING
from archive.planning import OVERDUE
from crawler.cli.logs import Secrets, _Lines, _Objects
from crawler.desk_lock import DeskBusy, hold_desk
from crawler.heartbeat import SECONDS as HEARTBEAT_SECONDS
from crawler.one_crawl import STOP_SECONDS as RUN_STOP_SECONDS
from crawler.service import STOP_SECONDS
from schedules.jobs import Job
from seeds.bounds import CRAWLS_AT_ONCE, CRAWLS_IN_ALL
from seeds.definitions import seconds

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/running.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
TEMPLATE = ROOT / "crawler/desk_template"
PLAIN = Job(id="a", sources=("a",), every="1h")
NUMBERS = {"four": 4, "five": 5, "two": 2, "six": 6, "ten": 10, "20": 20, "32": 32, "64": 64}


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        (r"ends the service within (\w+) seconds", 10 if 9 < STOP_SECONDS < 10 else None),
        (r"requests under way may end within (\w+) seconds", RUN_STOP_SECONDS),
        (r"`deadline` \((\w+) minutes where it names none", seconds(PLAIN.deadline) / 60),
        (r"Up to (\w+) sources of a run are crawled at a time", CRAWLS_AT_ONCE),
        (r"crawled at a time, (\w+) in all", CRAWLS_IN_ALL),
        (r"does not answer within (\w+) seconds is logged", HEARTBEAT_SECONDS),
        (r"a channel failed (\w+) times and more", STRUGGLING),
        (r"has not begun (\w+) minutes later", OVERDUE / timedelta(minutes=1)),
    ],
)  # fmt: skip
def test_its_numbers_are_those_of_the_code(sentence: str, value: float) -> None:
    (told,) = re.findall(sentence, WORDS)
    assert NUMBERS[told] == value


@pytest.mark.parametrize(("table", "file"), [("job", "schedules/example.toml"), ("alert", "alerts/example.toml")])
def test_its_first_job_and_alert_are_those_of_a_new_desk(table: str, file: str) -> None:
    shown = next(text for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if text.startswith(f"[[{table}]]"))
    written = (TEMPLATE / file).read_text(encoding="utf-8")
    first = re.sub(r"^# (?=id|topics|to|\[)", "", written, flags=re.MULTILINE)
    assert tomllib.loads(first)[table][0] == tomllib.loads(shown)[table][0]


@pytest.mark.parametrize("form", [_Lines, _Objects])
def test_its_lines_of_the_log_have_the_form_of_the_log(form: type[logging.Formatter]) -> None:
    lines = re.findall(r"^\{\"time.*$|^2026-\S+ \S+ [A-Z]+ \S+: .*$", PAGE, re.MULTILINE)
    said = form(Secrets()).format(logging.makeLogRecord({"msg": "a", "name": "b", "levelname": "INFO"}))
    if form is _Objects:
        objects = [json.loads(line) for line in lines if line.startswith("{")]
        assert [set(one) for one in objects] == [set(json.loads(said))]
    else:
        shape = re.compile(r"[-\d]{10} [:,\d]{12} [A-Z]+ [\w.]+: ")
        assert shape.match(said)
        assert [bool(shape.match(line)) for line in lines if not line.startswith("{")] == [True] * 4


def test_its_refusal_of_a_crawl_is_what_is_said(tmp_path: Path) -> None:
    with hold_desk(tmp_path, alone=True), pytest.raises(DeskBusy) as caught, hold_desk(tmp_path, alone=False):
        pass
    shape = re.sub(r"/\S+: khabar run \(process \d+\)", "WHO", str(caught.value))
    assert shape in [re.sub(r"^khabar: /\S+: khabar run \(process \d+\)", "WHO", line) for line in PAGE.splitlines()]
