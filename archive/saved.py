"""Searches that a desk has saved, and that a query names. Pure."""

from collections.abc import Mapping

from archive.errors import QueryError
from archive.query import parse
from archive.query_tree import filters_in
from seeds.definitions import nearest

_FIELD = "saved"


def with_saved(query: str, saved: Mapping[str, str]) -> str:
    """*query* with each `saved:NAME` replaced by the search of that name, in brackets. Raises QueryError, also where
    there is none of it.
    """
    while named := [part for part in filters_in(parse(query)) if part.name == "saved"]:  # those named twice come again
        for part in sorted(named, key=lambda part: -part.position):
            if part.value not in saved:
                raise QueryError(unknown_search(part.value, saved), query, part.position)
            begin = query.rindex(":", 0, part.position) - len(_FIELD)
            query = f"{query[:begin]}({saved[part.value]}){query[part.end :]}"
    return query


def unknown_search(name: str, saved: Mapping[str, str]) -> str:
    """That none of the *saved* ones has this *name*, in words."""
    if not saved:
        return f'the desk has no saved search, and so no "{name}"; [searches] in desk.toml has them'
    hint = nearest(name, saved)
    return f'the desk has no saved search "{name}"' + (f'; did you mean "{hint}"?' if hint else "")
