"""The pages, each a module with its readers and the routes that lead to them."""

from archive.web import downloading
from archive.web.pages import (
    alerts,
    articles,
    home,
    kept,
    live,
    preferences,
    search,
    source,
    sources,
    topic_files,
    topics,
)
from archive.web.view import Route

ROUTES: list[Route] = [
    *preferences.ROUTES,
    *downloading.ROUTES,
    *home.ROUTES,
    *topic_files.ROUTES,
    *topics.ROUTES,
    *articles.ROUTES,
    *kept.ROUTES,
    *search.ROUTES,
    *sources.ROUTES,
    *source.ROUTES,
    *alerts.ROUTES,
    *live.ROUTES,
]
"""All of them, asked in this order before those of Datasette."""
