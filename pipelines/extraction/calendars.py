"""Tables of the calendars and clocks that news of the region is dated in: months, halves of the day, units, zones.

English, Arabic (Iraqi and Levantine, Egyptian, Maghrebi), Sorani, Kurmanji, Feyli, Persian and Turkish stand here,
because dateparser knows no Kurdish and takes Iraqi months for the present day unless told otherwise; the larger
languages of Europe, because it needs 90 milliseconds to learn a language and one or two for each date, where a table
needs microseconds. All other languages are left to dateparser.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from pipelines.extraction.plain import word_set

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ىیېێ", "ي"),
        **dict.fromkeys("ۆۇ", "و"),
        **dict.fromkeys("ةەھ", "ه"),
        **dict.fromkeys("ـ\u200c\u200d\u200e\u200f\u061c", None),
        "ک": "ك",
        "ڕ": "ر",
        "ڵ": "ل",
        "ٱ": "ا",
        "ı": "i",
        "،": ",",
        "؛": ";",
        "٫": ".",
        "’": "'",
        "‘": "'",
        "–": "-",
        "—": "-",
        "−": "-",
        "\u2009": " ",
        "\u202f": " ",
        "\xa0": " ",
    }
)


def fold_date(text: str) -> str:
    """*text* with ASCII digits, one spelling for each letter, no accents, in lower case: what the tables hold."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_DIGITS))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().translate(_LETTERS).split())


_MONTHS = (
    "january jan|كانون الثاني|كانون ثاني|كانون 2|كانون2|ك2|يناير|جانفي|كانوونى دووەم|کانونی دووەم"
    "|کانوون دووەم|کانوون دوەم"
    "|کانوونی دوو|کانوون دووم|جەنیوەری|یەنایەر|çile|çileya paşîn|rêbendan|kanûna duyemîn|kanûna duyem"
    "|kanûna paşîn|ژانویه|ژانویە|چلە|کانوونا دووێ|کانوونا دوویێ|ocak",
    "february feb|شباط|فبراير|فيفري|شوبات|فێبرواری|فێبریوەری|sibat|şibat|reşemî|reşemeh|فوریه|فوریە|شوات|şubat",
    "march mar|آذار|مارس|مارت|ئازار|ئادار|adar|avdar|mart",
    "april apr|نيسان|أبريل|إبريل|أفريل|نیسان|ئەپریل|ئەپرێل|nîsan|avrêl|آوریل|nisan",
    "may|أيار|مايس|مايو|ماي|ئایار|مەی|گولان|gulan|ayar|مه|می|mayıs",
    "june jun|حزيران|يونيو|يونيه|جوان|حوزەیران|حزیران|خزیران|جوون|hezîran|pûşper|pûşber|ژوئن|haziran",
    "july jul|تموز|يوليو|يوليه|يوليوز|جويلية|تەممووز|تەمموز|تەموز|تەمووز|جولای|جوولای|تیرمەه"
    "|tîrmeh|tîrmih|temûz|ژوئیه|جولای|temmuz",
    "august aug|آب|أغسطس|أوت|غشت|ئاب|ئۆگست|ئاگۆست|تەباخ|tebax|gelawêj|آگوست|ağustos",
    "september sep sept|أيلول|سبتمبر|شتنبر|ئەیلوول|ئەیلول|سێپتەمبەر|ئیلۆن|ئیلوون|îlon|êlûn|rezber|سپتامبر|eylül",
    "october oct|تشرين الأول|تشرين اول|تشرين 1|تشرين1|ت1|أكتوبر|تشرینی یەکەم"
    "|تشرین یەکەم|تشرین یەکم|ئۆکتۆبەر|چریا ئێکێ|چریا یەکێ|cotmeh|çiriya pêşîn"
    "|çiriya pêşî|çiriya yekem|çiriya yekemîn|teşrîna yekem|kewçêr|اکتبر|ekim",
    "november nov|تشرين الثاني|تشرين ثاني|تشرين 2|تشرين2|ت2|نوفمبر|نونبر|تشرینی دووەم|تشرین دووەم|تشرین دوەم|تشرین دووم"
    "|نۆڤەمبەر|نۆڤێمبەر|چریا دووێ|چریا دوویێ|mijdar|çiriya paşîn|çiriya paşî|çiriya duyem|çiriya duyemîn"
    "|teşrîna duyem|sermawez|نوامبر|kasım",
    "december dec|كانون الأول|كانون اول|كانون 1|كانون1|ك1|ديسمبر|دجنبر|کانوونی یەکەم|کانونی یەکەم|کانوون یەکەم"
    "|کانوون یەکم|دیسەمبەر|دێسەمبەر|کانوونا ئێکێ|کانوونا یەکێ|kanûn"
    "|kanûna pêşîn|kanûna yekem|berfanbar|çileya pêşîn|دسامبر|aralık",
)
_EUROPEAN = (
    "januar jänner jan januari yanvar janvier janv enero ene gennaio gen janeiro januar января",
    "februar feb februari fevral fevrier fevr fev febrero febbraio fevereiro februar pebruari февраля",
    "märz maerz mrz mars marzo março marco mar maart maret marts марта",
    "april apr avril avr abril abr aprile aprel апреля",
    "mai maggio mag maio mei mayo maj мая",
    "juni jun juin junio giugno giu junho iyun июня",
    "juli jul juillet juil julio luglio lug julho iyul июля",
    "august aug août agosto ago agustus augustus augusti agt ags avqust августа",
    "september sep sept septembre septiembre setiembre settembre sett setembro set sentyabr сентября",
    "oktober okt octobre octubre ottobre ott outubro out oct oktyabr октября",
    "november nov novembre noviembre novembro noyabr nopember ноября",
    "dezember dez décembre diciembre dic dicembre dezembro desember december des dekabr декабря",
)
"""The months in German, French, Spanish, Italian, Portuguese, Dutch, Scandinavian, Indonesian, Azerbaijani, Russian."""
TABLED = word_set("en ar ckb kmr ku sdh fa tr de fr es it pt nl sv no nb nn da id az ru")
"""Languages whose dates are read with the tables."""
_SOLAR = (
    "فروردین|خاکەلێوە|حمل", "اردیبهشت|گوڵان|بانەمەڕ|ثور", "خرداد|جۆزەردان|جوزا", "تیر|پووشپەڕ|سرطان",
    "مرداد|گەلاوێژ|اسد", "شهریور|خەرمانان|سنبله", "مهر|ڕەزبەر|میزان", "آبان|گەڵاڕێزان|خەزەڵوەر|عقرب",
    "آذر|سەرماوەز|قوس", "دی|بەفرانبار|جدی", "بهمن|ڕێبەندان|دلو", "اسفند|ڕەشەمە|ڕەشەمێ|حوت",
)  # fmt: skip
"""The months of the Persian year, in Persian, Sorani and Dari."""


