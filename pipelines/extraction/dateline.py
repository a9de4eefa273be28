"""The dateline: where and by whom a story was filed, taken off its first sentence.

"Shafaq News/ On Thursday …", "شفق نيوز- بغداد", "ERBIL (Kurdistan 24) – …", "BAGHDAD, Nov 17 (Reuters) - …". It is
read piece by piece, and each piece must be known: the site, an agency, a place, a desk. Everything else that ends in a
dash or a colon may be the story: "Hezbollah (Party of God) – the group …", "Fouad Hussein (Foreign Minister): We …".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.extraction.dateline_names import AGENCIES, DESKS, GENERIC, MONTHS, PLACES, SHOUTED, bare_name
from pipelines.extraction.names import is_one_name
from pipelines.extraction.plain import fold, word_set

_NOBODY = GENERIC | frozenset(map(fold, word_set(
    "أخبار اخبار نشرة برس بوست تايمز مراسل مراسلة مراسلون مكتب قسم تحرير حي محلة قرية ناحية قضاء محافظة مدينة ريف"
    " بلدة مخيم سهل جبل شارع گروه سرویس شهرستان استان روستای شهر خبرنگار نووسینگەی بەشی گوندی شارۆچکەی شاری"
    " press post times desk bureau"
)))  # fmt: skip
"""Words of outlets, newsrooms and places: a name with one of them is no reporter's."""
_LONGEST = 90  # characters
_DASHES = "-–—ـ−"
_MARK = re.compile(
    r"\s*(?P<mark>[/:|]|\.\.(?=\s))(?:\s+--(?=\s))?\s*|(?P<dash>\s+[-–—ـ−]{1,2}\s*|[-–—ـ−]{1,2}\s+|(?<=\))[-–—ـ−])|\Z"
)
_DASH = re.compile(rf"\s[{_DASHES}]|[{_DASHES}]\s|\)[{_DASHES}]")
_TIGHT = re.compile(r"[-–—ـ−]")  # "شفق نيوز-بغداد": only behind the site's name
_WITH_AGENCY = re.compile(r"(?P<place>[^()]{2,60}?(?:\([^()]{2,20}\))?)\s*\((?P<agency>[^()]{2,30})\)")
_BEFORE_AGENCY = re.compile(r"(?P<place>[^(),،]{2,40})[,،]\s(?P<agency>[^(),،]{2,30})")
_BRACKETED = re.compile(r"\((?P<place>[^()]{2,40})\)")
_BEHIND_DAY = re.compile(r"(?P<place>[^(),،]{2,40})[,،]\s(?P<day>[^(),،]{3,20})[,،]\s(?P<agency>[^(),،]{2,30})")
_PLACE_WORDS = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,]{1,2}[^\W\d_][\w.'’-]*){0,2}")
_SENTENCE = re.compile(r"[.!?؟۔](?:\s|$)")
_QUESTION = re.compile(r"[?؟]\s*$")
_RELATIVE = re.compile(r"(?:الذي|التي|الذين|وهي|وهو|وهم|و?ليس|أو|که|کە|ku|yê|ya)\b")
_NO_CASE = re.compile(r"\W*[\u0600-\u06ff]")
_DESK = re.compile(r"(?:گروه|سرویس|بخش|قسم|بەشی|beşa)\s[^\W\d_]+(?:\s[^\W\d_]+)?", re.IGNORECASE)
_PERSIAN = re.compile("[پچژگیک]")
_ABOVE = 25  # characters: what is shorter above a dateline, and no sentence, is a section or a view count
_TRIED = 3  # lines
_TRIED_FILED = (
    8  # lines, of a list of key points, above a place with its agency in brackets: hardly anything else is so
)
_MOST_WORDS = 3  # of a state behind a place
_SHORTEST_SHOUT = 5  # letters: WHO, NATO and FIFA are no places


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two marks at the beginning of a line."""

    kind: str  # "site", "agency", "place", "desk", "filed" (a place with its agency in brackets), "loose" or ""
    end: int  # of the words
    next: int  # behind the mark
    dash: bool


def split_dateline(lines: Sequence[str], names: Iterable[str]) -> tuple[str | None, list[str]]:
    """The dateline of a story, and its lines without it. *names* are what the site calls itself, as written.

    It may stand below a standfirst, which stays, and below the name of a section, which does not.
    """
    known = sorted({name for name in names if len(name) > 2}, key=len, reverse=True)
    for place, line in enumerate(lines[:_TRIED_FILED]):
        length = _length(line, known, place)
        story = line[length:].strip()
        if length and (story or len(lines) > place + 1):
            points = place >= _TRIED
            above = [other for other in lines[:place] if points or len(other) >= _ABOVE or _SENTENCE.search(other)]
            rest = [story] if story else []
            dateline = line[:length].strip(f" /:|{_DASHES}").removesuffix("..")
            return re.sub(r"(?<=\))\.$", "", dateline), [*above, *rest, *lines[place + 1 :]]
    return None, list(lines)


def reporter_in(dateline: str, names: Iterable[str]) -> str:
    """Who filed the story, where a *dateline* names somebody beside the place or the site; else nothing."""
    known = sorted({name for name in names if len(name) > 2}, key=len, reverse=True)
    pieces = _pieces(dateline, known)
    starts = [0, *(piece.next for piece in pieces)]
    loose = [
        dateline[start : piece.end].strip()
        for start, piece in zip(starts, pieces, strict=False) if piece.kind == "loose"
    ]  # fmt: skip
    return loose[0] if len(loose) == 1 and len(pieces) > 1 and _could_be_reporter(loose[0]) else ""


def _could_be_reporter(words: str) -> bool:
    """Whether *words* are a full name: not of a quarter ("حي المنصور"), an outlet or a newsroom."""
    parts = words.split()
    named = len(parts) > 1 and is_one_name(words)
    return named and not parts[0].startswith("ال") and not {fold(part) for part in parts} & _NOBODY


def _length(line: str, names: Sequence[str], place: int) -> int:
    """The length of the dateline of *line*, its mark included; 0 where there is none.

    At the first *place* it may be a mere place, at the second, below a standfirst, one with a dash.
    """
    if place >= _TRIED and not _DASH.search(line, 0, 2 * _LONGEST):
        return 0
    pieces = _pieces(line[: 2 * _LONGEST], names)
    while pieces and (not pieces[-1].kind or not _is_whole(pieces, line)):
        pieces.pop()
    if not pieces:
        return 0
    rest = line[pieces[-1].next :]
    kinds = {piece.kind for piece in pieces}
    if place >= _TRIED and not (kinds == {"filed"} and pieces[-1].dash and rest):
        return 0
    if place and _QUESTION.search(rest):
        return 0
    if place and not {"site", "agency", "filed"} & kinds and not (place == 1 and pieces[-1].dash and rest):
        return 0
    return _with_place(line, pieces) if _follows(rest, pieces) else 0


def _pieces(line: str, names: Sequence[str]) -> list[_Piece]:
    pieces = _tight(line, names)
    start = pieces[-1].next if pieces else 0
    while start < len(line) and len(pieces) < 4:
        piece = _site(line, start, names) or _piece(line, start, names)
        if not piece.kind or piece.end > _LONGEST:
            break
        pieces.append(piece)
        start = piece.next
    return pieces


def _tight(line: str, names: Sequence[str]) -> list[_Piece]:
    """A place and an agency with nothing but a dash between them: "دمشق-سانا"."""
    mark = _TIGHT.search(line, 1, _LONGEST // 2)
    if not mark or _kind(line[: mark.start()], names) not in ("place", "loose"):
        return []
    agency = _site(line, mark.end(), names) or _piece(line, mark.end(), names)
    place = _Piece("place", mark.start(), mark.end(), dash=True)
    return [place, agency] if agency.kind in ("site", "agency") else []


def _site(line: str, start: int, names: Sequence[str]) -> _Piece | None:
    """The site's name, in which a dash or a slash may stand, behind which a dash needs no space."""
    for name in names:
        for mark in (*_TIGHT.finditer(line, start, start + len(name) + 3), *_MARK.finditer(line, start)):
            if mark.start() > start + len(name) + 2:
                break
            if _same(line[start : mark.start()].strip(), name):
                behind = line[mark.end() :]
                following = mark.end() + len(behind) - len(behind.lstrip(f" {_DASHES}"))
                return _Piece("site", mark.start(), following, dash=bool(_TIGHT.search(mark[0])))
    return None


def _piece(line: str, start: int, names: Sequence[str]) -> _Piece:
    """The piece at *start*: up to the first of the next marks with which it is known."""
    best = _Piece("", start, start, dash=False)
    for mark in list(_MARK.finditer(line, start))[:3]:
        kind = _kind(line[start : mark.start()].strip(), names)
        if kind and (not best.kind or kind == "filed" or (best.kind == "loose" != kind)):
            best = _Piece(kind, mark.start(), mark.end(), bool(mark["dash"]))
    return best


def _kind(words: str, names: Sequence[str]) -> str:
    words = words.strip(" «»\"“”'")
    if not words or len(words) > _LONGEST:
        return ""
    if match := _WITH_AGENCY.fullmatch(words):
        agency, place = match["agency"].strip(), match["place"].strip()
        return "filed" if _is_filed(place, agency, names) else ""
    bracketed = _BRACKETED.fullmatch(words)  # "(Beirut) – …", as organisations write it
    if (bracketed and _is_place(bracketed["place"])) or _is_filed_with_commas(words, names):
        return "filed"
    if _is_agency(words, names):
        return "site" if any(_is_name(words, name) for name in names) else "agency"
    if fold(words) in DESKS or _DESK.fullmatch(words):
        return "desk"
    return "place" if _is_place(words) else "loose" if _could_be_place(words) else ""


def _is_filed_with_commas(words: str, names: Sequence[str]) -> bool:
    """ "Baku, Tigris Post", "Tigris Post, Basra" and "Baku, 1 September, Tigris Post"."""
    if match := _BEHIND_DAY.fullmatch(words):
        return _is_date(match["day"]) and _is_agency(match["agency"], names)
    match = _BEFORE_AGENCY.fullmatch(words)
    if not match:
        return False
    first, second = match["place"], match["agency"]
    return _is_agency(second, names) or (_is_agency(first, names) and _is_place(second))


def _is_filed(place: str, agency: str, names: Sequence[str]) -> bool:
    """Whether the agency or the place is known, or the place in capitals, as only a dateline writes it."""
    if fold(place) in AGENCIES:
        return True
    if _is_agency(agency, names):
        return _is_place(place) or _could_be_place(place)
    written = _is_place(place) or (place.split(",", maxsplit=1)[0].isupper() and _could_be_place(place))
    return written and _could_be_place(agency)


def _is_agency(words: str, names: Sequence[str]) -> bool:
    told = {fold(words), bare_name(words), *map(fold, words.split("/"))}  # "dpa/lno": an agency and its desk
    return bool(told & AGENCIES) or any(_is_name(words, name) for name in names)


def _is_name(words: str, name: str) -> bool:
    """Whether *words* are a site's name, with or without a word that sites add to theirs: "رووداو ديجيتال"."""
    return _same(words, name) or (bare_name(words) == bare_name(name) != "")


def _is_place(words: str) -> bool:
    """Whether *words* are a known place, its country or region and a date behind it: "ERBIL, Kurdistan Region"."""
    head, *rest = [part.strip(" ()") for part in re.split(r"[,،/(]|(?<=\w)\s(?=\d)", words)]
    if fold(head) not in PLACES:
        return False
    return all(not part or _is_date(part) or _could_be_place(part) or part.isdigit() for part in rest)


def _is_date(words: str) -> bool:
    parts = re.findall(r"[^\W\d_]+|\d+", words)
    return bool(parts) and all(part.isdigit() or fold(part) in MONTHS for part in parts)


def _could_be_place(words: str) -> bool:
    """Whether *words* are written as a place is: at most four, each capitalised where the script has capitals."""
    parts = [part for part in re.split(r"[\s,،/-]+", words) if not _is_date(part)]
    named = [part for part in parts if part not in ("of", "and", "the", "al", "el")]
    cased = all(part[:1].isupper() or (part[:1].isalpha() and not part[:1].islower()) for part in named)
    return 0 < len(parts) <= 4 and bool(named) and cased and not any(character.isdigit() for character in words[:1])


def _is_whole(pieces: Sequence[_Piece], line: str) -> bool:
    """Whether *pieces* are a dateline by themselves: the site or an agency, or a place with a dash behind it."""
    kinds = [piece.kind for piece in pieces]
    last = pieces[-1]
    own_line = last.end >= len(line.rstrip(f" {_DASHES}/:")) and not _SENTENCE.search(line)
    if kinds == ["place"]:
        head = re.split(r"[,،/]", line[: last.end])[0]
        dated = any(map(str.isdigit, line[: last.end]))  # "Baghdad, 9 November 2026 – …"
        return (last.dash and dated) or (
            (last.dash or own_line) and (head.isupper() or head == head.lower() == head.upper())
        )
    if kinds == ["place", "loose"] and own_line:
        return True  # the place and its reporter: "بغداد – ندى شوقي"
    if kinds == ["loose", "place"] and own_line and pieces[0].dash:
        return _NO_CASE.match(line) is not None  # the reporter and the place: "ندى شوقي – بغداد"
    if kinds == ["loose"]:
        return last.dash and (_is_shouted(line[: last.end]) or _is_spanish(line, last))
    if last.kind == "loose" and not own_line and not _is_inline_place(pieces, line):
        return False
    return bool({"site", "agency", "filed"} & set(kinds)) and (kinds[0] != "loose" or kinds[1] in ("site", "agency"))


def _is_shouted(words: str) -> bool:
    """Whether *words* are in capitals as only places are at the head of a story: "CIZÎR - Li navçeya …"."""
    words, _, state = words.partition(", ")  # "NEW HAVEN, Conn."
    known = not any(map(str.isdigit, words)) and fold(words) not in SHOUTED and len(state.split()) < _MOST_WORDS
    return words.isupper() and sum(map(str.isalpha, words)) >= _SHORTEST_SHOUT and known


def _is_spanish(line: str, piece: _Piece) -> bool:
    """Whether a full stop stands before the dash, as Spanish papers put it: "Xalapa, Ver.- El tren …"."""
    return piece.end >= _SHORTEST_SHOUT and line[piece.end - 1] == "." and line[piece.next : piece.next + 1].isupper()


def _is_inline_place(pieces: Sequence[_Piece], line: str) -> bool:
    """Whether the last of *pieces* is a place between two dashes: "Shafaq News – Tal Afar – The …". Capitals tell."""
    last = pieces[-1]
    return len(pieces) > 1 and pieces[-2].dash and last.dash and line[pieces[-2].next].isupper()


def _follows(rest: str, pieces: Sequence[_Piece]) -> bool:
    """Whether *rest* can follow a dateline: a sentence begins, and no dash closes what the last one opened."""
    if not rest:
        return True
    last = pieces[-1]
    if rest[:1].islower() or _RELATIVE.match(rest):
        return False
    if last.kind == "site" and len(pieces) == 1 and not last.dash and _QUESTION.search(rest):
        return False  # "The Daily Tigris: How many families have left?": an interview
    if not last.dash or {"filed"} & {piece.kind for piece in pieces}:
        return True
    sentence = _SENTENCE.split(rest, maxsplit=1)[0]
    return len(re.findall(r"\s[-–—]{1,2}\s", sentence)) % 2 == 0


def _with_place(line: str, pieces: Sequence[_Piece]) -> int:
    """Where the dateline ends when a known place follows without a mark: "شفق نيوز- بغداد أعلنت …".

    In Persian also behind a slash without a space: "ایسنا/ایلام مدیرکل …".
    """
    last = pieces[-1]
    tied = last.dash or (line[last.end : last.next] == "/" and bool(_PERSIAN.search(line, last.next)))
    place = _PLACE_WORDS.match(line, last.next) if tied and last.kind in ("site", "agency") else None
    words = place[0].split() if place else []
    for count in (2, 1):
        if words[:count] and fold(" ".join(words[:count])) in PLACES:
            return last.next + len(" ".join(words[:count]))
    return last.next


def _same(said: str, name: str) -> bool:
    """Whether *said* is *name*, one letter of a longer one being wrong: "Shafak News"."""
    one, other = fold(said), fold(name)
    if one == other:
        return bool(one)
    if len(one) != len(other) or len(one) < 6:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1
