"""Where the log goes, and what it looks like: lines for people, or one JSON object a line for machines."""

import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from archive.plain import plain, plain_json, plain_lines
from crawler.cli.log_stream import UnstalledHandler

Format = Literal["text", "json"]
SERVICE = ("crawler.service", "crawler.backfill", "crawler.cluster", "alerts", "schedules")
"""What tells one line for each run and each delivery; all else tells what became of every URL."""
_LONGEST_MESSAGE = 2_000  # code points of one entry: a URL may be long, a log should not


class Secrets:
    """What must never be logged. A reload adds to it; nothing is ever taken out."""

    def __init__(self) -> None:
        self._texts: tuple[str, ...] = ()

    def add(self, texts: Sequence[str]) -> None:
        """From now on these are hidden too."""
        self._texts = tuple(sorted({*self._texts, *texts}, key=len, reverse=True))

    def hidden(self, text: str) -> str:
        """*text* without them."""
        for secret in self._texts:
            text = text.replace(secret, "(hidden)")
        return text


class _Lines(logging.Formatter):
    """Lines whose URLs and reasons come from the network, and so must not steer a terminal."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return plain_lines(self._secrets.hidden(super().format(record)))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """On one line: a reason that quotes a server must not look like an entry of its own."""
        record.message = plain(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """Behind a bar, for the same reason."""
        return super().formatException(ei).replace("\n", "\n| ")


class _Objects(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, and the traceback where there is one."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": plain(self._secrets.hidden(record.getMessage()))[:_LONGEST_MESSAGE],
        }
        if record.exc_info:
            entry["traceback"] = self._secrets.hidden(self.formatException(record.exc_info))
        return plain_json(entry)


def log_to_terminal(verbose: bool) -> None:
    """Sends the log to standard error: every outcome where *verbose*, otherwise faults only."""
    _begin(_Lines(Secrets()), logging.INFO if verbose else logging.ERROR)


def log_service(form: Format, secrets: Secrets, *, verbose: bool) -> None:
    """Sends a service's log to standard error: runs, deliveries and faults, and every URL's outcome where *verbose*."""
    _begin(_Objects(secrets) if form == "json" else _Lines(secrets), logging.INFO if verbose else logging.WARNING)
    for name in SERVICE:
        logging.getLogger(name).setLevel(logging.INFO)


def _begin(form: logging.Formatter, level: int) -> None:
    handler = UnstalledHandler(sys.stderr)
    handler.setFormatter(form)
    logging.basicConfig(handlers=[handler], level=level)
    for noisy in ("scrapy.middleware", "scrapy.addons", "scrapy.core.engine", "scrapy.crawler", "scrapy.utils.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("archive").setLevel(logging.WARNING)  # it says when an older archive is brought up to date
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # crawler.cluster.patience tells once that a server is away
    logging.getLogger("procrastinate").setLevel(logging.ERROR)  # its jobs are crawls, which are told of
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
