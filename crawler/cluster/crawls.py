"""The crawls of a queue as its service sees them: planned, taken back, planned again, closed. Statements only.

A crawl and Procrastinate's job of it are written in one transaction each time. Whatever may run twice, because its
answer was lost, has the same effect twice.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from crawler.cluster.parcel import jobs_name
from crawler.cluster.patience import patiently
from crawler.cluster.queue import TASK, Queue, Rows

_Connection = AsyncConnection[DictRow]
_COLUMNS = "id, source, run, hosts, state, attempt, deaths, job, worker"
_LIVE = "('todo', 'doing')"  # of Procrastinate's states, those of a job that a worker may still run


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A crawl to be planned."""

    source: str
    run: int
    hosts: str  # the name of its component
    renders: bool  # only a worker with a browser is to have it
    parcel: bytes
    packs: str  # their version


_DROP_LEFT = """
    DELETE FROM procrastinate_jobs AS job WHERE queueing_lock = %s AND status = 'todo'
        AND NOT EXISTS (SELECT FROM crawls WHERE crawls.job = job.id)
"""


class AlreadyOut(Exception):
    """A crawl of this source is in the queue, and it is of another run."""


async def plan(queue: Queue, what: Plan, packs: bytes, known: Callable[[], int] = lambda: 0) -> int:
    """The number of the crawl, which is in the queue from now on; *packs* is what a queue that has not these packs is
    given. *known* tells its number where that is known meanwhile: it was written, and only the answer was lost; it may
    be over by the time of the next try. Raises AlreadyOut."""

    async def work() -> int:
        if before := known():
            return before
        if (number := await plan_anyway()) is not None:
            return number
        await queue.ask_now(
            "INSERT INTO packs (version, body) VALUES (%s, %s) ON CONFLICT (version) DO NOTHING", [what.packs, packs]
        )
        if (number := await plan_anyway()) is None:
            raise AssertionError("packs of today are gone at once")
        return number

    async def plan_anyway() -> int | None:
        try:
            return await _plan(queue, what)
        except AlreadyEnqueued:  # a job that was put back when its crawl was over already
            await queue.ask_now(_DROP_LEFT, [f"source:{what.source}"])
            return await _plan(queue, what)

    try:
        return await patiently(queue.name, work)
    except UniqueViolation:
        rows = await queue.ask("SELECT id, run FROM crawls WHERE source = %s", [what.source])
        if rows and rows[0]["run"] == what.run:  # it was written, and only the answer was lost
            return int(rows[0]["id"])
        raise AlreadyOut(what.source) from None


async def _plan(queue: Queue, what: Plan) -> int | None:
    """None where the queue has not these packs yet: asked first, since the server logs what a constraint refuses."""
    async with queue.transaction() as db:
        cursor = await db.execute(
            "INSERT INTO crawls (source, run, hosts, parcel, packs) SELECT %s, %s::bigint, %s, %s, version FROM packs "
            "WHERE version = %s RETURNING id",
            [what.source, what.run, what.hosts, what.parcel, what.packs],
            binary=True,
        )
        if (row := await cursor.fetchone()) is None:
            return None
        await _give_job(queue, db, row["id"], source=what.source, lock=f"hosts:{what.hosts}", renders=what.renders)
        return int(row["id"])


async def _give_job(
    queue: Queue, db: _Connection, crawl: int, *, source: str, lock: str, renders: bool, after: float = 0.0
) -> None:  # fmt: skip
    """Makes a job of *crawl*, to be run in *after* seconds at the soonest."""
    at: datetime | None = None
    if after:
        row = await (await db.execute("SELECT now() AS now")).fetchone()
        at = row["now"] + timedelta(seconds=after) if row else None
    job = Job(
        queue=jobs_name(renders=renders), lock=lock,
        queueing_lock=f"source:{source}", task_name=TASK, task_kwargs={"crawl": crawl}, scheduled_at=at,
    )  # fmt: skip
    given = await queue.app.job_manager.defer_job_async(job, connection=db)
    await db.execute("UPDATE crawls SET job = %s WHERE id = %s", [given.id, crawl])


