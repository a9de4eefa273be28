"""Recognises the heading of an error page: "404 - Page not found", "عذراً، الصفحة غير موجودة".

Words alone never decide: "500 families return", "Missing soldiers still not found" and "Service unavailable: power cut
stops check-in" are news. An error's heading says nothing else: once what errors are made of is taken away, hardly a
word is left.
"""

import re

from pipelines.extraction.plain import fold

_PART = re.compile(r"\s+[|–—\-·•»]+\s+|\s*[|»]\s*|\s*[:：]\s+")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 200  # characters
_LEFT = 2  # words: "Oops! That …", "Sorry, your …"

_PAGE_IS_GONE = re.compile(
    "|".join(
        (
            r"(?:page|article|story|content|post) (?:was |is |has been |can ?not be |can['’]t be |could not be )?"
            r"(?:not )?found",
            r"(?:page|article|story|content) you (?:are|were) looking for",
            r"(?:page|article|story|content)(?: you requested)? (?:does(?: not|n['’]t) exist|is no longer available"
            r"|no longer exists|is (?:unavailable|not available)|(?:has been|was) (?:removed|deleted|moved))",
            r"(?:can ?not|can['’]t|couldn['’]t|could not) (?:be found|find (?:that|this|the|your) page)",
            r"(?:page|article|story|content|site|link|website) (?:has )?expired|(?:site|website) (?:is )?"
            r"(?:currently )?(?:down|offline|under (?:maintenance|construction))|database error|application error"
            r"|error establishing a (?:database )?connection|account (?:has been )?suspended|bandwidth limit exceeded"
            r"|not available in your (?:region|country|location)|web server is down|invalid api key",
            r"nothing (?:was )?found(?: here)?|internal server error|bad gateway|(?:bad|invalid) request",
            r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|sayfa bulunamadı",
            r"(?:ال)?(?:صفحة|مقال|خبر)ة?.{0,20}(?:غير موجود|غير متاح|غير متوفر|تم حذف|لم تعد)ة?ه?ا?",
            r"(?:لم يتم|لا يمكن|لم نتمكن من|تعذر) (?:ال)?عثور على (?:هذه )?(?:ال)?(?:صفحة|مقال|خبر|محتوى)",
            r"(?:تم حذف|حذف) (?:هذ[اه] )?ال(?:صفحة|مقال|خبر)$|انتهت صلاحية (?:الصفحة|الرابط)|(?:تحت|قيد) الصيانة",
            r"غير متاح في (?:بلدك|منطقتك)|خطأ في الخادم|حدث خطأ(?: ما| غير متوقع)?$",
            r"(?:بابەت|پەڕە|هەواڵ)(?:ە|ەکە)? سڕاوەتەوە|هەڵەیەک ڕوویدا$|لە (?:ژێر )?چاکسازیدایە|بەردەست نییە",
            r"di bin lênihêrînê de|(?:hatiye|hat) jêbirin|çewtiyek çêbû$|bir hata oluştu$|bakımda(?:yız)?$",
            r"در (?:حال|دست) (?:بروزرسانی|به‌روزرسانی|تعمیر)",
            r"(?:ال)?(?:صفحة|مقال|خبر)ة? (?:التي|الذي) تبحث عن(?:ها|ه)?|صفحه.{0,20}(?:یافت|پیدا) نشد",
            r"(?:پەڕە|لاپەڕە|بابەت|هەواڵ)(?:ی|ە)?(?:کە)?.{0,20}(?:نەدۆزرا(?:یە)?وە|بوونی نییە)",
            r"(?:rûpel|nûçe|babet).{0,20}(?:nehate?|nayê) dîtin",
        )
    ),
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:404|410)\b")
_REFUSED = re.compile(
    "|".join(
        (
            r"\b(?:404|403|410|500|502|503)\b",
            r"not found|access (?:to this page )?(?:is |has been )?denied|forbidden|(?:service )?(?:temporarily )?"
            r"unavailable|something went wrong|gateway time-?out",
            r"لم يتم العثور(?: على شيء)?|نەدۆزرایەوە|nehate? dîtin|یافت نشد",
        )
    ),
    re.IGNORECASE,
)
_WITH_IT = re.compile(
    r"\b(?:http|https|your|site|website|error|code|status|page|server|oops|ooops|sorry|uh|oh|the|this|that|we|an?|is)\b"
    r"|عذرا|عفوا|خطأ|الصفحة|الموقع|سایت|ماڵپەڕ(?:ەکە)?|malper|site|website|an?|your|هەڵە|ببورە|پەڕە|بیبوورە|hata|fehler|erreur|bibore|çewtî|rûpel",
    re.IGNORECASE,
)


def is_error_heading(heading: str, sites: frozenset[str] = frozenset()) -> bool:
    """Whether *heading* says that something is wrong, and nothing else. *sites* are the site's names, folded."""
    said = _said(heading, sites)
    gone = _PAGE_IS_GONE.sub(" ", said)
    left = len(_WORD.findall(_WITH_IT.sub(" ", _REFUSED.sub(" ", gone))))
    if gone != said:
        return left <= _LEFT
    return bool(_REFUSED.search(said)) and not left


def says_page_is_gone(heading: str, sites: frozenset[str] = frozenset()) -> bool:
    """Whether *heading* is that of an error, and says so beyond doubt: "404", "Page not found"; not "Forbidden"."""
    said = _said(heading, sites)
    return is_error_heading(heading, sites) and bool(_PAGE_IS_GONE.search(said) or _NUMBER.search(said))


def _said(heading: str, sites: frozenset[str]) -> str:
    return " ".join(part for part in _PART.split(heading[:_LONGEST]) if part and fold(part) not in sites)
