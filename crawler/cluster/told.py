"""What a queue tells of itself: its workers, what is out, what waits to be archived, and what needs a person."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import psycopg

from archive.times import to_text
from crawler.cluster.address import Address
from crawler.cluster.faults import QueueError
from crawler.cluster.patience import in_a_line
from crawler.cluster.queue import Queue, open_queue
from crawler.cluster.records import RECORD_FORMAT
from crawler.cluster.waiting import unreadable
from seeds.bounds import LAG_SECONDS, MAX_BYTES_WAITING, MAX_NOTES_WAITING, QUEUE_SECONDS

_FULL = 0.9  # of the room for what waits: workers are about to wait
_WORKERS = """
    SELECT name, version, beat, extract(epoch FROM now() - beat)::float8 AS beat_age, crawls,
        articles, articles_per_second, draining, waits,
        beat < now() - make_interval(secs => (SELECT stalled FROM queue)) AS is_silent
    FROM workers ORDER BY name, id
"""
_CRAWLS = """
    SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'working') AS working,
        count(*) FILTER (WHERE state = 'fenced') AS fenced,
        coalesce(extract(epoch FROM now() - min(planned) FILTER (WHERE state = 'waiting')), 0)::float8 AS oldest
    FROM crawls
"""
_UNDRAWN = """
    SELECT count(*) AS number FROM crawls JOIN procrastinate_jobs AS job ON job.id = crawls.job
    WHERE state = 'waiting' AND job.status = 'todo' AND job.queue_name LIKE '%%-render'
        AND planned < now() - make_interval(secs => %s)
"""
_OTHERS = """
    SELECT count(*) AS number FROM crawls JOIN procrastinate_jobs AS job ON job.id = crawls.job
    WHERE state = 'waiting' AND job.status = 'todo' AND NOT EXISTS (
        SELECT FROM workers WHERE beat >= now() - make_interval(secs => (SELECT stalled FROM queue))
        AND starts_with(job.queue_name || '-', 'crawls-' || parcel_format || '-'))
"""
_BATCHES = """
    SELECT coalesce(sum(notes), 0)::bigint AS notes, coalesce(sum(size), 0)::bigint AS bytes,
        coalesce(extract(epoch FROM now() - min(shipped)), 0)::float8 AS lag
    FROM batches
"""
_SERVICE = """
    SELECT desk, desk_name, desk_version, desk_seen,
        desk_seen < now() - make_interval(secs => stalled) AS is_silent FROM queue
"""


def cluster_told(address: Address, token: str | None) -> dict[str, Any]:
    """What `khabar status --json` has under "cluster", for the desk whose archive has *token*. Raises QueueError."""
    return asyncio.run(_asked(address, token))


async def _asked(address: Address, token: str | None) -> dict[str, Any]:
    try:
        async with asyncio.timeout(3 * QUEUE_SECONDS), await open_queue(address) as queue:
            return await _told(queue, token)
    except TimeoutError:
        raise QueueError(f"{address}: cannot be used: no answer in {3 * QUEUE_SECONDS:g} seconds") from None
    except psycopg.Error as error:
        raise QueueError(f"{address}: cannot be used: {in_a_line(error)}") from None


async def _told(queue: Queue, token: str | None) -> dict[str, Any]:
    service = (await queue.ask_now(_SERVICE))[0]
    if service["desk"] is not None and service["desk"] != token:
        raise QueueError(f'{queue.name}: is the queue of another archive, of the desk "{service["desk_name"]}"')
    workers = await queue.ask_now(_WORKERS)
    crawls, batches = (await queue.ask_now(_CRAWLS))[0], (await queue.ask_now(_BATCHES))[0]
    others = (await queue.ask_now(_OTHERS))[0]["number"]
    undrawn = (await queue.ask_now(_UNDRAWN, [LAG_SECONDS]))[0]["number"]
    seen = service["desk_seen"]
    return {
        "queue": queue.name,
        "service": {
            "version": service["desk_version"], "seen": to_text(seen.astimezone(UTC)) if seen else None,
            "silent": bool(seen is None or service["is_silent"]),
        },
        "workers": [
            {
                "name": worker["name"], "version": worker["version"], "beat": to_text(worker["beat"].astimezone(UTC)),
                "beat_age": round(worker["beat_age"], 1),
                "silent": worker["is_silent"], "crawls": worker["crawls"], "articles": worker["articles"],
                "articles_per_second": round(worker["articles_per_second"], 2), "draining": worker["draining"],
                "waits": worker["waits"],
            }
            for worker in workers
        ],
        "crawls": {state: crawls[state] for state in ("waiting", "working", "fenced")},
        "oldest_waiting": round(crawls["oldest"], 1), "undrawn": undrawn, "other_version": others,
        "notes": batches["notes"], "bytes": batches["bytes"], "lag": round(batches["lag"], 1),
        "unreadable": sorted(await unreadable(queue, RECORD_FORMAT)),
    }  # fmt: skip


def needs(told: Mapping[str, Any]) -> Iterator[str]:
    """What of it needs a person, in words. Pure."""
    name, crawls = told["queue"], told["crawls"]
    if told["service"]["silent"] and (any(crawls.values()) or told["notes"]):
        yield f"queue {name}: no service is there to archive what its workers find"
    is_served = any(not worker["silent"] for worker in told["workers"])
    if not is_served and any(crawls.values()):
        yield f"queue {name}: no worker beats, {sum(crawls.values())} crawls wait for one"
    if is_served and told["other_version"]:
        yield (
            f"queue {name}: {told['other_version']} crawls wait for workers of the service's version, and none is "
            "there; bring both to the same version"
        )
    if is_served and told["undrawn"]:
        yield f"queue {name}: {told['undrawn']} crawls wait for a worker that has a browser, and none takes them"
    if told["lag"] > LAG_SECONDS:
        yield f"queue {name}: the archive does not keep up, the oldest that waits came {told['lag']:.0f} seconds ago"
    share = max(told["notes"] / MAX_NOTES_WAITING, told["bytes"] / MAX_BYTES_WAITING)
    if share >= _FULL:
        yield f"queue {name}: {share:.0%} of the room for what waits is taken, and workers wait"
    for format in told["unreadable"]:
        yield (
            f"queue {name}: workers of a newer Khabar ship what this one cannot read (format {format}, this one reads "
            f"up to {RECORD_FORMAT}); bring the service up to date"
        )
