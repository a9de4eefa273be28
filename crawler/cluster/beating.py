"""The beat of a worker: the one statement by which the queue knows that it lives, how it does, and what it holds."""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic, time
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow

from crawler.cluster.claimed import ClaimedCrawl
from crawler.cluster.desk_clock import DeskClock
from crawler.cluster.leash import Beaten
from crawler.cluster.queue import Queue

_RATE_SECONDS = 60.0
"""Over which articles are counted per second."""
_BEAT = """
    WITH me AS (
        UPDATE workers SET beat = now(), draining = %(draining)s, waits = %(waits)s, crawls = %(count)s,
            articles = %(articles)s, requests = %(requests)s, articles_per_second = %(rate)s
        WHERE id = %(worker)s RETURNING id
    ), beaten AS (
        UPDATE crawls SET beat = now()
        FROM unnest(%(crawls)s::bigint[], %(attempts)s::int[]) AS mine (id, attempt)
        WHERE crawls.id = mine.id AND crawls.attempt = mine.attempt AND crawls.worker = %(worker)s
          AND crawls.state = 'working'
        RETURNING crawls.id
    ), kept AS (
        UPDATE hosts SET until = now() + make_interval(secs => (SELECT stalled FROM queue))
        FROM unnest(%(hosts)s::text[], %(holders)s::text[], %(owners)s::bigint[]) AS mine (host, holder, crawl)
        JOIN beaten ON beaten.id = mine.crawl
        WHERE hosts.host = mine.host AND hosts.holder = mine.holder
        RETURNING mine.crawl || ' ' || mine.host AS name
    )
    SELECT EXISTS (SELECT FROM me) AS is_known, stalled, desk_ahead,
        extract(epoch FROM clock_timestamp())::float8 AS server,
        ARRAY(SELECT id FROM beaten) AS crawls, ARRAY(SELECT name FROM kept) AS hosts,
        queue.id::text AS queue
    FROM queue
"""


class Beating:
    """Of one worker, whose *crawls* under way are these; *register* makes it known to the queue, and gives its number
    there. Every beat sets the *clock*."""

    def __init__(
        self, queue: Queue, crawls: Mapping[int, ClaimedCrawl], clock: DeskClock, register: Callable[[], Awaitable[int]]
    ) -> None:
        self._queue, self._crawls, self._clock, self._register = queue, crawls, clock, register
        self.worker = 0
        """Its number in the queue; 0: it has none yet."""
        self.is_draining = False
        self._queue_id: str | None = None
        self._db: AsyncConnection[DictRow] | None = None
        self._articles = self._requests = 0  # of crawls that have ended
        self._lately: deque[tuple[float, int]] = deque([(monotonic(), 0)])

    def count(self, crawl: ClaimedCrawl) -> None:
        """*crawl* has ended, and is not among the others any more."""
        self._articles += crawl.journal.articles
        self._requests += crawl.tally.requests

    async def beat(self) -> Beaten:
        """Beats once. Raises what psycopg does."""
        if not self.worker:
            self.worker = await self._register()
        held = [(crawl, frozenset(crawl.hosts.held)) for crawl in self._crawls.values()]
        begun = time()
        told = await self._ask(self._values(held))
        self._clock.learn(server_ahead=told["server"] - (begun + time()) / 2, desk_ahead=told["desk_ahead"])
        is_another = self._queue_id not in (None, told["queue"])  # made anew: our number there is somebody else's
        self._queue_id = told["queue"]
        if is_another or not told["is_known"]:  # it was away for so long that it was forgotten
            self.worker = await self._register()
        if is_another:
            return Beaten(frozenset(), told["stalled"])
        kept = set(told["hosts"])
        for crawl, hosts in held:
            crawl.hosts.lose({host for host in hosts if f"{crawl.claim.id} {host}" not in kept})
        return Beaten(frozenset(told["crawls"]), told["stalled"])

    async def close(self) -> None:
        """Beats no more."""
        if self._db is not None:
            await self._db.close()

    async def _ask(self, values: dict[str, Any]) -> DictRow:
        """By a connection of its own: a beat must not wait for pages that are shipped over a slow line."""
        if self._db is None or self._db.closed:
            self._db = await self._queue.apart()
        try:
            row = await (await self._db.execute(_BEAT.encode(), values)).fetchone()
        except BaseException:  # also where it took too long: what is under way on it would be in the way of the next
            await self._db.close()
            raise
        if row is None:
            raise AssertionError("the queue has lost its only row")
        return row

    def _values(self, held: Sequence[tuple[ClaimedCrawl, frozenset[str]]]) -> dict[str, Any]:
        crawls = [crawl for crawl, _ in held]
        articles = self._articles + sum(crawl.journal.articles for crawl in crawls)
        hosts = [(host, crawl.hosts.holder, crawl.claim.id) for crawl, own in held for host in own]
        return {
            "worker": self.worker, "draining": self.is_draining, "waits": any(crawl.journal.waits for crawl in crawls),
            "count": len(held), "articles": articles, "rate": self._rate(articles),
            "requests": self._requests + sum(crawl.tally.requests for crawl in crawls),
            "crawls": [crawl.claim.id for crawl in crawls], "attempts": [crawl.claim.attempt for crawl in crawls],
            "hosts": [host for host, _, _ in hosts], "holders": [holder for _, holder, _ in hosts],
            "owners": [crawl for _, _, crawl in hosts],
        }  # fmt: skip

    def _rate(self, articles: int) -> float:
        """Articles a second, of late."""
        present = monotonic()
        self._lately.append((present, articles))
        while len(self._lately) > 2 and self._lately[1][0] <= present - _RATE_SECONDS:
            self._lately.popleft()
        since, before = self._lately[0]
        return (articles - before) / max(present - since, 1.0)
