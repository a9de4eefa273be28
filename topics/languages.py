"""Which lists of terms a text is read with: its language's, or where that is unknown, all of its script."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from seeds.definitions import nearest

SCRIPTS = {
    "Latn": "Latin", "Arab": "Arabic", "Cyrl": "Cyrillic", "Hebr": "Hebrew", "Syrc": "Syriac", "Grek": "Greek",
    "Armn": "Armenian", "Geor": "Georgian",
}  # fmt: skip
"""ISO 15924 codes, and the word with which Unicode names the letters of that script."""

_SCRIPT_OF = {
    language: script
    for script, languages in {
        "Latn": "en kmr tr de fr es it pt nl sv no nb da fi pl cs hu ro az uz sq bs hr id ms so sw zza",
        "Arab": "ar ckb sdh lki fa ur ps ug sd prs",
        "Cyrl": "ru uk bg sr be mk kk ky tg",
        "Hebr": "he yi",
        "Syrc": "syr aii arc",
        "Grek": "el",
        "Armn": "hy",
        "Geor": "ka",
    }.items()
    for language in languages.split()
}
# Names that sources declare for what the lists call by another one.
_WRITTEN_AS = {
    ("ku", "Arab"): "ckb",
    ("ku", "Latn"): "kmr",
    **{(dialect, "Arab"): "ar" for dialect in ("arb", "acm", "ayp", "apc", "ajp", "arz", "afb", "ars")},
}
# Feyli and Laki are nearest to Sorani, and nobody writes lists for them yet: names and loans are spelt alike.
_READ_AS_TOO = {"sdh": "ckb", "lki": "ckb"}
_CODES = {"english": "en", "arabic": "ar", "sorani": "ckb", "kurmanji": "kmr", "persian": "fa", "farsi": "fa"}
UNDETERMINED = "und"
"""What stands for a language that is not known, where articles are counted (BCP 47)."""

_UNKNOWN = {"", UNDETERMINED, "mul", "mis", "zxx"}  # what BCP 47 offers for "we cannot say"
_TAG = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE)
SAMPLE = 2_000
"""Characters that decide the script: more than a lead, less than a millisecond."""


@lru_cache(maxsize=4096)
def language_script(tag: str) -> str | None:
    """The script that *tag* is written in, such as "Arab" for "ckb" and "ku-Arab"; None where we do not know."""
    if not _TAG.fullmatch(tag):
        return None
    first, *rest = tag.split("-")
    written = (subtag.title() for subtag in rest if len(subtag) == 4)
    return next((script for script in written if script in SCRIPTS), _SCRIPT_OF.get(first.lower()))


class Mistake(NamedTuple):
    """Why terms cannot stand under a name, and the name that was probably meant."""

    reason: str
    meant: str | None = None


def language_mistake(name: str) -> Mistake | None:
    """What is wrong with *name* as the language of a list's terms; None where nothing is."""
    if name.lower() in ("ku", "kurdish"):
        return Mistake('is two languages here: "ckb", Sorani in Arabic letters, and "kmr", Kurmanji')
    if code := _CODES.get(name.lower()):
        return Mistake("a language is named by its code", code)
    if language_script(name) is None:
        meant = nearest(name, ("en", "ar", "ckb", "kmr", "extend", "unread"))
        return Mistake('is no language whose script is known; "glk-Arab" names both', meant)
    first, dash, rest = name.partition("-")
    if first != first.lower():
        return Mistake("a language is written in small letters", f"{first.lower()}{dash}{rest}")
    return None


@lru_cache(maxsize=4096)
def letter_script(letter: str) -> str | None:
    """The script of one letter; None for digits, and for letters of a script that is not in SCRIPTS."""
    name = unicodedata.name(letter, "") if letter.isalpha() else ""
    return next((script for script, word in SCRIPTS.items() if name.startswith(word.upper())), None)


def main_script(text: str) -> str | None:
    """The script of most letters of *text*'s beginning."""
    scripts = Counter(map(letter_script, text[:SAMPLE]))
    del scripts[None]
    return max(scripts, key=scripts.__getitem__, default=None)


def languages_read(tag: str | None, known: Iterable[str], text: str) -> tuple[frozenset[str], str | None]:
    """Those of the *known* languages in whose lists the terms for *text* stand, and a note where that is a guess.

    "ar-IQ" reads "ar" and "ar-IQ". "ku" reads "ckb" or "kmr", by the script. "sdh" reads "ckb" too, with a note. No
    language, or "und", reads every language of the script that most of the letters belong to.
    """
    subtags = (tag or "").replace("_", "-").split("-")
    if subtags[0].lower() in _UNKNOWN:
        script = main_script(text)
        note = f"language unknown: matched with all lists of the {SCRIPTS[script]} script" if script else None
        return frozenset(name for name in known if language_script(name) == script), note
    named = _without_script(subtags)
    meant = (_written_as(subtags, text), *named[1:])
    keys = {name: _without_script(name.split("-")) for name in known}
    reads = frozenset(name for name, key in keys.items() if key in (named[: len(key)], meant[: len(key)]))
    if (other := _READ_AS_TOO.get(named[0])) and (others := {name for name, key in keys.items() if key == (other,)}):
        return reads | others, f"matched with the lists of {other}, the language nearest to {named[0]}"
    return reads, None


def list_language(tag: str | None, text: str) -> str | None:
    """The name under which a list has the terms for *text*: "ar" for "ar-IQ", "ckb" for "ku" in Arabic letters."""
    subtags = (tag or "").replace("_", "-").split("-")
    if subtags[0].lower() in _UNKNOWN:
        return None
    return _written_as(subtags, text)


def _written_as(subtags: list[str], text: str) -> str:
    """The language in whose lists the terms stand: that of a tag, or for a script of its own another."""
    named = subtags[0].lower()
    script = language_script("-".join(subtags)) or main_script(text)
    return _WRITTEN_AS.get((named, script or ""), named)


def _without_script(subtags: list[str]) -> tuple[str, ...]:
    """The first is the language, however long it is: "Arab" alone is a mistake, and no script of nothing."""
    first, *others = (subtag.lower() for subtag in subtags)
    return (first, *(subtag for subtag in others if len(subtag) != 4))
