"""What the web face is told of its desk, by whoever starts it. Data only."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Literal, TypeAlias

from archive.reading import Record
from seeds.sources import Source
from topics.packs import Packs

Language: TypeAlias = Literal["en", "ar", "ckb"]
LANGUAGES: tuple[Language, ...] = ("en", "ar", "ckb")
"""Those that the interface speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportForm:
    """A form in which articles are given away."""

    suffix: str  # of the file's name, without a dot
    media_type: str
    write: Callable[[Iterator[Record], IO[bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTold:
    """An alert as its definition has it, for reading."""

    when: str
    topics: Sequence[str] = ()
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What needs a person, a sentence each, and how each enabled source does, as `khabar status` tells both."""

    attention: Sequence[str] = ()
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """One desk as its pages show it. What needs a person, and the process of the service, are asked anew each time."""

    name: str
    archive: Path
    zone: tzinfo
    interface: Language
    sources: Mapping[str, Source]  # disabled ones too
    packs: Packs
    searches: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, AlertTold] = field(default_factory=dict)
    exports: Mapping[str, ExportForm] = field(default_factory=dict)  # by the name that `khabar export --format` takes
    jobs: Mapping[str, Sequence[str]] = field(default_factory=dict)  # which sources each crawls, as shell patterns
    needs: Callable[[sqlite3.Connection, datetime], Needs] = lambda _db, _now: Needs()
    service: Callable[[], int | None] = lambda: None
    wrong: str | None = (
        None  # what is wrong with the definitions as they are now; these are the last that could be read
    )

    @property
    def enabled(self) -> dict[str, Source]:
        """The sources that are crawled."""
        return {name: source for name, source in self.sources.items() if source.enabled}
