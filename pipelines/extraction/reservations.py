"""What a publisher reserves of a page: that no copy be kept, that it be not mined. Read and recorded here; honoured
by keeping no page.

`noarchive` is a directive of the Robots meta element and of X-Robots-Tag, `tdm-reservation` one of the TDM
Reservation Protocol of the W3C community group, as a header or a meta element. Its third form, a file of the whole
site, is not asked for.
"""

from collections.abc import Iterable, Iterator

from archive.article import NOARCHIVE
from pipelines.extraction.declared import Declared
from pipelines.page import Page

TDM = "tdm-reservation"
_OWN_NAMES = ("khabar", "*")
_WITH_VALUE = frozenset(["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"])
_LONGEST = 1_000  # characters of one header: real ones have under 100


def reservations(page: Page, declared: Declared) -> tuple[str, ...]:
    """Which of NOARCHIVE and TDM the headers or the meta elements of *page* state, for us or for all."""
    headers: dict[str, list[str]] = {"x-robots-tag": [], TDM: []}
    for name, value in page.headers:
        headers.get(name.lower(), []).append(value[:_LONGEST])
    said = [
        *_directives(headers["x-robots-tag"]),
        *_directives(value for _, value in declared.named("robots", "khabar")),
    ]
    mining = [*headers[TDM], *(value for _, value in declared.named(TDM))]
    stated = {NOARCHIVE: NOARCHIVE in said, TDM: any(value.strip() == "1" for value in mining)}
    return tuple(name for name, is_stated in stated.items() if is_stated)


def _directives(values: Iterable[str]) -> Iterator[str]:
    """The directives for us: those behind a name ("otherbot: noindex") are for that crawler only."""
    for value in values:
        is_ours = True
        for part in value.lower().split(","):
            name, colon, rest = part.partition(":")
            if colon and name.strip() not in _WITH_VALUE:
                is_ours = name.strip() in _OWN_NAMES
                part = rest  # noqa: PLW2901 -- the directive behind the name
            if is_ours:
                yield part.strip()
