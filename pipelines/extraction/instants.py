"""Reads an instant as people and machines write it: ISO 8601, RFC 822, dates in words, "28 minutes ago".

Nothing here knows where a text stands on a page. What cannot be read is None, never the present moment.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from archive.article import Precision
from pipelines.extraction.calendars import (
    AFTERNOON,
    DUALS,
    MONTHS,
    MORNING,
    NIGHT,
    NUMBERS,
    SOLAR_MONTHS,
    TABLED,
    TODAY,
    UNITS,
    UPDATED,
    WEEKDAYS,
    YESTERDAY,
    ZONES,
    alternatives,
    fold_date,
    from_solar,
)
from pipelines.extraction.plain import clean_line

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""No news site is older; what is, is an unset clock (1970) or a date within the story."""
SKEW = timedelta(days=1)
"""A local time may be read in another zone, and a day begins early somewhere, by at most this much."""
_CLOCK_ERROR = timedelta(minutes=5)
"""By this much clocks of servers differ. A later "Z" is a local time: many systems put it behind whatever they hold."""
_LONGEST = 300  # characters in which a date is looked for
_MOST_FOUND = 6
DATE_MARK = " \0 "  # stands for a date that was taken out of a text


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A moment as a page tells it. `zone` is the offset that it declares, or the name of the zone that was assumed."""

    value: datetime
    zone: str
    precision: Precision
    raw: str
    updated: bool = False  # the text calls it the date of an edit
    surmised: bool = False  # what a feed says is believed before it
    either: date | None = None  # the day, where day and month may be meant the other way round: 03/04/2025

    def other_way_round(self) -> "Instant":
        """The same with day and month exchanged, for good."""
        if self.either is None:
            return self
        return replace(self, value=datetime.combine(self.either, self.value.timetz()), either=None)

    @property
    def coarse(self) -> bool:
        """Whether a finer witness for the same day would be welcome: a day, or a midnight that may only mean one."""
        return self.precision == "day" or (self.value.hour, self.value.minute, self.value.second) == (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What a date is read against: when the page was fetched, the zone where none is declared, the language."""

    fetched: datetime
    zone: str = "UTC"
    language: str | None = None
    month_first: bool = False  # 01/02/2025 is the second of January

    def instant(
        self, day: date, at: time | None, offset: timezone | None, raw: str, precision: Precision
    ) -> Instant | None:
        """An Instant of these parts, or None where it is out of range."""
        try:
            value = datetime.combine(day, at or time(), offset or ZoneInfo(self.zone))
            if offset == UTC and value > self.fetched + _CLOCK_ERROR:
                offset = None
                value = value.replace(tzinfo=ZoneInfo(self.zone))
            inside = EARLIEST <= value <= self.fetched + SKEW
        except (ValueError, OverflowError):
            return None
        zone = _offset_name(offset) if offset else self.zone
        return Instant(value=value, zone=zone, precision=precision, raw=raw) if inside else None


def read_instant(text: str, clock: Clock) -> Instant | None:
    """The first moment that *text* tells, or None."""
    return next(read_instants(text, clock), None)


def read_instants(text: str, clock: Clock) -> Iterator[Instant]:
    """The moments that *text* tells, in their order: "Published … updated …" tells two."""
    raw = clean_line(text[: 2 * _LONGEST])[:_LONGEST]
    if not raw:
        return
    folded = fold_date(raw)
    if machine := _machine(folded, raw, clock):
        yield machine
        return
    found = False
    end = 0
    for match in list(_DATE.finditer(folded))[:_MOST_FOUND]:
        if instant := _from_words(match, folded, raw, clock):
            found = True
            updated = bool(UPDATED.search(folded[end : match.start()]))
            yield replace(instant, updated=updated)
            end = match.end()
    if found:
        return
    if relative := _relative(folded, raw, clock) or _elsewhere(folded, raw, clock):
        yield relative


def is_time(text: str) -> bool:
    """Whether *text* is a time of day and nothing else."""
    match = _ONLY_TIME.fullmatch(fold_date(text)) if len(text) <= 40 else None
    return match is not None and _TIME.fullmatch(match["time"]) is not None


