"""`khabar extract`: clean one page, or many from a file, without crawling or archiving anything."""

import asyncio
import gzip
import json
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from archive.database import open_archive
from archive.lines import Recurring, recurring_among
from archive.plain import plain, plain_json, plain_lines
from archive.recurring import latest_lines
from crawler.cli import pass_desk
from crawler.cli.terminal import err, out
from crawler.desk import Desk
from pipelines.page import Page
from seeds.sources import Source

if TYPE_CHECKING:
    from archive.article import Article
    from pipelines.extraction.witnesses import Finding
    from pipelines.workers import Workers

_FIELDS = (
    "url", "title", "headline", "authors", "published", "published_raw", "published_zone", "published_precision",
    "modified", "language", "dateline", "section", "image", "keywords", "text",
)  # fmt: skip
_AHEAD = 4  # pages a worker in flight: enough that none waits, few enough that memory is flat
_LONGEST_SHOWN = 160  # characters of what a witness says
_NOWHERE = "http://page.invalid/"  # the address of a page that was given none


@click.command()
@click.argument("page", required=False, metavar="FILE|URL|-")
@click.option("--url", default="", help="Where the page was read; its links and dates are understood from it.")
@click.option(
    "--explain", is_flag=True, help="Show, for each field, which part of the page won and what the others said."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option(
    "--batch", type=click.Path(path_type=Path, dir_okay=False), help="JSON Lines with id, url and html (.gz too)."
)
@pass_desk
def extract(desk: Desk, *, page: str | None, url: str, explain: bool, as_json: bool, batch: Path | None) -> int:
    """Clean one page: title, authors, instant, language, text.

    FILE is HTML, - is standard input, a URL is fetched once with the bounds of a crawl. With --batch, every line of a
    file is cleaned in worker processes, in order, into JSON Lines; a page that holds no article gives its id and an
    error. Exit code 1 where one did.

    \b
    Example: khabar extract page.html --url https://news.example/en/1 --explain
    """
    if (page is None) == (batch is None):
        raise click.UsageError("give either one page (a file, a URL or -) or --batch FILE")
    if batch is not None:
        return asyncio.run(_extract_batch(batch))
    where, source = str(page), _source_for(desk, url or str(page))
    return _extract_one(
        where, _fetched(desk, where, url), source, _recurring(desk, source), as_json=as_json, explain=explain
    )


def _extract_one(where: str, page: Page, source: Source, recurring: Recurring, *, as_json: bool, explain: bool) -> int:
    from pipelines.extraction.article import Unusable  # noqa: PLC0415 -- trafilatura takes a while
    from pipelines.workers import WorkerFault  # noqa: PLC0415

    try:
        article, findings = asyncio.run(_explained(page, source, recurring))
    except (Unusable, WorkerFault) as error:
        click.echo(f"khabar: {plain(where)}: {error}", err=True)
        return 1
    row = as_row(where, article)
    if as_json:
        if explain:
            row["explained"] = {field: _as_explained(finding) for field, finding in findings.items()}
        click.echo(plain_json(row))
        return 0
    for field in _FIELDS[:-1]:
        if row[field]:
            shown = ", ".join(row[field]) if isinstance(row[field], list) else row[field]
            _show(field, shown)
        if explain and field in findings:
            _show_finding(field, findings[field], found=bool(row[field]))
    if explain:
        _show_finding("text", findings["text"], found=False)
    out().print()
    out().print(plain_lines(article.text), soft_wrap=True)
    return 0


def _as_explained(finding: "Finding[Any]") -> dict[str, Any]:
    """What `--explain --json` says of a field."""
    said = [[where, _shortened(said)] for where, said in finding.said]
    return {"won": finding.won or None, "confidence": finding.confidence, "said": said}


def _show_finding(field: str, finding: "Finding[Any]", *, found: bool) -> None:
    """The confidence in a field beneath it, then a line for each witness; the one that was believed has a mark."""
    _show("" if found else field, finding.confidence, style="green")
    for where, said in finding.said:
        mark = "*" if where == finding.won else " "
        out().print(f"{'':<20}{mark} {where}: {_shortened(plain(said))}", style="dim", soft_wrap=True)


def _show(field: str, text: str, style: str = "") -> None:
    out().print(f"{field:<20}{plain(text)}", style=style, soft_wrap=True)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text):,} characters)"


async def _explained(page: Page, source: Source, recurring: Recurring) -> tuple["Article", dict[str, "Finding[Any]"]]:
    """In a process of its own: no page may take minutes, or all memory."""
    from pipelines.extraction.article import explain_article  # noqa: PLC0415
    from pipelines.workers import Workers  # noqa: PLC0415

    workers = Workers(1, preload=["pipelines.extraction.article"])
    try:
        return await workers.run(explain_article, page, source, recurring)
    finally:
        workers.close()


