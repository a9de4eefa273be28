"""What an import works with: as a crawl does, but that nothing of it is awaited by anybody, and all of it is there."""

from crawler.desk import Desk
from pipelines.workbench import Workbench, open_workbench
from pipelines.workers import processors

_PAUSE = 0.25
"""Seconds in which what is archived gathers for one transaction."""


def import_workbench(desk: Desk) -> Workbench:
    """A Workbench for imports into *desk*. A crawl waits for its hosts now and then; here one more place than there are
    processors keeps them busy while the process itself is. Raises ArchiveError.
    """
    places = processors() + 1
    return open_workbench(
        desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages, pause=_PAUSE, places=places
    )
