"""Folding: one spelling for what readers take for one word. Rules, the search index and queries all fold here.

Kata’ib is Kataib, U.S. is us, أحمد is احمد and Îran is iran afterwards. What folding removes is forgotten only in
the folded string: every token knows where it stands in the untouched original.
"""

import re
import unicodedata
from bisect import bisect_right
from itertools import accumulate

FOLD_VERSION = 1
"""Grows with every change of what `fold` returns. An index made with another number has to be made anew."""

APOSTROPHES = "'`´‘’‚‛′ʹʻʼʽʾʿˈ՚׳＇"
"""What writers and keyboards put for an apostrophe, an ain or a hamza in Latin letters."""

_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ٱٲٳٵ", "ا"),  # the alefs that Unicode does not decompose; it does أ إ آ
        **dict.fromkeys("ىیېێےۍ", "ي"),
        **dict.fromkeys("ۆۇۈۋ", "و"),
        **dict.fromkeys("کڪګ", "ك"),
        **dict.fromkeys("ةەھہۃ", "ه"),
        "ڕ": "ر",
        "ڵ": "ل",
        "ı": "i",  # Turkish keyboards write Kurmanji too
        "ـ": None,  # tatweel
    }
)

# A mark stands in the text as it is prepared, in place of what a rule of context takes out; so every character keeps
# its place. It is ASCII, because Python translates ASCII text five times faster.
_GONE = "\x1a"
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"  # a decomposed letter ends with one of them
_APOSTROPHE = re.compile(
    rf"[{APOSTROPHES}](?<=[^\W_].|[{_MARKS}].)(?:[sS](?![^\W_])|(?<=[^\W\d_].|[{_MARKS}].)(?=[^\W\d_]))", re.DOTALL
)
# The dot within U.S.: a lone letter before it, a lone letter after it.
_DOT = re.compile(r"\.(?<=(?<![^\W_])[^\W\d_]\.)(?=[^\W\d_](?![^\W_]))")

_MOST_REMEMBERED = 20_000  # characters; a page of all of Unicode must not fill the memory for good
_STEPS = 8  # NFKD and case folding reach their fixed point in three at most; the bound is for what Unicode adds


class _Pieces(dict[int, str | None]):
    """What each character becomes: letters, a space, or None. Filled when a character is first met."""

    def __missing__(self, code: int) -> str | None:
        piece = _piece(chr(code)) or None
        if len(self) < _MOST_REMEMBERED:
            self[code] = piece
        return piece


class _Kinds(dict[int, str]):
    """What each character is to a token: x within it, - a mark on it, ~ nothing, or a space; ! holds a space itself."""

    def __missing__(self, code: int) -> str:
        piece = _PIECES[code]
        if piece is None:
            kind = "-" if unicodedata.category(chr(code)) == "Mn" else "~"
        elif piece.isspace():
            kind = " "
        else:
            kind = "!" if " " in piece else "x"
        if len(self) < _MOST_REMEMBERED:
            self[code] = kind
        return kind


_PIECES = _Pieces()
_PIECES[ord(_GONE)] = None
_KINDS = _Kinds()
_TOKEN = re.compile(r"x(?:[-~]*x)*-*")


class Folded:
    """A folded text: its tokens, and where each stands in the original."""

    __slots__ = ("_prepared", "_spans", "_starts", "original", "string", "tokens")

    def __init__(self, original: str) -> None:
        self.original = original
        self._prepared = _DOT.sub(_GONE, _APOSTROPHE.sub(_fill, original))
        self.tokens = self._prepared.translate(_PIECES).split()
        self.string = " ".join(self.tokens)
        self._starts: list[int] | None = None
        self._spans: list[tuple[int, int]] | None = None

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Of each token, its place in the original: code points, end exclusive. Computed when first asked for."""
        if self._spans is None:
            kinds = self._prepared.translate(_KINDS)
            self._spans = _split_spans(self._prepared) if "!" in kinds else [m.span() for m in _TOKEN.finditer(kinds)]
        return self._spans

    def token_at(self, position: int) -> int:
        """The number of the token at a position of `string`."""
        if self._starts is None:
            self._starts = list(accumulate((len(token) + 1 for token in self.tokens), initial=0))
        return bisect_right(self._starts, position) - 1

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The place in the original of the tokens *first* to *last*, both included."""
        return self.spans[first][0], self.spans[last][1]


def fold(text: str) -> Folded:
    """*text* folded. Accepts every string, and folding a folded string changes nothing."""
    return Folded(text)


def _fill(match: re.Match[str]) -> str:
    return _GONE * len(match[0])


def _piece(character: str) -> str:
    folded = character
    for _ in range(_STEPS):
        before = folded
        folded = "".join(map(_keep, unicodedata.normalize("NFKD", folded).casefold().translate(_LETTERS)))
        if folded == before:
            break
    return folded


def _keep(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if (character.isalnum() or category == "Mc") and character not in APOSTROPHES else " "


def _split_spans(prepared: str) -> list[tuple[int, int]]:
    """The spans where a single character, such as ½, stands for several tokens: each of them has its place."""
    spans: list[tuple[int, int]] = []
    inside = False
    for place, character in enumerate(prepared):
        piece = _PIECES[ord(character)]
        if piece is None:
            if inside and _KINDS[ord(character)] == "-" and spans[-1][1] == place:
                spans[-1] = (spans[-1][0], place + 1)
            continue
        for number, part in enumerate(re.split(" +", piece)):
            inside = inside and number == 0
            if part and inside:
                spans[-1] = (spans[-1][0], place + 1)
            elif part:
                spans.append((place, place + 1))
                inside = True
    return spans
