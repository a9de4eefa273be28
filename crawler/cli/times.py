"""Time as a desk's people say and read it: in the desk's zone."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

import click

from archive.times import begin_of, end_of, from_text

TIME_HELP = "a span (24h, 7d), a date (2026-01-31) or an instant (2026-01-31T14:00Z)"


def read_since(words: str | None, zone: tzinfo) -> datetime | None:
    """The instant that `--since WORDS` means. Raises click.BadParameter."""
    return _read(words, zone, begin_of, "--since")


def read_until(words: str | None, zone: tzinfo) -> datetime | None:
    """The instant before which `--until WORDS` ends. Raises click.BadParameter."""
    return _read(words, zone, end_of, "--until")


def shown(text: str | None, zone: tzinfo) -> str:
    """A stored instant as people read it, to the minute; a dash where there is none."""
    return f"{from_text(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else "–"


def _read(words: str | None, zone: tzinfo, read: Callable[..., datetime], option: str) -> datetime | None:
    if words is None:
        return None
    try:
        return read(words, now=datetime.now(UTC), zone=zone)
    except ValueError as error:
        raise click.BadParameter(f"{words!r} {error}", param_hint=option) from error
