"""Stage 4: the article goes into the archive with everything that follows from it, in one transaction."""

from archive.storing import Arrival, save
from pipelines.stage import Stage


class Store(Stage):
    """Arrival → the same, archived."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Raises ArchiveError where it could not be written; then nothing of it was."""
        stored = await self.errand.workbench.archive(lambda db: save(db, arrival))
        self.errand.tally.count(stored.fate)
        return arrival
