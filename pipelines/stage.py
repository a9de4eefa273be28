"""What the four stages have in common as Scrapy item pipelines: how they reach their errand, and how they refuse."""

from typing import Protocol, Self, cast

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from archive.article import Fate
from pipelines.errand import Errand


class Messenger(Protocol):
    """The part of a spider that a stage knows."""

    errand: Errand


class Dropped(DropItem):
    """A page of which no article came; its fate is written already. No *url* where nobody is to know it."""

    def __init__(self, fate: Fate, reason: str, url: str | None = None) -> None:
        super().__init__(f"{fate.value}: {reason}" + (f": {url}" if url else ""), log_level="INFO")
        self.fate, self.reason = fate, reason


class Stage:
    """A stage of the way of one article, made once a crawl."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it, after the spider."""
        return cls(cast(Messenger, crawler.spider).errand)

    async def drop(self, url: str, fate: Fate, reason: str, status: int | None) -> Dropped:
        """Writes the fate of a page, and gives the exception that takes it out of the pipelines."""
        await self.errand.record(url, fate, reason, status)
        return Dropped(fate, reason, url)
