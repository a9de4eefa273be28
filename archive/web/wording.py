"""The words, numbers and times of an interface language.

English words stand in the templates and are the keys of the catalogues of the others, `words/LANGUAGE/*.po` (GNU
gettext). Numbers and dates follow CLDR, by Babel, as they are written in Iraq.
"""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

from archive.plain import plain
from archive.times import from_text
from archive.web.face import Language
from topics.direction import Direction

_LOCALES: Mapping[Language, str] = {"en": "en_GB", "ar": "ar_IQ", "ckb": "ckb_IQ"}
_OWN_NAMES: Mapping[Language, str] = {"en": "English", "ar": "العربية", "ckb": "کوردیی ناوەندی"}
UNREAD_BY_NATIVES: frozenset[Language] = frozenset(["ar", "ckb"])
"""Languages whose words nobody has read yet who grew up with them; the pages say so."""
_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_LATELY = timedelta(days=2)
_LONGEST_TAG = 35  # letters of a language tag, as BCP 47 has them; a hostile page says anything


def gettext_noop(message: str) -> str:
    """*message* as it is: a mark for those that are translated where they are shown, as gettext's tools know it."""
    return message


_KURDISH = {
    "ckb": gettext_noop("Sorani"),
    "kmr": gettext_noop("Kurmanji"),
    "sdh": gettext_noop("Southern Kurdish"),
    "ku": gettext_noop("Kurdish"),
}
"""Names that CLDR has not, or by which Kurds in Iraq do not call them."""

_Style: TypeAlias = Literal["short", "dated", "full"]


