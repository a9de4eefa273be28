"""Ordinary stories in four languages, no two alike: what an attack hides behind, or is surrounded by."""

from random import Random

_PLACES = {
    "en": ("Zelin", "Marwan Bridge", "the upper valley", "Qasr Tal", "the old harbour", "Deir Amin"),
    "ar": ("زيلين", "جسر مروان", "الوادي الأعلى", "قصر التل", "الميناء القديم", "دير أمين"),
    "ckb": ("زێلین", "پردی مەروان", "دۆڵی سەروو", "قەسری تەل", "بەندەری کۆن", "دێر ئەمین"),
    "kmr": ("Zêlîn", "Pira Merwan", "geliyê jorîn", "Qesra Til", "bendera kevn", "Dêr Emîn"),
}
_SENTENCES = {
    "en": (
        "Growers in {place} brought in {number} tonnes of wheat this week, the council of the district said.",
        "The road to {place} was closed for {number} hours while engineers looked at the arches of the bridge.",
        "Teachers in {place} counted {number} children who came back to school after the long holiday.",
        "The market of {place} sold {number} boxes of apricots before noon, and the price rose a little.",
        "A new well in {place} gives {number} litres an hour, which is enough for the houses around it.",
        "The library of {place} received {number} books from readers who had moved to the coast.",
    ),
    "ar": (
        "جمع المزارعون في {place} نحو {number} طنا من القمح هذا الأسبوع، كما قال مجلس الناحية.",
        "أغلق الطريق إلى {place} مدة {number} ساعات بينما كان المهندسون يفحصون أقواس الجسر.",
        "أحصى المعلمون في {place} عودة {number} طفلا إلى المدرسة بعد العطلة الطويلة.",
        "باعت سوق {place} قبل الظهر {number} صندوقا من المشمش وارتفع السعر قليلا.",
        "تعطي البئر الجديدة في {place} نحو {number} لترا في الساعة وهذا يكفي البيوت حولها.",
        "تسلمت مكتبة {place} من قرائها {number} كتابا بعد أن انتقلوا إلى الساحل.",
    ),
    "ckb": (
        "جووتیارانی {place} ئەم هەفتەیە {number} تۆن گەنمیان کۆکردەوە، ئەنجومەنی ناوچەکە وای ڕاگەیاند.",
        "ڕێگای {place} بۆ ماوەی {number} کاتژمێر داخرا، لەو کاتەدا ئەندازیارەکان پردەکەیان دەپشکنی.",
        "مامۆستایان لە {place} ژماردیان کە {number} منداڵ دوای پشووی درێژ گەڕانەوە قوتابخانە.",
        "بازاڕی {place} پێش نیوەڕۆ {number} سندووقی قەیسی فرۆشت و نرخەکەی کەمێک بەرز بووەوە.",
        "بیرێکی نوێ لە {place} لە کاتژمێرێکدا {number} لیتر ئاو دەدات کە بەشی ماڵەکانی دەوروبەر دەکات.",
        "کتێبخانەی {place} لە خوێنەرانی کۆنی خۆی {number} کتێبی پێگەیشت.",
    ),
    "kmr": (
        "Cotkarên {place} vê hefteyê {number} ton genim berhev kirin, meclîsa navçeyê wiha got.",
        "Riya {place} ji bo {number} saetan hat girtin dema ku endezyaran li kevanên pirê dinêrî.",
        "Mamosteyên {place} hejmartin ku {number} zarok piştî betlaneya dirêj vegeriyan dibistanê.",
        "Bazara {place} berî nîvro {number} sindoqên mişmişan firotin û biha hinekî bilind bû.",
        "Bîreke nû li {place} her saetê {number} lître av dide ku têra malên derdorê dike.",
        "Pirtûkxaneya {place} ji xwendevanên xwe yên kevn {number} pirtûk wergirtin.",
    ),
}


def paragraphs(seed: str, number: int = 6, language: str = "en") -> list[str]:
    """So many paragraphs of three sentences, the same for the same *seed*."""
    chance = Random(f"{seed} {language}")
    places, sentences = _PLACES[language], _SENTENCES[language]
    return [
        " ".join(
            sentence.format(place=chance.choice(places), number=chance.randrange(11, 900))
            for sentence in chance.sample(sentences, 3)
        )
        for _ in range(number)
    ]


def story(seed: str, number: int = 6, language: str = "en", *, title: str = "") -> str:
    """The body of an ordinary article's page."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(seed, number, language))
    return f"<article><h1>{title or paragraphs(seed, 1, language)[0].partition(',')[0]}</h1>{text}</article>"
