"""Files of sources are edited as a careful person does it: nothing changes but what was meant."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seeds.changing import add_source, switch_sources
from seeds.definitions import DefinitionError
from seeds.editing import NotEditable, source_text, with_enabled, with_source, write_source_file
from seeds.sources import load_sources

FILE = """\
# Agencies of the region.
[[source]]
id = "zab-en"   # the archive refers to it
name = 'Zab Wire'
feeds = [
    "https://zab.example/rss/en",  # twenty entries
]

# Arabic; slower
[[source]]
name = "زاب"
id = "zab-ar"
enabled = true    # since May
feeds = ["https://zab.example/rss/ar"]
[source.selectors]
title = "h1"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zab.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "rudaw.toml").write_text(
        '[[source]]\nid = "rudaw-en"\nname = "R"\nfeeds = ["https://rudaw.example/rss"]\n', encoding="utf-8"
    )
    return tmp_path


def changed_lines(before: str, after: str) -> list[str]:
    return [line for line in after.splitlines() if line not in before.splitlines()]


def test_a_source_is_disabled_where_it_says_that_it_is_enabled() -> None:
    edited = with_enabled(FILE, ["zab-ar"], False)
    assert edited == FILE.replace("enabled = true    # since May", "enabled = false    # since May")


def test_a_source_that_says_nothing_gets_the_key_among_its_own_and_not_below_the_comment_of_the_next() -> None:
    edited = with_enabled(FILE, ["zab-en"], False)
    assert edited == FILE.replace("name = 'Zab Wire'\n", "name = 'Zab Wire'\nenabled = false\n")


def test_enabling_again_leaves_no_other_trace() -> None:
    edited = with_enabled(with_enabled(FILE, ["zab-ar", "zab-en"], False), ["zab-ar", "zab-en"], True)
    assert changed_lines(FILE, edited) == ["enabled = true"]


@pytest.mark.parametrize("ids", [["zab-en"], ["zab-ar"], ["zab-en", "zab-ar"]])
def test_line_ends_of_windows_stay(ids: list[str]) -> None:
    edited = with_enabled(FILE.replace("\n", "\r\n"), ids, False)
    assert edited.replace("\r\n", "\n") == with_enabled(FILE, ids, False)
    assert "\n" not in edited.replace("\r\n", "")


def test_a_byte_order_mark_stays() -> None:
    assert with_enabled("\ufeff" + FILE, ["zab-en"], False) == "\ufeff" + with_enabled(FILE, ["zab-en"], False)


@pytest.mark.parametrize(
    "text",
    [
        'source = [{id = "a", name = "A"}, {id = "b", name = "B"}]\n',
        '[[source]]\nid = "a"\nname = "A"',
        '[[source]]\n"id" = "a"\nname = """\n[[source]]\n"""\nbudget = {pages = 3}\n',
        '[[source]]\nname = "A"\nid = "a"\n[[source.json]]\nurl = "https://a.example/"\nitems = "x"\nlink = "y"\n',
    ],
)
def test_however_a_file_is_written_only_the_one_value_changes(text: str) -> None:
    before, after = tomllib.loads(text)["source"], tomllib.loads(with_enabled(text, ["a"], False))["source"]
    assert after == [before[0] | {"enabled": False}, *before[1:]]


def test_what_cannot_be_edited_is_refused() -> None:
    with pytest.raises(NotEditable):
        with_enabled("[[source]\n", ["a"], False)


def test_a_table_is_put_below_what_stands_there() -> None:
    table = source_text({"id": "new", "name": "New"})
    assert with_source("", table) == '[[source]]\nid = "new"\nname = "New"\n'
    assert with_source(FILE, table) == FILE + "\n" + table
    assert with_source("# nothing yet", table).startswith("# nothing yet\n\n[[source]]")
    assert with_source("# a\r\n", table) == "# a\r\n\r\n" + table.replace("\n", "\r\n")


@given(
    name=st.text(max_size=40),
    pattern=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20),
    note=st.text(max_size=60),
)
def test_what_is_written_is_what_is_read_whatever_the_network_called_itself(name: str, pattern: str, note: str) -> None:
    name, note = (text.encode("utf-8", "replace").decode() for text in (name, note))
    text = source_text({"id": "a", "name": name, "exclude": [pattern]}, [note], {"exclude": [note], "end": [note]})
    assert tomllib.loads(text) == {"source": [{"id": "a", "name": name, "exclude": [pattern]}]}


def test_a_regular_expression_is_written_without_doubled_backslashes() -> None:
    assert r"article = '^https?://zab\.example/\d+$'" in source_text({"article": r"^https?://zab\.example/\d+$"})


