"""Undoes what a body is packed with, piece by piece, so that a bomb is never in memory whole. Pure."""

import zlib
from collections.abc import Callable, Iterator, Sequence

import brotli

from archive.zstd import zstd

UNPACK_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)
"""What the libraries raise where a stream is broken."""
_AUTOMATIC = 32 + zlib.MAX_WBITS  # zlib finds out whether it is gzip or zlib
_STEP = 256 * 1024  # bytes unpacked at a time


class CutShort(Exception):
    """A stream that has no end."""


def encodings_of(headers: Sequence[bytes]) -> list[bytes]:
    """Those of these Content-Encoding headers that are undone, the last one first: all behind an unknown one."""
    found: list[bytes] = []
    for encoding in reversed(b",".join(headers).lower().split(b",")):
        if encoding.strip() not in STREAMS:
            break
        found.append(encoding.strip())
    return found


def _inflated(packed: bytes, bits: int = _AUTOMATIC) -> Iterator[bytes]:
    stream = zlib.decompressobj(bits)
    while not stream.eof:
        piece = stream.decompress(packed, _STEP)
        packed = stream.unconsumed_tail
        if not (piece or packed or stream.eof):
            raise CutShort
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
            raise CutShort
        yield piece


def _unzstded(packed: bytes) -> Iterator[bytes]:
    stream = zstd.ZstdDecompressor()
    while not stream.eof:
        piece = stream.decompress(packed, _STEP)
        packed = b""
        if stream.needs_input and not stream.eof:
            raise CutShort
        yield piece


STREAMS: dict[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"gzip": _inflated,
    b"x-gzip": _inflated,
    b"deflate": _deflated,
    b"br": _unbrotlied,
    b"zstd": _unzstded,
}
"""What Scrapy undoes, by the name in a Content-Encoding: bytes in, pieces out. Raises CutShort and UNPACK_ERRORS."""
