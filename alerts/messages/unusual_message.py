"""The text of a spike's or a silence's message, as plain text and as HTML."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from html import escape

from alerts.definitions import Alert
from alerts.messages.excerpt import shortened
from alerts.messages.message import LONGEST_TITLE, Message
from alerts.messages.message_html import ABOUT, ADDRESS, BOX, END, FACTS, HEADLINE
from alerts.messages.message_text import LONGEST_TEXT, length
from alerts.messages.unusual_contents import Story, Unusual, contents_of
from archive.windows import Window
from topics.direction import directed

_STORY = "margin:14px 0 2px;font-size:17px;line-height:1.45"


def unusual_message(
    db: sqlite3.Connection, window: Window, alert: Alert, *, ref: str, names: Mapping[str, str],
    topics: Mapping[str, str], zone: tzinfo, longest: int = LONGEST_TEXT,
) -> Message:  # fmt: skip
    """What *alert* tells of a *window* of a spike or a silence, under the stable id *ref*, which is its last line.

    *names* are those of the sources of the desk and *topics* those of its topics, by id; *zone* is the desk's. The text
    has at most *longest* UTF-16 code units where the first line and the ref have room in them.
    """
    contents = contents_of(db, window, alert, ref=ref, names=names, topics=topics, zone=zone)
    text = _text(contents, min(longest, LONGEST_TEXT))
    title = directed(shortened(contents.title, LONGEST_TITLE - 1), "ltr")
    return Message(title=title, text=text, html=_html(contents), links=_links(contents, text))


def _text(contents: Unusual, longest: int) -> str:
    """As many of the stories as there is room for, and then of the facts."""
    for stories in range(len(contents.stories), -1, -1):
        lines = _lines(contents, len(contents.facts), stories)
        if length(lines) <= longest + 1:
            return "\n".join(lines)
    for facts in range(len(contents.facts), 0, -1):
        lines = _lines(contents, facts, 0)
        if length(lines) <= longest + 1:
            return "\n".join(lines)
    room = max(longest - length([f"ref: {contents.ref}"]), 40)
    return f"{shortened(contents.title, room)}\nref: {contents.ref}"


def _lines(contents: Unusual, facts: int, stories: int) -> list[str]:
    shown = contents.stories[:stories]
    return [
        directed(contents.title, "ltr"), *contents.facts[:facts],
        *(["", f"{contents.stories_are}:"] if shown else []), *_stories(shown),
        "", f"alert: {contents.alert}", f"ref: {contents.ref}",
    ]  # fmt: skip


def _stories(stories: Iterable[Story]) -> Iterator[str]:
    for story in stories:
        yield from ("", directed(story.headline, story.direction), story.about)
        yield story.link or story.instead_of_link or ""


def _links(contents: Unusual, text: str) -> tuple[str, ...]:
    lines = set(text.split("\n"))
    return tuple(story.link for story in contents.stories if story.link in lines)


def _html(contents: Unusual) -> str:
    return "\n".join(
        (
            f'<div lang="en" dir="ltr" style="{BOX}">',
            f'<h2 style="{HEADLINE}">{_line(contents.title)}</h2>',
            f'<p style="{FACTS}">{"<br>".join(map(_line, contents.facts))}</p>',
            *([f'<p style="{ABOUT}">{escape(contents.stories_are)}:</p>'] if contents.stories else []),
            *map(_story, contents.stories),
            f'<p style="{END}">alert: {escape(contents.alert)}<br>ref: {escape(contents.ref)}</p>',
            "</div>",
        )
    )


def _line(text: str) -> str:
    return escape(directed(text, "ltr"))


def _story(story: Story) -> str:
    headline = escape(directed(story.headline, story.direction))
    language = f' lang="{escape(story.language or "")}" dir="{story.direction or "auto"}"'
    link = escape(story.link or "")
    address = f'<a href="{link}" style="{ADDRESS}">{link}</a>' if link else escape(story.instead_of_link or "")
    return (
        f'<h3{language} style="{_STORY}">{headline}</h3>\n<p style="{ABOUT}">{escape(story.about)}<br>\n{address}</p>'
    )
