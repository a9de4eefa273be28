"""Keeps the page that an article was read from, and for a while the one on which none was found.

The page goes first: it is on disk when the archive names it by its hash. What turns out to be named by nothing is taken
out again; what cannot be kept is counted, and its article archived all the same.
"""

import asyncio
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

from archive.arrival import Arrival, Stored
from archive.article import NOARCHIVE
from archive.keeper import Kept
from archive.ledger import hints_of
from archive.naming_pages import named_hashes
from archive.packed_page import PackedPage
from archive.storing import names_its_page
from pipelines.errand import Errand
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.version import code_of
from pipelines.page import Page


def as_kept(page: Page, packed: bytes, errand: Errand, hashed: bytes, refused: str | None = None) -> PackedPage:
    """*page* with its *packed* body and the hash of it, as it is kept."""
    return PackedPage(
        hash=hashed, url=page.url, requested=page.requested, source=page.source, fetched=page.fetched,
        status=page.status, headers=page.headers, size=len(page.body), packed=packed,
        hints=hints_of(page.entry) if page.entry else None, rendered=page.drawn, refused=refused,
        code=code_of(errand.source),
    )  # fmt: skip


async def keep_refused(errand: Errand, found: Collection[tuple[Page, Unusable]]) -> None:
    """Of a page on which there was no article, plain and drawn, the one that shows more: the drawn one. Not of a site
    that nobody watches: nobody will mend how it is read."""
    if errand.keeper is None or not found or not errand.source.hosts:
        return
    page, why = max(found, key=lambda one: one[0].drawn)
    if why.packed is not None:
        refused = as_kept(page, why.packed, errand, sha256(page.body).digest(), refused=why.name)
        if await asyncio.wrap_future(errand.keeper.keep(refused)) == "lost":
            errand.tally.lose_page()


@dataclass(frozen=True, slots=True)
class Named:
    """What the archive says of an arrival's page, once it is saved."""

    is_named: bool
    others: frozenset[bytes] = frozenset()  # pages of the same article that are not to be kept any more


def named(db: sqlite3.Connection, arrival: Arrival, stored: Stored) -> Named:
    """In the transaction that saved *arrival*."""
    if NOARCHIVE in arrival.article.reserved:  # also what was kept before its publisher said so
        return Named(False, frozenset(named_hashes(db, stored.article)))
    if arrival.page is None:
        return Named(False)
    return Named(arrival.page.hash in named_hashes(db, stored.article))


async def keep_before(errand: Errand, arrival: Arrival) -> Kept:
    """Keeps the page of *arrival*, before it is saved, where the archive will name it."""
    if errand.keeper is None or arrival.page is None:
        return "unwanted"
    kept = await asyncio.wrap_future(errand.keeper.keep(arrival.page, lambda db: names_its_page(db, arrival)))
    if kept == "lost":
        errand.tally.lose_page()
    return kept


async def settle(errand: Errand, arrival: Arrival, kept: Kept, said: Named) -> None:
    """Behind it: two copies may have been in flight, and what was foreseen may have come otherwise."""
    keeper = errand.workbench.keeper
    if keeper is None:
        return
    if said.others:
        await asyncio.wrap_future(keeper.drop(said.others))
    elif kept == "new" and not said.is_named and arrival.page:
        await asyncio.wrap_future(keeper.drop([arrival.page.hash]))
    elif kept == "unwanted" and said.is_named and errand.keeper and arrival.page:
        late = await asyncio.wrap_future(keeper.keep(arrival.page))
        if late == "lost":
            errand.tally.lose_page()
