"""Reads TOML definitions strictly: an unknown key or a wrong value is an error that names its place.

What may stand in a file is declared as msgspec structs by the room that owns it; this module only turns a file
into such a struct, or into one `DefinitionError` that a person can act upon.
"""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin
from zoneinfo import available_timezones

import msgspec
from cronsim import CronSim, CronSimError

from seeds.not_toml import way_out

T = TypeVar("T")

_DURATION = r"^[0-9]{1,6}(\.[0-9]{1,3})?[smhdw]$"
_ID = r"^[a-z0-9][a-z0-9_-]{0,63}$"
Duration = Annotated[str, msgspec.Meta(pattern=_DURATION)]
Id = Annotated[str, msgspec.Meta(pattern=_ID)]
_IN_WORDS = {
    _DURATION: 'a duration such as "30s", "10m", "6h" or "3d"',
    _ID: "an id of lower-case letters, digits, - and _",
}

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_CRON_FIELDS = ("minute", "hour", "day-of-month", "month", "day-of-week")
_ANY_INSTANT = datetime(2000, 1, 1)  # noqa: DTZ001 -- cronsim counts plain wall time where it is given no zone
_DAY_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PLACE = re.compile(r" - at `(\$.*)`$")
_STEP = re.compile(r"[^.\[\]]+|\[\d+\]")
_CLOSE = 0.6  # of two words alike letter by letter, 1.0; what is less alike was hardly meant
_LONGEST_MEANT = 200  # characters: no name is as long, and comparing grows with the square
_SWAPPED = 0.85  # the weight of having the same letters in another order
_FIRST_LETTER = 0.01  # between two that are alike otherwise: few err in the first letter
_WITH_LOGIN = re.compile(r"://.*[^/]@")  # but not "https://news.example/@desk"
_NOT_SHOWN = "(hidden)"
_LONGEST_KEY = 200  # characters of a place in a file: several keys, each of an id's length
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What would make two lines of an error: a key may be any text, and a file may be called so."""
_LONGEST_SHOWN = 60  # characters of a wrong value: enough to recognise it, short enough for one line


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a TOML file. A subclass declares the keys; no other key is accepted."""


class DefinitionError(Exception):
    """A definition that cannot be used: which file, which key, what value, why, and what was probably meant."""

    def __init__(
        self, file: Path | str, key: str, reason: str, *, value: object = None, nearest: str | None = None
    ) -> None:
        self.file, self.key, self.reason, self.value, self.nearest = str(file), key, reason, value, nearest
        shown = key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…"
        place = shown if value is None else f"{shown} = {_short(value)}"
        told = ": ".join(part for part in (self.file, place, reason + _meant(nearest)) if part)
        super().__init__(_BREAKS.sub(" ", told))

    @classmethod
    def of(cls, file: Path | str, bad: "BadValue", place: str = "") -> "DefinitionError":
        """The error that *bad*, found at *place* of *file*, comes to."""
        return cls(file, _join(place, bad.key), bad.reason, value=bad.value, nearest=bad.nearest)


class BadValue(ValueError):
    """What a definition's own check raises: the key within its table, the value, and the reason."""

    def __init__(self, key: str, value: object, reason: str, nearest: str | None = None) -> None:
        super().__init__(f"{key}: {reason}")
        self.key, self.value, self.reason, self.nearest = key, value, reason, nearest


def seconds(duration: str) -> float:
    """The seconds of a checked duration: "10m" is 600.0."""
    return float(duration[:-1]) * _SECONDS[duration[-1]]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of *words* that *word* was probably meant to be, or None. Case and swapped letters count little."""
    best, found = _CLOSE, None
    if len(word) > _LONGEST_MEANT:
        return None
    for known in words:
        if (likeness := _likeness(word.casefold(), known.casefold())) > best:
            best, found = likeness, known
    return found


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """What is put behind an error that names *word*: the nearest of *words* as a question, or nothing."""
    return _meant(nearest(word, words))


def _meant(word: str | None) -> str:
    return f'; did you mean "{word}"?' if word else ""


def _likeness(one: str, other: str) -> float:
    in_order = difflib.SequenceMatcher(None, one, other).ratio()
    swapped = difflib.SequenceMatcher(None, sorted(one), sorted(other)).ratio()
    return max(in_order, _SWAPPED * swapped) + _FIRST_LETTER * (one[:1] == other[:1])


def is_language_tag(text: str) -> bool:
    """Whether *text* is written as a BCP 47 tag is: "en", "ckb", "ar-IQ"."""
    return _LANGUAGE_TAG.fullmatch(text) is not None


def check_timezone(key: str, name: str) -> None:
    """Raises BadValue unless *name* is a zone of the IANA database."""
    if name not in _zones():
        raise BadValue(
            key,
            name,
            'is not a zone of the IANA database, such as "Asia/Baghdad"',
            nearest(name, _zones()),
        )


@cache
def _zones() -> frozenset[str]:
    """The zones' names. Gathering them walks a directory tree for 7 ms, and a source is checked with every page that
    travels to a worker."""
    return frozenset(available_timezones())


def check_pattern(key: str, pattern: str) -> None:
    """Raises BadValue unless *pattern* is a regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise BadValue(key, pattern, f"is not a regular expression: {error}") from error


