"""The dateline: where and by whom a story was filed, taken off its first sentence.

"Shafaq News/ On Thursday …", "شفق نيوز- بغداد", "ERBIL (Kurdistan 24) – …". Only what names the site itself, or a
place with an agency in brackets, is taken: everything else that ends in a dash may be the story.
"""

import re
from collections.abc import Iterable, Sequence

from pipelines.extraction.title import fold

_LONGEST = 70  # characters
_NAME_END = re.compile(r"\s*(?P<mark>[/:|]|[-–—ـ−])\s*")
_DASHES = "-–—ـ−"
_PLACE_END = re.compile(r"(?:\s*[/:|]\s*|\s+[-–—ـ−]\s*|[-–—ـ−]\s+)")
_FILED = re.compile(
    r"^(?P<line>[^()\n.!?؟:]{2,40}\((?P<agency>[^()\n.!?]{2,30})\))\s{0,2}(?:[-–—ـ−]{1,2}|:)\s{0,2}(?=\S)"
)
_PLACE = re.compile(r"[^\W\d_][\w.'’-]*(?:[ ,]{1,2}[^\W\d_][\w.'’-]*){0,2}(?:\s?/\s?[^\W\d_][\w'’-]*)?")
_PLACES = frozenset(
    fold(place)
    for row in (
        "baghdad|erbil|basra|kirkuk|mosul|najaf|karbala|duhok|sulaymaniyah",
        "al-sulaymaniyah|anbar|diyala|nineveh|saladin",
        "halabja|sinjar|damascus|aleppo|qamishli|hasakah|tehran|ankara",
        "istanbul|beirut|amman|riyadh|doha|cairo|washington",
        "london|new york|moscow|gaza|jerusalem|paris|berlin|brussels|geneva|dubai|kuwait|iraq|kurdistan",
        "بغداد|أربيل|اربيل|البصرة|كركوك|الموصل|النجف|كربلاء|دهوك|السليمانية",
        "الأنبار|الانبار|ديالى|نينوى|صلاح الدين|ميسان",
        "ذي قار|واسط|بابل|المثنى|الديوانية|حلبجة|سنجار|دمشق|حلب|القامشلي",
        "الحسكة|طهران|أنقرة|انقرة|إسطنبول|اسطنبول|بيروت",
        "عمان|الرياض|الدوحة|القاهرة|واشنطن|لندن|نيويورك|موسكو|غزة|القدس|باريس|برلين|بروكسل|جنيف|دبي|الكويت|متابعة|خاص",
        "بەغدا|هەولێر|کەرکووک|مووسڵ|سلێمانی|دهۆک|هەڵەبجە|شنگال|دیمەشق|تاران|ئەنکەرە|واشنتۆن",
        "bexda|hewlêr|kerkûk|mûsil|silêmanî|dihok|şingal|şam|qamişlo|hesekê|enqere|stenbol|amed|waşînton",
    )
    for place in row.split("|")
)
"""Places of the region that may follow a site's name without any mark behind them: "شفق نيوز- بغداد أعلنت …"."""


def split_dateline(lines: Sequence[str], names: Iterable[str]) -> tuple[str | None, list[str]]:
    """The dateline of a story, and its lines without it. *names* are what the site calls itself, as written."""
    if not lines:
        return None, []
    first, rest = lines[0], list(lines[1:])
    length = _filed_by_site(first, names) or _filed_from(first)
    if not length:
        return None, list(lines)
    dateline = first[:length].strip(f" /:|{_DASHES}")
    story = first[length:].strip()
    if not story and not rest:
        return None, list(lines)
    return dateline, [story, *rest] if story else rest


def _filed_by_site(line: str, names: Iterable[str]) -> int:
    """The length of a dateline that begins with a name of the site, its mark included; 0 where there is none."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        if len(name) > 2 and (length := _name_length(line, name)):
            return length
    return 0


def _name_length(line: str, name: str) -> int:
    end = _NAME_END.search(line, max(0, len(name) - 2), len(name) + 6)
    if end is None:
        return len(line) if len(line) <= len(name) + 2 and _same(line, name) else 0
    if not _same(line[: end.start()], name):
        return 0
    if end["mark"] in "/:|":
        return end.end()
    return _place_length(line, end.end())


def _place_length(line: str, start: int) -> int:
    """Where the place ends that follows a name and a dash: "Shafaq News – Baghdad", "شفق نيوز- بغداد أعلنت …"."""
    place = _PLACE.match(line, start)
    if place is None:
        return start
    if place.end() == len(line) or (line[place.end() :].strip(f" .{_DASHES}/:") == "" and len(line) < _LONGEST):
        return len(line)
    mark = _PLACE_END.match(line, place.end())
    if mark and place.end() < _LONGEST:
        return mark.end()
    words = place[0].split()
    for count in (2, 1):
        if fold(" ".join(words[:count])) in _PLACES:
            return start + len(" ".join(words[:count]))
    return start


def _filed_from(line: str) -> int:
    """The length of "ERBIL (Kurdistan 24) –"."""
    match = _FILED.match(line)
    if not match or len(match["line"]) > _LONGEST:
        return 0
    place = match["line"][: match["line"].index("(")].strip(" ,/")
    agency = match["agency"]
    cased = place[:1].isupper() and len(place.split()) <= 4
    caseless = place[:1].isalpha() and not place[:1].islower() and not place[:1].isupper() and len(place.split()) <= 3
    signed = agency[:1].isupper() or not agency[:1].islower()
    return match.end() if (cased or caseless) and signed and not any(c.isdigit() for c in place) else 0


def _same(said: str, name: str) -> bool:
    """Whether *said* is *name*, one letter of a longer one being wrong: "Shafak News"."""
    one, other = fold(said), fold(name)
    if one == other:
        return bool(one)
    if len(one) != len(other) or len(one) < 6:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1
