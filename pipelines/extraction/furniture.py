"""Recognises the lines that stand in a story without belonging to it: "read also", share bars, credits, newsletters.

By their wording alone, in the languages of the region and the larger European ones. A line is only furniture when it
is short and begins (or is) so: a sentence about a newsletter is part of the story.
"""

import re
import unicodedata

_LONGEST = 220  # characters; a longer line is prose
_LONGEST_INVITATION = 400
_LONGEST_END_MARK = 40


_PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")  # letters in the shapes of old systems
_ARABIC = re.compile("[\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_SPELT = str.maketrans({"ك": "ک", "ي": "ی", "ى": "ی", "ھ": "ه", "ـ": None, "\u200e": None, "\u200f": None})


def _spelt(text: str) -> str:
    """*text* with one letter for each k, y and h of Arabic, Persian and Kurdish keyboards, without what stretches them.

    Sorani was long typed with h and a zero-width non-joiner for its short e.
    """
    if text.isascii() or not _ARABIC.search(text):
        return text
    if _PRESENTED.search(text):
        text = unicodedata.normalize("NFKC", text)
    return text.translate(_SPELT).replace("ه\u200c", "ە")


def _pattern(before: str, languages: tuple[str, ...], after: str = "") -> re.Pattern[str]:
    """Alternatives of several languages between what stands before and after each of them."""
    return re.compile(_spelt(f"{before}(?:{'|'.join(languages)}){after}"), re.IGNORECASE)


_MORE = _pattern(
    r"^\W{0,4}",
    (
        r"read (?:more|also|next|the full|our)|also read|(?:more|latest) (?:on|from|about) |more ?:|must read|see also",
        r"(?:related|recommended)(?: (?:articles?|news|stories|topics|content|posts?|reading|links|for you))?"
        r"\s*(?:$|:)",
        r"don['’]t miss|you (?:may|might) (?:also )?(?:like|be interested)|click here|continue reading|keep reading",
        r"most (?:read|popular)\s*(?:$|:)|trending|what to read next|in case you missed|editor['’]?s['’]? picks?",
        r"about (?:the|our) (?:authors?|writers?|reviewers?|contributors?)\s*:?$|sobre (?:el|la) autora?\s*:?$",
        r"über (?:den autor|die autor(?:in|en))\s*:?$|à propos de l['’]auteure?\s*:?$|yazar hakkında\s*:?$",
        r"(?:عن|نبذة عن) (?:ال)?(?:كاتب|كاتبة)\s*:?$|derbarê nivîskar de\s*:?$|دەربارەی نووسەر\s*:?$",
        r"watch(?: (?:now|live|more|also|the video))?\s?:",
        r"lesen sie (?:auch|mehr|hier|dazu|jetzt|weiter)|mehr (?:zum thema|dazu|aus|über|news|lesen)|auch interessant",
        r"weiterlesen|weiterführende links|zum (?:thema|artikel)\s*:|ähnliche(?: artikel)?\s*(?:$|:)",
        r"das könnte (?:sie|dich)|hier (?:geht['’]?s|geht es|lesen|finden) ",
        r"lire (?:aussi|également)|à lire|voir aussi|sur le même (?:sujet|thème)",
        r"(?:lee|leer|ver|lea) (?:también|más)|también (?:lee|lea|te puede)|te puede interesar",
        r"noticias? relacionad|(?:leia|assista) (?:também|mais|às?|aos?)|veja (?:também|mais|o vídeo)",
        r"leggi anche|potrebbe interessarti|(?:czytaj|zobacz) (?:więcej|także|też|również)|čtěte (?:také|více)",
        r"läs (?:också|mer|även)|les (?:også|mer)|læs (?:også|mere)|lees (?:ook|meer)",
        r"ayrıca oku|bunlar da|ilgili haber|haberin devamı|benzer haber|foto galeri",
        r"[إا]قر[أا] ?(?:أيض|ايض|المزيد|كذلك|أكثر)|قد يهمك|شاهد (?:أيض|ايض)|للمزيد|المزيد (?:من|حول) ",
        r"(?:مواضيع|موضوعات|أخبار|اخبار|مقالات|مواد) (?:ذات صلة|مشابهة|متعلقة|قد|[أا]خرى\s*(?:$|:))|ذات صلة",
        r"ال[أا]كثر (?:قراءة|مشاهدة|تداولا?|تفاعلا?)|طالع (?:أيض|ايض|المزيد)|قد يعجبك|اخترنا ل|نرشح لك",
        r"(?:آخر|اخر|أحدث|احدث) ال(?:أ|ا)خبار\s*(?:$|:)|اقر[أا] (?:التالي|عن)\s*(?:$|:)",
        r"بیشتر بخوانید|بخوانید\s?:|مطالب (?:مرتبط|پیشنهادی)|(?:اخبار|خبرهای) مرتبط|همچنین بخوانید",
        r"پر(?:بازدید|بینند[هە]|بحث)(?:\u200c?ترین)?(?:\u200c?ها)?\s*(?:$|:)",
        r"(?:خبر|مطالب|مطلب)(?:های)? (?:دیگر|مشابه)\s*(?:$|:)",
        r"(?:آخرین|تازه‌ترین) (?:اخبار|خبرها)\s*(?:$|:)",
        r"(?:زیاتر|هەروەها|ئەمەش) ?بخوێن|بخوێنەوە\s?:|هەواڵی زیاتر",
        r"(?:بابەت|هەواڵ)(?:ی|ە|ەکانی|ەیل)? (?:پەیوەندیدار|هاوشێوە|پێوەندیدار)|ئە(?:م بابەتان|یە)(?:ی|ە)ش بخ",
        r"(?:دوا|دوایین|نوێترین) هەواڵ(?:ەکان)?\s*(?:$|:)|هەواڵ(?:ی|ەیل) (?:تر|دیکە|تازە)\s*(?:$|:)",
        r"(?:زۆر|فرە)(?:ترین)? ?(?:تر )?(?:خوێن|خوەن|بین)\w*\s*(?:$|:)",
        r"(?:bêtir|zêdetir|her ?wiha|her weha|herwiha|vê jî) bixwîn|bixwîne\s?:",
        r"(?:nûçe|mijar|nivîs|gotar)(?:yên|ên) (?:têkildar|pêwendîdar|mîna|(?:dawî|din|nû)\s*(?:$|:))",
        r"têkildar\s*(?:$|:)",
        r"(?:yên )?herî zêde (?:hatine? )?(?:xwendin|dîtin|têne?)|bixwînin\s?:",
        r"(?:bêtir|zêdetir) ji (?:me|malper|kovar|rojname|ajans|vê beş|heman )\w*\s*(?:$|:)",
        r"pêşniyar(?:ên (?:me|edîtor|ji bo we)\w*)?\s*(?:$|:)|(?:nûçeyên|nivîsên|gotarên) din ên (?:nivîskar|heman)",
        r"(?:بابەت|وتار|هەواڵ)(?:ی|ەکانی) (?:تر|دیکە)(?:ی .{0,20}(?:نووسەر|نوسەر|بەش)\w*)?\s*(?:$|:)",
        r"(?:بابەت|هەواڵ|وتار)?(?:ی|ە)? ?پێشنیار(?:کراو)?(?:ەکان|ی ئێمە)?\s*(?:$|:)|لێرەش ب(?:ڕوانە|خوێنەوە)",
        r"(?:مقالات|مواد|كتابات) [أا]خرى ل(?:ل|نفس ال)كاتبة?|المزيد (?:للكاتب|من مقالات)",
        r"(?:bu )?(?:habere|haber hakkında) tepki|what['’]?s your reaction|(?:ئەم|ئەو) (?:بابەت|هەواڵ)ەت? (?:ڕات|پێ)",
        r"yazarın (?:diğer|tüm|son) yazı|ilginizi çekebilir|editörün seç|çok okunan(?:lar)?\s*(?:$|:)",
        r"(?:həmçinin|daha çox|bunu da) oxu|(?:digər|oxşar|son|əlaqəli) xəbər(?:lər)?\s*(?:$|:)|ən çox oxunan",
    ),
)
_INVITATION = _pattern(
    r"^\W{0,4}",
    (
        r"(?:sign up|subscribe|register|join|download|like us|find us|connect with us|listen to|check out)\b",
        r"follow\b(?=.{0,80}\b(?:on|via|our|us)\b)",
        r"get .{1,60} stories in your inbox",
        r"get (?:the|our|all|more|daily|breaking|updates)\b|stay (?:up to date|updated|informed|tuned|connected)\b",
        r"for (?:more|the latest|all the latest)\b|click (?:here|on the|below)",
        r"tap here|add \w+ as|want (?:more|to read)\b",
        r"enjoyed this|support (?:us|our|independent)\b|donate\b",
        r"got a (?:story|tip|news)\b|(?:you can )?also follow \w+",
        r"to (?:subscribe|follow us|receive|read more)\b|the (?:best|latest|top) .{0,60}(?:newsletter|inbox)",
        r"abonnier|folg(?:e|en|t) (?:uns|sie|du)|melden sie sich|jetzt (?:abonnieren|anmelden|testen|kostenlos)",
        r"bestellen sie|sie wollen|testen sie|der .{0,30}newsletter",
        r"abonnez|suivez|inscrivez|recevez|suscr[ií]b|sígue|síguenos|apúntate|recibe|assine|siga|inscreva",
        r"iscriviti|seguici|segui|zapisz|obserwuj|dołącz|prenumerera|följ oss|abonner|følg|volg ons|abone ol|takip e",
        r"اشترك|تابعونا|تابعنا|تابع(?:وا)? |انضم|انضموا|حم[لّ]ل? ?(?:تطبيق|التطبيق)|لمتابعة|يمكنكم متابعة|للاشتراك",
        r"متابعة (?:[أا]خبار|آخر|صفحة|قناة|حساب)",
        r"لمزيد من الأخبار|عضو (?:کانال|شوید)|ما را (?:در|دنبال)|به کانال",
        r"(?:ل[ەە] )?(?:تێلێگرام|فەیسبووک|وەتسئاپ|واتسئاپ)ی? ?(?:فۆڵۆ|لەگەڵ)",
        r"بۆ (?:بینین|خوێندنەوە|بیستن|زانین|هەواڵ)\w* .{0,40}(?:سەردان|کلیک|فۆڵۆ|بەشدار)",
        r"ئەندام بە|بەشداری بک|بەشداریی? لە |فۆڵۆ|ئاگاداری",
        r"me (?:bişopîn|taqîb)|bibe? (?:abone|endam)|bibin (?:abone|endam)|nûçeyên me|ji bo nûçeyên",
    ),
)
_CHANNEL = _pattern(
    "",
    (
        r"newsletter|inbox|e-?mail|whats ?app|telegram|facebook|twitter|instagram|youtube|tiktok|google news|podcast",
        r"\bapps?\b|channel|mailing|subscri|social media|notification|alerts?\b|viber|linkedin|spotify|membership",
        r"updates from this writer",
        r"kanal|abo\b|canal|boletín|bülten|here\b",
        r"نشرة|النشرة|تلغرام|تليغرام|تيليغرام|تليجرام|تلكرام|تيليجرام|واتساب|واتس ?اب|فيسبوك|تويتر|إنستغرام|انستغرام",
        r"أثير|الموجات|الموجة|تردد|يوتيوب|تطبيق|قناة|قناتنا|حسابات|صفحتنا|منصات|الإشعارات|بريد|تلگرام|واتس‌?اپ|اینستاگرام|خبرنامه|کانال",
        r"تێلێگرام|فەیسبووک|فەیسبوک|وەتسئاپ|واتسئاپ|ئینستاگرام|یوتیوب|کەناڵ|ئەپ|هەواڵنامە|تەلەگرام|ڤایبەر",
        r"kanala|nûçename|peyamname",
    ),
)
_SHARE = _pattern(
    r"^\W{0,4}",
    (
        r"share(?: (?:this|on|via|it|with|now|facebook|twitter|x|whats ?app|telegram|e-?mail|linkedin)\b.{0,30})?",
        r"[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}",
        r"tweet|copy (?:the )?link|copied!?|print|e-?mail|save|listen",
        r"(?:\d+ |no )?(?:comments?|shares?)(?: \(?\d+\)?)?",
        r"leave a (?:comment|reply).{0,40}|facebook|twitter|x|whatsapp",
        r"telegram|linkedin|pinterest|instagram|viber|messenger|reddit|advertisement|sponsored|promoted|loading\W*",
        r"(?:view|see) all|back to top|go to top|home|menu|search",
        r"skip to .{0,20}|(?:show|load|read) more|next|previous",
        r"\d{1,3}[- ]min(?:ute)?s? (?:listen|read|watch)",
        r"follow(?: us)?|subscribe|log ?in|sign (?:in|up)|play|video|audio|gallery|photos?|teilen|drucken|kommentare?",
        r"anzeige|werbung|merken|partager|imprimer|publicité|compartir|imprimir|publicidad|comentarios|condividi",
        r"pubblicità|udostępnij|reklama|dela|annons|annonse|del|deel|paylaş|yorumlar|reklam|ilan|yazdır",
        r"(?:شارك(?:ها|وا|ه)?|مشاركة)(?: (?:ال)?(?:خبر|مقال|موضوع|رابط|قصة|صفحة|"
        r"هذا|عبر|على|مع|فيسبوك|تويتر|واتساب|تلغرام)ة?"
        r"(?: .{0,20})?)?|طباعة",
        r"نسخ(?: الرابط)?|فيسبوك|تويتر|إكس|واتساب|تلغرام|تيليغرام",
        r"مساحة [إا]علانية|إعلان|اعلان|تعليقات?|التعليقات|أضف تعليق.{0,20}|الرئيسية|إرسال|حفظ|اشتراک(?:‌| )?گذاری",
        r"هاوبەش(?:ی)?(?: .{0,25})?|بڵاو?کردنەوە|چاپ(?:کردن)?|کۆپی(?: .{0,12})?|فەیسبووک|فەیسبوک|تویتەر|ئێکس|ڤایبەر",
        r"تێلێگرام|وەتسئاپ|ڕیکلام|لێدوان(?:ەکان)?|کۆمێنت",
        r"parve ?(?:bike|kirin)|par ?ve ?bike|çap ?(?:bike|kirin)|şîrove(?:yek\w* binivîs\w*)?",
        r"(?:[إا]رس[اإ]?ل|نسخة) (?:[إا]لى صديق|لصديق|للطباعة)|نظرات?(?: شما)?|لا (?:توجد|يوجد) تعليقات",
        r"نسخه چاپی|لینک کوتاه.*",
        r"(?:listen to|play) (?:this |the )?(?:article|story)(?: \(.{0,12}\))?",
        r"استمع(?:وا)?(?: (?:إلى|الى))?(?: ?(?:ال|لل)(?:مقالة?|خبر|نص|تقرير|مادة))?|[أا]صغ إلى (?:المقال|الخبر)",
        r"(?:این )?(?:خبر|مقاله|مطلب) را (?:گوش|بشنو)\w*.{0,12}|گوێ ?بگرە?(?: لە .{0,20})?",
        r"guhdarî? (?:bike|bikin).{0,12}",
        r"(?:#\w+\s{0,3}){1,20}",
        r"الوسوم|وسوم|(?:ال)?كلمات (?:ال)?(?:مفتاحية|دلالية|دالة)|تاگ(?:ەکان)?|برچسب ?‌?ها|etîket|etiket(?:ler)?",
    ),
    r"\W{0,4}$",
)
_COUNTER = _pattern(
    r"^\W{0,3}(?:[\d.,٬]+\s)?",
    (
        r"(?:total |page )?views|reads",
        r"(?:عدد )?(?:ال)?(?:مشاهد(?:ات|ة)|قراء(?:ات|ة)|زيار(?:ات|ة)|تعليق(?:ات)?)|قرئت|قرئ",
        r"بازدید|کد (?:خبر|مطلب)|شناسه خبر|خبرنگار(?=\s?:\s?\d)",
        r"بینین|بینراوە|خوێنرا(?:وە|وەتەوە)|خوێندنەوە|خوەنریاس|بینەر|dîtin",
        r"xwendin|hatiye xwendin",
        r"هاتی?یە خواندن|جار (?:خوەندن|خوێندن)|oxunub|baxış(?: sayı)?|okunma(?: sayısı)?|görüntülenme",
    ),
    r"\s*:?\s*(?:[\d.,٬]+(?:\s(?:مرة|جار|times|car))?)?\W{0,3}$",
)
"""How often something was read, and what number it bears."""
_END_MARK = re.compile(
    r"(?:\A\W{0,3}|\s?[/(\[#*]\s?)(?:النهاية|انته(?:ى|ي|ت|اء))\W{0,3}(?:\w{1,3}[\W\d]{0,3}){0,8}\Z"
    r"|[\s/(\[#*]{0,2}(?:انتهای|پایان) (?:پیام|خبر)\W{0,2}(?:\w{1,6}\W{0,2}){0,2}\Z"
    r"|\A(?=.{0,20}[=./ـ–-])\W{0,30}(?:(?:تحرير|محرر|المحرر|ت)\s?[:/]\s?)?(?:[ء-ي]{1,2}[.\s/ـ–-]{1,3}){1,5}[ء-ي]{1,2}\W{0,2}\Z"
    r"|\s?[(\[][a-zçêîşû]{2,3}(?:[/-][a-zçêîşû]{2,3}){1,2}[)\]]\s?\Z"
    r"|\A\W{0,3}[^\W\d_]{1,2}(?:\s?[./]\s?[^\W\d_]{1,2}){1,2}\W{0,3}\Z"
)
"""What agencies put behind their last sentence: "/انتهى 25", "انتهای پیام/", "(rc/kj)", "محرر: ر.ع"; initials on a
line, "م.ن"."""
_LABEL = _pattern(
    r"^\W{0,4}",
    (
        r"tags?|topics?|keywords?|categor(?:y|ies)|filed under|in this (?:article|story)|schlagw[oö]rt\w*|themen",
        r"stichw\w+|mots[- ]cl[eé]s|etiquetas|temas|tagi|(?:ال)?كلمات (?:ال)?(?:مفتاحية|دلالية|دالة)|(?:ال)?وسوم",
        r"(?:ال)?علامات|تاگ(?:ەکان)?|وشەی? سەرەکی|برچسب(?:‌ها)?|دسته‌?بندی|کلیدواژه\w*|etîket|etiket(?:ler)?",
        r"bêjeyên sereke",
    ),
    r"\s*[:：]",
)
_CREDIT = _pattern(
    r"^\W{0,3}",
    (
        r"photos?|images?|pictures?|pics?|fotos?|bilder?|quelle|credits?|illustration|video|photograph|grafik|imagen",
        r"crédito?s?|zdjęcie|kaynak|fotoğraf|صورة|الصورة|تصوير|عدسة|المصدر|عکس|منبع|وێنە|فۆتۆ|سەرچاوە|wêne|çavkanî",
    ),
    r"\s*(?:credits?|source|by|courtesy|nachweis|quelle)?\s*[:：/©].{0,110}$",
)
_CREDITED = _pattern(
    r"(?:^|[.!?…»”)|]\s|[(\[](?:\w+ ){0,2}|[,،.|–-]\s)",
    (
        r"(?:photo(?:graph)?s?|pictures?|images?) (?:by|courtesy)\s[^.:]{2,50}",
        r"(?<=\()(?:photos?|fotos?)\s(?=[A-Z])[^.:]{2,50}",
        r"(?:photos?|images?|imagen|crédito|fotos?|bild|fotoğraf|wêne|صورة|الصورة|تصوير|عکس|وێنە|فۆتۆ|وێنەی|ئەکس|رسم)"
        r"\s*(?:by)?\s*[:：/©][^.!?؟]{1,60}",
    ),
    r"[)\]]?\W?$",
)
"""Whose a picture is, behind what it shows: "The crane at dusk (Photo: Nora Adel)", "A crane, photo: Nora Adel"."""
_CREDIT_SIGNS = tuple(map(_spelt, (
    "photo", "picture", "image", "foto", "bild", "imagen", "crédito", "wêne", "صور", "تصوير", "عکس", "وێنە", "فۆتۆ",
    "ئەکس", "رسم",
)))  # fmt: skip
"""One of them stands in whatever `_CREDITED` finds; as with `_CONSENT_SIGNS`."""
_LONGEST_NOTE = 5
_NOTE = re.compile(r"\[?\d{1,3}\]?")
"""The number of a footnote, on a line of its own."""
_ANNOUNCED = re.compile(r"^.{0,30}[:：]\s")
"""What announces another story in a sentence of its own: "Read more: …"."""
_CLAUSE = re.compile(r"[,،;؛:.!?؟]\s")
_DISCLAIMER = _pattern(
    "",
    (
        r"^\W{0,4}(?:the )?(?:views|opinions)\b.{0,120}\bnecessarily (?:reflect|represent)",
        r"بالضرورة عن (?:ر[أا]ي|آراء|وجهة نظر|سياسة|توجهات|موقف) (?:هيئة تحرير )?(?:ال)?"
        r"(?:موقع|جريدة|صحيفة|وكالة|مجلة|ناشر|شبكة|قناة|مركز|منصة|تحرير)",
        r"دیدگاه.{0,60}لزوما.{0,40}(?:سایت|نشریه|خبرگزاری|روزنامه)",
        r"گوزارشت.{0,80}(?:نووسەر|نوسەر|خاوەن).{0,80}بەرپرس|مەرج نییە.{0,60}گوزارشت",
        r"(?:nivîs|gotar|nêrîn|raman)\w*.{0,60}(?:nivîskar|xwedi)\w*.{0,60}(?:berpirs|temsîl)",
        r"(?:yazı|məqalə|fikir).{0,60}müəllif.{0,60}(?:redaksiya|mövqe)",
        r"yazı(?:lar|ların)?.{0,40}sorumluluğu.{0,30}yazar|görüşler.{0,60}(?:yazar\w* ait|yayın politika)",
    ),
)
"""Whose the views are: what a site puts beneath opinions."""
_CORRECTION = _pattern(
    r"^\W{0,4}",
    (
        r"(?:have you |did you |if you(?:['’]ve)? )?(?:spot(?:ted)?|found|find|seen?|noticed?) (?:an? |any )?"
        r"(?:\w+ )?(?:error|mistake|typo|inaccuracy)s?\b.{0,60}(?:\?|let us|report|e-?mail|contact|select|highlight)",
        r"report (?:an? )?(?:error|mistake|typo|correction)s?\W*$",
        r"(?:إذا|اذا|هل|في حال) (?:كنت|لاحظت|وجدت|ر[أا]يت)(?:م|ما)? .{0,60}(?:مقال|خبر|نص|مادة|تقرير|صفحة).{0,60}"
        r"(?:خط[أا]|[أا]خطاء|خاطئة|ينتهك|تنتهك|تصحيح)",
        r"(?:إذا|اذا|هل|في حال) (?:كنت|لاحظت|وجدت|ر[أا]يت)(?:م|ما)? .{0,30}خط[أا] .{0,30}"
        r"(?:مقال|خبر|نص|مادة|تقرير|صفحة)",
        r"(?:(?:ال)?[إا]بلاغ|بلّ?غ|[أا]بلغ(?:نا)?) عن خط[أا]\W*$|گزارش (?:خطا|اشتباه)\W*$|ڕاپۆرتی هەڵە\W*$",
        r"(?:اگر|در صورت) .{0,30}(?:اشتباه|خطا|غلط).{0,30}(?:مطلب|خبر|متن|نوشته|گزارش)",
        r"ئەگەر .{0,30}هەڵە.{0,30}(?:هەواڵ|بابەت|دەق|نووسین)",
        r"hek(?:e|er) .{0,30}(?:şaşî|çewtî|xeletî).{0,30}(?:nûçe|nivîs|gotar)",
    ),
)
"""The site asks its reader to report mistakes."""
_DISCLAIMER_SIGNS = (
    "necessarily ", "بالضرورة", "لزوما", "گوزارشت", "nivîskar", "xwedi", "müəllif", "sorumlulu", "görüşler",
)  # fmt: skip
"""One of them stands in whatever `_DISCLAIMER` finds; as with `_CONSENT_SIGNS`."""
_ADDRESS = _pattern(
    r"(?<!\w)",
    (
        r"we|us|our|you|your|here|rights|uns|unser\w*|sie|ihre?[mnr]?|wir|nous|nos|notre|vous|votre|nuestr\w+|tu|su|nos",
        r"bize|bizi|me|xwe|\w*(?:نا|ونا)|محفوظة|\w*مان|\w*تان|لێرە|هنا",
    ),
    r"(?!\w)",
)
"""How a site speaks of itself and to its reader."""
_OWN_CHANNEL = re.compile(
    r"\b(?:our|unser\w*|notre|nuestr\w+)\s(?:\w+\s){0,2}(?:newsletters?|channel|app|podcast)\b|قناتنا|نشرتنا|کەناڵەکەمان",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"^\W{0,3}(?:©|\(c\)|copyright\b).{0,110}$", re.IGNORECASE)
_AGENCY = _pattern(
    "",
    (
        r"getty ?images|shutterstock|istock|unsplash|\bap photo|\bafp/|/imago|picture alliance|wikimedia|handout",
        r"(?:/|via )(?:afp|ap|reuters|dpa|epa|anadolu|getty|nur ?photo)\b|file photo",
    ),
)
_CONSENT = _pattern(
    "",
    (
        r"(?:enable|activate|allow|turn on|aktivier|zustimm|akzeptier).{0,60}"
        r"(?:javascript|cookies?|privatsph|datenschutz)",
        r"(?:javascript|cookies?).{0,40}(?:enable|disabled|required|deaktiv)|externe[rn]? inhalt|privatsph[äa]re-einst",
        r"ein klick für den datenschutz|this (?:content|video|embed) (?:is not available|requires|could not|can ?not)",
        r"browser (?:does not|doesn['’]t) support",
        r"(?:we|our site|this (?:web)?site) uses? cookies|protected by recaptcha",
        r"cookie (?:policy|settings|preferences)|all rights reserved|alle rechte vorbehalten|جميع الحقوق محفوظة",
        r"(?:حقوق النشر|حقوق الطبع|كافة الحقوق) محفوظة|(?:تمامی|کلیه|همه) حقوق .{0,40}(?:محفوظ|متعلق)|tüm hakları",
        r"(?:هەموو|گشت) ماف|hemû maf|مافی (?:لەبەرگرتنەوە|بڵاوکردنەوە) پارێزراو",
        r"mafê (?:kopîkirin|weşan)\w* .{0,30}(?:parastî|ye)",
        r"(?:رأي|آراء|وجهة نظر).{0,60}بالضرورة|بالضرورة.{0,30}(?:رأي|آراء|وجهة نظر)",
        r"دیدگاه.{0,40}لزوما|necessarily (?:reflect|represent)",
        r"terms (?:of (?:use|service)|and conditions).{0,40}(?:apply|privacy)",
        r"(?:must|please).{0,30}(?:log ?in|confirm your|display name)|thank you for (?:signing|subscrib)",
        r"(?:may|must) not be (?:published|reproduced|reprinted).{0,60}(?:permission|consent|redistribut|rewrit)",
        r"il vous reste .{1,12} de cet article|réservée? (?:à nos|aux) abonnés|last free article",
        r"you (?:have|['’]ve) read (?:all )?(?:your|\d+).{0,30}articles?\b",
        r"your (?:subscription|email address) (?:could|has|will)",
    ),
)

_CONSENT_SIGNS = (
    "javascript", "cookie", "privatsph", "datenschutz", "externe", "this content", "this video", "this embed",
    "browser", "recaptcha", "rights reserved", "rechte vorbehalten", "حقوق", "ماف", "hemû maf", "mafê ",
    "tüm hakları", "terms of ", "terms and ", "log in", "login", "confirm your", "display name",
    "thank you for", "your subscription", "your email address",
    "not be ", "de cet article", "aux abonn", "nos abonn", "free article", "ve read ",
    "بالضرورة", "لزوما", "necessarily ",
)  # fmt: skip
"""One of them stands in whatever `_CONSENT` finds. Searching for them is far faster, and most lines have none."""


def is_furniture(line: str, *, prose: bool = False) -> bool:
    """Whether *line* does not belong to a story, whatever story it stands in.

    *prose* says that it stands where the story does, unlinked, and reads like a sentence: then a beginning and a
    channel somewhere behind it are not enough, since "Join us or leave, the gunmen told them on Telegram" is news.
    """
    if len(line) > _LONGEST_INVITATION:
        return False
    line = _spelt(line)
    if prose:
        return _addresses(line)
    if _INVITATION.match(line) and _CHANNEL.search(line):
        return True
    if len(line) > _LONGEST:
        return _speaks_of_consent(line)
    if "|" in line:
        parts = [part for part in line.split("|") if part.strip()]
        if len(parts) > 1 and all(is_furniture(part.strip()) for part in parts):
            return True
    return bool(
        _SHARE.match(line)
        or _MORE.match(line)
        or _LABEL.match(line)
        or _COUNTER.match(line)
        or _CORRECTION.match(line)
        or (len(line) <= _LONGEST_NOTE and _NOTE.fullmatch(line))
        or _speaks_of_consent(line)
        or is_credit(line)
        or _disclaims(line)
    )


def without_end_mark(line: str) -> str:
    """The last line of a story without what an agency puts behind it: nothing may be left."""
    match = _END_MARK.search(line, max(0, len(line) - _LONGEST_END_MARK))
    return line[: match.start()] if match else line


def _speaks_of_consent(line: str) -> bool:
    lower = line.lower()
    return any(sign in lower for sign in _CONSENT_SIGNS) and bool(_CONSENT.search(line))


def _is_credited(line: str) -> bool:
    lower = line.lower()
    return any(sign in lower for sign in _CREDIT_SIGNS) and bool(_CREDITED.search(line))


def _disclaims(line: str) -> bool:
    lower = line.lower()
    return any(sign in lower for sign in _DISCLAIMER_SIGNS) and bool(_DISCLAIMER.search(line))


def _addresses(line: str) -> bool:
    """Whether a sentence speaks to the reader of the site itself: invites, asks for consent, offers to share it."""
    if len(line) <= _LONGEST and _is_credited(line):
        return True
    if _SHARE.match(line) or _COPYRIGHT.match(line) or (_MORE.match(line) and _ANNOUNCED.match(line)):
        return True
    if "@" in line and (_MORE.match(line) or _INVITATION.match(line)):
        return True
    if _CORRECTION.match(line) or _disclaims(line) or (_speaks_of_consent(line) and _ADDRESS.search(line)):
        return True
    if not _INVITATION.match(line):
        return False
    clause = _CLAUSE.split(line, maxsplit=1)[0]
    return bool((_CHANNEL.search(clause) and _ADDRESS.search(line)) or _OWN_CHANNEL.search(line))


def is_credit(line: str) -> bool:
    """Whether *line* names whose a picture is."""
    if _CREDIT.match(line) or _COPYRIGHT.match(line) or _is_credited(line):
        return True
    return len(line) < 100 and not line.endswith(".") and bool(_AGENCY.search(line))


def is_pointer(line: str, *, prose: bool = False) -> bool:
    """Whether *line* announces other stories: what follows it may be their titles."""
    line = _spelt(line[: _LONGEST + 1])
    return len(line) <= _LONGEST and bool(_MORE.match(line)) and (not prose or bool(_ANNOUNCED.match(line)))
