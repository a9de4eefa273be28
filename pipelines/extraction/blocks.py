"""Takes a page apart into blocks: paragraphs, subheads, list items, in the order in which a reader meets them.

It knows HTML and nothing of news: which blocks belong to the article is decided elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from lxml.html import HtmlElement

from pipelines.extraction.plain import fold, word_set
from seeds.bounds import DEEPEST_BLOCK, MAX_BLOCKS

_BLOCK = word_set(
    "address article blockquote body caption center dd details dir div dl dt fieldset figcaption"
    " figure footer form h1 h2"
    " h3 h4 h5 h6 header hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul aside"
)
_SKIPPED = word_set(
    "script style noscript iframe svg button input select textarea template nav aside footer figure object embed video"
    " audio canvas map option label dialog math head"
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_ITEMS = frozenset(["li", "dd", "dt"])
_BOLD = frozenset(["b", "strong"])
_APART = frozenset(["span", "time", "small", "b", "strong", "i", "em"])
"""What a `<div>` shows side by side: its words are not one where no space parts them in the source."""
_HIDDEN = re.compile(r"display\s{0,2}:\s{0,2}none|visibility\s{0,2}:\s{0,2}hidden", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:؟۔。…][\"'”’»)\]]{0,2}$|[\"”»]$")
_SHORT_LINE = 70  # characters: a dateline or a subhead; what is longer in print is prose
_LONGEST_LINE = 250  # characters
_BAR = re.compile(r"[|•·●]")
_SIGN = 20  # characters: a dateline above the story or initials beneath it
_NO_WORDS = re.compile(r"[\s\d/:.,()|•·–-]*(?:\d{4}|\d:\d\d|[|•·])[\s\d/:.,()|•·–-]*")
"""A date in figures or a bar: beside links it is no text of its own."""
_BREAK = "\x00"  # no text of a page holds it


@dataclass
class Block:
    """One paragraph or heading: its text on one line, and what tells prose from furniture."""

    text: str
    element: HtmlElement
    heading: bool
    linked: int  # characters that stand in links
    bold: int  # characters that stand in bold
    in_list: bool

    @cached_property
    def key(self) -> str:
        """Its text as titles are compared: letters and digits only."""
        return fold(self.text)

    @cached_property
    def pieces(self) -> list[str]:
        """What stands side by side in one line, in elements of their own or between bars: an author, her job, two
        dates. None of a sentence, in which a word may be set off."""
        if len(self.text) > _LONGEST_LINE or _SENTENCE_END.search(self.text):
            return []
        pieces = [piece.strip() for text in self.element.itertext() for piece in _BAR.split(text)]
        found = [piece for piece in pieces if piece]
        return found if len(found) > 1 and all(len(piece) <= _SHORT_LINE for piece in found) else []

    @property
    def link_share(self) -> float:
        """The share of the text that is links."""
        return self.linked / (len(self.text) or 1)

    @property
    def standalone(self) -> bool:
        """Whether it looks like a subhead: a heading, or bold from end to end."""
        return self.heading or self.bold > 0.9 * len(self.text)

    @cached_property
    def place(self) -> tuple[str, str, str]:
        """What kind of place it stands in: equal for the paragraphs of one article, and seldom beyond it."""
        parent = self.element.getparent()
        holder = parent if parent is not None else self.element
        return str(self.element.tag), str(holder.tag), (holder.get("class") or "")


class _Run(NamedTuple):
    """A piece of text between two tags."""

    text: str
    linked: bool
    bold: bool


class _Stretch(NamedTuple):
    """The runs between two block boundaries, and the block element that holds them."""

    element: HtmlElement
    runs: list[_Run]
    in_list: bool


def blocks_of(tree: HtmlElement) -> list[Block]:
    """The blocks of a page, without scripts, navigation, asides, figures and what is hidden."""
    body = tree if tree.tag != "html" else tree.find("body")
    if body is None:
        return []
    reader = _Reader()
    reader.block(body)
    return [block for stretch in reader.stretches for block in _blocks(stretch)][:MAX_BLOCKS]


def is_hidden(element: HtmlElement) -> bool:
    """Whether a reader does not see the element, as far as its own attributes tell."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


