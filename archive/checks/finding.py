"""What a check is, and what one finds. Data only."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["fault", "warning", "note"]
"""A fault: what the archive says is not so. A warning: it needs a person. A note: worth knowing, nothing is wrong."""
Span: TypeAlias = tuple[int, int]
"""A stretch of ids of articles, both ends in it."""
EVERYTHING: Span = (-(2**63), 2**63 - 1)
MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to the archive, asked of each stretch of articles, or `whole`: once.

    `find` gives what is wrong there, each in a word or two: it only reads, in a transaction of its own. `mend` puts it
    right in the open transaction, and gives how much it did: it looks anew, since others may have written meanwhile.
    """

    name: str
    wrong: str  # what those are that were found, after their number: "stories are not what their articles say"
    remedy: str  # what to do; of what can be mended, what `--repair` does
    find: Callable[[sqlite3.Connection, Span], Sequence[str]]
    mend: Callable[[sqlite3.Connection, Span], int] | None = None
    whole: bool = False
    thorough: bool = False  # left out where it must be quick
    loses: bool = False  # to mend it takes something out that cannot be made again
    alone: bool = False  # to mend it nobody else may write: it is one long transaction
    severity: Severity = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be."""

    name: str
    severity: Severity
    wrong: str
    remedy: str
    count: int | None = None  # None: it is no matter of number
    examples: tuple[str, ...] = ()
    check: Check | None = None  # that found it, and mends it
    spans: tuple[Span, ...] = field(default=(), repr=False)  # where
    act: Callable[[sqlite3.Connection], int] | None = None  # what mends it else, outside of any transaction

    @property
    def can_be_mended(self) -> bool:
        """Whether `--repair` puts it right."""
        return self.act is not None or (self.check is not None and self.check.mend is not None)

    @property
    def is_wrong(self) -> bool:
        """Whether it is more than worth knowing."""
        return self.severity != "note"
