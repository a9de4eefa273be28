"""An alert as plain text. Each line runs in one direction where it can: what is foreign stands alone on its line."""

from collections.abc import Iterable, Sequence

from alerts.messages.contents import Contents
from alerts.messages.difference_text import change_lines, summary_of
from alerts.messages.excerpt import LONGEST, Excerpt, fitted, shortened
from topics.direction import directed, isolated

LONGEST_TEXT = 3_500
"""UTF-16 code units of a message, as Telegram counts, which takes 4,096: there is room for what a channel adds."""
EDITED = "edited since this alert was raised"
TEST = "This is a test: nothing new has happened."
TEST_SIGN = "[test] "
UNTAGGED = "since this alert was raised, the article has lost the topics that it asks for"
MOST_CHANGES = 5
"""Paragraphs of an edit that are shown: what is rewritten altogether is read at its page."""
LEAST_SENTENCE = 80
"""Characters; with less room a sentence tells nothing and is left out, unless it is shorter."""
_LEAST_HEADLINE = 40  # characters; with less room it tells nothing, and the channel has to cut the message in two
_BRACKETS = str.maketrans("[]", "()")


def text_of(contents: Contents, longest: int = LONGEST_TEXT) -> str:
    """The message in *longest* UTF-16 code units. Its last line is `ref: REF`, whatever had to be left out.

    Where not even one sentence has room beside all that is to be said, less is said: the headline, the sentence, the
    link and the ref. Only where a link is too long, or *longest* very short, it becomes longer than that.
    """
    whole = _whole(contents, longest)
    return _short(contents, longest) if whole is None else whole


def _whole(contents: Contents, longest: int) -> str | None:
    before = [directed(contents.headline, contents.direction), *_about(contents)]
    copies = _copies(contents)
    after = ["", *_times(contents), *copies, contents.link or contents.instead_of_link or "", *_end(contents)]
    room = longest + 1 - length((*before, *after))
    if copies and room < LEAST_SENTENCE:
        after.remove(copies[0])
        room += units(copies[0]) + 1
    sentences: list[str] = []
    for block in _blocks(contents):
        line = _block(contents, block, room - 2)  # 2: line breaks
        if line is None:
            break
        sentences += ["", line]
        room -= units(line) + 2
    if room < 0 or (_blocks(contents) and not sentences):
        return None
    return "\n".join((*before, *sentences, *after))


def _short(contents: Contents, longest: int) -> str:
    after = [contents.link or contents.instead_of_link or "", f"ref: {contents.ref}"]
    room = longest + 1 - length(after)
    sign = TEST_SIGN if contents.test else ""
    width = max(room - 2 - len(sign), _LEAST_HEADLINE)  # 2: a line break and a direction mark
    headline = shortened(contents.headline, width)
    if units(headline) > width:  # letters of two units each
        headline = shortened(headline, max(width // 2, _LEAST_HEADLINE))
    lines = [sign + directed(headline, contents.direction)]
    room -= length(lines)
    for block in _blocks(contents)[:1]:
        lines += filter(None, [_block(contents, block, room - 1)])
    for said in (EDITED,) * contents.edited + (UNTAGGED,) * contents.untagged:
        if length((*lines, said, *after)) <= longest + 1:
            lines.append(said)
    return "\n".join((*lines, *after))


def _blocks(contents: Contents) -> Sequence[Excerpt | str]:
    """What the message is about: sentences, or the changes of an edit, each in a line."""
    if contents.difference is None:
        return contents.sentences
    return [*change_lines(contents.difference, contents.direction)][:MOST_CHANGES]


def _block(contents: Contents, block: Excerpt | str, room: int) -> str | None:
    if isinstance(block, Excerpt):
        return _sentence(contents, block, room)
    return block if units(block) <= room else None


def _sentence(contents: Contents, sentence: Excerpt, room: int) -> str | None:
    """*sentence* on a line of at most *room* UTF-16 code units; None where it has too little."""
    least = min(LEAST_SENTENCE, len(bracketed(sentence)))
    for width in (room, room - 1, room // 2):  # a direction mark takes one, a letter beyond U+FFFF two
        if width < least:
            break
        line = directed(bracketed(fitted(sentence, min(LONGEST, width))), contents.direction)
        if units(line) <= room:
            return line or None
    return None


def bracketed(excerpt: Excerpt) -> str:
    """A sentence with each mark in [brackets]; brackets of its own become (parentheses)."""
    text, last = "", 0
    own = without_brackets(excerpt.text)
    for start, end in excerpt.marks:
        text, last = f"{text}{own[last:start]}[{own[start:end]}]", end
    return text + own[last:]


def without_brackets(text: str) -> str:
    """*text* with (parentheses) for the brackets that it has itself."""
    return text.translate(_BRACKETS)


def _about(contents: Contents) -> Iterable[str]:
    if contents.test:
        yield TEST
    yield f"{isolated(contents.source)} · {contents.language_name}"
    if contents.topics:
        yield f"topics: {', '.join(map(isolated, contents.topics))}"
    if contents.difference:
        yield summary_of(contents.difference)
    if contents.edited:
        yield EDITED + (f"; its headline was: {isolated(contents.headline_then)}" if contents.headline_then else "")
    if contents.untagged:
        yield UNTAGGED


def _times(contents: Contents) -> list[str]:
    return [f"published: {contents.moments.published}", contents.moments.seen]


def _copies(contents: Contents) -> list[str]:
    copies = [f"{isolated(copy.source)} {copy.published}" for copy in contents.copies]
    return [f"also at: {', '.join(copies)}"] if copies else []


def _end(contents: Contents) -> Iterable[str]:
    yield ""
    yield f"alert: {contents.alert}"
    yield f"ref: {contents.ref}"


def length(lines: Iterable[str]) -> int:
    """UTF-16 code units of *lines*, each with a line break; the last one of a message has none."""
    return sum(units(line) + 1 for line in lines)


def units(text: str) -> int:
    """UTF-16 code units of *text*."""
    return len(text.encode("utf-16-le")) // 2