def check_cron(key: str, expression: str) -> None:
    """Raises BadValue unless *expression* has the five fields of a crontab line and its time comes, ever."""
    fields = expression.split()
    if len(fields) != len(_CRON_FIELDS):
        raise BadValue(key, expression, 'must have five fields, such as "*/10 6-23 * * mon-fri"')
    for place, (name, field) in enumerate(zip(_CRON_FIELDS, fields, strict=True)):
        if not _comes(["*"] * place + [field] + ["*"] * (len(fields) - place - 1)):
            raise BadValue(key, expression, f'its {name} "{_cut(field)}" is none that cron knows')
    if not _comes(fields):
        day, month, weekday = (f'"{_cut(field)}"' for field in fields[2:])
        if _comes([*fields[:4], "*"]):
            reason = f"its day-of-month {day} and day-of-week {weekday} never meet in month {month}"
        else:
            reason = f"its day-of-month {day} never comes in month {month}"
        raise BadValue(key, expression, reason)


def _comes(fields: list[str]) -> bool:
    """Whether cron knows *fields* and there is a time that they mean."""
    try:
        return next(CronSim(" ".join(fields), _ANY_INSTANT), None) is not None
    except (CronSimError, ValueError):  # ValueError: int() refuses a number of thousands of digits
        return False


def check_day_span(key: str, span: str) -> None:
    """Raises BadValue unless *span* is one of the day, such as "23:00-06:00"."""
    if not _DAY_SPAN.fullmatch(span):
        raise BadValue(key, span, 'must be a span of the day such as "23:00-06:00"')
    begin, _, end = span.partition("-")
    if begin == end:
        raise BadValue(key, span, "must not end at the time at which it begins")


def matches_one(name: str, patterns: Iterable[str]) -> bool:
    """Whether *name* is what one of *patterns*, which are shell patterns, stands for."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def in_order(patterns: Iterable[str], names: Collection[str]) -> list[str]:
    """Those of *names* that *patterns*, which are shell patterns, stand for, in the order of the patterns."""
    return [name for pattern in patterns for name in names if matches_one(name, [pattern])]


def check_reference(key: str, pattern: str, known: Collection[str], kind: str) -> None:
    """Raises BadValue unless *pattern*, a shell pattern, matches the id of a *kind* of thing that the desk has."""
    if not any(matches_one(name, [pattern]) for name in known):
        raise BadValue(key, pattern, f"no {kind} of this desk matches it", nearest(pattern, known))


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of one TOML file. Raises DefinitionError where it cannot be read or is not TOML."""
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise DefinitionError(path, "", "is not a file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DefinitionError(path, "", f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DefinitionError(path, "", f"is not UTF-8 text (at byte {error.start}): save it as UTF-8") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(path, "", f"is not TOML: {error}{way_out(text, str(error))}") from error
    except RecursionError as error:
        raise DefinitionError(path, "", "is nested too deeply for a definition") from error
    except ValueError as error:  # Python reads no number of thousands of digits
        raise DefinitionError(path, "", "holds a number that is too long") from error


def load(path: Path, into: type[T]) -> T:
    """The file at *path* as *into*, a Definition. Raises DefinitionError."""
    return convert(path, read_toml(path), into)


def convert(path: Path, tables: dict[str, Any], into: type[T], prefix: str = "") -> T:
    """*tables*, which stand at *prefix* of the file at *path*, as *into*, a Definition. Raises DefinitionError."""
    for place, key, known in _unknown_keys(tables, into, prefix):
        meant = nearest(key, known)
        reason = "unknown key" if meant else f"unknown key; there are {', '.join(known)}"
        raise DefinitionError(path, _join(place, key), reason, nearest=meant)
    try:
        return msgspec.convert(tables, into)
    except msgspec.ValidationError as error:
        match = _PLACE.search(str(error))
        inner = match[1].removeprefix("$").removeprefix(".") if match else ""
        inner = _with_key(tables, inner, dict if "`object`" in str(error) else str)
        place = _join(prefix, inner)
        if isinstance(bad := error.__cause__, BadValue):
            raise DefinitionError.of(path, bad, place) from error
        value = _value_at(tables, inner)
        if choices := _choices(into, inner):
            reason = f"must be one of {', '.join(choices)}"
            raise DefinitionError(path, place, reason, value=value, nearest=nearest(str(value), choices)) from error
        reason = _in_words(_PLACE.sub("", str(error)))
        if reason.startswith("must be a list, got "):
            reason += _as_list(place, _at(tables, inner))
        raise DefinitionError(path, place, reason, value=value) from error


def _unknown_keys(value: Any, into: Any, place: str) -> Iterator[tuple[str, str, list[str]]]:
    if isinstance(into, type) and issubclass(into, msgspec.Struct) and isinstance(value, dict):
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(into)}
        for key, inner in value.items():
            if key not in fields:
                yield place, key, list(fields)
            else:
                yield from _unknown_keys(inner, fields[key], _join(place, key))
        return
    arguments = get_args(into)
    if isinstance(value, list) and get_origin(into) in (list, tuple) and arguments:
        for number, inner in enumerate(value):
            yield from _unknown_keys(inner, arguments[0], f"{place}[{number}]")
    elif isinstance(value, dict) and get_origin(into) is dict:
        for key, inner in value.items():
            yield from _unknown_keys(inner, arguments[1], _join(place, key))
    elif isinstance(value, dict):  # Optional[Struct] and Annotated[Struct, …]
        for option in arguments:
            yield from _unknown_keys(value, option, place)


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place and key and not key.startswith("[") else place + key


