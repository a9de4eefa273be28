"""The options by which `search`, `export` and their like choose articles."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, TypeVar

import click

from archive.errors import QueryError
from archive.names import Names, read_names
from archive.plain import plain
from archive.plan import is_language, is_site
from archive.query import parse
from archive.query_tree import filters_in
from archive.saved import unknown_search, with_saved
from archive.search import Filters
from crawler.cli.times import TIME_HELP, read_since, read_until
from crawler.desk import Desk
from seeds.definitions import did_you_mean, is_language_tag

R = TypeVar("R")

_NO_TAG = 'is no language tag such as "en", "ar", "ckb", "kmr" or "ku"'

_LONGEST_SHOWN = 60  # characters of what nobody knows

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
    return _with_options(command, _OPTIONS)


def saved_option(command: Callable[..., R]) -> Callable[..., R]:
    """Gives a command that takes a query the option to name saved ones: `saved`, for `read_query`."""
    help_text = "A saved search of the desk ([searches] in desk.toml), as saved:NAME in the query; repeatable."
    return click.option("--saved", multiple=True, metavar="NAME", help=help_text)(command)


def read_query(desk: Desk, words: Sequence[str], saved: Sequence[str]) -> str:
    """The query of these *words* and *saved* searches, with no name of a saved one left. Raises QueryError."""
    for name in saved:
        if name not in desk.config.searches:
            raise click.BadParameter(unknown_search(name, desk.config.searches), param_hint="--saved")
    named = (f"({desk.config.searches[name]})" for name in saved)
    return " ".join([*named, with_saved(" ".join(words), desk.config.searches)])


def scope_options(command: Callable[..., R]) -> Callable[..., R]:
    """The same without --topic, for a command that asks which topics articles have."""
    return _with_options(command, _OPTIONS[1:])


def _with_options(command: Callable[..., R], options: Sequence[Callable[[Any], Any]]) -> Callable[..., R]:
    @wraps(command)
    def with_chosen(*args: Any, **kwargs: Any) -> R:
        names = ("topics", "sources", "languages", "since", "until")
        return command(*args, chosen={name: kwargs.pop(name, ()) for name in names}, **kwargs)

    for option in reversed(options):
        with_chosen = option(with_chosen)
    return with_chosen


def read_filters(desk: Desk, db: sqlite3.Connection, chosen: dict[str, Any], query: str = "") -> Filters:
    """The filters that *chosen* means. Raises click.BadParameter, or QueryError for *query*, where one of them asks
    for a topic, source or language that cannot be: a silent "nothing" would be taken for an answer.
    """
    zone, names = desk.zone, read_names(db)
    # The desk's own definitions take a while to read, and are asked only for what the archive has not seen yet.
    _check("--topic", chosen["topics"], names.topics, lambda: desk.packs.topics)
    _check("--source", chosen["sources"], names.sources, lambda: desk.sources)
    for tag in chosen["languages"]:
        if (reason := _unknown_language(tag, names.languages, desk)) is not None:
            raise click.BadParameter(f"{tag!r} {reason}", param_hint="--language")
    _check_query(desk, names, query)
    return Filters(
        topics=chosen["topics"],
        sources=chosen["sources"],
        languages=chosen["languages"],
        since=read_since(chosen["since"], zone),
        until=read_until(chosen["until"], zone),
    )


def _check_query(desk: Desk, names: Names, query: str) -> None:
    for part in filters_in(parse(query)):
        shown = f'"{plain(part.value[:_LONGEST_SHOWN])}"'
        if part.name == "topic":
            hint = _unknown(part.value, names.topics, lambda: desk.packs.topics, shown)
        elif part.name == "source":
            hint = _unknown(part.value, names.sources, lambda: desk.sources, shown)
        elif part.name == "site":
            hint = _unknown_site(part.value, names.sites)
        else:
            hint = _unknown_language(part.value, names.languages, desk) if part.name == "lang" else None
        if hint is not None:
            raise QueryError(f'"{part.name}:" {hint}', query, part.position)


def _unknown_site(word: str, known: Collection[str]) -> str | None:
    """As `_unknown`, of a host."""
    if any(is_site(site, [word]) for site in known):
        return None
    return "is no site that the archive has articles of" + did_you_mean(word, known)


def _unknown_language(tag: str, known: Collection[str], desk: Desk) -> str | None:
    """As `_unknown`, of a language."""
    if not is_language_tag(tag):
        return _NO_TAG
    if any(is_language(language, [tag]) for language in known):
        return None
    languages = {*known, *(source.language for source in desk.sources.values() if source.language)}
    if any(is_language(language, [tag]) for language in languages):
        return None
    return "is the language of no article in the archive, nor of a source of the desk" + did_you_mean(tag, languages)


def _check(option: str, words: Sequence[str], known: Collection[str], more: Callable[[], Iterable[str]]) -> None:
    for word in words:
        if (hint := _unknown(word, known, more, repr(word))) is not None:
            raise click.BadParameter(hint, param_hint=option)


def _unknown(word: str, known: Collection[str], more: Callable[[], Iterable[str]], shown: str) -> str | None:
    """None where *word* fits a name; else that it does not, and what was probably meant. *more* names take a while to
    read. The word is *shown* so.
    """
    if any(fnmatchcase(name, word) for name in known):
        return None
    names = {*known, *more()}
    if any(fnmatchcase(name, word) for name in names):
        return None
    return f"neither the desk nor the archive knows {shown}{did_you_mean(word, names)}"
