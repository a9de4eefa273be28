"""One process at a time per host, over all that share a queue: whoever is about to ask one takes it there first.

Declared hosts are no worker's business: the service plans no two crawls at a time that share one. This is for where an
address leads: a redirect, an article that stands elsewhere, and the service's own backfills beside the workers' crawls.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from time import monotonic

import psycopg

from crawler.cluster.leash import Leash
from crawler.cluster.queue import Queue
from crawler.manners.allowance import Allowance, OverBudget
from crawler.manners.hosts import Host, Hosts
from crawler.manners.room import Room
from pipelines.workbench import Workbench
from seeds.bounds import ADDRESS_SECONDS, HOST_BUSY_SECONDS

logger = logging.getLogger(__name__)

DESK = "desk"
"""The holder that the service is. A crawl is "crawl:ID:ATTEMPT"."""
_DESK_SECONDS = 2 * ADDRESS_SECONDS
"""For which the service takes a host, each time: for one request."""
_LOOK = 0.5  # seconds between two looks at whether a host is free
_TAKE = """
    INSERT INTO hosts (host, holder, until)
    SELECT %(host)s, %(holder)s, now() + make_interval(secs => %(seconds)s)
    WHERE %(crawl)s::bigint IS NULL
       OR EXISTS (SELECT FROM crawls WHERE id = %(crawl)s AND attempt = %(attempt)s AND state = 'working')
    ON CONFLICT (host) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE hosts.holder = excluded.holder OR hosts.holder IS NULL OR hosts.until < now()
    RETURNING greatest(extract(epoch FROM free_at - now()), 0)::float8 AS free_in
"""
_GIVE_BACK = """
    UPDATE hosts SET holder = NULL, free_at = greatest(free_at, now() + make_interval(secs => given.wait))
    FROM unnest(%(hosts)s::text[], %(waits)s::float8[]) AS given (host, wait)
    WHERE hosts.host = given.host AND hosts.holder = %(holder)s
"""


class CrawlHosts(Hosts):
    """Of one crawl of a worker: a host that it has asked is its own until it has ended."""

    def __init__(self, queue: Queue, leash: Leash, room: Room, *, crawl: int, attempt: int) -> None:
        super().__init__(room)
        self.holder = f"crawl:{crawl}:{attempt}"
        self.held: set[str] = set()
        """The keys of the hosts that it holds. The beats renew them."""
        self.is_fenced = False
        """Whether its crawl was taken back: it asks nothing more."""
        self._queue, self._leash, self._crawl, self._attempt = queue, leash, crawl, attempt
        self._busy: dict[str, float] = {}  # until when nobody waits for it, since it was waited for in vain

    @property
    def is_sure(self) -> bool:
        """Not where the process slept since, nor where the crawl was taken back."""
        return self._leash.is_sure and not self.is_fenced

    def lose(self, hosts: Collection[str]) -> None:
        """These are another's by now: this process slept for too long."""
        for key in self.held.intersection(hosts):
            logger.warning("%s is not ours any more", key)
            self.held.discard(key)

    async def give_back(self, workbench: Workbench) -> None:
        """Lets others ask its hosts, as soon as each of them may be asked again. Its crawl asks no more."""
        at, held = workbench.clock(), sorted(self.held)
        known = {key: self._hosts.get(key) for key in held}
        waits = [max(0.0, host.wait(), host.held(at)) if host else 0.0 for host in known.values()]
        self.held.clear()
        if held:
            await self._queue.ask(_GIVE_BACK, {"hosts": held, "waits": waits, "holder": self.holder})

    @asynccontextmanager
    async def _taken(self, host: Host, allowance: Allowance) -> AsyncIterator[None]:
        if host.key not in self.held:
            if self._busy.get(host.key, 0.0) > monotonic():
                raise OverBudget
            await self._take(host.key, allowance)
        yield

    async def _take(self, key: str, allowance: Allowance) -> None:
        """Raises OverBudget where another one keeps it: two crawls that wait for each other's hosts must both go on."""
        values = {
            "host": key, "holder": self.holder, "seconds": self._leash.stalled,
            "crawl": self._crawl, "attempt": self._attempt,
        }  # fmt: skip
        until = monotonic() + min(HOST_BUSY_SECONDS, allowance.left)
        while not (taken := await self._queue.ask(_TAKE, values)):
            if monotonic() >= until:
                self._busy[key] = monotonic() + HOST_BUSY_SECONDS
                raise OverBudget
            await asyncio.sleep(_LOOK)
        self.held.add(key)
        await _rest(taken[0]["free_in"], allowance)

    async def _be_sure(self, host: Host) -> None:
        await self._leash.be_sure()
        if host.key not in self.held:
            raise OverBudget


class DeskHosts(Hosts):
    """Of the service, which crawls nothing new itself: it takes a host for each request of a backfill."""

    def __init__(self, queue: Queue) -> None:
        super().__init__()
        self._queue = queue

    @asynccontextmanager
    async def _taken(self, host: Host, allowance: Allowance) -> AsyncIterator[None]:
        while (free_in := await self._take(host)) is None:
            if allowance.left <= 0 or allowance.closing.is_set():
                raise OverBudget
            await asyncio.sleep(_LOOK)
        try:
            await _rest(free_in, allowance)
            yield
        finally:
            await self._give_back(host)

    async def _be_sure(self, host: Host) -> None:
        if await self._take(host) is None:  # it was waited for so long that it is another's by now
            raise OverBudget

    async def _take(self, host: Host) -> float | None:
        """Seconds until it may be asked; None: another one has it."""
        values = {"host": host.key, "holder": DESK, "seconds": _DESK_SECONDS, "crawl": None, "attempt": None}
        taken = await self._queue.ask(_TAKE, values)
        return float(taken[0]["free_in"]) if taken else None

    async def _give_back(self, host: Host) -> None:
        """Without patience: where the queue is away, the host is free when its time is over."""
        values = {"hosts": [host.key], "waits": [max(0.0, host.wait())], "holder": DESK}
        with suppress(psycopg.Error, TimeoutError):
            await self._queue.ask_now(_GIVE_BACK, values)


async def _rest(seconds: float, allowance: Allowance) -> None:
    """Leaves a host alone that another process asked last. Raises OverBudget where that takes too long."""
    if seconds > allowance.left:
        raise OverBudget
    await asyncio.sleep(seconds)
