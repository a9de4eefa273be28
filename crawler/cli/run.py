"""`khabar run`: the service."""

import logging
import os
import signal
from typing import TYPE_CHECKING

import click

from archive.errors import ArchiveError
from crawler.cli import pass_desk
from crawler.cli.logs import Format, Secrets, log_service
from crawler.cluster.faults import QueueError, check_extra
from crawler.desk import Desk
from crawler.desk_lock import DeskBusy
from seeds.bounds import STALLED_SECONDS
from seeds.definitions import DefinitionError

if TYPE_CHECKING:
    from crawler.orders import Orders
    from crawler.runs import CrawlsBy


@click.command()
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", help="How the log on standard error looks."
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every URL as well.")
@click.option(
    "--queue", metavar="URL", help="Have workers crawl that share this PostgreSQL: postgresql://…, or env:NAME."
)
@click.option(
    "--stalled", type=click.FloatRange(1, 3600), default=STALLED_SECONDS, show_default=True, metavar="SECONDS",
    help="With --queue: for so long a worker may be silent before others go on with its crawls.",
)  # fmt: skip
@pass_desk
def run(
    desk: Desk, log_format: Format, verbose: bool, queue: str | None, stalled: float
) -> int:  # fmt: skip
    """Run the service: crawl on schedule and deliver alerts, until SIGTERM or Ctrl-C.

    Runs the jobs of schedules/*.toml, and sends what alerts/*.toml ask for. SIGHUP makes it read the desk's files
    anew; where one of them is wrong it says so, and the old ones stay in force. A desk has one service.

    With --queue it crawls nothing new itself: it plans crawls for khabar worker on any machines, and archives what they
    find; see docs/cluster.md.

    \b
    Example: khabar run
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the service listens to it: the files are still to be read
    from crawler.runs import by_ourselves  # noqa: PLC0415 -- Scrapy takes a second to load
    from crawler.service import serve  # noqa: PLC0415

    secrets = Secrets()

    def keep_secret(orders: "Orders") -> None:
        for channel in orders.channels.values():
            secrets.add(channel.secrets)
        secrets.add([orders.heartbeat] if orders.heartbeat else [])

    crawls: CrawlsBy = by_ourselves
    if queue is not None:
        check_extra()
        from crawler.cluster.address import read_address  # noqa: PLC0415 -- the extra may not be installed
        from crawler.cluster.serving import by_workers  # noqa: PLC0415

        address = read_address(queue, os.environ)
        secrets.add(address.secrets)
        crawls = by_workers(address, stalled=stalled)
    log_service(log_format, secrets, verbose=verbose)
    try:
        serve(desk, os.environ, keep_secret, crawls)
    except (DefinitionError, ArchiveError, DeskBusy, QueueError) as error:
        if log_format == "text":
            raise
        logging.getLogger("crawler.service").error("%s", error)  # so that whoever collects objects gets this one too
        return 2
    return 0
