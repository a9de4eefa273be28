"""Asks for URLs through the guard and prints what became of each. A process of its own: a reactor runs once."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.guard import AddressPolicy

SETTINGS = {
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    "DOWNLOADER_MIDDLEWARES": {"crawler.guard.GuardMiddleware": 50},
    "DOWNLOAD_HANDLERS": {
        "http": "crawler.guard.GuardedHTTP11DownloadHandler",
        "https": "crawler.guard.GuardedHTTP11DownloadHandler",
    },
    "ROBOTSTXT_OBEY": True,
    "DOWNLOAD_TIMEOUT": 10,
    "RETRY_TIMES": 1,
    "LOG_LEVEL": "CRITICAL",
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
}


class Probe(Spider):
    """Asks for every URL and remembers its outcome."""

    name = "probe"

    def __init__(self, task: dict[str, Any], outcomes: dict[str, list[str]]) -> None:
        super().__init__()
        self.task, self.outcomes = task, outcomes
        self.policy = AddressPolicy(private_hosts=frozenset(task["private_hosts"]), ports=frozenset(task["ports"]))

    async def start(self) -> AsyncIterator[Request]:
        for url in self.task["urls"]:
            yield Request(
                url, self.parse, errback=self.lost, cb_kwargs={"asked": url}, meta=self.task["meta"], dont_filter=True
            )

    def parse(self, response: Response, asked: str) -> None:
        self.outcomes[asked] = ["read", response.text]

    def lost(self, failure: Failure) -> None:
        name = getattr(failure.value, "name", "")
        self.outcomes[failure.request.cb_kwargs["asked"]] = [type(failure.value).__name__, name, str(failure.value)]


if __name__ == "__main__":
    outcomes: dict[str, list[str]] = {}
    task = json.load(sys.stdin)
    process = AsyncCrawlerProcess({**SETTINGS, **task["settings"]})
    process.crawl(Probe, task=task, outcomes=outcomes)
    process.start()
    json.dump(outcomes, sys.stdout)
