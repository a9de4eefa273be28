"""Names what became of a request that brought no page. Pure.

The names are short and few: they are counted in summaries and shown by `khabar status`.
"""

from dataclasses import dataclass
from typing import Literal

from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from archive.article import WHOLE_PAGES, Fate
from archive.health import is_blocked
from crawler.guard import RefusedRequest
from crawler.manners.allowance import AskedToWait
from crawler.manners.robots_rules import RobotsUnreachable

_REFUSED_IN_WORDS = (  # Scrapy tells these apart only in its messages
    ("max redirections", "too many redirects"),
    ("DOWNLOAD_MAXSIZE", "too large"),
)
_UNPACKERS = frozenset(["brotli", "brotlicffi", "backports", "compression", "gzip", "zlib", "zstandard"])
_KINDS: tuple[tuple[type[BaseException], Fate, str], ...] = (
    (DownloadCancelledError, Fate.REFUSED, "too large"),
    (UnsupportedURLSchemeError, Fate.REFUSED, "scheme not allowed"),
    (NotSupported, Fate.REFUSED, "scheme not allowed"),
    (DownloadTimeoutError, Fate.FAILED, "timed out"),
    (CannotResolveHostError, Fate.FAILED, "host not found"),
    (DownloadConnectionRefusedError, Fate.FAILED, "connection refused"),
    (ResponseDataLossError, Fate.FAILED, "cut short"),
    (TunnelError, Fate.FAILED, "refused by the proxy"),
    (DownloadFailedError, Fate.FAILED, "connection failed"),
    (OSError, Fate.FAILED, "connection failed"),
    (ValueError, Fate.REFUSED, "not a URL"),  # a redirect to what Scrapy cannot ask for
)


_NOT_THERE = frozenset(["host not found", "connection refused", "certificate not valid"])
"""What befalls the robots.txt of a host so, befalls all of it."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a request brought no page."""

    fate: Fate
    reason: str
    status: int | None = None


def loss_of(failure: Failure) -> Loss:
    """The fate that *failure*, which Scrapy gave an errback, means for its URL."""
    return loss_by(failure.value)


def loss_by(error: BaseException | None) -> Loss:
    """The fate that *error* means for the URL that was to be asked for."""
    if isinstance(error, HttpError):
        status = error.response.status
        if 300 <= status < 400 and status != 304:  # Scrapy follows every redirect that leads to http or https
            return Loss(Fate.REFUSED, "redirect not followed", status)
        return Loss(Fate.FAILED, f"HTTP {status}", status)
    if isinstance(error, IgnoreRequest):
        return _not_asked(error)
    if error and is_tls_fault(error):
        return Loss(Fate.FAILED, "certificate not valid")
    if type(error).__module__.partition(".")[0] in _UNPACKERS:  # gzip's is an OSError as well
        return Loss(Fate.FAILED, "cannot be unpacked")
    known = ((fate, name) for kind, fate, name in _KINDS if isinstance(error, kind))
    return Loss(*next(known, (Fate.FAILED, type(error).__name__)))


def kind_of_loss(loss: Loss) -> Literal["empty", "blocked", "dead"]:
    """What *loss* says of the feed, sitemap or listing that it befell: it answers and shows nothing, it does not let
    us in, or it is not there.
    """
    if is_blocked(loss.reason, loss.status):
        return "blocked"
    return "empty" if loss.status in WHOLE_PAGES else "dead"


def _not_asked(error: IgnoreRequest) -> Loss:
    if isinstance(error, RobotsUnreachable):
        reason = str(error)
        return Loss(Fate.FAILED, reason if reason in _NOT_THERE else f"robots.txt unreachable: {reason}")
    if isinstance(error, AskedToWait):
        return Loss(Fate.FAILED, "asked to wait")
    if isinstance(error, RefusedRequest):
        return Loss(Fate.REFUSED, error.name)
    named = (name for words, name in _REFUSED_IN_WORDS if words in str(error))
    return Loss(Fate.REFUSED, next(named, "not requested"))


def is_tls_fault(error: BaseException) -> bool:
    """Whether *error*, or what caused it, is TLS refusing the other side."""
    causes: list[BaseException | None] = [error, error.__cause__]
    for reason in getattr(error.__cause__, "reasons", None) or []:
        causes.append(getattr(reason, "value", None))
    return any(
        cause is not None and type(cause).__module__.startswith(("OpenSSL", "service_identity")) for cause in causes
    )
