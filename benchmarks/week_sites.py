"""Puts the papers of `week_answers` on loopback, a port each."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Self

from benchmarks.one_loop import OneLoop, Talk
from benchmarks.week_answers import PaperSite


class WeekSites:
    """Context manager: the papers, each on a port of its own."""

    def __init__(self, sites: Sequence[PaperSite]) -> None:
        self.sites = list(sites)
        self._loop = OneLoop("week-sites")

    def __enter__(self) -> Self:
        self._loop.__enter__()
        for site in self.sites:
            port = self._loop.open(partial(Talk, self._loop, site.answer))
            site.site.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.__exit__(kind, error, trace)

    def advance(self, now: datetime) -> None:
        """Brings all of them to *now*, between two requests."""
        self._loop.between_requests(partial(self._advance, now))

    def _advance(self, now: datetime) -> None:
        for site in self.sites:
            site.advance(now)
