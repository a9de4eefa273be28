"""Whatever is written in a file, an address or a text: one clear line, or what was promised. Never a traceback."""

import ipaddress
import socket
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.definitions import AlertFile
from archive.plain import plain, plain_lines, plain_piece
from crawler.address_policy import AddressPolicy
from crawler.desk import DeskConfig
from schedules.jobs import JobFile
from seeds.definitions import DefinitionError, convert, read_toml
from seeds.sources import SourceFile
from topics.compiling import compile_packs

FILES = (SourceFile, JobFile, AlertFile, DeskConfig)
WORDS = st.sampled_from(
    ["", "a", "wire-en", "10m", "999999w", "0 6 * * *", "0 0 30 2 *", "23:00-06:00", "https://a.example/rss", "env:X",
     "json://127.0.0.1:9/x", "en", "IQ", "Asia/Baghdad", "(", "div[", "data[", "*", "each", "digest", "spike", "\n",
     "خ", "a" * 9_000, "http://[", "=US*", "base*", "any", "rule[0]", "since:", '"']
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
KEYS: dict[str, tuple[str, ...]] = {
    "source": ("id", "name", "enabled", "language", "country", "timezone", "feeds", "article", "delay", "revisit",
               "budget", "ports", "json", "selectors", "private"),
    "job": ("id", "sources", "every", "cron", "timezone", "jitter", "active", "adaptive", "deadline"),
    "alert": ("id", "topics", "query", "sources", "when", "per", "cron", "cooldown", "quiet", "min_change", "to"),
}  # fmt: skip
TABLES = {
    key: st.dictionaries(st.sampled_from(names) | WORDS, VALUES, max_size=len(names)).map(
        lambda table: {"id": "a", "name": "A", "sources": ["*"], "to": ["env:X"]} | table
    )
    for key, names in KEYS.items()
}
PACKS = st.fixed_dictionaries(
    {
        "topic": st.dictionaries(
            WORDS,
            st.dictionaries(
                st.sampled_from(["name", "threshold", "rule", "none", "mask", "extend"]), VALUES, max_size=4
            ),
            max_size=2,
        ),
        "lists": st.dictionaries(WORDS, st.dictionaries(WORDS, VALUES, max_size=2) | VALUES, max_size=2),
    }
)


def one_line_or_none(read: Any, *args: Any) -> None:
    try:
        read(*args)
    except DefinitionError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 2_000


@settings(max_examples=150)
@given(st.sampled_from(FILES), st.dictionaries(st.sampled_from(["source", "job", "alert", "name", "searches"]), VALUES))
def test_any_tables_are_a_definition_or_one_line(into: Any, tables: dict[str, Any]) -> None:
    one_line_or_none(convert, Path("file.toml"), tables, into)


@pytest.mark.parametrize(("key", "into"), list(zip(KEYS, FILES, strict=False)), ids=list(KEYS))
def test_any_table_under_its_own_keys_is_a_definition_or_one_line(key: str, into: Any) -> None:
    @settings(max_examples=120)
    @given(TABLES[key])
    def check(table: dict[str, Any]) -> None:
        one_line_or_none(convert, Path("file.toml"), {key: [table]}, into)

    check()


@settings(max_examples=100)
@given(PACKS)
def test_any_pack_is_one_or_one_line(tables: dict[str, Any]) -> None:
    one_line_or_none(compile_packs, [("pack.toml", tables)])


@settings(max_examples=100)
@given(st.binary(max_size=300) | st.text(st.sampled_from('[]{}="\n.#a1é\\,'), max_size=60).map(str.encode))
@example(b"[" * 5_000)
@example(b"a = " + b"[" * 5_000)
@example(b"\xef\xbb\xbfa = 1")
@example(b"a = 99999-99-99")
@example(b"a = " + b"9" * 5_000)
def test_any_file_is_toml_or_one_line(body: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "file.toml")
        path.write_bytes(body)
        one_line_or_none(read_toml, path)


HIDDEN = {"Cc", "Cs"}
WRITING = set("\u061c\u200c\u200d\u200e\u200f\u00ad")
"""What Arabic and its neighbours need between letters and beside numbers, and a soft hyphen: none of it reorders."""
REORDERING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@given(st.text())
@example("".join(map(chr, range(0x2000, 0x2100))))
@example("".join(map(chr, range(0x100))))
@example("\U000e0001\U000e0061\ufff9\ufeff\u180e")
def test_nothing_that_steers_or_reorders_comes_through(text: str) -> None:
    for made in (plain(text), plain_piece(text), *plain_lines(text).split("\n")):
        assert not {unicodedata.category(character) for character in made} & HIDDEN
        assert not {unicodedata.bidirectional(character) for character in made} & REORDERING
        made.encode()
    assert plain(plain(text)) == plain(text)
    visible = [letter for letter in text if unicodedata.category(letter)[0] in "LNPSM"]
    assert [letter for letter in plain(text) if unicodedata.category(letter)[0] in "LNPSM"] == visible


@settings(max_examples=400)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.lists(st.sampled_from("dox"), min_size=4, max_size=4))
@example(0x7F000001, 1, list("dddd"))
@example(0x7F000001, 2, list("xodx"))
@example(0xA9FEA9FE, 4, list("ooxx"))
def test_an_address_is_open_only_where_python_says_that_all_the_world_may_reach_it(
    number: int, parts: int, bases: list[str]
) -> None:
    """However a resolver lets it be spelled: 127.1, 2130706433, 0x7f.1, 0177.0.0.1."""
    shown = {"d": str, "o": lambda part: f"0{part:o}", "x": hex}
    pieces = [number >> 24 & 255, number >> 16 & 255, number >> 8 & 255][: parts - 1]
    pieces.append(number & (1 << 8 * (5 - parts)) - 1)
    host = ".".join(shown[base](piece) for base, piece in zip(bases, pieces, strict=False))
    address = ipaddress.ip_address(socket.inet_aton(host))
    assert int(address) == number
    for spelled in (
        host,
        f"[::ffff:{address}]",
        f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[64:ff9b::{address}]",
    ):
        if AddressPolicy().url_fault(f"http://{spelled}/") is None:
            assert address.is_global
            assert not address.is_multicast
    if not address.is_global:
        assert AddressPolicy().address_fault("a.example", str(address)) is not None
