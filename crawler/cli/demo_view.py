"""What `khabar demo` shows. Whatever came over HTTP goes through `plain` before it gets to the terminal."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from archive.plain import plain, plain_lines
from archive.search import Hit
from crawler.cli.articles import hit_lines, marked
from crawler.cli.edits_view import revision_lines
from crawler.cli.terminal import out
from crawler.cli.times import shown
from crawler.demo import QUERY, DemoReport, ShownTag
from crawler.progress import reason_lines, summary_table
from seeds.sources import Source, Way

_ZONE = ZoneInfo("Asia/Baghdad")
_STORIES_SHOWN = 4
_HITS_SHOWN = 3
_WAYS: dict[Way, str] = {"feed": "feed", "sitemap": "news sitemap", "listing": "section page", "json": "JSON"}


def print_report(report: DemoReport, commands: Sequence[str], seconds: float, *, serve: str) -> None:
    """Prints *report*, *commands* to go on with, and last the one that shows it in a browser, *serve*."""
    _heading("What each source gave")
    _print([_opening(report), Text("")])
    for number, crawl in enumerate(report.crawls):
        if number:
            _print([Text("\nThen one story was edited at its source, and everything was crawled again:\n")])
        out().print(summary_table(crawl))
        _print(reason_lines(crawl))
    _heading("Articles by topic and language")
    out().print(_topics(report))
    _heading("Three tags, and the sentence that made each")
    for tag in report.tags:
        _print(_tag_lines(tag))
    _heading(f"A search in Arabic, typed in a hurry: {QUERY}")
    for hit in report.hits[:_HITS_SHOWN]:
        _print([*hit_lines(hit, _ZONE), Text("")])
    if len(report.hits) > _HITS_SHOWN:
        _print([Text(f"… and {len(report.hits) - _HITS_SHOWN} more", style="dim")])
    if report.edited:
        _heading("The edit, noticed and kept as a revision")
        _print([Text(plain(report.edited.article["title"] or ""), style="bold"), *revision_lines(report.edited, _ZONE)])
    _heading("Copies that were joined into one story")
    for copies in report.stories[:_STORIES_SHOWN]:
        _print([*_story_lines(copies), Text("")])
    if len(report.stories) > _STORIES_SHOWN:
        _print([Text(f"… and {len(report.stories) - _STORIES_SHOWN} more stories", style="dim")])
    _heading("Alerts: what arrived at a webhook on this machine")
    _print(_arrived(report))
    _heading("Try next")
    for command in commands:
        out().print(Text(command, style="cyan"), soft_wrap=True)  # whole, so that it can be pasted
    _print([Text(f"\n{report.articles} articles in {seconds:.0f} seconds. The desk stays at {report.desk}")])
    _heading("See it in a browser")
    out().print(Text(serve, style="bold cyan"), soft_wrap=True)


def _opening(report: DemoReport) -> Text:
    languages = ", ".join(sorted(report.topics))
    head = f"{len(report.sources)} invented sites on this machine, {report.articles} articles in {languages}:"
    rows = (f"  {site.id:<10}{site.language:<5}{_ways(site):<14}{plain(site.name)}" for site in report.sources)
    return Text("\n".join([head, *rows]))


def _ways(source: Source) -> str:
    """What shows its articles, in words."""
    return " and ".join(_WAYS[kind] for kind, _ in source.ways)


def _heading(text: str) -> None:
    out().print()
    out().rule(Text(text, style="bold"), align="left")


def _print(lines: Iterable[Text]) -> None:
    for line in lines:
        out().print(line, soft_wrap=not out().is_terminal)


def _arrived(report: DemoReport) -> Iterable[Text]:
    yield Text(f"{len(report.received)} messages, one for each story on US withdrawal or ISIS. One in each language:\n")
    for post in report.shown:
        headline, _, rest = plain_lines(post.message).partition("\n")
        yield Text(headline, style="bold")
        yield Text(f"{rest}\n")


def _topics(report: DemoReport) -> Table:
    """A row a topic, a column a language."""
    languages = sorted(report.topics)
    topics = sorted({topic for counts in report.topics.values() for topic in counts if topic})
    table = Table("topic", *(plain(language) for language in languages), "all")
    for column in table.columns[1:]:
        column.justify = "right"
    for topic in [*topics, ""]:
        counts = [report.topics[language][topic] for language in languages]
        table.add_row(
            plain(topic) or "none", *(str(number or "·") for number in counts), str(sum(counts)),
            style="" if topic else "dim",
        )  # fmt: skip
    return table


def _tag_lines(tag: ShownTag) -> Iterable[Text]:
    facts = f"{tag.language}  {', '.join(tag.rules)}: {' + '.join(tag.terms)}"
    yield Text.assemble((plain(tag.topic), "bold cyan"), (f"  {plain(facts)}", "dim"))
    yield Text(plain(tag.title), style="bold")
    yield marked(tag.sentence, tag.marks)
    yield Text("")


def _story_lines(copies: Sequence[Hit]) -> Iterable[Text]:
    for number, hit in enumerate(copies):
        when = shown(hit.published or hit.first_seen, _ZONE)
        yield Text.assemble((f"{'└ ' if number else ''}{when}  {plain(hit.source)}  ", "dim"), plain(hit.title or "?"))
