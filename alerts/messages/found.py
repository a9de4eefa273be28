"""What the query of an alert found in an article. Pure."""

from typing import Any

from archive.highlight import Finder
from archive.query import parse
from archive.reading import Record

MOST_FOUND = 12
"""Places of a query's words: a common word stands everywhere, and a message shows three sentences."""
_LOOKED_AT = 200_000  # characters: 60 times an article's length


def found_by(query: str, record: Record) -> list[dict[str, Any]]:
    """Where the words of *query* stand in the article, as evidence has them: at most MOST_FOUND places of a field."""
    finder = Finder(parse(query))
    return [
        {"rule": "query", "term": query, "field": field, "start": start, "end": end}
        for field in ("title", "text")
        for start, end in finder.find((record.article[field] or "")[:_LOOKED_AT], is_title=field == "title")[
            :MOST_FOUND
        ]
    ]
