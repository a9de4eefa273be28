"""`khabar worker`: crawls for a desk on another machine."""

import logging
import os
import socket

import click

from archive.database import storable
from crawler.cli.logs import Format, Secrets, log_service
from crawler.cluster.faults import QueueError, check_extra
from seeds.bounds import CRAWLS_AT_ONCE, CRAWLS_IN_ALL

_LONGEST_NAME = 64


@click.command()
@click.option(
    "--queue",
    required=True,
    metavar="URL",
    help="The desk's queue: postgresql://…, or env:NAME, which keeps its password from who lists processes.",
)
@click.option(
    "--crawls", type=click.IntRange(1, CRAWLS_IN_ALL), default=CRAWLS_AT_ONCE, show_default=True,
    help="Sources that it crawls at a time.",
)  # fmt: skip
@click.option("--name", help="What khabar status calls it. Default: the machine's name.")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", help="How the log on standard error looks."
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every URL as well.")
def worker(queue: str, crawls: int, name: str | None, log_format: Format, verbose: bool) -> int:
    """Crawl for the desk whose service runs with the same --queue, until SIGTERM or Ctrl-C.

    Needs no desk: what it must know comes with every crawl, and what it finds goes to the archive of the service. On
    SIGTERM, what is under way may finish, and other workers go on with the rest.

    \b
    Example: khabar worker --queue env:KHABAR_QUEUE
    """
    check_extra()
    from crawler.cluster.address import read_address  # noqa: PLC0415 -- the extra may not be installed
    from crawler.cluster.working import work  # noqa: PLC0415 -- Scrapy takes a second to load

    secrets = Secrets()
    address = read_address(queue, os.environ)
    secrets.add(address.secrets)
    log_service(log_format, secrets, verbose=verbose)
    try:
        shipped = work(address, name=_told(name or socket.gethostname()), crawls=crawls)
    except QueueError as error:
        if log_format == "text":
            raise
        logging.getLogger("crawler.cluster").error("%s", error)
        return 2
    return 0 if shipped else 1


def _told(name: str) -> str:
    """As the queue can keep it: what is not UTF-8 reaches us as halves of characters."""
    return storable(name)[:_LONGEST_NAME]
