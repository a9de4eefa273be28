"""Edits files of `[[source]]` tables as a careful person does: comments, order, quotes and line ends stay.

The edits are pure, text to text. `write_source_file` is the one that writes, and only what would load.
"""

import os
import re
import tempfile
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from seeds.definitions import DefinitionError, convert, read_toml
from seeds.sources import Source, SourceFile

_BARE_END = re.compile(r"(?<!\r)\n")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ONE_LINE = 90  # characters of a list that stays on one line
_AFTER = "name"  # every source has it
_NEW_FILE = 0o644
_MARK = "\ufeff"  # some editors begin a file with it


class NotEditable(Exception):
    """A file that cannot be edited without changing more than was asked for; the message says why."""


def source_text(keys: Mapping[str, object], head: Iterable[str] = (), notes: Mapping[str, Sequence[str]] = {}) -> str:
    """A `[[source]]` table with *keys*, in their order. *head* are comments above it, *notes* comments above its keys.

    A note for a key that is not there stands at the end.
    """
    lines = [*map(_comment, head), "[[source]]"]
    for key, value in keys.items():
        lines += [*map(_comment, notes.get(key, ())), f"{key} = {_value(value)}"]
    lines += [_comment(note) for key, several in notes.items() if key not in keys for note in several]
    return "\n".join(lines) + "\n"


def with_source(text: str, table: str) -> str:
    """*text*, a file of sources or nothing yet, with *table* below what stands there."""
    end = "\r\n" if _ends_in_crlf(text) else "\n"
    if text and not text.endswith("\n"):
        text += end
    return text + (end if text.strip() else "") + _BARE_END.sub(end, table)


def with_enabled(text: str, ids: Collection[str], enabled: bool) -> str:
    """*text*, a file of sources, with `enabled` of those named *ids* set. Raises NotEditable."""
    mark = _MARK if text.startswith(_MARK) else ""
    text = text.removeprefix(_MARK)
    try:
        document = tomlkit.parse(text if text.endswith("\n") else text + "\n")
        for table in document.get("source", []):
            if table["id"] not in ids or table.get("enabled", True) == enabled:
                continue
            if "enabled" in table or isinstance(table, InlineTable):
                table["enabled"] = enabled
            else:  # tomlkit appends below the comments that belong to the next table, and has no open way to insert
                table.value._insert_after(_AFTER, "enabled", tomlkit.item(enabled))
        edited = tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, AttributeError) as error:
        raise NotEditable(f"it is written in a way that cannot be edited by machine: {error}") from error
    if _ends_in_crlf(text):
        edited = _BARE_END.sub("\r\n", edited)
    if _tables(edited) != _wanted(_tables(text), ids, enabled):
        raise NotEditable("it is written in a way that cannot be edited by machine")
    return mark + edited


def files_by_id(folder: Path) -> dict[str, Path]:
    """The file of each source that is defined in *folder*, by the source's id. Raises DefinitionError."""
    return {
        source.id: path
        for path in sorted(folder.glob("*.toml"))
        for source in convert(path, read_toml(path), SourceFile).source
    }


def read_source_file(path: Path) -> str:
    """The text of the file at *path*, line ends as they are; empty where there is none. Raises DefinitionError."""
    try:
        return path.read_bytes().decode("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError(path, "", f"cannot be read ({getattr(error, 'strerror', 'not UTF-8 text')})") from error


def checked(path: Path, text: str) -> tuple[Source, ...]:
    """The sources that *text* defines, if it stood at *path*. Raises DefinitionError as loading it would."""
    try:
        text.encode("utf-8")  # what came from a command line in another encoding cannot be
        tables = tomllib.loads(text.removeprefix(_MARK))
    except UnicodeEncodeError as error:
        raise DefinitionError(path, "", "holds letters that are not UTF-8; what encoding has the terminal?") from error
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(path, "", f"is not TOML: {error}") from error
    return convert(path, tables, SourceFile).source


def write_source_file(path: Path, text: str) -> None:
    """Puts *text* at *path*, all of it or nothing. Raises DefinitionError where it would not load or be written."""
    checked(path, text)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        place = path.resolve()  # a link goes on leading to the file
        mode = place.stat().st_mode & 0o7777 if place.exists() else _NEW_FILE
        file, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".new", dir=place.parent)
        try:
            with os.fdopen(file, "wb") as new:
                new.write(text.encode("utf-8"))
                new.flush()
                os.fsync(new.fileno())
            Path(name).chmod(mode)
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DefinitionError(path, "", f"cannot be written ({error.strerror}); nothing was changed") from error


def _comment(line: str) -> str:
    return f"# {_UNPRINTABLE.sub(' ', line)}".rstrip()


def _value(value: object) -> str:
    if isinstance(value, str):
        literal = "\\" in value and "'" not in value and not _UNPRINTABLE.search(value)  # a regular expression
        return tomlkit.string(value, literal=True).as_string() if literal else tomlkit.item(value).as_string()
    if isinstance(value, (list, tuple)):
        parts = [_value(part) for part in value]
        line = f"[{', '.join(parts)}]"
        return line if len(line) <= _ONE_LINE or len(parts) < 2 else "[\n    " + ",\n    ".join(parts) + ",\n]"
    return str(tomlkit.item(value).as_string())


def _ends_in_crlf(text: str) -> bool:
    return "\r\n" in text and not _BARE_END.search(text)


def _tables(text: str) -> list[dict[str, Any]]:
    try:
        tables: list[dict[str, Any]] = tomllib.loads(text.removeprefix(_MARK)).get("source", [])
    except tomllib.TOMLDecodeError as error:
        raise NotEditable(f"is not TOML: {error}") from error
    return tables


def _wanted(tables: list[dict[str, Any]], ids: Collection[str], enabled: bool) -> list[dict[str, Any]]:
    return [
        {**table, "enabled": enabled} if table["id"] in ids and table.get("enabled", True) != enabled else table
        for table in tables
    ]
