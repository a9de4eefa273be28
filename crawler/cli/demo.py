"""`khabar demo`: the whole job against the bundled newsroom, and what came of it."""

import contextlib
import shutil
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from archive.plain import plain, plain_json

if TYPE_CHECKING:
    from crawler.demo import DemoReport
    from crawler.newsroom import Newsroom
    from crawler.newsroom.sink import WebhookSink

_BETWEEN = 20.0  # seconds from one late story to the next; the demo's own job runs every 30


@click.command()
@click.option(
    "--stay",
    is_flag=True,
    help="Keep the sites and the webhook open until Ctrl-C; five more stories come in.",
)
@click.option(
    "--into", type=click.Path(path_type=Path), metavar="DIR", help="Leave the desk in DIR, which must not exist yet."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def demo(stay: bool, into: Path | None, as_json: bool) -> int:
    """Show the whole job in a minute, without the internet.

    Opens the bundled newsroom (invented sites in English, Arabic, Sorani and Kurmanji, on this machine only), crawls
    it onto a new desk as any site is crawled, edits one story at its source, crawls again, and posts alerts to a
    webhook on this machine. Shows what came of it, and leaves the desk behind to try other commands on.

    \b
    Example: khabar demo
    """
    from crawler.cli.logs import log_to_terminal  # noqa: PLC0415
    from crawler.demo import crawl_and_tell, make_desk, read_report  # noqa: PLC0415 -- Scrapy takes a second to load
    from crawler.newsroom import Newsroom  # noqa: PLC0415
    from crawler.newsroom.sink import WebhookSink  # noqa: PLC0415
    from crawler.progress import CrawlProgress  # noqa: PLC0415

    log_to_terminal(verbose=False)
    begun = time.monotonic()
    with Newsroom() as newsroom, WebhookSink() as sink:
        desk = make_desk(newsroom, sink, into)
        with CrawlProgress(hidden=as_json) as progress:
            crawls = crawl_and_tell(desk, newsroom, progress.watch)
        if len(crawls) < 2:
            raise click.Abort
        report = read_report(desk, newsroom, crawls, sink.received)
        seconds = time.monotonic() - begun
        if as_json:
            click.echo(plain_json(as_dict(report, seconds)))
        else:
            from crawler.cli.demo_view import print_report  # noqa: PLC0415 -- rich, which --json does without

            print_report(report, next_commands(report), seconds, serve=serve_command(report))
        if stay:
            _wait(newsroom, sink)
    return 1 if any(crawl.troubled for crawl in crawls) else 0


def as_dict(report: "DemoReport", seconds: float) -> dict[str, Any]:
    """The report for machines."""
    from crawler.cli import crawl, search  # noqa: PLC0415

    return {
        "desk": str(report.desk),
        "articles": report.articles,
        "seconds": round(seconds, 1),
        "crawls": [crawl.as_dict(summary) for summary in report.crawls],
        "topics": {
            language: {topic: number for topic, number in sorted(counts.items()) if topic}
            for language, counts in sorted(report.topics.items())
        },
        "tags": [asdict(tag) for tag in report.tags],
        "search": [search.as_dict(hit) for hit in report.hits],
        "edited": report.edited.as_dict() if report.edited else None,
        "stories": [[search.as_dict(hit) for hit in copies] for copies in report.stories],
        "received": [{"ref": post.ref, "title": post.title, "message": post.message} for post in report.received],
        "next": next_commands(report),
        "serve": serve_command(report),
    }


def serve_command(report: "DemoReport") -> str:
    """The command that opens the desk that is left behind in a browser."""
    return f"{_khabar(report)} serve --open"


def _khabar(report: "DemoReport") -> str:
    return f"{_program()} --desk {quote(str(report.desk))}"


def next_commands(report: "DemoReport") -> list[str]:
    """Commands that show more of that desk on a terminal."""
    khabar = _khabar(report)
    shown = report.edited.article["id"] if report.edited else "ID"
    return [
        f"{khabar} search داعش --since 24h",
        f"{khabar} search 'topic:us_withdrawal (troops OR کشانەوە OR vekişîna)' --group story",
        f"{khabar} show {shown}",
        f"{khabar} topics explain --language en 'US troops will withdraw from Iraq by September, Baghdad says'",
        f"{khabar} status",
        f"{khabar} alerts list",
        f"{khabar} alerts test --since 2d",
        f"{khabar} brief --since 24h --topic us_withdrawal",
        f"{khabar} export --format jsonl --topic gas_imports",
    ]


def _program() -> str:
    """How `khabar` is called from here: by its name where the shell finds it, else by its path."""
    if shutil.which("khabar"):
        return "khabar"
    beside = Path(sys.executable).parent / "khabar"
    if not beside.exists():
        return f"{quote(sys.executable)} -P -m crawler"
    here = Path.cwd()
    return quote(str(beside.relative_to(here) if beside.is_relative_to(here) else beside))


def _wait(newsroom: "Newsroom", sink: "WebhookSink") -> None:
    """Keeps the sites and the webhook open until Ctrl-C, publishes something now and then, and says what arrives."""
    from crawler.newsroom.late import LATE, publish  # noqa: PLC0415

    click.echo("\nThe sites are open until Ctrl-C, and so is the webhook; what comes and goes is shown here:", err=True)
    for site in newsroom.sites.values():
        click.echo(f"  {site.url}/  {site.style.name}", err=True)
    told, coming, next_one = len(sink.received), list(LATE), time.monotonic() + _BETWEEN
    try:
        while True:
            wait = max(0.0, next_one - time.monotonic()) if coming else 3600.0
            with contextlib.suppress(TimeoutError):
                sink.wait_for(told + 1, seconds=wait)
            for post in sink.received[told:]:
                _say("received", f"{plain(post.title)}  (ref {plain(post.ref or '–')})")
            told = len(sink.received)
            if coming and time.monotonic() >= next_one:
                story, next_one = coming.pop(0), time.monotonic() + _BETWEEN
                publish(newsroom, story)
                _say("published", f"{story.title}  ({newsroom.sites[story.site].style.name})")
    except KeyboardInterrupt:
        return


def _say(what: str, of: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S}  {what:<9}  {of}", err=True)  # noqa: DTZ005 -- the time of a person's wall
