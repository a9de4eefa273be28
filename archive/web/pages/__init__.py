"""The pages, each a module with its readers and the routes that lead to them."""

from archive.web import downloading
from archive.web.pages import alerts, home, live, preferences, source, sources
from archive.web.view import Route

ROUTES: list[Route] = [
    *preferences.ROUTES,
    *downloading.ROUTES,
    *home.ROUTES,
    *sources.ROUTES,
    *alerts.ROUTES,
    *live.ROUTES,
    *source.ROUTES,
]
"""All of them, asked in this order before those of Datasette."""
