"""A job that cannot run as it is written is refused where it is read, by the name of what is wrong."""

from pathlib import Path

import pytest
from cronsim import CronSim, CronSimError
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import NOON, made

from alerts.definitions import load_alerts
from schedules.jobs import load_jobs
from seeds.definitions import BadValue, DefinitionError, check_cron

JOB = '[[job]]\nid = "wire"\nsources = ["wire-*"]\n'
EVERY = JOB + 'every = "10m"\n'
ALERT = '[[alert]]\nid = "desk"\nto = ["env:DESK"]\nwhen = "digest"\n'
WRONG_CRONS = [
    ("61 * * * *", 'its minute "61" is none that cron knows'),
    ("*/0 * * * *", 'its minute "*/0" is none'),
    ("5-1 * * * *", 'its minute "5-1" is none'),
    ("0 24 * * *", 'its hour "24" is none'),
    ("0 ٣ * * *", 'its hour "٣" is none'),
    ("0 0 32 * *", 'its day-of-month "32" is none'),
    ("0 0 * 13 *", 'its month "13" is none'),
    ("0 0 * * 8", 'its day-of-week "8" is none'),
    ("0 0 * * ئادار", 'its day-of-week "ئادار" is none'),
    ("0 0 * * fri-sun", 'its day-of-week "fri-sun" is none'),
    ("0 0 30 2 *", 'its day-of-month "30" never comes in month "2"'),
    ("0 0 31 4,jun *", 'its day-of-month "31" never comes in month "4,jun"'),
    ("0 0 */31 * 1#5", 'its day-of-month "*/31" and day-of-week "1#5" never meet in month "*"'),
    ("0 0 0 * * *", "must have five fields"),
    ("@daily", "must have five fields"),
    ("", "must have five fields"),
]


def refusal(folder: Path, text: str) -> str:
    (folder / "jobs.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_jobs(folder, ["wire-en"])
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{folder / 'jobs.toml'}: ")


@pytest.mark.parametrize(("cron", "said"), WRONG_CRONS)
def test_a_wrong_crontab_line_names_its_field(tmp_path: Path, cron: str, said: str) -> None:
    assert refusal(tmp_path, JOB + f'cron = "{cron}"').startswith(f"job[0].cron = '{cron}': {said}")


@pytest.mark.parametrize(("cron", "said"), WRONG_CRONS)
def test_a_digest_is_held_to_the_same(tmp_path: Path, cron: str, said: str) -> None:
    (tmp_path / "alerts.toml").write_text(ALERT + f'cron = "{cron}"', encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_alerts(tmp_path, ["wire-en"], ["isis"])
    assert f"alert[0].cron = '{cron}': {said}" in str(caught.value)


def test_a_number_without_end_is_refused_in_one_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, JOB + f'cron = "{"9" * 5000} * * * *"')
    assert "its minute" in said
    assert len(said) < 250


@settings(deadline=None)  # the machine may be busy
@given(st.text("0123456789*/,-#LW monsuj\t٣é", max_size=24))
def test_a_crontab_line_is_refused_or_comes(line: str) -> None:
    try:
        check_cron("cron", line)
    except BadValue:
        return
    assert len(line.split()) == 5
    assert next(CronSim(line, NOON)) > NOON


@settings(deadline=None)  # the machine may be busy
@given(st.tuples(*[st.sampled_from(["*", "1", "*/2", "3-5", "0", "7", "31", "mon", "feb", "L", "1#2", "99"])] * 5))
def test_a_crontab_line_of_five_fields_is_refused_or_comes(fields: tuple[str, ...]) -> None:
    line = " ".join(fields)
    try:
        check_cron("cron", line)
    except BadValue:
        with pytest.raises((CronSimError, StopIteration)):
            next(CronSim(line, NOON))
        return
    assert next(CronSim(line, NOON)) > NOON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EVERY + 'jitter = "11m"', "job[0].jitter = '11m': must not be longer than every = \"10m\""),
        (JOB + 'cron = "0 6 * * *"\njitter = "61m"', "job[0].jitter = '61m': must not be longer than 1h"),
        (EVERY + 'deadline = "0s"', "job[0].deadline = '0s': must be longer than nothing"),
        (
            EVERY + 'active = "08:00-08:00"',
            "job[0].active = '08:00-08:00': must not end at the time",
        ),
        (EVERY + 'active = "08:00-24:00"', "job[0].active = '08:00-24:00': must be a span of the day"),
        (
            JOB + 'cron = "0 0-5 * * *"\nactive = "06:00-23:00"',
            "job[0].active = '06:00-23:00': none of the times of cron = \"0 0-5 * * *\" lies in it",
        ),
        (JOB + 'every = "9.9s"', "job[0].every = '9.9s': must be at least 10s and at most 366d"),
        (JOB + 'every = "999999w"', "job[0].every = '999999w': must be at least 10s and at most 366d"),
    ],
)
def test_a_job_that_could_not_run_as_written_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    assert refusal(tmp_path, text).startswith(said)


@pytest.mark.parametrize(
    "keys",
    [
        {"every": "10m", "jitter": "10m"},
        {"every": "10s", "deadline": "0.1s"},
        {"every": "366d", "active": "22:00-00:00"},
        {"cron": "0 6 * * *", "jitter": "1h", "active": "06:00-06:01"},
        {"cron": "*/10 6-23 * * MON-fri"},
        {"cron": "0 0 30 2 mon"},
        {"cron": "0 0 29 2 *"},
        {"cron": "0 0 L * 5L"},
    ],
    ids=str,
)
def test_what_is_just_allowed_is_allowed(keys: dict[str, str]) -> None:
    assert made(**keys).id == "wire"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('cron = "*/10 * * * *"\nadaptive = true', "job[0].adaptive = true: needs every"),
        ('every = "30s"\nadaptive = true', "job[0].every = '30s': must be at least 40s where the job is adaptive"),
        ('every = "10m"\njitter = "3m"\nadaptive = true', "job[0].jitter = '3m': must not be longer than a quarter of"),
    ],
)
def test_an_adaptive_job_needs_room_for_its_steps(tmp_path: Path, keys: str, said: str) -> None:
    assert refusal(tmp_path, JOB + keys).startswith(said)
