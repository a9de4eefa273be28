"""What is secret about the URL of a channel, and must not be printed. Pure."""

import re
from urllib.parse import unquote, urlsplit

_LEAST_PART = 4  # characters of a part of a URL that is hidden: hiding "a" would hide every word
_BETWEEN = re.compile(r"[/:@#,;]+")
_KEY = re.compile(r"(?=[^.]*\d)(?=[^.]*[A-Za-z])[^.\s]{8,}|[^.\s]{20,}")  # letters and digits mixed, or long
# What Apprise takes for no secret, and a webhook most likely does: three kinds of letters, a long hexadecimal number.
_TOKEN = re.compile(r"(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])[\w~+=-]{16,}|[0-9A-Fa-f-]{24,}")
_SECRET_NAME = re.compile(r"token|key|secret|passw|pwd|auth|signature|credential|session|cookie", re.IGNORECASE)


def seems_secret(url: str) -> bool:
    """Whether a part of *url* looks like a token, or a parameter or header is called so."""
    query = url.partition("://")[2].partition("?")[2]
    names = (unquote(parameter.partition("=")[0]) for parameter in query.split("&"))
    return any(map(_TOKEN.fullmatch, parts_of(url))) or any(map(_SECRET_NAME.search, names))


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
