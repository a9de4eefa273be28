"""When an article was published and first seen, as a message says it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from archive.times import from_text, zone_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Two lines: `published` ("2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC") and `seen`, its distance."""

    published: str
    seen: str


def moments_of(article: dict[str, Any], zone: tzinfo) -> Moments:
    """What to say of the *article*'s times; *zone* is that of its source.

    A date without a time keeps the day that the page named, whatever the zone of the source.
    """
    seen = from_text(article["first_seen"])
    if not article["published"]:
        return Moments(published="no date given", seen=f"first seen {instant_in(seen, zone)}")
    published = from_text(article["published"])
    if article["published_precision"] == "day":
        day = _local(published, _zone_of_day(article, zone))
        days = (_local(seen, _zone_of_day(article, zone)).date() - day.date()).days
        return Moments(
            published=f"{day:%Y-%m-%d}, no time given", seen=f"first seen {instant_in(seen, zone)}, {_days_after(days)}"
        )
    return Moments(published=instant_in(published, zone), seen=f"first seen {_lag(seen - published)}")


def published_in_short(article: dict[str, Any], zone: tzinfo) -> str:
    """When *article* was published, in UTC; a date without a time as the day that its page named."""
    if not article["published"]:
        return "no date given"
    published = from_text(article["published"])
    if article["published_precision"] == "day":
        return f"{_local(published, _zone_of_day(article, zone)):%Y-%m-%d}"
    return instant_in(published, UTC)


def appeared_in(article: Mapping[str, Any], zone: tzinfo) -> str:
    """When *article* was published, in *zone*, which is told elsewhere: a day alone as its page named it; where it
    gave nothing, when it was first seen.
    """
    if not article["published"]:
        return f"seen {_local(from_text(article['appeared']), zone):%Y-%m-%d %H:%M}"
    published = from_text(article["published"])
    if article["published_precision"] == "day":
        return f"{_local(published, _zone_of_day(article, zone)):%Y-%m-%d}"
    return f"{_local(published, zone):%Y-%m-%d %H:%M}"


def instant_in(instant: datetime, zone: tzinfo) -> str:
    """*instant* to the minute in *zone* and in UTC; once where they are one."""
    utc = f"{instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    local = _local(instant, zone)
    name = zone_name(local)
    return utc if name == "UTC" else f"{local:%Y-%m-%d %H:%M} {name} = {utc}"


def zone_name(local: datetime) -> str:
    """The name of the zone of an aware instant ("Asia/Baghdad"), else its offset ("UTC+03:00", "UTC")."""
    if isinstance(local.tzinfo, ZoneInfo) and local.tzinfo.key:
        return local.tzinfo.key
    return timezone(local.utcoffset() or timedelta()).tzname(None)


def _local(instant: datetime, zone: tzinfo) -> datetime:
    try:
        return instant.astimezone(zone)
    except OverflowError:  # the first or the last day of the calendar
        return instant.astimezone(UTC)


def _zone_of_day(article: Mapping[str, Any], zone: tzinfo) -> tzinfo:
    return zone_named(article["published_zone"]) or zone


def _days_after(days: int) -> str:
    if days == 0:
        return "on the day of publication"
    return f"{_count(abs(days), 'day')} {'after' if days > 0 else 'before'} the day of publication"


def _lag(lag: timedelta) -> str:
    """How long after publication; clocks of a source run ahead, and a page may name a time that is still to come."""
    if abs(lag) < timedelta(minutes=1):
        return "within a minute of publication"
    if lag < timedelta():
        return f"{_span(-lag)} before the time that the page gives for its publication"
    return f"{_span(lag)} after publication"


def _span(span: timedelta) -> str:
    """The two greatest units: "4 min", "3 h 20 min", "2 d 3 h"."""
    minutes = int(span.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    amounts = ((days, "d"), (hours, "h"), (0 if days else minutes, "min"))
    return " ".join(f"{number} {unit}" for number, unit in amounts if number)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
