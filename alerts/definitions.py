"""The alerts of a desk: what is worth telling, and to whom. Reading and checking only; nothing is sent here."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from seeds.definitions import (
    BadValue,
    Definition,
    DefinitionError,
    Duration,
    Id,
    check_cron,
    check_day_span,
    check_reference,
    load,
)

_CHANNEL = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|[a-z][a-z0-9+.-]*://\S+")


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
    min_change: Annotated[float, Meta(ge=0, le=1)] = 0.05
    template: str = "short"
    to: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.to:
            raise BadValue("to", [], 'must name at least one channel, such as "env:KHABAR_DESK_URL"')
        for number, channel in enumerate(self.to):
            if not _CHANNEL.fullmatch(channel):
                reason = 'must be "env:NAME" or a channel URL such as "json://127.0.0.1:8099/hook"'
                raise BadValue(f"to[{number}]", "(not shown)", reason)
        if (self.when == "digest") != (self.cron is not None):
            raise BadValue("cron", self.cron, 'a digest, and nothing else, needs one, such as "0 6 * * *"')
        if self.cron is not None:
            check_cron("cron", self.cron)
        if self.quiet is not None:
            check_day_span("quiet", self.quiet)


class AlertFile(Definition, frozen=True, kw_only=True):
    """A file of `[[alert]]` tables."""

    alert: tuple[Alert, ...] = ()


def load_alerts(folder: Path, sources: Collection[str], topics: Collection[str]) -> dict[str, Alert]:
    """Every alert of the TOML files in *folder*, by id; *sources* and *topics* are the ids that the desk has.

    Raises DefinitionError, also where two alerts share an id or one names what the desk does not have.
    """
    alerts: dict[str, Alert] = {}
    for path in sorted(folder.glob("*.toml")):
        for number, alert in enumerate(load(path, AlertFile).alert):
            if alert.id in alerts:
                raise DefinitionError(path, f"alert[{number}].id", "another alert has this id", value=alert.id)
            try:
                for place, topic in enumerate(alert.topics):
                    check_reference(f"alert[{number}].topics[{place}]", topic, topics, "topic")
                for place, pattern in enumerate(alert.sources):
                    check_reference(f"alert[{number}].sources[{place}]", pattern, sources, "source")
            except BadValue as bad:
                raise DefinitionError.of(path, bad) from bad
            alerts[alert.id] = alert
    return alerts
