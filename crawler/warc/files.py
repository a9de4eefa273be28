"""The files that a person names, checked before anything is read: a wrong one is a line, and no other is begun."""

import stat
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from crawler.warc.members import Damaged, Members
from crawler.warc.records import Bad, Reader
from seeds.definitions import DefinitionError

_ENDS = 1024 * 1024  # bytes at a file's beginning and end that make it known
_TRIED = 16 * 1024 * 1024
"""Bytes in which a damaged file has to show a record."""
_ARC = b"filedesc://"
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A file that holds WARC records."""

    path: Path
    size: int
    hash: bytes  # of its size, its beginning and its end


def check_files(paths: Sequence[Path]) -> list[WarcFile]:
    """Each of them once. Raises DefinitionError for the first that cannot be read as a WARC file."""
    found: dict[bytes, WarcFile] = {}
    for path in paths:
        if str(path) == "-":
            raise DefinitionError(
                path, "", "standard input is not read, since it cannot be gone on with; save it first"
            )
        file = _checked(path)
        found.setdefault(file.hash, file)
    return list(found.values())


def _checked(path: Path) -> WarcFile:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise DefinitionError(path, "", "is a directory; name the files in it")
        if not stat.S_ISREG(about.st_mode):
            raise DefinitionError(path, "", "is no regular file; what comes from a pipe must be saved first")
        if not about.st_size:
            raise DefinitionError(path, "", "is empty")
        _look_into(path, about.st_size)
        return WarcFile(path=path, size=about.st_size, hash=_hash(path, about.st_size))
    except OSError as error:
        raise DefinitionError(path, "", f"cannot be read ({error.strerror or error})") from error
    except ValueError as error:  # a NUL in a name
        raise DefinitionError(path, "", f"cannot be read ({error})") from error


def _look_into(path: Path, size: int) -> None:
    with path.open("rb", buffering=0) as file:
        try:
            members = Members(file, size)
            head = next((one.read() for one in members.stretches() if hasattr(one, "read")), b"")
        except Damaged as damage:
            if "dictionary" in damage.name:
                raise DefinitionError(path, "", damage.name) from damage
            head = b""
        if head.startswith(_ZIP):
            raise DefinitionError(path, "", "is a zip; of a WACZ, unpack it and import the files in its archive/")
        if head.startswith(_ARC):
            reason = 'is an ARC file, the format before WARC, which is not read; "warcio recompress" makes a WARC of it'
            raise DefinitionError(path, "", reason)
        reader = Reader(file, size, lambda record: False)
        for found in reader.read():
            if not isinstance(found, Bad):
                return
            if reader.at > _TRIED:
                break
    raise DefinitionError(path, "", "holds no WARC record; is it a WARC file?")


def _hash(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        digest = blake2b(size.to_bytes(8, "big"), digest_size=16)
        digest.update(file.read(_ENDS))
        file.seek(max(size - _ENDS, 0))
        digest.update(file.read(_ENDS))
    return digest.digest()
