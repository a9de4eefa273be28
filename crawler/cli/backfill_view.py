"""A backfill as a person sees it: bars on a terminal while it goes on, and what has come of it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from archive.backfill_figures import Figures, figures_of
from archive.backfills import BY_HAND, LEFT_OUT, backfill
from archive.database import open_archive
from archive.errors import ArchiveError
from archive.plain import plain
from archive.times import from_text
from crawler.cli.terminal import err, out
from crawler.cli.times import shown

_LOOK = 1.0  # seconds between two looks at the archive
_AT_ONCE = timedelta(minutes=1)  # from the end of a span without one to its order


class Shown:
    """A bar for each of *orders*, on standard error, where that is a terminal; in a pipe it shows nothing."""

    def __init__(self, archive: Path, orders: Sequence[int], zone: tzinfo, *, hidden: bool) -> None:
        self._archive, self._orders, self._zone = archive, orders, zone
        self._bars = Progress(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}", markup=False), console=err(), transient=True,
            disable=hidden or not err().is_terminal,
        )  # fmt: skip
        self._tasks: dict[int, TaskID] = {}
        self._ended, self._thread = Event(), Thread(target=self._look_on, daemon=True)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self._bars.stop()

    def by_itself(self) -> None:
        """Looks again and again, in a thread of its own, until the block ends."""
        if not self._bars.disable:
            self._thread.start()

    def look(self) -> list[Figures]:
        """How far they are, which the bars show from now on."""
        now = datetime.now(UTC)
        with closing(open_archive(self._archive, read_only=True)) as db:
            told = [figures_of(db, backfill(db, order), now) for order in self._orders]
        for one in told:
            number = one.order.id
            if number not in self._tasks:
                self._tasks[number] = self._bars.add_task(plain(one.order.source), total=None, told="")
            total = one.order.known or None
            words = progress_of(one.as_dict(), self._zone)
            self._bars.update(self._tasks[number], completed=one.settled, total=total, told=plain(words))
        return told

    def _look_on(self) -> None:
        while not self._ended.wait(_LOOK):
            try:
                self.look()
            except ArchiveError:  # it is locked, or being made: the crawl itself tells what is wrong with it
                continue


def progress_of(told: dict[str, Any], zone: tzinfo) -> str:
    """How far a backfill is, in one line: 1,234/5,000, 58 a minute, at least 1 h 05 min; times in *zone*."""
    parts = [f"{told['settled']:,}/{told['known']:,}"]
    if told["ways"]["waiting"]:
        ways = told["ways"]["waiting"]
        parts.append(f"{ways:,} {'sitemap or page' if ways == 1 else 'sitemaps and pages'} to be read")
    if told["per_minute"]:
        parts.append(f"{told['per_minute']:,.0f} a minute")
    if told["seconds_left"] is not None:
        parts.append(f"{'at least' if told['at_least'] else 'about'} {_spell(told['seconds_left'])} left")
    if told["waits_until"]:
        parts.append(f"waits until {shown(told['waits_until'], zone)}: {told['cause']}")
    return ", ".join(parts)


def state_of(told: dict[str, Any]) -> str:
    """What it does, in a word or two."""
    if told["state"] != "open":
        return str(told["state"])
    return "under way" if told["process"] is not None else "waits for a service, or for the same command"


def span_of(told: dict[str, Any], zone: tzinfo) -> str:
    """Which part of the past, in the days of *zone*; up to when only where that was said."""
    words = f"since {_day(from_text(told['since']), zone)}"
    until = from_text(told["until"])
    if from_text(told["begun"]) - until < _AT_ONCE:
        return words
    is_day = _is_midnight(until.astimezone(zone))
    return f"{words} until {_day(until - timedelta(days=1) if is_day else until, zone)}"


def print_backfills(told: Sequence[Figures], zone: tzinfo) -> None:
    """Prints what has come of each."""
    for one in told:
        for line in lines_of(one.as_dict(), zone):
            out().print(line, soft_wrap=not out().is_terminal)


def lines_of(told: dict[str, Any], zone: tzinfo) -> Iterator[Text]:
    """What has come of one so far, its times in *zone*."""
    source, counts = plain(told["source"]), told["counts"]
    state = state_of(told)
    yield Text.assemble((source, "bold"), f", its past {span_of(told, zone)}: {state}, {progress_of(told, zone)}")
    fates = ", ".join(
        f"{number:,} {fate}" for fate, number in counts.items() if isinstance(number, int) and number
    )  # fmt: skip
    if fates:
        yield Text(f"  {fates}")
    for name, heading in (("reasons", "refused or failed"), (LEFT_OUT, "not taken")):
        if counts[name]:
            reasons = ", ".join(f"{plain(reason)} ({number:,})" for reason, number in sorted(counts[name].items()))
            yield Text.assemble((f"  {heading}: ", "dim"), reasons)
    for way in told["lost_ways"]:
        yield Text(f"  could not be read: {plain(way['url'])} ({plain(way['reason'])})", style="yellow")
    if told["state"] == "stopped":
        if told["cause"] not in (None, BY_HAND):
            yield Text(f"  {plain(told['cause'])}", style="yellow")
        yield Text("  Stopped; what was not fetched is remembered, and the same command goes on with it.")


def _day(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%d}" if _is_midnight(local) else f"{local:%Y-%m-%d %H:%M}"


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)


def _spell(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours < 48 else f"{round(hours / 24)} days"
