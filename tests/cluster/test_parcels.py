"""What a worker is handed for one crawl."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cluster.parcel import Parcel, ParcelError, pack_packs, pack_parcel, unpack_packs, unpack_parcel
from seeds.packs import PACKAGED, read_packs
from seeds.sources import Budget, JsonListing, Source
from topics.compiling import compile_packs
from topics.matching import match

SOURCE = Source(
    id="example", name="نموونە", language="ckb", timezone="Asia/Baghdad", feeds=("https://news.example/feed",),
    json=(JsonListing(url="https://news.example/api", items="data[]", link="url"),), article="^https://news.example/",
    delay=0.5, budget=Budget(pages=7), keep_pages=True,
)  # fmt: skip


def test_a_source_arrives_as_it_is_defined() -> None:
    parcel = Parcel(source=SOURCE, contact="desk@example.org", proxy=False, keep_pages=True, memory=b"\x00\xff")

    assert unpack_parcel(pack_parcel(parcel)) == parcel


def test_a_key_that_an_older_worker_does_not_know_keeps_it_from_no_source_that_has_none() -> None:
    plain = Parcel(source=Source(id="a", name="A"), contact="", proxy=False, keep_pages=False, memory=b"")

    assert b"verify_tls" not in pack_parcel(plain) and b"delay" not in pack_parcel(plain)
    assert unpack_parcel(pack_parcel(plain)) == plain


def test_the_packs_of_a_desk_give_the_same_tags_elsewhere(tmp_path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[lists.dams]\nen = ["dam"]\n[topic.dams]\nname = "السدود"\nrule = [{ any = ["dams"] }]\n')
    here = compile_packs(read_packs(tmp_path))

    there = unpack_packs(pack_packs(read_packs(tmp_path)))

    assert there.version == here.version and there.topics == here.topics
    text = "The dam at Mosul. ISIS claimed an attack."
    assert match(there, title="A dam", text=text, language="en") == match(here, title="A dam", text=text, language="en")
    assert len(pack_packs(read_packs(PACKAGED))) < 100_000


@given(st.binary(max_size=100))
def test_bytes_that_are_no_parcel_say_so(noise) -> None:
    for read in (unpack_parcel, unpack_packs):
        with pytest.raises(ParcelError):
            read(noise)


def test_definitions_that_are_wrong_are_refused_with_their_key() -> None:
    good = pack_parcel(Parcel(source=SOURCE, contact="", proxy=False, keep_pages=False, memory=b""))

    with pytest.raises(ParcelError, match="timezone"):
        unpack_parcel(good.replace(b"Asia/Baghdad", b"Asia/Bagdhad"))
