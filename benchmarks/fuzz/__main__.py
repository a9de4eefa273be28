"""Fuzzes every target for its share of the time, guided by what code each input reaches, and tells what it found.

The inputs grow out of a corpus of our own making. A fault that is met again is counted, not told again; what takes too
long, takes too much memory or ends the process is a finding as well. What was found is written to files, from which a
test is made and the fault mended.

usage: python -m benchmarks.fuzz [--seconds N] [--keep DIR] [--replay FILE] [TARGET…]
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks.measure import environment

_SLOW = 20  # seconds for one input: workers have 8, but what is watched takes several times as long
_MEMORY = 1_500  # MiB
_LONGEST = 16_384  # bytes of an input
_NAMES = ("page", "way", "toml", "query", "address", "robots")
_PARTS = {"page": 6, "way": 4, "toml": 3, "query": 1, "address": 1, "robots": 1}  # of the time
_OURS = ("crawler", "pipelines", "alerts", "schedules", "archive", "topics", "seeds", "benchmarks")
_WATCHED = ["trafilatura", "htmldate", "courlan", "justext", "feedparser", "dateparser", *_OURS[:-1]]


def fuzz(target: str, folder: Path, seconds: float) -> list[Path]:
    """What was found of *target* in that time: a file each, the input; beside it, with `.txt`, what became of it."""
    begun, round_ = time.monotonic(), 0
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    (folder / "found").mkdir(exist_ok=True)
    while (left := seconds - (time.monotonic() - begun)) > 1:
        round_ += 1
        command = [
            sys.executable, "-m", "benchmarks.fuzz", "--child", target, str(folder), f"-max_total_time={left:.0f}",
            f"-timeout={_SLOW}", f"-rss_limit_mb={_MEMORY}", f"-max_len={_LONGEST}", f"-seed={round_}",
            f"-dict={folder / 'words'}", f"-artifact_prefix={folder / 'found'}/", "-print_final_stats=1",
            "-close_fd_mask=1", str(folder / "corpus"),
        ]  # fmt: skip
        with (folder / "log.txt").open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, env=environment(), check=False)
        if done.returncode == 0:
            break
    return sorted(path for path in (folder / "found").iterdir() if path.suffix != ".txt")


def _child(target: str, folder: Path, options: list[str]) -> None:
    import atheris  # noqa: PLC0415 -- of the dependency group "fuzz", which only this needs

    with atheris.instrument_imports(include=_WATCHED):
        from benchmarks.fuzz.corpus import words_of, write_corpus  # noqa: PLC0415
        from benchmarks.fuzz.targets import TARGETS  # noqa: PLC0415

    write_corpus(folder / "corpus", target)
    words = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words_of(target))
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words))
    read, known = TARGETS[target], set[str]()

    def one(data: bytes) -> None:
        try:
            read(data)
        except Exception as error:
            place = _place(error)
            if place not in known:
                known.add(place)
                name = folder / "found" / hashlib.sha256(place.encode()).hexdigest()[:12]
                if not name.exists():
                    name.write_bytes(data)
                    name.with_suffix(".txt").write_text(traceback.format_exc(), errors="backslashreplace")

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


def _place(error: BaseException) -> str:
    """By what a fault is known again: its kind, and the last line of our own that it went through."""
    ours = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if any(f"/{room}/" in frame.filename for room in _OURS) and "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} {ours[-1] if ours else ''}"


def replay(target: str, files: list[Path]) -> int:
    """Reads *files* once more, without being watched; how many still break a promise."""
    from benchmarks.fuzz.targets import TARGETS  # noqa: PLC0415

    broken = 0
    for file in files:
        begun = time.monotonic()
        try:
            TARGETS[target](file.read_bytes())
        except Exception:
            broken += 1
            print(f"{file}:\n{traceback.format_exc()}")
        else:
            print(f"{file}: well, in {time.monotonic() - begun:.2f} s")
    return broken


def main() -> int:
    """The command line; 1 where something was found."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[*_NAMES, []], metavar="TARGET", help=", ".join(_NAMES))
    parser.add_argument("--seconds", type=float, default=600, help="for all targets together (default 600)")
    parser.add_argument("--keep", type=Path, help="a directory for the corpus and what is found, to go on with later")
    parser.add_argument("--replay", type=Path, nargs="+", help="read these files once more, as the TARGET named")
    given = parser.parse_args()
    chosen = given.targets or list(_NAMES)
    if given.replay:
        return 1 if replay(chosen[0], given.replay) else 0
    with tempfile.TemporaryDirectory() as temporary:
        folder, number = given.keep or Path(temporary), 0
        for target in chosen:
            share = given.seconds * _PARTS[target] / sum(_PARTS[one] for one in chosen)
            found = fuzz(target, folder / target, share)
            print(f"{target:8} {share:5.0f} s  {_runs(folder / target)} inputs, {len(found)} findings", flush=True)
            for file in found:
                told = file.with_suffix(".txt")
                print(told.read_text()[-3000:] if told.exists() else f"too slow, too large or deadly: {file.name}")
                print(f"  the input: {file.read_bytes()[:2000]!r}\n")
            number += len(found)
    return 1 if number else 0


def _runs(folder: Path) -> str:
    """How many inputs were read, as libFuzzer counts them."""
    lines = (folder / "log.txt").read_text(errors="replace").splitlines()
    counts = [int(line.rsplit(":", 1)[1]) for line in lines if line.startswith("stat::number_of_executed_units")]
    return f"{sum(counts):,}"


if __name__ == "__main__":
    sys.exit(main())
