"""Equips a spider that plain `scrapy crawl news -a source=ID` started, which hands it nothing."""

import sys
from contextlib import ExitStack
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from archive.errors import ArchiveError
from archive.ledger import start_run
from crawler.desk import find_desk
from crawler.desk_lock import DeskBusy, hold_desk
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.own_settings import own_settings
from crawler.rendering.browser import Browser
from crawler.rendering.chromium import check_rendering
from pipelines.errand import Errand, end_run
from pipelines.workbench import open_workbench
from seeds.definitions import DefinitionError, nearest


def equip(crawler: Crawler, **arguments: Any) -> dict[str, Any]:
    """The arguments of a NewsSpider for the source of the desk that `-a source=ID` names.

    Where a definition, the archive or the desk does not let it, the process ends with one line and exit code 2: of an
    exception Scrapy would show the traceback, and end well.
    """
    try:
        return _equip(crawler, **arguments)
    except (DefinitionError, ArchiveError, DeskBusy) as error:
        sys.stderr.write(f"khabar: {error}\n")
        raise SystemExit(2) from error


def _equip(crawler: Crawler, *, source: str = "", **unknown: Any) -> dict[str, Any]:
    desk = find_desk(None)
    desk.check()
    if unknown:
        named = ", ".join(f"-a {name}" for name in unknown)
        raise DefinitionError(desk.root, named, "is no argument of this spider; it takes one, -a source=ID")
    if not source:
        raise DefinitionError(desk.root, "-a source", 'is missing: "-a source=ID" names one of this desk')
    if source not in desk.sources:
        raise DefinitionError(
            desk.root / "seeds" / "sources", "-a source", "is not a source of this desk", value=source,
            nearest=nearest(source, desk.sources),
        )  # fmt: skip
    check_rendering(desk, [desk.sources[source]])
    crawler.settings.setdict(own_settings(desk.sources[source], desk.config), priority="spider")
    holding = ExitStack()
    holding.enter_context(hold_desk(desk.root, alone=False))
    workbench = open_workbench(desk.archive, desk.packs, desk.watch, keep_pages=desk.config.keep_pages)
    holding.callback(workbench.close)
    begun = workbench.clock()
    run = workbench.writer.submit(lambda db: start_run(db, None, begun)).result()
    errand = Errand(source=desk.sources[source], run=run, workbench=workbench)
    browser = Browser()

    async def closed(reason: str) -> None:
        await browser.close()
        finished, outcome = workbench.clock(), "done" if reason == "finished" else "stopped"
        await workbench.archive(lambda db: end_run(db, run, [errand], finished, outcome))
        holding.close()

    crawler.signals.connect(closed, signals.spider_closed, weak=False)
    return {"errand": errand, "hosts": Hosts(), "robots": Robots(), "browser": browser}
