"""How a page comes about: its reader asks the archive, its template draws what was found.

A page's module has readers, functions of a connection and an `Asked`, and hands them to `page` or `document`. A reader
runs in a thread, sees one moment of the archive, and decides nothing about HTTP.
"""

import os
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias, TypeVar

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.errors import ArchiveError
from archive.plain import plain
from archive.web.access import Access
from archive.web.asking import TooSlow, ask
from archive.web.face import Face, Language
from archive.web.guarding import ACCESS
from archive.web.preferring import preferred_language
from archive.web.wording import Words, gettext_noop, words_of

LONGEST_ARGUMENT = 4_000
"""Characters of one value of an address; a query has half of them at most."""

T = TypeVar("T")
View: TypeAlias = Callable[[Datasette, Request], Awaitable[Response]]
Route: TypeAlias = tuple[str, View]
Reader: TypeAlias = Callable[[sqlite3.Connection, "Asked"], Mapping[str, Any]]


TITLES = {
    400: gettext_noop("This cannot be understood"),
    403: gettext_noop("This is not shown here"),
    404: gettext_noop("There is no such page"),
}
"""Of answers that are none, by their status."""
TOO_SLOW, NOT_READ = gettext_noop("This took too long"), gettext_noop("The archive cannot be read")


class Refusal(Exception):
    """There is no page to show; the message tells why, to the reader of the page, in their language."""

    status = 400


class BadRequest(Refusal):
    """What an address asks for cannot be understood."""


class NotAllowed(Refusal):
    """Who asks may not see it."""

    status = 403


class NotThere(Refusal):
    """There is no such topic, article or source."""

    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as a reader sees it."""

    face: Face
    words: Words
    access: Access
    now: datetime
    path: Mapping[str, str] = field(default_factory=dict)  # what the address names: of /topics/isis the topic
    args: Mapping[str, list[str]] = field(default_factory=dict)
    address: str = "/"  # path and query, as they were asked for
    origin: str = ""  # scheme and host, for feeds, which are read elsewhere

    @property
    def sees_texts(self) -> bool:
        """Whether whole articles may be shown; else headlines, snippets and links."""
        return self.access != "public"

    @property
    def is_owner(self) -> bool:
        """Whether SQL and the whole archive are theirs."""
        return self.access == "owner"

    def first(self, name: str, default: str = "") -> str:
        """The first value of an argument."""
        return self.args.get(name, [default])[0][:LONGEST_ARGUMENT]

    def all(self, name: str) -> list[str]:
        """All its values that are not empty."""
        return [value[:LONGEST_ARGUMENT] for value in self.args.get(name, ()) if value]

    def number(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A whole number within bounds; *default* where it is none."""
        try:
            return max(least, min(int(self.first(name) or default), most))
        except ValueError:
            return default


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is no page: a feed, a table, a file."""

    body: str | bytes
    media_type: str
    file_name: str | None = None  # it is saved under this name rather than shown
    headers: Mapping[str, str] = field(default_factory=dict)  # an "etag" spares who has it already the body


def page(template: str, read: Reader) -> View:
    """A view that shows what *read* finds by *template*; with the `status` that is among it, else 200."""

    async def drawn(datasette: Datasette, request: Request, found: Mapping[str, Any]) -> Response:
        body = await datasette.render_template(f"khabar/{template}", dict(found), request=request)
        return Response.html(body, status=found.get("status", 200))

    return _view(read, drawn)


def document(read: Callable[[sqlite3.Connection, Asked], Document]) -> View:
    """A view that gives what *read* makes."""

    async def given(_datasette: Datasette, request: Request, made: Document) -> Response:
        headers = dict(made.headers)
        if _has_it(request, headers.get("etag")):
            return Response("", status=304, headers=headers, content_type=made.media_type)
        if made.file_name:
            headers["content-disposition"] = f'attachment; filename="{made.file_name}"'
        return Response(made.body, status=200, headers=headers, content_type=made.media_type)

    return _view(read, given)


def _view(
    read: Callable[[sqlite3.Connection, Asked], T],
    answer: Callable[[Datasette, Request, T], Awaitable[Response]],
) -> View:
    """A view that makes its *answer* of what *read* finds, or tells why it finds nothing."""

    async def view(datasette: Datasette, request: Request) -> Response:
        asked = asked_by(datasette, request)
        try:
            found = await ask(datasette, asked.face, lambda db: read(db, asked))
        except (Refusal, ArchiveError) as error:
            return await refusal(datasette, request, asked, error)
        return await answer(datasette, request, found)

    return view


def _has_it(request: Request, etag: str | None) -> bool:
    """Whether who asks has what is known by this *etag* already, and says so (If-None-Match)."""
    told = request.headers.get("if-none-match", "")
    return etag is not None and etag in (one.strip().removeprefix("W/") for one in told.split(","))


def asked_by(datasette: Datasette, request: Request) -> Asked:
    """What *request* asks for."""
    face: Face = datasette.khabar()
    args = {name: list(request.args.getlist(name)) for name in request.args}
    return Asked(
        face=face,
        words=words_of(language_of(face, request), face.zone),
        access=request.scope[ACCESS],
        now=datetime.now(UTC),
        path=dict(request.url_vars),
        args=args,
        address=request.path + (f"?{request.query_string}" if request.query_string else ""),
        origin=f"{request.scheme}://{request.host}",
    )


def language_of(face: Face, request: Request) -> Language:
    """The language in which a page is shown: of the address, of the cookie, of the desk."""
    return preferred_language(request) or face.interface


async def refusal(datasette: Datasette, request: Request, asked: Asked, error: Exception) -> Response:
    """The page that tells why there is none."""
    status, title = _why(error)
    shown = {"status": status, "title": asked.words.gettext(title), "error": told(asked, error)}
    body = await datasette.render_template("error.html", shown, request=request)
    return Response.html(body, status=status)


def told(asked: Asked, error: Exception) -> str:
    """What *error* says, for who asks: where the files of this machine are is the owner's to know."""
    why = plain(str(error))
    return why if asked.is_owner else without_folder(why, asked.face)


def without_folder(text: str, face: Face) -> str:
    """*text*, the desk's files in it by their names alone."""
    for folder in {face.archive.parent, face.archive.parent.resolve(), face.archive.resolve().parent}:
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def _why(error: Exception) -> tuple[int, str]:
    """The status of the answer, and its title."""
    if isinstance(error, Refusal):
        return error.status, TITLES[error.status]
    return 503, TOO_SLOW if isinstance(error, TooSlow) else NOT_READ