def beside_dates(text: str) -> tuple[str, bool] | None:
    """What *text*, folded, says besides its date, for which DATE_MARK stands; and whether a time of day is with it.

    None where the tables know no date in it: other languages are left to dateparser, which tells no place.
    """
    folded = fold_date(text[:_LONGEST])
    rest = _DATE.sub(DATE_MARK, folded)
    if rest != folded:
        return _TIME.sub(DATE_MARK, rest), bool(_TIME.search(rest))
    if _COUNT.search(folded) and _AGO.search(folded):
        return _AGO.sub(" ", _COUNT.sub(DATE_MARK, folded)), False
    if _NAMED_DAY.search(folded) and _TIME.search(folded):
        return _TIME.sub(DATE_MARK, _NAMED_DAY.sub(DATE_MARK, folded)), False
    return None


_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)"
    r"(?:[t ]+(?P<h>\d\d?):(?P<i>\d\d)(?::(?P<s>\d\d)(?:[.,]\d{1,9})?)?\s?(?P<z>z|utc|gmt|[+-]\d\d:?\d\d|[+-]\d\d)?)?"
    r"(?:\[[\w/]{1,40}\])?"
)
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:t?(?P<h>\d\d)(?P<i>\d\d)(?P<s>\d\d)?(?P<z>z|[+-]\d{4})?)?"
)
_ONLY_TIME = re.compile(r"\W*(?:(?:at|الساعة|ساعت|كاتژمير|سهعات|saet|saat|demjimer)\W{1,3})?(?P<time>.{4,22}?)\W*")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def _machine(folded: str, raw: str, clock: Clock) -> Instant | None:
    """A text that is nothing but an ISO date, a compact one, or seconds since 1970."""
    if match := _ISO.fullmatch(folded) or _COMPACT.fullmatch(folded):
        return _from_parts(match, raw, clock)
    if _EPOCH.fullmatch(folded):
        value = datetime.fromtimestamp(int(folded[:10]), UTC)
        return clock.instant(value.date(), value.time(), UTC, raw, "second")
    return None


def _from_parts(match: re.Match[str], raw: str, clock: Clock) -> Instant | None:
    parts = match.groupdict()
    try:
        day = date(int(parts["y"]), int(parts["m"]), int(parts["d"]))
        at = time(int(parts["h"]) % 24, int(parts["i"]), int(parts["s"] or 0) % 60) if parts["h"] else None
    except ValueError:
        return None
    precision: Precision = "day" if at is None else "second" if parts["s"] else "minute"
    return clock.instant(day, at, _offset(parts["z"]), raw, precision)


_AFTER_NUMBER = r"(?:st|nd|rd|th|er|\.|'?(?:e|ye|ي|يهم|an|in|emin|yem))?"
_MONTHS = alternatives({**MONTHS, **SOLAR_MONTHS})


def _month(number: int) -> str:
    """A month with an ending of its case and a second name: "mijdarê", "كانون الثاني/يناير"."""
    second = rf"(?:\s?[/(]\s?(?:{_MONTHS}|\w{{3,12}})\)?)?"
    return rf"(?P<n{number}>{_MONTHS})(?:'?(?:e|a|an|ya|ye|i|y|ي|ا)|\s?ماه)?\.?{second}(?![^\W\d_])"


def _year(number: int) -> str:
    return rf"(?P<y{number}>(?:19|20)\d\d|13[5-9]\d|14[0-4]\d|27[0-4]\d)(?![\d:])(?:'?an(?![^\W\d_]))?"


