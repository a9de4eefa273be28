"""`khabar topics match`: texts that need not be in the archive, tagged."""

from pathlib import Path
from typing import IO

import click

from crawler.cli import pass_desk
from crawler.cli.topics.drafts import DRAFTS
from crawler.cli.topics.lines import LINES, Unread, matched, print_lines, read_lines
from crawler.desk import Desk


@click.command("match")
@click.argument("file", type=LINES, default="-")
@DRAFTS
@pass_desk
def match_lines(desk: Desk, *, file: IO[str], drafts: tuple[Path, ...]) -> None:
    """Tag texts: JSON Lines in FILE or on standard input, each with id, title, text and language; JSON Lines out.

    \b
    Example: khabar topics match articles.jsonl
    """
    packs = desk.packs_with(drafts)
    unread = Unread(packs)
    for _, document in read_lines(file):
        unread.see(document)
        print_lines([matched(packs, document)])
    unread.tell()
