"""The errands of an import: one for each source and, where every page is taken, for each site, of which there may be a
million. Only those of late are kept whole; of the others the counts are, up to a number."""

from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Literal

import msgspec

from pipelines.errand import Errand
from pipelines.tally import Tally
from pipelines.workbench import Workbench
from seeds.bounds import SITES_AT_ONCE, SITES_COUNTED
from seeds.sources import Source

OTHERS = "(other sites)"


class Errands:
    """Of one run."""

    def __init__(self, workbench: Workbench, run: int, tells: Literal["all", "nothing"]) -> None:
        self._workbench, self._run, self._tells = workbench, run, tells
        self._errands: OrderedDict[str, Errand] = OrderedDict()
        self.tallies: dict[str, Tally] = {}

    def of(self, source: Source, captured: datetime) -> Errand:
        """That of *source*, for a page that was captured then. It plans no look at what it brings."""
        errand = self._errands.get(source.id)
        if errand is None:
            errand = Errand(
                source=msgspec.structs.replace(source, revisit=()), run=self._run, workbench=self._workbench,
                tells=self._tells, tally=self._tally(source.id),
            )  # fmt: skip
            self._errands[source.id] = errand
            if len(self._errands) > SITES_AT_ONCE:
                self._errands.popitem(last=False)
        self._errands.move_to_end(source.id)
        return replace(errand, captured=captured)

    def _tally(self, source: str) -> Tally:
        name = source if source in self.tallies or len(self.tallies) < SITES_COUNTED else OTHERS
        return self.tallies.setdefault(name, Tally())