_GAP = r"[\s,./|-]{0,3}(?:(?:de|of|i|ي|ا|ه)\s)?"
_HALF = alternatives(AFTERNOON | MORNING | NIGHT)
_DATE = re.compile(
    rf"(?<![\d.])(?<!\d:)(?:"
    rf"(?P<d1>\d\d?){_AFTER_NUMBER}{_GAP}{_month(1)}{_GAP}{_year(1)}"
    rf"|{_month(2)}\s{{0,2}}(?P<d2>\d\d?){_AFTER_NUMBER},?\s{{0,2}}{_year(2)}"
    rf"|{_year(3)}{_GAP}{_month(3)}{_GAP}(?P<d3>\d\d?)(?!\d)"
    rf"|{_year(4)}\s?[-/.\\年년]\s?(?P<m4>\d\d?)\s?[-/.\\月월]\s?(?P<d4>\d\d?)(?!\d)[日일]?"
    rf"|(?P<d5>\d\d?)(?:\s?[-/.\\|]\s?|ي\s)(?P<m5>\d\d?)(?:\s?[-/.\\|]\s?|ي\s){_year(5)}"
    rf"|(?P<d7>[0-3]\d)\.(?P<m7>[01]\d)\.(?P<y7>[0-4]\d)(?![\d.:])"
    rf"|{_month(6)}\s{{1,2}}(?P<d6>\d\d?)\s(?P<t6>\d\d:\d\d(?::\d\d)?)(?P<z6>\s[a-z]{{3,5}})?\s{_year(6)}"
    rf")"
)
_ZONE = (
    r"(?P<z>\(?(?:utc|gmt|غرينتش|جرينتش)?\s?[+-]\d\d?(?::?\d\d)?\)?"
    rf"|\(?(?:بتوقيت\s)?(?:{alternatives(ZONES)})(?![^\W\d_])\)?)?"
)
_TIME = re.compile(
    rf"(?<![\d:./-])(?:(?P<half1>{_HALF})\s)?(?P<h>[01]?\d|2[0-4])"
    rf"(?:(?:[:.時]|\s?h\s?)(?P<i>[0-5]\d)(?::(?P<s>[0-5]\d))?(?![\d/]|-\d)"
    rf"(?:ي(?=\s))?\s?(?P<half2>(?:{_HALF})(?![^\W\d_]))?"
    rf"|\s?(?P<half3>(?:am|pm|a\. ?m\.|p\. ?m\.)(?![^\W\d_])))[\s,]{{0,2}}{_ZONE}"
)
_WEEKDAY = re.compile(rf"(?<![^\W\d_])(?:{alternatives(WEEKDAYS)})(?![^\W\d_])")
_AMERICAN = re.compile(r"(?:\d/\d\d?|\d\d/\d)/\d{4},? \d\d?:\d\d:\d\d [ap]m(?!\w)")
"""What .NET and JavaScript write where nobody chose a form: "2/9/2026 4:40:00 PM" is the ninth of February anywhere."""
_NEAR = 40  # characters between a date and its time of day: "Thursday, 23 January 2025 - last bulletin, 21:04"


def _from_words(match: re.Match[str], folded: str, raw: str, clock: Clock) -> Instant | None:
    day, other = _days(match, folded, clock)
    if day is None:
        return None
    at, offset, precision = _time_beside(match, folded)
    instant = clock.instant(day, at, offset, raw, precision)
    swapped = clock.instant(other, at, offset, raw, precision) if other else None
    return replace(instant, either=other) if instant and swapped else instant or swapped


