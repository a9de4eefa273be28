"""Whether a backup that is taken while crawls go on is whole: opened, looked over by the doctor, and of one moment.

The newsroom's sites publish all the time, and `khabar crawl` crawls them, again and again without a pause. Meanwhile
`khabar backup` is run N times. Each backup must open, the doctor must find nothing in it, and its articles must be
exactly those that the archive had at one moment: all that were written up to the last of it, and of the backup before
none may lack. Exit code 1 where one is not, or a crawl was refused anything.

usage: python -m benchmarks.backups [--backups N]
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from archive.checks.examining import examine
from archive.database import open_archive
from benchmarks.service import write_desk
from crawler.newsroom import Newsroom

SITES = ("rafidain", "sidra", "kani", "baran")
TEXTS = {
    "rafidain": "The ferry of the northern bank carries salt wheat and letters to the market before noon again",
    "sidra": "تنقل العبارة الملح والقمح والرسائل من الضفة الشمالية إلى السوق قبل الظهر مرة أخرى",
    "baran": "بەلەمەکە خوێ و گەنم و نامە لە کەنارەکەی باکوورەوە دەگوازێتەوە بۆ بازاڕ پێش نیوەڕۆ",
    "kani": "Keştî xwê û genim û nameyan ji aliyê bakur dibe bazarê berî nîvro dîsa",
}
PAUSE = 0.3  # seconds between two articles of a site
PATIENCE = 60.0  # seconds for the crawls to write something, before the next backup is taken


@dataclass
class Crawls:
    """What goes on all the time, each in a thread of its own, until `ended` is set."""

    root: Path
    newsroom: Newsroom
    ended: threading.Event = field(default_factory=threading.Event)
    published: int = 0
    crawls: int = 0
    largest_log: int = 0
    troubles: list[str] = field(default_factory=list)

    def publish(self) -> None:
        """News of every site."""
        chance = random.Random(1)
        while not self.ended.wait(PAUSE):
            for site in SITES:
                self.published += 1
                words = chance.choices(TEXTS[site].split(), k=120)
                name = str(700_000 + self.published)  # some sites have only digits there
                body = "\n\n".join(f"{' '.join(words[at : at + 30])} {name} {at}." for at in range(0, 120, 30))
                self.newsroom.publish(site, name, title=f"{' '.join(words[:6])} {self.published}", body=body)

    def crawl(self, *sites: str) -> None:
        """One crawl of *sites* after the other."""
        while not self.ended.is_set():
            done = khabar(self.root, "crawl", "--json", *sites)
            self.crawls += 1
            if done.returncode not in (0, 1) or "locked" in done.stderr:
                self.troubles.append(done.stderr[-300:])

    def watch(self) -> None:
        """How large the log becomes."""
        log = self.root / "archive.db-wal"
        while not self.ended.wait(0.05):
            if log.exists():
                self.largest_log = max(self.largest_log, log.stat().st_size)


def khabar(root: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command on the desk at *root*."""
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def articles(path: Path) -> tuple[set[int], dict[int, int]]:
    """The articles of an archive, and of each by which number it was last written."""
    with closing(open_archive(path, read_only=True)) as db:
        ids = {number for (number,) in db.execute("SELECT id FROM article_head")}
        return ids, dict(db.execute("SELECT article, number FROM signatures").fetchall())


def what_is_wrong(backup: Path, archive: Path, before: set[int]) -> list[str]:
    """In words; none where the backup is as it should be. *before*: the articles of the backup before it."""
    with closing(open_archive(backup, read_only=True)) as db:
        found = [
            f"{one.name}: {one.count} {one.wrong} {one.examples}"
            for one in examine(db, backup, datetime.now(UTC))
            if one.is_wrong and one.name not in ("disk space", "runs")  # a crawl is under way in it, and has no process
        ]
    ids, numbers = articles(backup)
    live, written = articles(archive)
    last = max(numbers.values(), default=0)
    found += [f"has an article that the archive lacks: {one}" for one in ids - live]
    found += [f"lacks an article of the backup before: {one}" for one in before - ids]
    found += [f"lacks {one}, written earlier" for one, number in written.items() if number <= last and one not in ids]
    return found


def wait_for_news(archive: Path, before: int) -> None:
    """Until the archive has more articles than *before*, so that the backup is taken among writes."""
    ends = time.monotonic() + PATIENCE
    with closing(open_archive(archive, read_only=True)) as db:
        while db.execute("SELECT count(*) FROM article_head").fetchone()[0] <= before and time.monotonic() < ends:
            time.sleep(0.01)


def back_up(root: Path, number: int, target: Path) -> tuple[int, list[str], list[float], list[int]]:
    """Takes so many backups; how many were wrong, why, how long each took, and how many articles each had."""
    wrong, why, took, sizes = 0, [], [], []
    before: set[int] = set()
    for _ in range(number):
        wait_for_news(root / "archive.db", sizes[-1] if sizes else 0)
        begun = time.monotonic()
        done = khabar(root, "backup", str(target))
        took.append(time.monotonic() - begun)
        found = [done.stderr] if done.returncode else what_is_wrong(target, root / "archive.db", before)
        before = articles(target)[0] if not done.returncode else before
        sizes.append(len(before))
        wrong += bool(found)
        why += found
    return wrong, why, took, sizes


def soak(number: int, tell: Callable[[str], object] = print) -> bool:
    """Whether all of so many backups were whole and no crawl was refused anything."""
    with tempfile.TemporaryDirectory() as folder, Newsroom(sites=SITES) as newsroom:
        root = Path(folder) / "desk"
        write_desk(
            root, sources=newsroom.sources_toml(delay=0), to="json://127.0.0.1:9/hook",
            jobs='[[job]]\nid = "all"\nsources = ["*"]\nevery = "10m"\n',
        )  # fmt: skip
        crawls = Crawls(root, newsroom)
        khabar(root, "crawl", "--json", *SITES)
        works = (crawls.publish, crawls.watch, partial(crawls.crawl, *SITES[:2]), partial(crawls.crawl, *SITES[2:]))
        threads = [threading.Thread(target=work) for work in works]
        for thread in threads:
            thread.start()
        try:
            wrong, why, took, sizes = back_up(root, number, Path(folder) / "backup.db")
        finally:
            crawls.ended.set()
            for thread in threads:
                thread.join()
    for line in (*why[:20], *crawls.troubles[:5]):
        tell(f"  WRONG {line}")
    middle = sorted(took)[len(took) // 2]
    tell(
        f"{number} backups beside {crawls.crawls} crawls: {wrong} wrong, {len(crawls.troubles)} crawls refused; "
        f"{sizes[0]:,} to {sizes[-1]:,} articles of {crawls.published:,} published; {middle:.2f} s at the median, "
        f"{max(took):.2f} at most; log at most {crawls.largest_log / 1e6:.1f} MB"
    )
    return not wrong and not crawls.troubles


def main() -> int:
    """Exit code 1 where a backup is wrong or a crawl was refused anything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--backups", type=int, default=100)
    return 0 if soak(parser.parse_args().backups) else 1


if __name__ == "__main__":
    sys.exit(main())
