"""What a backtest found out, ready to be printed."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.backtesting import Backtest, Loudness
from alerts.definitions import Alert
from archive.search import Filters
from archive.texts import ArchivedText
from topics.evidence import Tag
from topics.packs import Packs


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A topic that an article gains, with the tag, or loses."""

    text: ArchivedText
    topic: str
    tag: Tag | None

    @property
    def kind(self) -> str:
        """Which of both."""
        return "gained" if self.tag else "lost"


@dataclass(kw_only=True)
class Samples:
    """The newest few articles of each topic and kind of change."""

    most: int
    kept: dict[tuple[str, str], list[Change]] = field(default_factory=lambda: defaultdict(list))

    def add(self, change: Change) -> None:
        """The newest come first."""
        if len(kept := self.kept[change.topic, change.kind]) < self.most:
            kept.append(change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was found out, and what it was asked of."""

    packs: Packs
    filters: Filters
    backtest: Backtest
    alerts: list[Alert]  # those on single articles
    drafted: list[str]  # topics that the drafts have a say in
    plain: list[str]  # topics that the drafts or a difference make worth a look, and that no alert names

    @property
    def days(self) -> int:
        """Those over which an average is taken: that have articles, and no more than the window has."""
        window = (self.filters.until or datetime.now(UTC)) - (self.filters.since or datetime.min.replace(tzinfo=UTC))
        return max(1, min(len(self.backtest.days), round(window / timedelta(days=1))))


def figures_of(past: Past) -> dict[str, Any]:
    """The numbers, as --json prints them."""
    tested, since, until = past.backtest, past.filters.since, past.filters.until
    compared = tested.comparison

    def loudness(loud: Loudness) -> dict[str, Any]:
        busiest = {"day": str(loud.busiest), "messages": loud.on_busiest} if loud.busiest else None
        return {"messages": loud.messages, "per_day": round(loud.messages / past.days, 3), "busiest": busiest}

    def sides(sides: tuple[Loudness, Loudness]) -> dict[str, Any]:
        return {"stands": loudness(sides[0]), "would": loudness(sides[1])}

    return {
        "pack_version": past.packs.version,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "articles": compared.languages.total(),
        "days": past.days,
        "languages": dict(compared.languages.most_common()),
        "topics": {
            topic: {
                **asdict(compared.figures(topic)),
                "languages": {name: asdict(compared.figures(topic, name)) for name in sorted(compared.languages)},
            }
            for topic in dict.fromkeys([*past.packs.topics, *sorted(compared.topics)])
        },
        "alerts": [
            {"alert": alert.id, "topics": alert.topics, "per": alert.per, **sides(tested.of_alert(alert.id))}
            for alert in past.alerts
        ]
        + [{"alert": None, "topics": [topic], "per": "story", **sides(tested.of_topic(topic))} for topic in past.plain],
    }
