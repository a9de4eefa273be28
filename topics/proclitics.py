"""The Arabic words that are written onto the next one: و ف ب ك ل ال, alone and combined. For folded words.

A matcher and a search answer the same question from two sides: which forms of a word may stand in a text.
"""

_CONJUNCTIONS = ("", "و", "ف")
_PREPOSITIONS = ("", "ب", "ك", "ل")
_ARTICLE = "ال"
_TO_THE = "لل"  # the alef of the article falls after ل

SHORTEST_STEM = 3
"""Letters that must remain: shorter words would be found within half of the language."""

PROCLITICS: tuple[str, ...] = tuple(
    conjunction + preposition + article
    for conjunction in _CONJUNCTIONS
    for preposition in _PREPOSITIONS
    for article in ("", _ARTICLE)
    if conjunction + preposition + article and (preposition, article) != ("ل", _ARTICLE)
) + tuple(conjunction + _TO_THE for conjunction in _CONJUNCTIONS)
"""Every combination."""


def with_proclitics(word: str) -> tuple[str, ...]:
    """A folded Arabic *word*, and its forms with proclitics: فصايل also as والفصايل, الحشد also as للحشد.

    Not all are Arabic: whether الماني begins with the article cannot be seen. A form that nobody writes costs nothing.
    """
    if len(word) < SHORTEST_STEM:
        return (word,)
    return tuple(proclitic + stem for stem, proclitics in stems(word) for proclitic in ("", *proclitics))


def stems(word: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the forms of *word* end with, and what may stand before it: also للحشد, for الحشد, after و and ف."""
    stem = word.removeprefix(_ARTICLE)
    if stem == word or len(stem) < SHORTEST_STEM:
        return ((word, PROCLITICS),)
    return (word, PROCLITICS), (_TO_THE + stem, _CONJUNCTIONS[1:])
