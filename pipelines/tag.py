"""Stage 2: the topics that hold for the article, with their evidence."""

from dataclasses import replace

from archive.storing import Arrival
from pipelines.stage import Stage
from topics.matching import match


class Tag(Stage):
    """Arrival → the same with its tags."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Never refuses."""
        article, packs = arrival.article, self.errand.workbench.packs
        tags = match(packs, title=article.title, text=article.text, language=article.language)
        return replace(arrival, tags=tags, pack_version=packs.version)
