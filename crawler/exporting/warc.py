"""The kept pages of articles as a WARC file, each of their versions, for other archives and for `khabar import`."""

from collections.abc import Iterable
from typing import BinaryIO

from archive.packed_page import PackedPage
from archive.reading import Record
from archive.times import from_text
from crawler.exporting.order import Order, Tally
from crawler.exporting.versions import KeptPages, versions_of
from crawler.warc.writing import WarcWriter


def write_warc(records: Iterable[Record], out: BinaryIO, tally: Tally, order: Order, pages: KeptPages) -> None:
    """A record for each version of which the page is kept, at the time when that version's page was fetched.

    The same bytes are kept once, also where they came from two addresses: a record has the one at which they were read
    where that is the article's, else the article's own.
    """
    warc = WarcWriter(out)
    warc.write_info(order.made, _about(order))
    for record in records:
        is_whole = True
        for version in versions_of(record):
            found = pages.find(version)
            if found is None:
                is_whole = False
                continue
            page, body = found
            fetched = from_text(version.fetched) if version.fetched else page.fetched
            url = _address(page, record, pages)
            if page.rendered:
                warc.write_drawn(url, fetched, body)
            else:
                warc.write_response(url, fetched, page.status, page.headers, body)
            tally.pages += 1
        tally.articles += 1
        tally.unkept += not is_whole


def _address(page: PackedPage, record: Record, pages: KeptPages) -> str:
    url: str = record.article["url"]
    return page.url if pages.is_address(page.url, record.article["id"]) else url


def _about(order: Order) -> list[tuple[str, str]]:
    asked = "; ".join(order.asked) or "all articles"
    return [
        ("software", order.maker),
        ("format", "WARC File Format 1.1"),
        ("operator", order.desk),
        ("description", f"pages that were kept of articles; asked for: {asked}"),
    ]
