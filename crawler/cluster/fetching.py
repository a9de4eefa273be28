"""Procrastinate's worker, which hands out jobs, on terms of ours: a server that restarts ends nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from time import monotonic

from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker
from psycopg import Error

from crawler.cluster.patience import in_a_line, is_away
from crawler.cluster.queue import TASK, Queue

logger = logging.getLogger(__name__)

_LOOK = 2.0
"""Seconds between two looks for jobs, and for those to abort, of which nobody has told: while the server restarts
nobody hears, and of a job whose lock has become free nobody tells."""
_LONG_GONE = 86_400.0
"""Seconds after which Procrastinate forgets a worker. One that was only paused could fetch no more once it is."""
_LOST_LOOK = 30.0  # seconds between two looks for jobs that were fetched in vain, where no fetch was cut off
_PUT_BACK = """
    UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL
    WHERE worker_id = %s AND status = 'doing' AND NOT id = ANY(%s::bigint[])
"""
_AGAIN = 1.0  # seconds after a fault of Procrastinate's worker until the next begins


class Fetching:
    """Fetches the jobs of *names*, queues of Procrastinate, *places* at a time, and does each by *do*: with the number
    of its crawl and its own. *do* is cancelled where its job is to be aborted."""

    def __init__(
        self, queue: Queue, names: Sequence[str], places: int, do: Callable[[int, int], Awaitable[None]]
    ) -> None:
        self._queue, self._names, self._places = queue, names, places
        self._ending = False
        self._worker: Worker | None = None
        app = queue.app
        app.job_manager = _Jobs(queue, self._running)

        @app.task(name=TASK, pass_context=True)
        async def crawl_one(context: JobContext, *, crawl: int) -> None:
            await do(crawl, context.job.id or 0)

    async def run(self) -> None:
        """Until `stop`, and then until what was fetched is done."""
        told = ""
        while not self._ending:
            self._worker = Worker(
                self._queue.app, queues=self._names, name="khabar", concurrency=self._places, delete_jobs="always",
                fetch_job_polling_interval=_LOOK, abort_job_polling_interval=_LOOK, stalled_worker_timeout=_LONG_GONE,
                install_signal_handlers=False,
            )  # fmt: skip
            try:
                await self._worker.run()  # type: ignore[no-untyped-call]
            except ConnectorException as error:  # the server has forgotten it: it was paused for very long
                if told != (told := in_a_line(error)):  # where its tables are gone, once a second
                    logger.warning("fetching jobs begins anew: %s", told)
            except Exception:
                logger.exception("fetching jobs ended by a fault; it begins anew")
            await asyncio.sleep(0 if self._ending else _AGAIN)

    def stop(self) -> None:
        """Fetches no more."""
        self._ending = True
        if self._worker:
            self._worker.stop()  # type: ignore[no-untyped-call]

    def _running(self) -> set[int]:
        """The numbers of the jobs that were fetched and are not done."""
        contexts = self._worker._running_jobs.values() if self._worker else ()
        return {context.job.id for context in contexts if context.job.id is not None}


class _Jobs(JobManager):
    """Procrastinate's, for a server whose answers may be lost. *running* tells which jobs its worker has."""

    def __init__(self, queue: Queue, running: Callable[[], set[int]]) -> None:
        super().__init__(queue.app.connector)
        self._queue, self._running = queue, running
        self._looked = float("-inf")

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """As Procrastinate's. What an earlier fetch was given whose answer was lost is put back first, where one was
        cut off, and now and then: no other fetch of this worker is under way now."""
        if self._looked + _LOST_LOOK < monotonic():
            try:
                await self._queue.ask_now(_PUT_BACK, [worker_id, list(self._running())])
                self._looked = monotonic()
            except Error as error:
                logger.debug("lost jobs were not looked for: %s", in_a_line(error))
        cut_off = self._queue.connector.cut_off
        try:
            return await super().fetch_job(queues, worker_id)
        finally:
            if self._queue.connector.cut_off > cut_off:
                self._looked = float("-inf")

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """As Procrastinate's. One that is finished already is no fault: its crawl was taken back, or this is the second
        try."""
        try:
            await super().finish_job_by_id_async(job_id, status, delete_job)
        except ConnectorException as error:
            if is_away(error):
                raise
            logger.debug("job %d: %s", job_id, in_a_line(error))
