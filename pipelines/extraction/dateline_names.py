"""What may stand in a dateline, folded: places of the region, agencies, desks, months."""

import re
from functools import lru_cache

from pipelines.extraction.plain import fold


def _folded(*rows: str) -> frozenset[str]:
    return frozenset(fold(name) for row in rows for name in row.split("|"))


PLACES = _folded(
    "baghdad|erbil|basra|basrah|kirkuk|mosul|najaf|karbala|duhok|dohuk|sulaymaniyah|sulaimani|sulaimaniyah|zakho|tikrit",
    "al-sulaymaniyah|anbar|diyala|nineveh|saladin|dhi qar|nasiriyah|maysan|amarah|wasit|kut|babil|hillah|muthanna",
    "halabja|sinjar|shingal|tal afar|samarra|fallujah|ramadi|raqqa|deir ez-zor|damascus|aleppo|homs|idlib|suwayda",
    "qamishli|qamishlo|hasakah|hasaka|kobani|tehran|mashhad|ankara|diyarbakir|istanbul|beirut|amman|riyadh|jeddah",
    "doha|cairo|washington|abu dhabi|manama|muscat|sanaa|aden|khartoum|tripoli|tunis|algiers|rabat|kabul|islamabad",
    "london|new york|moscow|gaza|jerusalem|tel aviv|paris|berlin|brussels|geneva|vienna|rome|madrid|athens|kyiv|dubai",
    "kuwait|kuwait city|iraq|kurdistan|syria|middle east|united nations|beijing|tokyo|new delhi|baku|yerevan",
    "بغداد|أربيل|اربيل|البصرة|كركوك|الموصل|النجف|كربلاء|دهوك|السليمانية|زاخو|تكريت|سامراء|تلعفر|الفلوجة|الرمادي",
    "الأنبار|الانبار|ديالى|نينوى|صلاح الدين|ميسان|العمارة|الناصرية|الكوت|الحلة|الرقة|دير الزور|حمص|إدلب|السويداء",
    "ذي قار|واسط|بابل|المثنى|السماوة|الديوانية|حلبجة|سنجار|دمشق|حلب|القامشلي|كوباني|الشرق الأوسط",
    "الحسكة|طهران|أنقرة|انقرة|إسطنبول|اسطنبول|بيروت|أبو ظبي|أبوظبي|المنامة|مسقط|صنعاء|عدن|الخرطوم|طرابلس|تونس",
    "عمان|الرياض|الدوحة|القاهرة|واشنطن|لندن|نيويورك|موسكو|غزة|القدس|باريس|برلين|بروكسل|جنيف|فيينا|دبي|الكويت",
    "تهران|آنکارا|واشنگتن|مسکو|بەغدا|بەغداد|هەولێر|کەرکووک|مووسڵ|سلێمانی|دهۆک|هەڵەبجە|شنگال|زاخۆ|بەسرە",
    "دیمەشق|تاران|ئەنکەرە|ئەستەنبوڵ|واشنتۆن|قامیشلۆ|کۆبانی|bexda|hewlêr|kerkûk|mûsil|silêmanî|dihok|duhok|zaxo",
    "اهواز|اصفهان|شیراز|تبریز|مشهد|کرج|قم|رشت|ساری|گرگان|سمنان|قزوین|زنجان|اراک|همدان|سنندج|کرمانشاه|ایلام|خرم‌آباد",
    "یاسوج|بوشهر|بندرعباس|کرمان|یزد|زاهدان|بیرجند|بجنورد|ارومیه|اردبیل|شهرکرد|آبادان|خرمشهر|مهاباد|سقز",
    "کابل|بغداد|اربیل",
    "کرکوک|نجف|کربلا|بصره|دمشق|بیروت|قاهره|ریاض|دوحه|دبی|لندن|پاریس|برلین|ژنو|وین|نیویورک|اسلام‌آباد|باکو|ایروان",
    "عفرين|منبج|تل تمر|عامودا|المالكية|ديرك|رأس العين|تل أبيض|الرطبة|القائم|حديثة|هيت|خانقين|مندلي|بدرة",
    "الزبير|الفاو|أبو الخصيب",
    "القرنة|سوق الشيوخ|الشطرة|الرفاعي|الحي|النعمانية|المسيب|الهندية|الكوفة|عين التمر|بلد|الدجيل|بيجي",
    "الشرقاط|الحويجة|طوزخورماتو",
    "مخمور|شقلاوة|سوران|رانية|كلار|كفري|چمچمال|عقرة|العمادية|زاويتة|سهل نينوى|قره قوش|تلكيف|ربيعة|البعاج",
    "الأعظمية|الكاظمية",
    "دیالە|دیالا|ئیلام|کرماشان|واست|واسیت|نەینەوا|ئەنبار|میسان|بابل|نەجەف|کەربەلا|بەعقووبە|بەعقوبە",
    "ڕانیە|کەلار|کفری|چەمچەماڵ|خانەقین|مەندەلی|بەدرە|سۆران|ڕەواندز|شەقڵاوە|کۆیە|ئاکرێ|ئامێدی|پێنجوێن",
    "دەربەندیخان|قەڵادزێ|مەخموور",
    "دووزخورماتوو|ئیلام|کرماشان|سنە|مەهاباد|سەقز|ورمێ|ئامەد|عەفرین|حەسەکە|ڕەققە|دێرک|ئەنقەرە|دیاربەکر",
    "نەجەف|کەربەلا|مووسڵ|ئەنبار",
    "soran|ranye|akrê|amêdî|xaneqîn|kelar|koye|efrîn|minbic|reqa|dêrik|dêrazor|tirbespiyê|amûdê",
    "serêkaniyê|girê spî|til temir",
    "cizîr|cizre|nisêbîn|mêrdîn|riha|sêrt|êlih|bedlîs|mûş|agirî|qers|colemêrg|gever|şirnex|silopiya",
    "dêrsim|çewlîg|xarpêt|meletî|dîlok",
    "ûrmiye|mehabad|sine|kirmaşan|îlam|urmiye|mardin|nusaybin|cizre|van|şırnak|hakkari|batman|siirt|urfa",
    "adana|mersin|izmir",
    "şingal|şam|qamişlo|kobanê|hesekê|enqere|stenbol|amed|wan|waşînton|tehran|moskow",
)
AGENCIES = _folded(
    "reuters|afp|ap|dpa|upi|epa|efe|ansa|tass|ria|ria novosti|xinhua|anadolu|anadolu agency|aa|bloomberg|irna|isna",
    "tasnim|fars|mehr|sana|spa|wam|kuna|petra|nna|qna|mena|ina|nina|k24|kurdistan 24|kurdistan24|rudaw|basnews",
    "shafaq news|shafaq|hawar|anha|anf|north press|kurdpress|peregraf|esta|964media|ajansa welat|associated press",
    "agence france-presse|press association|pa|cnn|bbc",
    "رويترز|أ ف ب|ا ف ب|أ.ف.ب|فرانس برس|أ ب|أسوشيتد برس|د ب أ|د.ب.أ|الأناضول|شينخوا|سبوتنيك|تاس|سانا|واس|وام|كونا",
    "بترا|قنا|واع|نينا|إرنا|تسنيم|فارس|مهر|شفق نيوز|السومرية نيوز|هاوار|كردستان 24|كوردستان 24|رووداو|الشرق الأوسط",
    "ایرنا|ایسنا|تسنیم|ئاژانسی فرانس پرێس|ڕۆیتەرز|کوردستان24|کوردستان 24|ڕووداو|شەفەق نیوز|شفق نیوز|باسنیوز",
    "navenda nûçeyan|ناوەندی هەواڵ|navenda nuçeyan",
)
DESKS = _folded(
    "exclusive|special|follow-up|translation|agencies|local|politics|security|economy|sports",
    "خاص|متابعة|متابعات|محليات|محافظات|سياسة|أمن|امن|اقتصاد|رياضة|دولي|دوليات|تقرير|ترجمة|ترجمة خاصة|وكالات|تحقيق",
    "تایبەت|وەرگێڕان|ئاژانسەکان|taybet|ajans|ویژه",
)
SHOUTED = _folded(
    "breaking|update|updated|watch|video|videos|photo|photos|gallery|opinion|analysis|exclusive|review",
    "interview|podcast",
    "explainer|factbox|correction|editorial|commentary|sponsored|warning|spoiler|advertisement|recap|preview|trailer",
    "nûçe|nuçe|dosya|hevpeyvîn|nêrîn|şîrove|vîdyo|taybet|lezgîn|özel|haber|röportaj|yorum|foto|unicef",
    "unesco|hamas|brexit",
)
"""What stands in capitals before a dash and is no place."""
GENERIC = _folded(
    "the|news|agency|digital|com|net|tv|media|network|online|arabic|english",
    "نيوز|ديجيتال|نت|تي في|وكالة|صحيفة|جريدة|قناة|شبكة|للأنباء|أنباء|الإخبارية|عربية|خبرگزاری|روزنامه",
    "موقع|راديو|إذاعة|تلفزيون|مجلة|منصة|فضائية|الفضائية|پایگاه|خبری|تارنمای|سایت|آژانس|رادیو|خبر",
    "هەواڵ|هەواڵی|هەواڵان|هەواڵنێری|ئاژانس|ماڵپەڕی|ڕۆژنامەی|گۆڤاری|ڕادیۆی|ڕادیۆ|تەلەڤزیۆنی|میدیا|پێگەی|شەبەکەی",
    "rojnameya|rojname|kovara|radyoya|radyo|televîzyona|nûçeyan|nûçegihaniyê|haber|ajansı",
    "دیجیتاڵ|دیجیتال|دیجیتاڵی|نیوز|ئاژانسی|تۆڕی|کەناڵی|ajansa|ajans|nûçeyên|nûçe|malpera|dijîtal|medya",
)
"""Words that sites add to their name or leave off it."""
MONTHS = _folded(
    "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|january|february|march|april|june|july|august|september",
    "october|november|december|كانون|الثاني|الأول|الاول|ثاني|أول|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين",
    "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|yanvar|fevral|aprel|iyun|iyul|avqust",
    "sentyabr|oktyabr|noyabr|dekabr|çile|rêbendan|sibat|reşemî|adar|avdar|nîsan|avrêl|gulan|hezîran|pûşper|tîrmeh|temûz",
    "tebax|gelawêj|îlon|rezber|cotmeh|kewçêr|mijdar|sermawez|berfanbar|kanûn|شوبات|ئازار|نیسان|ئایار|حوزەیران|تەممووز",
    "ئاب|ئەیلوول|تشرینی|کانوونی|یەکەم|دووەم",
    "يناير|فبراير|مارس|أبريل|إبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر",
)


@lru_cache(maxsize=2_000)
def bare_name(words: str) -> str:
    """The name of a site without such words, folded."""
    return fold(" ".join(word for word in re.split(r"[\s.]+", words) if fold(word) not in GENERIC))
