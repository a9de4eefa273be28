"""When jobs run next and how they ran last, as the archive keeps it."""

import os
from datetime import timedelta

import pytest

from archive.planning import OVERDUE, last_runs_of_jobs, overdue_runs, plan_runs, planned_runs
from archive.runs import finish_run, start_run


def test_a_plan_takes_the_place_of_the_one_before(db, noon, minutes) -> None:
    plan_runs(db, {"wire": noon, "slow": minutes(10)})
    plan_runs(db, {"wire": minutes(1)})
    assert planned_runs(db) == {"wire": minutes(1)}

    plan_runs(db, {})
    assert planned_runs(db) == {}


@pytest.mark.parametrize(
    ("late", "is_overdue"),
    [(timedelta(0), False), (OVERDUE - timedelta(seconds=1), False), (OVERDUE, True), (timedelta(days=3), True)],
)
def test_a_run_is_overdue_when_it_is_late_enough(db, noon, late: timedelta, is_overdue: bool) -> None:
    plan_runs(db, {"wire": noon, "later": noon + timedelta(days=9)})
    assert overdue_runs(db, noon + late) == ({"wire": noon} if is_overdue else {})


def test_the_last_run_of_each_job_is_told_with_its_outcome(db, noon, minutes) -> None:
    for job, start, outcome in (
        ("wire", 0, "done"), ("slow", 1, "deadline"), ("wire", 2, "deadline"), (None, 3, "done"), ("slow", 4, "done"),
    ):  # fmt: skip
        finish_run(db, start_run(db, job, minutes(start)), minutes(start + 1), outcome, {})
    start_run(db, "open", minutes(5))

    assert last_runs_of_jobs(db, os.getpid()) == {
        "wire": (minutes(2), "deadline"), "slow": (minutes(4), "done"), "open": (minutes(5), None)
    }  # fmt: skip


def test_an_archive_without_runs_tells_none(db) -> None:
    assert last_runs_of_jobs(db, None) == {}
    assert planned_runs(db) == {}
