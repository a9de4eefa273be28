"""A file as stretches of unpacked bytes: gzip members, zstd frames, or the file as it is; told by what it holds.

Of a damaged stretch what came until then is given; then the next one is looked for, so that a bad sector costs the
records that lie on it and no others. Nothing is in memory but some pieces, whatever a stretch unpacks to.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Literal, TypeAlias

from archive.zstd import zstd
from seeds.bounds import MAX_WARC_DICTIONARY, MAX_ZSTD_WINDOW

Kind: TypeAlias = Literal["gzip", "zstd", "plain"]

GZIP = b"\x1f\x8b\x08"
ZSTD = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""A skippable frame that comes first and holds the dictionary of all others, as the IIPC's note on WARC and zstd has
it (iipc.github.io/warc-specifications/specifications/warc-zstd)."""
_FED, _STEP = 16 * 1024, 256 * 1024  # bytes that are read, and at most unpacked, at a time
_FIRST_STEP = 2048
"""Bytes that are unpacked first: a step that meets damage gives nothing, and a record's headers tell whose it is."""
_LOOKED_INTO = 4096  # bytes of what may be a stretch, to tell whether it is one
_GZIP_ONLY = 16 + zlib.MAX_WBITS
_BEGIN = b"WARC/"


class Damaged(Exception):
    """A stretch that cannot be unpacked to its end. `name` says how: "damaged", "cut short"."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Raw:
    """The bytes of a file as they are, read in small pieces."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self.size = file, size
        self._held, self._from = b"", 0
        self.at = 0
        """Where the next byte is read."""

    def seek(self, at: int) -> None:
        """Goes on from there."""
        self.at = at

    def peek(self, number: int = _FED) -> bytes:
        """The next bytes, so many where there are; they are not passed."""
        begin = self.at - self._from
        if not 0 <= begin <= len(self._held) - number:
            self._file.seek(self.at)
            self._held, self._from, begin = self._file.read(max(number, 16 * _FED)), self.at, 0
        return self._held[begin : begin + number]

    def pass_by(self, number: int) -> None:
        """So many bytes are done with."""
        self.at += number


class Stretch:
    """One member, frame or plain file. `read` gives its bytes piece by piece."""

    packed = True

    def __init__(self, raw: Raw, stream: "zlib._Decompress | zstd.ZstdDecompressor") -> None:
        self.raw, self._stream = raw, stream
        self.offset = raw.at
        self._over = False
        self._step = _FIRST_STEP

    def read(self) -> bytes:
        """The next piece; nothing at its end, behind which the file goes on. Raises Damaged."""
        while not self._over:
            wants = not isinstance(self._stream, zstd.ZstdDecompressor) or self._stream.needs_input
            fed = self.raw.peek() if wants else b""
            if wants and not fed:
                raise Damaged("cut short")
            try:
                piece = self._stream.decompress(fed, self._step)
            except (zlib.error, zstd.ZstdError) as error:
                raise Damaged("damaged") from error
            self._over, self._step = self._stream.eof, _STEP
            left = self._stream.unused_data if self._over else getattr(self._stream, "unconsumed_tail", b"")
            self.raw.pass_by(len(fed) - len(left))
            if piece:
                return piece
        return b""


class Plain:
    """What is not packed: its positions are the file's."""

    packed = False

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.offset = 0

    def read(self) -> bytes:
        """The next piece; nothing at the end of the file."""
        piece = self.raw.peek()
        self.raw.pass_by(len(piece))
        return piece


class Gap:
    """Bytes between two stretches that belong to none."""

    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length = offset, length


class Members:
    """The stretches of a file, one after the other. Raises Damaged where its dictionary cannot be read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.raw = Raw(file, size)
        self._dictionary: zstd.ZstdDict | None = None
        self.kind: Kind = self._kind()

    def _kind(self) -> Kind:
        head = self.raw.peek(8)
        if head.startswith(GZIP):
            return "gzip"
        if head.startswith(ZSTD) or _SKIPPABLE.match(head):
            self._dictionary = self._read_dictionary(head)
            return "zstd"
        return "plain"

    def _read_dictionary(self, head: bytes) -> zstd.ZstdDict | None:
        length = int.from_bytes(head[4:8], "little")
        if not head.startswith(_DICTIONARY):
            return None
        if length > MAX_WARC_DICTIONARY:
            raise Damaged("its dictionary is too large")
        held = self.raw.peek(8 + length)[8:]
        try:
            if held.startswith(ZSTD):
                held = zstd.ZstdDecompressor().decompress(held, MAX_WARC_DICTIONARY)
            return zstd.ZstdDict(held)
        except (zstd.ZstdError, ValueError) as error:
            raise Damaged("its dictionary is damaged") from error

    def stretches(self, start: int = 0) -> Iterator[Stretch | Plain | Gap]:
        """From *start* on, where one begins. The next is only asked for when nothing more is read of the one before."""
        raw = self.raw
        raw.seek(start)
        if self.kind == "plain":
            yield Plain(raw)
            return
        while head := raw.peek(8):
            begin = raw.at
            if self.kind == "zstd" and _SKIPPABLE.match(head):
                raw.seek(begin + 8 + int.from_bytes(head[4:8], "little"))
                continue
            if self._magic_at(head, 0):
                yield (stretch := Stretch(raw, self._stream()))
                if not _drained(stretch):
                    raw.seek(self._next(begin + 1))
                continue
            found = self._next(begin)
            raw.seek(begin)
            if any(raw.peek(min(found - begin, _FED)).strip(b"\0")):  # zeros fill up a block, and mean nothing
                yield Gap(begin, found - begin)
            raw.seek(found)

    def _stream(self) -> "zlib._Decompress | zstd.ZstdDecompressor":
        if self.kind == "gzip":
            return zlib.decompressobj(_GZIP_ONLY)
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: MAX_ZSTD_WINDOW}
        return zstd.ZstdDecompressor(self._dictionary, options)

    def _magic_at(self, data: bytes, place: int) -> bool:
        return data.startswith(GZIP if self.kind == "gzip" else ZSTD, place)

    def _next(self, at: int) -> int:
        """Where the next stretch begins that holds a record, from *at* on; the end of the file where none does."""
        magic, raw = GZIP if self.kind == "gzip" else ZSTD, self.raw
        while at < raw.size:
            raw.seek(at)
            held = raw.peek(_STEP)
            place = held.find(magic)
            if place < 0:
                at += max(len(held) - len(magic) + 1, 1)
            else:
                raw.seek(at + place)
                if self._holds_record(raw.peek(_LOOKED_INTO)):
                    return at + place
                at += place + 1
        return raw.size

    def _holds_record(self, head: bytes) -> bool:
        try:
            return self._stream().decompress(head, len(_BEGIN)).startswith(_BEGIN)
        except (zlib.error, zstd.ZstdError):
            return False


def _drained(stretch: Stretch) -> bool:
    """Reads what is left of it; whether it was whole."""
    try:
        while stretch.read():
            pass
    except Damaged:
        return False
    return True
