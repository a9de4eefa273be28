"""What a worker needs for one crawl, as bytes: the source's definition, what of the desk concerns it, and the source's
memory. The topic packs go by themselves, once for all crawls."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from archive.zstd import zstd
from crawler.cluster.records import unpacked
from seeds.bounds import MAX_PARCEL_BYTES
from seeds.definitions import DefinitionError
from seeds.sources import Source
from topics.compiling import compile_packs
from topics.packs import Packs

PARCEL_FORMAT = 1
"""Grows with every change that an older worker would get wrong. It is part of the name of the queue of the jobs, so
that such a worker never sees them."""


def jobs_name(*, renders: bool) -> str:
    """The queue of Procrastinate's on which crawls wait that a worker of this version can read; *renders*: those of
    sources that need a browser."""
    return f"crawls-{PARCEL_FORMAT}{'-render' if renders else ''}"


class ParcelError(Exception):
    """Bytes that are no parcel, or whose definitions this Khabar does not know."""


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """All that one crawl takes along."""

    source: Source
    contact: str  # of the desk: it goes into the User-Agent
    proxy: bool
    keep_pages: bool  # of sources that do not say
    memory: bytes  # as archive.travelling packed it


def pack_parcel(parcel: Parcel) -> bytes:
    """*parcel*, not compressed: most of it is the memory, which is already. Of the source only what it says itself: an
    older worker does not know the keys of a newer Khabar, and must not stumble over those that are not used."""
    defaults = Source(id="a", name="")
    own = {
        key: value
        for key in Source.__struct_fields__
        if (value := getattr(parcel.source, key)) != getattr(defaults, key) or key in ("id", "name")
    }
    return msgspec.msgpack.encode(msgspec.structs.asdict(parcel) | {"source": own})


def unpack_parcel(body: bytes) -> Parcel:
    """Raises ParcelError."""
    try:
        return msgspec.msgpack.decode(body, type=Parcel)
    except (msgspec.DecodeError, DefinitionError, ValueError) as error:
        raise ParcelError(f"cannot be read: {error}") from error


def pack_packs(files: Sequence[tuple[str, dict[str, Any]]]) -> bytes:
    """The tables of all topic packs, as `seeds.packs.read_packs` gives them."""
    return zstd.compress(json.dumps(list(files), ensure_ascii=False).encode())


def unpack_packs(body: bytes) -> Packs:
    """The same, compiled. Raises ParcelError."""
    try:
        files = json.loads(unpacked(body, MAX_PARCEL_BYTES))
        return compile_packs([(str(path), tables) for path, tables in files])
    except (DefinitionError, zstd.ZstdError, ValueError, TypeError) as error:
        raise ParcelError(f"its topic packs cannot be read: {error}") from error
