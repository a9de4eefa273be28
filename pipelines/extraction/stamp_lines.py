"""Whether a line is a stamp: a date with hardly a word beside it, and not a sentence or a subhead that tells one.

"Published on Thursday, 6 February 2025" dates an article; "What changed after 7 October 2023?" is about a day.
"""

import re

from pipelines.extraction.calendars import fold_date
from pipelines.extraction.instants import DATE_MARK, beside_dates

_SAY_SO = frozenset(
    fold_date(
        "published posted updated modified edited created added submitted written by date released issued"
        " نشر نشرت النشر تاريخ التاريخ كتب كتبت بقلم بواسطة تحديث التحديث أضيف حرر"
        " بڵاوکرایەوە بڵاوکراوەتەوە بڵاوکردنەوە بەروار بەرواری ڕێکەوت ڕێکەوتی نوێکرایەوە نوێکردنەوە نووسینی نووسەر"
        " weşan weşana weşanê weşandin weşandinê hatiye belavkirin dîrok dîroka"
        " nûkirin rojanekirin nivîskar amadekar"
        " datum von par por autor veröffentlicht publié publicado انتشار منتشر تاریخ"
        " mis jour maj modifié le aggiornato pubblicato actualizado actualisé atualizado aktualisiert stand"
        " yayınlanma yayın güncelleme tarih 发布 时间 日期 更新 公開 등록 입력"
    ).split()
)
"""Words that begin a line which says when something was published, and who wrote it."""
_BESIDE = frozenset(
    fold_date(
        "on at the of in last time local baghdad erbil gmt utc views view read min mins minutes hour clock"
        " monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
        " في يوم الساعة بتوقيت بغداد أربيل غرينتش آخر مشاهدة مشاهدات قراءة هـ"
        " الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت احد اثنين ثلاثاء اربعاء خميس جمعة سبت"
        " لە کاتژمێر سەعات دوا جار بینین یەکشەممە دووشەممە سێشەممە چوارشەممە پێنجشەممە هەینی شەممە"
        " li di saet demjimêr de dawî yekşem duşem sêşem çarşem pêncşem în şemî"
        " am um uhr vom den le la el à"
        " ساعت یکشنبه دوشنبه سه شنبه چهارشنبه پنجشنبه جمعه pazar pazartesi salı çarşamba perşembe cuma cumartesi saat"
    ).split()
)
"""Words that stand beside a date and tell nothing."""
_JOINS = frozenset(fold_date("on of in after since في بعد منذ لە دوای ji li di piştî").split())
"""Words that tie a date to what stands before them: "Attack on Thursday, 7 October 2023"."""
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{1,2}|[^\W\d_]{2,}")
"""Where no space parts words, two signs are about one."""
_LABELLED = re.compile(rf"(?:^|\s)(?:date|datum|{fold_date('تاريخ|بەروار|بەرواری|dîrok')})\s*:?\s*{DATE_MARK}")
_SENTENCE_END = re.compile(r"[.?!؟۔]\s*$")
_SET_APART = re.compile(rf"[|•·●/\n-]\s*{DATE_MARK}|{DATE_MARK}\s*[|•·●/\n-]|\({DATE_MARK}\)")
_LONGEST_SAID = 40
_UNKNOWN = 4  # words, months among them, of a stamp in a language that the tables do not know
_PLACE = 1  # word before a comma and a bare day: "Baghdad, 6 February 2025"
_IN_COMPANY = 5  # words where something else says that the line is a stamp: a time of day, a label, a separator


def says_when(text: str) -> bool:
    """Whether *text* says itself what its date is: "Published on Thursday"."""
    return not _SAY_SO.isdisjoint(_WORD.findall(fold_date(text[:_LONGEST_SAID])))


def is_date_label(text: str) -> bool:
    """Whether *text* only says that a date follows: "Published:"."""
    words = _WORD.findall(fold_date(text)) if len(text) < _LONGEST_SAID else []
    return 0 < len(words) < _IN_COMPANY and _SAY_SO.issuperset(words)


def is_stamp(text: str) -> bool:
    """Whether *text*, which holds a date, is hardly more than that."""
    found = beside_dates(text)
    said = _WORD.findall(found[0] if found else fold_date(text))
    words = [word for word in said if word not in _BESIDE]
    if not words:
        return True
    if found is None:
        return len(words) <= _UNKNOWN and not _SENTENCE_END.search(text)
    rest, timed = found
    says_so = words[0] in _SAY_SO or bool(_LABELLED.search(rest))
    words = [word for word in words if word not in _SAY_SO]
    if timed or says_so or _SET_APART.search(rest):
        most = _IN_COMPANY
    else:
        most = _PLACE if "," in rest and _JOINS.isdisjoint(said) else 0
    return len(words) <= most and not (words and _SENTENCE_END.search(rest))
