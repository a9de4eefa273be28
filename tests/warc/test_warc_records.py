"""Records as they stand in a file, whole or not."""

import gzip
import io
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from warc_making import answer, as_zstd, packed, record

from crawler.warc.records import BEGIN, Bad, Place, Reader, Record

FEW = hypothesis_settings(max_examples=60)
ADDRESSES = [f"https://news.example/{number}" for number in range(5)]
NOISE = random.Random(1).randbytes(3000)
RECORDS = [record(url, answer(NOISE + url.encode())) for url in ADDRESSES]
FORMS = {
    "plain": b"".join(RECORDS),
    "gzip": packed(RECORDS),
    "one member": gzip.compress(b"".join(RECORDS), mtime=0),
    "zstd": as_zstd(RECORDS),
    "one frame": as_zstd([b"".join(RECORDS)]),
    "zstd with a dictionary": as_zstd(RECORDS, dictionary=True),
    "zstd with a packed dictionary": as_zstd(RECORDS, dictionary=True, packed_dictionary=True),
}


def read(data: bytes, start: Place = BEGIN) -> list[Record | Bad]:
    return list(Reader(io.BytesIO(data), len(data), lambda record: True).read(start))


def told(found: list[Record | Bad]) -> list[str]:
    """Each by its address, and what is wrong with it."""
    return [one.fault if isinstance(one, Bad) else f"{one.uri[-1:]}{one.fault or ''}" for one in found]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_told_by_what_it_holds(form: str) -> None:
    found = read(FORMS[form])

    assert [one.uri for one in found] == ADDRESSES
    assert [one.block for one in found] == [answer(NOISE + url.encode()) for url in ADDRESSES]


@pytest.mark.parametrize("form", FORMS)
def test_reading_goes_on_at_any_record(form: str) -> None:
    found = read(FORMS[form])

    for number, one in enumerate(found):
        assert told(read(FORMS[form], one.place)) == told(found[number:])
    assert read(FORMS[form], Place(len(FORMS[form]))) == []


@pytest.mark.parametrize("mode", ["none", "gzip", "zstd"])
def test_what_fastwarc_writes_is_read(mode: str, tmp_path) -> None:
    from fastwarc.stream_io import GzipWriter, ZstdWriter  # noqa: PLC0415 -- its types are not ours to check
    from fastwarc.warc import WarcRecord, WarcRecordType  # noqa: PLC0415

    path = tmp_path / "file"
    with path.open("wb") as file:
        for url in ADDRESSES:
            stream = {"none": lambda out: out, "gzip": GzipWriter, "zstd": ZstdWriter}[mode](file)
            one = WarcRecord()
            one.init_headers(WarcRecordType.response)
            one.headers.append("WARC-Target-URI", url)
            one.set_bytes_content(answer(NOISE))
            one.is_http = True
            one.write(stream, checksum_data=True)
            if mode != "none":
                stream.finish()
                stream.flush()

    found = read(path.read_bytes())

    assert [(one.uri, one.type, one.block, one.fault) for one in found] == [
        (url, "response", answer(NOISE), None) for url in ADDRESSES
    ]


MEMBERS = [packed([one]) for one in RECORDS]
FRAMES = [as_zstd([one]) for one in RECORDS]
HOLE = slice(1000, 1020)


