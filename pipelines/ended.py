"""The last that a crawl on a machine of its own ships: how it ended, and what it counted."""

from dataclasses import dataclass, field
from typing import Self

from archive.article import Fate
from pipelines.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The end of one crawl. What became of the articles that it shipped is not among its fates: it does not know."""

    handed_back: bool = False  # it was stopped because its worker ends: another one is to go on with it
    requests: int = 0
    fetched: int = 0
    megabytes: float = 0.0
    found: int = 0
    lost_ways: int = 0
    fates: dict[Fate, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, tally: Tally, *, handed_back: bool = False) -> Self:
        """The end of the crawl that *tally* has counted."""
        return cls(
            handed_back=handed_back, requests=tally.requests, fetched=tally.fetched, megabytes=tally.megabytes,
            found=tally.found, lost_ways=tally.lost_ways, fates=dict(tally.fates), reasons=dict(tally.reasons),
        )  # fmt: skip

    def add_to(self, tally: Tally) -> None:
        """Adds what it counted to *tally*."""
        tally.requests += self.requests
        tally.fetched += self.fetched
        tally.megabytes += self.megabytes
        tally.found += self.found
        tally.lost_ways += self.lost_ways
        tally.fates.update(self.fates)
        tally.reasons.update(self.reasons)
        if tally.watch:
            tally.watch()
