"""Log lines of the crawl: one an outcome, without the contents of pages."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from archive.errors import ArchiveError


class OneLine(LogFormatter):
    """Scrapy's messages without the item: an article's text does not belong into a log."""

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """The fate of a page of which no article came."""
        return {"level": logging.INFO, "msg": "%(fate)s", "args": {"fate": str(exception)}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """A fault of a stage, with its traceback; of an archive that cannot be written, which is told once."""
        if isinstance(exception, ArchiveError):
            return {"level": logging.DEBUG, "msg": "%(error)s", "args": {"error": str(exception)}}
        url = getattr(response, "url", "a page")
        return {"level": logging.ERROR, "msg": "a stage failed for %(url)s", "args": {"url": url}}
