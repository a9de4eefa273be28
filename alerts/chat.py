"""Text for a chat, in which nothing of an article becomes markup, a link or a mention. Pure.

Many a chat reads Markdown in whatever it is sent, makes a link of what looks like an address, and calls people whose
name stands behind an "@". What could begin one of these is broken with an invisible word joiner (U+2060); where that
does not help, a sign is replaced by one that looks alike. A reader sees the same text.
"""

import re
from collections.abc import Collection

JOINER = "\u2060"
_LOOK_ALIKE = str.maketrans({"*": "\u2217", "`": "\u02cb", "~": "\u223c"})  # emphasis, code, what is struck out
_UNDERLINE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")  # within a word of ASCII it is none
_EMPHASIS = re.compile(rf"[*~]|{_UNDERLINE.pattern}")
_LOW_LINE = "\u02cd"
_BROKEN = re.compile(
    r"""
      (?<=\])(?=[(\[:])                     # [text](address), and what defines one for [text]
    | (?<=[@<])(?=[^\s\u2060])                # a mention; a tag, <@123>, <!channel>, <https://…|text>
    | (?<=:)(?=//)                          # an address
    | (?<=[^\W_]\.)(?=[^\W\d_]{2})          # the name of a host
    | (?<=:)(?=[\w+-]*[A-Za-z][\w+-]*:)     # :emoji:
    | (?<=&)(?=\#?\w+;)                     # an entity
    | (?<=\|)(?=\|) | (?<=\$)(?=\$)         # ||hidden||, $$formula$$
    | (?<=\#)(?=\w) | (?<=\s/)(?=[a-zA-Z]) | (?<=^/)(?=[a-zA-Z])    # a #tag, a /command
    | ^(?=[\#>+=-]|\d+[.)])                 # a heading, a quotation, a list, a rule
    """,
    re.VERBOSE | re.MULTILINE,
)


def chat_safe(text: str) -> str:
    """*text*, which may have several lines, so that a chat shows it as it is."""
    text = _UNDERLINE.sub(_LOW_LINE, text.translate(_LOOK_ALIKE))
    return _BROKEN.sub(JOINER, text)


def chat_link(link: str) -> str:
    """*link* with what Markdown takes for emphasis percent-encoded; it leads to the same page."""
    return _EMPHASIS.sub(lambda sign: f"%{ord(sign[0]):02X}", link)


def chat_message(text: str, links: Collection[str]) -> str:
    """The *text* of a message; the lines that are its *links*, and the last one with the ref, stay untouched."""
    *lines, ref = text.split("\n")
    return "\n".join([*(line if line in links else chat_safe(line) for line in lines), ref])
