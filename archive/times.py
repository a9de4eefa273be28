"""Instants as the archive writes them, and the spans of time that a person asks for. Pure.

An instant is stored as UTC text of one width, to the second, so that it sorts as it stands.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_AGO = re.compile(r"(\d{1,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_EXAMPLES = 'must be a span such as 24h or 7d, a date such as 2026-01-31, or an instant such as "2026-01-31T14:00Z"'


def to_text(instant: datetime) -> str:
    """The aware *instant* as the archive stores it: 2026-01-31T14:00:00Z."""
    return instant.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat() + "Z"


def from_text(text: str) -> datetime:
    """The instant that `to_text` wrote, aware, in UTC."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def epoch_seconds(text: str) -> int:
    """Seconds since 1970 of an instant that `to_text` wrote."""
    return int(from_text(text).timestamp())


def for_reading(instant: datetime) -> str:
    """The aware *instant* within a sentence, to the minute: 2026-01-31T14:00Z."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def spell(span: timedelta) -> str:
    """*span* in the largest unit of which it has two: 50 min, 9 h, 3 days."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 2 * 24 * 60 else f"{round(minutes / 60 / 24)} days"


def spell_delay(seconds: int) -> str:
    """How long after another thing something came: +12 min, +3 h 05, +2 d 04 h."""
    minutes = seconds // 60
    if minutes < 60:
        return f"+{minutes} min"
    if minutes < 2 * 24 * 60:
        return f"+{minutes // 60} h {minutes % 60:02}"
    return f"+{minutes // (24 * 60)} d {minutes // 60 % 24:02} h"


def begin_of(words: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The instant that `since WORDS` begins with: 24h ago, the first of a day (month, year) in *zone*, an instant.

    Raises ValueError with a reason that tells what may stand there.
    """
    return _bounds(words, now, zone)[0]


def end_of(words: str, *, now: datetime, zone: tzinfo) -> datetime:
    """The instant before which `until WORDS` ends: a day is meant with all its hours, an instant is the end itself.

    Raises ValueError like `begin_of`.
    """
    return _bounds(words, now, zone)[1]


def _bounds(words: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    words = words.strip()
    try:
        if match := _AGO.fullmatch(words.lower()):
            instant = now - timedelta(**{_UNITS[match[2]]: int(match[1])})
            return instant, instant
        if match := _DATE.fullmatch(words):
            return _day_bounds(int(match[1]), int(match[2] or 0), int(match[3] or 0), zone)
        instant = datetime.fromisoformat(words.upper().replace(" ", "T", 1))
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        instant.astimezone(UTC)  # an instant at the rim of the calendar has no place in UTC
    except (ValueError, OverflowError) as error:
        raise ValueError(_EXAMPLES) from error
    return instant, instant


def _day_bounds(year: int, month: int, day: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """*month* and *day* are 0 where the whole year or month is meant."""
    begin = datetime(year, month or 1, day or 1, tzinfo=zone)
    if day:
        after = begin + timedelta(days=1)  # wall time: the next midnight, also where the clock changes in between
    elif month:
        after = begin.replace(year=year + month // 12, month=month % 12 + 1)
    else:
        after = begin.replace(year=year + 1)
    begin.astimezone(UTC), after.astimezone(UTC)
    return begin, after


def zone_named(name: str | None) -> tzinfo | None:
    """The zone that an article or a source names: "+03:00", "Z" or "Asia/Baghdad"; None where there is no such."""
    if not name:
        return None
    if name.upper() in ("Z", "UTC"):
        return UTC
    try:
        if name[0] in "+-":
            return datetime.fromisoformat(f"2000-01-01T00:00{name}").tzinfo
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # what is no zone, nor even a name of one
        return None
