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
from archive.web.arriving import KEPT, Arrivals, Noticed
from archive.web.asking import ask
from archive.web.pages.alerts import TONES
from archive.web.view import Asked, Route, asked_by, refusal, told

AT_ONCE = 60
"""Things that a page begins with."""


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
        is_counted = bool(asked.first("count"))
        noticed = arrivals.since_it_runs() if is_counted and not arrivals.is_ours(after) else arrivals.after(after)
        if not noticed:
            return Response("", status=204)
        if is_counted:
            number = await ask(datasette, asked.face, lambda db: _number(db, asked, noticed))
            return Response.json({"ok": True, "number": number, "is_more": len(noticed) == KEPT})
        shown = await ask(datasette, asked.face, lambda db: _read(db, asked, arrivals, after))
    except ArchiveError as error:
        return Response.json({"ok": False, "error": told(asked, error)}, status=503)
    body = await datasette.render_template("khabar/_arrived.html", shown, request=request)
    return Response.json({"ok": True, "cursor": shown["cursor"], "number": len(shown["items"]), "html": body})


def _number(db: sqlite3.Connection, asked: Asked, noticed: Sequence[Noticed]) -> int:
    """How many of *noticed* would be drawn."""
    topic = asked.first("topic")
    if not topic:
        return len(_visible(asked, noticed))
    found = read_arrived(db, [int(one.key) for one in noticed if one.kind == "article"], with_sentence=False)
    return sum(topic in article.topics for article in found.values())


def _read(db: sqlite3.Connection, asked: Asked, arrivals: Arrivals, after: str) -> dict[str, Any]:
    arrivals.look(db)
    cursor, noticed = arrivals.cursor, arrivals.after(after)
    topic = asked.first("topic")
    most = KEPT if arrivals.is_ours(after) else AT_ONCE
    return {
        "items": _items(db, asked, noticed, topic, most), "cursor": cursor, "topic": topic, "tones": TONES,
        "topics": sorted(asked.face.packs.topics.values(), key=lambda one: one.name),
    }  # fmt: skip


def _items(
    db: sqlite3.Connection, asked: Asked, noticed: Sequence[Noticed], topic: str, most: int
) -> list[Mapping[str, Any]]:  # fmt: skip
    """What is drawn, the newest first, at *most*: all that came since a page asked, or it would leave some out. With a
    *topic*, only articles that have it. In public only headlines."""
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
        if len(items) == most:
            break
    return items


def _visible(asked: Asked, noticed: Sequence[Noticed]) -> list[Noticed]:
    """No messages in public."""
    return [one for one in noticed if one.kind == "article" or asked.sees_texts]


def _arrivals(datasette: Datasette) -> Arrivals:
    found: Arrivals = datasette.arrivals
    return found


ROUTES: list[Route] = [(r"^/live$", _live), (r"^/live\.json$", _more)]
