"""The text of an explanation, marked: each topic has a colour, filled where it makes the topic hold, underlined where
it is only found; what is masked is struck out, and what excludes is red.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, groupby
from typing import NamedTuple

from rich.text import Text

from archive.plain import plain_piece
from topics.explaining import ExplainedTopic, Explanation, Found
from topics.sentences import sentence_around

LONG = 1_500
"""Characters of a text beyond which only the sentences that matter are shown: a screen of a terminal."""
_MOST_SENTENCES = 12
_DECISIVE = 1_000  # what a place of a rule that is met weighs, so that no number of other places outweighs one

_COLOURS = (
    "yellow", "cyan", "magenta", "green", "bright_blue", "bright_red", "white", "bright_yellow", "bright_cyan",
    "bright_magenta",
)  # fmt: skip
_MASKED, _EXCLUDES = "dim strike", "bold white on red"


class _Mark(NamedTuple):
    """A stretch of a field, and how it looks. Of those that overlap the one with the highest rank is seen."""

    field: str
    start: int
    end: int
    rank: int
    style: str


class Colours:
    """The colours of an explanation: one for each topic, or for each list where a single topic is told."""

    def __init__(self, topics: Sequence[ExplainedTopic], found: Iterable[Found]) -> None:
        self._topics = topics
        self._by_list = len(topics) == 1
        self._lists = {piece.list for piece in found}
        names = self._names(topics[0]) if self._by_list else [topic.id for topic in topics]
        self._colours = dict(zip(names, cycle(_COLOURS), strict=False))

    def of_topic(self, topic: ExplainedTopic) -> str:
        """How the name of a topic looks, and its terms in the text."""
        return "bold" if self._by_list else self._style(topic.id, filled=topic.held)

    def legend(self) -> Text:
        """What each colour means; empty where nothing is marked."""
        line = Text()
        for topic in self._topics:
            for name in self._names(topic) if self._by_list else [topic.id] if self._names(topic) else []:
                line.append(name, style=self._style(name, filled=topic.held)).append(" ")
        if any(topic.masked for topic in self._topics):
            line.append("masked", style=_MASKED).append(" ")
        if any(topic.vetoed for topic in self._topics):
            line.append("excludes", style=_EXCLUDES)
        line.rstrip()
        return line

    def _names(self, topic: ExplainedTopic) -> list[str]:
        """Its lists of which something was found."""
        return [name for name in topic.lists if name in self._lists]

    def marks(self, explanation: Explanation) -> list[_Mark]:
        """What is marked in both fields."""
        return [mark for topic in self._topics for mark in self._of_topic(topic, explanation.found)]

    def _of_topic(self, topic: ExplainedTopic, found: Iterable[Found]) -> Iterator[_Mark]:
        hidden, rank = set(topic.hidden), len(self._topics) - self._topics.index(topic)
        decisive = {_place(piece) for rule in topic.rules if topic.held and rule.held for piece in rule.found}
        for piece in topic.vetoed:
            yield _mark(piece, 2 * len(self._topics) + 1, _EXCLUDES)
        for piece in (*topic.masked, *topic.hidden):
            yield _mark(piece, 0, _MASKED)
        order = {name: number for number, name in enumerate(topic.lists)}
        for piece in sorted(found, key=lambda piece: -order.get(piece.list, 0)):  # what is painted last is seen
            if piece.list in order and piece not in hidden:
                name, filled = piece.list if self._by_list else topic.id, _place(piece) in decisive
                yield _mark(piece, rank + filled * len(self._topics), self._style(name, filled=filled))

    def _style(self, name: str, *, filled: bool) -> str:
        """Filled where it makes a topic hold; underlined where it is only found."""
        colour = self._colours[name]
        return f"bold black on {colour}" if filled else f"underline {colour}"


def text_lines(explanation: Explanation, colours: Colours, *, title: str, text: str, whole: bool) -> Iterator[Text]:
    """Title and text with what was found; of a long text only the sentences that matter, unless *whole*."""
    marks = colours.marks(explanation)
    if title:
        yield _line(title, _painted(len(title), marks, "title"), 0, len(title), "bold")
    styles = _painted(len(text), marks, "text")
    if whole or len(text) <= LONG:
        start = 0
        for line in text.split("\n"):
            yield _line(text, styles, start, start + len(line))
            start += len(line) + 1
        return
    sentences = _sentences(text, explanation)
    telling = [bounds for bounds, weight in sentences.items() if weight >= _DECISIVE] or list(sentences)
    chosen = sorted(telling, key=lambda bounds: -sentences[bounds])[:_MOST_SENTENCES]
    yield from (_line(text, styles, first, last) for first, last in sorted(chosen))
    rest = len(sentences) - len(chosen)
    more = f", and {rest} more with terms in them" if rest else ""
    told = f"the sentences that matter{more}" if sentences else "nothing is found in it"
    yield Text(f"… {told}; --whole shows the text of {len(text):,} characters", style="dim")


def _sentences(text: str, explanation: Explanation) -> dict[tuple[int, int], int]:
    """The sentences in which something was found, each with what it says: most is said by what a rule holds for,
    what is masked and what excludes.
    """
    decisive = [
        piece
        for topic in explanation.topics
        for piece in (*topic.vetoed, *topic.hidden, *(one for rule in topic.rules if rule.held for one in rule.found))
    ]
    told: Counter[tuple[int, int]] = Counter()
    first, last = 0, 0
    listed = {name for topic in explanation.topics for name in topic.lists}
    shown = [(piece, 1) for piece in explanation.found if piece.list in listed] + [
        (piece, _DECISIVE) for piece in decisive
    ]
    for piece, weight in sorted(shown, key=lambda one: one[0].start):
        if piece.field != "text":
            continue
        if piece.end > last:
            first, last = sentence_around(text, piece.start, piece.end)
        told[first, last] += weight
    return told


def _painted(length: int, marks: Iterable[_Mark], field: str) -> list[str]:
    """How each character of a field looks."""
    styles = [""] * length
    for mark in sorted((mark for mark in marks if mark.field == field), key=lambda mark: mark.rank):
        styles[mark.start : mark.end] = [mark.style] * (mark.end - mark.start)
    return styles


def _line(text: str, styles: Sequence[str], start: int, end: int, style: str = "") -> Text:
    """A stretch of a field on one line, harmless."""
    line = Text(style=style)
    for look, places in groupby(range(start, end), styles.__getitem__):
        run = list(places)
        line.append(plain_piece(text[run[0] : run[-1] + 1]), style=look)
    return line


def _place(piece: Found) -> tuple[str, int, int]:
    return piece.field, piece.start, piece.end


def _mark(piece: Found, rank: int, style: str) -> _Mark:
    return _Mark(piece.field, piece.start, piece.end, rank, style)
