"""What templates draw with: text from the network made harmless, in its own direction, with its places marked.

Whatever came over HTTP goes through one of these; Jinja escapes what they give, but for what is Markup here, of which
every piece was escaped.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode, urlsplit

from markupsafe import Markup, escape

from archive.highlight import Span
from archive.plain import plain, plain_piece
from archive.times import zone_named
from seeds.definitions import is_language_tag
from topics.direction import direction_by_letters, direction_of

LONGEST_TITLE = 300
"""Characters of a headline that are shown; the longest of newspapers have 150, a hostile one a million."""
LONGEST_LINK = 4_000
"""Characters of an address that is made a link."""
_HUES = 8  # colours of topics, of which two beside each other are told apart
_LONGEST_TAG = 35  # characters, of BCP 47's own
_READ = 4_000  # characters by which a direction is told


def clean(text: str | None, longest: int = LONGEST_TITLE) -> str:
    """*text* on one line, without signs that steer or reorder, cut to *longest* characters."""
    shown = plain((text or "")[: 4 * longest])
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"


def direction(text: str | None, language: str | None = None) -> str:
    """Which way *text* runs: as its language does, else as most of its letters do."""
    return direction_of(language) or direction_by_letters((text or "")[:_READ])


def attributes(text: str | None, language: str | None = None) -> Markup:
    """`lang`, where *language* is written as a tag is, and `dir` of an element that holds *text*."""
    is_told = language and len(language) <= _LONGEST_TAG and is_language_tag(language)
    lang = f'lang="{escape(language)}" ' if is_told else ""
    return Markup(f'{lang}dir="{direction(text, language)}"')  # noqa: S704 -- each piece is escaped


def marked(text: str, marks: Iterable[Span], title: str = "") -> Markup:
    """*text*, its *marks* (apart, in order) as `<mark>` elements. What is taken out of it as unsafe moves no mark."""
    shown, last = Markup(), 0
    hint = Markup(' title="{}"').format(title) if title else Markup()
    for start, end in marks:
        words = plain_piece(text[start:end])
        if start < last or not words.strip():
            continue
        shown += Markup("{}<mark{}>{}</mark>").format(plain_piece(text[last:start]), hint, words)
        last = end
    return shown + escape(plain_piece(text[last:]))


def marked_title(title: str | None, marks: Iterable[Span]) -> Markup:
    """A headline with its *marks*; too long a one without."""
    if len(title or "") > LONGEST_TITLE:
        return escape(clean(title))
    return marked(title or "", marks)


def outside(url: str | None) -> str | None:
    """*url* where a link may lead there: to the web, and nowhere else."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc and len(url or "") <= LONGEST_LINK else None


def hue(name: str, names: Iterable[str]) -> int:
    """The number of the colour of topic *name* among all *names*."""
    ordered = sorted(names)
    return ordered.index(name) % _HUES if name in ordered else sum(name.encode()) % _HUES


def with_arguments(path: str, args: Mapping[str, Any]) -> str:
    """*path* with those of *args* that are not empty; lists give an argument for each of their values."""
    given = {name: value for name, value in args.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def as_data(value: object) -> str:
    """*value* as JSON for an attribute, which Jinja escapes."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


@cache
def static(name: str) -> str:
    """The address of one of our own files; it changes with the file."""
    folder, _, rest = name.partition("/")
    found = files("archive.web").joinpath("vendor" if folder == "vendor" else "static").joinpath(rest or folder)
    digest = sha256(found.read_bytes()).hexdigest()[:12]
    return f"/-/{'vendor/' + rest if folder == 'vendor' else 'khabar/' + name}?{digest}"


FILTERS = {
    "clean": clean, "attributes": attributes, "direction": direction, "outside": outside,
    "as_data": as_data, "static": static, "marked": marked, "marked_title": marked_title,
    "with_arguments": with_arguments, "hue": hue, "zone_named": zone_named,
}  # fmt: skip
"""By the names that templates know them by."""
