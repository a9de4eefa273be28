"""Dates as the readers of each site see them. A page without metadata tells no other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

_ENGLISH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ARABIC = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
_SORANI = [
    "کانوونی دووەمی",
    "شوباتی",
    "ئازاری",
    "نیسانی",
    "ئایاری",
    "حوزەیرانی",
    "تەممووزی",
    "ئابی",
    "ئەیلوولی",
    "تشرینی یەکەمی",
    "تشرینی دووەمی",
    "کانوونی یەکەمی",
]
_SORANI_DAYS = ["دووشەممە", "سێشەممە", "چوارشەممە", "پێنجشەممە", "هەینی", "شەممە", "یەکشەممە"]
_KURMANJI = [
    "Çile",
    "Sibat",
    "Adar",
    "Nîsan",
    "Gulan",
    "Hezîran",
    "Tîrmeh",
    "Tebax",
    "Îlon",
    "Cotmeh",
    "Mijdar",
    "Kanûn",
]


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a site writes a day and, after it, the time of day. Both take the local time."""

    day: Callable[[datetime], str]
    time: Callable[[datetime], str]
    between: str = " "

    def instant(self, local: datetime) -> str:
        """Day and time."""
        return self.day(local) + self.between + self.time(local)


NUMERIC = Calendar("{:%Y-%m-%d}".format, "{:%H:%M}".format)
"""2026-11-23 14:05"""
ENGLISH = Calendar(
    lambda local: f"{_ENGLISH[local.month - 1]} {local.day}, {local.year}",
    lambda local: f"{_hour(local)}:{local:%M} {'AM' if local.hour < 12 else 'PM'}",
)
"""Nov 23, 2026 2:05 PM"""
ARABIC = Calendar(
    lambda local: f"{local.day} {_ARABIC[local.month - 1]} {local.year}",
    lambda local: f"{_hour(local):02}:{local:%M} {'ص' if local.hour < 12 else 'م'}",
    "، ",
)
"""23 تشرين الثاني 2026، 02:05 م"""
SORANI = Calendar(
    lambda local: f"{_SORANI_DAYS[local.weekday()]} {local.day}ـی {_SORANI[local.month - 1]} {local.year}",
    "{:%H:%M}".format,
    " - ",
)
"""دووشەممە 23ـی تشرینی دووەمی 2026 - 14:05"""
KURMANJI = Calendar(
    lambda local: f"{local.day} {_KURMANJI[local.month - 1]} {local.year}",
    "{:%H:%M}".format,
    ", ",
)
"""23 Mijdar 2026, 14:05"""


def _hour(local: datetime) -> int:
    return local.hour % 12 or 12
