"""No line of the log is an entry that a server wrote."""

import json
import logging
import sys

import pytest

from crawler.cli.logs import Secrets, _Lines, _Objects

FORGED = "2026-01-01 00:00:00,000 INFO crawler.service: all is well"
QUOTED = f"HTTP 500 \x1b[31m\u202eGone\r\n{FORGED}\n{FORGED}"


def record(*, fault: bool = False) -> logging.LogRecord:
    given = {"msg": "failed: %s", "args": (QUOTED,), "name": "crawler.spiders", "levelname": "INFO", "levelno": 20}
    made = logging.makeLogRecord(given)
    if fault:
        try:
            raise ValueError(QUOTED)
        except ValueError:
            made.exc_info = sys.exc_info()
    return made


@pytest.mark.parametrize("fault", [False, True])
def test_a_reason_that_quotes_a_server_begins_no_line(fault: bool) -> None:
    for form in (_Lines(Secrets()), _Objects(Secrets())):
        said = form.format(record(fault=fault))
        assert not [line for line in said.split("\n") if line.startswith("2026")][1:]
        assert not [line for line in said.split("\n") if line.startswith(FORGED)]
        assert not any(sign in said for sign in "\x1b\u202e\r")


def test_an_object_of_the_log_is_one_line_and_its_message_too() -> None:
    said = _Objects(Secrets()).format(record(fault=True))
    assert "\n" not in said
    assert "\n" not in json.loads(said)["message"]