class Words:
    """One interface language in one time zone."""

    def __init__(self, language: Language, zone: tzinfo) -> None:
        self.language = language
        self.zone = zone
        self.locale = Locale.parse(_LOCALES[language])
        self._catalogue = _catalogue(language)

    @property
    def direction(self) -> Direction:
        """Which way its pages run."""
        return "ltr" if self.language == "en" else "rtl"

    @property
    def is_unread(self) -> bool:
        """Whether no native has read its words."""
        return self.language in UNREAD_BY_NATIVES

    @cached_property
    def has_own_digits(self) -> bool:
        """Whether its numbers are written with ٠١٢."""
        return bool(self.locale.default_numbering_system == "arab")

    def gettext(self, message: str, **values: object) -> str:
        """*message* in this language, each %(name)s replaced; numbers as they are written in it."""
        return self._filled(self._catalogue.ugettext(message), values)

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of *one* and *many* that goes with *number*, which %(n)s stands for."""
        return self._filled(self._catalogue.ungettext(one, many, number), {"n": number, **values})

    def _filled(self, message: str, values: Mapping[str, object]) -> str:
        if not values:
            return message
        return message % {name: self.number(value) if type(value) in (int, float) else value
                          for name, value in values.items()}  # fmt: skip

    def number(self, value: Any, digits: int = 0) -> str:
        """*value* with its thousands apart, and *digits* behind the point at most."""
        return self.digits(_decimal(round(value, digits), self.locale))

    def percent(self, share: float) -> str:
        """A share, 0 to 1, in hundredths."""
        shown = self.digits(format_percent(share, format=None, locale=self.locale, numbering_system="default"))
        return shown.replace("%", "٪") if self.has_own_digits else shown

    def digits(self, text: str) -> str:
        """*text* with the digits of this language."""
        return text.translate(_DIGITS) if self.has_own_digits else text

    def moment(
        self, instant: datetime | str | None, zone: tzinfo | None = None, *, precision: str | None = None
    ) -> str:
        """Day and time to the minute; in *zone*, else the desk's. The day alone where *precision* is "day": the one
        that was told, in *zone*, else in whatever zone has its midnight then."""
        if precision == "day" and instant is not None and zone is None:
            instant, zone = _told_day(instant), UTC
        if instant is None:
            return "–"
        there = _instant(instant).astimezone(zone or self.zone)
        day = self.digits(_day(there.date(), "dated", self.locale))
        return day if precision == "day" else f"{day} {self.time(there)}"

    def time(self, there: datetime) -> str:
        """Hours and minutes of the clock, of 24 hours."""
        return self.digits(f"{there:%H:%M}")

    def clock(self, instant: datetime | str, zone: tzinfo | None = None) -> str:
        """The time of day of *instant*, in *zone*, else the desk's."""
        return self.time(_instant(instant).astimezone(zone or self.zone))

    def day(self, day: date | datetime | str, style: _Style = "short") -> str:
        """A day: "30 Nov", or with its weekday and year. An instant's is that of the desk's zone."""
        if isinstance(day, str):
            day = from_text(day) if "T" in day else date.fromisoformat(day)
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return self.digits(_day(day, style, self.locale))

    def ago(self, instant: datetime | str | None, now: datetime) -> str:
        """How long before *now*: minutes, hours, then days; a moment of later is told as "just now"."""
        if instant is None:
            return self.gettext("never")
        span = now - _instant(instant)
        if span < _MINUTE:
            return self.gettext("just now") if span > -_HOUR else self.moment(instant)
        if span < 2 * _HOUR:
            return self.ngettext("%(n)s minute ago", "%(n)s minutes ago", span // _MINUTE)
        if span < _LATELY:
            return self.ngettext("%(n)s hour ago", "%(n)s hours ago", span // _HOUR)
        return self.ngettext("%(n)s day ago", "%(n)s days ago", span // _DAY)

    def language_name(self, tag: str | None) -> str:
        """The name of the language of *tag* in this one; the tag itself where CLDR has none."""
        if not tag:
            return self.gettext("language not known")
        first = tag.split("-")[0].lower()
        return (
            self.gettext(_KURDISH[first])
            if first in _KURDISH
            else str(self.locale.languages.get(first) or plain(tag[:_LONGEST_TAG]))
        )

    @staticmethod
    def own_name(language: Language) -> str:
        """What speakers of *language* call it."""
        return _OWN_NAMES[language]


@lru_cache(maxsize=16_384)  # a page of calendars has thousands, most of them small
def _decimal(value: Any, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale, numbering_system="default"))


def _told_day(midnight: datetime | str) -> datetime:
    """The day of which *midnight*, in the zone that it was told in, is archived. The instant alone tells it: midnight
    comes no later than at 10:00 UTC of the day itself west of Greenwich, and no earlier than at 10:15 UTC of the day
    before east of it (but on Kiribati's Line Islands).
    """
    return _instant(midnight).astimezone(UTC) + timedelta(hours=13, minutes=45)


def _instant(instant: datetime | str) -> datetime:
    return from_text(instant) if isinstance(instant, str) else instant


_SKELETONS: Mapping[_Style, str] = {"short": "MMMd", "dated": "yMMMd"}
_SORANI: Mapping[_Style, str] = {"short": "d'ی' MMM", "dated": "d'ی' MMM'ی' y", "full": "EEEE، d'ی' MMMM'ی' y"}
"""CLDR's own begins the longest with the year, and ends it with the day of the week behind a Latin comma."""


@lru_cache(maxsize=4_096)  # a calendar names each of its days for every source
def _day(day: date, style: _Style, locale: Locale) -> str:
    if locale.language == "ckb":
        return str(format_date(day, _SORANI[style], locale))
    if style == "full":
        return str(format_date(day, "full", locale))
    return str(format_skeleton(_SKELETONS[style], day, locale=locale))


@lru_cache
def words_of(language: Language, zone: tzinfo) -> Words:
    """The words of *language*; read once."""
    return Words(language, zone)


@lru_cache
def _catalogue(language: Language) -> Translations:
    """What all files of *language* translate; English needs none."""
    together = Catalog(locale=_LOCALES[language])
    if language != "en":
        folder = files("archive.web").joinpath("words", language)
        for file in sorted(folder.iterdir(), key=lambda one: one.name):
            if file.name.endswith(".po"):
                with file.open("rb") as opened:
                    read = read_po(opened, locale=_LOCALES[language])
                together.mime_headers = [("Plural-Forms", read.plural_forms)]  # Babel's of Arabic swap 11 and 100
                for message in read:
                    if message.id:
                        together[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return Translations(compiled)
