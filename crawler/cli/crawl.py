"""`khabar crawl`: crawl once, now."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from archive.plain import plain_json
from archive.times import to_text
from crawler.cli import pass_desk
from crawler.cli.logs import log_to_terminal
from crawler.cli.times import TIME_HELP
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from crawler.elsewhere import check_none_out
from seeds.definitions import DefinitionError, matches_one, nearest
from seeds.sources import Source

if TYPE_CHECKING:
    from crawler.launch import CrawlSummary


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--backfill", is_flag=True, help="Fetch the past of the sources that are named: see docs/backfill.md.")
@click.option("--since", metavar="WHEN", help=f"With --backfill: what was published since {TIME_HELP}.")
@click.option("--until", metavar="WHEN", help="With --backfill: and before then. Default: now.")
@click.option("--oldest-first", is_flag=True, help="With --backfill: the oldest first. Default: the newest.")
@click.option("--stop", is_flag=True, help="With --backfill: end the one under way; the same command goes on with it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every URL, on standard error.")
@pass_desk
def crawl(  # noqa: PLR0917 -- as click hands them
    desk: Desk, sources: tuple[str, ...], backfill: bool, since: str | None, until: str | None, oldest_first: bool,
    stop: bool, as_json: bool, verbose: bool,
) -> int:  # fmt: skip
    """Crawl once, now: every enabled source, or those named (shell patterns are allowed).

    Fetches what is new or changed, newest first, and archives it cleaned and tagged. Exit code 1 where something
    failed; the summary says what.

    With --backfill it fetches what the sources published since WHEN, from their sitemaps, feeds, archive pages and
    listings, until it is done; stopped or killed at any moment, the same command goes on. Beside khabar run the service
    does it, and the command shows how far it is.

    \b
    Example: khabar crawl 'shafaq-*'
             khabar crawl shafaq-en --backfill --since 2020-01-01
    """
    from crawler.cli.backfill import PastOptions, run_backfill  # noqa: PLC0415 -- a live crawl has no need of most

    past = PastOptions(since=since, until=until, oldest_first=oldest_first, stop=stop)
    past.check(is_backfill=backfill, patterns=sources)
    if backfill:
        return run_backfill(desk, choose(desk, sources, past=True), past, as_json=as_json, verbose=verbose)
    from crawler.launch import crawl_once  # noqa: PLC0415 -- Scrapy takes a second to load
    from crawler.progress import CrawlProgress  # noqa: PLC0415

    desk.check()
    chosen = choose(desk, sources)
    log_to_terminal(verbose)
    with hold_desk(desk.root, alone=False), CrawlProgress(hidden=as_json or verbose) as progress:
        check_none_out(desk, chosen)
        summary = crawl_once(desk, chosen, progress.watch)
    if as_json:
        click.echo(plain_json(as_dict(summary)))
    else:
        from crawler.progress import print_summary  # noqa: PLC0415

        print_summary(desk, summary)
    return 0 if summary.outcome == "done" and not summary.troubled else 1


def choose(desk: Desk, patterns: Sequence[str], *, past: bool = False) -> list[Source]:
    """The enabled sources, or those that *patterns* name. Raises DefinitionError where one names none, or one that
    shows nothing, of its *past* or by now.
    """
    for pattern in patterns:
        if not any(matches_one(name, [pattern]) for name in desk.sources):
            folder = desk.root / "seeds" / "sources"
            hint = nearest(pattern, desk.sources)
            raise DefinitionError(folder, "SOURCE", "no source of this desk matches it", value=pattern, nearest=hint)
    chosen = [
        source for name, source in desk.sources.items() if (matches_one(name, patterns) if patterns else source.enabled)
    ]
    if not chosen:
        reason = 'no source of this desk is enabled; set "enabled = true" in a file of this folder, or name one'
        raise DefinitionError(desk.root / "seeds" / "sources", "", reason)
    for source in chosen:
        if not source.ways and not (past and source.archives):
            reason = "names no feeds, sitemaps or listings, so there is nothing to ask for"
            raise DefinitionError(desk.root / "seeds" / "sources", f'source "{source.id}"', reason)
    return chosen


def as_dict(summary: "CrawlSummary") -> dict[str, object]:
    """The summary as the contract prints it."""
    return {
        "run": summary.run,
        "started": to_text(summary.started),
        "finished": to_text(summary.finished),
        "outcome": summary.outcome,
        "sources": {source: tally.as_dict() for source, tally in summary.tallies.items()},
    }