class _Reader:
    """Reads a tree as a reader does, and notes the stretches of text between block boundaries."""

    def __init__(self) -> None:
        self.stretches: list[_Stretch] = []

    def block(self, element: HtmlElement, *, linked: bool = False, in_list: bool = False, depth: int = 0) -> None:
        """Reads a block element: each stretch of text in it, and the blocks within it between them."""
        runs: list[_Run] = []
        in_list = in_list or element.tag in _ITEMS
        self._inside(element, _Stretch(element, runs, in_list), linked=linked, bold=False, depth=depth)
        self._end(_Stretch(element, runs, in_list))

    def _inside(self, node: HtmlElement, stretch: _Stretch, *, linked: bool, bold: bool, depth: int) -> None:
        """Adds the text of *node* to *stretch*, which ends wherever a block within begins."""
        runs = stretch.runs
        if node.text:
            runs.append(_Run(node.text, linked, bold))
        glued = False  # to the element before, as those of one flex box are
        for child in node:
            tag = child.tag
            if tag == "br":
                runs.append(_Run(_BREAK, linked, bold))
            elif tag in _BLOCK:
                self._end(stretch)
                if self._is_read(child, depth):
                    self.block(child, linked=linked, in_list=stretch.in_list, depth=depth + 1)
            elif self._is_read(child, depth):
                if glued and tag in _APART:
                    runs.append(_Run(" ", linked, bold))
                self._inside(child, stretch, linked=linked or tag == "a", bold=bold or tag in _BOLD, depth=depth + 1)
            if child.tail:
                runs.append(_Run(child.tail, linked, bold))
            glued = node.tag == "div" and tag in _APART and not child.tail

    def _is_read(self, element: HtmlElement, depth: int) -> bool:
        seen = element.tag not in _SKIPPED and not is_hidden(element)
        return seen and depth < DEEPEST_BLOCK and len(self.stretches) < MAX_BLOCKS

    def _end(self, stretch: _Stretch) -> None:
        """Notes what was gathered, and begins anew."""
        for run in stretch.runs:
            if not run.text.isspace():  # most of what stands between two boxes is line feeds
                self.stretches.append(_Stretch(stretch.element, stretch.runs[:], stretch.in_list))
                break
        stretch.runs.clear()


def _blocks(stretch: _Stretch) -> Iterator[Block]:
    heading = stretch.element.tag in _HEADINGS
    for part in _parts(stretch.runs):
        text = " ".join("".join([run.text for run in part]).split())
        if text:
            linked = sum(len(" ".join(run.text.split())) for run in part if run.linked)
            if linked:
                linked += sum(len(run.text.strip()) for run in part if not run.linked and _has_no_words(run.text))
            bold = sum(len(" ".join(run.text.split())) for run in part if run.bold)
            yield Block(text, stretch.element, heading, linked, bold, stretch.in_list)


def _has_no_words(text: str) -> bool:
    return len(text) <= _SHORT_LINE and bool(_NO_WORDS.fullmatch(text))


def _parts(runs: list[_Run]) -> list[list[_Run]]:
    """*runs* taken apart where line breaks mean paragraphs: at empty lines, and where `_breaks` says so."""
    if not any(run.text is _BREAK for run in runs):
        return [runs]
    lines = [_Line([])]
    for run in runs:
        if run.text is _BREAK:
            lines.append(_Line([]))
        else:
            lines[-1].runs.append(run)
    full = [line for line in lines if len(line.text) > _SIGN]
    ended = sum(line.ended for line in full)
    prose = len(full) > 1 and ended >= 0.6 * len(full) and sum(len(line.text) for line in full) > 60 * len(full)
    parts: list[list[_Run]] = [[]]
    before: _Line | None = None
    for line in lines:
        if not line.text or (before and (prose or _breaks(before, line, first=not parts[-2:-1]))):
            parts.append([])
        elif parts[-1]:
            parts[-1].append(_Run(" ", linked=False, bold=False))
        parts[-1].extend(line.runs)
        before = line if line.text else None
    return parts


class _Line:
    """What stands between two line breaks."""

    def __init__(self, runs: list[_Run]) -> None:
        self.runs = runs

    @cached_property
    def text(self) -> str:
        return "".join(run.text for run in self.runs).strip()

    @cached_property
    def ended(self) -> bool:
        return bool(_SENTENCE_END.search(self.text))

    @cached_property
    def bold(self) -> bool:
        return all(run.bold for run in self.runs if run.text.strip())


def _breaks(before: _Line, line: _Line, *, first: bool) -> bool:
    """Whether a single break between two lines is the end of a paragraph, and no wrapped line or verse.

    It is behind a sentence between two lines of prose, beside a line in bold, which is a subhead, and behind a short
    beginning without an end, which is a dateline or a subhead: no line is wrapped so early.
    """
    short = min(len(before.text), len(line.text)) <= _SHORT_LINE
    if before.bold != line.bold and short:
        return True
    if before.ended:
        return len(before.text) > _SHORT_LINE and len(line.text) > _SHORT_LINE
    return first and len(before.text) <= _SHORT_LINE and len(line.text) > 2 * max(len(before.text), _SHORT_LINE // 2)
