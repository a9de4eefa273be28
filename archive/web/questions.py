"""What a search page is asked: a query and what narrows it. An address made of it asks the same."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from archive.database import storable
from archive.errors import QueryError
from archive.saved import with_saved
from archive.search import Filters
from archive.times import begin_of, end_of
from archive.web.drawing import with_arguments
from archive.web.view import Asked, BadRequest

Sort = Literal["newest", "relevance"]
_MOST_VALUES = 20  # of one kind
_LONGEST_VALUE = 200
_LONGEST_TIME = 40
LAST_PAGE = 50
"""Pages of a search that is grouped, or in the order of relevance: a thousand articles, the ones that are ranked."""
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A search as its address has it."""

    q: str = ""
    topic: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    sort: Sort = "newest"
    group: Literal["", "story"] = ""
    before: int | None = None  # an article's id: newest first, those behind it
    page: int = 1  # in any other order

    @property
    def is_by_page(self) -> bool:
        """Whether its pages are numbered; else they follow each other by the last article."""
        return self.sort == "relevance" or self.group == "story"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the query says what is to be found."""
        return bool(self.topic or self.source or self.language or self.since or self.until)

    def address(self, path: str = "/search", **changes: Any) -> str:
        """The address of this search with *changes*, from its first page."""
        return with_arguments(path, _arguments(replace(self, **{"before": None, "page": 1, **changes})))

    def with_value(self, name: str, value: str) -> str:
        """The address of this search narrowed to *value* too."""
        changed: dict[str, Any] = {name: tuple(dict.fromkeys((*getattr(self, name), value)))}
        return self.address(**changed)

    def without_value(self, name: str, value: str) -> str:
        """The address of this search without *value*."""
        changed: dict[str, Any] = {name: tuple(one for one in getattr(self, name) if one != value)}
        return self.address(**changed)


def _arguments(question: Question) -> Mapping[str, Any]:
    usual = asdict(Question())
    return {name: value for name, value in asdict(question).items() if value != usual[name]}


def question_of(asked: Asked) -> Question:
    """What the address asks for. What it says that nobody can mean is passed over."""
    before = asked.number("before", 0, most=_LARGEST_ID)
    return Question(
        q=storable(asked.first("q")).strip(),
        topic=_values(asked, "topic"),
        source=_values(asked, "source"),
        language=_values(asked, "language"),
        since=storable(asked.first("since")).strip()[:_LONGEST_TIME],
        until=storable(asked.first("until")).strip()[:_LONGEST_TIME],
        sort="relevance" if asked.first("sort") == "relevance" else "newest",
        group="story" if asked.first("group") == "story" else "",
        before=before or None,
        page=asked.number("page", 1, least=1, most=LAST_PAGE),
    )


def _values(asked: Asked, name: str) -> tuple[str, ...]:
    values = (storable(value).strip()[:_LONGEST_VALUE] for value in asked.all(name))
    return tuple(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]


def filters_of(question: Question, asked: Asked, *, before: int | None = None) -> Filters:
    """What articles must be besides matching the query; older than *before*, where that is given. Raises BadRequest
    where a time cannot be understood."""
    times: dict[str, Any] = {}
    for name, read in (("since", begin_of), ("until", end_of)):
        if given := getattr(question, name):
            try:
                times[name] = read(given, now=asked.now, zone=asked.face.zone)
            except ValueError as error:
                raise BadRequest(f'"{name}" {error}') from error
    return Filters(
        topics=question.topic, sources=question.source, languages=question.language, before=before, **times
    )  # fmt: skip


def expanded(question: Question, asked: Asked) -> str:
    """The query with the searches of the desk that it names; in public it has none. Raises QueryError."""
    return with_saved(question.q, asked.face.searches if asked.sees_texts else {})


@dataclass(frozen=True, slots=True)
class Wrong:
    """What cannot be understood of a search: why, and the place in the query, cut into what is before it, the sign
    there, and what follows; all empty where it is not in the query."""

    why: str
    before: str = ""
    at: str = ""
    behind: str = ""


_AROUND = 40


def wrong_with(error: QueryError | BadRequest, query: str) -> Wrong:
    """How the page tells *error*. Of one in *query* the place is shown."""
    if not isinstance(error, QueryError) or str(error) == error.reason:
        return Wrong(str(error) if not isinstance(error, QueryError) else error.reason)
    place = min(error.position, len(query))
    first, last = max(0, place - _AROUND), place + 1 + _AROUND
    before, behind = query[first:place], query[place + 1 : last]
    return Wrong(
        error.reason, ("…" if first else "") + before, query[place : place + 1] or "␣",
        behind + ("…" if last < len(query) else ""),
    )  # fmt: skip