def _table(rows: tuple[str, ...]) -> dict[str, int]:
    table: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        first, *others = row.split("|")
        for name in [*first.split(), *others] if first.isascii() else [first, *others]:
            table[fold_date(name)] = number
    return table


MONTHS = {
    **{fold_date(name): month for month, names in enumerate(_EUROPEAN, 1) for name in names.split()},
    **_table(_MONTHS),
}
SOLAR_MONTHS = _table(_SOLAR)
"""Read so where the year is that of the Persian calendar, or of the Kurdish one."""


def alternatives(names: Iterable[str]) -> str:
    """The *names* as alternatives of a pattern, the longest first."""
    return "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(names, key=len, reverse=True))


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold_date, words.split("|")))


AFTERNOON = _folded(
    "pm|p.m.|p. m.|p.m|م|مساء|مساءً|ظهرا|بعد الظهر|عصرا|د.ن|دوای نیوەڕۆ"
    "|پاش نیوەڕۆ|پاشنیوەڕۆ|دوانیوەڕۆ|ئێوارە|piştî nîvro|p.n|pn|êvarê|ب.ظ"
    "|بعدازظهر|عصر|ös|öğleden sonra|عەسر|نیوەڕۆ|ئیوارە|ئێڤارێ|ئێڤار|پشتی نیڤرۆ|êvar|akşam|axşam|günorta"
)
MORNING = _folded(
    "am|a.m.|a. m.|a.m"
    "|ص|صباحا|صباحاً|فجرا|پ.ن|پێش نیوەڕۆ|پێشنیوەڕۆ|بەیانی|berî nîvro|b.n|bn|sibehê|ق.ظ|صبح|öö|öğleden önce"
    "|بەرەبەیان|سپێدێ|بەری نیڤرۆ|بامداد|sibê|sabah|səhər"
)
NIGHT = _folded("شەو|شەڤ|şev|şevê|gece|gecə|ليلا|ليلاً|شب")
"""Words for the parts of the day; a night is before midnight from six o'clock on. A bare `م` or `ص` only counts right
behind a time of day."""

UPDATED = re.compile(
    r"updat|uppdat|oppdat|opdat|bijgewerkt|aggiorn|atualiz|обнов|modif|last (?:edit|change)|actuali|aktualis|mis a jour"
    r"|تحديث|تعديل|حدث (?:في|بتاريخ)"
    r"|更新|עודכן|نوي ?كر(?:او|دن|اي)|نوو ?كردن|yenilen|redakte|به ?روز|بروزرساني|ويرايش"
    r"|nu ?kir|nuve|rojane|hatiye guhertin|guncelle"
)
"""In folded text before a date: it is that of an edit."""

