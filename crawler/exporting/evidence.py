"""An evidence bundle: what each article was, why it has its topics, and how that can be proven; as a bag.

Names are made of ids and hashes alone, a directory for each day. A raw page is kept as the bytes that were hashed,
under a name that no browser opens: what a hostile site sent would run its scripts as a file of the reader's own.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.identity import IDS_PER_SECOND
from archive.packed_page import PackedPage
from archive.plain import plain_json
from archive.reading import Record
from archive.times import to_text
from crawler.exporting.bag import Bag, is_bag_of
from crawler.exporting.evidence_index import Index, Listed
from crawler.exporting.order import Order, Tally
from crawler.exporting.outputs import has_only
from crawler.exporting.versions import KeptPages, Version, versions_of
from topics.sentences import sentence_around

_AGENT = "Khabar"
_NAMES = re.compile(
    r"(?:bagit|bag-info|(?:tag)?manifest-sha256)\.txt|data/(?:index(?:/\d+)?\.html|articles/(?:\d+/){3}-?\d+\.(?:txt|json)"
    r"|pages/[0-9a-f]{2}/[0-9a-f]{64}\.(?:bin|headers\.json))"
)


def write_evidence(records: Iterable[Record], directory: Path, tally: Tally, order: Order, pages: KeptPages) -> None:
    """The bundle, into an empty *directory*."""
    with Bag(directory) as bag:
        index = Index(bag, order)
        for record in records:
            index.list(_add(bag, record, pages, tally))
            tally.articles += 1
        index.finish(tally)
        bag.finish(f"{_AGENT} {order.version}", _info(order, tally))


def is_evidence(directory: Path) -> bool:
    """Whether *directory* is such a bundle, and nothing else is in it."""
    return is_bag_of(directory, _AGENT) and has_only(directory, _NAMES)


def _info(order: Order, tally: Tally) -> list[tuple[str, str]]:
    asked = "; ".join(order.asked) or "all articles"
    info = [
        ("Source-Organization", order.desk),
        ("Contact-Email" if "@" in order.contact else "Contact-Name", order.contact),
        ("Bagging-Date", f"{order.made.astimezone(UTC):%Y-%m-%d}"),
        ("External-Description", f"{tally.articles} news articles with the evidence of their topics: {asked}"),
        ("Khabar-Made", to_text(order.made)),
        ("Khabar-Topic-Packs", order.packs),
        ("Khabar-Articles", str(tally.articles)),
        ("Khabar-Raw-Pages", str(tally.pages)),
        ("Khabar-Articles-Without-All-Pages", str(tally.unkept)),
        ("Khabar-Damaged-Pages", str(tally.damaged)),
        ("Khabar-Articles-With-Evidence-Beyond-Their-Text", str(tally.unsound)),
    ]
    return [(label, said) for label, said in info if said]


def _add(bag: Bag, record: Record, pages: KeptPages, tally: Tally) -> Listed:
    number = record.article["id"]
    place = f"articles/{datetime.fromtimestamp(number // IDS_PER_SECOND, UTC):%Y/%m/%d}/{number}"
    damaged = tally.damaged
    told = [_add_page(bag, version, pages, tally) for version in versions_of(record)]
    if any(one["file"] is None for one in told):
        tally.unkept += 1
    if any(_is_beyond(record, piece) for tag in record.tags for piece in tag["evidence"]):
        tally.unsound += 1
        tally.tell(f'article {number}: its text is not the one that has its evidence; "khabar doctor" tells more')
    text = f"{place}.txt"
    bag.add(text, record.article["text"].encode("utf-8", "replace"))
    kept = {**record.as_dict(), "tags": [_explained(record, tag) for tag in record.tags], "pages": told, "file": text}
    bag.add(f"{place}.json", (plain_json(kept) + "\n").encode())
    return Listed(record=record, place=place, pages=tuple(told), is_damaged=tally.damaged > damaged)


def _explained(record: Record, tag: dict[str, Any]) -> dict[str, Any]:
    """The tag with the sentence in which each piece of its evidence lies, and where that begins."""
    evidence = []
    for piece in tag["evidence"]:
        whole = record.article[piece["field"]] or ""
        first, last = sentence_around(whole, piece["start"], piece["end"])
        evidence.append({**piece, "sentence": whole[first:last], "sentence_start": first})
    return {**tag, "evidence": evidence}


def _is_beyond(record: Record, piece: dict[str, Any]) -> bool:
    return not 0 <= piece["start"] < piece["end"] <= len(record.article[piece["field"]] or "")


def _add_page(bag: Bag, version: Version, pages: KeptPages, tally: Tally) -> dict[str, Any]:
    """What is known of the page of a *version*; with it the page itself, where it is kept and was not added yet."""
    told: dict[str, Any] = {
        "version": version.number, "sha256": version.page_sha256, "fetched": version.fetched, "file": None,
        "headers": None,
    }  # fmt: skip
    if version.page_sha256 is None:
        return told
    digest = version.page_sha256
    name, headers = (f"pages/{digest[:2]}/{digest}{end}" for end in (".bin", ".headers.json"))
    if not bag.has(name):
        found = pages.find(version)
        if found is None:
            return told
        page, body = found
        bag.add(name, body)
        bag.add(headers, (plain_json(_headers(page)) + "\n").encode())
        tally.pages += 1
    return {**told, "file": name, "headers": headers}


def _headers(page: PackedPage) -> dict[str, Any]:
    return {
        "url": page.url, "requested": page.requested, "source": page.source, "fetched": to_text(page.fetched),
        "status": page.status, "rendered": page.rendered, "headers": page.headers, "bytes": page.size,
        "sha256": page.hash.hex(), "feed": json.loads(page.hints) if page.hints else None,
    }  # fmt: skip
