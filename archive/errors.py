"""What can go wrong with an archive, as one small tree."""


class ArchiveError(Exception):
    """The archive cannot be used; the message names the file, the reason and the way out."""


class QueryError(ArchiveError):
    """A search that cannot be understood. `position` is the place in the query, counted from 0 in code points."""

    def __init__(self, reason: str, query: str = "", position: int = 0) -> None:
        self.reason, self.position = reason, position
        super().__init__(f"{reason} (at character {position + 1} of: {query})" if query else reason)
