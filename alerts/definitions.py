"""The alerts of a desk: what is worth telling, and to whom. Reading and checking only; nothing is sent here."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from archive.errors import QueryError
from archive.saved import with_saved
from archive.search import check_query
from seeds.definitions import (
    BadValue,
    Definition,
    DefinitionError,
    Duration,
    Id,
    check_cron,
    check_day_span,
    check_reference,
    is_language_tag,
    load,
    nearest,
    seconds,
)

_CHANNEL = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*://\S+")
_LONGEST_COOLDOWN = 52 * 7 * 86_400  # seconds; further ahead there is no date at last
_IN_CHANNELS = re.compile(r"\.to\b")
_NOT_SHOWN = "(hidden)"


BUILT_IN = "short"
"""The template that is none of the desk's: what `alerts.messages.message` writes."""


class Alert(Definition, frozen=True, kw_only=True):
    """One `[[alert]]` table."""

    id: Id
    topics: tuple[str, ...] = ()
    query: str = ""
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_score: Annotated[float, Meta(ge=0)] = 0.0
    when: Literal["each", "digest", "spike", "silence", "revision"] = "each"
    per: Literal["story", "article"] = "story"
    cron: str | None = None
    cooldown: Duration = "0s"
    quiet: str | None = None
    max_per_hour: Annotated[int, Meta(ge=0, le=10_000)] = 0  # 0: no cap
    min_change: Annotated[float, Meta(ge=0, le=1)] = 0.05
    empty: bool = False
    template: Id = BUILT_IN
    to: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.to:
            raise BadValue("to", [], 'must name at least one channel, such as "env:KHABAR_DESK_URL"')
        for number, channel in enumerate(self.to):
            if not _CHANNEL.fullmatch(channel):
                reason = 'must be "env:NAME" or a channel URL such as "json://127.0.0.1:8099/hook"'
                raise BadValue(f"to[{number}]", _NOT_SHOWN, reason)
        if (self.when == "digest") != (self.cron is not None):
            raise BadValue("cron", self.cron, 'a digest, and nothing else, needs one, such as "0 6 * * *"')
        if self.cron is not None:
            check_cron("cron", self.cron)
        if self.when in ("spike", "silence"):
            self._check_counted()
        if self.empty and self.when != "digest":
            raise BadValue("empty", self.empty, 'only a digest is sent empty, an alert with when = "digest"')
        if self.quiet is not None:
            check_day_span("quiet", self.quiet)
        if seconds(self.cooldown) > _LONGEST_COOLDOWN:
            raise BadValue("cooldown", self.cooldown, 'must be at most "52w"')

    def _check_counted(self) -> None:
        for key, value in (("query", self.query), ("languages", list(self.languages)), ("min_score", self.min_score)):
            if value:
                reason = f"a {self.when} is told by the count of a topic's articles: write a topic that asks for this"
                raise BadValue(key, value, f"{reason}, and name it in topics")


class AlertFile(Definition, frozen=True, kw_only=True):
    """A file of `[[alert]]` tables."""

    alert: tuple[Alert, ...] = ()


def load_alerts(
    folder: Path,
    sources: Collection[str],
    topics: Collection[str],
    searches: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Alert]:
    """Every alert of the TOML files in *folder*, by id; *sources* and *topics* are the ids that the desk has. Its saved
    *searches* then stand in the alerts' queries in place of their names.

    Raises DefinitionError, also where two alerts share an id, one names what the desk does not have, asks what is no
    query, or names a channel that there is not. What is behind an `env:NAME` is not looked at.
    """
    alerts: dict[str, Alert] = {}
    for path, number, alert in alert_tables(folder):
        place = f"alert[{number}]"
        if alert.id in alerts:
            raise DefinitionError(path, f"{place}.id", "another alert has this id", value=alert.id)
        try:
            alert = _with_saved(place, alert, searches)  # noqa: PLW2901 -- nobody wants the one that names them
            _check_filters(place, alert, sources, topics)
            _check_template(place, alert.template, folder.parent / "templates")
            for at, channel in enumerate(alert.to):
                if not channel.startswith("env:"):
                    from alerts.channels import notifier_of  # noqa: PLC0415 -- Apprise takes a third of a second

                    notifier_of(f"{place}.to[{at}]", channel)
        except BadValue as bad:
            raise DefinitionError.of(path, bad) from bad
        alerts[alert.id] = alert
    return alerts


def alert_tables(folder: Path) -> Iterator[tuple[Path, int, Alert]]:
    """The file, the place in it and the contents of every `[[alert]]` table in *folder*. Raises DefinitionError."""
    for path in sorted(folder.glob("*.toml")):
        for number, alert in enumerate(_load(path).alert):
            yield path, number, alert


def _load(path: Path) -> AlertFile:
    try:
        return load(path, AlertFile)
    except DefinitionError as error:
        if error.value is not None and _IN_CHANNELS.search(error.key):  # not a list, and yet it may hold a secret
            raise DefinitionError(error.file, error.key, error.reason, value=_NOT_SHOWN) from None
        raise


def _with_saved(place: str, alert: Alert, searches: Mapping[str, str]) -> Alert:
    try:
        return msgspec.structs.replace(alert, query=with_saved(alert.query, searches))
    except QueryError as error:
        raise BadValue(f"{place}.query", alert.query, str(error)) from error


def _check_filters(place: str, alert: Alert, sources: Collection[str], topics: Collection[str]) -> None:
    for at, topic in enumerate(alert.topics):
        check_reference(f"{place}.topics[{at}]", topic, topics, "topic")
    for at, pattern in enumerate(alert.sources):
        check_reference(f"{place}.sources[{at}]", pattern, sources, "source")
    for at, language in enumerate(alert.languages):
        _check_language(f"{place}.languages[{at}]", language)
    try:
        filters = check_query(alert.query)
    except QueryError as error:
        raise BadValue(f"{place}.query", alert.query, str(error)) from error
    for asked in filters:
        if asked.name in ("topic", "source"):
            known = topics if asked.name == "topic" else sources
            check_reference(f"{place}.query", asked.value, known, asked.name)
        elif asked.name == "lang":
            _check_language(f"{place}.query", asked.value)


def _check_template(place: str, name: str, folder: Path) -> None:
    known = {path.stem for path in folder.glob("*") if path.suffix in (".txt", ".html")}
    if name not in {BUILT_IN, *known}:
        reason = f'must be "{BUILT_IN}", or the name of a .txt or .html file in templates/ without its ending'
        raise BadValue(f"{place}.template", name, reason, nearest(name, known))


def _check_language(key: str, tag: str) -> None:
    if not is_language_tag(tag):
        raise BadValue(key, tag, 'is not a BCP 47 tag such as "en", "ar", "ckb" or "kmr"')
