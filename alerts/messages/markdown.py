"""Text as Markdown in which nothing of it becomes markup or a link. Pure."""

import re

from alerts.messages.excerpt import Excerpt
from alerts.messages.message_text import without_brackets

_ALWAYS = re.compile(r"([\\`*_{}\[\]<>#|~&!$^=@])")
_BETWEEN = re.compile(r"(?<=[^\W_])(\.(?=[^\W\d_]{2})|:(?=//))|(:)(?=[A-Za-z][\w+-]*:)")  # hosts, addresses, :emoji:
_FIRST = re.compile(r"^(\s*)([+-]|\d+(?=[.)]))")  # of a list, a rule


def markdown(text: str) -> str:
    """*text*, on one line, so that a reader of Markdown shows it as it is."""
    text = _ALWAYS.sub(r"\\\1", text)
    text = _BETWEEN.sub(r"\\\g<0>", text)
    return _FIRST.sub(_escaped_first, text)


def markdown_sentence(excerpt: Excerpt) -> str:
    """A sentence with its marks in bold; in brackets where asterisks would not be taken for that."""
    text, last = "", 0
    for start, end in excerpt.marks:
        mark = excerpt.text[start:end]
        text += markdown(without_brackets(excerpt.text[last:start]))
        bold = mark[:1].isalnum() and mark[-1:].isalnum()
        text += f"**{markdown(mark)}**" if bold else f"\\[{markdown(without_brackets(mark))}\\]"
        last = end
    return text + markdown(without_brackets(excerpt.text[last:]))


def _escaped_first(match: re.Match[str]) -> str:
    sign = match[2]
    return match[1] + (f"\\{sign}" if sign in "+-" else f"{sign}\\")
