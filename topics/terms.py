"""One term of a list, from what the analyst writes to what is looked for.

`phrase`, `prefix*` on any of its words, `!exact` (no proclitics taken off), `=CASE` (capitals as they are written).
"""

import unicodedata
from dataclasses import dataclass

from topics.fold import fold
from topics.languages import SCRIPTS, language_script, letter_script
from topics.proclitics import SHORTEST_STEM

_SHORTEST_PREFIX = 2  # letters; one letter and a star is half of the dictionary
_MOST_WORDS = 12  # a longer phrase is a sentence, and would not be met twice
_PROCLITIC_LANGUAGES = {"ar"}


class TermError(ValueError):
    """A term that cannot be looked for, and why."""


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word of a term."""

    text: str
    prefix: bool
    proclitics: bool  # whether they may stand before it


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """What is looked for: words that follow each other. Compared as an object, which is what makes finding quick."""

    written: str
    language: str
    words: tuple[Word, ...]
    capitals: str | None  # the letters that must stand in the original exactly so
    unread: bool = False  # no native speaker has read it yet

    @property
    def folded(self) -> str:
        """The words that are looked for, in one string."""
        return " ".join(word.text + "*" * word.prefix for word in self.words)

    def same_as(self, other: "Term") -> bool:
        """Whether both look for the same words; =US and =Us do not."""
        differ = self.capitals is not None and other.capitals is not None and self.capitals != other.capitals
        return self.folded == other.folded and not differ


def parse_term(written: str, language: str, *, unread: bool = False) -> Term:
    """The term that *written* means in *language*. Raises TermError. What is *unread* is looked for like all others."""
    cased = written.startswith("=")
    exact = written.startswith("!")
    body = written[1:] if cased or exact else written
    proclitics = not exact and language.partition("-")[0].lower() in _PROCLITIC_LANGUAGES
    words = tuple(word for part in body.split() for word in _words(part, proclitics=proclitics))
    if not words:
        raise TermError("nothing of it is left after folding")
    if len(words) > _MOST_WORDS:
        raise TermError(f"has {len(words)} words, more than the {_MOST_WORDS} that a phrase may have")
    _check_script(words, language)
    capitals = letters(body.replace("*", "")) if cased else None
    if capitals is not None and (capitals.upper() == capitals.lower() or any(word.prefix for word in words)):
        raise TermError('"=" asks for capitals as they are written: it needs letters that have them, and no "*"')
    return Term(written, language, words, capitals, unread)


def letters(text: str) -> str:
    """The letters and digits of *text* in their case, without marks: "U.S." is "US"."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text)))


def _words(part: str, *, proclitics: bool) -> list[Word]:
    if part.startswith("!"):
        part, proclitics = part[1:], False
    stem = part.removesuffix("*")
    if "=" in stem:
        raise TermError('"=" may only begin a term: it is meant for all of its words, and needs no "!"')
    if "*" in stem or "!" in stem:
        raise TermError('"*" may only end a word, and "!" only begin one')
    tokens = fold(stem).tokens
    if stem != part and (not tokens or len(tokens[-1]) < _SHORTEST_PREFIX):
        raise TermError(f'"{part}" would fit too many words: at least {_SHORTEST_PREFIX} letters before "*"')
    last = len(tokens) - 1
    return [
        Word(token, stem != part and number == last, proclitics and len(token) >= SHORTEST_STEM)
        for number, token in enumerate(tokens)
    ]


def _check_script(words: tuple[Word, ...], language: str) -> None:
    script = language_script(language)
    for letter in "".join(word.text for word in words):
        if letter.isalpha() and letter_script(letter) != script:
            name = SCRIPTS[script] if script else "another"
            raise TermError(
                f'"{language}" is written in the {name} script, and "{letter}" is not: list it under its own'
            )
