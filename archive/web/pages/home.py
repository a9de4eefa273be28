"""The front page: what happened since yesterday, and what needs somebody."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from archive.overview import article_count
from archive.web.view import Asked, Route, page


def read_home(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the front page shows."""
    return {"articles": article_count(db)}


ROUTES: list[Route] = [(r"^/$", page("home.html", read_home))]