async def all_crawls(queue: Queue) -> Rows:
    """Every crawl that is in the queue, the oldest first."""
    return await queue.ask(f"SELECT {_COLUMNS} FROM crawls ORDER BY id")  # noqa: S608 -- own names


async def find(queue: Queue, *, number: int | None = None, source: str | None = None) -> DictRow | None:
    """The crawl with this number, or of this source; None: it is not there any more."""
    column, value = ("id", number) if number is not None else ("source", source)
    rows = await queue.ask(f"SELECT {_COLUMNS} FROM crawls WHERE {column} = %s", [value])  # noqa: S608 -- own names
    return rows[0] if rows else None


async def parcel_of(queue: Queue, crawl: int) -> bytes | None:
    """What travels with *crawl*; None where it is not there any more."""
    rows = await queue.ask("SELECT parcel FROM crawls WHERE id = %s", [crawl])
    return rows[0]["parcel"] if rows else None


async def plan_again(
    queue: Queue, crawl: int, parcel: bytes, packs: str, packs_body: bytes, *, renders: bool, after: float,
    suspect: bool = False,
) -> bool:  # fmt: skip
    """Plans the fenced *crawl* anew with another parcel, in *after* seconds at the soonest; whether it was there. Of
    those of a queue that are *suspect* of killing workers one runs at a time. Its hosts are kept from others besides.

    Who had the job before finds it gone, so that it can end no other.
    """

    async def work() -> bool:
        async with queue.transaction() as db:
            await db.execute(
                "INSERT INTO packs (version, body) SELECT %s, %s WHERE NOT EXISTS (SELECT FROM packs "
                "WHERE version = %s) ON CONFLICT (version) DO NOTHING",
                [packs, packs_body, packs],
            )
            cursor = await db.execute(
                "UPDATE crawls SET state = 'waiting', worker = NULL, begun = NULL, beat = NULL, parcel = %s, "
                "packs = %s WHERE id = %s AND state = 'fenced' RETURNING source, hosts, job",
                [parcel, packs, crawl],
            )
            if (row := await cursor.fetchone()) is None:
                return False
            await db.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [row["job"]])
            lock = f"suspects:{jobs_name(renders=renders)}" if suspect else f"hosts:{row['hosts']}"
            await _give_job(queue, db, crawl, source=row["source"], lock=lock, renders=renders, after=after)
            return True

    return await patiently(queue.name, work)


async def fence(queue: Queue, crawl: int) -> None:
    """From now on nothing more of *crawl* is let in, and its worker is told so when it beats."""
    await queue.ask("UPDATE crawls SET state = 'fenced' WHERE id = %s", [crawl])


async def fence_stalled(queue: Queue, stalled: float, silent: float) -> Rows:
    """Fences the crawls whose worker has not beaten for *stalled* seconds, and those whose job nobody has, or one that
    Procrastinate has not heard of for *silent* seconds: what is fenced now. Not those of which something waits to be
    taken: their end may be among it. Nor any before the server has been up for that long: while it was away nobody
    could beat, and who lives is still to be heard of."""
    return await queue.ask(
        "UPDATE crawls AS crawl SET state = 'fenced', deaths = deaths + 1 WHERE (state = 'working' "  # noqa: S608 -- own names
        "AND greatest(beat, pg_postmaster_start_time()) < now() - make_interval(secs => %s) "
        "AND NOT EXISTS (SELECT FROM batches WHERE batches.crawl = crawl.id)) OR (state = 'waiting' "
        "AND planned < now() - make_interval(secs => %s) AND NOT EXISTS (SELECT FROM procrastinate_jobs AS job "
        "LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id WHERE job.id = crawl.job "
        "AND (job.status = 'todo' OR (job.status = 'doing' AND worker.last_heartbeat >= now() - "
        f"make_interval(secs => %s))))) RETURNING {_COLUMNS}",
        [stalled, stalled, silent],
    )


