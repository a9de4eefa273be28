"""The pages that articles were read from, where the desk keeps them, as the web face gives them out."""

import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archive.database import explained
from archive.errors import ArchiveError, PageDamaged
from archive.pages import PackedPage, kept_facts, open_pages, pages_beside, read_kept
from seeds.bounds import MAX_UNPACKED_BYTES

POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Of a kept page. In a sandbox it has no origin, runs no script, opens nothing and is led nowhere by itself."""
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
        return {one: KeptFacts(one, wrong=str(error)) for one in wanted}
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


def media_type(page: PackedPage) -> str:
    """How its bytes are to be read: as a document, in the charset that came with them, so that it looks as it did."""
    if page.rendered:
        return "text/html; charset=utf-8"
    told = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    charset = _CHARSET.search(told)
    return f"text/html; charset={charset[1]}" if charset else "text/html"
