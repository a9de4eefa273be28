"""A message written by the templates of its alert, where the desk has such; none is lost for one that fails."""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

from alerts.definitions import Alert
from alerts.messages.excerpt import shortened
from alerts.messages.message import Message
from alerts.messages.message_html import END
from alerts.messages.message_text import LONGEST_TEXT, length, units
from alerts.messages.templating import TemplateFailed, Templates

logger = logging.getLogger(__name__)

_SENTENCE_END = re.compile(r"[.!?؟…][\"”»'\])]?(?=\s|$)")


def templated(
    message: Message, context: Mapping[str, Any], *, templates: Templates, alert: Alert, ref: str, longest: int
) -> Message:
    """*message* with its text and HTML as the templates of *alert* write them of *context*; what it has no template
    for, and all of it where one fails, stays as it is. The text has at most *longest* UTF-16 code units.
    """
    try:
        text, html = (
            templates.render(name, dict(context)) if name in templates.own else None
            for name in (f"{alert.template}.txt", f"{alert.template}.html")
        )
        if text is not None:
            message = _with_text(message, text, (f"alert: {alert.id}", f"ref: {ref}"), min(longest, LONGEST_TEXT))
    except TemplateFailed as error:
        logger.error("alert %s: its template failed, so the message %s is told without it: %s", alert.id, ref, error)
        return message
    if html is None:
        return message
    end = f'<p style="{END}">alert: {escape(alert.id)}<br>ref: {escape(ref)}</p>'
    return replace(message, html=f"<div>\n{html.strip()}\n{end}\n</div>")


def _with_text(message: Message, text: str, end: tuple[str, str], longest: int) -> Message:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    if not lines:
        raise TemplateFailed("it makes no text")
    tail = ["", *end]
    told = [*_fitting(lines, longest + 1 - length(tail)), *tail]
    links = tuple(link for link in message.links if link in told)
    return replace(message, text="\n".join(told), links=links)


def _fitting(lines: list[str], room: int) -> list[str]:
    """As many of *lines* as fit into *room*, with their line breaks; of the first that does not, whole sentences."""
    told: list[str] = []
    for line in lines:
        left = room - length(told)
        if units(line) + 1 > left:
            return [*told, *_sentences(line, left - 1)] or [_cut(line, left - 1)]
        told.append(line)
    return told


def _sentences(line: str, room: int) -> list[str]:
    """The sentences of *line* that fit, as a line; none where there is none. No bracket is left open."""
    ends = [match.end() for match in _SENTENCE_END.finditer(line)]
    whole = [end for end in ends if units(line[:end]) <= room and line.count("[", 0, end) == line.count("]", 0, end)]
    return [line[: whole[-1]]] if whole else []


def _cut(line: str, room: int) -> str:
    """What fits of a first line that has no end of a sentence."""
    short = shortened(line, max(room, 1))
    return short if units(short) <= room else shortened(line, max(room // 2, 1))