async def _extract_batch(batch: Path) -> int:
    from pipelines.workers import Workers  # noqa: PLC0415

    workers, failed = Workers(preload=["pipelines.extraction.article"]), 0
    source = Source(id="batch", name="batch")
    under_way: deque[asyncio.Task[dict[str, Any]]] = deque()
    try:
        with _Counter() as counter, _lines(batch) as lines:
            for page in _read_pages(batch, lines):
                under_way.append(asyncio.create_task(_extract_line(workers, source, *page)))
                if len(under_way) >= _AHEAD * workers.count:
                    failed += _write(await under_way.popleft(), counter)
            while under_way:
                failed += _write(await under_way.popleft(), counter)
    finally:
        for task in under_way:
            task.cancel()
        workers.close()
    return 1 if failed else 0


async def _extract_line(workers: "Workers", source: Source, name: Any, page: Page) -> dict[str, Any]:
    from pipelines.extraction.article import Unusable, extract_article  # noqa: PLC0415
    from pipelines.workers import WorkerFault  # noqa: PLC0415

    try:
        return as_row(name, await workers.run(extract_article, page, source))
    except (Unusable, WorkerFault) as error:
        return {"id": name, "url": page.url, "error": error.name}


def as_row(name: Any, article: "Article") -> dict[str, Any]:
    """An article as the contract's `extract` line has it: times keep the zone that was declared."""
    row: dict[str, Any] = {"id": name, **{field: getattr(article, field) for field in _FIELDS}}
    if article.url == _NOWHERE:
        row["url"] = None
    row["authors"], row["keywords"] = list(article.authors), list(article.keywords)
    if article.published:
        by_day = article.published_precision == "day"
        row["published"] = article.published.date().isoformat() if by_day else article.published.isoformat()
    if article.modified:
        row["modified"] = article.modified.isoformat()
    return row


def _fetched(desk: Desk, where: str, url: str) -> Page:
    if where.startswith(("http://", "https://")):
        from crawler.single import NotFetched, fetch_page  # noqa: PLC0415

        try:
            own = {host for source in desk.sources.values() if source.private for host in source.hosts}
            return fetch_page(where, desk.config, own)
        except NotFetched as error:
            raise click.ClickException(str(error)) from error
    try:
        body = sys.stdin.buffer.read() if where == "-" else Path(where).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{where}: cannot be read ({error.strerror})") from error
    return _page(url, body, ())


def _page(url: str, body: bytes, headers: tuple[tuple[str, str], ...]) -> Page:
    where = url or _NOWHERE
    return Page(
        url=where, requested=where, source="", status=200, headers=headers, body=body, fetched=datetime.now(UTC)
    )


def _source_for(desk: Desk, url: str) -> Source:
    """The source of the desk to which *url* belongs, for its zone and selectors; else one that knows nothing."""
    try:
        host = urlsplit(url).hostname
    except ValueError:  # whoever reads or fetches the page tells what is wrong with its address
        host = None
    for source in desk.sources.values():
        if host and host in source.hosts and source.is_article(url):
            return source
    return Source(id="page", name="page")


def _recurring(desk: Desk, source: Source) -> Recurring:
    """What the desk's archive knows to recur on the articles of *source*; nothing where it has no archive yet."""
    if source.id not in desk.sources or not desk.archive.exists():
        return Recurring()
    with closing(open_archive(desk.archive, read_only=True)) as db:
        return recurring_among(latest_lines(db, source.id))


def _lines(batch: Path) -> IO[str]:
    try:
        return gzip.open(batch, "rt", encoding="utf-8") if batch.suffix == ".gz" else batch.open(encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{batch}: cannot be read ({error.strerror})") from error


def _read_pages(batch: Path, lines: IO[str]) -> Iterator[tuple[Any, Page]]:
    html = (("Content-Type", "text/html; charset=utf-8"),)
    try:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                name, url, text = row["id"], row.get("url") or "", row["html"] or ""
                body = text.encode("utf-8", "replace")
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                reason = "must be a JSON object with id, url and html"
                raise click.ClickException(f"{batch}: line {number}: {reason}") from error
            yield name, _page(str(url), body, html)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{batch}: cannot be read as JSON Lines ({error})") from error


class _Counter:
    """Progress on a terminal; nothing in a pipe."""

    def __init__(self) -> None:
        self._done, self._shown = 0, err().is_terminal

    def __enter__(self) -> "_Counter":
        return self

    def __exit__(self, *error: object) -> None:
        if self._shown:
            click.echo("", err=True)

    def step(self) -> None:
        """One more page is done."""
        self._done += 1
        if self._shown:
            click.echo(f"\r{self._done} pages", err=True, nl=False)


def _write(row: dict[str, Any], counter: _Counter) -> bool:
    """Prints a line; whether it is an error."""
    counter.step()
    click.echo(plain_json(row))
    return "error" in row
