"""From a record to what is to be done about it: a page to read, a page seen again, a fate, or nothing. Pure."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from archive.article import Fate
from crawler.warc.answers import Answer, NoPage, NotHtml, answered, lost_status, resource
from crawler.warc.picking import Picker, page_url
from crawler.warc.records import Place, Record
from pipelines.page import Page
from seeds.sources import Source

_PAGES = ("response", "resource")
_TAKEN = (*_PAGES, "revisit")
_KINDS = frozenset(["warcinfo", "request", "metadata", "conversion", "continuation"])
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_COMPACT = re.compile(r"\d{14}")
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)  # before which nothing was on the web
_AHEAD = timedelta(days=1)  # that another machine's clock may be ahead; what it captured then was captured by now


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What a record has of one URL. One of `page` and `fate` at most; neither: it was seen again."""

    url: str
    source: Source
    at: datetime
    page: Page | None = None
    fate: Fate | None = None
    reason: str | None = None
    status: int | None = None
    is_bad: bool = False  # something is wrong with the record itself

    @property
    def weight(self) -> int:
        """Bytes that it holds."""
        return len(self.page.body) if self.page else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A record of which nothing is written down: why, and whether something is wrong with it."""

    place: Place
    reason: str
    is_bad: bool = False
    url: str = ""


@dataclass(slots=True)
class Sorter:
    """Sorts records by what is to be done about them. What is known before a record's block is read is asked first."""

    picker: Picker
    now: datetime
    _last: tuple[Record, Passed | tuple[str, Source]] | None = field(default=None, init=False)

    def wants(self, record: Record) -> bool:
        """Whether the block is worth reading."""
        verdict = self._verdict(record)
        self._last = record, verdict
        return not isinstance(verdict, Passed)

    def sort(self, record: Record) -> Capture | Passed:
        """What is to be done about a record whose block was read."""
        verdict = self._last[1] if self._last and self._last[0].place == record.place else self._verdict(record)
        if isinstance(verdict, Passed):
            return replace(verdict, reason=record.fault, is_bad=True) if record.fault else verdict
        url, source = verdict
        at = _instant(record.headers.get("warc-date", ""), self.now)
        if at is None:
            reason = "bad date"
            return Capture(url=url, source=source, at=self.now, fate=Fate.FAILED, reason=reason, is_bad=True)
        if record.fault:
            is_large = record.fault == "too large"
            fate = Fate.REFUSED if is_large else Fate.FAILED
            return Capture(url=url, source=source, at=at, fate=fate, reason=record.fault, is_bad=not is_large)
        if record.type == "revisit":
            return _seen_again(record, url, source, at)
        return _page(record, url, source, at)

    def _verdict(self, record: Record) -> Passed | tuple[str, Source]:
        kind = record.type
        if kind in _KINDS:
            return Passed(place=record.place, reason=kind)
        if kind not in _TAKEN:
            reason = "record of an unknown kind" if kind else "record of no kind"
            return Passed(place=record.place, reason=reason, is_bad=not kind)
        if not record.uri:
            return Passed(place=record.place, reason="no address", is_bad=True)
        url = page_url(record.uri)
        source, reason = self.picker.pick(url)
        if source is None:
            return Passed(place=record.place, reason=reason, url=url)
        return url, source


def _page(record: Record, url: str, source: Source, at: datetime) -> Capture | Passed:
    if "warc-truncated" in record.headers:
        return Capture(url=url, source=source, at=at, fate=Fate.FAILED, reason="cut short")
    content_type = record.headers.get("content-type", "")
    try:
        if record.type == "resource" and not content_type.lower().startswith("application/http"):
            answer = resource(record.block, content_type)
        else:
            answer = answered(record.block)
    except NotHtml:
        return Passed(place=record.place, reason="no page")
    except NoPage as lost:
        return Capture(url=url, source=source, at=at, fate=lost.fate, reason=lost.reason, status=lost.status)
    return Capture(url=url, source=source, at=at, page=_as_page(answer, url, source, at), status=answer.status)


def _seen_again(record: Record, url: str, source: Source, at: datetime) -> Capture:
    if lost := lost_status(record.block):
        return Capture(url=url, source=source, at=at, fate=lost.fate, reason=lost.reason, status=lost.status)
    return Capture(url=url, source=source, at=at)


def _as_page(answer: Answer, url: str, source: Source, at: datetime) -> Page:
    return Page(
        url=url, requested=url, source=source.id, status=answer.status, headers=answer.headers, body=answer.body,
        fetched=at,
    )  # fmt: skip


def _instant(told: str, now: datetime) -> datetime | None:
    """When it was captured; None where that is not told, or cannot be."""
    if _COMPACT.fullmatch(told) and told.isascii():
        told = f"{told[:4]}-{told[4:6]}-{told[6:8]}T{told[8:10]}:{told[10:12]}:{told[12:]}Z"
    if not (_INSTANT.fullmatch(told) and told.isascii()):
        return None
    try:
        at = datetime.fromisoformat(told).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return min(at, now.replace(microsecond=0)) if _FIRST <= at <= now + _AHEAD else None
