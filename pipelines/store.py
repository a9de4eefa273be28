"""Stage 4: the article goes into the archive with everything that follows from it, in one transaction."""

import sqlite3

from archive.storing import Arrival, Stored, save
from pipelines.stage import Stage


class Store(Stage):
    """Arrival → the same, archived."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Raises ArchiveError where it could not be written; then nothing of it was, and nobody is told."""
        watch = self.errand.workbench.watch

        def keep(db: sqlite3.Connection) -> Stored:
            stored = save(db, arrival)
            watch.tell(db, arrival, stored)
            return stored

        stored = await self.errand.workbench.archive(keep)
        self.errand.tally.count(stored.fate)
        return arrival
