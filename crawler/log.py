"""Log lines of the crawl: one an outcome, without the contents of pages."""

from typing import Any

from scrapy.logformatter import LogFormatter


class OneLine(LogFormatter):
    """Scrapy's messages without the item: an article's text does not belong into a log."""

    def scraped(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Nothing: the archive holds the fate."""

    def dropped(self, item: Any, exception: BaseException, response: Any) -> Any:
        """The fate of a page of which no article came."""
        return {"level": 20, "msg": "%(fate)s", "args": {"fate": str(exception)}}

    def item_error(self, item: Any, exception: BaseException, response: Any) -> Any:
        """A fault of a stage; the traceback follows."""
        return {"level": 40, "msg": "a stage failed for %(url)s", "args": {"url": getattr(response, "url", "?")}}
