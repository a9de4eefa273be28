"""A report as plain text, for a message. What is foreign stands alone on its line, as in `message_text`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alerts.messages.excerpt import fitted, shortened
from alerts.messages.fitting import Level, Piece, fit
from alerts.messages.message_text import LONGEST_TEXT, bracketed, length, units
from alerts.messages.report import MOST_STORIES, Entry, Mention, Note, Report, Section
from topics.direction import directed, isolated

LONGEST_SENTENCE = 280
"""Characters of the sentence of a story: a report has one each, of an alert on one article up to three are shown."""
_LEAST_TITLE = 40  # characters; with less room it tells nothing
_BULLET, _HEADING = "• ", "■ "
_ISOLATES = {0x2068: None, 0x2069: None}


@dataclass(frozen=True, slots=True)
class _Told:
    """One story, in its two lengths."""

    section: int
    rank: int
    whole: tuple[str, ...]
    headline: tuple[str, ...]
    minor: bool

    @property
    def piece(self) -> Piece:
        return Piece(
            section=self.section, rank=self.rank, minor=self.minor, whole=1 + length(self.whole),
            headline=1 + length(self.headline),
        )  # fmt: skip


def report_text(
    report: Report, *, title: str, intro: Sequence[str], more: str, end: Sequence[str], longest: int = LONGEST_TEXT
) -> tuple[str, tuple[str, ...]]:
    """The text in *longest* UTF-16 code units, and the links in it. The lines *end* are its last ones, whatever had to
    be left out; *more* is the command that shows what was.
    """
    told = list(_told(report))
    headings = [1 + length([heading(section)]) if section.name else 0 for section in report.sections]
    pieces = [one.piece for one in told]
    head, tail = [title, *intro], ["", *end]
    everything = sum(piece.whole for piece in pieces) + sum(headings)
    if report.left_out or everything + length([*head, *tail]) > longest + 1:
        most = report.left_out + len(pieces)
        head, rest, tail = _frame(head, more, most, tail, longest)
        room = longest - length([*head, *rest, *tail])  # 1 more without the last line break, 1 less for "stories"
        levels = fit(pieces, headings, room)
        left = _left(told, levels) + report.left_out
        rest = _rest(left, more if more in rest else "") if left and rest else []
    else:
        levels, rest = ["whole"] * len(told), []
    lines = [*head, *_lines(report, told, levels), *rest, *tail]
    return "\n".join(lines), _links(report, told, levels)


def heading(section: Section) -> str:
    """The line above the stories of *section*."""
    return (
        f"{_HEADING}{isolated(section.name)} · {stories(section.stories)}"
        if section.stories
        else (f"{_HEADING}{isolated(section.name)}")
    )


def stories(number: int) -> str:
    """How many, in words."""
    return f"{number:,} {'story' if number == 1 else 'stories'}"


def first_rank(section: Section) -> int:
    """Of its stories, for `fit`: those of a topic go before those that have none."""
    return MOST_STORIES if section.topic is None and section.stories else 0


def headline_line(one: Entry | Mention | Note) -> str:
    """Its headline so that a reader lays it out as its language runs."""
    return directed(one.headline, one.direction)


def sentence_line(entry: Entry, longest: int = LONGEST_SENTENCE) -> str | None:
    """Its sentence with the marks in brackets."""
    if entry.sentence is None:
        return None
    return directed(bracketed(fitted(entry.sentence, longest)), entry.direction)


def facts(entry: Entry) -> Iterator[str]:
    """Where it appeared first and when; where else; what an edit changed."""
    yield f"{isolated(entry.source)} · {entry.language_name} · {entry.time}"
    if entry.shown:
        yield f"told here by {isolated(entry.shown.source)}, {entry.shown.delay}"
    if entry.articles > 1:
        yield copies_line(entry)
    if entry.edited:
        yield "edited meanwhile" + (
            f"; the headline was: {isolated(entry.headline_then)}" if entry.headline_then else ""
        )


def copies_line(entry: Entry) -> str:
    """How many copies, and at which sources."""
    number = f"{entry.articles - 1:,} {'copy' if entry.articles == 2 else 'copies'}"
    named = [f"{isolated(copy.source)} {copy.delay}" for copy in entry.copies]
    if entry.more_sources:
        named.append(f"{entry.more_sources:,} more {'source' if entry.more_sources == 1 else 'sources'}")
    return f"{number}: {', '.join(named)}" if named else f"{number} at the same source"


def mention_line(mention: Mention) -> str:
    """Where a story is told that has this topic too."""
    return f"also: {isolated(mention.headline)}, under {isolated(mention.under)}"


def _told(report: Report) -> Iterator[_Told]:
    for place, section in enumerate(report.sections):
        for rank, one in enumerate(section.entries, first_rank(section)):
            whole = _entry_lines(one) if isinstance(one, Entry) else _note_lines(one)
            yield _Told(place, rank, tuple(whole), (directed(_BULLET + one.headline, one.direction),), minor=False)
        lines = [mention_line(mention) for mention in section.mentions]
        if section.more_mentions:
            lines.append(f"also: {section.more_mentions:,} more under other topics")
        for rank, line in enumerate(lines):
            yield _Told(place, rank, (line,), (line,), minor=True)


def _entry_lines(entry: Entry) -> Iterator[str]:
    first, *others = facts(entry)
    yield headline_line(entry)
    yield first
    if sentence := sentence_line(entry):
        yield sentence
    yield from others
    yield entry.link or entry.instead_of_link or ""


def _note_lines(note: Note) -> Iterator[str]:
    yield headline_line(note)
    yield from note.lines
    if note.link:
        yield note.link


def _frame(
    head: list[str], more: str, number: int, tail: list[str], longest: int
) -> tuple[list[str], list[str], list[str]]:
    """What stands around the stories where not all of them fit: less of it where a channel takes very little."""
    rest = _rest(number, more)
    if length([*head, *rest, *tail]) > longest // 2:
        head, rest = head[:1], _rest(number, "")
    if length([*head, *rest, *tail]) > longest + 1:
        rest, tail = [], tail[-1:]
        head = [cut(head[0], max(longest - length(tail), _LEAST_TITLE))]
    return head, rest, tail


def cut(title: str, longest: int) -> str:
    """*title* in *longest* UTF-16 code units, with no isolate left open."""
    if units(title) <= longest:
        return title
    title = title.translate(_ISOLATES)
    short = shortened(title, longest)
    return short if units(short) <= longest else shortened(title, longest // 2)  # letters of two units each


def _rest(number: int, more: str) -> list[str]:
    said = f"and {number:,} more {'story' if number == 1 else 'stories'}"
    return ["", f"{said}; ask for them with:", more] if more else ["", said]


def _left(told: Iterable[_Told], levels: Iterable[Level]) -> int:
    return sum(level == "out" and not one.minor for one, level in zip(told, levels, strict=True))


def _lines(report: Report, told: Sequence[_Told], levels: Sequence[Level]) -> Iterator[str]:
    shown = [(one, level) for one, level in zip(told, levels, strict=True) if level != "out"]
    before: tuple[int, bool] | None = None  # the section, and whether its last story was a single line
    for one, level in shown:
        if (before is None or before[0] != one.section) and report.sections[one.section].name:
            yield from ("", heading(report.sections[one.section]))
            before = None
        single = one.minor or level == "headline"
        if before is None or not (single and before[1]):
            yield ""
        yield from one.whole if level == "whole" else one.headline
        before = (one.section, single)


def _links(report: Report, told: Sequence[_Told], levels: Sequence[Level]) -> tuple[str, ...]:
    """Those of the stories that are told whole."""
    links = [
        one.link if level == "whole" else None
        for one, level in zip(
            (entry for section in report.sections for entry in section.entries),
            (level for one, level in zip(told, levels, strict=True) if not one.minor),
            strict=True,
        )
    ]
    return tuple(dict.fromkeys(filter(None, links)))
