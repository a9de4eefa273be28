"""The desk: a directory that holds what one analyst watches, and the archive of what was found."""

import os
import re
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from seeds.definitions import BadValue, Definition, DefinitionError, check_timezone, load
from seeds.keeping import check_keep_days

if TYPE_CHECKING:  # each is loaded on first use, so that `khabar search` pays for none of them
    from collections.abc import Sequence

    from alerts.definitions import Alert
    from alerts.messages.templating import Templates
    from alerts.watching import Watch
    from archive.retention import Retention
    from schedules.jobs import Job
    from seeds.sources import Source
    from topics.packs import Packs

CHECKOUT = Path(__file__).resolve().parent.parent
"""The directory that Khabar runs from. A checkout is a desk itself: the first one."""


class DeskConfig(Definition, frozen=True, kw_only=True):
    """What `desk.toml` says."""

    name: str
    timezone: str | None = None
    contact: str = ""
    heartbeat: str = ""
    proxy: bool = False
    keep_pages: bool = False
    keep_days: int = 0
    interface: Literal["en", "ar", "ckb"] = "en"
    searches: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.timezone is not None:
            check_timezone("timezone", self.timezone)
        check_keep_days(self.keep_days)
        if self.searches:
            _check_searches(self.searches)
        if any(character in self.contact for character in "\r\n"):
            raise BadValue("contact", self.contact, "must be one line: it goes into the User-Agent")


_SEARCH = re.compile(r"[\w-]{1,64}")


def _check_searches(searches: dict[str, str]) -> None:
    """Raises BadValue where one of them could not be asked for, or asks what is no query."""
    from archive.errors import QueryError  # noqa: PLC0415 -- few desks have any
    from archive.query import parse  # noqa: PLC0415
    from archive.query_tree import filters_in  # noqa: PLC0415
    from archive.search import check_query  # noqa: PLC0415

    for name, query in searches.items():
        if not _SEARCH.fullmatch(name):
            raise BadValue(f"searches.{name}", query, "the name of a saved search has letters, digits, - and _ only")
        try:
            if not query.strip() or any(part.name == "saved" for part in filters_in(parse(query))):
                raise BadValue(f"searches.{name}", query, "must look for something, and name no other saved search")
            check_query(query)
        except QueryError as error:
            raise BadValue(f"searches.{name}", query, str(error)) from error


class Desk:
    """One desk's definitions, read when first asked for, and the places of its files.

    Every property may raise DefinitionError.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    @property
    def archive(self) -> Path:
        """The archive's file; it may not exist yet."""
        return self.root / "archive.db"

    @cached_property
    def config(self) -> DeskConfig:
        """`desk.toml`."""
        path = self.root / "desk.toml"
        try:
            there = path.is_file()
        except OSError as error:
            raise DefinitionError(path, "", f"cannot be read ({error.strerror})") from error
        if not there:
            reason = 'there is no desk here; "khabar init DIR" makes one, and --desk DIR or KHABAR_DESK chooses one'
            raise DefinitionError(path, "", reason)
        return load(path, DeskConfig)

    @cached_property
    def sources(self) -> "dict[str, Source]":
        """The sources by id, disabled ones too."""
        from seeds.sources import load_sources  # noqa: PLC0415 -- see TYPE_CHECKING above

        return load_sources(self.root / "seeds" / "sources")

    @cached_property
    def packs(self) -> "Packs":
        """The packaged topic packs with the desk's own on top."""
        from topics.compiling import compile_packs  # noqa: PLC0415

        return compile_packs(self.pack_files)

    @cached_property
    def pack_files(self) -> "list[tuple[str, dict[str, Any]]]":
        """What the packs are made from: each file's name and tables."""
        from seeds.packs import read_packs  # noqa: PLC0415

        return read_packs(self.root / "seeds" / "topics")

    def packs_with(self, drafts: "Sequence[Path]") -> "Packs":
        """What the packs would be with the files *drafts* on top of them."""
        from seeds.packs import read_packs  # noqa: PLC0415
        from topics.compiling import compile_packs  # noqa: PLC0415

        return compile_packs(read_packs(self.root / "seeds" / "topics", drafts))

    @cached_property
    def jobs(self) -> "dict[str, Job]":
        """The jobs by id; each names at least one source of this desk."""
        from schedules.jobs import load_jobs  # noqa: PLC0415

        return load_jobs(self.root / "schedules", self.sources)

    @cached_property
    def alerts(self) -> "dict[str, Alert]":
        """The alerts by id; each names only topics and sources of this desk."""
        from alerts.definitions import load_alerts  # noqa: PLC0415

        return load_alerts(self.root / "alerts", self.sources, self.packs.topics, self.config.searches)

    @cached_property
    def retention(self) -> "Retention":
        """For how long the articles of each source are kept."""
        from archive.retention import Retention  # noqa: PLC0415

        own = {source.id: source.keep_days for source in self.sources.values() if source.keep_days is not None}
        return Retention(days=self.config.keep_days, sources=own)

    @cached_property
    def zone(self) -> tzinfo:
        """The zone in which the desk's days begin: its own, else the machine's."""
        if self.config.timezone:
            return ZoneInfo(self.config.timezone)
        from tzlocal import get_localzone  # noqa: PLC0415

        return get_localzone()

    @cached_property
    def watch(self) -> "Watch":
        """What arriving articles are held against, so that somebody hears of them."""
        from alerts.watching import Watch  # noqa: PLC0415

        return Watch(alerts=self.alerts, zone=self.zone)

    @cached_property
    def templates(self) -> "Templates":
        """What writes documents, and messages for which the desk has templates of its own."""
        from alerts.messages.templating import Templates  # noqa: PLC0415 -- Jinja takes a twentieth of a second

        return Templates(self.root / "templates")

    def check(self) -> None:
        """Reads every definition, so that nothing starts where one is wrong. Raises DefinitionError."""
        _ = self.config, self.sources, self.packs, self.jobs, self.alerts
        if any((self.root / "templates").glob("*")):
            self.templates.check()


def find_desk(named: Path | None) -> Desk:
    """The desk *named*, else that of KHABAR_DESK, else the current directory's, else the checkout."""
    if named is not None:
        return Desk(named)
    if variable := os.environ.get("KHABAR_DESK"):
        return Desk(Path(variable))
    here = Path.cwd()
    return Desk(here if (here / "desk.toml").is_file() else CHECKOUT)
