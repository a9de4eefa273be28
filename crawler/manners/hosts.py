"""One request at a time per host, and none sooner than it may be asked, over all crawls of this process.

Two sources may live on one host, so its delay cannot belong to a crawl. Where a restart is shorter than what is to be
waited for, the archive remembers it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from archive.hosts import Hold, hold_of
from archive.notes import HostHeld
from archive.times import to_text
from crawler.manners.allowance import Allowance, AskedToWait, OverBudget
from crawler.manners.retry_after import LONGEST, SHORTEST, pause_asked
from crawler.manners.room import Room
from crawler.settings import SLOWEST_PACE
from pipelines.workbench import Workbench
from seeds.sources import USUAL_PORTS

logger = logging.getLogger(__name__)

SHORT_WAIT = 10.0
"""Seconds that a run waits for a host that asked to be left alone. A longer pause is left to the next run."""
LOST_BY_A_RESTART = 2.0
"""Seconds that a process takes to come up again: a shorter distance between requests need not be remembered."""
IDLE = 600.0
"""Seconds after which a host that nobody asks is forgotten, and its pace with it."""
WAYS_GIVEN = 300.0
"""Seconds after which a backfill asks between two live requests all the same, though they come close upon another:
once in so long holds nobody up, and it would starve beside a job that runs all the time."""
_CALM = 1.0  # seconds, and two delays, without a live request: those of one crawl come closer upon another
_LOOK = 0.5  # seconds between two looks at whether it has become calm
_FEW = 256  # hosts, among which none is looked for that could be forgotten


def host_key(url: str) -> str:
    """The host that *url* is asked of: lower case, with its port where that is not the usual one of its scheme."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removesuffix(".")
    name = f"[{host}]" if ":" in host else host
    return name if parts.port in (None, USUAL_PORTS.get(parts.scheme)) else f"{name}:{parts.port}"


@dataclass(slots=True, kw_only=True, eq=False)
class Host:
    """What is known of one host. Seconds; instants are those of `monotonic`."""

    key: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0  # requests that wait for it, or are under way
    past: asyncio.Lock = field(default_factory=asyncio.Lock)  # of whichever backfill's request is the next of them
    live: int = 0  # of them of crawls of what is new
    live_at: float = float("-inf")  # when the last of those ended
    past_at: float = float("inf")  # when a backfill last asked, or first wanted to
    begun: float = float("-inf")  # when the last request began
    delay: float = 0.0  # of the last request's source
    crawl_delays: dict[str, float] = field(default_factory=dict)  # of its robots.txt, by scheme
    pace: float = 0.0  # that its answers allow
    hold: Hold | None = None  # as the archive has it; None: it was not asked yet
    free: float = float("inf")  # when the hold ends, whatever becomes of the clock on the wall meanwhile

    @property
    def crawl_delay(self) -> float:
        """What its robots.txt asks for."""
        return max(self.crawl_delays.values(), default=0.0)

    def wait(self, delay: float = 0.0) -> float:
        """Seconds until a source with this *delay* may ask, holds aside."""
        return self.begun + max(delay, self.delay, self.crawl_delay, self.pace) - monotonic()

    def until_calm(self, delay: float) -> float:
        """Seconds until a backfill may ask, as far as live requests go; infinite while one waits or is under way."""
        if self.live or self.turn.locked():
            return float("inf")
        present = monotonic()
        self.past_at = min(self.past_at, present)
        calm = self.live_at + 2 * max(delay, self.delay, self.crawl_delay) + _CALM
        return min(calm, self.past_at + WAYS_GIVEN) - present

    def held(self, at: datetime) -> float:
        """Seconds, from *at* on, for which it is held: no longer than it was to be, where the clock was set back."""
        if self.hold is None or self.hold.until is None:
            return 0.0
        return min((self.hold.until - at).total_seconds(), self.free - monotonic())

    def asks_to_wait(self, at: datetime) -> bool:
        """Whether it asked to be left alone for longer than a run waits."""
        return self.hold is not None and self.hold.reason is not None and self.held(at) > SHORT_WAIT

    def keep(self, hold: Hold, at: datetime) -> None:
        """It is held so, as of *at*."""
        self.hold = hold
        self.free = monotonic() + (hold.until - at).total_seconds() if hold.until else float("inf")


