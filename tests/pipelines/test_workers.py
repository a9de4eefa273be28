"""Work in worker processes is bounded in time and memory, and one that goes wrong takes no other with it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import hostile_work

from pipelines.workers import WorkerFault, Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    pool = Workers(2)
    yield pool
    pool.close()


def test_work_happens_in_another_process_and_its_answer_comes_back(workers: Workers) -> None:
    async def work() -> tuple[int, int]:
        return await workers.run(hostile_work.answer, 21), await workers.run(hostile_work.own_id)

    answer, process = asyncio.run(work())
    assert answer == 42
    assert process != os.getpid()


def test_a_page_for_which_libxml2_has_no_memory_is_read_in_the_slow_worker_and_never_told_as_empty(
    workers: Workers,
) -> None:
    rows = 90_000
    assert asyncio.run(workers.run(hostile_work.parse, rows, timeout=60.0)) == rows
    with pytest.raises(WorkerFault, match="took too much memory"):
        asyncio.run(workers.run(hostile_work.parse, 4 * rows, timeout=60.0))


def test_an_exception_of_the_work_comes_through(workers: Workers) -> None:
    with pytest.raises(KeyError, match="no such thing"):
        asyncio.run(workers.run(hostile_work.refuse))


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (hostile_work.hang, "took too long"),
        (hostile_work.gorge, "took too much memory"),
        (hostile_work.die, "worker died"),
        (hostile_work.corrupt, "worker died"),
    ],
)
def test_hostile_work_is_ended_with_a_name_and_the_next_is_unharmed(workers: Workers, work: object, name: str) -> None:
    async def both() -> int:
        with pytest.raises(WorkerFault) as caught:
            await workers.run(work, timeout=1.0)  # type: ignore[arg-type]
        assert caught.value.name == name
        return await workers.run(hostile_work.answer, 4)

    assert asyncio.run(both()) == 8


def test_a_worker_that_the_system_kills_in_the_midst_of_its_answer_holds_nobody_up(workers: Workers) -> None:
    """As Linux does where memory runs out. Whoever is killed may hold whatever workers share."""

    async def work(kills: int) -> tuple[int, int]:
        names = []
        for _ in range(kills):
            process = await workers.run(hostile_work.own_id)
            answering = [asyncio.create_task(workers.run(hostile_work.answer_at_length)) for _ in range(4)]
            await asyncio.sleep(0.03)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            done = await asyncio.wait_for(asyncio.gather(*answering, return_exceptions=True), 60)
            assert all(
                isinstance(one, bytes) or (isinstance(one, WorkerFault) and one.name == "worker died") for one in done
            )
            names += [one for one in done if isinstance(one, WorkerFault)]
        return len(names), await asyncio.wait_for(workers.run(hostile_work.answer, 4), 60)

    faults, answer = asyncio.run(work(8))
    assert answer == 8
    assert faults <= 8, "a worker takes one page with it"


@pytest.mark.parametrize("work", [hostile_work.gorge, hostile_work.corrupt])
def test_a_worker_that_ran_out_of_memory_or_failed_within_serves_no_other_page(work: object, tmp_path: Path) -> None:
    pool, told = Workers(1), tmp_path / "processes"

    async def both() -> set[int]:
        with pytest.raises(WorkerFault):
            await pool.run(hostile_work.after_telling, told, work)
        return {await pool.run(hostile_work.own_id) for _ in range(6)}

    after = asyncio.run(both())
    pool.close()
    failed = {int(line) for line in told.read_text().split()}
    assert failed
    assert not failed & after


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells how much memory is in use")
def test_a_page_is_begun_in_a_fresh_worker_where_an_earlier_one_left_no_room() -> None:
    pool = Workers(1)

    async def both() -> tuple[int, int]:
        return await pool.run(hostile_work.hoard), await pool.run(hostile_work.hoard)

    before, after = asyncio.run(both())
    pool.close()
    assert before != after


def test_work_that_needs_more_memory_than_a_quick_place_has_is_done_in_a_slow_one(workers: Workers) -> None:
    assert asyncio.run(workers.run(hostile_work.take, 120, source="a")) == 120 * 1024 * 1024


def test_a_source_of_slow_pages_does_not_hold_up_another() -> None:
    pool = Workers(1)

    async def both() -> list[str]:
        order: list[str] = []

        async def slow(page: int) -> None:
            assert await pool.run(hostile_work.spin, 1.2, timeout=60.0, source="slow") == "done"
            order.append(f"slow {page}")

        async def quick(page: int) -> None:
            await pool.run(hostile_work.answer, page, source="quick")
            order.append("quick")

        attack = [asyncio.create_task(slow(page)) for page in range(2)]
        await asyncio.sleep(0)
        await asyncio.gather(*(quick(page) for page in range(5)))
        waited_for = list(order)
        await asyncio.gather(*attack)
        return waited_for

    assert asyncio.run(both()) == ["quick"] * 5
    pool.close()


def test_honest_work_is_not_taken_for_slow_where_its_worker_stands_still() -> None:
    """As on a machine that has no time for it."""
    pool = Workers(1)

    async def both() -> tuple[int, int]:
        resting = asyncio.create_task(pool.run(hostile_work.rest, 2.0, source="resting"))
        await asyncio.sleep(0)
        return await pool.run(hostile_work.rest, 0.0, source="other"), await resting

    other, resting = asyncio.run(both())
    pool.close()
    assert other == resting, "it was begun anew in the slow place, whose process is nicer"


def test_slow_work_that_nobody_else_waits_for_is_left_in_its_quick_place() -> None:
    pool = Workers(1)

    async def work() -> tuple[int, str, int]:
        before = await pool.run(hostile_work.own_id, source="a")
        done = await pool.run(hostile_work.spin, 1.0, timeout=60.0, source="a")
        others = {await pool.run(hostile_work.own_id, source="b") for _ in range(20)}
        return before, done, before in others

    _, done, lives = asyncio.run(work())
    pool.close()
    assert (done, lives) == ("done", True)


def test_an_error_that_no_pickle_can_carry_is_told_in_words(workers: Workers) -> None:
    with pytest.raises(RuntimeError, match="ValueError"):
        asyncio.run(workers.run(hostile_work.puzzle))


def test_workers_end_with_the_process_that_was_killed_above_them(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(f"""
        import asyncio, os, signal, sys
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        import hostile_work
        from pipelines.workers import Workers
        if __name__ == "__main__":
            workers = Workers(1)
            print(asyncio.run(workers.run(hostile_work.own_id, timeout=30)), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """)
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=root, check=False)
    worker = int(done.stdout)
    assert _ended(worker), "the worker outlived its parent"


def _ended(process: int) -> bool:
    """Whether it ends within ten seconds: it reads from a pipe whose other end is gone."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        subprocess.run(["sleep", "0.1"], check=True)
    return False


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to processors")
def test_there_are_as_many_places_as_processors_that_the_process_may_use() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(allowed)})
        pool = Workers()
        pool.close()
    finally:
        os.sched_setaffinity(0, allowed)
    assert pool.count == 1
