"""Adds, enables and disables sources in a desk's folder of files. Nothing is written that would not load."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seeds.definitions import BadValue, DefinitionError, check_reference, matches_one
from seeds.editing import (
    NotEditable,
    checked,
    files_by_id,
    read_source_file,
    with_enabled,
    with_source,
    write_source_file,
)
from seeds.sources import Source

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\.toml)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A source that was added to a desk."""

    source: Source
    file: Path
    beside: tuple[str, ...]  # other sources of the desk on the same hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched:
    """What enabling or disabling came to: ids, in the order of the desk, by the file that defines them."""

    changed: Mapping[str, Path]
    already: tuple[str, ...]


def add_source(folder: Path, known: Mapping[str, Source], table: str, file: str | None = None) -> Added:
    """Adds the source that *table*, a `[[source]]`, defines to *file* of *folder*, else to one named after its id.

    *known* are the sources of the desk. Raises DefinitionError, and has written nothing then.
    """
    (source,) = checked(folder, table)
    target = _file(folder, file or source.id)
    if source.id in known:
        place = files_by_id(folder).get(source.id, folder)
        raise DefinitionError(target, "id", f"is taken: {place.name} defines it; choose another", value=source.id)
    if not source.ways:
        raise DefinitionError(target, f'source "{source.id}"', "names no feed, sitemap or listing")
    watched = {_bare(url): other.id for other in known.values() for _, url in other.ways}
    for kind, url in source.ways:
        if other := watched.get(_bare(url)):
            raise DefinitionError(target, f"{kind}s", f'source "{other}" watches it already', value=url)
    text = with_source(read_source_file(target), table)
    checked(target, text)
    write_source_file(target, text)
    beside = tuple(other.id for other in known.values() if other.hosts & source.hosts)
    return Added(source=source, file=target, beside=beside)


def switch_sources(folder: Path, known: Mapping[str, Source], patterns: Sequence[str], enabled: bool) -> Switched:
    """Sets `enabled` of the sources that *patterns* name. Raises DefinitionError, also where one names none."""
    try:
        for pattern in patterns:
            check_reference("SOURCE", pattern, known, "source")
    except BadValue as bad:
        raise DefinitionError.of(folder, bad) from bad
    named = [source for name, source in known.items() if matches_one(name, patterns)]
    files = files_by_id(folder)
    changed = {source.id: files[source.id] for source in named if source.enabled != enabled}
    texts = {path: _switched(path, changed, enabled) for path in dict.fromkeys(changed.values())}
    for path, text in texts.items():  # all of them could be edited
        write_source_file(path, text)
    return Switched(changed=changed, already=tuple(source.id for source in named if source.id not in changed))


def _switched(path: Path, ids: Collection[str], enabled: bool) -> str:
    try:
        return with_enabled(read_source_file(path), ids, enabled)
    except NotEditable as error:
        raise DefinitionError(path, "enabled", f"{error}; set it by hand") from error


def _file(folder: Path, name: str) -> Path:
    if not _FILE_NAME.fullmatch(name):
        reason = "must be a name such as iraq.toml, without a folder"
        raise DefinitionError(folder, "--file", reason, value=name)
    return folder / f"{name.removesuffix('.toml')}.toml"


def _bare(url: str) -> str:
    """*url* without what makes no other address of it."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
