"""The way of one capture into the archive: through the stages of a crawl, or, of what has no page, its fate alone."""

import logging
import sqlite3
from collections.abc import Callable

from archive.article import Fate, Visit
from archive.capturing import see_again
from archive.errors import ArchiveError
from archive.plain import plain
from crawler.warc.captures import Capture
from pipelines.errand import Errand
from pipelines.extract import Extract
from pipelines.identify import Identify
from pipelines.page import Page
from pipelines.stage import Dropped
from pipelines.store import Store
from pipelines.tag import Tag

logger = logging.getLogger(__name__)


async def settle(capture: Capture, held: list[Page], errand: Errand, was_read: Callable[[], None]) -> bool:
    """Gives the URL of *capture* its fate; False where that needs an article that is not archived.

    The page is the one in *held*, if any: it is taken out, so that nobody keeps it once it *was read*. Raises
    ArchiveError. Any other fault is the URL's fate, as in a crawl.
    """
    if held:
        await _archive(held, errand, was_read)
    elif capture.fate:
        logger.info("%s: %s: %s", capture.fate, capture.reason, plain(capture.url))
        await errand.record(capture.url, capture.fate, capture.reason, capture.status)
    else:
        return await _see_again(capture, errand)
    return True


async def _archive(held: list[Page], errand: Errand, was_read: Callable[[], None]) -> None:
    url, requested, status = held[0].url, held[0].requested, held[0].status
    errand.tally.fetched += 1
    errand.tally.megabytes += len(held[0].body) / 1e6
    try:
        try:
            arrival = await Extract(errand).process_item(held.pop())
        finally:
            was_read()
        for stage in (Tag(errand), Identify(errand), Store(errand)):
            arrival = await stage.process_item(arrival)
    except Dropped as dropped:
        logger.info("%s", plain(str(dropped)))
    except ArchiveError:
        raise
    except Exception as error:
        logger.exception("a fault in Khabar at %s", plain(url))
        await errand.record(requested, Fate.FAILED, f"fault in Khabar: {type(error).__name__}", status)
    else:
        logger.info("read: %s", plain(url))


async def _see_again(capture: Capture, errand: Errand) -> bool:
    visit = Visit(
        url=capture.url, source=errand.source.id, run=errand.run, at=capture.at, fate=Fate.UNCHANGED,
        status=capture.status,
    )  # fmt: skip

    def write(db: sqlite3.Connection) -> int | None:
        return see_again(db, visit)

    if await errand.workbench.archive(write) is None:
        return False
    errand.tally.count(Fate.UNCHANGED)
    return True
