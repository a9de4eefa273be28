"""`khabar sources check`: tries sources without keeping anything, and says what is wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

import click

from archive.plain import plain, plain_json
from archive.times import from_text, to_text, zone_named
from crawler.cli import compared, pass_desk
from crawler.cli.crawl import choose
from crawler.cli.logs import log_to_terminal
from crawler.cli.terminal import out
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from crawler.elsewhere import check_none_out
from seeds.definitions import DefinitionError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from archive.trial import TriedPage
    from crawler.scouting.trial import SourceReport, WayReport
    from crawler.scouting.verdict import Verdict

_STALE_DAYS = 7


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--stale", type=click.IntRange(1, 3650), default=_STALE_DAYS, show_default=True, metavar="DAYS",
    help="A feed whose newest entry is older is stale.",
)  # fmt: skip
@click.option(
    "--render", is_flag=True, help="Read each page plain and rendered by a browser, and say what rendering gains."
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, one for each source.")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens to every URL, on standard error.")
@pass_desk
def check(
    desk: Desk, sources: tuple[str, ...], *, stale: int, render: bool, as_json: bool, verbose: bool
) -> int:  # fmt: skip
    """Try the enabled sources, or those named: what answers, what is stale, what a few articles yield.

    It crawls each of them as "khabar crawl" does, but three pages at most, and keeps nothing. Exit code 1 where a
    source yields nothing usable; its last line says why.

    \b
    Example: khabar sources check 'shafaq-*' --render
    """
    from crawler.progress import CrawlProgress  # noqa: PLC0415 -- Scrapy takes a second to load
    from crawler.rendering.chromium import check_rendering, rendering_fault  # noqa: PLC0415
    from crawler.scouting.comparing import gain  # noqa: PLC0415
    from crawler.scouting.trial import try_sources  # noqa: PLC0415
    from crawler.scouting.verdict import verdict, with_rendering  # noqa: PLC0415

    desk.check()
    chosen = choose(desk, sources)
    if render and (fault := rendering_fault(desk.config.proxy)):
        raise DefinitionError(desk.root, "--render", f"cannot be: {fault}")
    check_rendering(desk, chosen)
    log_to_terminal(verbose)
    with hold_desk(desk.root, alone=False), CrawlProgress(hidden=as_json or verbose) as progress:
        check_none_out(desk, chosen)
        reports = try_sources(desk, chosen, progress.watch, render=render)
    now, stale_after = datetime.now(UTC), timedelta(days=stale)
    judged = [(report, verdict(report, now=now, stale_after=stale_after)) for report in reports]
    if render:
        judged = [(report, with_rendering(report, meaning)) for report, meaning in judged]
    for report, meaning in judged:
        gained = gain(report.source, report.compared) if render else None
        if as_json:
            told = {"rendering": compared.as_dict(report.compared, gained)} if gained else {}
            click.echo(plain_json(as_dict(report, meaning) | told))
        else:
            for part in _shown(report, meaning, desk.zone, now - stale_after):
                out().print(part, soft_wrap=True)  # a title or an address is not to be cut into pieces
            for part in compared.shown(report.compared, gained) if gained else ():
                out().print(part, soft_wrap=True)
    return 0 if all(meaning.usable for _, meaning in judged) else 1


def as_dict(report: "SourceReport", meaning: "Verdict") -> dict[str, Any]:
    """A line of `--json`."""
    return {
        "id": report.source.id,
        "usable": meaning.usable,
        "verdict": plain(" ".join([meaning.words, *meaning.examples])),
        "ways": [
            {
                "kind": way.kind, "url": way.url, "answers": way.answered, "cause": way.cause, "entries": way.entries,
                "articles": way.articles, "newest": to_text(way.newest) if way.newest else None,
                "seconds": way.seconds, "no_articles": list(way.strangers),
            }
            for way in report.ways
        ],
        "samples": [
            {
                "url": page.url, "fate": page.fate, "reason": page.reason, "title": page.title,
                "authors": list(page.authors), "published": page.published, "published_zone": page.zone,
                "published_precision": page.precision, "language": page.language, "words": _words(page),
                "topics": list(page.topics),
            }
            for page in report.samples
        ],
    }  # fmt: skip


def _shown(report: "SourceReport", meaning: "Verdict", zone: tzinfo, stale: datetime) -> "Iterator[RenderableType]":
    """The report of one source as people read it: its ways as a table, its articles in a few lines each."""
    from rich.text import Text  # noqa: PLC0415 -- --json does without

    source = report.source
    yield Text.assemble((source.id, "bold"), f"  {plain(source.name)}")
    yield _ways(report, zone, stale)
    for number, page in enumerate(report.samples, 1):
        yield from _sample(number, page, source.language)
    examples = ["  " + plain(url) for url in meaning.examples]
    said = Text.assemble((f"{source.id}: ", "bold"), (plain(meaning.words), "green" if meaning.usable else "red"))
    yield Text("\n").join([said, *map(Text, examples), Text()])


def _ways(report: "SourceReport", zone: tzinfo, stale: datetime) -> "RenderableType":
    """What is written from right to left would reorder the columns beside it, so addresses stand last."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    timed = any(way.seconds is not None for way in report.ways)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("way")
    for heading in ("entries", "articles"):
        table.add_column(heading, justify="right")
    table.add_column("newest", no_wrap=True)
    if timed:
        table.add_column("seconds", justify="right")
    table.add_column("address", overflow="fold")
    for way in report.ways:
        old = way.newest is not None and way.newest < stale
        newest = f"{way.newest.astimezone(zone):%Y-%m-%d %H:%M}" if way.newest else "undated" if way.entries else "–"
        seconds = [f"{way.seconds:.1f}" if way.seconds is not None else "–"] if timed else []
        fault = _fault(way)
        address = Text.assemble(plain(way.url), *([(f"\n{fault}", "red")] if fault else []))
        table.add_row(
            way.kind, str(way.entries), Text(str(way.articles), style="" if way.articles else "red"),
            Text(newest, style="red" if old else ""), *seconds, address,
        )  # fmt: skip
    return table


