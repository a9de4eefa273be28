"""What to mend in a file that is not TOML: the parser says where it stopped, and this says what a hand did there."""

import re
from collections.abc import Iterator

_PLACE = re.compile(r"\(at line (\d+), column \d+\)")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'[^']*'")
_HEADING = re.compile(r"\s*(\[{1,2})([^\[\]]*)(\]*)\s*(#.*)?")
_DECIMAL_COMMA = re.compile(r"=\s*-?(\d+),(\d+)\b")
_SMART_QUOTES = "“”„‟«»‘’‚"
_INVISIBLE = "\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_NOT_CLOSED = 'the "]" of the array above is missing'
_WORDS = {
    "Unclosed array": 'a comma between two of its values, or the "]" at its end, is missing',
    "Illegal character '\\n'": "a quotation mark is missing at the end of a text",
    "Cannot overwrite a value": "the same key stands twice in one table",
    "Cannot declare": "the same heading stands twice",
    "Invalid value": 'text stands in quotation marks, and several in brackets: ["one", "two"]',
    "Invalid statement": 'a line is a heading such as [lists.flood], or a key, "=" and a value',
    "Expected '=' after a key": 'a line is a heading such as [lists.flood], or a key, "=" and a value',
}


def way_out(text: str, error: str) -> str:
    """What is probably wrong in *text*, of which the parser says *error*, to be put behind it; empty where unknown."""
    place = _PLACE.search(error)
    line = text.split("\n")[int(place[1]) - 1] if place else ""
    said = (words for part, words in _WORDS.items() if error.startswith(part))
    # An array that is not closed takes the heading beneath it for an array within it.
    told = _NOT_CLOSED if "value" in error and _HEADING.fullmatch(line) else next(_hints(line), None) or next(said, "")
    return f": {told}" if told else ""


def _hints(line: str) -> Iterator[str]:
    """What a hand often does wrong and the parser does not name, as far as *line* has it."""
    bare = _QUOTED.sub("", line).partition('"')[0].partition("#")[0]  # without its texts, closed or not
    for sign in bare:
        if sign in _SMART_QUOTES:
            yield f'{sign} is no quotation mark of TOML: write "'
        elif sign in "،؛":
            yield f"{sign} is an Arabic comma: write ,"
        elif sign in _INVISIBLE:
            yield f"it holds a sign that is not seen (U+{ord(sign):04X}): delete it, or write the line anew"
    if comma := _DECIMAL_COMMA.search(bare):
        yield f"a decimal number has a point: {comma[1]}.{comma[2]}"
    if (heading := _HEADING.fullmatch(bare)) and "=" not in bare:
        opened, name, closed, _ = heading.groups()
        if " " in (name := name.strip()):
            yield f"a name holds no space: {opened}{re.sub(' +', '_', name)}{opened.replace('[', ']')}"
        elif len(opened) != len(closed):
            yield f"the heading is {opened}{name}{opened.replace('[', ']')}"