UNITS = {
    fold_date(word): seconds
    for seconds, words in (
        (1, "second seconds sec secs ثانية ثوان ثواني چرکە چرکەیەک saniye saniyeyan çirke ثانیه"),
        (60, "minute minutes min mins دقيقة دقائق دقيقه خولەک خولەکێک دەقە دەقیقە دقیقه dakika"
             " deqe deqeyan deqeyekê deqîqe xulek xulekan"),
        (3600, "hour hours hr hrs h ساعة ساعات کاتژمێر کاتژمێرێک سەعات سەعاتێک ساعت saat"
               " saet saetan saetekê demjimêr demjimêran demjimêrekê"),
        (86400, "day days d يوم أيام يوما ڕۆژ ڕۆژێک rojan roj rojekê روز gün"),
        (604800, "week weeks أسبوع أسابيع هەفتە هەفتەیەک hefte hefteyan hefteyekê هفته hafta"),
    )
    for word in words.split()
}  # fmt: skip
DUALS = {fold_date(word): seconds for word, seconds in
         (("دقيقتين", 120), ("ساعتين", 7200), ("يومين", 172800), ("أسبوعين", 1209600))}  # fmt: skip
"""Arabic has a form for two of a thing."""
NUMBERS = {
    fold_date(word): number
    for number, words in (
        (0.5, "half an|half|نصف|نیو|nîv|نیم|yarım"),
        (1, "an|a|one|واحد|واحدة|یەک|یەک|yek|یک|bir"),
        (2, "two|دوو|du|دو|iki"),
        (3, "three|ثلاث|ثلاثة|سێ|sê|سه|üç"),
        (4, "four|أربع|أربعة|چوار|çar|چهار|dört"),
        (5, "five|خمس|خمسة|پێنج|pênc|پنج|beş"),
        (6, "six|ست|ستة|شەش|şeş|شش|altı"),
        (7, "seven|سبع|سبعة|حەوت|heft|هفت|yedi"),
        (8, "eight|ثماني|ثمانية|هەشت|heşt|هشت|sekiz"),
        (9, "nine|تسع|تسعة|نۆ|neh|نه|dokuz"),
        (10, "ten|عشر|عشرة|دە|deh|ده|on"),
    )
    for word in words.split("|")
}
"""Numbers as they stand in words before a unit of time."""
TODAY = _folded("today|اليوم|ئەمڕۆ|îro|امروز|bugün|bu gün|ئەڤرۆ")
YESTERDAY = _folded("yesterday|أمس|امس|دوێنێ|duh|دیروز|dün|dünən|دوهی|دهی")

WEEKDAYS = {
    fold_date(name): day
    for day, names in enumerate((
        "monday|mon|الاثنين|الإثنين|اثنين|دووشەممە|دوشەممە|دووشەمە|duşem|duşemb|دوشنبه|pazartesi",
        "tuesday|tue|tues|الثلاثاء|ثلاثاء|سێشەممە|سێ شەممە|سێشەمە|sêşem|sêşemb|سه شنبه|سه‌شنبه|salı",
        "wednesday|wed|الأربعاء|اربعاء|چوارشەممە|چوارشەمە|çarşem|çarşemb|چهارشنبه|çarşamba",
        "thursday|thu|thur|thurs|الخميس|خميس|پێنجشەممە|پێنج شەممە|پەنجشەمە|pêncşem|pêncşemb|پنجشنبه|پنج شنبه|perşembe",
        "friday|fri|الجمعة|جمعة|هەینی|جومعە|în|جمعه|cuma",
        "saturday|sat|السبت|سبت|شەممە|شەمە|şemî|şemb|شنبه|cumartesi",
        "sunday|sun|الأحد|احد|یەکشەممە|یەکشەمە|yekşem|yekşemb|یکشنبه|یک شنبه|pazar",
    ))
    for name in names.split("|")
}  # fmt: skip
"""Days of the week, Monday as 0: they tell which of two numbers is the month."""

ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "cet": 60, "west": 60, "mez": 60, "cest": 120, "eet": 120,
    "mesz": 120, "eest": 180, "msk": 180, "trt": 180, "est": -300, "edt": -240, "et": None, "cst": -360, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    **dict.fromkeys(map(fold_date, ("غرينتش", "جرينتش", "غرينيتش", "گرینیچ")), 0),
    **dict.fromkeys(map(fold_date, ("بتوقيت بغداد", "بتوقيت أربيل", "بتوقيت مكة", "بتوقيت مكة المكرمة")), 180),
}  # fmt: skip
"""Abbreviations in minutes from UTC. AST and IST are not here: they are Arabia or the Atlantic, India or Ireland."""


def from_solar(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Persian date of the years 1300 to 1531, by their cycle of eight leap years in 33.

    A Kurdish year, of which 2724 is the Persian 1403, is accepted too.
    """
    if year > 2500:
        year -= 1321
    if not (1300 <= year <= 1531 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    leaps = sum((25 * past + 11) % 33 < 8 for past in range(1300, year))
    return date(1921, 3, 21) + timedelta(
        days=365 * (year - 1300) + leaps + 31 * (month - 1) - max(0, month - 7) + day - 1
    )