def test_disabling_by_a_pattern_changes_every_file_that_it_meets(folder: Path) -> None:
    switched = switch_sources(folder, load_sources(folder), ["zab-*", "rudaw-en"], enabled=False)
    assert {name: file.name for name, file in switched.changed.items()} == {
        "zab-en": "zab.toml", "zab-ar": "zab.toml", "rudaw-en": "rudaw.toml",
    }  # fmt: skip
    assert not any(source.enabled for source in load_sources(folder).values())
    again = switch_sources(folder, load_sources(folder), ["zab-ar"], enabled=False)
    assert (dict(again.changed), again.already) == ({}, ("zab-ar",))


def test_a_source_that_is_not_there_is_named_with_the_nearest(folder: Path) -> None:
    before = (folder / "zab.toml").read_bytes()
    with pytest.raises(DefinitionError, match=r"'zab-ne'.*did you mean \"zab-en\"") as caught:
        switch_sources(folder, load_sources(folder), ["zab-ar", "zab-ne"], enabled=False)
    assert str(folder) in str(caught.value)
    assert (folder / "zab.toml").read_bytes() == before


def test_a_source_is_added_to_a_file_of_its_own_or_to_one_that_is_named(folder: Path) -> None:
    table = source_text({"id": "news", "name": "News", "feeds": ["https://news.example/rss"]})
    assert add_source(folder, load_sources(folder), table).file == folder / "news.toml"
    other = table.replace('"news"', '"more"').replace("news.example", "more.example")
    added = add_source(folder, load_sources(folder), other, "zab")
    assert added.file == folder / "zab.toml"
    assert (folder / "zab.toml").read_text(encoding="utf-8") == FILE + "\n" + other
    assert list(load_sources(folder)) == ["news", "rudaw-en", "zab-en", "zab-ar", "more"]


def test_another_source_of_a_watched_host_is_added_and_told(folder: Path) -> None:
    table = source_text({"id": "zab-ku", "name": "Zab", "feeds": ["https://zab.example/rss/ku"]})
    assert add_source(folder, load_sources(folder), table).beside == ("zab-en", "zab-ar")


@pytest.mark.parametrize(
    ("keys", "file", "reason"),
    [
        ({"id": "zab-en", "feeds": ["https://new.example/rss"]}, None, r"id = 'zab-en': is taken: zab.toml defines it"),
        ({"id": "new", "feeds": ["http://www.zab.example/rss/en/"]}, None, '"zab-en" watches it already'),
        ({"id": "new"}, None, "names no feed, sitemap or listing"),
        ({"id": "../new", "feeds": ["https://new.example/rss"]}, None, "source[0].id"),
        ({"id": "new", "feeds": ["https://new.example/rss"]}, "../new", "--file = '../new': must be a name"),
        ({"id": "new", "feeds": ["https://new.example/rss"]}, "/etc/new.toml", "must be a name"),
        ({"id": "new", "feeds": ["https://new.example/rss"], "article": "("}, None, "is not a regular expression"),
        ({"id": "new", "feeds": ["ftp://new.example/rss"]}, None, r"source[0].feeds[0] = 'ftp://new.example/rss'"),
    ],
)
def test_what_would_not_load_is_not_written(
    folder: Path, keys: dict[str, object], file: str | None, reason: str
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(DefinitionError) as caught:
        add_source(folder, load_sources(folder), source_text({"name": "New", **keys}), file)
    assert reason in str(caught.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_is_replaced_whole_keeps_its_mode_and_leaves_nothing_beside_it(folder: Path) -> None:
    path = folder / "zab.toml"
    path.chmod(0o640)
    write_source_file(path, FILE + "# more\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(file.name for file in folder.iterdir()) == ["rudaw.toml", "zab.toml"]


def test_a_link_to_a_file_goes_on_leading_to_it(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    real = tmp_path_factory.mktemp("shared") / "zab.toml"
    (folder / "zab.toml").rename(real)
    (folder / "zab.toml").symlink_to(real)
    switch_sources(folder, load_sources(folder), ["zab-en"], enabled=False)
    assert (folder / "zab.toml").is_symlink()
    assert "enabled = false" in real.read_text(encoding="utf-8")


def test_what_cannot_be_written_leaves_the_old_file(folder: Path) -> None:
    with pytest.raises(DefinitionError, match="is not TOML"):
        write_source_file(folder / "zab.toml", "[[source]\n")
    with pytest.raises(DefinitionError, match="cannot be written"):
        write_source_file(folder / "zab.toml" / "new.toml", FILE)
    assert (folder / "zab.toml").read_text(encoding="utf-8") == FILE
