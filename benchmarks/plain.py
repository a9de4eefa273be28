"""The plain way: a Scrapy spider that calls trafilatura where the page arrives and commits one row a page.

It is what a capable person writes in an afternoon, and what Khabar's speed is measured against.

usage: python -m benchmarks.plain DATABASE FEED…
"""

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.http import Response
from trafilatura import bare_extraction
from trafilatura.settings import Document

from benchmarks.bare import SETTINGS, BareSpider, crawl

COLUMNS = ("url", "title", "author", "date", "sitename", "text")


class PlainSpider(BareSpider):
    """Extracts in the spider, default settings of trafilatura with its metadata."""

    name = "plain"

    def take_page(self, response: Response) -> Iterator[dict[str, str | None]]:
        document = bare_extraction(response.text, url=response.url, with_metadata=True)
        if isinstance(document, Document):
            self.kept += 1
            found = document.as_dict()
            yield {"url": response.url, **{column: found.get(column) for column in COLUMNS[1:]}}


class SavePage:
    """One insert and one commit a page, SQLite as it comes."""

    def __init__(self, file: str) -> None:
        self.db = sqlite3.connect(file)
        self.db.execute(f"create table pages (id integer primary key, {', '.join(COLUMNS)})")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings["DATABASE"])

    def process_item(self, item: dict[str, str | None]) -> dict[str, str | None]:
        places = ", ".join(f":{column}" for column in COLUMNS)
        self.db.execute(f"insert into pages ({', '.join(COLUMNS)}) values ({places})", item)
        self.db.commit()
        return item

    def close_spider(self) -> None:
        self.db.close()


if __name__ == "__main__":
    pipelines: dict[str, Any] = {"ITEM_PIPELINES": {SavePage: 100}, "DATABASE": sys.argv[1]}
    crawl(PlainSpider, SETTINGS | pipelines, sys.argv[2:])
