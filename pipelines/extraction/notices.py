"""Recognises the text of a notice: an error, a challenge to a robot, a gate, in the languages of the region.

A notice speaks to its reader, or of the page that it stands on: "please try again later", "this article has been
removed", "تکایە دواتر هەوڵ بدەرەوە". A report on errors, robots or gates speaks of somebody else's. So only such
sentences are listed here, no bare words, and most of a text has to consist of them.
"""

import re

LONGEST = 600  # characters of the longest notice of an error, a captcha or a wall
_MOSTLY = 0.5  # of the text: "Why have I been blocked?" stands beside what is listed
SENTENCE = re.compile(r"(?<=[.!?؟۔])\s+|\n")


def any_of(*alternatives: str) -> re.Pattern[str]:
    """One pattern of what several languages say, in whatever case."""
    return re.compile("|".join(alternatives), re.IGNORECASE)


CHALLENGE = any_of(
    r"are you (?:a )?(?:human|robot)|cf-(?:challenge|browser-verification)|ddos protection by|unusual traffic",
    r"(?:verify(?:ing)?|confirm|prove) (?:that )?you(?:['’]re| are) (?:a )?(?:human|not a (?:ro)?bot)",
    r"(?:checking|verify(?:ing)?) your browser|just a moment\.\.\.|security of your connection",
    r"think you were a bot",
    r"security service to protect|unable to access|enable js and disable any ad|you have been blocked",
    r"slide (?:right|left) to (?:complete|verify)|complete the (?:puzzle|security check)",
    r"select all (?:the )?(?:images|squares)|press (?:&|and) hold to",
    r"[أا]ن(?:ك|كم) (?:لست روبوت|إنسان)|لست روبوت|يرجى تحديد جميع الصور|کە (?:تۆ )?مرۆڤیت|ڕۆبۆت نیت",
    r"tu mirov î|(?:ne|tu) robot (?:î|nînî)|robot olmadığınızı|[iİ]nsan olduğunuz",
    r"bu işlem birkaç saniye|this may take a few seconds|ربات نیستید|انسان هستید",
    r"ob sie ein mensch|dass sie kein roboter|que vous (?:êtes humain|n['’]êtes pas un robot)",
)
_GATE = any_of(
    r"forgot(?:ten)? (?:your )?password|نسيت كلمة (?:المرور|السر)|كلمة المرور؟|^[أا]دخل (?:ال)?بريد",
    r"وشەی نهێنی(?:ت)? لەبیر|şîfreya xwe ji bîr",
    r"şifremi unuttum",
    r"you must be (?:at least )?\d\d (?:years (?:old|of age) )?(?:or (?:older|over) )?to (?:enter|access|view)",
    r"(?:confirm|verify) your age|(?:choose|select) your (?:region|edition|language|country)",
    r"disable (?:your )?ad ?-?block|you (?:are|['’]re) using an ad ?-?block",
    r"(?:تعطيل|إيقاف) (?:أداة )?مانع (?:ال)?إعلانات|reklam engelleyici(?:nizi|yi)",
    r"werbeblocker (?:deaktivieren|aus)",
    r"(?:better|open|read|continue)(?: it)? in (?:our|the) app\b|^download the .{0,40}\bapp to (?:read|continue)",
)
_UNDRAWN = any_of(
    r"(?:please )?(?:enable|activate|turn on) javascript|requires javascript|javascript is (?:disabled|required)",
    r"(?:تفعيل|بتفعيل) (?:ال)?جافا ?سكريبت|جاڤا ?سکریپت|javascript['’]?(?:i|e|ê) (?:etkin|çalak)",
    r"جاوااسکریپت .{0,20}فعال",
    r"^loading\b.{0,80}(?:…|\.\.\.)$|^please wait\b.{0,40}\b(?:load|fetch|prepar|moment|while)",
    r"^(?:the |this |your )?(?:story|article|page|content) is (?:being )?load(?:ed|ing)\b",
    r"^(?:جاري?|جارٍ|يتم|قيد) (?:ال)?تحميل\b.{0,60}(?:…|\.\.\.)$|^(?:يرجى|الرجاء) الانتظار",
    r"^(?:هەواڵەکە |بابەتەکە |پەڕەکە )?(?:بار ?دەکرێت|بار ?دەبێت|لە ?بارکردندایە)|^تکایە (?:کەمێک )?چاوەڕێ",
    r"^(?:nûçe |gotar |rûpel )?(?:tê bar ?kirin|bar dibe)\b|^ji kerema xwe (?:hinekî |kêlîkekê )?(?:li bendê|bisekin)",
    r"^(?:haber |sayfa |içerik )?yükleniyor\b|^lütfen bekleyin",
    r"^در حال بار ?گذاری\b|^لطفا(?:ً)? (?:کمی )?(?:صبر|منتظر)",
)
"""What stands where a script has yet to put the story, and for those without scripts."""
_ERROR = any_of(
    r"\bthis (?:page|article|story|post|content|link|site|website|account) "
    r"(?:has|was|is|can(?:not|['’]t)?|could|does|may|no)\b",
    r"\b(?:page|article|story|post|content|document) (?:that )?you(?:['’]re| requested| (?:are|were) looking| tried)",
    r"can(?:not|['’]t) find (?:the|that|your) page|\btry (?:again|the search|refreshing|searching)\b",
    r"\bour (?:site|website|servers?) (?:is|are)\b|\bwe(?:['’]ll| will) be (?:right )?back\b",
    r"thank you for your patience",
    r"\bwe are (?:currently |temporarily )?(?:performing|undergoing|updating|down|offline|sorry)\b",
    r"error code:? \d|origin web server",
    r"unexpected error (?:has )?occurred|error establishing a",
    r"\b(?:this|the|web) (?:web ?)?server (?:is|was|could|can|enc)",
    r"browser console|contact your hosting|request (?:has been |was )?blocked|you don['’]t have permission",
    r"you have sent too many|you are (?:attempting|trying) to access|you are being redirected|not redirected auto",
    r"document has moved|domain (?:may be|is) for sale|buy this domain|^if you see this page",
    r"^no (?:posts?|results?|articles?) (?:matched|(?:were )?found)|^(?:we are |we['’]re )?sorry\b",
    r"further configuration is",
    r"(?:يرجى|الرجاء|نرجو) (?:ال|إعادة ال)?(?:محاولة|مراجعة|انتظار)|(?:يرجى|الرجاء) تحديث",
    r"(?:س)?نعود (?:إليكم )?قريبا",
    r"^نعتذر|نقوم حاليا|حدث خطأ غير متوقع|(?:التي|الذي) تبحث عن|تم حذف هذ[اه]|لم يعد متاحا",
    r"تکایە (?:دواتر|دووبارە|جارێکی)|^ببورە|دوا(?:ی|یدا) دەگەڕێیت|بەم زووانە دەگەڕێینەوە|چیتر بەردەست نییە",
    r"ji kerema xwe (?:paşê|dîsa|dûre)|^bibore|(?:tu|hûn) lê digerin?\b|em ê (?:di demek kin de |zû )?vegerin",
    r"lütfen (?:daha sonra|tekrar)|aradığınız (?:sayfa|içerik|haber)|bitte versuchen sie|veuillez réessayer",
    r"لطفا(?:ً)? (?:بعدا|دوباره|مجددا)|که به دنبال آن|به زودی باز ?می\u200c?گردیم",
)
_KINDS = (("captcha", CHALLENGE), ("gate", _GATE), ("gate", _UNDRAWN), ("error page", _ERROR))


def notice_in(text: str) -> str | None:
    """What kind of notice *text* is: "captcha", "gate" or "error page". None where it is none."""
    if len(text) > LONGEST:
        return None
    return next((kind for kind, pattern in _KINDS if _consists_of(pattern, text)), None)


def is_undrawn(text: str) -> bool:
    """Whether *text* only keeps a place for what a script is to bring, whatever the page says of itself elsewhere."""
    return len(text) <= LONGEST and _consists_of(_UNDRAWN, text)


def _consists_of(pattern: re.Pattern[str], text: str) -> bool:
    sentences = [sentence.strip() for sentence in SENTENCE.split(text)]
    told = sum(len(sentence) for sentence in sentences if pattern.search(sentence))
    return bool(told) and told >= _MOSTLY * sum(map(len, sentences))
