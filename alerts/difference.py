"""What an edit changed, in short, and whether it is worth telling. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from archive.changes import change_share, seen_words
from archive.comparing import Paragraph, Piece, compare
from archive.plain import plain, plain_piece
from archive.revisions import Edit

NEAR = 5
"""Words shown on either side of a change."""
_BESIDE = 3
"""Words on either side of a change that tell it from another: two killed become three, and later two wounded do."""
_MOST_NUMBERS = 4
_LONGEST_NUMBER = 20
_NUMBER = re.compile(r"\d{1,20}(?:[.,'’٫٬\u00a0\u202f]\d{1,20})*")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,'’٬\u00a0\u202f])\d{3})(?:\1\d{3})*")
_SEPARATORS = re.compile(r"[,'’٬\u00a0\u202f.]")
_WORD = re.compile(r"[^\W\d_]+")
_IN_WORDS = (  # "one" and its like are too often no number, and so are the shortest Kurmanji ones
    ("two", "اثنين", "اثنان", "دوو"), ("three", "ثلاثة", "ثلاث", "سێ", "sê"), ("four", "أربعة", "أربع", "چوار", "çar"),
    ("five", "خمسة", "خمس", "پێنج", "pênc"), ("six", "ستة", "ست", "شەش", "şeş"),
    ("seven", "سبعة", "سبع", "حەوت", "heft"), ("eight", "ثمانية", "ثماني", "ثمان", "هەشت", "heşt"),
    ("nine", "تسعة", "تسع", "نۆ"), ("ten", "عشرة", "عشر", "دە"),
    ("eleven", "یازدە", "yazdeh"), ("twelve", "دوازدە", "dozdeh"),
)  # fmt: skip
_WORDS = {word: str(number) for number, words in enumerate(_IN_WORDS, 2) for word in words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An edit in short: of each paragraph that changed the changes and the words around them, harmless. A title is a
    paragraph; None where it did not change.
    """

    title: Paragraph | None
    paragraphs: tuple[Paragraph, ...]
    share: float  # of the words that differ, 0 to 1
    gone: tuple[str, ...]  # numbers that are no more, in ASCII digits
    come: tuple[str, ...]  # and those that are new


def difference_of(edit: Edit) -> Difference:
    """What *edit* changed."""
    titles, texts = (_changed(*pair) for pair in (edit.titles, edit.texts))
    gone, come = _numbers(edit)
    return Difference(
        title=in_short(titles[0]) if titles else None,
        paragraphs=tuple(in_short(paragraph) for paragraph in texts),
        share=edit.change,
        gone=tuple(gone)[:_MOST_NUMBERS],
        come=tuple(come)[:_MOST_NUMBERS],
    )


def is_worth_telling(edit: Edit, least: float) -> bool:
    """Whether *edit* changed the title, or a number, or at least the share *least* of the words of the text.

    A number counts where it is new, or where it was taken out of a paragraph that stays.
    """
    if "title" in edit.changed:
        return True
    if "text" not in edit.changed:
        return False
    gone, come = _numbers(edit)
    if come or gone & _taken_out(edit):
        return True
    return round(change_share(*edit.texts), 4) >= least


def key_of(edit: Edit) -> str:
    """What an edit took out and put in, and beside which words, as twelve signs: the same for the same edit of another
    copy.
    """
    pieces = [
        (kind, words)
        for pair in (edit.titles, edit.texts)
        for paragraph in _changed(*pair)
        for kind, words in _beside_changes(paragraph)
    ]
    return blake2b(repr(pieces).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _beside_changes(paragraph: Paragraph) -> Iterator[tuple[str, list[str]]]:
    """The changes of *paragraph*, and what stays on either side of them."""
    last = len(paragraph) - 1
    for place, piece in enumerate(paragraph):
        words = seen_words(piece.text)
        if piece.kind != "same":
            yield piece.kind, words
            continue
        if place > 0:
            yield "behind it", words[:_BESIDE]
        if place < last:
            yield "before it", words[-_BESIDE:]


def in_short(paragraph: Paragraph) -> Paragraph:
    """*paragraph*, harmless, with no more than NEAR unchanged words on either side of a change."""
    last = len(paragraph) - 1
    return [_piece(piece, is_first=place == 0, is_last=place == last) for place, piece in enumerate(paragraph)]


def _changed(before: str, after: str) -> list[Paragraph]:
    return [
        paragraph for paragraph in compare(before, after) if any(piece.kind != "same" for piece in paragraph)
    ]  # fmt: skip


def _piece(piece: Piece, *, is_first: bool, is_last: bool) -> Piece:
    text = plain_piece(piece.text)
    space, words = text[: len(text) - len(text.lstrip())], plain(text)
    if piece.kind == "same":
        words = _shortened(words.split(), is_first=is_first, is_last=is_last)
    return Piece(piece.kind, space + words)


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> str:
    """The *words* next to a change."""
    begin = [] if is_first else words[:NEAR]
    end = [] if is_last else words[-NEAR:]
    if len(words) <= len(begin) + len(end) + 2:
        return " ".join(words)
    return " ".join([*begin, "…", *end])


def _numbers(edit: Edit) -> tuple[Counter[str], Counter[str]]:
    """The numbers that are no more, and those that are new."""
    before, after = (Counter(numbers_in(texts)) for texts in zip(edit.titles, edit.texts, strict=True))
    return before - after, after - before


def _taken_out(edit: Edit) -> Counter[str]:
    """The numbers that were taken out of paragraphs of which something stays."""
    stay = [paragraph for paragraph in _changed(*edit.texts) if any(piece.kind == "same" for piece in paragraph)]
    return Counter(numbers_in(piece.text for paragraph in stay for piece in paragraph if piece.kind == "removed"))


def numbers_in(texts: Iterable[str]) -> list[str]:
    """The numbers in *texts*, in digits of any script or, from two to twelve, in words; each in ASCII digits."""
    found: list[str] = []
    for text in texts:
        found += [_ascii(match[0]) for match in _NUMBER.finditer(text)]
        words = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
        found += [_WORDS[word] for word in words if word in _WORDS]
    return found


def _ascii(number: str) -> str:
    """1,200 and ١٬٢٠٠ are 1200; 1,5 and 1.5 are 1.5."""
    if _THOUSANDS.fullmatch(number):
        number = _SEPARATORS.sub("", number)
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else "." for sign in number)
    return digits[:_LONGEST_NUMBER]
