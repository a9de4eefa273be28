"""A site whose pages are made by one template, with boilerplate that looks like the story, in four languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hostile_site import HostileSite, Reply

PAGES = 30
PARAGRAPHS = 5


@dataclass(frozen=True)
class Tongue:
    """What stories of one language are made of: no two of their paragraphs are alike; and its boilerplate."""

    language: str
    direction: str
    who: tuple[str, ...]
    did: tuple[str, ...]
    why: tuple[str, ...]
    above: str  # a sentence before the story, of the story's own kind
    below: str  # one after it
    counter: str  # a label with a number that changes
    boxes: tuple[str, str]  # that take turns, in an element of their own
    shared: str  # a sentence that two stories have
    background: str  # a paragraph that every story about one subject has

    def paragraph(self, page: int, place: int) -> str:
        """One of the story's own."""
        number = page * PARAGRAPHS + place
        who, did, why = self.who[number % 6], self.did[number // 6 % 6], self.why[(number // 36 + number) % 6]
        return f"{who} {did} {why}."

    def title(self, page: int) -> str:
        """Of the story."""
        return f"{self.did[page % 6]} {self.who[page // 6 % 6]} ({page})"


ENGLISH = Tongue(
    language="en",
    direction="ltr",
    who=(
        "The fishermen of the upper river towns", "Growers on the eastern bank of the canal",
        "The council of the old quarter by the bridge", "Teachers of the two village schools",
        "Drivers on the road across the northern pass", "The keepers of the public library",
    ),
    did=(
        "asked on Sunday for a second ferry", "will meet the governor before the harvest",
        "have counted the damage of the spring flood", "opened their books to the people of the town",
        "agreed after a long night on new hours", "sent a letter to the ministry of water",
    ),
    why=(
        "because the low water keeps the boats in port", "as the price of wheat fell for the third week",
        "since nobody had told them of the repairs", "and hope that work will begin before winter",
        "although the engineers had advised against it", "while the mill stands still for want of parts",
    ),
    above="The Tigris Post has told the stories of the river towns since the first bridge was built there",
    below="Our newsroom stands on the old quay, and whoever has something to tell finds its door open every morning.",
    counter="Seen by {} visitors",
    boxes=(
        "The spring reader of the Tigris Post, with stories of forty years, is to be had at every kiosk.",
        "Visit the hall of photographs on the quay, where the Tigris Post shows its pictures of the flood.",
    ),
    shared="The ferry has not run since the ninth of the month, when its cable broke in a storm.",
    background="The Brotherhood of the Weir is an old union of millers and boatmen, and part of the river assembly.",
)  # fmt: skip
ARABIC = Tongue(
    language="ar",
    direction="rtl",
    who=(
        "صيادو البلدات الواقعة أعلى النهر", "مزارعو الضفة الشرقية من القناة", "مجلس الحي القديم قرب الجسر",
        "معلمو مدرستي القرية", "سائقو الطريق عبر الممر الشمالي", "أمناء المكتبة العامة",
    ),
    did=(
        "طالبوا يوم الأحد بعبّارة ثانية", "سيلتقون المحافظ قبل موسم الحصاد", "أحصوا أضرار فيضان الربيع",
        "فتحوا دفاترهم أمام أهالي البلدة", "اتفقوا بعد ليلة طويلة على مواعيد جديدة",
        "بعثوا رسالة إلى وزارة الموارد المائية",
    ),
    why=(
        "لأن انخفاض المياه يبقي القوارب في الميناء", "بعد أن تراجع سعر القمح للأسبوع الثالث",
        "إذ لم يخبرهم أحد بأعمال الصيانة", "ويأملون أن يبدأ العمل قبل الشتاء", "رغم أن المهندسين نصحوا بغير ذلك",
        "فيما تتوقف الطاحونة لنقص قطع الغيار",
    ),
    above="تروي جريدة دجلة حكايات بلدات النهر منذ أن بُني أول جسر فيها قبل سنين طويلة",
    below="تقع غرفة أخبارنا على الرصيف القديم، ومن كان لديه ما يرويه وجد بابها مفتوحاً كل صباح.",
    counter="شاهدها {} زائر",
    boxes=(
        "كتاب الربيع من جريدة دجلة، وفيه قصص أربعين عاماً، متوفر في جميع الأكشاك.",
        "زوروا قاعة الصور على الرصيف حيث تعرض جريدة دجلة صورها عن الفيضان.",
    ),
    shared="لم تعمل العبّارة منذ التاسع من الشهر حين انقطع حبلها في العاصفة.",
    background="أخوية السد نقابة قديمة للطحانين وأصحاب القوارب، وهي جزء من مجلس النهر.",
)  # fmt: skip
SORANI = Tongue(
    language="ckb",
    direction="rtl",
    who=(
        "ماسیگرانی شارۆچکەکانی سەرووی ڕووبارەکە", "جووتیارانی کەناری ڕۆژهەڵاتی جۆگەکە",
        "ئەنجوومەنی گەڕەکە کۆنەکەی لای پردەکە",
        "مامۆستایانی هەردوو قوتابخانەی گوندەکە", "شۆفێرانی ڕێگای گەلییەکەی باکوور", "پاسەوانانی کتێبخانەی گشتی",
    ),
    did=(
        "ڕۆژی یەکشەممە داوای بەلەمێکی دووەمیان کرد", "پێش دروێنە پارێزگار دەبینن", "زیانەکانی لافاوی بەهاریان ژمارد",
        "دەفتەرەکانیان بۆ خەڵکی شارۆچکەکە کردەوە", "دوای شەوێکی درێژ لەسەر کاتی نوێ ڕێککەوتن",
        "نامەیەکیان بۆ وەزارەتی سەرچاوەکانی ئاو نارد",
    ),
    why=(
        "چونکە کەمیی ئاو بەلەمەکانی لە بەندەر هێشتووەتەوە", "دوای ئەوەی نرخی گەنم بۆ هەفتەی سێیەم دابەزی",
        "لەبەر ئەوەی کەس باسی چاککردنەوەکەی بۆ نەکردبوون", "و هیوادارن کارەکە پێش زستان دەست پێ بکات",
        "هەرچەندە ئەندازیارەکان ئامۆژگاریی ترییان کردبوو", "لە کاتێکدا ئاشەکە لەبەر نەبوونی پارچە وەستاوە",
    ),
    above="ڕۆژنامەی دیجلە لەو ڕۆژەوەی یەکەم پرد دروست کراوە چیرۆکی شارۆچکەکانی ڕووبارەکە دەگێڕێتەوە",
    below="ژووری هەواڵمان لەسەر لێواری کۆنی ڕووبارەکەیە و هەرکەس شتێکی هەبێت بیگێڕێتەوە، بەیانییان دەرگاکەی کراوەیە.",
    counter="{} میوان بینیویانە",
    boxes=(
        "کتێبی بەهاری ڕۆژنامەی دیجلە کە چیرۆکی چل ساڵی تێدایە، لە هەموو دووکانەکان هەیە.",
        "سەردانی هۆڵی وێنەکان بکەن لەسەر لێوارەکە، لەوێ ڕۆژنامەی دیجلە وێنەکانی لافاوەکە پیشان دەدات.",
    ),
    shared="بەلەمەکە لە نۆی مانگەوە کاری نەکردووە، کاتێک گوریسەکەی لە زریانێکدا پچڕا.",
    background="برایەتیی بەنداوەکە سەندیکایەکی کۆنی ئاشەوان و بەلەمەوانەکانە و بەشێکە لە ئەنجوومەنی ڕووبارەکە.",
)  # fmt: skip
KURMANJI = Tongue(
    language="kmr",
    direction="ltr",
    who=(
        "Masîgirên bajarokên jorê çem", "Cotkarên peravê rojhilatê kanalê", "Encumena taxa kevn a li ber pirê",
        "Mamosteyên herdu dibistanên gund", "Ajokarên rêya geliyê bakur", "Parêzvanên pirtûkxaneya giştî",
    ),
    did=(
        "roja yekşemê keleka duyem xwestin", "wê berî paleyê bi parêzgar re bicivin", "ziyana lehiya biharê jimartin",
        "deftera xwe ji xelkê bajarok re vekirin", "piştî şeveke dirêj li ser demên nû li hev kirin",
        "nameyek ji wezareta avê re şandin",
    ),
    why=(
        "ji ber ku kêmbûna avê kelekan li benderê dihêle", "piştî ku bihayê genim heftiya sêyem jî daket",
        "ji ber ku kesî behsa tamîrê ji wan re nekiribû", "û hêvî dikin ku kar berî zivistanê dest pê bike",
        "her çend endezyaran tiştekî din şîret kiribû", "dema ku aş ji ber nebûna perçeyan sekinî ye",
    ),
    above="Rojnameya Dîcle ji roja ku pira yekem hatiye çêkirin ve çîrokên bajarokên çem vedibêje",
    below="Odeya nûçeyan a me li ser rexê kevn ê çem e, û kî tiştek hebe ku vebêje, her sibe deriyê wê vekirî ye.",
    counter="{} mêvanan dîtiye",
    boxes=(
        "Pirtûka biharê ya Rojnameya Dîcle, bi çîrokên çil salan, li hemû dikanan heye.",
        "Werin holika wêneyan a li ser rexê çem, li wir Rojnameya Dîcle wêneyên lehiyê nîşan dide.",
    ),
    shared="Kelek ji nehê mehê ve naxebite, dema ku werîsê wê di bahozekê de qetiya.",
    background="Biratiya Bendê sendîkayeke kevn a aşvan û kelekvanan e, û beşek ji encumena çem e.",
)  # fmt: skip
TONGUES: Mapping[str, Tongue] = {tongue.language: tongue for tongue in (ENGLISH, ARABIC, SORANI, KURMANJI)}


def own_lines(tongue: Tongue, page: int, *, first: int = 0) -> list[str]:
    """What the story on *page* tells and nobody else: the text that an archive should have."""
    lines = [tongue.paragraph(page, place) for place in range(PARAGRAPHS)]
    if page - first in (3, 22):
        lines.insert(2, tongue.shared)
    if (page - first) % 4 == 2:  # eight of thirty
        lines.append(tongue.background)
    return lines


def publish(
    site: HostileSite, tongue: Tongue, pages: range, *, path: str = "", boilerplate: bool = True, turn: int = 0,
    story: Callable[[int], list[str]] | None = None,
) -> list[str]:  # fmt: skip
    """Puts the stories of *pages* below *path*, and gives their addresses. With each *turn*, counters and boxes are
    others."""
    paths = [f"{path}/{page}" for page in pages]
    for page, where in zip(pages, paths, strict=True):
        lines = story(page) if story else own_lines(tongue, page)
        site.replies[where] = Reply(_html(tongue, page, lines, turn if boilerplate else None).encode(), headers=_HTML)
    return paths


_HTML = {"Content-Type": "text/html; charset=utf-8"}


def _html(tongue: Tongue, page: int, lines: list[str], turn: int | None) -> str:
    above, below = [], []
    if turn is not None:
        seen = page * 7919 + turn * 31
        above = [f"<p>{tongue.above}</p>"]
        below = [
            f'<div class="note"><p>{tongue.boxes[(page + turn) % 2]}</p></div>',
            f"<p>{tongue.counter.format(f'{seen % 9 + 1},{seen % 900 + 100}')}</p>",
            f"<p>{tongue.below}</p>",
        ]
    body = "".join([*above, *(f"<p>{line}</p>" for line in lines), *below])
    return (
        f'<!doctype html><html lang="{tongue.language}" dir="{tongue.direction}"><head><meta charset="utf-8">'
        f"<title>{tongue.title(page)}</title></head><body><article><h1>{tongue.title(page)}</h1>"
        f'<div class="story">{body}</div></article></body></html>'
    )


def boilerplate_of(tongue: Tongue) -> list[str]:
    """What must go, the counter without its number."""
    return [tongue.above, tongue.below, *tongue.boxes, tongue.counter.replace("{}", "").strip()]