def _time_beside(match: re.Match[str], folded: str) -> tuple[time | None, timezone | None, Precision]:
    """The time of day within a date, behind it, or before it."""
    if match["y6"]:  # Mon Oct 11 14:57:21 CEST 2021
        within = _TIME.search(match["t6"])
        return _time(within) if within else None, _offset(match["z6"]), "second"
    after = folded[match.end() : match.end() + _NEAR]
    later = _DATE.search(after)
    found = _TIME.search(after[: later.start()] if later else after)
    found = found or _TIME.search(folded[max(0, match.start() - _NEAR // 2) : match.start()])
    return (_time(found), _offset(found["z"]), "second" if found["s"] else "minute") if found else (None, None, "day")


def _days(match: re.Match[str], folded: str, clock: Clock) -> tuple[date | None, date | None]:
    """The day of a date; and the other one that it may mean, where day and month could change places."""
    parts = match.groupdict()
    number = next(number for number in "1234567" if parts[f"y{number}"])
    year, day = int(parts[f"y{number}"]), int(parts[f"d{number}"])
    if number == "7":  # 07.11.26
        year += 2000
    name = " ".join(parts.get(f"n{number}", "").split()) if number in "1236" else ""
    if name in SOLAR_MONTHS and not 1900 < year < 2100:
        return from_solar(year, SOLAR_MONTHS[name], day), None
    month = MONTHS.get(name) if name else int(parts[f"m{number}"])
    if month is None:
        return None, None
    if not 1900 < year < 2100:
        return from_solar(year, month, day) if not name else None, None
    first, other = _date(year, month, day), _date(year, day, month) if number == "5" and day != month else None
    if clock.month_first or first is None:
        first, other = other or first, first if other else None
    if first and other and _AMERICAN.match(folded, match.start()):
        return _date(year, day, month), None
    if first and other and (weekdays := {WEEKDAYS[found] for found in _WEEKDAY.findall(folded)}):
        fits = [reading for reading in (first, other) if reading.weekday() in weekdays]
        return (fits[0], None) if len(fits) == 1 else (first, other)
    return first, other


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time:
    hour = int(match["h"]) % 24
    half = next((match[name] for name in ("half1", "half2", "half3") if match[name]), "")
    if (half in AFTERNOON and hour < 12) or (half in NIGHT and 6 <= hour < 12):
        hour += 12
    elif hour == 12 and (half in MORNING or half in NIGHT):
        hour = 0
    return time(hour, int(match["i"] or 0), int(match["s"] or 0))


_COUNT = re.compile(
    rf"(?<![^\W\d_])(?:(?P<n>\d{{1,3}}|{alternatives(NUMBERS)})\s?)?"
    rf"(?P<u>{alternatives({**UNITS, **DUALS})})(?![^\W\d_])"
)
_AGO = re.compile(r"(?<![^\W\d_])(?:ago|منذ|قبل|پيش|لهمهو ?بهر|لهمهو ?پيش|وهرجه|beri|bere|li ber|once|pes)(?![^\W\d_])")
_NAMED_DAY = re.compile(
    rf"(?<![^\W\d_])(?:(?P<today>{alternatives(TODAY)})|(?P<yesterday>{alternatives(YESTERDAY)}))(?![^\W\d_])"
)


def _relative(folded: str, raw: str, clock: Clock) -> Instant | None:
    """ "28 minutes ago", "yesterday, 14:05", against the moment of fetching."""
    if len(folded) > 80:  # a sentence, not a stamp
        return None
    local = clock.fetched.astimezone(ZoneInfo(clock.zone))
    counted = _COUNT.search(folded)
    if counted and _AGO.search(folded):
        unit = counted["u"]
        told = " ".join((counted["n"] or "1").split())
        ago = DUALS.get(unit) or (int(told) if told.isdigit() else NUMBERS[told]) * UNITS[unit]
        then = local - timedelta(seconds=ago)
        if ago >= UNITS["day"]:
            return clock.instant(then.date(), None, None, raw, "day")
        return clock.instant(then.date(), then.time().replace(second=0, microsecond=0), None, raw, "minute")
    if (named := _NAMED_DAY.search(folded)) and (clock_time := _TIME.search(folded)):
        day = local.date() - timedelta(days=1 if named["yesterday"] else 0)
        return clock.instant(day, _time(clock_time), _offset(clock_time["z"]), raw, "minute")
    if named and named["yesterday"] == folded:
        return clock.instant(local.date() - timedelta(days=1), None, None, raw, "day")
    return None


_MAY_BE_DATE = re.compile(r"(?=.*(?<!\d)(?:19|20)\d\d(?!\d))(?=.*(?<![\d:])\d\d?(?![\d:]))(?=.*[^\W\d_]{3})")


def _elsewhere(folded: str, raw: str, clock: Clock) -> Instant | None:
    """A date in a language that the tables do not know, by dateparser; a short text with a year, a day and a word."""
    language = (clock.language or "").replace("_", "-").partition("-")[0].lower()
    if not language or language in TABLED or len(folded) > 80 or not _MAY_BE_DATE.match(folded):
        return None
    found = _dateparser(raw.translate({ord("|"): " ", ord("•"): " "}), language)
    if found is None:
        return None
    clock_time = _TIME.search(folded)
    offset = timezone(found.utcoffset() or timedelta()) if found.tzinfo else None
    if clock_time is None:
        return clock.instant(found.date(), None, None, raw, "day")
    return clock.instant(found.date(), found.time(), offset, raw, "second" if found.second else "minute")


@lru_cache(maxsize=1_000)  # a stamp is read by several who ask for it
def _dateparser(text: str, language: str) -> datetime | None:
    parse, languages = _loaded()
    if language not in languages:
        return None
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "DATE_ORDER": "DMY"}
    return parse(text, languages=[language], settings=settings)


@cache
def _loaded() -> tuple[Callable[..., datetime | None], frozenset[str]]:
    import dateparser  # noqa: PLC0415 -- a third of a second that most pages never need
    from dateparser.data import languages_info  # noqa: PLC0415

    return dateparser.parse, frozenset(languages_info.language_order)


def _offset(name: str | None) -> timezone | None:
    """The zone that a text declares: "z", "+0300", "(gmt+3)", "est"."""
    name = (name or "").strip("() ")
    if not name:
        return None
    if name in ZONES:
        minutes = ZONES[name]
        return None if minutes is None else timezone(timedelta(minutes=minutes)) if minutes else UTC
    match = re.search(r"([+-])(\d\d?):?(\d\d)?$", name)
    if not match:
        return UTC
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes else UTC


def _offset_name(offset: timezone) -> str:
    minutes = int((offset.utcoffset(None) or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
