"""Stage 2: the topics that hold for the article, with their evidence."""

from dataclasses import replace

from archive.storing import Arrival
from pipelines.stage import Stage
from topics.matching import match


class Tag(Stage):
    """Arrival → the same with its tags."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Never refuses."""
        article = arrival.article
        tags = match(self.errand.workbench.packs, title=article.title, text=article.text, language=article.language)
        return replace(arrival, tags=tags)
