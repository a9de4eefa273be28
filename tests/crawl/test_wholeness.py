"""A packed stream without its end is told from a whole one."""

import gzip
import zlib

import brotli
import pytest

from archive.zstd import zstd
from crawler.unpacking import encodings_of
from crawler.wholeness import look_into

PAGE = "".join(f"<p>Paragraph {number}: حصاد {number * number}</p>" for number in range(20_000)).encode()
MEGABYTE = 1024 * 1024


def is_whole(packed: bytes, largest: int) -> bool:
    return look_into(packed, largest)[0]


@pytest.mark.parametrize("text", [b"", b"short", PAGE])
def test_a_whole_stream_is_whole_with_or_without_something_behind_it(text: bytes) -> None:
    packed = gzip.compress(text)
    assert is_whole(packed, 8 * MEGABYTE)
    assert is_whole(packed + b"\0\0garbage", 8 * MEGABYTE)
    assert is_whole(packed + gzip.compress(b"a second member"), 8 * MEGABYTE)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_stream_that_was_cut_is_not_whole(share: float) -> None:
    packed = gzip.compress(PAGE)
    assert not is_whole(packed[: int(len(packed) * share)], 8 * MEGABYTE)


def test_a_bomb_is_left_to_the_bound_on_size() -> None:
    assert is_whole(gzip.compress(bytes(3 * MEGABYTE))[:-20], MEGABYTE)


def test_a_broken_stream_is_left_to_decompression() -> None:
    assert is_whole(b"\x1f\x8b" + b"no gzip at all", MEGABYTE)


def test_it_is_known_how_much_a_stream_unpacks_to_before_it_is_unpacked() -> None:
    assert look_into(gzip.compress(PAGE), 8 * MEGABYTE) == (True, len(PAGE))
    assert look_into(gzip.compress(bytes(3 * MEGABYTE)), MEGABYTE)[1] <= 2 * MEGABYTE


PACKED = {
    b"gzip": gzip.compress(PAGE),
    b"deflate": zlib.compress(PAGE),
    b"br": brotli.compress(PAGE, quality=4),
    b"zstd": zstd.compress(PAGE),
}
RAW = zlib.compressobj(wbits=-15)
PACKED_RAW = RAW.compress(PAGE) + RAW.flush()


@pytest.mark.parametrize("encoding", PACKED, ids=bytes.decode)
def test_every_encoding_is_followed_to_its_end(encoding: bytes) -> None:
    packed = PACKED[encoding]
    assert look_into(packed, 8 * MEGABYTE, [encoding]) == (True, len(PAGE))
    assert look_into(packed, 1000, [encoding])[0]
    for cut in (1, 9, len(packed) // 2, len(packed) - 1):
        assert look_into(packed[:cut], 8 * MEGABYTE, [encoding])[0] is False


def test_deflate_without_the_head_of_zlib_is_followed_too() -> None:
    assert look_into(PACKED_RAW, 8 * MEGABYTE, [b"deflate"]) == (True, len(PAGE))
    assert not look_into(PACKED_RAW[:-9], 8 * MEGABYTE, [b"deflate"])[0]


def test_what_is_packed_within_a_whole_stream_is_followed_as_well() -> None:
    inner, order = PACKED[b"br"], [b"gzip", b"br"]
    assert look_into(gzip.compress(inner), 8 * MEGABYTE, order) == (True, len(PAGE))
    assert not look_into(gzip.compress(inner[:-9]), 8 * MEGABYTE, order)[0]


def test_encodings_are_undone_from_the_last_to_one_that_nobody_knows() -> None:
    assert encodings_of([b"gzip, BR ", b"deflate"]) == [b"deflate", b"br", b"gzip"]
    assert encodings_of([b"gzip, rot13, zstd"]) == [b"zstd"]
    assert encodings_of([b"identity"]) == encodings_of([]) == encodings_of([b""]) == []
