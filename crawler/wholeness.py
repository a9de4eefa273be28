"""Refuses a compressed page that was cut short: unpacking gives what had come, and says nothing.

A length that does not fit is noticed by Scrapy; a server that closes the connection amid a packed stream without
having said its length is not. Khabar asks for gzip only, but what it does not ask for comes as well.
"""

import asyncio
from collections.abc import Sequence
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Response

from crawler.guard import RefusedRequest
from crawler.manners.room import CHARGE, Charge
from crawler.unpacking import STREAMS, UNPACK_ERRORS, CutShort, encodings_of
from seeds.bounds import MAX_ENCODINGS, RESPONSE_SECONDS


class WholeResponses:
    """A downloader middleware between the network and Scrapy's decompression."""

    def __init__(self, crawler: Crawler) -> None:
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Waits until there is room for what it unpacks to. Raises ResponseDataLossError where it has no end, and
        RefusedRequest where it is packed again and again.
        """
        if encodings := encodings_of(response.headers.getlist("Content-Encoding")) if response.body else []:
            if len(encodings) > MAX_ENCODINGS:
                raise RefusedRequest(f"packed too often: {response.url}")
            whole, unpacked = look_into(response.body, self._largest, encodings)
            if not whole:
                raise ResponseDataLossError(f"{response.url}: its packed stream is cut short")
            if charge := request.meta.get(CHARGE):
                await self._make_room(charge, unpacked, response.url)
        return response

    async def _make_room(self, charge: Charge, unpacked: int, url: str) -> None:
        try:
            async with asyncio.timeout(RESPONSE_SECONDS):
                await charge.wait_for(min(unpacked, self._largest))
        except TimeoutError:
            raise DownloadTimeoutError(f"{url}: no room to unpack it in {RESPONSE_SECONDS} seconds") from None


def look_into(packed: bytes, largest: int, encodings: Sequence[bytes] = (b"gzip",)) -> tuple[bool, int]:
    """Whether *packed* ends in each of its *encodings*, which are undone in this order, and its bytes unpacked; beyond
    *largest* it is not looked at. Of gzip and zstd the first member counts.
    """
    unpacked = 0
    for place, encoding in enumerate(encodings):
        pieces: list[bytes] = []
        unpacked = 0
        try:
            for piece in STREAMS[encoding](packed):
                unpacked += len(piece)
                if unpacked > largest:
                    return True, unpacked
                if place < len(encodings) - 1:
                    pieces.append(piece)
        except CutShort:
            return False, unpacked
        except UNPACK_ERRORS:
            return True, unpacked  # broken, not short: decompression tells what it is
        packed = b"".join(pieces)
    return True, unpacked
