"""The kept page of one version of an article, as `khabar show` names it and writes it out.

It is never opened here, nor shown on a terminal: it is what some server sent.
"""

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from archive.database import explained
from archive.errors import ArchiveError
from archive.packed_page import PackedPage
from archive.pages import open_pages, pages_beside, read_kept
from archive.plain import plain
from crawler.cli.times import shown
from crawler.desk import Desk

_WARNING = "this is what the server sent: a browser that opens it runs its scripts, and asks for what it names"


def write_page(desk: Desk, version: dict[str, Any], output: Path | None) -> None:
    """Writes the page of *version*, a row with `page_sha256`, to *output*, else to standard output where that is no
    terminal. Raises click.ClickException where it is not kept, or where a terminal would get it; ArchiveError.
    """
    page = _kept(desk, version["page_sha256"])
    if page is None:
        why = "it is not known which" if version["page_sha256"] is None else f"SHA-256 {version['page_sha256']}"
        raise click.ClickException(f"the page of this version is not kept ({why})")
    body = page.body
    if output is not None:
        output.write_bytes(body)
    elif sys.stdout.isatty():
        raise click.ClickException(f"a page is not for a terminal; --output FILE keeps it, but {_WARNING}")
    else:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
    click.echo(plain(f"{page.url}: {len(body):,} bytes; {_WARNING}"), err=True)


def page_lines(desk: Desk, versions: Sequence[dict[str, Any]], extractions: Sequence[dict[str, Any]]) -> Iterable[Text]:
    """Which page the latest of *versions* was read from, of how many earlier ones the page is kept, and what other
    readings changed."""
    latest = versions[-1]
    if latest["page_sha256"] is not None:
        yield Text("\nPage", style="bold")
        try:
            kept = [_kept(desk, version["page_sha256"]) for version in versions]
        except ArchiveError as error:
            kept = []
            yield Text(plain(f"  the kept pages cannot be read: {error}"), style="red")
        facts = f"  fetched {shown(latest['page_fetched'], desk.zone)}, SHA-256 {latest['page_sha256']}"
        yield Text(f"{facts}, {_words(kept[-1]) if kept else 'not read'}", style="dim")
        if earlier := sum(page is not None for page in kept[:-1]):
            yield Text(f"  of {len(versions) - 1} earlier versions {earlier} have a kept page", style="dim")
    if extractions:
        yield Text("\nOther readings", style="bold")
    numbers = {version.get("id"): number for number, version in enumerate(versions[:-1], 1)}
    for one in extractions:
        of = f"version {numbers.get(one['revision'], '?')}" if one["revision"] is not None else "the latest version"
        words = f", {one['change']:.1%} of the words" if one["change"] else ""
        yield Text(
            f"  {shown(one['at'], desk.zone)}, {one['code']}: of {of}, {', '.join(one['changed'])}{words}", style="dim"
        )


def _words(page: PackedPage | None) -> str:
    if page is None:
        return "not kept"
    return f"kept, {page.size:,} bytes{', as a browser drew it' if page.rendered else ''}"


def _kept(desk: Desk, sha256: str | None) -> PackedPage | None:
    path = pages_beside(desk.archive)
    if sha256 is None or not path.exists():
        return None
    with explained(path), closing(open_pages(path, read_only=True)) as pages:
        return read_kept(pages, bytes.fromhex(sha256))
