"""The topic packs that a worker knows: each version is read from the queue and compiled once."""

import asyncio

from crawler.cluster.parcel import ParcelError, unpack_packs
from crawler.cluster.queue import Queue
from topics.packs import Packs

_MOST = 3
"""Versions at a time: for a while after a desk has new ones, crawls with the old ones are under way."""


class PacksKnown:
    """Of one worker."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._known: dict[str, Packs] = {}
        self._turn = asyncio.Lock()

    async def of(self, version: str) -> Packs:
        """The packs of that version. Raises ParcelError where they cannot be had."""
        async with self._turn:
            if version not in self._known:
                rows = await self._queue.ask("SELECT body FROM packs WHERE version = %s", [version], binary=True)
                if not rows:
                    raise ParcelError(f"its topic packs of version {version} are not in the queue")
                packs = await asyncio.to_thread(unpack_packs, rows[0]["body"])
                while len(self._known) >= _MOST:
                    del self._known[next(iter(self._known))]
                self._known[version] = packs
            return self._known[version]
