"""What a person chose of the interface: its language and its colours, kept in a cookie of a few letters."""

from typing import Literal, TypeAlias, cast

from datasette.utils.asgi import Request, Response

from archive.web.face import LANGUAGES, Language

Theme: TypeAlias = Literal["light", "dark"]
COOKIE = "khabar_interface"
_SECONDS = 365 * 24 * 3600


def preferred_language(request: Request) -> Language | None:
    """That of the address (`_interface`), else of the cookie; None where neither says."""
    chosen = request.args.get("_interface") or _cookie(request)[0]
    return cast(Language, chosen) if chosen in LANGUAGES else None


def preferred_theme(request: Request) -> Theme | None:
    """The colours that were chosen; None: as the system has them."""
    theme = _cookie(request)[1]
    return cast(Theme, theme) if theme in ("light", "dark") else None


async def choose(request: Request) -> Response:
    """Sets the cookie and goes back to the page; the form of the footer leads here."""
    language, theme = _cookie(request)
    language, theme = request.args.get("language", language), request.args.get("theme", theme)
    response = Response.redirect(_within(request.args.get("back") or "/"))
    value = f"{language if language in LANGUAGES else ''}.{theme if theme in ('light', 'dark') else ''}"
    response.set_cookie(COOKIE, value, max_age=_SECONDS, httponly=True, samesite="lax")
    return response


def _cookie(request: Request) -> tuple[str, str]:
    language, _, theme = request.cookies.get(COOKIE, "").partition(".")
    return language, theme


def _within(path: str) -> str:
    """*path* where it stays on this site; browsers take `//host` and `/\\host` for another one."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else "/"
