"""The Datasette plugin: our pages before Datasette's, our guard before both, and one look for all.

It holds for the Datasette that `serving` makes, which carries what the desk tells as `khabar`; any other is let be.
"""

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from traceback import walk_tb
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.handle_exception import handle_exception as as_datasette_does
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment
from jinja2.ext import Extension

from archive.errors import ArchiveError
from archive.web.access import may
from archive.web.asgi import App
from archive.web.asking import NAME
from archive.web.bounding import TooMuch, bound
from archive.web.drawing import FILTERS
from archive.web.guarding import ACCESS, NONCE, PATH, Guard
from archive.web.pages import ROUTES
from archive.web.preferring import preferred_theme
from archive.web.view import NOT_READ, TITLES, Route, asked_by, without_folder
from archive.web.wording import gettext_noop

logger = logging.getLogger(__name__)

LONGEST_CELL = 20_000
"""Characters of a value on Datasette's pages: the longest reports of newspapers have as many."""
_SLASHES_OF_A_TABLE = 2  # /archive/TABLE; a row has one more
_ELEMENT = re.compile(r"<(script|style)\b|<link\b(?=[^>]*stylesheet)", re.IGNORECASE)
_STYLE_ATTRIBUTE = re.compile(r"""\sstyle=(?:"(?:[^"{]|{{.*?}}|{%.*?%}|{)*"|'[^']*')""")


_FIELD = re.compile(r'<(?:select|textarea|input type="text")(?=[^>]*?\bname="(_filter\w*|sql))')


class Hardened(Extension):
    """Gives the scripts and styles of every template, Datasette's and its plugins' too, the nonce of the page, and
    takes away style attributes; fields of Datasette's that have no label get one. It reads what a template says and not
    what a page shows: nothing from the archive gets a nonce.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """*source* as the policy of `guarding` lets it stand."""
        source = _STYLE_ATTRIBUTE.sub("", source)
        source = _FIELD.sub(lambda found: f'{found[0]} aria-label="{found[1].strip("_")}"', source)
        return _ELEMENT.sub(lambda found: f'{found[0]} nonce="{{{{ csp_nonce }}}}"', source)


@hookimpl
def register_routes(datasette: Datasette) -> list[Route]:
    """Our pages."""
    return ROUTES if _is_ours(datasette) else []


@hookimpl(trylast=True)  # what comes last stands outermost
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """The guard."""
    return lambda app: Guard(app, datasette, datasette.house) if _is_ours(datasette) else app


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """What templates may use."""
    if _is_ours(datasette):
        env.add_extension(Hardened)
        env.filters.update(FILTERS)


@hookimpl
def extra_template_vars(request: Request | None, datasette: Datasette) -> dict[str, Any]:
    """What every template has at hand."""
    if not _is_ours(datasette) or request is None:
        return {}
    asked = asked_by(datasette, request)
    return {
        "asked": asked,
        "words": asked.words,
        "_": asked.words.gettext,
        "ngettext": asked.words.ngettext,
        "csp_nonce": request.scope[NONCE],
        "theme": preferred_theme(request),
        "has_login": datasette.house.has_login,
    }


@hookimpl(tryfirst=True)
def permission_allowed(
    datasette: Datasette, actor: Mapping[str, Any] | None, action: str, resource: object
) -> bool | None:
    """Who may do what of that which Datasette offers."""
    return may(datasette.house.access(actor), action, resource) if _is_ours(datasette) else None


@hookimpl
def render_cell(value: object, datasette: Datasette) -> str | None:
    """The begin of a text that is too long for a cell; a browser is busy for half a minute with a megabyte in one. The
    JSON of the row has all of it. None: it is shown as Datasette does, which cuts texts on all pages but that of a row.
    """
    is_row = _is_ours(datasette) and PATH.get().count("/") > _SLASHES_OF_A_TABLE
    is_long = is_row and isinstance(value, str) and len(value) > LONGEST_CELL
    return f"{str(value)[:LONGEST_CELL]}…" if is_long else None


@hookimpl(tryfirst=True)
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """The page that tells what went wrong, in the look of the others. A bug goes into the log whole, and tells the
    reader of the page nothing of how it works inside. It stands in the place of Datasette's own hook, which `serving`
    takes out: that one writes a screen into the log for every page that is not there."""
    if not _is_ours(datasette):
        theirs: Callable[[], Awaitable[Response]] = as_datasette_does(datasette, request, exception)
        return theirs

    async def told() -> Response:
        status, title, why = _told(exception)
        if status == 500:
            logger.error("%s failed", request.path, exc_info=exception)
        if request.scope[ACCESS] != "owner":
            why = without_folder(why, datasette.khabar())
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "status": status, "title": title, "error": why}, status=status)
        asked = asked_by(datasette, request)
        shown = {"title": asked.words.gettext(title), "status": status, "error": why}
        return Response.html(await datasette.render_template("error.html", shown, request=request), status=status)

    return told


def _told(exception: Exception) -> tuple[int, str, str]:
    """The status of the answer to a request that failed so, its title, and why."""
    if isinstance(exception, Base400):
        return exception.status, TITLES.get(exception.status, TITLES[400]), str(exception)
    if isinstance(exception, DatasetteError):  # of a mistake in an address it often says that it is the server's
        status = 400 if exception.status == 500 else exception.status
        return status, exception.title or TITLES[400], exception.message
    if isinstance(exception, TooMuch):
        return 400, TITLES[400], str(exception)
    if isinstance(exception, ArchiveError):
        return 503, NOT_READ, str(exception)
    if _is_of_the_address(exception):
        return 400, TITLES[400], "an argument of this address cannot be read"
    return 500, gettext_noop("Something went wrong"), "the log of khabar serve says what"


def _is_of_the_address(exception: Exception) -> bool:
    """Whether Datasette did not get on with an argument, such as `_next=x`: it lets go of what its reading of them
    raises. None of ours has a part in it."""
    frames = (frame for frame, _ in walk_tb(exception.__traceback__))
    is_ours = any(frame.f_globals.get("__name__", "").startswith("archive.") for frame in frames)
    return isinstance(exception, ValueError | LookupError) and not is_ours


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """No statement of anybody's writes, whatever it says, or takes all the memory."""
    if _is_ours(datasette) and database == NAME:
        bound(conn)


def _is_ours(datasette: Datasette) -> bool:
    return hasattr(datasette, "khabar")
