"""What a hand did wrong in a file that is not TOML is said behind what the parser says."""

from pathlib import Path

import pytest

from seeds.definitions import DefinitionError, read_toml

GOOD = '[lists.flood]\nen = ["flood*", "high water"]\n\n[topic.floods]\nname = "Floods"\n'
MISTAKES = [
    ("[lists.flood]", "[lists.flood", "(at line 1, column 13): the heading is [lists.flood]"),
    ("[topic.floods]", "[[topic.floods.rule]", "(at line 4, column 20): the heading is [[topic.floods.rule]]"),
    ("[topic.floods]", "[topic.big floods] # two", "a name holds no space: [topic.big_floods]"),
    ('water"]', 'water"', 'a comma between two of its values, or the "]" at its end, is missing'),
    ('water"]', 'water",', '(at line 4, column 2): the "]" of the array above is missing'),
    ('"flood*", ', '"flood*"\n, “x”,\n', '(at line 3, column 3): “ is no quotation mark of TOML: write "'),
    ('"Floods"', '"""Floods', "(at end of document)"),
    (
        '"Floods"',
        '["Floods"',
        '(at end of document): a comma between two of its values, or the "]" at its end, is missing',
    ),
    ('"flood*", ', '"flood*" ', 'a comma between two of its values, or the "]" at its end, is missing'),
    ('"flood*", ', '"flood*"، ', "(at line 2, column 15): ، is an Arabic comma: write ,"),
    ('"flood*"', "“flood*”", '“ is no quotation mark of TOML: write "'),
    ('"flood*"', "«سيول»", '« is no quotation mark of TOML: write "'),
    ('water"]', "water]", "(at line 2, column 29): a quotation mark is missing at the end of a text"),
    ('"high water"]', '"“high” water]', "a quotation mark is missing at the end of a text"),
    ('"Floods"', '"Floods"\nthreshold = 0,5', "a decimal number has a point: 0.5"),
    ('"Floods"', "Floods", 'text stands in quotation marks, and several in brackets: ["one", "two"]'),
    ('name = "Floods"', 'name = "Floods"\nname = "Water"', "the same key stands twice in one table"),
    ("[topic.floods]", "[lists.flood]", "the same heading stands twice"),
    ("en =", "\u00a0en =", "it holds a sign that is not seen (U+00A0): delete it, or write the line anew"),
    ("en =", "\u200fen =", "it holds a sign that is not seen (U+200F): delete it, or write the line anew"),
    ('name = "Floods"', "name", 'a line is a heading such as [lists.flood], or a key, "=" and a value'),
]


def error_of(path: Path) -> str:
    with pytest.raises(DefinitionError) as caught:
        read_toml(path)
    return str(caught.value)


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES, ids=[new for _, new, _ in MISTAKES])
def test_a_slip_of_the_hand_is_told_with_its_way_out(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "floods.toml"
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    line = error_of(path)
    assert line.startswith(f"{path}: is not TOML: ") and line.endswith(told) and "\n" not in line, line


def test_signs_within_a_text_or_a_comment_are_no_slip(tmp_path: Path) -> None:
    path = tmp_path / "floods.toml"
    path.write_text('a = ["سيول، «فيضان»", "“flood”"] # “so”، [\nb = 1 2\n', encoding="utf-8")
    assert error_of(path).endswith("(at line 2, column 7)")


@pytest.mark.parametrize("encoding", ["cp1256", "utf-16"])
def test_another_encoding_is_told_with_the_one_to_save_it_in(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "floods.toml"
    path.write_bytes('ar = ["فيضان"]'.encode(encoding))
    assert "is not UTF-8 text (at byte " in error_of(path) and error_of(path).endswith("): save it as UTF-8")
