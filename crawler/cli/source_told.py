"""How a source does, as `khabar status` tells it: for a program with all its evidence, for a person in tables."""

from collections import Counter
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from archive.health import POOR, Evidence, Health
from archive.plain import plain
from archive.times import to_text
from archive.ways import Way
from crawler.cli.times import shown

if TYPE_CHECKING:
    from rich.table import Table

COLOURS = {
    "ok": "green", "slow": "yellow", "silent": "magenta", "empty": "red", "blocked": "red", "layout changed": "red",
    "dead": "red", "new": "cyan", "disabled": "dim",
}  # fmt: skip
_PAGES = POOR[0][0]


def source_told(health: Health, evidence: Evidence, next_run: str | None) -> dict[str, Any]:
    """What `--json` prints of a source. Times are as the archive stores them, None where there is none."""
    return {
        "health": health.state,
        "cause": health.cause,
        "since": _text(health.since),
        "last_success": _text(evidence.last_success),
        "last_article": _text(evidence.last_article),
        "next_run": next_run,
        "evidence": evidence_told(evidence),
    }


def evidence_told(evidence: Evidence) -> dict[str, Any]:
    """What decided: each way, the newest pages, the rhythm, and what waits. Spans are in seconds."""
    pages, rhythm = evidence.pages[:_PAGES], evidence.rhythm
    bad = [page for page in pages if page.kind != "good"]
    return {
        "ways": [_way_told(way) for way in evidence.ways],
        "pages": {
            "newest": len(pages),
            "without_article": len(bad),
            "reasons": dict(Counter(page.reason or "no reason" for page in bad).most_common()),
        },
        "rhythm": rhythm and {
            "hours": rhythm.hours,
            "span": rhythm.span.total_seconds(),
            "longest_pause": rhythm.longest.total_seconds(),
        },
        "last_news": _text(evidence.last_news),
        "backlog": {"pages": evidence.waiting, "since": _text(evidence.waiting_since)},
    }  # fmt: skip


def ways_table(told: dict[str, Any], zone: tzinfo) -> "Table":
    """The ways of one source by number, of which *told* is what `--json` prints. `way_lines` has their addresses."""
    from rich.table import Table  # noqa: PLC0415 -- --json does without
    from rich.text import Text  # noqa: PLC0415

    ways = told["evidence"]["ways"]
    fail = any(way["failures"] for way in ways)  # else two columns of nothing cut off the dates of a narrow terminal
    headings = ("way", "health", "last success", "last change", "entries", "newest", "seconds")
    table = Table(*headings, *(("failures", "since") if fail else ()), title="Ways", title_justify="left")
    for number, way in enumerate(ways, 1):
        health = Text(way["health"] or "never asked", style=COLOURS.get(way["health"], ""))
        success, change, newest = (shown(way[key], zone) for key in ("last_success", "last_change", "newest"))
        entries = "–" if way["entries"] is None else f"{way['entries']:,}"
        seconds = "–" if way["seconds"] is None else f"{way['seconds']:.1f}"
        failures = (str(way["failures"]), shown(way["failing_since"], zone)) if fail else ()
        table.add_row(str(number), health, success, change, entries, newest, seconds, *failures)
    return table


def way_lines(told: dict[str, Any]) -> list[str]:
    """The address of each way, and why it is not well: too long for a table."""
    return [
        plain(f"{number}: {way['url']}" + (f": {way['cause']}" if way["cause"] else ""))
        for number, way in enumerate(told["evidence"]["ways"], 1)
    ]


def brought_lines(told: dict[str, Any]) -> list[str]:
    """Which way showed how many URLs first, and whose server keeps its validators while its content changes."""
    lines = []
    for one in told["brought"]:
        lies = f"; it changed {one['untold']} times under one ETag, and is always read whole" if one["untold"] else ""
        lines.append(plain(f"{one['first']:,} first shown by {one['url']}{lies}"))
    return lines


def fates_table(told: dict[str, Any]) -> "Table":
    """What became of the URLs of one source, and how many for each reason."""
    from rich.table import Table  # noqa: PLC0415 -- --json does without

    table = Table("fate", "reason", "URLs", title="Fates", title_justify="left")
    for line in told["fates"]:
        table.add_row(line["fate"], plain(line["reason"] or ""), f"{line['urls']:,}")
    return table


def _way_told(way: Way) -> dict[str, Any]:
    return {
        "url": way.url, "health": way.health, "cause": way.cause, "failures": way.failures,
        "failing_since": _text(way.failing_since), "last_success": _text(way.last_success),
        "last_change": _text(way.last_change), "newest": _text(way.newest), "entries": way.entries,
        "seconds": way.seconds,
    }  # fmt: skip


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)