async def emptied(queue: Queue) -> Rows:
    """The crawls that are fenced, and of which nothing waits any more."""
    return await queue.ask(
        f"SELECT {_COLUMNS} FROM crawls WHERE state = 'fenced' "  # noqa: S608 -- own names
        "AND NOT EXISTS (SELECT FROM batches WHERE crawl = crawls.id) ORDER BY id"
    )


async def drop_unclaimed(queue: Queue, crawls: Collection[int]) -> list[int]:
    """Takes those of *crawls* out that no worker has claimed, with their jobs; which these were. Where the answer is
    lost, they are told of the second time as well."""
    gone = await queue.ask(
        "WITH gone AS (DELETE FROM crawls WHERE id = ANY(%s) AND state = 'waiting' RETURNING id, job), "
        "jobs AS (DELETE FROM procrastinate_jobs WHERE id IN (SELECT job FROM gone) AND status = 'todo') "
        "SELECT id FROM gone",
        [list(crawls)],
    )
    left = await queue.ask("SELECT id FROM crawls WHERE id = ANY(%s)", [list(crawls)])
    there = {row["id"] for row in left}
    return sorted({row["id"] for row in gone} | (set(crawls) - there))


async def abort(queue: Queue, crawls: Collection[int]) -> None:
    """Asks the workers that have *crawls* to end them."""
    rows = await queue.ask("SELECT job FROM crawls WHERE id = ANY(%s) AND job IS NOT NULL", [list(crawls)])
    for row in rows:
        await queue.app.job_manager.cancel_job_by_id_async(row["job"], abort=True)


async def close(queue: Queue, crawls: Collection[int]) -> None:
    """Takes *crawls* out, with whatever of them still waits; and the jobs that their workers left behind."""
    await queue.ask(
        "WITH gone AS (DELETE FROM crawls WHERE id = ANY(%s) RETURNING job) "  # noqa: S608 -- own names
        "DELETE FROM procrastinate_jobs AS job USING gone WHERE job.id = gone.job AND (job.status = 'todo' OR "
        f"(job.status IN {_LIVE} AND NOT EXISTS (SELECT FROM procrastinate_workers WHERE id = job.worker_id)))",
        [list(crawls)],
    )


async def drop_orphans(queue: Queue, stalled: float) -> int:
    """Takes out the jobs of which there is no crawl, and whose worker has not been heard of for *stalled* seconds: they
    would lock their hosts for ever. How many."""
    rows = await queue.ask(
        "DELETE FROM procrastinate_jobs AS job WHERE job.task_name = %s AND job.status = 'doing' "
        "AND NOT EXISTS (SELECT FROM crawls WHERE crawls.job = job.id) "
        "AND NOT EXISTS (SELECT FROM procrastinate_workers AS worker WHERE worker.id = job.worker_id "
        "AND worker.last_heartbeat >= now() - make_interval(secs => %s)) RETURNING job.id",
        [TASK, stalled],
    )
    return len(rows)


async def remove_old(queue: Queue, packs: str, stalled: float) -> None:
    """Takes out what nobody needs any more: workers, packs and hosts of yesterday, and jobs that ended. The *packs*
    with this version are in use."""
    day = "now() - interval '1 day'"
    statements: Sequence[tuple[str, Sequence[Any]]] = (
        ("UPDATE packs SET used = now() WHERE version = %s", [packs]),
        (
            f"DELETE FROM packs WHERE used < {day} AND NOT EXISTS (SELECT FROM crawls WHERE packs = packs.version)",  # noqa: S608 -- own names
            [],
        ),
        (  # one whose registration was answered into the void registered once more, and never beat as this one
            f"DELETE FROM workers WHERE beat < {day} OR (beat = started AND beat < now() - make_interval(secs => %s))",  # noqa: S608 -- own names
            [stalled],
        ),
        (f"DELETE FROM hosts WHERE until < {day} AND free_at < {day}", []),  # noqa: S608 -- own names
        (
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND status NOT IN ('todo', 'doing') "
            "AND NOT EXISTS (SELECT FROM crawls WHERE crawls.job = procrastinate_jobs.id)",
            [TASK],
        ),
        ("DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %s)", [20 * stalled]),
    )
    for statement, values in statements:
        await queue.ask(statement, values)
