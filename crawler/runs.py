"""Who makes the crawls of a service's runs: its own process, or workers on other machines."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol, TypeAlias

from archive.taken import give_up, noted_queue
from crawler.desk import Desk
from crawler.launch import Crawling, CrawlSummary, Traffic
from pipelines.workbench import Workbench
from seeds.sources import Source

logger = logging.getLogger(__name__)


class Run(Protocol):
    """One run over several sources, which `stop` ends early."""

    async def run(self, sources: Sequence[Source], *, job: str | None, deadline: float | None) -> CrawlSummary:
        """Has *sources* crawled once, in *deadline* seconds at most and as many more as stopping takes. Raises
        ArchiveError."""
        ...

    def stop(self) -> None:
        """Nothing more begins."""
        ...


Equipment: TypeAlias = Callable[[], tuple[Desk, Workbench]]
"""The desk and the workbench as they are by now: a reload brings others."""
CrawlsBy: TypeAlias = Callable[[Equipment, Traffic], AbstractAsyncContextManager[Callable[[], Run]]]
"""What a service opens once, and then calls for each run."""


@asynccontextmanager
async def by_ourselves(equipment: Equipment, traffic: Traffic) -> AsyncIterator[Callable[[], Run]]:
    """In this process. What is out at workers is given up: nobody here can ask their queue. Raises ArchiveError."""
    archive = equipment()[1].archive
    if sources := await archive(give_up):
        logger.warning(
            "%d crawls are out in the queue %s and are given up (%s); what their workers still ask for is asked for "
            "twice, unless they are ended", len(sources), await archive(noted_queue), shortened(sources),
        )  # fmt: skip

    def begin() -> Run:
        desk, workbench = equipment()
        return Crawling(desk, workbench, traffic)

    yield begin


def shortened(names: Sequence[str], most: int = 5) -> str:
    """*names* in a line."""
    return f"{', '.join(names[:most])}{' and others' if len(names) > most else ''}"
