"""A week at eight newspapers in simulated time, crawled every ten minutes: is an article missed, and what does it take?

The papers publish, edit, delete, move and fail by a script (`week_script`), on loopback; the crawler is the real one,
with an archive, in one process, and only the clock is made up. An article counts as missed where any way had it on
offer at the moment of a crawl, its page could be read then, and the archive has it not.

usage: python -m benchmarks.week [--days N] [--every MINUTES] [--share S] [--seed N] [--json]
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from archive.addresses import url_key
from archive.times import from_text
from benchmarks.week_answers import PaperSite
from benchmarks.week_script import PAPERS, START, bouts, events
from benchmarks.week_sites import WeekSites
from crawler.desk import Desk
from crawler.launch import Crawling, Traffic, on_reactor
from pipelines.workbench import open_workbench

EPILOGUE = timedelta(hours=7)
"""Nothing happens any more, but it is crawled: what a false 304 hides comes with the next full fetch."""
_PER_PAPER = 10_000  # numbers of articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What came of it. Times in simulated minutes."""

    runs: int
    seconds: float  # real ones
    published: int
    offered: int
    archived: int  # of those that were offered
    missed: tuple[str, ...]  # paper, number and moment of the first offer
    hidden: tuple[str, ...]  # not archived, and gone before their feed answered anything but a false 304
    doubled: tuple[str, ...]  # one article under two ids
    misdated: tuple[str, ...]
    told_edits: int  # that a way told at the moment of a crawl
    told_noticed: int
    untold_edits: int
    untold_noticed: int
    waits: tuple[float, ...]  # from publication to the archive, shortest first, without the liars' articles
    liars: dict[str, float]  # papers whose feed changed under old validators: how late their articles were, p95
    liars_known: int  # as the archive counts them
    requests: dict[str, dict[str, float]]  # by paper and kind, a day
    least: dict[str, float]  # requests a day for its ways alone
    not_modified: float  # share of the conditional requests that brought a 304
    fetched_again: tuple[str, ...]  # pages read twice in the same version
    breaches: int  # requests in spite of a Retry-After

    def at(self, share: float) -> float:
        """The wait that so large a share of the articles did not exceed."""
        return _rank(self.waits, share)


class Watched:
    """What was on offer at the crawls: the first moment for each article, and every version that a way told."""

    def __init__(self) -> None:
        self.first: dict[int, datetime] = {}
        self.told: set[tuple[int, int]] = set()  # article, version
        self.untold: set[tuple[int, int]] = set()

    def look(self, site: PaperSite) -> None:
        """Takes down what *site* has on offer now."""
        for article in site.on_offer():
            self.first.setdefault(article.number, site.now)
            if article.version > article.told:
                self.untold.add((article.number, article.version))
        for article in site.on_top():
            if article.told:
                self.told.add((article.number, article.told))


class _Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def papers(*, days: float, seed: int, share: float) -> list[PaperSite]:
    """The papers with all that will happen to them."""
    return [
        PaperSite(
            paper, events(paper, place * _PER_PAPER + 1, days=days, seed=seed, share=share),
            bouts(paper, place, days=days),
        )
        for place, paper in enumerate(PAPERS)
    ]  # fmt: skip


def live(root: Path, *, days: float = 7, every: int = 10, seed: int = 1, share: float = 1.0) -> Week:
    """The week, on a desk that is made at *root*. A process can call it once. Raises ArchiveError."""
    sites = papers(days=days, seed=seed, share=share)
    watched, clock = Watched(), _Clock()
    runs = round((timedelta(days=days) + EPILOGUE) / timedelta(minutes=every))
    begun = time.monotonic()
    with WeekSites(sites) as served:
        write_desk(root, sites)
        desk = Desk(root)
        workbench = replace(open_workbench(desk.archive, desk.packs, desk.watch), clock=clock)

        async def main() -> None:
            traffic = Traffic()
            for run in range(1, runs + 1):
                clock.now = START + timedelta(minutes=every * run)
                served.advance(clock.now)
                for site in sites:
                    watched.look(site)
                await Crawling(desk, workbench, traffic).run(list(desk.sources.values()))
                if clock.now.date() != (clock.now - timedelta(minutes=every)).date():
                    traffic = Traffic()  # as after a restart
                    print(f"{clock.now:%a %H:%M} after {time.monotonic() - begun:.0f} s", file=sys.stderr)

        try:
            on_reactor(main)
        finally:
            workbench.close()
    return judge(desk.archive, sites, watched, days=runs * every / 1440, runs=runs, seconds=time.monotonic() - begun)


