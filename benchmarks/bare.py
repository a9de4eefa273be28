"""Bare Scrapy: follows the feeds' links, fetches every page and does nothing with it. The floor of any crawl in Python.

usage: python -m benchmarks.bare FEED…
"""

import json
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

SETTINGS = {
    # As Khabar's where they bear on speed: no delay, robots.txt read, as many requests under way (see crawl).
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True,
    "COOKIES_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "WARNING",
}


class BareSpider(scrapy.Spider):
    """Feeds to links to pages."""

    name = "bare"
    kept = 0

    def __init__(self, feeds: list[str]) -> None:
        super().__init__()
        self.feeds = feeds

    async def start(self) -> AsyncIterator[Any]:
        for feed in self.feeds:
            yield scrapy.Request(feed, self.read_feed)

    def read_feed(self, response: Response) -> Iterator[scrapy.Request]:
        for link in response.xpath("//item/link/text()").getall():
            yield scrapy.Request(link, self.take_page)

    def take_page(self, response: Response) -> Any:
        """Counts it."""
        self.kept += 1


def crawl(spider: type[BareSpider], settings: dict[str, Any], feeds: list[str]) -> None:
    """One crawl of *feeds*, then a line of JSON that says how many pages it kept.

    Khabar has one request at a time per site under way. Here every site is 127.0.0.1, one domain to Scrapy, so the
    same number in all is what keeps the contenders equal.
    """
    sites = len(feeds)
    process = CrawlerProcess({**settings, "CONCURRENT_REQUESTS": sites, "CONCURRENT_REQUESTS_PER_DOMAIN": sites})
    crawler = process.create_crawler(spider)
    process.crawl(crawler, feeds=feeds)
    process.start()
    assert isinstance(crawler.spider, BareSpider)
    print(json.dumps({"kept": crawler.spider.kept}))


if __name__ == "__main__":
    crawl(BareSpider, SETTINGS, sys.argv[1:])
