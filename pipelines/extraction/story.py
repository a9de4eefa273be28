"""The story of a page: its text, without dateline, stamps and what recurs on its source's pages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from archive.lines import NO_LINES, Lines, Recurring, hashes_of
from pipelines.extraction.blocks import Block, blocks_of
from pipelines.extraction.body import find_body
from pipelines.extraction.calendars import UPDATED, fold_date
from pipelines.extraction.dateline import split_dateline
from pipelines.extraction.dateline_names import AGENCIES
from pipelines.extraction.instants import Clock, read_instant
from pipelines.extraction.left_out import Known, without_furniture
from pipelines.extraction.plain import clean_field, clean_line, clean_text, fold
from pipelines.extraction.recurring import LeftOut, is_wall, leave_out
from pipelines.extraction.sheet import Sheet
from pipelines.extraction.stamp_lines import is_stamp
from pipelines.extraction.title import Titles
from pipelines.extraction.unusable import Unusable
from pipelines.extraction.witnesses import Finding, Witness
from seeds.bounds import LONGEST_STORY

_LONGEST_STAMP = 120  # characters of a line that tells when, by whom and how often read
_SHORT_STAMP = 60
_SHORT = 500  # characters of a story beside which a JSON-LD body that is three times as long is the whole one

_SELECTED = "selector"
_SUMMARY = ("description", "og:description", "twitter:description", "dc.description")


@dataclass(frozen=True, slots=True)
class _Text:
    """What a page gives for its story."""

    lines: tuple[str, ...]
    won: str
    said: tuple[Witness, ...] = ()
    blocks: Sequence[Block] = ()  # where they stand on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The story as it is archived, and what it was before recurring lines were left out."""

    text: str
    dateline: str | None
    won: str
    said: tuple[Witness, ...]
    whole: str
    left_out: tuple[LeftOut, ...]
    is_cut: bool  # its end is left out, since it is longer than a text may be

    @property
    def lines(self) -> Lines:
        """All its lines, for the memory of what recurs; none where the source's owner selects the body."""
        return NO_LINES if self.won == _SELECTED else hashes_of(self.whole.split("\n"))

    def finding(self, recurring: Recurring) -> Finding[str]:
        """The text, where it was found, and what was left out of it."""
        out = (
            Witness(f"left out, on {line.articles} of {recurring.articles} articles", line.line)
            for line in self.left_out
        )
        return Finding(self.text, self.won, (*self.said, *out))


def find_story(
    sheet: Sheet, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...], recurring: Recurring
) -> Story:
    """The story without its dateline and what is *recurring*, and where it was found. Raises Unusable where its source
    shows this very text whatever it is asked for.
    """
    found, names = _text(sheet, titles, heading, authors), sheet.names_as_written()
    dateline, lines = split_dateline([line for line in map(clean_line, found.lines) if line], names)
    if dateline is None:
        first = next((block for block in found.blocks if lines and clean_line(block.text) == lines[0]), None)
        dateline = _right_above(first, sheet.blocks, names) if first else None
    if len(lines) > 1 and fold(lines[-1]) in AGENCIES | sheet.sites:
        lines = lines[:-1]  # "...(رويترز)...": who filed it
    lines, is_cut = _bounded(lines)
    selected = found.won == _SELECTED  # by the source's owner: it is taken as it is
    if not selected and is_wall(lines, recurring):
        raise Unusable("same text on every page", lines[0])
    own, out = (lines, []) if selected else leave_out(lines, recurring, found.blocks)
    if out and dateline is None:  # it may have stood beneath what was left out
        dateline, rest = split_dateline(own[:1], names)
        own = [*rest, *own[1:]]
    return Story(
        text="\n".join(own), dateline=dateline, won=found.won, said=found.said, whole="\n".join(lines),
        left_out=tuple(out), is_cut=is_cut,
    )  # fmt: skip


def _text(sheet: Sheet, titles: Titles, heading: HtmlElement | None, authors: tuple[str, ...]) -> _Text:
    blocks = [block for element in sheet.selected.elements("body") for block in blocks_of(element)]
    if blocks:
        return _Text(tuple(block.text for block in blocks), _SELECTED)
    said = [
        *(value for _, value in sheet.declared.named(*_SUMMARY)),
        *sheet.declared.items.get("description", ()),
        *sheet.declared.jsonld.texts("description"),
    ]
    summary = " ".join(said)
    story = find_body(sheet.tree, sheet.blocks, sheet.labels, heading=heading, summary=summary)
    known = frozenset(fold(title) for _, title in titles.title.said) | {fold(titles.title.value or "")}
    if heading is not None and heading.tag == "h1":
        known |= {fold(heading.text_content())}  # with its kicker
    signed = frozenset(map(fold, authors))
    page = Known(titles=known - {""}, authors=signed, sites=sheet.sites, summary=fold(summary))
    story = without_furniture(story, sheet.labels, page)
    lines = tuple(_without_stamps(story, sheet.clock))
    told = max(sheet.declared.jsonld.texts("articleBody", "text"), key=len, default="")
    length = sum(map(len, lines))
    heard = sheet.selected.in_vain("body")
    heard += (Witness("JSON-LD articleBody", told),) if told else ()
    if length < _SHORT and len(told) > max(3 * length, 100):
        return _Text(tuple(map(clean_text, told.splitlines())), "JSON-LD articleBody", heard)
    if not length and any(sheet.declared.jsonld.values("headline")) and (lead := clean_field(summary)):
        return _Text((lead,), "description", heard)
    return _Text(lines, "page", heard, story)


def _right_above(first: Block, page: Sequence[Block], names: set[str]) -> str | None:
    """The dateline on a line of its own above the *first* of a story of breaks, too short to be found as its part."""
    place = next((place for place, block in enumerate(page) if block is first), 0)
    if not place or page[place - 1].element is not first.element:
        return None
    dateline, rest = split_dateline([page[place - 1].text, first.text], names)
    return dateline if len(rest) == 1 else None


def _without_stamps(story: list[Block], clock: Clock) -> Iterator[str]:
    """The lines of the story without those at its top that are only a date."""
    for place, block in enumerate(story):
        text = block.text
        if not (place < 3 and any(map(str.isdigit, text)) and _is_only_date(text, clock)):
            yield text


def _is_only_date(text: str, clock: Clock) -> bool:
    if len(text) < _SHORT_STAMP // 2 and UPDATED.match(fold_date(text).removeprefix("اخر ").removeprefix("last ")):
        return True  # "آخر تحديث: 21:40": the day stands elsewhere
    if len(text) > _LONGEST_STAMP or not read_instant(text, clock):
        return False
    return is_stamp(text) or (len(text) < _SHORT_STAMP and _mostly_date(text))


def _mostly_date(text: str) -> bool:
    """Whether hardly a word stands beside the date: months and weekdays are at most three."""
    return sum(word.isalpha() for word in text.replace(",", " ").split()) <= 4 and not text.endswith(".")


def _bounded(lines: Iterable[str]) -> tuple[list[str], bool]:
    """*lines*, none twice in a row, up to LONGEST_STORY characters, and whether that left anything out."""
    kept: list[str] = []
    room = LONGEST_STORY + 1
    for line in lines:
        if kept and line == kept[-1]:
            continue
        if len(line) >= room:
            if not kept:  # one line, longer than a text may be
                kept.append(line[: room - 1].rpartition(" ")[0] or line[: room - 1])
            return kept, True
        kept.append(line)
        room -= len(line) + 1
    return kept, False
