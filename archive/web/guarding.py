"""What stands before every page: which requests are let in, and which headers every answer has. ASGI."""

import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from time import monotonic
from typing import Any, TypeAlias

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils.asgi import Request, Response

from archive.web.access import House

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

NONCE, ACCESS = "khabar_nonce", "khabar_access"
"""Keys of the scope: what this answer's own scripts and styles are known by, and what its reader may see."""
LONGEST_ADDRESS = 8_000
"""Bytes of path and query: a query of 2,000 Kurdish letters, six bytes each in an address, is told in less than twice
this; what is longer is told so."""
LONGEST_BODY = 16 * 1024
"""Bytes of a form; the only one is that of the login."""
_TRIES, _TRIES_SECONDS = 10, 60.0
"""So many logins a minute are looked at: each costs a third of a second, in which no page is answered."""
_FORWARDED = frozenset(
    [b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"forwarded", b"via"]
)
_LOGIN = "/-/login"
_FILES = ("/-/khabar/", "/-/vendor/")
_OPEN = ("/-/static/", *_FILES, "/favicon.ico")
"""Paths that everybody may see: style sheets, scripts."""
_OWN = frozenset([
    _LOGIN, "/-/logout", "/-/interface", "/-/archive.db", "/-/versions", "/-/versions.json", "/-/plugins",
    "/-/plugins.json", "/-/settings", "/-/settings.json", "/-/databases", "/-/databases.json", "/-/actor.json",
])  # fmt: skip
"""Of what Datasette and its plugins offer beneath /-/. The rest shows how it works inside, or works for others."""
_FIXED_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"x-dns-prefetch-control", b"off"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), browsing-topics=()"),
)


def policy(nonce: str) -> str:
    """The content security policy of a page: its own files, and no script or style that does not carry *nonce*."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'"
    )


class Guard:
    """Lets in, or turns away, what comes for *app*."""

    def __init__(self, app: App, datasette: Datasette, house: House) -> None:
        self._app, self._datasette, self._house = app, datasette, house
        self._tries: deque[float] = deque(maxlen=_TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope = {**scope, NONCE: nonce, "headers": _without_basic(scope["headers"])}
        send = _with_headers(send, nonce, is_lasting=_is_lasting(scope))
        refused = self._refused(scope)
        if refused is None:
            actor = await self._actor(scope, receive)
            access = self._house.access(actor)
            scope[ACCESS] = access
            if access == "nobody" and not _is_open(scope["path"]):
                refused = _to_login(scope)
        if refused is not None:
            await refused.asgi_send(send)
            return
        await self._app(scope, _bounded(receive), send)

    def _refused(self, scope: Scope) -> Response | None:
        """Why a request is turned away, before anything is done for it; None where it is let in."""
        headers = dict(scope["headers"])
        path, method = scope["path"], scope["method"]
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
            (405, "nothing can be written here", lambda: method not in methods),
            (404, "there is no such page", lambda: self._is_closed(path)),
            (
                429,
                "too many logins; try again in a minute",
                lambda: path == _LOGIN and method == "POST" and not self._has_turn(),
            ),
        ]
        return next((_told(status, why) for status, why, holds in reasons if holds()), None)

    def _is_closed(self, path: str) -> bool:
        """Whether nobody may ask for it."""
        if path == _LOGIN:
            return not self._house.has_login
        return path.startswith("/-/") and path not in _OWN and not path.startswith(_OPEN)

    def _has_turn(self) -> bool:
        now = monotonic()
        if len(self._tries) == _TRIES and now - self._tries[0] < _TRIES_SECONDS:
            return False
        self._tries.append(now)
        return True

    async def _actor(self, scope: Scope, receive: Receive) -> Any:
        """Who asks, by cookie or token, as Datasette finds it out."""
        request = Request(scope, receive)
        answers: list[Any] = pm.hook.actor_from_request(datasette=self._datasette, request=request)
        for answer in answers:  # a hook gives the actor, or what finds it out
            if actor := (await answer() if callable(answer) else answer):
                return actor
        return None


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


def _without_basic(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Passwords in headers would be looked at with every request, a third of a second each time."""
    return [
        (name, value)
        for name, value in headers
        if not (name == b"authorization" and not value.lower().startswith(b"bearer "))
    ]


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


def _is_lasting(scope: Scope) -> bool:
    """Whether one of our own files is asked for under an address that changes with it."""
    return scope["path"].startswith(_FILES) and bool(scope["query_string"])


def _with_headers(send: Send, nonce: str, *, is_lasting: bool) -> Send:
    """A page that has a policy of its own keeps it."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            own = {name.lower() for name, _ in headers}
            fixed = [(b"content-security-policy", policy(nonce).encode()), *_FIXED_HEADERS]
            if is_lasting and message["status"] == 200:
                fixed.append((b"cache-control", b"public, max-age=31536000, immutable"))
            message = {**message, "headers": headers + [pair for pair in fixed if pair[0] not in own]}
        await send(message)

    return with_headers
