"""What every parser of a way shares: how a link, a title or a date from the network becomes part of an Entry. Pure."""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from typing import TypeVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from archive.addresses import clean_url, url_key
from archive.article import Entry
from pipelines.extraction.calendars import MONTHS, fold_date
from seeds.bounds import LONGEST_HINT, LONGEST_URL

T = TypeVar("T")

EARLIEST, LATEST = 1990, 2100  # years: feeds hold dates of year -1, 1970 and 9999, all of them mistakes

_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_HOST_ALONE = re.compile(r"www\.[^/?#\s:.]+\.[^/?#\s]", re.IGNORECASE)
"""An address whose scheme was forgotten: no page of a site is called so."""
_USER = re.compile(r"(https?://)[^/?#]*@", re.IGNORECASE)
"""A user name and password, which `crawler.guard` refuses: what they are is not kept."""
_COMMENT_OR_TAG = re.compile(r"<[/!?]?[A-Za-z\[\-/!?][^<>]*>")
_BREAK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote|figure|figcaption|img)\b[^<>]*>", re.IGNORECASE
)
_UNSHOWN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")

_DIGITS = {ord(digit): str(unicodedata.digit(digit)) for digit in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"}
_ZONE_APART = re.compile(r"\s+(?=(?:[+-]\d\d:?\d\d|Z)$)")
_UNIVERSAL = re.compile(r"\s*(?:UTC|GMT|UT)$")
_RFC822 = re.compile(
    r"(?:[^\W\d_]{2,12}[,،]?\s*)?(?P<day>\d{1,2})[\s-]+(?P<month>[^\W\d_]{3,12}(?:\s[^\W\d_]{3,12})?)\.?[\s-]+"
    r"(?P<year>\d{4}|\d\d),?\s+(?P<time>\d\d?:\d\d(?::\d\d)?)(?:\s?(?P<half>[AP]M))?\s*(?:(?P<name>[A-Z]{1,5})?(?:\s*(?P<offset>[+-]\d\d?(?::?\d\d)?))?)(?:\s*\(.{0,20}\))?"
)
_ZONES = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6}
_ZONES |= {"PST": -8, "PDT": -7}
"""Those of RFC 822, in hours. Others mean several things: AST is Arabia's and the Atlantic's, seven hours apart."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_ARABIC_SCRIPT = frozenset(["ar", "arc", "azb", "bal", "ckb", "fa", "glk", "lrc", "mzn", "ps", "sd", "sdh", "ug", "ur"])
_LATIN_SCRIPT = frozenset(["de", "en", "es", "fr", "it", "kmr", "nl", "pl", "pt", "ro", "sv", "tr"])

_PASSING = re.compile(
    r"""\b(?:\d{1,4}|an?|one|a\ few)\ (?:second|sec|minute|min|hour|hr|day|week|month)s?\ ago\b|\bjust\ now\b
    |(?:منذ|قبل|پێش|بەر\ لە|پیش\ از)\ (?:\d{1,4}\ )?
     (?:ثاني|ثوان|دقيق|دقائق|ساع|يوم|أيام|ايام|أسبوع|اسبوع|شهر|چرکە|خولەک|دەقە|کاتژمێر|سەعات|ڕۆژ|رۆژ|دقیق|روز)\w*
    |\b\d{1,4}\ (?:چرکە|خولەک|دەقە|کاتژمێر|سەعات|ڕۆژ|رۆژ|دقیقه|ساعت|روز)\w*\ (?:لەمەوبەر|لەمەوپێش|پێش|پیش|قبل)\b
    |\bberî\ \d{1,4}\ \w+|\b\d{1,4}\ (?:çirke|xulek|deqe|deqîqe|saet|demjimêr|roj)\w*\ (?:berê|berî)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""An age in words, in the languages watched: the passing of time is no edit."""
_BRACKETS = re.compile(r"[\[\]]")  # of which either alone makes a host that nothing can parse
_ADDRESS_IN_TEXT = re.compile(r"https?://\S+")
_MINUTE = timedelta(minutes=1)
_FEWEST = 3


class NoEntries(Exception):
    """An answer that shows no article. `name` is short and stable, for the way's fate; `detail` says more."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(name, detail)
        self.name, self.detail = name, detail

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}" if self.detail else self.name


def entry_url(link: str, base: str) -> str | None:
    """*link*, found at *base*, as a clean absolute URL; None where it does not lead to the web.

    At most LONGEST_URL + 1 characters, so that whoever would ask for it sees when it is too long.
    """
    link = link[: LONGEST_URL * 2].strip()
    try:
        if _HOST_ALONE.match(link):
            link = f"//{link}"
        url = clean_url(link if _WEB.match(link) else urljoin(base, link))
        if not _WEB.match(url) or (_BRACKETS.search(url) and not urlsplit(url).hostname):
            return None
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return _USER.sub(r"\1@", url)[: LONGEST_URL + 1]


def plain(markup: str, longest: int) -> str | None:
    """The text of *markup* in one line, without tags, control characters and bidi overrides; None where none is left.

    Entities are resolved twice, since feeds often escape twice. What is longer than *longest* ends with an ellipsis.
    """
    text = html.unescape(markup[:LONGEST_HINT])
    for _ in range(2):
        text = _COMMENT_OR_TAG.sub("", _BREAK.sub(" ", text))
        text = html.unescape(text)
    text = _SPACES.sub(" ", _UNSHOWN.sub("", text)).strip()
    if len(text) > longest:
        text = text[: longest - 1].rstrip() + "…"
    return text or None


