"""Folding: one spelling for what readers take for one word. Rules, the search index and queries all fold here.

Kata’ib is Kataib, U.S. is us, أحمد is احمد and Îran is iran afterwards. What folding removes is forgotten only in
the folded string: every token knows where it stands in the untouched original.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache

FOLD_VERSION = 2
"""Grows with every change of what `fold` returns. An index made with another number has to be made anew."""

APOSTROPHES = "'`´‘’‚‛′‵ʹʻʼʽʾʿˈˊˋ՚׳ꞌ᾽᾿＇"
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
# The same where a feed escaped it twice, or lost the ampersand as some wire archives did: Iraq&#39;s, Iraq #39;s.
_ESCAPE = r"&(?:#0?39|#x0?27|#821[67]|[lr]squo|apos);"
_ESCAPED = re.compile(
    rf"(?P<within>(?<=[^\W_]|[{_MARKS}]){_ESCAPE}[sS](?![^\W_])|(?<=[^\W\d_]|[{_MARKS}]){_ESCAPE}(?=[^\W\d_])"
    rf"|(?<!\S)#39;[sS](?![^\W_]))|{_ESCAPE}|(?<!\S)#39;"
)
# The dot within U.S.: a lone letter before it, with its marks, and a lone letter after it.
_LONE = rf"(?<![^\W_]|[{_MARKS}])[^\W\d_]"
_AFTER_LONE = "|".join(rf"(?<={_LONE}{f'[{_MARKS}]' * marks}\.)" for marks in range(3))
_DOT = re.compile(rf"\.(?:{_AFTER_LONE})(?=[^\W\d_][{_MARKS}]*(?![^\W_]|[{_MARKS}]))")

_BETWEEN = "\x1e"  # white space to Python, so it stands in no word; keeps words apart that are folded together
_LATEST_TEXTS = 128  # an article is tagged, compared and indexed, one after the other, and fifty may be under way
_LATEST_LONG = 8  # of those that are LONG: their tokens take sixteen times the room of their letters
_LONG = 20_000  # characters: five times an article's length
_MOST_REMEMBERED = 20_000  # characters: a page of all of Unicode must not fill the memory for good
_MOST_WORDS = 200_000  # some 30 MB: those that a day's articles in forty languages have; four have a quarter of them
_LONGEST_REMEMBERED = 40  # characters of a word: longer ones are addresses and rubbish, and do not come again
_BLOCK = 256  # characters: looking up one token costs about a tenth of folding 3,000
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
_PIECES[ord(_BETWEEN)] = _BETWEEN
_words: dict[str, str] = {}
_KINDS = _Kinds()
_TOKEN = re.compile(r"x(?:[-~]*x)*-*")


class Folded:
    """A folded text: its tokens, and where each stands in the original.

    Places are looked up by blocks, so that those of a few tokens do not cost a walk over the whole text.
    """

    __slots__ = ("_blocks", "_firsts", "_known", "original", "string", "tokens")

    def __init__(self, original: str) -> None:
        self.original = original
        self.tokens: list[str] = _tokens(original)
        self.string = " ".join(self.tokens)
        self._blocks: list[int] = [0]  # where each begins in the original
        self._firsts: list[int] = [0]  # the number of its first token
        self._known: dict[int, list[tuple[int, int]]] = {}  # by number of the block, the spans of its tokens

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Of each token, its place in the original: code points, end exclusive."""
        self._part(len(self.tokens))
        return [span for block in range(len(self._blocks)) for span in self._spans(block)]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The place in the original of the tokens *first* to *last*, both included."""
        span = self._span(first)
        return span if first == last else (span[0], self._span(last)[1])

    def _part(self, token: int) -> None:
        """Parts the original into blocks, up to the one behind that with *token*, or its end."""
        while self._firsts[-1] <= token:
            start = self._blocks[-1]
            end = self.original.find(" ", start + _BLOCK)
            if end < 0:
                return
            self._firsts.append(self._firsts[-1] + len(_tokens(self.original[start:end])))
            self._blocks.append(end)

    def _span(self, token: int) -> tuple[int, int]:
        self._part(token)
        block = bisect_right(self._firsts, token) - 1
        return self._spans(block)[token - self._firsts[block]]

    def _spans(self, block: int) -> list[tuple[int, int]]:
        if block not in self._known:
            start, *following = self._blocks[block : block + 2]
            prepared = _prepare(self.original[start : following[0] if following else None])
            kinds = prepared.translate(_KINDS)
            spans = _split_spans(prepared) if "!" in kinds else [match.span() for match in _TOKEN.finditer(kinds)]
            self._known[block] = [(start + first, start + end) for first, end in spans]
        return self._known[block]


def fold(text: str) -> Folded:
    """*text* folded. Accepts every string, and folding a folded string changes nothing."""
    return _fold(text) if len(text) < _LONG else _fold_long(text)


_fold, _fold_long = lru_cache(_LATEST_TEXTS)(Folded), lru_cache(_LATEST_LONG)(Folded)


def _tokens(text: str) -> list[str]:
    if text.isascii():
        return _prepare(text).translate(_PIECES).split()
    words = text.split()
    try:
        return " ".join(map(_words.__getitem__, words)).split()
    except KeyError:
        return _learn(words)


def _learn(words: list[str]) -> list[str]:
    """The tokens of *words*, which are remembered: most words of a text stood in one before."""
    global _words  # noqa: PLW0603 -- replaced, not emptied, since another thread may be reading it
    if len(_words) > _MOST_WORDS:
        _words = {}
    known = _words
    new = [*set(words).difference(known)]
    pieces = _prepare(_BETWEEN.join(new)).translate(_PIECES).split(_BETWEEN) if new else []
    folded = dict(zip(new, pieces, strict=True))
    long = [word for word in new if len(word) > _LONGEST_REMEMBERED]
    if not long:
        known.update(folded)
        return " ".join(map(known.__getitem__, words)).split()
    tokens = " ".join([folded[word] if word in folded else known[word] for word in words]).split()
    for word in long:
        del folded[word]
    known.update(folded)
    return tokens


def _prepare(text: str) -> str:
    if ";" in text:  # few texts have any, and looking for escapes costs more than this
        text = _ESCAPED.sub(lambda match: _fill(match) if match["within"] else " " * len(match[0]), text)
    return _DOT.sub(_GONE, _APOSTROPHE.sub(_fill, text))


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
        for number, part in enumerate(re.split(r"\s+", piece)):
            inside = inside and number == 0
            if part and inside:
                spans[-1] = (spans[-1][0], place + 1)
            elif part:
                spans.append((place, place + 1))
                inside = True
    return spans
