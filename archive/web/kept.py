"""The pages that articles were read from, where the desk keeps them, as the web face gives them out."""

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.database import explained
from archive.errors import ArchiveError, PageDamaged
from archive.packed_page import PackedPage
from archive.pages import kept_facts, open_pages, pages_beside, read_kept
from seeds.bounds import MAX_UNPACKED_BYTES

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Of a kept page. In a sandbox it has no origin, runs no script, opens nothing and is led nowhere by itself."""
_GAP = rb"(?:\x00|\x1b\([A-Z]|\x1b\$[@-Z])*"
_LEADING = ("link", "iframe", "frame", "object", "embed", "portal", "fencedframe")
_BEGINS = re.compile(
    rb"<(?:" + rb"|".join(_GAP + _GAP.join(letter.encode() for letter in name) for name in _LEADING) + rb")",
    re.IGNORECASE,
)
"""How an element begins that leads elsewhere, in UTF-16 and ISO-2022-JP too, where zeros and changes of alphabet may
stand between its letters."""
_PATIENCE = 2.0  # seconds for which another process may hold the file
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """Of a page of which the hash is known: how large it is, where it is kept; else `size` is None. `wrong`: why that
    cannot be told."""

    sha256: str
    size: int | None = None
    rendered: bool = False
    wrong: str | None = None


def kept_facts_of(archive: Path, hashes: Iterable[str | bytes | None]) -> Mapping[str, KeptFacts]:
    """Of each of the pages with these *hashes*, by its hash in hexadecimal."""
    wanted = {one.hex() if isinstance(one, bytes) else one: None for one in hashes if one is not None}
    path = pages_beside(archive)
    if not wanted or not path.exists():
        return {one: KeptFacts(one) for one in wanted}
    try:
        with explained(path), closing(open_pages(path, read_only=True, patience=_PATIENCE)) as pages:
            found = {one: kept_facts(pages, bytes.fromhex(one)) for one in wanted}
    except ArchiveError as error:
        why = str(error).replace(f"{path.parent}{os.sep}", "")  # where it lies is the owner's to know
        return {one: KeptFacts(one, wrong=why) for one in wanted}
    return {one: KeptFacts(one, *(facts or ())) for one, facts in found.items()}


def read_page(archive: Path, sha256: str) -> PackedPage | None:
    """The kept page with this hash; None where there is none. Raises ArchiveError, PageDamaged."""
    path = pages_beside(archive)
    if not path.exists():
        return None
    with explained(path), closing(open_pages(path, read_only=True, patience=_PATIENCE)) as pages:
        return read_kept(pages, bytes.fromhex(sha256))


def body_of(page: PackedPage) -> bytes:
    """Its bytes. Raises PageDamaged, also where they are more than any page that was kept."""
    if page.size > MAX_UNPACKED_BYTES or len(page.packed) > MAX_UNPACKED_BYTES:
        raise PageDamaged(f"the page of {page.url} is larger than any that is kept")
    return page.body


def inert(body: bytes) -> bytes:
    """*body* without links to style sheets and icons, frames and objects, as long as before. No policy keeps a browser
    from connecting to where one of them points, before it asks for nothing there, and whoever waits there would know
    that the page was looked at.
    """
    return _BEGINS.sub(lambda found: found[0][:-1] + b"x", body)


def media_type(page: PackedPage) -> str:
    """How its bytes are to be read: as a document, in the charset that came with them, so that it looks as it did."""
    if page.rendered:
        return "text/html; charset=utf-8"
    told = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    charset = _CHARSET.search(told)
    return f"text/html; charset={charset[1]}" if charset else "text/html"
