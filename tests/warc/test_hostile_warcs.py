"""Files made to do harm: memory, time, a terminal, an archive."""

import gzip
import json
import sys
import zlib
from pathlib import Path

import pytest
from warc_making import answer, packed, page, record, written

from benchmarks.measure import run
from benchmarks.whole import faults

MIB = 1024 * 1024


def bomb(unpacked: int) -> bytes:
    """A member whose record claims, and has, so many bytes."""
    stream = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = record("https://zab.example/en/bomb", answer(b"<html>"), length=unpacked, end=b"")
    pieces = [stream.compress(head)]
    pieces += [stream.compress(bytes(MIB)) for _ in range(unpacked // MIB)]
    return b"".join([*pieces, stream.flush()])


def test_a_hostile_file_takes_little_memory_and_time_and_its_good_pages_come_in(zab, tmp_path) -> None:
    good = [record(f"https://zab.example/ckb/{place}", answer(page("ckb", number=place))) for place in range(1, 4)]
    hostile = [
        bomb(120 * MIB),
        gzip.compress(b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * (60 * MIB), 1),
        gzip.compress(b"WARC/1.0\r\n" * (2 * MIB), 1),
        gzip.compress(b"\r\n" * (20 * MIB), 1),
        gzip.compress(b"", mtime=0) * 30_000,
        packed([record("https://zab.example/en/tera", answer(page()), length=10**15)]),
        packed([record("https://zab.example/en/brotli", answer(b"\x5b\xff\xff\x1f" * 99, "Content-Encoding: br"))]),
        packed(
            [
                record(
                    "https://zab.example/en/gz", answer(gzip.compress(bytes(60 * MIB), 1), "Content-Encoding: gzip")
                ),
                record("https://[half/en", answer(page())),
                record("https://zab.example/en/\x1b]0;owned\x07", answer(page("en", number=8))),
                record("https://zab.example/en/" + "x" * 60_000, answer(page())),
                record("https://zab.example/en/nul", answer(page("en", number=9)), "X: \0\0"),
                record("https://zab.example/en/status", b"HTTP/1.1 " + b"9" * 5_000_000),
                record("javascript:alert(1)"),
            ]
        ),
        b"\x1f\x8b\x08\0" * 50_000,
    ]
    mixed = b"".join(piece for one in hostile for piece in (one, packed(good[:1])))
    path = written(tmp_path / "a.warc.gz", packed(good) + mixed)

    taken = run([*zab.command("import", str(path), "--json")], environment=zab.environment, seconds=100)

    told = json.loads(taken.output)
    assert taken.code == 1, taken.errors
    assert told["files"][0]["finished"]
    assert told["sources"]["zab-ckb"]["archived"] == 3 and told["sources"]["zab-ckb"]["failed"] == 0
    reasons = told["sources"]["zab-en"]["reasons"]
    assert reasons["too large"] == 2 and reasons["cut short"] == 1 and reasons["no HTTP status line"] == 1
    assert "\x1b" not in taken.output + taken.errors
    assert taken.pss is None or taken.pss < 420 * MIB, f"{taken.pss / MIB:.0f} MiB"
    assert list(faults(zab.root / "archive.db")) == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_file(zab, tmp_path: Path) -> None:
    def peak(records: int) -> int:
        block = [answer(page("ar", number=place, add="ماء " * 30_000)) for place in range(20)]
        with (path := tmp_path / f"{records}.warc").open("wb") as file:
            for place in range(records):
                url = f"https://zab.example/{'ar' if place % 40 == 0 else 'xx'}/{records}/{place}"
                file.write(record(url, block[place % 20]))
        taken = run([*zab.command("import", str(path), "--json")], environment=zab.environment)
        assert taken.code == 0, taken.errors
        return taken.pss or 0

    small, large = peak(240), peak(720)  # of the first, too, every worker gets a page
    assert large < small + 40 * MIB, f"{small / MIB:.0f} and {large / MIB:.0f} MiB"
