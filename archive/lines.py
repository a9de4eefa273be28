"""The lines of a source's latest articles, and which of them stand on many: a template's boilerplate does. Pure.

A line is known by its hash. What is left out of a page is decided where its place is known, in
`pipelines.extraction.recurring`; here is how often is often enough.

What two stories share is left alone, and so is the background that an agency repeats in every fifth story about one
subject: a line must stand on nearly all of the first articles, later on well over half of the latest ones, whatever
they are about. One that does not look like the story beside it, a label or a box, needs a smaller share.
"""

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import chain
from math import sqrt

LATEST = 60
"""Articles of a source whose lines are remembered. Fewer, and one day's great story fills them; more, and a new box of
the template is taken for the story longer. Counting the latest makes old boilerplate and old stories fade alike."""
FEWEST = 10
"""Articles before which nothing recurs: a source that begins with five updates of one story would lose its facts."""
_SENTENCE_SHARE = 0.5
"""Of all articles, past doubt, on which a sentence of the story's own kind must stand: 9 of 10, 21 of 30, 38 of 60. No
background does: of a wire with one single subject, not half of the stories repeat one paragraph to the letter."""
_OTHER_SHARE = 0.2
"""The same for a label, or for what stands in another kind of place than the story: two boxes that take turns come on
half of the pages each, three on a third. 5 of 10, 11 of 30, 19 of 60."""
_DOUBT = 1.96  # standard deviations: one in forty shares is in truth smaller than we take it for
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

    @property
    def boilerplate(self) -> Lines:
        """The lines that are left out where they look unlike the story."""
        often = (line for line, number in self.lines.items() if is_boilerplate(number, self.articles, other=True))
        return frozenset(often)


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


def leaves_number_out(line: str) -> bool:
    """Whether lines that differ from *line* by a number alone are known by the same hash."""
    return len(line) <= _LONG and _NUMBER.search(line) is not None


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


class Counted:
    """The lines of a source's latest articles as they come one by one; `recurring` is what `recurring_among` gives."""

    def __init__(self, latest: Iterable[Lines] = ()) -> None:
        self._latest = deque(latest, LATEST)
        self._counts = Counter(chain.from_iterable(self._latest))
        self.recurring = recurring_among(self._latest)

    def __len__(self) -> int:
        return len(self._latest)

    def add(self, lines: Lines) -> None:
        """One more article; where there are enough, the oldest counts no more."""
        is_full = len(self._latest) == LATEST
        oldest = self._latest[0] if is_full else NO_LINES
        self._latest.append(lines)
        self._counts.update(lines)
        self._counts.subtract(oldest)
        if not is_full or len(self.recurring.lines) >= _MOST_CANDIDATES:  # who is a candidate depends on all others
            self._counts = +self._counts
            self.recurring = recurring_among(self._latest)
            return
        known = dict(self.recurring.lines)
        for line in lines ^ oldest:
            if self._counts[line] * _LEAST_SHARE >= LATEST:
                known[line] = self._counts[line]
            else:
                known.pop(line, None)
                if not self._counts[line]:
                    del self._counts[line]
        if len(known) > _MOST_CANDIDATES:
            self.recurring = recurring_among(self._latest)
        else:
            self.recurring = Recurring(LATEST, known)


def is_boilerplate(number: int, articles: int, *, other: bool) -> bool:
    """Whether a line that on *number* of so many *articles* is the template's. *other* ones look unlike the story."""
    return articles >= FEWEST and sure_share(number, articles) > (_OTHER_SHARE if other else _SENTENCE_SHARE)


def sure_share(number: int, articles: int) -> float:
    """The share that *number* of so many *articles* proves, little where they are few: the lower end of the interval of
    Wilson (1927).
    """
    if not articles:
        return 0.0
    share, doubt = number / articles, _DOUBT**2 / articles
    spread = _DOUBT * sqrt(share * (1 - share) / articles + doubt / (4 * articles))
    return (share + doubt / 2 - spread) / (1 + doubt)


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
