"""Says in words what a trial of a source means. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.trial import TriedPage
from crawler.scouting.comparing import gain
from crawler.scouting.trial import SourceReport, WayReport

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a source can be used as it is, and a line that says why not, or what to look at."""

    usable: bool
    words: str
    examples: tuple[str, ...] = ()  # addresses that show what is meant


def verdict(report: SourceReport, *, now: datetime, stale_after: timedelta) -> Verdict:
    """What *report* means *now*. A way whose newest entry is older than *stale_after* is stale."""
    article = report.source.article
    if not any(way.entries for way in report.ways):
        answers = any(way.answered for way in report.ways)
        which = "nothing that answers shows a link" if answers else "nothing answers"
        return Verdict(False, f"{which}: {_causes(report.ways)}")
    if not any(way.articles for way in report.ways):
        strangers = tuple(url for way in report.ways for url in way.strangers)[:_EXAMPLES]
        fault = f"no link matches article = '{article}'" if article else "exclude lets no link through"
        return Verdict(False, f"answers, but {fault}, e.g.:", strangers)
    good = [page for page in report.samples if page.text is not None]
    if not good:
        return Verdict(False, f"shows articles, but none could be read: {_reasons(report.samples)}")
    showing = [way for way in report.ways if way.articles]
    if all(way.newest and now - way.newest > stale_after for way in showing):
        newest = max(way.newest for way in showing if way.newest)
        return Verdict(False, f"every way is stale: nothing newer than {newest:%Y-%m-%d}")
    return Verdict(True, "; ".join(["ready", *_remarks(report, good, now, stale_after)]))


def with_rendering(report: SourceReport, plain: Verdict) -> Verdict:
    """The verdict where pages were rendered as well, which *plain* does not know: without it there may be nothing."""
    gained = gain(report.source, report.compared)
    articles = [page for page in report.compared if page.kind == "article"]
    if report.source.render or not gained.is_needed or any(page.plain.fault is None for page in articles):
        return plain
    return Verdict(False, gained.words)


def is_stale(way: WayReport, *, now: datetime, stale_after: timedelta) -> bool:
    """Whether the newest entry of *way* is older than *stale_after*; what has no dates is not."""
    return way.newest is not None and now - way.newest > stale_after


def _remarks(report: SourceReport, good: Sequence[TriedPage], now: datetime, stale_after: timedelta) -> list[str]:
    remarks = [
        f"but the {way.kind} {way.url} {_fault(way, now, stale_after)}"
        for way in report.ways
        if not way.articles or is_stale(way, now=now, stale_after=stale_after)
    ]
    lost = [page for page in report.samples if page.text is None]
    if lost:
        remarks.append(f"but of {len(report.samples)} pages {len(lost)} could not be read: {_reasons(lost)}")
    undated = sum(page.published is None for page in good)
    if undated:
        remarks.append(f"but {undated} of {len(good)} articles have no date")
    declared, found = report.source.language, {page.language for page in good if page.language}
    if declared and found and declared.split("-")[0] not in {one.split("-")[0] for one in found}:
        remarks.append(f'but it is written in {", ".join(sorted(found))}, and language = "{declared}"')
    return remarks


def _fault(way: WayReport, now: datetime, stale_after: timedelta) -> str:
    if not way.entries:
        answers = "shows nothing" if way.answered else "does not answer"
        return f"{answers} ({way.cause})" if way.cause else "shows nothing"
    if not way.articles:
        return "shows no link that matches article"
    return f"is stale since {way.newest:%Y-%m-%d}"


def _causes(ways: Sequence[WayReport]) -> str:
    return ", ".join(f"{way.url} ({way.cause or 'shows nothing'})" for way in ways)


def _reasons(pages: Sequence[TriedPage]) -> str:
    counted = Counter(page.reason or page.fate for page in pages)
    return ", ".join(f"{reason} ({number})" for reason, number in counted.most_common()) or "none was fetched"
