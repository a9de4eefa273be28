"""The lines of a source's latest articles, and which of them stand on many: a template's boilerplate does. Pure.

A line is known by its hash. What becomes of one that recurs is decided where a page is read
(`pipelines.extraction.recurring`); here is only what that takes, and what tells an edit from a line that was left out.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain

LATEST = 60
"""Articles of a source whose lines are remembered. Fewer, and one day's great story fills them; more, and a new box of
the template is taken for the story longer. Counting the latest makes old boilerplate and old stories fade alike."""
FEWEST = 10
"""Articles before which nothing recurs: a source that begins with five updates of one story would lose its facts."""
_LEAST_SHARE = 5  # a line on fewer than one in so many of the articles is no candidate, whatever it looks like
_MOST_CANDIDATES = 400  # handed on with every page
_MOST_LINES = 200  # of an article: boilerplate stands at its ends, and the longest live pages have thousands
_SIZE = 8  # bytes of a hash: two lines of one site are not taken for each other in a million years
_LONG = 80  # characters: up to here a number may be a counter, beyond it is what a sentence tells

_NOT_LETTER = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")

Lines = frozenset[bytes]
"""Hashes of lines."""
NO_LINES: Lines = frozenset()


@dataclass(frozen=True, slots=True)
class Recurring:
    """On how many of a source's latest *articles* a line stood. Those that stood on few are not among *lines*."""

    articles: int = 0
    lines: Mapping[bytes, int] = field(default_factory=dict)


def line_hash(line: str) -> bytes:
    """What a line is known by; empty for a short one without a letter or digit.

    Of a short one neither signs nor spaces count, and one number is as good as another: "Views: 1,234" and "Views: 987"
    are one line. Of a long one everything counts but case: templates do not vary what they repeat.
    The hashes are kept in archives: another folding makes every source learn anew.
    """
    letters = line.casefold()
    if len(line) <= _LONG:
        letters = _NUMBER.sub("0", _NOT_LETTER.sub("", letters))
    return blake2b(letters.encode("utf-8", "replace"), digest_size=_SIZE).digest() if letters else b""


def hashes_of(lines: Collection[str]) -> Lines:
    """The lines of a story by which it counts: of a very long one, those at its beginning and its end."""
    listed = list(lines)
    if len(listed) > _MOST_LINES:
        listed = listed[: _MOST_LINES // 2] + listed[-_MOST_LINES // 2 :]
    return frozenset(map(line_hash, listed)) - {b""}


def recurring_among(latest: Collection[Lines]) -> Recurring:
    """What recurs among the *latest* articles of a source, as far as it is worth a look."""
    if len(latest) < FEWEST:
        return Recurring(len(latest))
    counts = Counter(chain.from_iterable(latest))
    often = Counter({line: number for line, number in counts.items() if number * _LEAST_SHARE >= len(latest)})
    return Recurring(len(latest), dict(often.most_common(_MOST_CANDIDATES)))


def without(text: str, lines: Lines) -> str:
    """*text* without *lines*."""
    return "\n".join(line for line in text.split("\n") if line_hash(line) not in lines) if lines else text


def letters_of(text: str) -> str:
    """What is left of *text* when nothing but letters and digits counts."""
    return _NOT_LETTER.sub("", text)


def pack(lines: Lines) -> bytes | None:
    """*lines* as the archive keeps them; None where there are none."""
    return b"".join(sorted(lines)) or None


def unpack(packed: bytes | None) -> Lines:
    """What `pack` made."""
    known = packed or b""
    return frozenset(known[start : start + _SIZE] for start in range(0, len(known), _SIZE))
