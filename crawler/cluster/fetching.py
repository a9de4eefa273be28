"""Procrastinate's worker, which hands out jobs, on terms of ours: a server that restarts ends nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from crawler.cluster.patience import in_a_line, is_away
from crawler.cluster.queue import TASK, Queue

logger = logging.getLogger(__name__)

_LOOK = 2.0
"""Seconds between two looks for jobs, and for those to abort, of which nobody has told: while the server restarts
nobody hears, and of a job whose lock has become free nobody tells."""
_LONG_GONE = 86_400.0
"""Seconds after which Procrastinate forgets a worker. One that was only paused could fetch no more once it is."""
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
        app.job_manager = _Jobs(app.connector)

        @app.task(name=TASK, pass_context=True)
        async def crawl_one(context: JobContext, *, crawl: int) -> None:
            await do(crawl, context.job.id or 0)

    async def run(self) -> None:
        """Until `stop`, and then until what was fetched is done."""
        while not self._ending:
            self._worker = Worker(
                self._queue.app, queues=self._names, name="khabar", concurrency=self._places, delete_jobs="always",
                fetch_job_polling_interval=_LOOK, abort_job_polling_interval=_LOOK, stalled_worker_timeout=_LONG_GONE,
                install_signal_handlers=False,
            )  # fmt: skip
            try:
                await self._worker.run()
            except Exception:
                logger.exception("fetching jobs ended by a fault; it begins anew")
                await asyncio.sleep(_AGAIN)

    def stop(self) -> None:
        """Fetches no more."""
        self._ending = True
        if self._worker:
            self._worker.stop()


class _Jobs(JobManager):
    """Procrastinate's, for which a job that the service has finished already is no fault: it was taken back."""

    async def finish_job_by_id_async(self, job_id: int, status: Status, delete_job: bool) -> None:
        """As Procrastinate's."""
        try:
            await super().finish_job_by_id_async(job_id, status, delete_job)
        except ConnectorException as error:
            if is_away(error):
                raise
            logger.debug("job %d: %s", job_id, in_a_line(error))
