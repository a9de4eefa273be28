"""Imports into a desk of the test's: in this process, with worker processes that all of them share."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.keeper import Keeper
from archive.writer import Writer
from crawler.desk import Desk
from crawler.warc.files import check_files
from crawler.warc.importing import Importing, ImportSummary, Order
from crawler.warc.picking import Picker
from pipelines.workbench import Workbench
from pipelines.workers import Workers

SOURCES = """
[[source]]
id = "zab-en"
name = "Zab"
language = "en"
timezone = "Asia/Baghdad"
feeds = ["https://zab.example/en/feed"]
article = '^https://zab\\.example/en/.+'

[[source]]
id = "zab-ar"
name = "الزاب"
language = "ar"
feeds = ["https://zab.example/ar/feed"]
article = '^https://zab\\.example/ar/.+'

[[source]]
id = "zab-ckb"
name = "زێ"
language = "ckb"
feeds = ["https://zab.example/ckb/feed"]
article = '^https://zab\\.example/ckb/.+'

[[source]]
id = "zab-kmr"
name = "Zê"
language = "kmr"
feeds = ["https://zab.example/kmr/feed"]
article = '^https://zab\\.example/kmr/.+'
"""


@pytest.fixture(scope="session")
def shared_workers() -> Iterator[Workers]:
    """As an import has them, kept warm between tests."""
    workers = Workers(2, preload=["pipelines.extraction.article"])
    yield workers
    workers.close()


@pytest.fixture
def zab(desk: Any) -> Any:
    """A desk with a source in each of four languages."""
    desk.write_sources(SOURCES)
    return desk


@pytest.fixture
def imported(zab: Any, shared_workers: Workers) -> Callable[..., ImportSummary]:
    """Imports files into the desk: `imported(path, …, any_site=True, again=True, tells="all")`."""

    def run(*paths: Path, any_site: bool = False, picked: str = "all", **how: Any) -> ImportSummary:
        desk = Desk(zab.root)
        workbench = Workbench(
            workers=shared_workers, writer=Writer(desk.archive), packs=desk.packs, watch=desk.watch,
            keeper=Keeper(desk.archive), keeps_pages=desk.config.keep_pages,
        )  # fmt: skip
        picker = Picker(desk.sources.values(), any_site=any_site)
        order = Order(files=check_files(paths), picker=picker, picked=picked, **how)
        try:
            return asyncio.run(Importing(workbench, order).run())
        finally:
            workbench.keeper.close()
            workbench.writer.close()

    return run
