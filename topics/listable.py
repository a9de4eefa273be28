"""A phrase as a list would have it, from the places where it stands: one term for all of its forms. Pure."""

from collections import Counter
from collections.abc import Sequence

from topics.fold import fold
from topics.terms import TermError, parse_term

_BARE = 0.2
"""Share of an Arabic word's places that stand without the article from which on the term does as well: it finds both,
but شرع finds more than الشرع means."""
_ACRONYM = 6  # letters at most; a longer word in capitals is shouted
_SHORTEST = 4  # letters before a star
_ARTICLE, _TO_THE = "ال", "لل"

Place = Sequence[tuple[str, str]]
"""Of each word of a phrase, at one place, the folded word and how it is written there."""


def as_term(places: Sequence[Place], keys: Sequence[str], language: str) -> str | None:
    """The term that finds these *places* of the phrase with these *keys* (see Forms); None where no term can."""
    if len(keys) == 1 and (acronym := _acronym([place[0][1] for place in places])):
        return acronym
    columns = [Counter(place[number] for place in places) for number in range(len(keys))]
    term = " ".join(_word(column, key, language) for column, key in zip(columns, keys, strict=True))
    try:
        parse_term(term, language)
    except TermError:
        return None
    return term


def _acronym(written: Sequence[str]) -> str | None:
    best, count = Counter(written).most_common(1)[0]
    short = best.isascii() and best.isalpha() and best.isupper() and 2 <= len(best) <= _ACRONYM
    return f"={best}" if short and count * 5 >= len(written) * 4 else None


def _word(column: Counter[tuple[str, str]], key: str, language: str) -> str:
    if language == "ar":
        return _arabic(column, key)
    forms = {folded for folded, _written in column}
    if len(forms) == 1 or len(key) < _SHORTEST:
        return _most_written(column)
    return _beginning(column, key) + "*"


def _arabic(column: Counter[tuple[str, str]], key: str) -> str:
    """The word without و ف ب ك ل, and without the article where it often stands so."""
    counts: Counter[str] = Counter()
    for (folded, _written), count in column.items():
        counts[folded] += count
    with_article = _ARTICLE + key
    if counts[key] >= _BARE * counts.total():
        return _most_written(column, key)
    if counts[with_article]:
        return _most_written(column, with_article)
    written = _most_written(column)
    for start in range(1, len(written)):  # no place is without: cut them off
        if (rest := fold(written[start:]).tokens) in ([with_article], [key]):
            to_the = fold(written).tokens[0].endswith(_TO_THE + key)
            return (_ARTICLE if to_the and rest == [key] else "") + written[start:]
    return written


def _beginning(column: Counter[tuple[str, str]], key: str) -> str:
    """As most places write the *key*, which all forms begin with."""
    if any(folded == key for folded, _written in column):
        return _most_written(column, key)
    written = _most_written(column)
    return next((written[:end] for end in range(1, len(written)) if fold(written[:end]).tokens == [key]), key)


def _most_written(column: Counter[tuple[str, str]], folded: str | None = None) -> str:
    written: Counter[str] = Counter()
    for (form, spelling), count in column.items():
        if folded in (None, form):
            written[spelling] += count
    return written.most_common(1)[0][0]
