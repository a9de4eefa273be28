"""The names in a byline: without "by", jobs, places and dates; a sentence holds none.

"By Nora Adel and Sami Aziz, Basra correspondent | 3 May" gives two, "كتب: سعد كريم وهدى ناصر" as well.
"""

import re
from collections.abc import Iterable, Iterator

from pipelines.extraction.calendars import WEEKDAYS, fold_date
from pipelines.extraction.dateline_names import AGENCIES, GENERIC, MONTHS, PLACES
from pipelines.extraction.given_names import GIVEN_NAMES
from pipelines.extraction.plain import clean_field, fold, word_set
from seeds.bounds import MAX_AUTHORS

_LONGEST_NAME = 70  # characters
_MOST_WORDS = 7

BY = re.compile(
    r"""^\s*(?:(?:(?:story|text|report|words|article|written|posted|reported|published|submitted|created|reviewed
    |medically\ reviewed|post|edited|interview|reporting)\s+by
    |(?:gespeichert|verfasst|geschrieben|veröffentlicht|erstellt)\s+von|(?:publié|écrit)\s+par|escrito\s+por
    |by|von|par|por|di|door|av|af|a cura di|tekst|text
    |autor(?:en|in|es|a)?|auteurs?|author|authors|interview(?=:)|the\ author|about\ the\ author|view\ all\ posts\ by
    |zeige\ alle\ beiträge\ von|more\ from
    |بقلم|كتب|كتبت|كتبه|كتبها|إعداد|اعداد|تقرير|المؤلف|الكاتب|الكاتبة|بواسطة|نشر\ بواسطة|أعدّ?ه
    |تحرير(?=\s?:)|حوار(?=\s?:)|ترجمة\ وتحرير(?=\s?:)|إعداد\ وتحرير|متابعة(?=\s?[:/])|المحرر(?=\s?:)|المراسل(?=\s?:)
    |نویسند(?:ه|گان)|نوشته(?:\u200c?ی)?|به\ قلم|نگارنده|گزارش|نووسەر|نوسەر|نووسینی|نوسینی|نووسین(?=\s?:)
    |ئامادەکردنی|ئامادەکردن(?=\s?:)|ئامادەکار|ڕاپۆرت(?=\s?:)|ڕاپۆرتی|لەلایەن
    |nivîskar|nivîsandin|nivîs(?=:)|amadekar|amadekirin|ji\ aliyê|ji\ hêla|ji(?=:)
    |حاور(?:ه|ها|هم|ته|تها)(?=\s?:)|أجر(?:ى|ت)\ الحوار|أجرى\ اللقاء|نۊسان(?=\s?:)|نۊسەر|دیمانە(?=\s?:)|سازدانی(?=\s?:)
    |گفت‌?(?:و\ ?)?گو(?=\s?:)|hevpeyvîn(?=\s?:)|hat(?:iye)?\ amadekirin(?=\s?:)
    |nûçegihan(?=:)|记者|通讯员|作者|文(?=[/／])|取材|yazan|haber(?!\s+merkezi)|yazar|автор
    |muhabir(?=\s?:)|editör(?=\s?:)|hazırlayan|derleyen|söyleşi(?=\s?:)|röportaj(?=\s?:)|müəllif|müxbir(?=\s?:)|hazırladı
    |پەیامنێر(?=\s?:)|هەواڵنێری?(?=\s?:)|ڕاپۆرتنووس|نڤیسەر|نڤیسین(?=\s?:)|نڤیسینا|ئامادەکرنا|ئامادەکرن(?=\s?:)
    |لە\ لایان|نۊسانن(?=\s?:)
    |دەق\ و\ وێنە(?=\s?:)|نص\ و\ ?صور(?:ة)?(?=\s?:)|nivîs\ û\ wêne(?=\s?:)|(?:yazı|metin)\ ve\ fotoğraf(?:lar)?(?=\s?:)
    |(?:text|words)\ (?:and|&)\ (?:photos?|pictures)(?=\s?:))
    (?=[\s:،,./]|$)\s*[:：,،./–-]*\s*)+""",
    re.IGNORECASE | re.VERBOSE,
)
_BYLINE_LABELS = word_set(
    "author authors by writtenby writer reporter autor autorin autoren auteur autora автор"
    " الكاتب الكاتبة المؤلف بقلم كتب كتبت إعداد اعداد المراسل المحرر نویسنده خبرنگار"
    " نووسەر نوسەر نووسینی ڕاپۆرتنووس پەیامنێر هەواڵنێر ئامادەکار ئامادەکردنی نۊسەر نڤیسەر نڤیسکار"
    " nivîskar nûçegihan amadekar rojnamevan yazar muhabir editör müəllif müxbir"
)
"""What stands on a line of its own above the names of those who wrote the article; folded."""
_GLUED_BY = re.compile(
    r"^(?:(?i:interview|story|text|report|words|written|posted|reporting)\s+by|[Bb]y|Von|Par|Por)(?=[A-ZÄÖÜÉ][a-zäöüéè])"
)
_GLUED_DATE = re.compile(r"(?<=[^\W\d_]{2})(?=(?:19|20)\d\d[-/.]\d)")
_END = re.compile(
    r"\s+[|•·●/–—»ـ-]\s+|(?<=[^\W\d_])/\s+|\s*[|•·●\n]\s*|\s+@|\(at\)|\s(?=\S*\d)|(?<=\w\w\w)\.\s+(?=[A-Z])"
    r"|\s+(?:in|from|aus)\s+(?=[A-Z])|\s+(?:via|für|for)\s|\s+(?:photos?|photographs?|pictures|fotos?|bilder)\s",
    re.IGNORECASE,
)
_WITH_JOB = re.compile(
    r"(?P<name>[^|،,–-]{5,40}?)\s*(?:[|،,]|\s[–-]\s)\s*(?:روزنامه\u200c?نگار|خبرنگار|گزارشگر|نویسنده|صحفية?|صحافية?|مراسلة?|محررة?"
    r"|كاتبة?|پەیامنێر|ڕۆژنامەنووس|نووسەر|rojnamevan|rojnameger|nûçegihan|nivîskar)(?![^\W\d_]).{0,25}",
    re.IGNORECASE,
)
_DOCTOR = re.compile(r"(?:[أا]\.?\s?)?[دم]\s?[./]\s?[ء-ي]{2,}(?:\s[ء-ي]{2,}){1,3}\s*$")
_WROTE = re.compile(r"\s*(?:كتبت?|كتبها|كتبه|تحرير|إعداد|اعداد)(?![^\W\d_])")
_DASH = re.compile(r"\s+[-–—ـ]\s+")
_LONGEST_OF_STAMP = 20
_OF_A_STAMP = WEEKDAYS.keys() | set(map(fold_date, ("الساعة", "ساعت", "کاتژمێر", "سەعات", "saet", "demjimêr", "saat")))
_NO_WRITER = word_set("تصوير عدسة مراسل مراسلة محرر محررة صحفي صحافي كاتب كاتبة مكتب قسم ترجمة")
_LOOSE_END = re.compile(r"\s+(?:on|at|am|um|le|el|the|ve|de|في|بتاريخ|لە)$", re.IGNORECASE)
_AND_NAME = re.compile(
    r"(?<=\S\s)و(?!(?:ليد|سام|فاء|ائل|اثق|حيد|جدان|جيه|داد|سن|صفي|عد|ضاح|فيق|هيب|لاء|رد|رود|ديع|سيم|ثاب|هاب|جدي|لات|ريا|ەلی|ەفا"
    r"|یسی|ریا)\b)(?=\w+\s+\w)"
)
"""The Arabic "and" that is written to the word behind it, unless the name begins with its letter: Walid, Wisam."""