def holed(data: bytes) -> bytes:
    return data[: HOLE.start] + bytes(20) + data[HOLE.stop :]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"".join([MEMBERS[0], holed(MEMBERS[1]), *MEMBERS[2:]]), ["0", "1damaged", "2", "3", "4"]),
        (b"".join([MEMBERS[0], MEMBERS[1][:900], *MEMBERS[2:]]), ["0", "1damaged", "2", "3", "4"]),
        (b"".join([*MEMBERS[:2], b"\x1f\x8b\x08" + NOISE, *MEMBERS[2:]]), ["0", "1", "damaged", "2", "3", "4"]),
        (b"".join([MEMBERS[0], NOISE, *MEMBERS[1:]]), ["0", "garbage between records", "1", "2", "3", "4"]),
        (b"".join([MEMBERS[0], bytes(5000), *MEMBERS[1:], bytes(512)]), ["0", "1", "2", "3", "4"]),
        (b"".join(MEMBERS)[:-900], ["0", "1", "2", "3", "4cut short"]),
        (b"".join(MEMBERS) + MEMBERS[0][:5], ["0", "1", "2", "3", "4", "cut short"]),
        (b"".join([FRAMES[0], holed(FRAMES[1]), *FRAMES[2:]]), None),
        (b"".join(FRAMES)[:-900], ["0", "1", "2", "3", "4cut short"]),
        (FRAMES[0] + b"\x50\x2a\x4d\x18\x03\0\0\0abc" + FRAMES[1], ["0", "1"]),
        (b"".join(RECORDS)[:-900], ["0", "1", "2", "3", "4cut short"]),
        (RECORDS[0] + NOISE + b"\n" + RECORDS[1], ["0", "garbage between records", "1"]),
        (NOISE + b"\r\n" + RECORDS[1], ["garbage between records", "1"]),
    ],
    ids=[
        "a hole in a member", "a member cut short", "a false member", "garbage between members", "zeros between",
        "the last member cut short", "a beginning at the end", "a hole in a frame", "the last frame cut short",
        "a skippable frame", "the last record cut short", "garbage between records", "garbage first",
    ],
)  # fmt: skip
def test_what_is_damaged_costs_no_other_record(data: bytes, expected: list[str] | None) -> None:
    found = told(read(data))
    if expected is None:  # of a frame some of what is damaged unpacks, and is wrong
        assert [one[0] for one in found] == ["0", "1", "2", "3", "4"]
    else:
        assert found == expected


FORM_OF_LENGTHS = {"plain": b"".join, "gzip": packed, "one member": lambda some: gzip.compress(b"".join(some), mtime=0)}


@pytest.mark.parametrize("length", [10, 10**17, -5, "", "many", "9" * 40, "٣"])
@pytest.mark.parametrize("form", FORM_OF_LENGTHS)
def test_a_wrong_length_costs_one_record(form: str, length: int | str) -> None:
    wrong = record("https://news.example/x", answer(b"<p>a</p>" * 50), length=length)
    found = told(read(FORM_OF_LENGTHS[form]([RECORDS[0], wrong, *RECORDS[1:]])))

    expected = ["0", "x", "1", "2", "3", "4"]
    if form == "one member" and length == 10**17:  # it takes all that is left of its member
        expected = ["0", "x"]
    assert [one[0] for one in found] == expected
    assert sum("wrong length" in one or "cut short" in one for one in found) == 1


@pytest.mark.parametrize("form", FORM_OF_LENGTHS)
@pytest.mark.parametrize(
    "head",
    [b"WARC/1.0\r\nWARC-Type: response\r\nX: " + b"a" * 200_000, b"WARC/1.0\r\n" + b"X: a\r\n" * 50_000],
    ids=["one long header", "many headers"],
)
def test_headers_without_end_cost_no_other_record(form: str, head: bytes) -> None:
    found = told(read(FORM_OF_LENGTHS[form]([RECORDS[0], head + b"\r\n", RECORDS[1]])))

    assert found == ["0", "headers without end", "1"]


def test_a_hundred_thousand_empty_members_hide_no_record() -> None:
    assert told(read(MEMBERS[0] + gzip.compress(b"", mtime=0) * 100_000 + MEMBERS[1])) == ["0", "1"]


def test_of_a_block_that_nobody_wants_nothing_is_kept() -> None:
    data = packed([record(ADDRESSES[0], bytes(50_000_000)), RECORDS[1]])
    found = list(Reader(io.BytesIO(data), len(data), lambda one: one.uri != ADDRESSES[0]).read())

    assert [(one.uri, len(one.block), one.fault) for one in found] == [
        (ADDRESSES[0], 0, None), (ADDRESSES[1], len(answer(NOISE + b" " * 22)), None),
    ]  # fmt: skip
    assert told(read(data)) == ["0too large", "1"]


@FEW
@given(data=st.data(), form=st.sampled_from(sorted(FORMS)))
def test_whatever_is_broken_reading_ends_and_the_rest_is_found(data: st.DataObject, form: str) -> None:
    whole = bytearray(FORMS[form])
    for _ in range(data.draw(st.integers(1, 4))):
        begin = data.draw(st.integers(0, len(whole) - 1))
        piece = data.draw(st.sampled_from([b"", b"\0" * 40, b"WARC/1.0\r\n", b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"]))
        whole[begin : begin + data.draw(st.integers(0, 60))] = piece
    try:
        found = read(bytes(whole))
    except Exception as error:
        assert type(error).__name__ == "Damaged" and "dictionary" in str(error)
        return
    assert Counter(one.uri for one in found if isinstance(one, Record)).total() <= 40
    for one in found[:3]:
        assert told(read(bytes(whole), one.place))[:1] == told([one])
