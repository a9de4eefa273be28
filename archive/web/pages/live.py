"""New articles and alerts as they come. A script asks again every few seconds; without it the page is one that can be
loaded anew.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.errors import ArchiveError
from archive.incoming import read_arrived
from archive.outbox_told import message
from archive.web.arriving import Arrivals, Noticed
from archive.web.asking import ask
from archive.web.pages.alerts import TONES
from archive.web.view import Asked, Route, asked_by, refusal, told

AT_ONCE = 60
"""Things that one answer draws."""


async def _live(datasette: Datasette, request: Request) -> Response:
    """The page."""
    asked, arrivals = asked_by(datasette, request), _arrivals(datasette)
    try:
        shown = await ask(datasette, asked.face, lambda db: _read(db, asked, arrivals, ""))
    except ArchiveError as error:
        return await refusal(datasette, request, asked, error)
    return Response.html(await datasette.render_template("khabar/live.html", shown, request=request))


async def _more(datasette: Datasette, request: Request) -> Response:
    """What came after the cursor `after`: 204 where nothing did, else the cursor to ask with next, and what came as
    HTML, the newest first. With `count`, which a page asks for that nobody looks at, only how much it is."""
    asked, arrivals = asked_by(datasette, request), _arrivals(datasette)
    after = asked.first("after")[:40]
    try:
        if not arrivals.is_fresh:
            await ask(datasette, asked.face, arrivals.look)
        noticed = arrivals.after(after)
        if not noticed:
            return Response("", status=204)
        if asked.first("count"):
            return Response.json({"ok": True, "number": len(_visible(asked, noticed))})
        shown = await ask(datasette, asked.face, lambda db: _read(db, asked, arrivals, after))
    except ArchiveError as error:
        return Response.json({"ok": False, "error": told(asked, error)}, status=503)
    body = await datasette.render_template("khabar/_arrived.html", shown, request=request)
    return Response.json({"ok": True, "cursor": shown["cursor"], "number": len(shown["items"]), "html": body})


def _read(db: sqlite3.Connection, asked: Asked, arrivals: Arrivals, after: str) -> dict[str, Any]:
    arrivals.look(db)
    cursor, noticed = arrivals.cursor, arrivals.after(after)
    topic = asked.first("topic")
    return {
        "items": _items(db, asked, noticed, topic), "cursor": cursor, "topic": topic, "tones": TONES,
        "topics": sorted(asked.face.packs.topics.values(), key=lambda one: one.name),
    }  # fmt: skip


def _items(db: sqlite3.Connection, asked: Asked, noticed: Sequence[Noticed], topic: str) -> list[Mapping[str, Any]]:
    """What is drawn, the newest first. With a *topic*, only articles that have it. In public only headlines."""
    articles = [one.key for one in noticed if one.kind == "article"]
    found = read_arrived(db, [int(key) for key in articles], with_sentence=asked.sees_texts)
    items: list[Mapping[str, Any]] = []
    for one in reversed(_visible(asked, noticed)):
        if one.kind == "article":
            article = found.get(int(one.key))
            if article and (not topic or topic in article.topics):
                items.append({"article": article})
        elif not topic and (sent := message(db, str(one.key))):
            items.append({"message": sent})
        if len(items) == AT_ONCE:
            break
    return items


def _visible(asked: Asked, noticed: Sequence[Noticed]) -> list[Noticed]:
    """No messages in public."""
    return [one for one in noticed if one.kind == "article" or asked.sees_texts]


def _arrivals(datasette: Datasette) -> Arrivals:
    found: Arrivals = datasette.arrivals
    return found


ROUTES: list[Route] = [(r"^/live$", _live), (r"^/live\.json$", _more)]
