"""The headers that every answer has: what a browser may do with it, and for how long it may be kept. ASGI."""

from collections.abc import Iterable

from archive.web.asgi import Message, Scope, Send

FILES = ("/-/khabar/", "/-/vendor/")
"""Where our own files are."""
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


def is_lasting(scope: Scope) -> bool:
    """Whether one of our own files is asked for under an address that changes with it."""
    return scope["path"].startswith(FILES) and bool(scope["query_string"])


def with_headers(send: Send, nonce: str, *, lasting: bool, is_secure: bool) -> Send:
    """A page that has a policy of its own keeps it. What says nothing of caches is kept by none; and no script reads a
    cookie of Datasette's and its plugins', which do not say so themselves."""

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [
                (name, _kept_close(value, is_secure) if name.lower() == b"set-cookie" else value)
                for name, value in message.get("headers", [])
            ]
            own = {name.lower() for name, _ in headers}
            fixed = [(b"content-security-policy", policy(nonce).encode()), *_FIXED_HEADERS]
            if lasting and message["status"] == 200:
                fixed.append((b"cache-control", b"public, max-age=31536000, immutable"))
            fixed.append((b"cache-control", b"private, no-cache"))
            message = {**message, "headers": [*headers, *_added(fixed, own)]}
        await send(message)

    return headed


def _added(fixed: Iterable[tuple[bytes, bytes]], own: set[bytes]) -> list[tuple[bytes, bytes]]:
    """The first of each name that the answer has not."""
    return [pair for pair in reversed(dict(reversed(list(fixed))).items()) if pair[0] not in own]


def _kept_close(cookie: bytes, is_secure: bool) -> bytes:
    """*cookie*, of no use to scripts, and sent by TLS alone where it came so."""
    said = cookie.lower()
    cookie += b"" if b"; httponly" in said else b"; HttpOnly"
    return cookie + (b"; Secure" if is_secure and b"; secure" not in said else b"")
