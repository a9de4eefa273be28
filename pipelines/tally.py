"""Counts what became of the URLs of one source in one run."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from archive.article import PAGE_LOST, WITHDRAWN, Fate

COUNTED = (Fate.ARCHIVED, Fate.REVISED, Fate.UNCHANGED, Fate.DUPLICATE, Fate.REFUSED, Fate.FAILED)


@dataclass(slots=True)
class Tally:
    """The numbers that `khabar crawl` prints for a source. `watch` is called after every change."""

    requests: int = 0  # everything that was asked of its hosts: robots.txt, feeds and redirects too
    fetched: int = 0  # article pages that answered with a page
    megabytes: float = 0.0  # of responses, decompressed
    found: int = 0  # article URLs that this run means to fetch
    lost_ways: int = 0  # feeds, sitemaps and listings that could not be read, or were refused
    fates: Counter[Fate] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    watch: Callable[[], None] | None = None

    def count(self, fate: Fate, reason: str | None = None, number: int = 1) -> None:
        """Adds *number* URLs of this fate."""
        self.fates[fate] += number
        if reason:
            self.reasons[reason] += number
        if self.watch:
            self.watch()

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        """As the contract prints it."""
        return {
            "requests": self.requests,
            "fetched": self.fetched,
            **{fate.value: self.fates[fate] for fate in COUNTED},
            "reasons": dict(sorted(self.reasons.items())),
        }

    def lose_page(self) -> None:
        """An article's page, or one without an article, could not be kept; the article is archived all the same."""
        self.reasons[PAGE_LOST] += 1

    def fault(self) -> None:
        """The crawl itself ended by a fault of ours."""
        self.count(Fate.FAILED, "fault in Khabar")

    @property
    def troubled(self) -> bool:
        """Whether something failed that a person may want to look at."""
        return bool(self.fates[Fate.FAILED] > self.reasons[WITHDRAWN] or self.lost_ways or self.reasons[PAGE_LOST])
