"""An alert as plain text. Each line runs in one direction where it can: what is foreign stands alone on its line."""

from collections.abc import Iterable

from alerts.contents import Contents
from alerts.direction import directed, isolated
from alerts.excerpt import LONGEST, Excerpt, fitted

LONGEST_TEXT = 3_500
"""UTF-16 code units of a message, as Telegram counts, which takes 4,096: there is room for what a channel adds."""
_LEAST_SENTENCE = 80  # characters; with less room a sentence tells nothing and is left out
_BRACKETS = str.maketrans("[]", "()")


def text_of(contents: Contents) -> str:
    """The message. Its first line is the headline, its last one is `ref: REF`, whatever had to be left out."""
    before = [directed(contents.headline, contents.direction), *_about(contents)]
    copies = _copies(contents)
    after = ["", *_times(contents), *copies, contents.link or contents.instead_of_link or "", *_end(contents)]
    room = LONGEST_TEXT - sum(_units(line) + 1 for line in (*before, *after))
    if room < 0 and copies:
        after.remove(copies[0])
        room += _units(copies[0]) + 1
    sentences: list[str] = []
    for sentence in contents.sentences:
        width = min(LONGEST, room - 4)  # line breaks and a direction mark
        if width < _LEAST_SENTENCE:
            break
        line = directed(bracketed(fitted(sentence, width)), contents.direction)
        if line and _units(line) + 2 <= room:
            sentences += ["", line]
            room -= _units(line) + 2
    return "\n".join((*before, *sentences, *after))


def bracketed(excerpt: Excerpt) -> str:
    """A sentence with each mark in [brackets]; brackets of its own become (parentheses)."""
    text, last = "", 0
    own = excerpt.text.translate(_BRACKETS)
    for start, end in excerpt.marks:
        text, last = f"{text}{own[last:start]}[{own[start:end]}]", end
    return text + own[last:]


def _about(contents: Contents) -> Iterable[str]:
    if contents.test:
        yield "This is a test: nothing new has happened."
    yield f"{isolated(contents.source)} · {contents.language_name}"
    if contents.topics:
        yield f"topics: {', '.join(map(isolated, contents.topics))}"


def _times(contents: Contents) -> list[str]:
    return [f"published: {contents.moments.published}", contents.moments.seen]


def _copies(contents: Contents) -> list[str]:
    copies = [f"{isolated(copy.source)} {copy.published}" for copy in contents.copies]
    return [f"also at: {', '.join(copies)}"] if copies else []


def _end(contents: Contents) -> Iterable[str]:
    yield ""
    yield f"alert: {contents.alert}"
    yield f"ref: {contents.ref}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
