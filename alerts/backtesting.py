"""What other packs would have made of the past: tags gained and lost, and messages sent. Pure; nobody is told.

An article is taken as it is archived now, at the moment when it was first seen. What an edit brought is not told apart.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alerts.definitions import Alert
from alerts.watching import Watch
from archive.answering import Facts, Wording
from archive.query import parse
from archive.query_tree import filters_in
from archive.texts import ArchivedText
from archive.times import from_text
from seeds.definitions import matches_one
from topics.comparing import Comparison
from topics.evidence import Tag
from topics.languages import UNDETERMINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """The messages of an alert, to each of its channels, and the day that had most of them."""

    messages: int
    busiest: date | None
    on_busiest: int


class Messages:
    """The messages that alerts would have sent: of each story, or article, the first that answers."""

    def __init__(self) -> None:
        self._told: dict[str, dict[int, tuple[str, date]]] = {}

    def add(self, alert: str, subject: int, moment: tuple[str, date]) -> None:
        """One of *subject* answers *alert*; *moment* is when it was first seen, and the day that it counts for.

        They may come in any order.
        """
        told = self._told.setdefault(alert, {})
        told[subject] = min(told.get(subject, moment), moment)

    def loudness(self, alert: str) -> Loudness:
        """How loud *alert* would have been."""
        days = Counter(day for _, day in self._told.get(alert, {}).values())
        busiest, number = max(days.items(), key=lambda item: (item[1], item[0]), default=(None, 0))
        return Loudness(messages=days.total(), busiest=busiest, on_busiest=number)


class _Side:
    """What the desk's alerts, and a plain one on each topic, would have sent with the tags of one side."""

    def __init__(self) -> None:
        self.of_alerts, self.of_topics = Messages(), Messages()

    def add(self, text: ArchivedText, answered: Iterable[Alert], topics: Iterable[str], day: date) -> None:
        """Takes in an article with its *topics*, and the alerts that it answers."""
        moment = (text.first_seen, day)
        for alert in answered:
            self.of_alerts.add(alert.id, text.story if alert.per == "story" else text.id, moment)
        for topic in topics:
            self.of_topics.add(topic, text.story, moment)


class Backtest:
    """Reads the past, article by article, and counts."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._stands, self._would = _Side(), _Side()
        self.comparison = Comparison()
        self.days: set[date] = set()
        """The days that have articles."""

    def see(self, text: ArchivedText, tags: Iterable[Tag]) -> None:
        """Counts an article to which the packs give *tags*."""
        standing, found = dict(text.tags), {tag.topic: tag.score for tag in tags}
        self.comparison.add(text.language or UNDETERMINED, standing, found)
        day = from_text(text.time).astimezone(self._watch.zone).date()
        self.days.add(day)
        title, body = Wording(text.title or ""), Wording(text.text)  # each is folded once, for whoever asks
        authors = [Wording(name) for name in text.authors]

        def answered(scores: Mapping[str, float]) -> list[Alert]:
            facts = Facts(
                title=title, text=body, authors=authors, source=text.source, site=text.site, language=text.language,
                topics=scores, time=text.time,
            )  # fmt: skip
            return self._watch.answered(facts, list(scores.items()), from_text(text.first_seen))

        now = answered(standing)
        self._stands.add(text, now, standing, day)
        self._would.add(text, now if found == standing else answered(found), found, day)

    def of_alert(self, alert: str) -> tuple[Loudness, Loudness]:
        """How loud the desk's *alert* was with the tags that stand, and would have been with the packs."""
        return self._stands.of_alerts.loudness(alert), self._would.of_alerts.loudness(alert)

    def of_topic(self, topic: str) -> tuple[Loudness, Loudness]:
        """The same for an alert that asks for nothing but *topic*, once per story."""
        return self._stands.of_topics.loudness(topic), self._would.of_topics.loudness(topic)


def without_alert(topics: Iterable[str], alerts: Collection[Alert]) -> list[str]:
    """Those of *topics* that no alert on single articles asks for by name."""
    return [topic for topic in topics if not any(alert.when == "each" and _names(alert, topic) for alert in alerts)]


def _names(alert: Alert, topic: str) -> bool:
    in_query = (part.value for part in filters_in(parse(alert.query)) if part.name == "topic")
    return matches_one(topic, (*alert.topics, *in_query))
