"""The archived article that a person names, by its number or by any of its addresses."""

import sqlite3
from contextlib import closing

import click

from archive.addresses import url_key
from archive.database import open_archive
from archive.reading import Record, find_by_url, has_article, read_record
from crawler.desk import Desk

_LONGEST = 200  # characters of a name that an error repeats


def is_number(named: str) -> bool:
    """Whether *named* can only be the number of an article."""
    return named.isascii() and named.isdigit()


def named_article(desk: Desk, named: str, param_hint: str) -> Record:
    """The article whose number or address is *named*. Raises BadParameter, of *param_hint*, where there is none."""
    with closing(open_archive(desk.archive, read_only=True)) as db:
        record = read_record(db, number_of(db, named, param_hint))
    if record is None:  # it went at this moment
        raise _unknown(named, param_hint)
    return record


def number_of(db: sqlite3.Connection, named: str, param_hint: str) -> int:
    """The id of that article. Raises BadParameter likewise."""
    number = _number(named) if is_number(named) else find_by_url(db, url_key(named))
    if number is None or not has_article(db, number):
        raise _unknown(named, param_hint)
    return number


def _unknown(named: str, param_hint: str) -> click.BadParameter:
    shown = named if len(named) <= _LONGEST else f"{named[:_LONGEST]}…"
    return click.BadParameter(f"the archive holds no article {shown!r}", param_hint=param_hint)


def _number(digits: str) -> int | None:
    """The number of an article; None where it is longer than any."""
    number = int(digits) if len(digits) < 20 else 2**63
    return number if number < 2**63 else None
