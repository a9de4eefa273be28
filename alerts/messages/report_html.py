"""A report as HTML: a fragment that stands by itself, for mail. What holds for `message_html` holds here."""

from collections.abc import Iterator, Sequence
from html import escape

from alerts.messages.fitting import Piece, fit
from alerts.messages.message_html import ABOUT, BOX, END, HEADLINE, address_html, foreign, name_apart, sentence_html
from alerts.messages.report import Entry, Mention, Note, Report, Section
from alerts.messages.report_text import LONGEST_SENTENCE, facts, first_rank, headline_line, stories
from topics.direction import directed

MOST_HTML = 90_000
"""Bytes of all stories: a mail program of wide use shows 102 kB of a message, and its last line is the ref."""
_TOPIC = "margin:28px 0 0;padding:12px 0 0;border-top:2px solid #d97706;font-size:17px;line-height:1.35;font-weight:700"
_NUMBER = "font-weight:400;font-size:14px;white-space:nowrap"
_STORY = "margin:20px 0 3px;font-size:18px;line-height:1.4;font-weight:700"
_PLAIN = "color:inherit;text-decoration:none"
_FACT = "margin:0 0 3px;font-size:13px;line-height:1.5"
_LINE = "margin:8px 0;font-size:15px;line-height:1.45"
_WHERE = "margin:4px 0 0;font-size:12px;line-height:1.5"


def report_html(report: Report, *, title: str, intro: Sequence[str], more: str, end: Sequence[str]) -> str:
    """The fragment, everything in it escaped. The arguments are those of `report_text`."""
    parts = list(_parts(report))
    headings = [len(_heading(section).encode()) for section in report.sections]
    pieces = [
        Piece(section=at, rank=rank, whole=len(whole.encode()), headline=len(short.encode()), minor=minor)
        for at, rank, whole, short, minor in parts
    ]
    levels = fit(pieces, headings, MOST_HTML)
    left = report.left_out + sum(
        level == "out" and not piece.minor for piece, level in zip(pieces, levels, strict=True)
    )
    body: list[str] = []
    begun = -1
    for (at, _, whole, short, _), level in zip(parts, levels, strict=True):
        if level == "out":
            continue
        if at != begun:
            body.append(_heading(report.sections[at]))
        begun = at
        body.append(whole if level == "whole" else short)
    return "\n".join(
        filter(
            None,
            (
                f'<div lang="en" dir="ltr" style="{BOX}">',
                f'<h2 style="{HEADLINE}">{escape(title)}</h2>',
                *(f'<p style="{ABOUT}">{escape(line)}</p>' for line in intro),
                *body,
                *_rest(left, more),
                f'<p style="{END}">{"<br>".join(map(escape, end))}</p>',
                "</div>",
            ),
        )
    )


def _parts(report: Report) -> Iterator[tuple[int, int, str, str, bool]]:
    """Section, rank in it, the whole and its headline alone, and whether it is told elsewhere."""
    for at, section in enumerate(report.sections):
        for rank, one in enumerate(section.entries, first_rank(section)):
            whole = _entry(one) if isinstance(one, Entry) else _note(one)
            yield at, rank, whole, _short(one), False
        lines = [_mention(mention) for mention in section.mentions]
        if section.more_mentions:
            lines.append(f'<p style="{_LINE}">also: {section.more_mentions:,} more under other topics</p>')
        for rank, line in enumerate(lines):
            yield at, rank, line, line, True


def _heading(section: Section) -> str:
    if not section.name:
        return ""
    number = f' <span style="{_NUMBER}">· {stories(section.stories)}</span>' if section.stories else ""
    return f'<h3 style="{_TOPIC}">{name_apart(section.name)}{number}</h3>'


def _title(one: Entry | Note) -> str:
    return f'<h4{foreign(one.language, one.direction)} style="{_STORY}">{_linked(one)}</h4>'


def _short(one: Entry | Note) -> str:
    return f'<p{foreign(one.language, one.direction)} style="{_LINE}">{_linked(one)}</p>'


def _linked(one: Entry | Note) -> str:
    """Its headline, which leads to its page."""
    words = escape(headline_line(one))
    return f'<a href="{escape(one.link)}" style="{_PLAIN}">{words}</a>' if one.link else words


def _entry(entry: Entry) -> str:
    first, *others = facts(entry)
    sentence = entry.sentence
    where = escape(entry.instead_of_link or "")
    if entry.link:
        where = address_html(entry.link)
    return "\n".join(
        (
            _title(entry),
            f'<p style="{_FACT}">{escape(first)}</p>',
            *([sentence_html(sentence, entry.language, entry.direction, longest=LONGEST_SENTENCE)] if sentence else []),
            *(f'<p style="{_FACT}">{escape(line)}</p>' for line in others),
            f'<p style="{_WHERE}">{where}</p>',
        )
    )


def _note(note: Note) -> str:
    where = [address_html(note.link)] if note.link else []
    return "\n".join(
        (
            _title(note),
            *(f'<p dir="auto" style="{_FACT}">{escape(line)}</p>' for line in note.lines),
            *(f'<p style="{_WHERE}">{one}</p>' for one in where),
        )
    )


def _mention(mention: Mention) -> str:
    headline = f"<bdi{foreign(mention.language, mention.direction)}>{escape(directed(mention.headline))}</bdi>"
    return f'<p style="{_LINE}">also: {headline}, under {name_apart(mention.under)}</p>'


def _rest(number: int, more: str) -> list[str]:
    if not number:
        return []
    said = f"and {number:,} more {'story' if number == 1 else 'stories'}"
    command = f"; ask for them with:<br><code>{escape(more)}</code>" if more else ""
    return [f'<p style="{ABOUT};margin-top:24px">{said}{command}</p>']
