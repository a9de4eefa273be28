"""The sentence in which a place of a text lies: what a person reads to judge a tag. Pure."""

import re

_SENTENCE_END = re.compile(r"[.!?؟…][\"”»']?\s+")


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends in whose bounds *start* to *end* lies. A line break ends one as well."""
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    last = len(text) if stop < 0 else stop
    for match in _SENTENCE_END.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            return first, match.end() - len(match[0]) + len(match[0].rstrip())
    return first, last
