"""How far a server's "not modified" is believed. Pure.

Some servers keep one ETag while what it stands for changes, and would hide every story behind a 304. A feed is
therefore asked for without conditions every so often, and what it shows then is held against what it showed before.
"""

from datetime import datetime, timedelta

from scrapy.http import Request, Response

from archive.validators import Validators, kept_validators
from archive.ways import Way

FULL_FETCH_EVERY = timedelta(hours=1)
"""The longest that a story may hide behind an ETag that its server forgot to change."""
TRUSTED_FULL_FETCH_EVERY = timedelta(hours=6)
"""The same for a server that was seen to change its validators with its content TRUSTED_AFTER times, and never the one
without the other."""
TRUSTED_AFTER = 3


def conditions(way: Way | None, at: datetime) -> dict[str, str]:
    """The headers that let a server answer "not modified", where that may be believed."""
    if way is None or way.goes_on or way.untold or way.last_full is None:
        return {}
    every = TRUSTED_FULL_FETCH_EVERY if way.told >= TRUSTED_AFTER else FULL_FETCH_EVERY
    is_fresh = timedelta(0) <= at - way.last_full < every  # nothing is known of what comes out of the future
    return conditional(way.etag, way.last_modified) if is_fresh else {}


def conditional(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a conditional request."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


def is_conditional(request: Request | None) -> bool:
    """Whether *request* let its server answer "not modified"."""
    return request is not None and any(name in request.headers for name in ("If-None-Match", "If-Modified-Since"))


def validators(response: Response) -> Validators:
    """Those of an answer, to be sent back when it is asked for again."""
    etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
    return kept_validators(etag, modified)


def is_same(way: Way, etag: str | None, last_modified: str | None) -> bool:
    """Whether an answer with these validators claims to be what *way* showed before. The ETag counts first (RFC 9110,
    13.2.2); without validators nothing is claimed."""
    if etag or way.etag:
        return etag == way.etag
    return last_modified is not None and last_modified == way.last_modified
