"""What a worker ships, as bytes: notes in their order, each under the name of its kind, packed together.

A field that is added with a default needs no new format: an older reader leaves it out, and to a newer one it is the
default. All else does.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import msgspec

from archive.database import storable
from archive.notes import HabitKept, HostHeld, Recorded, RobotsKept, StillSame, WayTold
from archive.zstd import zstd
from crawler.shown import Shown
from pipelines.ended import Ended
from pipelines.saved import RefusedPage, Saved
from seeds.bounds import MAX_BATCH_BYTES, UNPACKED_BYTES_AT_ONCE

RECORD_FORMAT = 1
"""Grows with every change that an older reader would get wrong. The service reads this one and those before it."""
_LEVEL = 3  # of zstd: 50 articles take 2 ms, a higher one ten times as long for a tenth less
Record: TypeAlias = (
    Shown | WayTold | Recorded | StillSame | HostHeld | RobotsKept | HabitKept | Saved | RefusedPage | Ended
)
_KINDS: dict[str, type[Record]] = {
    "shown": Shown, "way": WayTold, "visit": Recorded, "same": StillSame, "host": HostHeld, "robots": RobotsKept,
    "habit": HabitKept, "article": Saved, "page": RefusedPage, "ended": Ended,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _KINDS.items()}
_encoder = msgspec.msgpack.Encoder()
_named = msgspec.msgpack.Decoder(list[tuple[str, msgspec.Raw]])
_decoders = {name: msgspec.msgpack.Decoder(kind) for name, kind in _KINDS.items()}


class RecordError(Exception):
    """Bytes that are no records of a format that this Khabar reads."""


def encode(record: Record) -> bytes:
    """*record* by itself, not packed: its length is what it will take."""
    try:
        return _encoder.encode((_NAMES[type(record)], record))
    except UnicodeEncodeError:  # half a character, as a page may have it; the archive keeps none either
        return _encoder.encode((_NAMES[type(record)], _storable(msgspec.to_builtins(record, builtin_types=_PLAIN))))


def pack(encoded: Sequence[bytes]) -> bytes:
    """The records that `encode` gave, in their order, as one batch."""
    return zstd.compress(_array_head(len(encoded)) + b"".join(encoded), _LEVEL)


def unpack(body: bytes, written: int = RECORD_FORMAT) -> list[Record]:
    """The records of a batch that was *written* in this format. Raises RecordError."""
    return _unpack(body, written)[0]


def _unpack(body: bytes, written: int) -> tuple[list[Record], int]:
    """The same, and how many bytes they were."""
    if not 1 <= written <= RECORD_FORMAT:
        raise RecordError(f"is of format {written}; this Khabar reads those up to {RECORD_FORMAT}")
    try:
        plain = unpacked(body, MAX_BATCH_BYTES)
        return [_decoders[name].decode(raw) for name, raw in _named.decode(plain)], len(plain)
    except KeyError as error:
        raise RecordError(f"holds a record of the unknown kind {error}") from error
    except (msgspec.DecodeError, zstd.ZstdError, ValueError) as error:
        raise RecordError(f"cannot be read: {error}") from error


def unpack_some(
    batches: Sequence[tuple[bytes, int]], most: int = UNPACKED_BYTES_AT_ONCE
) -> list[list[Record] | RecordError]:  # fmt: skip
    """What is in the first of *batches*, bodies with their formats: of one, and of more until they make *most* bytes;
    in the place of one that cannot be read, why."""
    found: list[list[Record] | RecordError] = []
    size = 0
    for body, written in batches:
        if found and size >= most:
            break
        try:
            records, length = _unpack(body, written)
        except RecordError as error:
            found.append(error)
        else:
            found.append(records)
            size += length
    return found


def unpacked(body: bytes, most: int) -> bytes:
    """What zstd made *body* from. Raises ValueError where that is over *most* bytes, or has no end; ZstdError."""
    stream = zstd.ZstdDecompressor()
    plain = stream.decompress(body, most)
    if not stream.eof:
        raise ValueError(f"is over {most} bytes, or cut short")
    return plain


_PLAIN = (bytes,)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(one) for key, one in value.items()}
    return value


def _array_head(length: int) -> bytes:
    """How MessagePack begins an array of so many. Source: its specification, formats fixarray and array 32."""
    return bytes([0x90 | length]) if length < 16 else b"\xdd" + length.to_bytes(4, "big")
