"""Recognises the lines that stand in a story without belonging to it: "read also", share bars, credits, newsletters.

By their wording alone, in the languages of the region and the larger European ones. A line is only furniture when it
is short and begins (or is) so: a sentence about a newsletter is part of the story.
"""

import re

_LONGEST = 220  # characters; a longer line is prose
_LONGEST_INVITATION = 400

_MORE = re.compile(
    r"""^\W{0,4}(?:read\ (?:more|also|next|the\ full|our)|also\ read|(?:more|latest)\ (?:on|from|about)\ |more\ ?:|must\ read
    |see\ also|related(?:\ (?:articles?|news|stories|topics|content|posts?|reading|links))?\s*(?:$|:)|don['’]t\ miss
    |recommended(?:\ (?:for\ you|stories|reading|articles))?\s*(?:$|:)|you\ (?:may|might)\ (?:also\ )?(?:like|be\ interested)
    |watch(?:\ (?:now|live|more|also|the\ video))?\s?:|click\ here|continue\ reading|most\ (?:read|popular)\s*(?:$|:)|trending
    |what\ to\ read\ next|keep\ reading|in\ case\ you\ missed|editor['’]?s['’]?\ picks?
    |lesen\ sie\ (?:auch|mehr|hier|dazu|jetzt|weiter)|mehr\ (?:zum\ thema|dazu|aus|über|news|lesen)|auch\ interessant
    |weiterlesen|weiterführende\ links|zum\ thema\s*:|ähnliche(?:\ artikel)?\s*(?:$|:)|das\ könnte\ (?:sie|dich)|hier\ (?:geht['’]?s|geht\ es|lesen|finden)\ 
    |lire\ (?:aussi|également)|à\ lire|voir\ aussi|sur\ le\ même\ (?:sujet|thème)
    |(?:lee|leer|ver|lea)\ (?:también|más)|te\ puede\ interesar|noticias?\ relacionad|leia\ (?:também|mais)|veja\ também
    |leggi\ anche|potrebbe\ interessarti|czytaj\ (?:więcej|także|też|również)|zobacz\ (?:także|też|również)|läs\ (?:också|mer|även)|les\ (?:også|mer)|læs\ (?:også|mere)
    |lees\ (?:ook|meer)|čtěte\ (?:také|více)|ayrıca\ oku|bunlar\ da|ilgili\ haber|haberin\ devamı|benzer\ haber|foto\ galeri
    |[إا]قر[أا]\ ?(?:أيض|ايض|المزيد|كذلك|أكثر)|قد\ يهمك|شاهد\ (?:أيض|ايض)|للمزيد|المزيد\ (?:من|حول)\ |(?:مواضيع|أخبار|اخبار|مقالات)\ (?:ذات\ صلة|مشابهة|متعلقة|قد)
    |ذات\ صلة|الأكثر\ قراءة|الاكثر\ قراءة|بیشتر\ بخوانید|بخوانید\s?:|مطالب\ مرتبط|اخبار\ مرتبط|همچنین\ بخوانید
    |(?:زیاتر|هەروەها|ئەمەش)\ ?بخوێن|بخوێنەوە\s?:|(?:بابەت|هەواڵ)(?:ی|ە|ەکانی)?\ (?:پەیوەندیدار|هاوشێوە|پێوەندیدار)|هەواڵی\ زیاتر
    |(?:bêtir|zêdetir|her\ ?wiha|her\ weha|herwiha|vê\ jî)\ bixwîn|(?:nûçe|mijar|nivîs|gotar)(?:yên|ên)\ (?:têkildar|pêwendîdar|mîna)|bixwîne\s?:)""",
    re.IGNORECASE | re.VERBOSE,
)
_INVITATION = re.compile(
    r"""^\W{0,4}(?:(?:sign\ up|subscribe|register|join|follow|download|get\ (?:the|our|all|more|daily|breaking|updates)|stay\ (?:up\ to\ date|updated|informed|tuned|connected)
    |like\ us|find\ us|connect\ with\ us|for\ (?:more|the\ latest|all\ the\ latest)|click\ (?:here|on\ the|below)|tap\ here|listen\ to|check\ out|add\ \w+\ as|want\ (?:more|to\ read)|enjoyed\ this|support\ (?:us|our|independent)|donate|got\ a\ (?:story|tip|news))\b
    |(?:you\ can\ )?(?:also\ )?follow\ \w+|to\ (?:subscribe|follow\ us|receive|read\ more)\b|the\ (?:best|latest|top)\ .{0,60}(?:newsletter|inbox)
    |abonnier|folg(?:e|en|t)\ (?:uns|sie|du)|melden\ sie\ sich|jetzt\ (?:abonnieren|anmelden|testen|kostenlos)|bestellen\ sie|sie\ wollen|testen\ sie|der\ .{0,30}newsletter|\W*hier\ ist
    |abonnez|suivez|inscrivez|recevez|suscr[ií]b|sígue|síguenos|apúntate|recibe|assine|siga|inscreva|iscriviti|seguici|segui
    |zapisz|obserwuj|dołącz|prenumerera|följ\ oss|abonner|følg|volg\ ons|abone\ ol|takip\ e
    |اشترك|تابعونا|تابعنا|تابع(?:وا)?\ |انضم|انضموا|حم[لّ]ل?\ ?(?:تطبيق|التطبيق)|لمتابعة|يمكنكم\ متابعة|للاشتراك|لمزيد\ من\ الأخبار
    |عضو\ (?:کانال|شوید)|ما\ را\ (?:در|دنبال)|به\ کانال|(?:ل[ەە]\ )?(?:تێلێگرام|فەیسبووک|وەتسئاپ|واتسئاپ)ی?\ ?(?:فۆڵۆ|لەگەڵ)|ئەندام\ بە|بەشداری\ بک|بەشداریی?\ لە\ |فۆڵۆ|ئاگاداری
    |me\ (?:bişopîn|taqîb)|bibe?\ (?:abone|endam)|bibin\ (?:abone|endam)|nûçeyên\ me|ji\ bo\ nûçeyên)""",
    re.IGNORECASE | re.VERBOSE,
)
_CHANNEL = re.compile(
    r"""newsletter|inbox|e-?mail|whats\ ?app|telegram|facebook|twitter|instagram|youtube|tiktok|google\ news|podcast|app\b|\bapps?\b|channel|mailing
    |subscri|social\ media|notification|alerts?\b|viber|linkedin|spotify|kanal|abo\b|canal|boletín|bülten|here\b|membership
    |نشرة|النشرة|تلغرام|تليغرام|تيليغرام|تليجرام|تلكرام|تيليجرام|واتساب|واتس\ ?اب|فيسبوك|تويتر|إنستغرام|انستغرام|يوتيوب|تطبيق|قناة|قناتنا|حسابات|صفحتنا|منصات|الإشعارات|بريد
    |تلگرام|واتس‌?اپ|اینستاگرام|خبرنامه|کانال|تێلێگرام|فەیسبووک|فەیسبوک|وەتسئاپ|واتسئاپ|ئینستاگرام|یوتیوب|کەناڵ|ئەپ|هەواڵنامە|تەلەگرام|ڤایبەر
    |telegramê|facebookê|whatsappê|kanala|nûçename|peyamname""",
    re.IGNORECASE | re.VERBOSE,
)
_SHARE = re.compile(
    r"""^\W{0,4}(?:share(?:\ (?:this|on|via|it|with|now))?.{0,30}|tweet|copy\ (?:the\ )?link|copied!?|print|e-?mail|save|comments?(?:\ \(?\d+\)?)?|leave\ a\ (?:comment|reply).{0,40}
    |\d+\ comments?|\d+\ shares?|no\ comments?|facebook|twitter|x|whatsapp|telegram|linkedin|pinterest|instagram|viber|messenger|reddit|advertisement|sponsored|promoted|loading\W*|view\ all|see\ all
    |back\ to\ top|go\ to\ top|home|menu|search|skip\ to\ .{0,20}|show\ more|load\ more|read\ more|next|previous|follow(?:\ us)?|subscribe|log\ ?in|sign\ (?:in|up)|play|video|audio|gallery|photos?|listen
    |teilen|drucken|kommentare?|anzeige|werbung|merken|partager|imprimer|publicité|compartir|imprimir|publicidad|comentarios|condividi|pubblicità|udostępnij|reklama|dela|annons|annonse|del|deel|paylaş|yorumlar|reklam|ilan|yazdır
    |شارك(?:ها)?(?:\ .{0,25})?|مشاركة(?:\ .{0,25})?|طباعة|نسخ(?:\ الرابط)?|فيسبوك|تويتر|إكس|واتساب|تلغرام|تيليغرام|إعلان|اعلان|تعليقات?|التعليقات|أضف\ تعليق.{0,20}|الرئيسية|إرسال|حفظ
    |اشتراک(?:‌| )?گذاری|هاوبەش(?:ی)?(?:\ .{0,25})?|هاوبەشی\ پێکردن|بڵاو?کردنەوە|چاپ(?:کردن)?|کۆپی(?:\ .{0,12})?|فەیسبووک|فەیسبوک|تویتەر|ئێکس|ڤایبەر|تێلێگرام|وەتسئاپ|ڕیکلام|لێدوان(?:ەکان)?|کۆمێنت
    |parve\ ?(?:bike|kirin)|par\ ?ve\ ?bike|çap\ ?(?:bike|kirin)|şîrove|reklam)\W{0,4}$""",
    re.IGNORECASE | re.VERBOSE,
)
_LABEL = re.compile(
    r"""^\W{0,4}(?:tags?|topics?|keywords?|categor(?:y|ies)|filed\ under|in\ this\ (?:article|story)|schlagw[oö]rt\w*|themen|stichw\w+|mots[- ]cl[eé]s|etiquetas|temas|tagi
    |الكلمات\ (?:المفتاحية|الدلالية|الدالة)|كلمات\ (?:مفتاحية|دلالية|دالة)|(?:ال)?وسوم|(?:ال)?علامات|تاگ(?:ەکان)?|وشەی?\ سەرەکی|برچسب(?:‌ها)?|کلیدواژه\w*|etîket|etiket(?:ler)?|bêjeyên\ sereke)\s*[:：]""",
    re.IGNORECASE | re.VERBOSE,
)
_CREDIT = re.compile(
    r"""^\W{0,3}(?:photos?|images?|pictures?|pics?|fotos?|bilder?|quelle|credits?|illustration|video|photograph|grafik|imagen|crédito?s?|zdjęcie|kaynak|fotoğraf
    |صورة|الصورة|تصوير|المصدر|عکس|منبع|وێنە|سەرچاوە|wêne|çavkanî)\s*(?:credits?|source|by|courtesy|:in|nachweis|quelle)?\s*[:：/©].{0,110}$
    |^\W{0,3}(?:©|\(c\)|copyright\b).{0,110}$""",
    re.IGNORECASE | re.VERBOSE,
)
_AGENCY = re.compile(
    r"getty\ ?images|shutterstock|istock|unsplash|(?:/|via\ )(?:afp|ap|reuters|dpa|epa|anadolu|getty|nur ?photo)\b|\bap\ photo"
    r"|\bafp/|/imago|picture\ alliance|wikimedia|handout|file photo",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"""(?:enable|activate|allow|turn\ on|aktivier|zustimm|akzeptier).{0,60}(?:javascript|cookies?|privatsph|datenschutz|inhalt)|(?:javascript|cookies?).{0,40}(?:enable|disabled|required|deaktiv)
    |externe[rn]?\ inhalt|privatsph[äa]re-einstellungen|ein\ klick\ für\ den\ datenschutz|this\ (?:content|video|embed)\ (?:is\ not\ available|requires|could\ not|can\ not|cannot)|browser\ (?:does\ not|doesn['’]t)\ support
    |(?:we|our\ site|this\ (?:web)?site)\ uses?\ cookies|cookie\ (?:policy|settings|preferences)|protected\ by\ recaptcha|all\ rights\ reserved|alle\ rechte\ vorbehalten|جميع\ الحقوق\ محفوظة|هەموو\ ماف|hemû\ maf|تمامی\ حقوق|tüm\ hakları
    |terms\ (?:of\ (?:use|service)|and\ conditions).{0,40}(?:apply|privacy)|(?:must|please).{0,30}(?:log\ ?in|confirm\ your|display\ name)|your\ (?:subscription|email\ address)\ (?:could|has|will)|thank\ you\ for\ (?:signing|subscrib)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_furniture(line: str) -> bool:
    """Whether *line* does not belong to a story, whatever story it stands in."""
    if len(line) > _LONGEST_INVITATION:
        return False
    if _INVITATION.match(line) and _CHANNEL.search(line):
        return True
    if len(line) > _LONGEST:
        return bool(_CONSENT.search(line))
    return bool(
        _SHARE.match(line) or _MORE.match(line) or _LABEL.match(line) or _CONSENT.search(line) or is_credit(line)
    )


def is_credit(line: str) -> bool:
    """Whether *line* names whose a picture is."""
    return bool(_CREDIT.match(line)) or (len(line) < 100 and not line.endswith(".") and bool(_AGENCY.search(line)))


def is_pointer(line: str) -> bool:
    """Whether *line* announces other stories: what follows it may be their titles."""
    return len(line) <= _LONGEST and bool(_MORE.match(line))
