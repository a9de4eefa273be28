"""The page that an article was read from: what is known of it, and, one step further, itself, in a sandbox."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from archive.addresses import url_key
from archive.errors import PageDamaged
from archive.packed_page import PackedPage
from archive.reading import find_by_url
from archive.times import to_text
from archive.web.kept import POLICY, body_of, inert, media_type, read_page
from archive.web.view import Asked, Document, NotAllowed, NotThere, Route, document, page


def read_facts(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What is known of a kept page, and the article at its address."""
    kept = _kept(asked)
    try:
        size, damage = len(body_of(kept)), None
    except PageDamaged as error:
        size, damage = kept.size, str(error)
    return {
        "kept": kept,
        "sha256": kept.hash.hex(),
        "fetched": to_text(kept.fetched),
        "media_type": media_type(kept),
        "size": size,
        "damage": damage,
        "article": find_by_url(db, url_key(kept.url)),
    }


def read_body(db: sqlite3.Connection, asked: Asked) -> Document:
    """Its bytes, under a policy by which they run nothing and ask for nothing."""
    kept = _kept(asked)
    return Document(body=inert(body_of(kept)), media_type=media_type(kept), headers={"content-security-policy": POLICY})


def _kept(asked: Asked) -> PackedPage:
    _ = asked.words.gettext
    if not asked.sees_texts:
        raise NotAllowed(_("Kept pages are not shown in public."))
    found = read_page(asked.face.archive, asked.path["hash"].lower())
    if found is None:
        raise NotThere(
            _("No page with this hash is kept. Pages may be deleted at any time, and the archive is whole without.")
        )
    return found


ROUTES: Sequence[Route] = [
    (r"^/kept/(?P<hash>[0-9a-fA-F]{64})$", page("kept.html", read_facts)),
    (r"^/kept/(?P<hash>[0-9a-fA-F]{64})/page$", document(read_body)),
]
