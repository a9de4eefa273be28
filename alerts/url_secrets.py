"""What is secret about the URL of a channel, and must not be printed. Pure."""

import re
from urllib.parse import unquote, urlsplit

_LEAST_PART = 4  # characters of a part of a URL that is hidden: hiding "a" would hide every word
_BETWEEN = re.compile(r"[/:@#,;]+")
_KEY = re.compile(r"(?=[^.]*\d)(?=[^.]*[A-Za-z])[^.\s]{8,}|[^.\s]{20,}")  # letters and digits mixed, or long
# What Apprise takes for no secret, and a webhook most likely does: three kinds of letters, a long hexadecimal number.
_TOKEN = re.compile(r"(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[\w~+=-]{16,}|[0-9A-Fa-f-]{24,}")
_SECRET_NAME = re.compile(r"token|key|secret|passw|pwd|auth|signature|credential|session|cookie|api", re.IGNORECASE)
_SENT_ALONG = "+-:"  # a parameter whose name begins so is a header, a parameter or a field of what is posted
_HARMLESS = re.compile(r"[A-Za-z]{0,10}|\d{0,4}")  # a value of these that is no secret: "iraq", "high", "5"


def seems_secret(url: str, *, mail: bool = False) -> bool:
    """Whether *url* holds what may be a secret: a part that looks like a token, a parameter or header that is called
    so or has a value of some length, and but for *mail*, where it is half an address, the name of a user.
    """
    place, _, query = url.partition("://")[2].partition("?")
    fields = [field.partition("=") for field in query.split("&")]
    names = [unquote(name).strip() for name, _, _ in fields]
    values = [unquote(value.replace("+", " ")).strip() for _, _, value in fields]
    sent_along = (value for name, value in zip(names, values, strict=True) if name[:1] and name[0] in _SENT_ALONG)
    return (
        any(map(_TOKEN.fullmatch, parts_of(url)))
        or any(map(_SECRET_NAME.search, names))
        or not all(map(_HARMLESS.fullmatch, sent_along))
        or (not mail and ("@" in place or "user" in map(str.lower, names)))
    )


def parts_of(url: str) -> tuple[str, ...]:
    """*url* and, but for its scheme and the names of its parameters, the parts that it is made of; longest first."""
    rest = url.partition("://")[2]
    place, _, query = rest.partition("?")
    values = [parameter.partition("=")[2] for parameter in query.split("&")]
    parts = {url, rest, *_BETWEEN.split(place), *values}
    parts |= {unquote(part) for part in parts}
    parts |= {word for value in values for word in unquote(value.replace("+", " ")).split()}  # "Bearer …" is two
    return tuple(sorted((part for part in parts if len(part) >= _LEAST_PART), key=len, reverse=True))


def secrets_of(url: str, masked: str) -> tuple[str, ...]:
    """Of the parts of *url*, those that may be printed nowhere: what Apprise leaves out where it shows the URL
    *masked*, and what looks like a key. A host or the word "alerts" is none, or logs would be full of holes.
    """
    shown = unquote(masked)
    host = urlsplit(url).hostname or ""
    return tuple(
        part
        for part in parts_of(url)
        if part in (url, url.partition("://")[2]) or (part != host and (part not in shown or _KEY.fullmatch(part)))
    )
