"""The pages, each a module with its readers and the routes that lead to them."""

from archive.web.pages import articles, home, kept, preferences, search
from archive.web.view import Route

ROUTES: list[Route] = [
    *preferences.ROUTES,
    *home.ROUTES,
    *articles.ROUTES,
    *kept.ROUTES,
    *search.ROUTES,
]
"""All of them, asked in this order before those of Datasette."""
