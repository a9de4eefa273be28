"""Refuses a compressed page that was cut short: unpacking gives what had come, and says nothing.

A length that does not fit is noticed by Scrapy; a server that closes the connection amid a gzip stream without
having said its length is not.
"""

import asyncio
import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Response

from crawler.manners.room import CHARGE, Charge
from seeds.bounds import RESPONSE_SECONDS

_GZIP_MAGIC = b"\x1f\x8b"
_AUTOMATIC = 32 + zlib.MAX_WBITS  # zlib finds out whether it is gzip or zlib
_STEP = 256 * 1024  # bytes unpacked at a time, so that a bomb is not in memory whole


class WholeResponses:
    """A downloader middleware between the network and Scrapy's decompression.

    It looks at gzip, which is all that Khabar asks for.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._largest = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Waits until there is room for what it unpacks to. Raises ResponseDataLossError where it has no end."""
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        if encoding in (b"gzip", b"x-gzip") and response.body[:2] == _GZIP_MAGIC:
            whole, unpacked = look_into(response.body, self._largest)
            if not whole:
                raise ResponseDataLossError(f"{response.url}: its gzip stream is cut short")
            if charge := request.meta.get(CHARGE):
                await self._make_room(charge, unpacked, response.url)
        return response

    async def _make_room(self, charge: Charge, unpacked: int, url: str) -> None:
        try:
            async with asyncio.timeout(RESPONSE_SECONDS):
                await charge.wait_for(min(unpacked, self._largest))
        except TimeoutError:
            raise DownloadTimeoutError(f"{url}: no room to unpack it in {RESPONSE_SECONDS} seconds") from None


def look_into(packed: bytes, largest: int) -> tuple[bool, int]:
    """Whether the first gzip member of *packed* ends, and its bytes unpacked; beyond *largest* it is not looked at."""
    stream, unpacked = zlib.decompressobj(_AUTOMATIC), 0
    try:
        while not stream.eof and unpacked <= largest:
            piece = stream.decompress(packed, _STEP)
            unpacked += len(piece)
            packed = stream.unconsumed_tail
            if not piece and not packed:
                return stream.eof, unpacked
    except zlib.error:
        pass  # broken, not short: decompression tells what it is
    return True, unpacked
