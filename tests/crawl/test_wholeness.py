"""A gzip stream without its end is told from a whole one."""

import gzip

import pytest

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
