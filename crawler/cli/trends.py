"""`khabar trends`: whether a topic is in the news more than it was."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, tzinfo
from typing import Any

import click

from alerts.messages.charts import chart
from archive.database import open_archive
from archive.names import read_names
from archive.plain import plain_json
from archive.times import to_text
from archive.trends import Step, Trend, bounds
from archive.trends import trends as read_trends
from crawler.cli import pass_desk
from crawler.cli.filters import read_filters
from crawler.cli.times import TIME_HELP
from crawler.desk import Desk
from seeds.definitions import matches_one

_WIDEST = 60


@click.command()
@click.option(
    "--topic", "topics", multiple=True, metavar="ID", help="Only this topic (* stands for anything); repeatable."
)
@click.option(
    "--source", "sources", multiple=True, metavar="ID", help="Only of this source (* stands for anything); repeatable."
)
@click.option("--since", metavar="WHEN", default="30d", show_default=True, help=f"From then on: {TIME_HELP}.")
@click.option("--by", type=click.Choice(["hour", "day", "week"]), default="day", show_default=True, help="A step.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines on standard output, one a topic.")
@pass_desk
def trends(
    desk: Desk, *, topics: tuple[str, ...], sources: tuple[str, ...], since: str, by: Step, as_json: bool
) -> None:  # fmt: skip
    """Tell how many articles there were in all and of each topic, and how today compares with the days before.

    Counted is by publication, or first sight where a date is missing. A chart has its own scale; a point is none.
    Today goes on, so that its figure still grows.

    \b
    Example: khabar trends --topic isis --topic 'us_*' --since 90d --by week
    """
    now, zone = datetime.now(UTC), desk.zone
    chosen = {"topics": topics, "sources": sources, "languages": (), "since": since, "until": None}
    with closing(open_archive(desk.archive, read_only=True)) as db:
        filters, names = read_filters(desk, db, chosen), read_names(db)
        try:
            spans = bounds(filters.since or now, now, by, zone)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--since") from error
        wanted = {name: number for name, number in sorted(names.topics.items()) if _fits(name, topics)}
        of_sources = [name for name in names.sources if _fits(name, sources)] if sources else None
        found = read_trends(db, spans, topics=wanted, sources=of_sources, now=now, zone=zone)
    shown = [one for one in found if one.topic is None or topics or one.total]
    shown.sort(key=lambda one: (one.topic is not None, -one.total))
    if as_json:
        for trend in shown:
            click.echo(plain_json(_as_dict(trend, spans, by)))
    else:
        _print(shown, spans, by, zone)


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or matches_one(name, patterns)


def _as_dict(trend: Trend, spans: list[datetime], by: Step) -> dict[str, Any]:
    series = [{"begin": to_text(begin), "articles": number} for begin, number in zip(spans, trend.counts, strict=False)]
    return {
        "topic": trend.topic, "by": by, "total": trend.total, "mean": _rounded(trend.mean), "today": trend.today,
        "ratio": _rounded(trend.ratio), "series": series,
    }  # fmt: skip


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


def _print(shown: list[Trend], spans: list[datetime], by: Step, zone: tzinfo) -> None:
    from crawler.cli.terminal import out  # noqa: PLC0415 -- rich, which --json does without

    widest = max(len(_name(one)) for one in shown)
    room = max(10, min(_WIDEST, out().width - widest - 34))
    lines = [f"{'topic':<{widest}}   total  per day  today", *(_line(one, widest, room) for one in shown)]
    begin = spans[0].astimezone(zone)
    lines.append(f"By {by}, from {begin:%Y-%m-%d %H:%M} ({begin:%Z}) to now.")
    out().print(*lines, sep="\n", soft_wrap=not out().is_terminal)


def _line(trend: Trend, widest: int, room: int) -> str:
    mean = "–" if trend.mean is None else f"{trend.mean:,.1f}"
    ratio = "" if trend.ratio is None else f"×{trend.ratio:.1f}"
    figures = f"{trend.total:>7,} {mean:>8} {trend.today:>6,} {ratio:>6}"
    return f"{_name(trend):<{widest}} {figures}  {chart(trend.counts, room)}"


def _name(trend: Trend) -> str:
    return "all articles" if trend.topic is None else trend.topic