class Hosts:
    """The hosts that this process has asked lately, and the *room* that there is for their answers."""

    def __init__(self, room: Room | None = None) -> None:
        self.room = room or Room()
        self._hosts: dict[str, Host] = {}
        self._many = _FEW

    def __len__(self) -> int:
        return len(self._hosts)

    @property
    def is_sure(self) -> bool:
        """Whether what has its turn may be sent at this moment, however long ago the turn came."""
        return True

    def of(self, url: str) -> Host:
        """The host of *url*."""
        key = host_key(url)
        if (host := self._hosts.get(key)) is None:
            if len(self._hosts) >= self._many:
                self._forget_the_idle()
            host = self._hosts[key] = Host(key=key)
        return host

    def _forget_the_idle(self) -> None:
        """Those that are held are remembered by the archive."""
        present = monotonic()
        self._hosts = {
            key: host for key, host in self._hosts.items()
            if host.users or host.begun + IDLE > present or host.wait() > 0
        }  # fmt: skip
        self._many = max(_FEW, 2 * len(self._hosts))

    @asynccontextmanager
    async def turn(self, url: str, delay: float, allowance: Allowance, workbench: Workbench) -> AsyncIterator[Host]:
        """Waits until the host of *url* may be asked; its turn ends with the block.

        *delay* is in seconds from the beginning of this request to that of the next. Raises AskedToWait, or
        OverBudget, at once where the turn would come too late for the *allowance*.
        """
        host = self.of(url)
        host.users += 1
        host.live += 1
        try:
            await _acquire(host.turn, allowance.left)
            try:
                async with self._taken(host, allowance):
                    await self._wait(host, delay, allowance, workbench)
                    await self._begin(host, delay, workbench)
                    yield host
            finally:
                host.turn.release()
        finally:
            host.live_at = monotonic()
            host.live -= 1
            host.users -= 1

    @asynccontextmanager
    async def quiet_turn(
        self, url: str, delay: float, allowance: Allowance, workbench: Workbench
    ) -> AsyncIterator[Host]:
        """As `turn`, for a backfill: it waits beside the others until nobody else wants the host, and holds it for its
        one request alone. Raises OverBudget also where the crawl is closing."""
        host = self.of(url)
        host.users += 1
        try:
            await _acquire(host.past, allowance.left)
            try:
                await self._until_calm(host, delay, allowance, workbench)
                await host.turn.acquire()  # at once: nothing was awaited since it was seen to be free
                try:
                    async with self._taken(host, allowance):
                        host.past_at = monotonic()
                        await self._begin(host, delay, workbench)
                        yield host
                finally:
                    host.turn.release()
            finally:
                host.past.release()
        finally:
            host.users -= 1

    @asynccontextmanager
    async def _taken(self, host: Host, allowance: Allowance) -> AsyncIterator[None]:
        """While it lasts, no other process asks *host*. Here nobody does anyway: a desk has one process that crawls.
        Raises OverBudget where another one keeps it too long."""
        yield

    async def _until_calm(self, host: Host, delay: float, allowance: Allowance, workbench: Workbench) -> None:
        while True:
            held = await self._held(host, allowance, workbench)
            if (wait := max(held, host.wait(delay), host.until_calm(delay))) <= 0:
                return
            if allowance.closing.is_set() or allowance.left <= 0:
                raise OverBudget
            await asyncio.sleep(min(wait, _LOOK))

    async def _begin(self, host: Host, delay: float, workbench: Workbench) -> None:
        host.begun, host.delay = monotonic(), delay
        await self._write_down(host, workbench)
        await self._be_sure(host)
        host.begun = monotonic()  # writing may have taken a while

    async def _be_sure(self, host: Host) -> None:
        """The last step before *host* is asked."""

    async def _wait(self, host: Host, delay: float, allowance: Allowance, workbench: Workbench) -> None:
        wait = max(await self._held(host, allowance, workbench), host.wait(delay), 0.0)
        if wait > allowance.left:
            raise AskedToWait if host.crawl_delay > delay else OverBudget
        if wait:
            await asyncio.sleep(wait)

    async def _held(self, host: Host, allowance: Allowance, workbench: Workbench) -> float:
        """Seconds for which *host* is held. Raises AskedToWait where that is longer than a run waits."""
        at = workbench.clock()
        if host.hold is None:
            hold = await workbench.archive(lambda db: hold_of(db, host.key))
            if hold.until and hold.until - at > LONGEST + SHORTEST:  # the clock was set back
                hold = Hold(holds=hold.holds)
            host.keep(hold, at)
        held = host.held(at)
        if host.hold and host.hold.reason and held > min(SHORT_WAIT, allowance.left):
            raise AskedToWait
        return held

    async def learn_crawl_delay(self, url: str, seconds: float, workbench: Workbench) -> None:
        """Takes note of what the robots.txt of *url* asks for. It counts from the request for that very file on."""
        host, scheme = self.of(url), urlsplit(url).scheme
        if host.crawl_delays.get(scheme, 0.0) != seconds:
            host.crawl_delays[scheme] = seconds
            if host.held(workbench.clock()) <= 0:
                await self._write_down(host, workbench)

    async def _write_down(self, host: Host, workbench: Workbench) -> None:
        """Remembers when *host* may be asked next, where a restart would come before."""
        if (wait := host.wait()) <= LOST_BY_A_RESTART:
            return
        holds = host.hold.holds if host.hold else 0
        until = workbench.clock() + timedelta(seconds=min(wait, LONGEST.total_seconds()))
        await workbench.put(HostHeld(host=host.key, hold=Hold(until=until, holds=holds)))

    async def heed(self, host: Host, status: int, retry_after: str | None, workbench: Workbench) -> float:
        """For how many seconds this answer asks to be left alone, which is remembered; a good one ends what was."""
        at, known = workbench.clock(), host.hold or Hold()
        pause = pause_asked(status, retry_after, known.holds, at)
        if pause is not None:
            hold = Hold(until=at + pause, reason=f"HTTP {status}", holds=known.holds + 1)
            logger.warning("%s asks to be left alone until %s (HTTP %d)", host.key, to_text(at + pause), status)
        elif known.holds and status < 500:
            hold = Hold()
        else:
            return 0.0
        host.keep(hold, at)
        await workbench.put(HostHeld(host=host.key, hold=hold))
        if pause is None:
            await self._write_down(host, workbench)
            return 0.0
        return pause.total_seconds()


async def _acquire(turn: asyncio.Lock, left: float) -> None:
    """Raises OverBudget where *turn* does not come within *left* seconds."""
    if turn.locked():
        try:
            async with asyncio.timeout(max(left, 0.0)):
                await turn.acquire()
        except TimeoutError:
            raise OverBudget from None
    else:
        await turn.acquire()  # at once


def paced(pace: float, latency: float, status: int) -> float:
    """The pace after an answer that took *latency* seconds to begin: Scrapy's AutoThrottle for one request at a time.

    It is kept here and not by Scrapy's extension because that one knows only one crawl's requests.
    Source: scrapy.extensions.throttle, `_adjust_delay`.
    """
    pace_then = min(max(latency, (pace + latency) / 2), SLOWEST_PACE)
    return pace if status != 200 and pace_then <= pace else pace_then
