"""The options by which `search`, `export` and their like choose articles."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, TypeVar

import click

from archive.names import read_names
from archive.search import Filters
from crawler.cli.times import TIME_HELP, read_since, read_until, zone_of
from crawler.desk import Desk
from seeds.definitions import nearest

R = TypeVar("R")

_OPTIONS = (
    click.option("--topic", "topics", multiple=True, metavar="ID", help="With this topic; repeated, any of them."),
    click.option(
        "--source", "sources", multiple=True, metavar="ID", help="Of this source (* stands for anything); repeatable."
    ),
    click.option(
        "--language", "languages", multiple=True, metavar="TAG", help="In this language (ku: any Kurdish)."
    ),
    click.option("--since", metavar="WHEN", help=f"Published (else first seen) since {TIME_HELP}."),
    click.option("--until", metavar="WHEN", help="… and until then; a date is meant with the whole day."),
)  # fmt: skip


def filter_options(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command the options, and hands it their words as one argument `chosen`."""

    @wraps(command)
    def with_chosen(*args: Any, **kwargs: Any) -> R:
        names = ("topics", "sources", "languages", "since", "until")
        return command(*args, chosen={name: kwargs.pop(name) for name in names}, **kwargs)

    for option in reversed(_OPTIONS):
        with_chosen = option(with_chosen)
    return with_chosen


def read_filters(desk: Desk, db: sqlite3.Connection, chosen: dict[str, Any]) -> Filters:
    """The filters that *chosen* means. Raises click.BadParameter where it names no topic or source there is."""
    zone, names = zone_of(desk), read_names(db)
    # The desk's own definitions take a while to read, and are asked only for what the archive has not seen yet.
    _check("--topic", chosen["topics"], names.topics, lambda: desk.packs.topics)
    _check("--source", chosen["sources"], names.sources, lambda: desk.sources)
    return Filters(
        topics=chosen["topics"],
        sources=chosen["sources"],
        languages=chosen["languages"],
        since=read_since(chosen["since"], zone),
        until=read_until(chosen["until"], zone),
    )


def _check(option: str, words: Sequence[str], known: Collection[str], more: Callable[[], Iterable[str]]) -> None:
    for word in words:
        if any(fnmatchcase(name, word) for name in known):
            continue
        names = {*known, *more()}
        if not any(fnmatchcase(name, word) for name in names):
            hint = nearest(word, names)
            also = f'; did you mean "{hint}"?' if hint else ""
            raise click.BadParameter(f"neither the desk nor the archive knows {word!r}{also}", param_hint=option)