def _fault(way: "WayReport") -> str:
    if way.cause:
        return plain(way.cause)
    return "" if way.entries else "shows nothing"


def _sample(number: int, page: "TriedPage", language: str) -> "Iterator[Text]":
    """What a page yielded. Its title and its authors have lines of their own: they may run from right to left."""
    from rich.text import Text  # noqa: PLC0415

    if page.text is None:
        yield Text.assemble(f"  {number}. ", (f"{page.fate}: {plain(page.reason or 'no reason')}", "yellow"))
        yield Text(f"     {plain(page.url)}", style="dim")
        return
    other = f" (language = {language})" if language and page.language and page.language != language else ""
    topics = ", ".join(page.topics) or "no topics"
    told = [_when(page), f"{page.language or 'no language'}{other}", f"{_words(page)} words", plain(topics)]
    yield Text(f"  {number}. {'; '.join(told)}")
    yield Text(f"     {plain(page.title or '(no title)')}", style="bold")
    yield Text(f"     {plain(', '.join(page.authors)) or '(no author)'}", style="dim")


def _when(page: "TriedPage") -> str:
    """When it was published, in the zone that was taken for it, so that a wrong one shows."""

    if not page.published:
        return "undated"
    instant, zone = from_text(page.published).astimezone(zone_named(page.zone) or UTC), plain(page.zone or "UTC")
    if page.precision == "day":
        return f"{instant:%Y-%m-%d} {zone}, the day only"
    return f"{instant:%Y-%m-%d %H:%M} {zone}, to the {page.precision or 'second'}"


def _words(page: "TriedPage") -> int:
    return len((page.text or "").split())
