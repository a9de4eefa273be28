"""Refuses a compressed page that was cut short: unpacking gives what had come, and says nothing.

A length that does not fit is noticed by Scrapy; a server that closes the connection amid a packed stream without
having said its length is not. Khabar asks for gzip only, but what it does not ask for comes as well.
"""

import asyncio
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError, ResponseDataLossError
from scrapy.http import Response

from crawler.guard import RefusedRequest
from crawler.manners.room import CHARGE, Charge
from seeds.bounds import MAX_ENCODINGS, RESPONSE_SECONDS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_AUTOMATIC = 32 + zlib.MAX_WBITS  # zlib finds out whether it is gzip or zlib
_STEP = 256 * 1024  # bytes unpacked at a time, so that a bomb is not in memory whole


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


def encodings_of(headers: Sequence[bytes]) -> list[bytes]:
    """Those of these Content-Encoding headers that are undone, the last one first: all behind an unknown one."""
    found: list[bytes] = []
    for encoding in reversed(b",".join(headers).lower().split(b",")):
        if encoding.strip() not in _STREAMS:
            break
        found.append(encoding.strip())
    return found


def look_into(packed: bytes, largest: int, encodings: Sequence[bytes] = (b"gzip",)) -> tuple[bool, int]:
    """Whether *packed* ends in each of its *encodings*, which are undone in this order, and its bytes unpacked; beyond
    *largest* it is not looked at. Of gzip and zstd the first member counts.
    """
    unpacked = 0
    for place, encoding in enumerate(encodings):
        pieces: list[bytes] = []
        unpacked = 0
        try:
            for piece in _STREAMS[encoding](packed):
                unpacked += len(piece)
                if unpacked > largest:
                    return True, unpacked
                if place < len(encodings) - 1:
                    pieces.append(piece)
        except _CutShort:
            return False, unpacked
        except (zlib.error, brotli.error, zstd.ZstdError):
            return True, unpacked  # broken, not short: decompression tells what it is
        packed = b"".join(pieces)
    return True, unpacked


class _CutShort(Exception):
    """A stream that has no end."""


def _inflated(packed: bytes, bits: int = _AUTOMATIC) -> Iterator[bytes]:
    stream = zlib.decompressobj(bits)
    while not stream.eof:
        piece = stream.decompress(packed, _STEP)
        packed = stream.unconsumed_tail
        if not (piece or packed or stream.eof):
            raise _CutShort
        yield piece


def _deflated(packed: bytes) -> Iterator[bytes]:
    """With the two bytes of zlib before it, or without, as some servers understand the word."""
    headed = packed[0] & 15 == zlib.DEFLATED and int.from_bytes(packed[:2], "big") % 31 == 0
    return _inflated(packed, zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)


def _unbrotlied(packed: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    while not stream.is_finished():
        piece = stream.process(packed, output_buffer_limit=_STEP)
        packed = b""
        if not piece and not stream.is_finished():
            raise _CutShort
        yield piece


def _unzstded(packed: bytes) -> Iterator[bytes]:
    stream = zstd.ZstdDecompressor()
    while not stream.eof:
        piece = stream.decompress(packed, _STEP)
        packed = b""
        if stream.needs_input and not stream.eof:
            raise _CutShort
        yield piece


_STREAMS: dict[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"gzip": _inflated,
    b"x-gzip": _inflated,
    b"deflate": _deflated,
    b"br": _unbrotlied,
    b"zstd": _unzstded,
}
"""What Scrapy undoes, by the name in a Content-Encoding."""
