"""The sentence in which a place of a text lies: what a person reads to judge a tag. Pure."""

import re

LONGEST = 4_000
"""Characters that a sentence goes on for before and behind the place. What has no end for longer is no sentence."""
_SENTENCE_END = re.compile(r"[.!?؟…][\"”»']?\s+")


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence begins and ends in whose bounds *start* to *end* lies. A line break ends one as well."""
    lowest, highest = max(0, start - LONGEST), min(len(text), end + LONGEST)
    first = max(lowest, text.rfind("\n", lowest, start) + 1)
    stop = text.find("\n", end, highest)
    last = highest if stop < 0 else stop
    for match in _SENTENCE_END.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            return first, match.end() - len(match[0]) + len(match[0].rstrip())
    return first, last
