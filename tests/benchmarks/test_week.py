"""Small editions of `make bench-week` and `make bench-sources`, and that what they measure can be wrong."""

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from archive.database import open_archive
from benchmarks import many_sources, week
from benchmarks.bad_sites import BadSites
from benchmarks.measure import environment
from benchmarks.sites import Sites
from benchmarks.week_script import PAPERS, START, events


@pytest.mark.timeout(400)
def test_half_a_day_at_eight_newspapers_misses_no_article() -> None:
    command = ["-m", "benchmarks.week", "--days", "0.5", "--every", "60", "--share", "0.25", "--json"]
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environment(), timeout=380, check=False
    )
    assert done.returncode == 0, done.stderr
    lived = json.loads(done.stdout)
    assert lived["published"] >= lived["offered"] > 80
    assert lived["offered"] == lived["archived"] + len(lived["hidden"])
    assert (lived["missed"], lived["doubled"], lived["misdated"]) == ([], [], [])
    assert lived["told_noticed"] == lived["told_edits"] > 0
    for paper, kinds in lived["requests"].items():
        assert kinds["way"] <= lived["least"][paper]


def test_the_same_seed_gives_the_same_week_and_another_seed_another() -> None:
    first, again, other = (events(PAPERS[0], 1, days=7, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_every_fate_befalls_some_article_of_the_week() -> None:
    kinds = Counter(event.kind for paper in PAPERS for event in events(paper, 1, days=7, seed=1))
    assert min(kinds.values()) >= 10
    assert len(kinds) == 8


def test_an_empty_archive_has_missed_everything_that_was_on_offer(tmp_path: Path) -> None:
    sites, watched = week.papers(days=0.25, seed=1, share=1), week.Watched()
    for site in sites:
        site.advance(START + timedelta(hours=1))
        watched.look(site)
    open_archive(tmp_path / "archive.db").close()
    judged = week.judge(tmp_path / "archive.db", sites, watched, days=0.25, runs=1, seconds=1)
    assert len(judged.missed) == judged.offered > 30
    assert judged.archived == 0


def test_what_the_script_deletes_or_breaks_is_not_on_offer() -> None:
    site = week.papers(days=1, seed=1, share=1)[0]
    site.advance(START)
    newest = site.on_offer()[0]
    newest.broken_until = START + timedelta(minutes=1)
    assert newest not in site.on_offer()
    site.advance(START + timedelta(minutes=2))
    assert newest in site.on_offer()
    newest.gone = True
    assert newest not in site.on_offer()


@pytest.mark.timeout(300)
def test_twelve_sources_of_which_two_are_bad_miss_nothing() -> None:
    shares = many_sources.shares(10, 2)
    with Sites(shares) as sites, BadSites(stalling=1, dead=1) as bad:
        taken = many_sources.crawl(sites.feeds, bad.feeds, articles=2, delay=0.05, times=1, timeout=10)
    assert (taken.bad, taken.missed, taken.failed) == (True, 0, (2,))


def round_of(bad: bool, *seconds: float) -> many_sources.Round:
    return many_sources.Round(
        bad=bad, failed=(0, 0, 0), missed=0, done=seconds, whole=seconds, resident=(1, 1, 1), peak=1
    )


def test_what_the_bad_ones_cost_is_the_share_of_the_others_time() -> None:
    rounds = [round_of(False, 50, 5, 4), round_of(True, 60, 5, 3), round_of(True, 50, 5, 3), round_of(False, 50, 5, 4)]
    assert many_sources.cost(rounds) == pytest.approx((0.1, 0.0, -0.25))
