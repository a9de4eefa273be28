"""Refuses a compressed page that was cut short: unpacking gives what had come, and says nothing.

A length that does not fit is noticed by Scrapy; a server that closes the connection amid a gzip stream without
having said its length is not.
"""

import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

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

    def process_response(self, request: Request, response: Response) -> Response:
        """Raises ResponseDataLossError where the gzip stream has no end."""
        encoding = (response.headers.get("Content-Encoding") or b"").strip().lower()
        packed = encoding in (b"gzip", b"x-gzip") and response.body[:2] == _GZIP_MAGIC
        if packed and not is_whole(response.body, self._largest):
            raise ResponseDataLossError(f"{response.url}: its gzip stream is cut short")
        return response


def is_whole(packed: bytes, largest: int) -> bool:
    """Whether the first gzip member of *packed* ends; beyond *largest* bytes unpacked it is not looked at further."""
    stream, unpacked = zlib.decompressobj(_AUTOMATIC), 0
    try:
        while not stream.eof and unpacked <= largest:
            piece = stream.decompress(packed, _STEP)
            unpacked += len(piece)
            packed = stream.unconsumed_tail
            if not piece and not packed:
                return stream.eof
    except zlib.error:
        return True  # broken, not short: decompression tells what it is
    return True
