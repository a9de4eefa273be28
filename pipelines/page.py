"""The Page: what a crawl hands on. Data only, quick to import, picklable: it travels to the worker processes."""

from dataclasses import dataclass
from datetime import datetime

from archive.article import Entry
from archive.validators import Validators, kept_validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One response as it came, and what the feed, sitemap or listing said about it beforehand."""

    url: str  # where it was read, after redirects
    requested: str  # what was asked for
    source: str  # id of the source
    status: int
    headers: tuple[tuple[str, str], ...]  # as sent; a name may come more than once
    body: bytes  # decompressed, not decoded
    fetched: datetime  # aware
    entry: Entry | None = None
    drawn: bool = False  # the body is the document that a browser drew of it

    def header(self, name: str) -> str:
        """The first value of the header *name*, whatever its case; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def validators(self) -> Validators:
        """What it is asked for with when it is looked at again."""
        return kept_validators(self.header("ETag"), self.header("Last-Modified"))
