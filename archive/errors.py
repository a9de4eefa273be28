"""What can go wrong with an archive, as one small tree."""

_SHOWN = 60  # code points of a query, so that the error stays one line


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file, the reason and the way out."""


class PageDamaged(ArchiveError):
    """A kept page, or what is noted of it, is not what was kept; the others are as good as before."""


class QueryError(ArchiveError):
    """A search that cannot be understood. `position` is the place in `query`, counted from 0 in code points."""

    def __init__(self, reason: str, query: str = "", position: int = 0) -> None:
        self.reason, self.query, self.position = reason, query, position
        start = max(0, position - _SHOWN // 2)
        excerpt = f"{'…' * (start > 0)}{query[start : start + _SHOWN]}{'…' * (start + _SHOWN < len(query))}"
        super().__init__(f"{reason} (at character {position + 1} of: {excerpt})" if query else reason)
