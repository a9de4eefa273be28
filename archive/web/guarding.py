"""What stands before every page: which requests are let in, and which headers every answer has. ASGI."""

import secrets
from collections import deque
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Request, Response

from archive.web.access import House
from archive.web.asgi import App, Message, Receive, Scope, Send
from archive.web.headers import FILES, is_lasting, with_headers

NONCE, ACCESS = "khabar_nonce", "khabar_access"
"""Keys of the scope: what this answer's own scripts and styles are known by, and what its reader may see."""
PATH: ContextVar[str] = ContextVar("khabar_path", default="")
"""The path of the request at hand, for hooks of Datasette's that are not given it."""
LONGEST_ADDRESS = 16_000
"""Bytes of path and query: a query of 2,000 Kurdish letters has six for each, and filters beside it; what is longer is
told so."""
LONGEST_BODY = 16 * 1024
"""Bytes of a form; the only one is that of the login."""
_TRIES, _TRIES_OF_ALL, _TRIES_SECONDS = 10, 30, 60.0
"""So many logins a minute of one address, and of all, are looked at: each costs a third of a second, in which no page
is answered. Whoever guesses keeps out others of the same address only, unless he has several."""
_FORWARDED = frozenset(
    [b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"forwarded", b"via"]
)
_LOGIN = "/-/login"
_OPEN = ("/-/static/", *FILES, "/favicon.ico")
"""Paths that everybody may see: style sheets, scripts."""
DOWNLOAD = "/-/archive.db"
_FOR_ALL = frozenset([_LOGIN, "/-/logout", "/-/interface", "/-/actor.json"])
_FOR_OWNER = frozenset([
    DOWNLOAD, "/-/versions", "/-/versions.json", "/-/plugins", "/-/plugins.json", "/-/settings", "/-/settings.json",
    "/-/databases", "/-/databases.json",
])  # fmt: skip
"""Of what Datasette and its plugins offer beneath /-/; the second tells of this machine. The rest shows how it works
inside, or works for others."""
_INSIDE = "/_"
"""Datasette's own database, `_internal`, knows where the files of this machine are."""
_ASKING = frozenset(["sql", "_where"])
"""Arguments with SQL in them."""


class Guard:
    """Lets in, or turns away, what comes for *app*."""

    def __init__(self, app: App, datasette: Datasette, house: House) -> None:
        self._app, self._datasette, self._house = app, datasette, house
        self._tries: deque[tuple[float, str]] = deque()  # when, and from which address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        PATH.set(scope["path"])
        nonce = secrets.token_urlsafe(16)
        scope = {**scope, NONCE: nonce, "headers": _bearers(scope["headers"]), "scheme": self._scheme(scope)}
        send = with_headers(send, nonce, lasting=is_lasting(scope), is_secure=scope["scheme"] == "https")
        refused = self._refused(scope)
        if refused is None:
            actor = await self._actor(scope, receive)
            access = self._house.access(actor)
            scope[ACCESS] = access
            if access == "nobody" and not all(map(_is_open, _paths(scope))):
                refused = _to_login(scope)
            elif access != "owner" and not _FOR_OWNER.isdisjoint(_paths(scope)):
                refused = _told(403, "this is for who is at the machine itself")
        if refused is not None:
            await refused.asgi_send(send)
            return
        await self._app(scope, _bounded(receive), send)

    def _refused(self, scope: Scope) -> Response | None:
        """Why a request is turned away, before anything is done for it; None where it is let in."""
        headers = dict(scope["headers"])
        path, method, paths = scope["path"], scope["method"], _paths(scope)
        methods = ("GET", "HEAD", "POST") if path in (_LOGIN, "/-/logout") else ("GET", "HEAD")
        reasons: list[tuple[int, str, Callable[[], bool]]] = [
            (
                421,
                "this name is none of this desk's; khabar serve --name NAME lets it in",
                lambda: not self._house.is_own(headers.get(b"host", b"").decode("latin-1")),
            ),
            (
                403,
                "another machine asks through a proxy: set KHABAR_WEB_PASSWORD, or say --public",
                lambda: self._house.access(None) == "owner" and bool(_FORWARDED & headers.keys()),
            ),
            (
                414,
                f"the address is longer than {LONGEST_ADDRESS} bytes",
                lambda: len(scope.get("raw_path") or path) + len(scope["query_string"]) > LONGEST_ADDRESS,
            ),
            (400, "this is no address of a page", lambda: not all(map(_is_proper, paths))),
            (413, f"a form has {LONGEST_BODY} bytes at most", lambda: _body_bytes(headers) > LONGEST_BODY),
            (405, "nothing can be written here", lambda: method not in methods),
            (404, "there is no such page", lambda: any(map(self._is_closed, paths))),
            (403, "another site asks for this; open it from here", lambda: _is_asked_by_another_site(scope, headers)),
            (
                429,
                "too many logins; try again in a minute",
                lambda: path == _LOGIN and method == "POST" and not self._has_turn((scope.get("client") or ("",))[0]),
            ),
        ]
        return next((_told(status, why) for status, why, holds in reasons if holds()), None)

    def _is_closed(self, path: str) -> bool:
        """Whether nobody may ask for it."""
        if path == _LOGIN:
            return not self._house.has_login
        is_known = path in _FOR_ALL or path in _FOR_OWNER or path.startswith(_OPEN)
        return path.startswith(_INSIDE) or (path.startswith("/-") and not is_known)

    def _scheme(self, scope: Scope) -> str:
        """By which the page was asked for: a proxy that speaks TLS says so. Who asks without one can tell a lie only of
        the answer to himself."""
        told = dict(scope["headers"]).get(b"x-forwarded-proto", b"")
        return "https" if told == b"https" and self._house.access(None) != "owner" else str(scope["scheme"])

    def _has_turn(self, address: str) -> bool:
        now = monotonic()
        while self._tries and now - self._tries[0][0] >= _TRIES_SECONDS:
            self._tries.popleft()
        of_address = sum(one == address for _, one in self._tries)
        if of_address >= _TRIES or len(self._tries) >= _TRIES_OF_ALL:
            return False
        self._tries.append((now, address))
        return True

    async def _actor(self, scope: Scope, receive: Receive) -> Any:
        """Who asks, by cookie or token, as Datasette finds it out."""
        request = Request(scope, receive)
        answers: list[Any] = pm.hook.actor_from_request(datasette=self._datasette, request=request)
        for answer in answers:  # a hook gives the actor, or what finds it out
            if actor := (await answer() if callable(answer) else answer):
                return actor
        return None


