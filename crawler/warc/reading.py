"""Reads a file in batches, for who must not wait for a disk, and must not be kept from ending."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Self

from crawler.warc.captures import Capture, Passed, Sorter
from crawler.warc.files import WarcFile
from crawler.warc.records import BEGIN, Bad, Place, Reader, Record

_CAPTURES, _BYTES, _SECONDS = 16, 1024 * 1024, 0.1  # after any of which a batch is whole


@dataclass(slots=True)
class Counts:
    """What a file's records were."""

    records: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Counts") -> None:
        """Counts those of *other* too."""
        self.records += other.records
        self.skipped.update(other.skipped)
        self.faults.update(other.faults)

    def as_dict(self) -> dict[str, object]:
        """As it is kept and printed."""
        return {
            "records": self.records,
            "skipped": dict(sorted(self.skipped.items())),
            "bad": self.faults.total(),
            "faults": dict(sorted(self.faults.items())),
        }

    @classmethod
    def of(cls, kept: dict[str, object]) -> "Counts":
        """What `as_dict` gave."""
        known = cls(records=int(str(kept.get("records", 0))))
        for counter, name in ((known.skipped, "skipped"), (known.faults, "faults")):
            counted = kept.get(name)
            if isinstance(counted, dict):
                counter.update(counted)
        return known


@dataclass(slots=True)
class Batch:
    """Some records that follow each other."""

    captures: deque[Capture] = field(default_factory=deque)
    bad: list[Passed] = field(default_factory=list)  # records of which there is nothing but what is wrong with them
    counts: Counts = field(default_factory=Counts)
    end: Place = BEGIN  # behind the last of them
    is_last: bool = False


class FileReading:
    """One file that is being read."""

    def __init__(self, file: WarcFile, sorter: Sorter, start: Place) -> None:
        self._stream = file.path.open("rb", buffering=0)
        self._sorter = sorter
        self._reader = Reader(self._stream, file.size, sorter.wants)
        self._found: Iterator[Record | Bad] = self._reader.read(start)
        self._ahead: Record | Bad | None = next(self._found, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stream.close()

    @property
    def at(self) -> int:
        """How many bytes of the file are read."""
        return self._reader.at

    def next(self) -> Batch:
        """The next records. Raises OSError."""
        batch, weight, begun = Batch(), 0, monotonic()
        while (found := self._ahead) is not None:
            weight += self._add(batch, found)
            self._ahead = next(self._found, None)
            if len(batch.captures) >= _CAPTURES or weight >= _BYTES or monotonic() - begun > _SECONDS:
                break
        batch.is_last = self._ahead is None
        batch.end = self._reader.end if self._ahead is None else self._ahead.place
        return batch

    def _add(self, batch: Batch, found: Record | Bad) -> int:
        """The bytes that it holds."""
        if isinstance(found, Bad):
            batch.counts.faults[found.fault] += 1
            batch.bad.append(Passed(place=found.place, reason=found.fault, is_bad=True))
            return 0
        batch.counts.records += 1
        sorted_ = self._sorter.sort(found)
        if isinstance(sorted_, Capture):
            batch.captures.append(sorted_)
            if sorted_.is_bad:
                batch.counts.faults[str(sorted_.reason)] += 1
            return sorted_.weight
        if sorted_.is_bad:
            batch.counts.faults[sorted_.reason] += 1
            batch.bad.append(sorted_)
        else:
            batch.counts.skipped[sorted_.reason] += 1
        return 0
