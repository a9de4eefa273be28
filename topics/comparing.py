"""The topics that articles have beside those that other packs would give them, counted. Pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

_Kind = Literal["stands", "would", "gained", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Articles with a topic: how many have it, would have it, would have it newly, and no longer."""

    stands: int
    would: int
    gained: int
    lost: int


class Comparison:
    """Counts of articles by topic and language."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[_Kind, str, str]] = Counter()
        self.languages: Counter[str] = Counter()
        """How many articles there are of each language."""

    def add(self, language: str, standing: Collection[str], found: Collection[str]) -> None:
        """Counts an article with the topics *standing* in which others are *found*."""
        self.languages[language] += 1
        for topic in {*standing, *found}:
            stands, would = topic in standing, topic in found
            kinds: dict[_Kind, bool] = {
                "stands": stands, "would": would, "gained": would and not stands, "lost": stands and not would,
            }  # fmt: skip
            for kind, holds in kinds.items():
                self._counts[kind, topic, language] += holds

    def figures(self, topic: str, language: str | None = None) -> Figures:
        """Those of a topic, in all languages or in one."""

        def count(kind: _Kind) -> int:
            return sum(self._counts[kind, topic, each] for each in ([language] if language else self.languages))

        return Figures(stands=count("stands"), would=count("would"), gained=count("gained"), lost=count("lost"))

    @property
    def topics(self) -> set[str]:
        """The topics that any article has or would have."""
        return {topic for _, topic, _ in self._counts}

    @property
    def changed(self) -> set[str]:
        """The topics that any article would gain or lose."""
        return {topic for (kind, topic, _), number in self._counts.items() if number and kind in ("gained", "lost")}
