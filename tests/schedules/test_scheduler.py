"""The scheduler on a real event loop. Its clock stands still until the test moves it, and is looked at very often."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from simulated import NOON, at, made, runs

from schedules.jobs import Job
from schedules.scheduler import Scheduler
from schedules.timing import Last

WAKE = 0.002  # seconds between two looks at the clock
EVERY = made(every="10m")
HOUR = timedelta(hours=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture(autouse=True)
def _apscheduler_is_silent(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """It speaks of errors where there are none, such as a job that is cancelled by a stop."""
    with caplog.at_level(logging.DEBUG, logger="apscheduler"):
        yield
    assert not [record for record in caplog.get_records("call") if record.name.startswith("apscheduler")]


class Desk:
    """Hands itself to a scheduler, and writes down what that did."""

    def __init__(self, now: datetime = NOON, dice: float = 0.0, wake: float = WAKE) -> None:
        self.now = now
        self.begun: list[tuple[str, datetime]] = []
        self.ended: list[str] = []
        self.planned: list[dict[str, datetime]] = []
        self.holds: asyncio.Event | None = None
        self.asked = 0
        self.scheduler = Scheduler(self.call, self.note, self.clock, dice=lambda: dice, wake=wake)

    def clock(self) -> datetime:
        self.asked += 1
        return self.now

    async def call(self, job: Job) -> None:
        self.begun.append((job.id, self.now))
        if self.holds:
            await self.holds.wait()
        self.ended.append(job.id)

    def note(self, times: Mapping[str, datetime]) -> None:
        self.planned.append(dict(times))

    @asynccontextmanager
    async def runs(self, *jobs: Job, zone: tzinfo = UTC, last: Mapping[str, Last] | None = None) -> AsyncIterator[None]:
        self.scheduler.start({job.id: job for job in jobs}, zone, last or {})
        try:
            yield
        finally:
            self.scheduler.stop()
            if self.holds:
                self.holds.set()
            await until(lambda: not self.scheduler.running)

    def replace(self, *jobs: Job, zone: tzinfo = UTC) -> None:
        self.scheduler.replace({job.id: job for job in jobs}, zone)

    async def moved(self, by: timedelta) -> None:
        """The clock jumps, and the scheduler has looked at it more than once."""
        self.now += by
        await looks()

    @property
    def times(self) -> list[datetime]:
        return [instant for _, instant in self.begun]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 -- what is waited for is told in no event
            await asyncio.sleep(0.001)


async def looks() -> None:
    """Until the scheduler has looked at the clock and the loop has turned often enough for a run to begin and end."""
    for _ in range(5):  # one after the other: on a busy machine one long sleep may be over with the first look
        await asyncio.sleep(WAKE)
    for _ in range(6):
        await asyncio.sleep(0)


def awaited(work: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    def test() -> None:
        asyncio.run(work())

    test.__name__ = work.__name__
    return test


@awaited
async def test_a_job_that_never_ran_begins_at_once_and_then_every_so_often() -> None:
    desk = Desk()
    async with desk.runs(EVERY):
        await until(lambda: desk.ended)
        for _ in range(9):
            await desk.moved(minutes(2.5))
    assert desk.times == [NOON, NOON + minutes(10), NOON + minutes(20)]


@awaited
async def test_a_cron_job_waits_for_its_first_time() -> None:
    desk = Desk()
    async with desk.runs(made(cron="30 * * * *")):
        await desk.moved(minutes(29.9))
        assert not desk.begun
        await desk.moved(minutes(0.2))
        assert desk.times == [NOON + minutes(30.1)]


@awaited
async def test_what_was_interrupted_or_missed_runs_once_at_the_start() -> None:
    desk = Desk()
    jobs = [made(id="cut", every="6h"), made(id="late", cron="0 6 * * *"), made(id="well", every="6h")]
    last = {
        "cut": Last(NOON - minutes(1), finished_well=False),
        "late": Last(NOON - timedelta(days=9)),
        "well": Last(NOON - HOUR),
    }
    async with desk.runs(*jobs, last=last):
        await looks()
        assert sorted(desk.begun) == [("cut", NOON), ("late", NOON)]
        assert desk.scheduler.next_runs() == {
            "cut": NOON + 6 * HOUR, "late": at("2026-05-11T06:00Z"), "well": NOON + 5 * HOUR,
        }  # fmt: skip


@awaited
async def test_one_run_follows_a_run_in_which_the_job_came_due_several_times() -> None:
    desk = Desk()
    desk.holds = asyncio.Event()
    async with desk.runs(EVERY, made(id="other", every="20m")):
        await until(lambda: len(desk.begun) == 2)
        for _ in range(5):
            await desk.moved(minutes(9))
            assert desk.scheduler.running == {"wire", "other"}
        assert sorted(desk.begun) == [("other", NOON), ("wire", NOON)]

        desk.holds.set()
        await until(lambda: len(desk.ended) == 4)
        await looks()

    assert sorted(desk.begun)[1::2] == [("other", NOON + minutes(45)), ("wire", NOON + minutes(45))]
    assert desk.scheduler.next_runs() == {"wire": NOON + minutes(55), "other": NOON + minutes(65)}


@awaited
async def test_the_run_that_follows_begins_as_soon_as_the_one_before_has_ended() -> None:
    desk = Desk(wake=60)
    desk.holds = asyncio.Event()
    async with desk.runs(EVERY):
        await until(lambda: desk.begun)
        desk.now += minutes(11)
        desk.holds.set()
        await until(lambda: len(desk.ended) == 2)


@pytest.mark.parametrize(
    ("keys", "then"),
    [({"every": "10m"}, "2026-05-11T06:00Z"), ({"cron": "5-59/10 * * * *"}, "2026-05-11T06:05Z")],
    ids=str,
)
def test_none_follows_where_active_has_closed_meanwhile(keys: dict[str, str], then: str) -> None:
    async def work() -> None:
        desk = Desk(NOON - minutes(15))
        desk.holds = asyncio.Event()
        last = {"wire": Last(NOON - HOUR)}
        async with desk.runs(made(**keys, active="06:00-12:00"), last=last):
            await until(lambda: desk.begun)
            await desk.moved(minutes(20))
            desk.holds.set()
            await until(lambda: desk.ended)
            await looks()
        assert desk.times == [NOON - minutes(15)]
        assert desk.scheduler.next_runs() == {"wire": at(then)}

    asyncio.run(work())


def test_a_run_that_fails_is_logged_and_costs_that_run_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        desk = Desk()

        async def fail(job: Job) -> None:
            await desk.call(job)
            raise RuntimeError("پەڕە نییە")

        desk.scheduler = Scheduler(fail, desk.note, lambda: desk.now, wake=WAKE)
        async with desk.runs(EVERY):
            await until(lambda: desk.ended)
            await desk.moved(minutes(10))
        assert desk.times == [NOON, NOON + minutes(10)]

    asyncio.run(work())

    assert [record.getMessage() for record in caplog.records] == ["the run of job wire failed"] * 2
    assert caplog.text.count("RuntimeError: پەڕە نییە") == 2


def test_that_next_times_cannot_be_written_down_keeps_no_job_from_running(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        desk = Desk()

        def full(times: Mapping[str, datetime]) -> None:
            raise OSError("disk full")

        desk.scheduler = Scheduler(desk.call, full, lambda: desk.now, wake=WAKE)
        async with desk.runs(EVERY):
            await until(lambda: desk.ended)
            await desk.moved(minutes(10))
        assert len(desk.begun) == 2

    asyncio.run(work())

    assert "OSError: disk full" in caplog.text


@pytest.mark.parametrize("keys", [{"every": "10m"}, {"cron": "*/10 * * * *"}], ids=str)
def test_a_machine_that_slept_makes_one_run(keys: dict[str, str]) -> None:
    async def work() -> None:
        desk = Desk()
        async with desk.runs(made(**keys), last={"wire": Last(NOON)}):
            await desk.moved(8 * HOUR + minutes(1))
            assert desk.times == [NOON + 8 * HOUR + minutes(1)]
            await desk.moved(minutes(10))
            assert len(desk.times) == 2

    asyncio.run(work())


@awaited
async def test_a_machine_that_slept_until_active_had_closed_runs_when_it_opens() -> None:
    desk = Desk()
    async with desk.runs(made(cron="5 * * * *", active="06:00-14:00")):
        await desk.moved(8 * HOUR)
        assert not desk.begun
        assert desk.scheduler.next_runs() == {"wire": at("2026-05-11T06:00Z")} == desk.planned[-1]
        await desk.moved(10 * HOUR)
        assert desk.times == [at("2026-05-11T06:00Z")]


@pytest.mark.parametrize("keys", [{"every": "10m"}, {"cron": "*/10 * * * *"}], ids=str)
def test_a_clock_that_is_set_back_makes_no_job_wait_until_it_has_caught_up(keys: dict[str, str]) -> None:
    async def work() -> None:
        desk = Desk()
        async with desk.runs(made(**keys, jitter="4m"), last={"wire": Last(NOON)}):
            await desk.moved(minutes(10))
            assert len(desk.begun) == 1
            back = NOON - 5 * HOUR
            await desk.moved(back - desk.now)
            assert desk.scheduler.next_runs() == {"wire": back + minutes(10)} == desk.planned[-1]
            for _ in range(4):
                await desk.moved(minutes(5))
        assert desk.times[1:] == [back + minutes(10), back + minutes(20)]

    asyncio.run(work())


@awaited
async def test_a_clock_that_is_set_back_while_a_run_is_about_to_begin_holds_it_back() -> None:
    desk = Desk(wake=60)
    async with desk.runs(EVERY):
        desk.now -= timedelta(microseconds=1)
        await looks()
        assert not desk.begun
        desk.now = NOON
        await until(lambda: desk.ended)
        assert desk.times == [NOON]


@awaited
async def test_looking_at_the_clock_changes_no_delay() -> None:
    desk = Desk(dice=0.5)
    async with desk.runs(made(every="10m", jitter="6m"), last={"wire": Last(NOON - minutes(2))}):
        for _ in range(10):
            assert desk.scheduler.next_runs() == {"wire": NOON + minutes(11)}
            await desk.moved(minutes(1))
        assert not desk.begun
        await desk.moved(minutes(1))
        assert desk.times == [NOON + minutes(11)]
        assert desk.planned == [{"wire": NOON + minutes(11)}, {"wire": NOON + minutes(21)}]


@awaited
async def test_a_loop_that_was_blocked_makes_one_run() -> None:
    desk = Desk()
    desk.scheduler = Scheduler(desk.call, desk.note, lambda: datetime.now(UTC))
    soon = datetime.now(UTC) + timedelta(seconds=0.05)
    async with desk.runs(made(every="10s"), last={"wire": Last(soon - timedelta(seconds=10))}):
        await asyncio.sleep(0)
        time.sleep(0.15)  # noqa: ASYNC251 -- this is what blocks it
        await until(lambda: desk.ended)
        await looks()
        assert len(desk.begun) == 1
        assert datetime.now(UTC) < desk.scheduler.next_runs()["wire"] <= datetime.now(UTC) + timedelta(seconds=10)


@awaited
async def test_a_reload_leaves_alone_what_did_not_change() -> None:
    desk = Desk(dice=0.5)
    same, cron = made(every="10m", jitter="4m"), made(id="daily", cron="30 12 * * *")
    async with desk.runs(same, cron):
        await until(lambda: desk.ended)
        await desk.moved(minutes(7))
        before = desk.scheduler.next_runs()
        desk.replace(same, cron)
        assert desk.scheduler.next_runs() == before == {"wire": NOON + minutes(12), "daily": NOON + minutes(30)}
        await desk.moved(minutes(5))
        assert desk.times == [NOON, NOON + minutes(12)]


@awaited
async def test_a_reload_plans_a_changed_job_from_its_last_run() -> None:
    desk = Desk()
    never = made(id="never", cron="0 18 * * *")
    async with desk.runs(EVERY, never):
        await until(lambda: desk.ended)
        await desk.moved(minutes(9))
        desk.replace(made(every="1h"), made(id="never", cron="5 12 * * *"), made(id="fresh", every="1h"))
        assert desk.scheduler.next_runs() == {
            "wire": NOON + minutes(60), "never": at("2026-05-11T12:05Z"), "fresh": NOON + minutes(9),
        }  # fmt: skip
        desk.replace(made(every="5m"))
        await looks()
        assert desk.begun[-1] == ("wire", NOON + minutes(9))


@awaited
async def test_a_reload_in_another_zone_moves_cron_jobs() -> None:
    desk = Desk()
    job = made(cron="0 18 * * *")
    async with desk.runs(job):
        desk.replace(job, zone=ZoneInfo("Asia/Baghdad"))
        await asyncio.sleep(0)
        assert desk.scheduler.next_runs() == desk.planned[-1] == {"wire": at("2026-05-10T15:00Z")}


@awaited
async def test_a_removed_job_ends_its_run_and_begins_no_other() -> None:
    desk = Desk()
    desk.holds = asyncio.Event()
    async with desk.runs(EVERY):
        await until(lambda: desk.begun)
        desk.replace()
        await desk.moved(HOUR)
        assert desk.scheduler.running == {"wire"}
        desk.holds.set()
        await until(lambda: desk.ended)
        await desk.moved(HOUR)
        assert desk.planned[-1] == desk.scheduler.next_runs() == {}
        assert desk.times == [NOON]

        desk.replace(EVERY)
        await until(lambda: len(desk.ended) == 2)


@awaited
async def test_a_job_that_was_removed_and_put_back_still_has_one_run_at_a_time() -> None:
    desk = Desk()
    desk.holds = asyncio.Event()
    async with desk.runs(EVERY):
        await until(lambda: desk.begun)
        desk.replace()
        await desk.moved(HOUR)
        desk.replace(made(every="20m"))
        await looks()
        assert len(desk.begun) == 1
        desk.holds.set()
        await until(lambda: len(desk.ended) == 2)
        assert desk.times == [NOON, NOON + HOUR]


@awaited
async def test_after_a_stop_no_run_begins_and_those_under_way_go_on() -> None:
    desk = Desk()
    desk.holds = asyncio.Event()
    async with desk.runs(EVERY, made(id="cron", cron="* * * * *")):
        await until(lambda: desk.begun)
        desk.scheduler.stop()
        await desk.moved(HOUR)
        assert desk.scheduler.running == {"wire"}
        desk.holds.set()
        await until(lambda: desk.ended)
        await desk.moved(HOUR)
    assert desk.begun == [("wire", NOON)]


@awaited
async def test_after_a_stop_nothing_is_looked_at_planned_or_told() -> None:
    desk = Desk()
    async with desk.runs(EVERY):
        await until(lambda: desk.ended)
        await looks()
        desk.replace(made(every="1h"))
        told, asked = len(desk.planned), desk.asked
        desk.scheduler.stop()
        desk.replace(made(every="2h"))
        await looks()
        assert (len(desk.planned), desk.asked) == (told, asked)


@awaited
async def test_a_stop_right_after_the_start_begins_nothing() -> None:
    desk = Desk()
    async with desk.runs(EVERY):
        desk.scheduler.stop()
        await looks()
    assert not desk.begun


@awaited
async def test_a_stop_while_jobs_come_due_is_no_error() -> None:
    for turns in range(6):
        desk = Desk()
        async with desk.runs(EVERY, made(id="other", every="20m")):
            await looks()
            desk.now += HOUR
            desk.replace(made(every="30m"), made(id="other", every="30m"))
            for _ in range(turns):
                await asyncio.sleep(0)
            desk.scheduler.stop()
            begun = {id for id, _ in desk.begun[2:]} | desk.scheduler.running
            await looks()
        assert {id for id, _ in desk.begun[2:]} == begun


@pytest.mark.parametrize(("begin", "hours"), [("2026-03-28T00:00", 47), ("2026-10-24T00:00", 49)])
def test_two_days_around_a_clock_change_run_as_they_are_timed(begin: str, hours: int) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = at(begin, berlin)
    end = start + hours * HOUR
    jobs = [
        made(id="named", cron="30 2 * * *"),
        made(id="starred", cron="0 */4 * * *"),
        made(id="night", every="2h", active="22:00-04:00"),
    ]

    async def work() -> list[tuple[str, datetime]]:
        desk = Desk(start - timedelta(seconds=1))
        async with desk.runs(*jobs, zone=berlin, last={"night": Last(start - 2 * HOUR)}):
            while (soonest := min(desk.scheduler.next_runs().values())) < end:
                due = [id for id, instant in desk.scheduler.next_runs().items() if instant == soonest]
                ran = len(desk.begun) + len(due)
                desk.now = soonest
                await until(lambda ran=ran: len(desk.ended) == ran)
        return desk.begun

    expected = [(job.id, instant) for job in jobs for instant in runs(job, berlin, start, end)]
    assert sorted(asyncio.run(work())) == sorted(expected)


@awaited
async def test_the_next_times_of_a_hundred_jobs_that_begin_together_are_told_once() -> None:
    desk = Desk()
    jobs = [made(id=f"wire-{number}", every="10m") for number in range(100)]
    async with desk.runs(*jobs):
        await until(lambda: len(desk.ended) == 100)
        await looks()
    assert desk.planned[-1] == {job.id: NOON + minutes(10) for job in jobs}
    assert len(desk.planned) <= 3
