"""Recognises redirects that lead away from an article: to a gate, or to the front page. Pure.

What is read there is not the article, and taken for it the article would count as had, and never be asked for again.
"""

from urllib.parse import unquote, urlsplit

FRONT_PAGE = "redirected to the front page"


def detour(asked: str, answered: str) -> str | None:
    """Why the page at *answered* cannot be the article at *asked*, as far as the addresses tell; None: it can."""
    there, here = urlsplit(asked), urlsplit(answered)
    path = unquote(there.path).rstrip("/")
    if not path or path == unquote(here.path).rstrip("/"):
        return None
    if not here.path.strip("/") and not here.query:
        return FRONT_PAGE
    if path in unquote(unquote(here.query)):  # "/consent?back=/story/1", "/login?next=https%3A%2F%2F…%2Fstory%2F1"
        return "redirected to a gate"
    return None
