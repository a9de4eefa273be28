"""Stage 3: the article's signature, by which copies of one story find each other.

A proposal only: the store decides, since two copies may be in flight at once.
"""

from dataclasses import replace

from archive.likeness import signature
from archive.storing import Arrival
from pipelines.stage import Stage
from topics.fold import fold


class Identify(Stage):
    """Arrival → the same with its signature."""

    async def process_item(self, arrival: Arrival) -> Arrival:
        """Never refuses."""
        article = arrival.article
        return replace(arrival, signature=signature(fold(article.text), fold(article.title or "")))