def _value_at(tables: Any, place: str) -> object:
    """The value at *place*, to be shown: a whole table is not."""
    value = _at(tables, place)
    return None if isinstance(value, dict) else value


def _at(tables: Any, place: str) -> Any:
    for step in _STEP.findall(place):
        try:
            tables = tables[int(step[1:-1])] if step.startswith("[") else tables[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return tables


def _with_key(tables: Any, place: str, kind: type) -> str:
    """*place* with the key that msgspec leaves open, "searches[...]": the first whose value is not of that *kind*."""
    head, found, _ = place.partition("[...]")
    table = _at(tables, head) if found else None
    if not isinstance(table, dict):
        return place
    wrong = (key for key, value in table.items() if not isinstance(value, kind))
    return _join(head, next(wrong, "[...]"))


def _choices(into: Any, place: str) -> tuple[str, ...]:
    """The values that may stand at *place* of *into*, where only some may."""
    for step in _STEP.findall(place):
        if isinstance(into, type) and issubclass(into, msgspec.Struct):
            into = next((field.type for field in msgspec.structs.fields(into) if field.encode_name == step), None)
        else:
            into = next(iter(get_args(into)), None)
    literal = next((option for option in (into, *get_args(into)) if get_origin(option) is Literal), None)
    return tuple(map(str, get_args(literal)))


def _in_words(reason: str) -> str:
    for pattern, words in _IN_WORDS.items():
        if repr(pattern) in reason:
            return f"must be {words}"
    missing = re.fullmatch(r"Object missing required field `(.*)`", reason)
    if missing:
        return f'the key "{missing[1]}" is missing'
    names = {
        "`str`": "text",
        "`int`": "a whole number",
        "`float`": "a number",
        "`bool`": "true or false",
        "`array`": "a list",
        "`object`": "a table",
    }
    reason = reason.replace(" | null`", "`")
    for technical, plain in names.items():
        reason = reason.replace(technical, plain)
    return reason.replace("Expected ", "must be ", 1)


def _as_list(place: str, value: object) -> str:
    """How what stands at *place* would be written as a list."""
    if isinstance(value, dict):
        return f": its heading stands in two brackets, [[{place}]]"
    return f': write ["{_cut(value)}"]' if isinstance(value, str) and not _WITH_LOGIN.search(value) else ""


def _short(value: object) -> str:
    """*value* as an error shows it. A URL with a login may hold a password, so of that nothing is shown."""
    text = ("true" if value else "false") if isinstance(value, bool) else repr(value).replace("\n", " ")
    return repr(_NOT_SHOWN) if _WITH_LOGIN.search(text) else _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
