"""Are spikes and silences found, how many are told that are none, and how late? At the bounds of the rules and others.

Years of a scripted newsroom (`benchmarks.unusual_script`) go through the rules that alerts go by. The bounds were
chosen by the years with even numbers; the figures that are told are those of the odd ones.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from alerts import silence, spike
from benchmarks.unusual_play import Counted, silences_told, spikes_told
from benchmarks.unusual_script import BEGIN, HOUR, LENGTH, PARTS, SHIFTED, WARM_UP, Event, Kind, is_holiday, year_of

MONTHS = LENGTH / timedelta(days=365.25 / 12)
_BEHIND: dict[Kind, timedelta] = {"spike": HOUR, "silence": timedelta(hours=24), "trickle": timedelta(hours=24)}
"""What is told so soon after an event was told for it: the day that is looked at still has it."""
_MISSED = ((5, "under 5"), (10, "5 to 10"), (20, "10 to 20"), (40, "20 to 40"), (float("inf"), "40 and more"))
_BOUNDS = (3.0, 3.69, 4.2, 4.7)
_NEVER = 99.0


@dataclass
class Score:
    """What was found of what was made to happen."""

    years: int = 0
    events: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    delays: list[timedelta] = field(default_factory=list)
    right: int = 0
    again: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    on_holidays: int = 0

    def add(self, counted: Counted, told: Iterable[float], kinds: Sequence[Kind]) -> None:
        """Counts a year in which was *told* at these minutes."""
        events = [one for one in counted.year.events if one.kind in kinds]
        first: dict[int, timedelta] = {}
        self.years += 1
        for minutes in told:
            at = BEGIN + timedelta(minutes=minutes)
            meant = next((n for n, one in enumerate(events) if one.begin < at <= one.end + _BEHIND[one.kind]), None)
            if meant is None:
                holiday = is_holiday(at, timedelta(days=1))
                self.on_holidays += holiday
                self.wrong[counted.year.part.name] += not holiday
            elif meant in first:
                self.again += 1
            else:
                first[meant] = at - events[meant].begin
        self.right += len(first)
        self.delays += first.values()
        for number, event in enumerate(events):
            for name in _sizes(event):
                self.events[name] += 1
                self.found[name] += number in first

    @property
    def precision(self) -> float:
        """Of what was told, but on holidays, the share that was right."""
        return self.right / max(1, self.right + self.wrong.total())

    def recall(self, *names: str) -> str:
        """Of the events of these names, the share that was found."""
        return " ".join(f"{self.found[name] / max(1, self.events[name]):6.0%}" for name in names)


def _sizes(event: Event) -> Iterator[str]:
    hours = round((event.end - event.begin) / HOUR)
    missed = abs(event.times - 1) * event.usual
    yield event.kind
    yield f"{event.kind} {event.times:g}x"
    yield f"{event.kind} {hours} h"
    yield f"{event.kind} {next(name for most, name in _MISSED if missed < most)}"


def score_spikes(years: Iterable[Counted]) -> Score:
    """What the rules tell of spikes."""
    score = Score()
    for year in years:
        score.add(year, spikes_told(year), ("spike",))
    return score


def score_silences(years: Iterable[Counted]) -> Score:
    """What the rules tell of silences and trickles."""
    score = Score()
    for year in years:
        score.add(year, (minutes for minutes, _ in silences_told(year)), ("silence", "trickle"))
    return score


@contextmanager
def bounds(**values: float) -> Iterator[None]:
    """With other values of `spike_z`, `pause_z`, `longest_z` or `trickle_z`."""
    places = {
        "spike_z": (spike, "Z"), "pause_z": (silence, "PAUSE_Z"), "longest_z": (silence, "LONGEST_Z"),
        "trickle_z": (silence, "TRICKLE_Z"),
    }  # fmt: skip
    before = {name: getattr(*places[name]) for name in values}
    try:
        for name, value in values.items():
            setattr(*places[name], value)
        yield
    finally:
        for name, value in before.items():
            setattr(*places[name], value)


def _line(name: str, score: Score, sizes: Sequence[str]) -> str:
    delay = (
        median(
            score.delays,
        )
        / timedelta(minutes=1)
        if score.delays
        else 0
    )
    wrong = score.wrong.total() / (score.years * MONTHS)
    return (
        f"{name:<16} {score.precision:9.0%} {wrong:10.2f} {score.again / (score.years * MONTHS):8.2f} "
        f"{score.on_holidays:8} {delay:7.0f} min  {score.recall(*sizes)}"
    )


def _table(title: str, lines: Iterable[tuple[str, Score]], sizes: Sequence[str]) -> None:
    print(
        f"\n{title}\n{'':16} precision false/month  again  holidays    delay   "
        + " ".join(f"{size.split(' ', 1)[-1]:>6}" for size in sizes)
    )
    for name, score in lines:
        print(_line(name, score, sizes))


_SPIKE_SIZES = [f"spike {name}" for name in ("2x", "3x", "5x", "10x", "5 to 10", "10 to 20", "20 to 40", "40 and more")]
_SILENCE_SIZES = [
    *(f"silence {hours} h" for hours in (1, 2, 4, 8, 24, 72)),
    *(f"silence {name}" for _, name in _MISSED[1:]), "trickle 24 h", "trickle 72 h",
]  # fmt: skip


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=8, help="of each part of the newsroom, half of them to choose by")
    years = parser.parse_args().years
    chosen, told = ([Counted(year_of(part, n)) for part in PARTS for n in range(first, years, 2)] for first in (0, 1))
    spikes, silences = [], []
    for z in _BOUNDS:
        with bounds(spike_z=z):
            spikes.append((f"z = {z}", score_spikes(chosen)))
    for rule, tried in (("pause", _BOUNDS), ("longest", (0.0, 2.0, 2.5, 3.0)), ("trickle", _BOUNDS)):
        for z in tried:
            with bounds(**{f"{one}_z": z if one == rule else _NEVER for one in ("pause", "longest", "trickle")}):
                silences.append((f"{rule}, z = {z}", score_silences(chosen)))
    _table("Spikes, years to choose by", spikes, _SPIKE_SIZES)
    _table("Silences, years to choose by", silences, _SILENCE_SIZES)
    _table("Spikes, other years", [(f"z = {spike.Z}", found := score_spikes(told))], _SPIKE_SIZES)
    _parts(found)
    _table("Silences, other years", [("all rules", found := score_silences(told))], _SILENCE_SIZES)
    _parts(found)
    _shifted(years)


def _parts(score: Score) -> None:
    each = score.years / len(PARTS) * MONTHS
    print("false alarms a month: " + ", ".join(f"{part.name} {score.wrong[part.name] / each:.2f}" for part in PARTS))


def _shifted(years: int) -> None:
    """How often a topic that triples for good is told, week by week."""
    weeks: dict[int, int] = defaultdict(int)
    for number in range(years):
        counted = Counted(year_of(SHIFTED, number))
        begin = (len(counted.year.minutes) // 2 + 1) * 60
        for minutes in spikes_told(counted):
            weeks[int((minutes - begin) // (7 * 24 * 60))] += 1
    print(f"\n{SHIFTED.name}: spikes told a week, before and from then on")
    before = (
        sum(number for week, number in weeks.items() if week < 0) / years / ((LENGTH + WARM_UP) / 2 - WARM_UP).days * 7
    )
    print(f"{before:.2f}; " + ", ".join(f"{weeks[week] / years:.2f}" for week in range(10)))


if __name__ == "__main__":
    main()
