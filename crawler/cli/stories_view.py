"""Stories as they look on a terminal. Whatever came from the network goes through `plain` before it gets there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from archive.copies import spell_delay_of
from archive.plain import plain
from crawler.cli.times import shown

_MOST_COPIES = 50  # of a story; --json has more


def story_lines(story: Mapping[str, Any], zone: tzinfo) -> Iterator[Text]:
    """A story in the list: its first article's title on a line of its own, then its copies."""
    first = next(copy for copy in story["articles"] if copy["first"])
    yield Text(plain(first["title"] or "(no title)"), style="bold")
    yield Text(f"{told_number(story['count'], len(story['sources']))}, {plain(first['language'] or '?')}", style="dim")
    yield from copy_lines(story["articles"], zone, total=story["count"])


def told_number(articles: int, sources: int) -> str:
    """How many copies there are, in words."""
    return f"{articles:,} articles of {sources:,} {'source' if sources == 1 else 'sources'}"


def copy_lines(
    copies: Sequence[Mapping[str, Any]], zone: tzinfo, *, total: int, this: int | None = None, titles: bool = False
) -> Iterable[Text]:
    """The first appearance and each copy with its delay. A title has a line of its own, because one that is written
    from right to left would reorder what stands beside it. The article *this* is never left out; its address is known
    to the reader.
    """
    told = [copy for place, copy in enumerate(copies) if place < _MOST_COPIES or copy["id"] == this]
    for copy in told:
        where = "(this article)" if copy["id"] == this else plain(copy["url"])
        facts = (
            f"{spell_delay_of(copy):>10}",
            shown(copy["appeared"], zone),
            str(copy["id"]),
            plain(copy["source"]),
            where,
        )
        yield Text("  ".join(facts))
        if titles:
            yield Text(plain(copy["title"] or "(no title)"), style="dim")
    if (rest := total - len(told)) > 0:
        yield Text(f"  and {rest:,} more", style="dim")