def _paths(scope: Scope) -> tuple[str, str]:
    """The path as it was decoded and as it was sent: Datasette finds its page by the second."""
    sent = bytes(scope.get("raw_path") or b"").partition(b"?")[0]
    return scope["path"], sent.decode("latin-1") or scope["path"]


def _is_proper(path: str) -> bool:
    """Whether *path* is one of this site, for browsers too: they take `//host` and `/\\host` for another one."""
    strange = path.startswith("//") or "\\" in path or "/../" in f"{path}/" or not path.isprintable()
    return path.startswith("/") and not strange


def _is_asked_by_another_site(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Whether a page of somebody else's asks, in the name of who looks at it. It may lead here by a link, but neither
    have a statement run nor the archive copied; all else that it could do is to keep this machine busy."""
    if headers.get(b"sec-fetch-site", b"none") in (b"none", b"same-origin"):
        return False
    is_link = headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"
    given = {name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)}
    return not is_link or scope["method"] == "POST" or scope["path"] == DOWNLOAD or bool(given & _ASKING)


def _is_open(path: str) -> bool:
    return path == _LOGIN or path.startswith(_OPEN)


def _to_login(scope: Scope) -> Response:
    """A person is shown the form, a program is told."""
    wants_page = b"text/html" in dict(scope["headers"]).get(b"accept", b"")
    if wants_page:
        return Response.redirect(_LOGIN)
    return _told(401, "log in, or send a token: Authorization: Bearer …", {"www-authenticate": "Bearer"})


def _told(status: int, why: str, headers: dict[str, str] | None = None) -> Response:
    return Response.text(f"{why}\n", status=status, headers=headers or {})


def _bearers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Without passwords in headers, which would be looked at with every request, a third of a second each time; nor
    tokens with letters that none of ours has, and that could not be compared."""
    return [
        (name, value)
        for name, value in headers
        if name != b"authorization" or (value.lower().startswith(b"bearer ") and value.isascii())
    ]


def _body_bytes(headers: dict[bytes, bytes]) -> int:
    """As long as a body says that it is; what does not say so is cut by `_bounded`."""
    told = headers.get(b"content-length", b"0")
    return int(told) if told.isdigit() and len(told) < 20 else LONGEST_BODY + 1


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > LONGEST_BODY:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return bounded
