"""Every attack of the gallery by itself: its fate, the seconds of its source, the peak of Khabar's process tree.

A site that means well is crawled first in the same way: what it takes, most of which is the start of the processes, is
what the seconds of an attack are counted from. The figures go into docs/hostile.json, and from there into
docs/security.md by `make docs`. The attack server is a process of its own and not counted.

usage: python -m benchmarks.hostile [NAME…]
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.progress import Progress

from tests.hostile.gallery import ATTACKS, FAMILIES, HARMLESS
from tests.hostile.gallery.attack import Attack
from tests.hostile.gallery.server import Gallery
from tests.hostile.gallery.trial import Trial, crawl, fates, faults, make_desk

FIGURES = Path(__file__).parent.parent / "docs/hostile.json"
MOST_SECONDS, MOST_MEGABYTES = 30.0, 700.0
"""What no attack may take of its source's time, and all of them at once of memory."""
_MOST_FATES = 3  # told in the table


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one attack took, and what came of it."""

    family: str
    name: str
    what: str
    holds: str
    fate: str
    seconds: float
    megabytes: int


def try_alone(attack: Attack, gallery: Gallery) -> tuple[Trial, list[str], str]:
    """What the crawl did, what is wrong with it, and its fates in one line."""
    with tempfile.TemporaryDirectory() as folder:
        make_desk(Path(folder, "desk"), attack.source(gallery.places[attack.name]))
        trial = crawl(Path(folder, "desk"), gallery)
    found = fates(trial, attack.name, gallery.places[attack.name])
    told = list(dict.fromkeys(found.values()))
    return trial, faults(trial, [attack], gallery.places), "; ".join(told[:_MOST_FATES]) or "nothing to ask for"


def main(names: Sequence[str]) -> int:
    """Tries them one after the other; 1 where one came out otherwise than it must."""
    families = {attack.name: family for family, attacks in FAMILIES.items() for attack in attacks}
    chosen = [ATTACKS[name] for name in (names or ATTACKS)]
    figures = {figure["name"]: Figure(**figure) for figure in json.loads(FIGURES.read_text(encoding="utf-8"))}
    wrong: list[str] = []
    with Progress(transient=True, disable=not sys.stderr.isatty()) as progress:
        bar = progress.add_task("attacks", total=len(chosen))
        with Gallery([HARMLESS]) as gallery:
            still = min(_seconds(try_alone(HARMLESS, gallery)[0]) for _ in range(3))
        for attack in chosen:
            progress.update(bar, description=attack.name)
            with Gallery([attack]) as gallery:
                trial, found, fate = try_alone(attack, gallery)
            figure = Figure(
                family=families[attack.name], name=attack.name, what=attack.what, holds=attack.holds, fate=fate,
                seconds=round(max(_seconds(trial) - still, 0.0), 1), megabytes=round(trial.megabytes),
            )  # fmt: skip
            figures[attack.name] = figure
            wrong += [*found, *_too_much(figure)]
            _keep(figures)
            progress.advance(bar)
    tried = [figures[attack.name] for attack in chosen]
    print(f"{len(tried)} attacks: at most {max(figure.seconds for figure in tried):.1f} s and", end=" ")
    print(f"{max(figure.megabytes for figure in tried)} MB; {len(wrong)} faults")
    print("".join(f"{fault}\n" for fault in wrong), end="")
    return 1 if wrong else 0


def _keep(figures: dict[str, Figure]) -> None:
    ordered = [asdict(figures[name]) for name in ATTACKS if name in figures]
    FIGURES.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _seconds(trial: Trial) -> float:
    return trial.taken.ended - trial.taken.started


def _too_much(figure: Figure) -> list[str]:
    found = []
    if figure.seconds > MOST_SECONDS:
        found.append(f"{figure.name}: took {figure.seconds} s")
    if figure.megabytes > MOST_MEGABYTES:
        found.append(f"{figure.name}: took {figure.megabytes} MB")
    return found


def arguments() -> argparse.Namespace:
    """What is to be tried."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help="an attack; all where none is named")
    found = parser.parse_args()
    if unknown := sorted(set(found.names) - ATTACKS.keys()):
        parser.error(f"no such attack: {', '.join(unknown)}")
    return found


if __name__ == "__main__":
    sys.exit(main(arguments().names))