def instant(raw: str, zone: str | None = None) -> datetime | None:
    """The instant in UTC that *raw*, ISO 8601 or RFC 822, means; None where it cannot be right, or states no zone and
    there is no *zone* in which such a time is to be read. A day alone is no instant."""
    moment = _moment(raw)
    if moment and not moment.tzinfo and zone and ":" in raw:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return _in_range(moment) if moment and moment.tzinfo else None


def about(raw: str) -> datetime | None:
    """As `instant`, but a day, or a time without zone, is taken for UTC: good enough to put newer before older."""
    moment = _moment(raw)
    return _in_range(moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if moment else None


def fitting_language(declared: str | None, text: str) -> str | None:
    """*declared* as BCP 47, unless the letters of *text* contradict it: English feeds are declared Arabic and so on."""
    if not declared or not _LANGUAGE.fullmatch(declared.strip()):
        return None
    language = declared.strip().replace("_", "-")
    primary = language.split("-")[0].lower()
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in text)
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    wrong = (primary in _ARABIC_SCRIPT and latin > arabic) or (primary in _LATIN_SCRIPT and arabic > latin)
    return None if wrong else language


def mark_of(*parts: str | None) -> str | None:
    """A short hash that changes when one of *parts* does, except by the passing of time or by tracking in links.

    None where every part is: the way cannot tell whether an article changed.
    """
    if not any(parts):
        return None
    lasting = (_ADDRESS_IN_TEXT.sub(_without_query, _PASSING.sub("", part or "")) for part in parts)
    tidy = "\x1f".join(" ".join(unicodedata.normalize("NFC", part).split()) for part in lasting)
    return blake2b(tidy.encode("utf-8", "replace"), digest_size=10).hexdigest()


def dated_marks(entries: Sequence[Entry]) -> list[Entry]:
    """*entries*, their marks changing with their `updated` too.

    Many servers write the time of day on all that they list, so that each of them would seem edited with every
    reading: what nine tenths of the entries, three at least, have within a minute says nothing.
    """
    begin, end = _crowd(sorted(entry.updated for entry in entries if entry.updated))
    return [
        replace(entry, mark=mark_of(entry.mark, str(entry.updated)))
        if entry.updated and not begin <= entry.updated <= end
        else entry
        for entry in entries
    ]


def _crowd(dates: Sequence[datetime]) -> tuple[datetime, datetime]:
    """The first and the last of the sorted *dates* that are such a crowd; else none lies between the two."""
    most = len(dates) - 1 - len(dates) // 10  # from one to the other, which makes one more
    for first, last in zip(dates, dates[most:], strict=False) if len(dates) >= _FEWEST else ():
        if last - first <= _MINUTE:
            return first, dates[bisect_right(dates, first + _MINUTE) - 1]
    return datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)


def _without_query(address: re.Match[str]) -> str:
    return address[0].partition("?")[0].partition("#")[0]


def distinct(entries: Iterable[Entry], limit: int) -> list[Entry]:
    """The first of *entries* for each page, in their order, *limit* at most."""
    kept: dict[str, Entry] = {}
    for entry in entries:
        kept.setdefault(url_key(entry.url), entry)
        if len(kept) >= limit:
            break
    return list(kept.values())


def both_ends(items: Sequence[T], limit: int) -> Sequence[T]:
    """At most *limit* of *items*, from the beginning and the end: where no date tells, the newest stand at one."""
    half = limit // 2
    return items if len(items) <= limit else [*items[:half], *items[-half:]]


def newest(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """At most *limit* of *entries*: those without a date, of which at most half, then the newest."""
    if len(entries) <= limit:
        return list(entries)
    dated = sorted((entry for entry in entries if entry.date), key=lambda entry: entry.age)
    undated = [entry for entry in entries if not entry.date]
    kept = both_ends(undated, limit // 2 if dated else limit)
    return [*kept, *dated][:limit]


def _moment(raw: str) -> datetime | None:
    """The time that *raw* means, naive where it states no zone."""
    raw = raw[:80].strip().translate(_DIGITS)
    for iso in (_ZONE_APART.sub("", raw), _UNIVERSAL.sub("+00:00", raw)):
        try:
            return datetime.fromisoformat(iso)
        except ValueError:
            continue
    return _rfc822(raw)


def _rfc822(raw: str) -> datetime | None:
    """RFC 822 as feeds write it. The standard library's parser takes an unknown zone, or `+03:00`, for UTC."""
    match = _RFC822.fullmatch(raw)
    month = MONTHS.get(fold_date(match["month"])) if match else None
    if not match or month is None:
        return None
    year = int(match["year"])
    hour, minute, second = (int(part) for part in f"{match['time']}:0".split(":")[:3])
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "PM" else 0)
    try:
        zone = _zone(match["name"], match["offset"])
        return datetime(
            year + 2000 if len(match["year"]) == 2 else year,
            month,
            int(match["day"]),
            hour,
            minute,
            min(second, 59),
            tzinfo=zone,
        )
    except (ValueError, KeyError):
        return None


def _zone(name: str | None, offset: str | None) -> timezone | None:
    """The zone as written; None where none is. Raises KeyError for a name that means several."""
    hours = _ZONES[name] if name else 0
    if not offset:
        return timezone(timedelta(hours=hours)) if name else None
    digits = offset[1:].replace(":", "")
    minutes = int(digits) * 60 if len(digits) <= 2 else int(digits[:-2]) * 60 + int(digits[-2:])
    return timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))


def _in_range(moment: datetime) -> datetime | None:
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if EARLIEST <= moment.year < LATEST else None
