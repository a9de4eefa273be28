"""By which code a page is read: so that `khabar reprocess` knows what it need not read again. Light: a crawl loads it.

Besides Khabar's own code, what reads a page are the libraries beneath it and what the source's definition says of its
pages: a selector that is mended is worth another reading, too; so is its name, which is cut from titles and authors.
"""

from functools import cache
from hashlib import blake2b
from importlib.metadata import version

import msgspec

from seeds.sources import Source

EXTRACTION_VERSION = 1
"""Grows with every change after which some page is read otherwise than before."""
_LIBRARIES = ("trafilatura", "dateparser", "lxml")


@cache
def code_name() -> str:
    """Today's code, in words."""
    return f"khabar {version('khabar')}, extraction {EXTRACTION_VERSION}"


def code_of(source: Source) -> str:
    """The same with all else by which a page of *source* is read."""
    told = [EXTRACTION_VERSION, _libraries(), source.name, source.language, source.country, source.timezone]
    digest = blake2b(msgspec.json.encode([*told, msgspec.to_builtins(source.selectors)]), digest_size=8)
    return f"{EXTRACTION_VERSION}:{digest.hexdigest()}"


@cache
def _libraries() -> list[str]:
    return [version(name) for name in _LIBRARIES]
