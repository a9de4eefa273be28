"""`khabar run`: the service."""

import logging
import os
import signal
from typing import TYPE_CHECKING

import click

from archive.errors import ArchiveError
from crawler.cli import pass_desk
from crawler.cli.logs import Format, Secrets, log_service
from crawler.desk import Desk
from crawler.desk_lock import DeskBusy
from seeds.definitions import DefinitionError

if TYPE_CHECKING:
    from crawler.orders import Orders


@click.command()
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", help="How the log on standard error looks."
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every URL as well.")
@pass_desk
def run(desk: Desk, log_format: Format, verbose: bool) -> int:
    """Run the service: crawl on schedule and deliver alerts, until SIGTERM or Ctrl-C.

    Runs the jobs of schedules/*.toml, and sends what alerts/*.toml ask for. SIGHUP makes it read the desk's files
    anew; where one of them is wrong it says so, and the old ones stay in force. A desk has one service.

    \b
    Example: khabar run
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the service listens to it: the files are still to be read
    from crawler.service import serve  # noqa: PLC0415 -- Scrapy takes a second to load

    secrets = Secrets()

    def keep_secret(orders: "Orders") -> None:
        for channel in orders.channels.values():
            secrets.add(channel.secrets)
        secrets.add([orders.heartbeat] if orders.heartbeat else [])

    log_service(log_format, secrets, verbose=verbose)
    try:
        serve(desk, os.environ, keep_secret)
    except (DefinitionError, ArchiveError, DeskBusy) as error:
        if log_format == "text":
            raise
        logging.getLogger("crawler.service").error("%s", error)  # so that whoever collects objects gets this one too
        return 2
    return 0