def write_desk(root: Path, sites: Sequence[PaperSite]) -> None:
    (root / "seeds/sources").mkdir(parents=True)
    (root / "desk.toml").write_text('name = "A week"\ntimezone = "UTC"\ncontact = "bench@example.org"\n')
    (root / "seeds/sources/papers.toml").write_text("\n".join(site.toml() for site in sites), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """An article as the archive has it, all its versions' texts in one."""

    published: datetime | None
    first_seen: datetime
    texts: str


def _kept(archive: Path, sites: Sequence[PaperSite]) -> dict[int, list[_Kept]]:
    """What the archive has of each of the papers' articles, by number."""
    places = {urlsplit(site.site.url).netloc: site for site in sites}
    kept: dict[int, list[_Kept]] = {}
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        before: dict[int, str] = {}
        for number, text in db.execute("SELECT article, text FROM revisions"):
            before[number] = f"{before.get(number, '')}\n{text}"
        for number, url, published, first_seen, text in db.execute(
            "SELECT id, url, published, first_seen, text FROM articles ORDER BY id"
        ):
            parts = urlsplit(url)
            article = places[parts.netloc].by_path[unquote(parts.path).removesuffix("/amp").rstrip("/")]
            kept.setdefault(article.number, []).append(
                _Kept(
                    published=from_text(published) if published else None,
                    first_seen=from_text(first_seen),
                    texts=f"{before.get(number, '')}\n{text}",
                )
            )
    return kept


def judge(
    archive: Path, sites: Sequence[PaperSite], watched: Watched, *, days: float, runs: int, seconds: float
) -> Week:
    """Holds what was on offer, and what the papers did, against what the archive has."""
    kept = _kept(archive, sites)
    articles = {article.number: article for site in sites for article in site.articles.values()}
    names = {number: f"{article.paper} {article.page.name}" for number, article in articles.items()}
    noticed = {
        (number, version)
        for number, version in watched.told | watched.untold
        if any(articles[number].signs[version] in copy.texts for copy in kept.get(number, ()))
    }
    waits = {
        number: _minutes(copies[0].first_seen - articles[number].page.published)
        for number, copies in kept.items()
        if articles[number].page.published >= START
    }
    liars = {site.paper.id: site for site in sites if site.paper.quirk}
    hidden = {number for site in liars.values() for number in site.hidden - site.shown}
    log = [seen for site in sites for seen in site.log]
    return Week(
        runs=runs, seconds=seconds, published=len(articles), offered=len(watched.first),
        archived=len(watched.first.keys() & kept.keys()),
        missed=tuple(
            f"{names[number]}, on offer since {first:%a %H:%M}"
            for number, first in watched.first.items()
            if number not in kept and number not in hidden
        ),
        hidden=tuple(names[number] for number in watched.first if number not in kept and number in hidden),
        doubled=tuple(names[number] for number, copies in kept.items() if len(copies) > 1),
        misdated=tuple(
            f"{names[number]} of {articles[number].page.published}: {copies[0].published}"
            for number, copies in kept.items()
            if copies[0].published != articles[number].page.published
        ),
        told_edits=len(watched.told), told_noticed=len(watched.told & noticed),
        untold_edits=len(watched.untold), untold_noticed=len(watched.untold & noticed),
        waits=tuple(sorted(wait for number, wait in waits.items() if articles[number].paper not in liars)),
        liars={
            paper: _rank(sorted(wait for number, wait in waits.items() if articles[number].paper == paper), 0.95)
            for paper in liars
        },
        liars_known=_liars_known(archive),
        requests={
            site.paper.id: {kind: round(count / days, 1) for kind, count in Counter(s.kind for s in site.log).items()}
            for site in sites
        },
        least={site.paper.id: round(len(site.paper.ways) * runs / days, 1) for site in sites},
        not_modified=_share([seen.status == 304 for seen in log if seen.conditional and seen.status in (200, 304)]),
        fetched_again=_fetched_again(sites, names),
        breaches=sum(site.breaches for site in sites),
    )  # fmt: skip


def _fetched_again(sites: Sequence[PaperSite], names: dict[int, str]) -> tuple[str, ...]:
    again = []
    for site in sites:
        read = Counter(
            (seen.article, seen.version, url_key(site.site.url + seen.target))
            for seen in site.log
            if seen.kind == "page" and seen.status == 200 and seen.article is not None
        )
        again += [f"{names[number]} x{times}" for (number, _, _), times in read.items() if times > 1]
    return tuple(again)


def _liars_known(archive: Path) -> int:
    with closing(sqlite3.connect(f"file:{archive}?mode=ro", uri=True)) as db:
        found: int = db.execute("SELECT count(*) FROM feeds WHERE untold > 0").fetchone()[0]
        return found


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60


def _rank(ordered: Sequence[float], share: float) -> float:
    """The nearest rank; 0 of nothing."""
    return ordered[max(0, -(-len(ordered) * round(100 * share) // 100) - 1)] if ordered else 0.0


def _share(holds: Sequence[bool]) -> float:
    return statistics.fmean(holds) if holds else 0.0


def table(week: Week, days: float) -> Iterator[str]:
    """The figures, to be read."""
    yield f"runs            {week.runs} in {week.seconds:.0f} s"
    yield f"articles        {week.published} published, {week.offered} on offer at a crawl, {week.archived} archived"
    yield f"missed          {len(week.missed)}{_few(week.missed)}"
    yield f"hidden          {len(week.hidden)} by a false 304 as long as they were there{_few(week.hidden)}"
    yield f"archived twice  {len(week.doubled)}{_few(week.doubled)}"
    yield f"wrong dates     {len(week.misdated)}{_few(week.misdated)}"
    yield f"edits told      {week.told_noticed} of {week.told_edits} noticed"
    yield f"edits untold    {week.untold_noticed} of {week.untold_edits} noticed"
    yield f"to the archive  median {week.at(0.5):.0f}, p95 {week.at(0.95):.0f}, most {week.at(1):.0f} minutes"
    lies = ", ".join(f"{paper} p95 {late:.0f} minutes" for paper, late in week.liars.items())
    yield f"false 304       {week.liars_known} feeds known for it; {lies}"
    yield f"304             {week.not_modified:.0%} of the conditional requests"
    yield f"read again      {len(week.fetched_again)} pages in the same version{_few(week.fetched_again)}"
    yield f"in spite of Retry-After  {week.breaches} requests\n"
    yield f"{'requests a day':16}{'ways':>8}{'least':>8}{'further':>9}{'pages':>8}{'robots':>8}{'held':>7}{'down':>7}"
    for paper, kinds in week.requests.items():
        yield (
            f"{paper:16}{kinds.get('way', 0):8.1f}{week.least[paper]:8.1f}{kinds.get('further', 0):9.1f}"
            f"{kinds.get('page', 0):8.1f}{kinds.get('robots', 0):8.1f}{kinds.get('held', 0):7.1f}"
            f"{kinds.get('down', 0):7.1f}"
        )


def _few(names: Sequence[str]) -> str:
    return "" if not names else f": {'; '.join(names[:8])}{' …' if len(names) > 8 else ''}"


def main() -> int:
    """The command line; 1 where an article was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.week", description=__doc__.partition("\n")[0])
    parser.add_argument("--days", type=float, default=7, help="simulated days (default 7)")
    parser.add_argument("--every", type=int, default=10, help="simulated minutes between two crawls (default 10)")
    parser.add_argument("--share", type=float, default=1.0, help="of the script's articles (default 1.0)")
    parser.add_argument("--seed", type=int, default=1, help="another one, another week")
    parser.add_argument("--json", action="store_true", help="one object instead of the table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        week = live(
            Path(folder) / "desk", days=arguments.days, every=arguments.every, seed=arguments.seed,
            share=arguments.share,
        )  # fmt: skip
    print(json.dumps(asdict(week)) if arguments.json else "\n".join(table(week, arguments.days)))
    return int(bool(week.missed))


if __name__ == "__main__":
    sys.exit(main())
