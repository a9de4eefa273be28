"""What is given away, in whose name, and what came of it. Data only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the documents of an export say of themselves."""

    desk: str  # its name
    contact: str
    version: str  # of Khabar
    packs: str  # the version of the topic packs in force
    made: datetime  # aware
    asked: tuple[str, ...]  # what it is narrowed to, a line each
    articles: int  # that match
    names: Mapping[str, str] = field(default_factory=dict)  # of the sources, by id

    @property
    def maker(self) -> str:
        """The program, as `generator` of a document."""
        return f"Khabar {self.version}"


@dataclass(slots=True)
class Tally:
    """What came of it so far."""

    articles: int = 0
    pages: int = 0  # raw ones that were written, each once
    unkept: int = 0  # articles of which the page of one version at least is not kept
    damaged: int = 0  # pages that are not what their hash says
    unsound: int = 0  # articles with evidence that is not in their text
    tell: Callable[[str], None] = field(default=lambda _line: None, repr=False)  # a line of what went wrong