_WEEKDAY = re.compile(
    r"\s+(?=\S*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|شنبه|شەممە|(?:duş|sêş|çarş|pêncş|yekş)em)(?:$|\W)"
    r"|(?:ال(?:[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة|سبت)|هەینی|جمعه|şemî|în)(?:$|\W))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*(?:[;،؛、\n]|,\s*(?:and|und|et|y|e|og|och|en|ve|û)\s|,)\s*|\s+(?:&|and|und|et|y|og|och|en|ve|û|و|i)\s+",
    re.IGNORECASE,
)
_AND_FULL_NAME = re.compile(r"(?<=[^\W\d_]\s)([^\W\d_]\w+)\s[eE]\s(?=[^\W\d_]\w+\s[^\W\d_])")
"""The Italian and Portuguese "and", between two full names: it may stand in one, as in "Costa e Silva"."""
_ALONE = re.compile(r"(?:and|und|et|y|e|og|och|en|ve|û|و|&|,)", re.IGNORECASE)
_CHINESE = re.compile(
    r"^\s*(?:本报|本网)?(?:记者|通讯员|作者)[\s:：/]+(?=[\u4e00-\u9fff]{2,4}(?:\s[\u4e00-\u9fff]{2,4})*\s*$)"
)
"""Chinese reporters, parted by nothing but spaces."""
_JOB_BEHIND = re.compile(
    r"(?<=\w\s)(?:(?:staff|senior|special|chief|contributing|managing|deputy|assistant|associate|news|sports|city|business)\s)*"
    r"(?:writer|reporter|correspondent|editor|columnist)$",
    re.IGNORECASE,
)
"""A job behind a full name without a comma: "DANA WHITLOCK Staff Writer"."""
_SIGN = re.compile(r"\s*\([^()]{1,40}\)\s*$|\s*\[[^\[\]]{1,40}\]\s*$")
_ROLE = re.compile(
    r"""\b(?:editors?|reporter|correspondent|writer|journalist|columnist|producer|contributor|director|manager|fellow
    |professor|analyst|anchor|presenter|blogger|photographer|founder|ceo|cto|vp|president|specialist|expert|officer
    |coordinator|head\ of|chief|staff\ writer|lecturer|ph\.?d|m\.?d|mba|redakteur(?:in)?|redaktør|korrespondent(?:in)?
    |journalistin|chefredakteur(?:in)?|leiter(?:in)?|autorin|volont[äa]r(?:in)?|rédact(?:eur|rice)|journaliste|redactora?
    |corresponsal|periodista|giornalista|verslaggever|muhabir|محرر|مراسل|صحفي|صحافي|رئيس
    |خبرنگار|پەیامنێر|ڕۆژنامەنووس|nûçegihan|rojnameger)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_PARTICLES = word_set(
    "al el ul ad as ash bin bint ben ibn abu abd de del della dei degli des da das do dos di du d"
    " la le les lo van von vom"
    " der den ten ter zu zur zum y e i af av mac mc st san santa dr"
)
_ARTICLE = re.compile(r"(?:a[ldnrstz]|e[ldnrstz]|ul|ibn|bin|abu|d|l|o)[-'’](?=\w)", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]{2,5}")
_NO_CASE = re.compile(r"[\u0600-\u06ff]")
_MOST_WORDS_NO_CASE = 5
_NO_NAME_WORDS = word_set(
    "توجد يوجد تعليق تعليقات التعليقات مشاهدة مشاهدات قراءة لێدوان بینین بازدید دیدگاه"
    " على في من إلى الى عن أن إن ان قد كان كانت التي الذي هذا هذه بعد قبل مع خلال بين حول ضد أو"
    " لە بۆ کە بە لەگەڵ دوای پێش ئەم ئەو دەکات دەڵێت کرد را از به در که با برای این است"
)
_URL = re.compile(
    r"//|www\.|\.(?:com|net|org|de|az|tr|iq|krd|ir|info|html?)\b|[@\\{}<>=#]|\b(?:min|mins) read", re.IGNORECASE
)
_NO_NAME = re.compile(
    r"[\d\"!?…%:©]|^(?:getty|image|photo|foto|bild|picture|updated?|published|follow|share)\b"
    r"|^(?:خطا|اشتباه|تخلف|خطأ|error|mistake)$"
    r"|^(?:شغل|سمت|الوظيفة|المهنة|الصفة|پیشه|role|job)$"
    r"|^(?:redacci[oó]n|redazione|r[ée]daction|redaktion|reda[cç][aã]o|редакция)\b"
    r"|^(?:بەشی|دەستەی|قسم|هيئة|هیئت|گروه|سرویس|beşa|desteya)\s",
    re.IGNORECASE,
)


_RUN_IN = re.compile(r"\s*([^\W\d_][^:|،,.\d]{3,40}?)\s?[:|]\s+(?=\S)")


def run_in_name(line: str, story: Iterable[str]) -> str:
    """The name before the first words of a line of *story*: "Nora Adel: The cranes …". Of one who speaks again, none:
    that is a conversation."""
    named = _RUN_IN.match(line)
    if named is None or " " not in named[1] or not _is_name(named[1]):
        return ""
    last = f"{named[1].split()[-1]}:"
    again = any(other != line and other.startswith((named[0].strip(), last)) for other in story)
    return "" if again else named[1]


def is_one_name(text: str) -> bool:
    """Whether *text* is one name from end to end."""
    return names_in(text, strict=True) == [text]


def is_doctor(line: str) -> bool:
    """Whether *line* is nothing but a name with an academic title, as it stands by the headlines of columns."""
    return len(line) < _LONGEST_NAME and _DOCTOR.match(line) is not None and is_one_name(line)


def signs(text: str) -> bool:
    """Whether *text* begins as a byline does."""
    return bool(BY.match(text) or _GLUED_BY.match(text))


def tells_job(text: str) -> bool:
    """Whether *text* is a line that tells the job of the one who signed."""
    return len(text) <= _LONGEST_NAME and not text.endswith((".", "?", "!")) and bool(_ROLE.search(text))


def with_job(line: str) -> str:
    """The name in a line that is nothing but a name and a job at a paper: "رضا صائمی | روزنامه‌نگار"."""
    match = _WITH_JOB.fullmatch(line) if len(line) < _LONGEST_NAME else None
    return match["name"] if match and " " in match["name"] and names_in(match["name"], strict=True) else ""


def is_person(line: str) -> bool:
    """Whether *line* is nothing but the full name of a person, as its first word tells."""
    words = line.split()
    known = len(line) < _LONGEST_NAME and 1 < len(words) <= _MOST_WORDS_NO_CASE and fold(words[0]) in GIVEN_NAMES
    return known and fold(line) not in PLACES and is_one_name(line)


def is_byline_label(line: str) -> bool:
    """Whether *line* only says that names follow: "Author:"."""
    return len(line) < _LONGEST_NAME and fold(line) in _BYLINE_LABELS


def all_names(texts: Iterable[str]) -> tuple[str, ...]:
    """The names in several bylines, each once."""
    return tuple(dict.fromkeys(name for text in texts for name in names_in(text)))


def names_in(text: str, *, strict: bool = False) -> list[str]:
    """The names in a byline: "By Nora Adel and Sami Aziz, Basra correspondent | 3 May" gives the two.

    *strict* where a reader sees it: what follows a comma there may be a place, a section or a sentence.
    """
    names: list[str] = []
    for line in text.split("\n")[:MAX_AUTHORS]:
        if _ALONE.fullmatch(line.strip()):
            continue
        here = list(_names_in_line(line, strict=strict))
        if names and not here and line.strip():
            break  # a job title or a date ends the names
        names += here
    return names


def _names_in_line(line: str, *, strict: bool) -> Iterator[str]:
    line = clean_field(line)
    if _CHINESE.match(line):
        line = "、".join(_CHINESE.sub("", line).split())
    line = _GLUED_DATE.sub(" ", line)
    wrote = bool(_WROTE.match(line))
    line = _GLUED_BY.sub("", BY.sub("", line))
    line = _DASH.sub(_parting, line) if wrote else line
    pieces = [piece for piece in _END.split(line, maxsplit=2) if piece]
    first = next((piece for piece in pieces[:2] if fold(BY.sub("", piece)) not in PLACES), "")
    if first != line and fold(first.rpartition(" ")[2]) in MONTHS:  # "Nora Adel August 12, 2021"
        first = first.rpartition(" ")[0]
    line = first
    line = _AND_NAME.sub("و ", _WEEKDAY.split(line, maxsplit=1)[0])
    line = _AND_FULL_NAME.sub(r"\1, ", line)
    parts = [part for part in (_trimmed(part) for part in _BETWEEN.split(line)) if part]
    for place, part in enumerate(parts[:MAX_AUTHORS]):
        name = BY.sub("", part)
        if not _is_name(name) or (place and _ROLE.search(name)):
            continue
        if " " in (alone := _JOB_BEHIND.sub("", name).strip()):
            name = alone
        if strict and (_is_phrase(name) or (place and not _is_full_name(name))):
            continue
        yield name


def _parting(dash: re.Match[str]) -> str:
    """A comma for a dash behind which another writer stands, as in Egypt: "كتب محمد حسن - سامي فؤاد"."""
    words = _END.split(dash.string[dash.end() :], maxsplit=1)[0].split()
    person = 1 < len(words) <= _MOST_WORDS_NO_CASE and all(map(_NO_CASE.match, words))
    other = words[:1] and (words[0].startswith("ال") or fold(words[0]) in GENERIC | _NO_WRITER)
    return "، " if person and not other and fold(" ".join(words)) not in PLACES | AGENCIES else dash[0]


def _trimmed(part: str) -> str:
    """A name without its sign in brackets, and without the word that led to a place or a date behind it."""
    return _LOOSE_END.sub("", _SIGN.sub("", part).strip(" .,:;-–—")).strip(" .,:;-–—")


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= _LONGEST_NAME
        and len(text.split()) <= _MOST_WORDS
        and not _URL.search(text)
        and not _NO_NAME.search(text)
        and any(character.isalpha() for character in text)
        and not _is_sentence(text.split())
        and not _begins_low(text.split())
        and (len(text) > _LONGEST_OF_STAMP or fold_date(text) not in _OF_A_STAMP)
    )


def _is_sentence(words: list[str]) -> bool:
    """Whether most words begin in lower case, as those of a name do not; where no case is written, whether it is too
    long for a name or holds words that no name does."""
    if _NO_CASE.match(words[0]):
        return len(words) > _MOST_WORDS_NO_CASE or not _NO_NAME_WORDS.isdisjoint(words)
    return len(words) > 2 and sum(_is_low(word) for word in words) > len(words) / 2


def _begins_low(words: list[str]) -> bool:
    """Whether only its beginning is in lower case, as of "unserer Redaktion": of names only "van Berg" is so."""
    return len(words) > 1 and _is_low(words[0]) and words[0].lower() not in _PARTICLES and not _is_low(words[-1])


def _is_low(word: str) -> bool:
    """Whether *word* begins in lower case; the article of Arabic names may: "al-Jubouri"."""
    return word[0].islower() and not _ARTICLE.match(word)


def _is_phrase(name: str) -> bool:
    """Whether it holds a word in lower case that is no particle of names: "experienced gardeners", "Dan lives"."""
    words = name.split()
    return len(words) > 1 and any(_is_low(word) and word.lower() not in _PARTICLES for word in words)


def _is_full_name(name: str) -> bool:
    """Whether it has two words, is an abbreviation or in Han: not "Frankfurt", not "Dec"."""
    return " " in name or (name.isupper() and len(name) < 6) or bool(_HAN.fullmatch(name))
