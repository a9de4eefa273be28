"""A report of many articles: topics, beneath them stories, each chosen, harmless and bounded. Pure, only a model.

`reporting` makes one from the archive; `report_message` and the templates of a brief write it down.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from alerts.messages.excerpt import Excerpt
from topics.direction import Direction

MOST_STORIES = 200
"""Stories of a report that are told; the others are counted. Nobody reads more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where else a story appeared, and how long after the first: "+12 min", "≤+3 h 05" where no minute is told."""

    source: str
    delay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A story, told by one of its articles. Every text is on one line and steers nothing; the sentence is whole."""

    article: int
    headline: str
    language: str | None  # a well-formed BCP 47 tag
    direction: Direction | None  # of headline and sentence; None: each tells its own
    language_name: str
    source: str  # where it appeared first, and when
    time: str
    shown: Copy | None  # the article that tells it, where that is not the first
    copies: tuple[Copy, ...]  # further sources, each once
    more_sources: int  # that are not among the copies
    articles: int  # of the story, in all
    sentence: Excerpt | None
    edited: bool  # in the time of the report
    headline_then: str | None  # where an edit changed it
    link: str | None  # http or https, ASCII
    instead_of_link: str | None  # why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A story that is told whole under another topic."""

    headline: str
    language: str | None
    direction: Direction | None
    under: str  # name of that topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something to be told that is no story: a spike, a silence, an edit. Each of its texts is one harmless line."""

    headline: str
    language: str | None = None
    direction: Direction | None = None  # of the headline
    lines: tuple[str, ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A topic: its stories, the newest first."""

    topic: str | None  # its id; None: a section of what has no topic, or of notes
    name: str
    entries: tuple[Entry | Note, ...]
    mentions: tuple[Mention, ...] = ()
    stories: int = 0  # with this topic, told here or under another
    articles: int = 0
    more: int = 0  # stories that belong here and were left out
    more_mentions: int = 0
    counts: tuple[int, ...] = ()  # articles in each of the spans that the report was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What happened from `begin` until `end`, by topic and story."""

    begin: datetime
    end: datetime
    zone: tzinfo
    sections: tuple[Section, ...]
    stories: int = 0  # in all
    articles: int = 0
    sources: int = 0
    untagged: int = 0  # stories without a topic, where these are only counted
    counts: tuple[int, ...] = ()

    @property
    def left_out(self) -> int:
        """Stories of the sections that are not among their entries."""
        return sum(section.more for section in self.sections)
