"""Repairs text whose UTF-8 was once read as a Western, Arabic or Cyrillic encoding, and encoded again.

Spoilt so, every letter is a lead byte of UTF-8 and its continuation, as they look in that encoding. No language writes
like that throughout; but one pair alone can be honest, such as the end of «DÉFILÉ». So what decides is the share of
such pairs among the letters beyond ASCII: of the page, or of the piece between two tags, since often only the title or
an advertisement went through the wrong hands.
"""

import re
from typing import NamedTuple

_TIMES = 3  # that a text is repaired: each round of wrong hands takes one
_FEWEST_ON_PAGE = 6  # characters that are pairs, on a page of which nearly nothing else is beyond ASCII
_FEWEST_IN_PIECE = 2  # pairs in a piece of which nothing else is
_SHARE = 0.6  # some bytes are lost on the way, those that the wrong encoding does not know
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PIECE = re.compile(r"[^<>]+")
_LIKELY = re.compile("[\u00a0-\u017f\u0370-\u03ff\u0400-\u04ff\u0600-\u06ff\u200b-\u203a\u20ac\u2122]+")
"""What stands in news of the region and its neighbours: Latin, Greek, Cyrillic, Arabic letters, quotation marks."""


class _Wrong(NamedTuple):
    """An encoding as which UTF-8 was read wrongly."""

    signs: tuple[str, ...]  # one of them stands in every text that was
    bytes_of: dict[str, int]
    pairs: re.Pattern[str]


def _wrong(name: str, signs: str) -> _Wrong:
    characters = {}
    for byte in range(0x80, 0x100):
        try:
            characters[byte] = bytes([byte]).decode(name)
        except UnicodeDecodeError:
            characters[byte] = chr(byte)  # as browsers read what an encoding leaves undefined
    lead2, lead3, rest = (
        "".join(characters[byte] for byte in span) for span in (range(0xC2, 0xE0), range(0xE0, 0xF0), range(0x80, 0xC0))
    )
    rest += "".join(map(chr, range(0x80, 0xA0)))  # and as others do
    classes = [f"[{re.escape(letters)}]" for letters in (lead2, lead3, rest)]
    bytes_of = {chr(byte): byte for byte in range(0x80, 0xA0)}
    bytes_of |= {character: byte for byte, character in characters.items()}
    return _Wrong(tuple(signs.split()), bytes_of, re.compile("{0}{2}|{1}{2}{2}".format(*classes)))


_ENCODINGS = (_wrong("cp1252", "â Ã Ø Ù Ð Ä Å"), _wrong("cp1256", "ط§ ظ„ أ® أ¼ أ¶ â€"), _wrong("cp1251", "Р° Рѕ Рµ"))


def repaired(text: str) -> str:
    """*text*, or what it was before somebody decoded its UTF-8 wrongly and encoded it again."""
    for _ in range(_TIMES):
        before = text
        for wrong in _ENCODINGS:
            if any(sign in text for sign in wrong.signs):
                text = _again(text, wrong)
        if text == before:
            break
    return text


def _again(text: str, wrong: _Wrong) -> str:
    if not wrong.pairs.search(text):
        return text
    text = _PIECE.sub(lambda piece: _piece(piece[0], wrong), text)
    found = sum(map(len, wrong.pairs.findall(text)))
    if found < _FEWEST_ON_PAGE or found < _SHARE * sum(map(len, _NOT_ASCII.findall(text))):
        return text
    whole = _NOT_ASCII.sub(lambda run: _utf8(run[0], wrong), text)
    return whole if (whole.count("\ufffd") - text.count("\ufffd")) * 20 < found else text


def _piece(piece: str, wrong: _Wrong) -> str:
    """What stands between two tags, repaired where all of it beyond ASCII is spoilt."""
    if piece.isascii():
        return piece
    runs = _NOT_ASCII.findall(piece)
    if any(character not in wrong.bytes_of for run in runs for character in run):
        return piece
    if sum(len(wrong.pairs.findall(run)) for run in runs) < _FEWEST_IN_PIECE:
        return piece
    try:
        right = [bytes(wrong.bytes_of[character] for character in run).decode() for run in runs]
    except UnicodeDecodeError:
        return piece
    if not all(map(_LIKELY.fullmatch, right)):
        return piece
    following = iter(right)
    return _NOT_ASCII.sub(lambda _: next(following), piece)


def _utf8(run: str, wrong: _Wrong) -> str:
    if any(character not in wrong.bytes_of and character != "\ufffd" for character in run):
        return run  # honest letters beside the spoilt ones
    if not wrong.pairs.search(run):
        return run
    return bytes(wrong.bytes_of.get(character, 0xFF) for character in run).decode("utf-8", "replace")
