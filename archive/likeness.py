"""Whether one article is a copy of another: their signatures, and what is decided from two of them. Pure.

A signature is made of a text's three-word runs (MinHash: Broder 1997); of how many words it has; of its figures; and,
where it is too short for runs to tell anything, of its very words and its title's.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import eq
from zlib import crc32

from rensa import RMinHash  # type: ignore[attr-defined]

from topics.fold import Folded

LEAST_ALIKE = 0.3
"""Share of three-word runs in common, estimated. A copy cut to its first half has 0.5; of 19,900 pairs of unrelated
real texts one had more than 0.3."""
SHORTEST = 25
"""Tokens. A shorter text is a headline, a caption or a formula, and alike by nature."""
SHORTEST_PART = 15
"""Tokens. A text from here to SHORTEST is a copy of a longer one that holds nearly all of it: the half of an agency's
45 words."""
LEAST_HELD = 0.8
"""Share of the runs of such a part that the longer text has, estimated to about 0.1."""
LONGEST = 5_000
"""Tokens that count. No news report is longer; a page of a megabyte must not hold up the others."""
FLASH = timedelta(hours=6)
"""How far apart two short texts of the same words may appear: a flash is at every agency within the hour, a formula
("The forecast for today") comes back every day."""
_LEAST_WORDS = 4  # different ones, of a flash with its title: what is shorter is a label
DAY = timedelta(hours=20)
"""Articles that appeared further apart than this may be issues of one series: prices, weather, casualties, counted anew
each day in the words of the day before."""
SAME_AGAIN = 0.95
"""Share of runs that an article has in common with what its own source published a day before, if it is that: of 200
words two that stand apart may differ. Numbers are written in words too, and a story told twice is no story lost."""
MOST_NEW_FIGURES = 1 / 3
"""Share of an article's figures that one of a day before may lack. A copy brings none; an issue of a series most."""

BANDS = 24
_ROWS = 2
"""Two texts that share 0.3 (0.4, 0.5) of their runs have an equal band with probability 0.90 (0.985, 0.999). Of
45,000 pairs of unrelated real texts three had one. 64 bands found one copy in 700 more, at 2.7 times the cost."""
_PERMUTATIONS = 128
_SEED = 1  # with another one, no stored signature would be comparable
_RUN = 3  # words: two make unrelated texts alike by their phrases, four lose copies with single words changed
_MOST_FIGURES = 64  # the least hashes: of two texts they are the same ones, as far as both have them
_NUMBERS = struct.Struct(f"<{_PERMUTATIONS}H")
_WORDS = struct.Struct("<H8s")  # how many; and which, where they are few
_HEAD = _NUMBERS.size + _WORDS.size
_NO_WORDS = bytes(8)


@dataclass(frozen=True, slots=True)
class Met:
    """An article as far as it is compared: what was signed, who published it, when it appeared."""

    signature: bytes
    source: str
    appeared: datetime


def signature(folded: Folded, title: Folded | None = None) -> bytes:
    """The signature of a folded text; where it is short, its title counts too. Empty: it cannot be compared."""
    tokens = folded.tokens[:LONGEST]
    words = _words(tokens, title.tokens if title else ()) if len(tokens) < SHORTEST else _NO_WORDS
    if len(tokens) < SHORTEST_PART and words == _NO_WORDS:
        return b""
    minhash = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    minhash.update(list(map(" ".join, zip(*(tokens[start:] for start in range(_RUN)), strict=False))))
    # Sixteen bits of each number are enough: two texts agree in one by chance in 1 of 65,536 cases.
    numbers = _NUMBERS.pack(*(number & 0xFFFF for number in minhash.digest()))
    return numbers + _WORDS.pack(len(tokens), words) + _figures(tokens)


def alike(one: bytes, other: bytes) -> float:
    """The share of three-word runs that two texts have in common, estimated from their signatures to about 0.04.

    Signatures that an earlier Khabar wrote lack what is compared besides, and are like nothing.
    """
    if len(one) < _HEAD or len(other) < _HEAD:
        return 0.0
    equal: int = sum(map(eq, _NUMBERS.unpack_from(one), _NUMBERS.unpack_from(other)))
    return equal / _PERMUTATIONS


def copied(one: Met, other: Met) -> float | None:
    """How much the article *one* is a copy of the archived *other*: the share of runs in common, 0 where it is none.

    None: it is another day's issue of the same series, and belongs to no story that *other* is in.
    """
    apart = abs(one.appeared - other.appeared)
    likeness = alike(one.signature, other.signature)
    lengths = [_WORDS.unpack_from(met.signature, _NUMBERS.size) for met in (one, other)] if likeness else []
    if not lengths:
        return 0.0
    (tokens, words), (others, other_words) = lengths
    if max(tokens, others) < SHORTEST:
        return 1.0 if words == other_words != _NO_WORDS and apart <= FLASH else 0.0
    if likeness < LEAST_ALIKE or min(tokens, others) < SHORTEST_PART:
        return 0.0
    if min(tokens, others) < SHORTEST and _held(likeness, tokens, others) < LEAST_HELD:
        return 0.0
    return None if apart > DAY and _is_next_issue(one, other, likeness) else likeness


def bands_of(signature: bytes) -> list[int]:
    """The numbers under which a signature is looked up: the place of the band, then its rows."""
    if len(signature) < _HEAD:
        return []
    tokens, words = _WORDS.unpack_from(signature, _NUMBERS.size)
    bands = [BANDS << 32 | int.from_bytes(words[:4], "little")] if words != _NO_WORDS else []
    if tokens >= SHORTEST_PART:
        numbers = _NUMBERS.unpack_from(signature)
        bands += [place << 32 | numbers[_ROWS * place] << 16 | numbers[_ROWS * place + 1] for place in range(BANDS)]
    return bands


def _held(likeness: float, tokens: int, others: int) -> float:
    """The share of the shorter text's runs that the longer one has."""
    runs, other_runs = max(tokens - _RUN + 1, 1), max(others - _RUN + 1, 1)
    return likeness / (1 + likeness) * (runs + other_runs) / min(runs, other_runs)


def _is_next_issue(one: Met, other: Met, likeness: float) -> bool:
    """Whether *one* tells in the words of *other*, of another day, what is new."""
    new = _new_figures(one.signature, other.signature)
    if one.source == other.source:
        return likeness < SAME_AGAIN or new > 0 or _new_figures(other.signature, one.signature) > 0
    return new > MOST_NEW_FIGURES


def _new_figures(one: bytes, other: bytes) -> float:
    """The share of the figures of *one* that *other* lacks."""
    ours, theirs = ({hashed for (hashed,) in struct.iter_unpack("<H", signed[_HEAD:])} for signed in (one, other))
    last = min((max(some) for some in (ours, theirs) if len(some) == _MOST_FIGURES), default=0xFFFF)
    ours = {figure for figure in ours if figure <= last}
    return len(ours - theirs) / len(ours) if ours else 0.0


def _figures(tokens: Iterable[str]) -> bytes:
    hashes = sorted({crc32(token.encode()) & 0xFFFF for token in filter(str.isdigit, tokens)})[:_MOST_FIGURES]
    return struct.pack(f"<{len(hashes)}H", *hashes)


def _words(tokens: Iterable[str], title: Iterable[str]) -> bytes:
    """The hash of a short text with its title; that of nothing where it has no text, no title or hardly a word."""
    tokens, title = tuple(tokens), tuple(title)
    if not tokens or not title or len({*tokens, *title}) < _LEAST_WORDS:
        return _NO_WORDS
    return blake2b(" ".join((*title, "\n", *tokens)).encode(), digest_size=8).digest()
