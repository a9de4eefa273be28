"""The records of a WARC file (ISO 28500) one after the other, also of one that is damaged.

Whatever is wrong with a record, the next one is found. Of a record that nobody wants, nothing is kept; of one that is
wanted, no more than a page may have: a length that is claimed is never allocated.

It is our own since what there is ends at the first damage or cannot tell where a record is: FastWARC 2.0.1 raises at a
damaged member and reads nothing behind 100,000 empty ones, and within a single member all its positions are one;
warcio 1.8.1 reads no zstd. Our tests read what FastWARC writes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from crawler.warc.members import Damaged, Gap, Members, Plain, Stretch
from seeds.bounds import MAX_BODY_BYTES, MAX_HEAD_BYTES, MAX_WARC_HEAD_BYTES

_MOST_KEPT = MAX_BODY_BYTES + MAX_HEAD_BYTES
_WARC, _LINE_FEED = b"WARC/", 10
_BEGIN = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n[A-Za-z]")
_BLANK = re.compile(rb"\r?\n\r?\n")
_END = b"\r\n\r\n"
_LONGEST_BEGIN = 16  # bytes of what _BEGIN finds
_BREAKS = re.compile(rb"[\r\n \t\0]*")
_LOOKED_AT = 256  # bytes behind a record
_LENGTH = re.compile(r"\d{1,18}")


class Place(NamedTuple):
    """Where reading can begin again: a stretch of the file, and how far into what it unpacks to."""

    offset: int
    within: int = 0


BEGIN = Place(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record, as far as it could be read."""

    place: Place
    headers: Mapping[str, str]  # by names in small letters; of one that comes twice the first
    block: bytes = b""  # only where it was wanted and is whole
    fault: str | None = None  # why it is not whole: "cut short", "damaged", "wrong length", "too large"

    @property
    def type(self) -> str:
        """`response`, `revisit` and so on."""
        return self.headers.get("warc-type", "").lower()

    @property
    def uri(self) -> str:
        """Of what it is, without the brackets that some put around it."""
        return self.headers.get("warc-target-uri", "").strip("<>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """What is in the file and is no record."""

    place: Place
    fault: str


@dataclass(slots=True)
class Reader:
    """Reads a file from a place on. *wants* tells of which records the block is kept, by what is known before it."""

    file: BinaryIO
    size: int
    wants: Callable[[Record], bool]
    members: Members = field(init=False)

    def __post_init__(self) -> None:
        self.members = Members(self.file, self.size)

    @property
    def at(self) -> int:
        """How far into the file it has come."""
        return min(self.members.raw.at, self.size)

    @property
    def end(self) -> Place:
        """Behind the last record."""
        return Place(self.size)

    def read(self, start: Place = BEGIN) -> Iterator[Record | Bad]:
        """Everything from *start* on. Raises OSError where the disk fails."""
        within = start.within
        for stretch in self.members.stretches(start.offset):
            if isinstance(stretch, Gap):
                yield Bad(place=Place(stretch.offset), fault="garbage between records")
                continue
            yield from _Records(stretch, self.wants, within).read()
            within = 0


class _Records:
    """The records of one stretch."""

    def __init__(self, stretch: Stretch | Plain, wants: Callable[[Record], bool], within: int) -> None:
        self._stretch, self._wants = stretch, wants
        self._held = bytearray()
        self._start = stretch.raw.at if isinstance(stretch, Plain) else 0  # the position of the first byte held
        self._fault: str | None = None  # how the stretch ended, if not well
        self._within = within

    def read(self) -> Iterator[Record | Bad]:
        if self._within:
            self._skip(self._within)
        while True:
            self._skip_breaks()
            if not self._fill(_LONGEST_BEGIN) and not self._held:
                break
            if _BEGIN.match(self._held):
                yield self._record()
            else:
                place = self._place
                self._find_begin(0)
                yield Bad(place=place, fault=self._fault or "garbage between records")
            if self._fault:  # and it is told
                return
        if self._fault:
            yield Bad(place=self._place, fault=self._fault)

    @property
    def _place(self) -> Place:
        if self._stretch.packed:
            return Place(self._stretch.offset, self._start)
        return Place(self._start)

    def _record(self) -> Record | Bad:
        place = self._place
        blank = self._head_end()
        end = blank.start() if blank else min(len(self._held), MAX_WARC_HEAD_BYTES)
        if another := self._last_begin(end):  # it has no end, and the next one has begun
            self._drop(another)
            return Bad(place=place, fault="cut short")
        if blank is None:
            endless = "headers without end" if len(self._held) > MAX_WARC_HEAD_BYTES else "cut short"
            self._find_begin(end)
            return Bad(place=place, fault=self._fault or endless)
        headers = _headers(bytes(self._held[: blank.start()]))
        length = _length(headers)
        record = Record(place=place, headers=headers)
        self._drop(blank.end())
        if length is None or not self._fits(length):
            behind = self._find_begin(0)
            told = "wrong length" if behind or length is None else "cut short"
            return Record(place=place, headers=headers, fault=told)
        wanted = self._wants(record)
        block, got = self._block(length, _MOST_KEPT if wanted else 0)
        fault: str | None = None
        if got < length:
            fault = self._fault or "cut short"
        elif not self._ends_here():
            fault = "wrong length"
            self._find_begin(0)
        elif self._fault:  # of the member: its sum does not agree
            fault = self._fault
        elif wanted and length > _MOST_KEPT:
            fault = "too large"
        return Record(place=place, headers=headers, block=b"" if fault else block, fault=fault)

    def _head_end(self) -> re.Match[bytes] | None:
        """The blank line behind the headers."""
        searched = 0
        while True:
            if blank := _BLANK.search(self._held, max(searched - 3, 0)):
                return blank if blank.start() <= MAX_WARC_HEAD_BYTES else None
            searched = len(self._held)
            if searched > MAX_WARC_HEAD_BYTES or not self._fill(searched + 1):
                return None

    def _fits(self, length: int) -> bool:
        """Whether the file has so many bytes, and something fit behind them. Of what is packed nobody knows before."""
        if self._stretch.packed:
            return True
        raw, end = self._stretch.raw, self._start + length
        if end > raw.size:
            return False
        before = raw.at
        raw.seek(end)
        behind = raw.peek(_LOOKED_AT)[:_LOOKED_AT]
        raw.seek(before)
        return behind.startswith(_END) or _is_begin(behind[_end_of_breaks(behind) :])

    def _ends_here(self) -> bool:
        """Whether what comes next is the end of a record, another one, or nothing."""
        if self._fill(len(_END)) and self._held.startswith(_END):
            self._fill(len(_END) + 1)  # or it is not known yet whether the member is whole
            return True
        self._skip_breaks()
        self._fill(_LONGEST_BEGIN)
        return _is_begin(self._held)

    def _block(self, length: int, most: int) -> tuple[bytes, int]:
        """The next *length* bytes where they are not more than *most*, and how many came."""
        if length > most:
            return b"", self._skip(length)
        self._fill(length)
        with memoryview(self._held) as held:
            block = bytes(held[:length])
        self._drop(len(block))
        return block, len(block)

    def _find_begin(self, behind: int) -> bool:
        """Goes to where the next record begins, so many bytes from here or later; whether there is one."""
        self._drop(behind)
        while True:
            place = self._held.find(_WARC)
            while place >= 0 and not self._is_begin_at(place):
                place = self._held.find(_WARC, place + 1)
            if place >= 0:
                self._drop(place)
                return True
            if len(self._held) > _LONGEST_BEGIN:
                self._drop(len(self._held) - _LONGEST_BEGIN)
            if not self._fill(len(self._held) + 1):
                self._drop(len(self._held))
                return False

    def _last_begin(self, end: int) -> int:
        """Where before *end* the last record begins; 0: none but the first."""
        place = self._held.rfind(_WARC, 1, end)
        while place > 0 and not self._is_begin_at(place):
            place = self._held.rfind(_WARC, 1, place)
        return max(place, 0)

    def _is_begin_at(self, place: int) -> bool:
        return (not place or self._held[place - 1] == _LINE_FEED) and _BEGIN.match(self._held, place) is not None

    def _skip_breaks(self) -> None:
        while True:
            self._drop(_end_of_breaks(self._held))
            if self._held or not self._fill(1):
                return

    def _skip(self, number: int) -> int:
        """Passes so many bytes; how many there were."""
        passed = min(number, len(self._held))
        self._drop(passed)
        if passed < number and isinstance(self._stretch, Plain):
            raw = self._stretch.raw
            step = min(number - passed, raw.size - raw.at)
            raw.pass_by(step)
            self._start += step
            return passed + step
        while passed < number and self._fill(1):
            step = min(number - passed, len(self._held))
            self._drop(step)
            passed += step
        return passed

    def _drop(self, number: int) -> None:
        del self._held[:number]
        self._start += number

    def _fill(self, number: int) -> bool:
        """Whether so many bytes are held, once what is there was read."""
        while len(self._held) < number:
            if self._fault:
                return False
            try:
                piece = self._stretch.read()
            except Damaged as damage:
                self._fault = damage.name
                return False
            if not piece:
                return False
            self._held += piece
        return True


def _is_begin(data: bytes | bytearray) -> bool:
    return not data or _BEGIN.match(data) is not None


def _end_of_breaks(data: bytes | bytearray) -> int:
    breaks = _BREAKS.match(data)
    return breaks.end() if breaks else 0


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    last = ""
    for line in head.splitlines()[1:]:
        text = line.decode("utf-8", "replace")
        if line[:1] in (b" ", b"\t") and last:
            found[last] = f"{found[last]} {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        last = name.strip().lower() if colon else ""
        if last and last not in found:
            found[last] = value.strip()
        elif last:
            last = ""
    return found


def _length(headers: Mapping[str, str]) -> int | None:
    told = headers.get("content-length", "")
    return int(told) if _LENGTH.fullmatch(told) and told.isascii() else None
