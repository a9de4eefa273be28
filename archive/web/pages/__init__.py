"""The pages, each a module with its readers and the routes that lead to them."""

from archive.web.pages import articles, home, kept, preferences, search, topic_files, topics
from archive.web.view import Route

ROUTES: list[Route] = [
    *preferences.ROUTES,
    *home.ROUTES,
    *topic_files.ROUTES,
    *topics.ROUTES,
    *articles.ROUTES,
    *kept.ROUTES,
    *search.ROUTES,
]
"""All of them, asked in this order before those of Datasette."""
