"""Words that no phrase worth looking for begins or ends with, in four languages: those that hold sentences together,
that date them, and that count. Data.

Short on purpose. Which words are common whatever the topic, an archive shows by itself; but some of these are more
frequent in one kind of story than in another, such as "he" in those about a person, and look telling there.
"""

from topics.fold import fold
from topics.proclitics import PROCLITICS

_WORDS = {
    "en": """
        a about above across after again against ago all almost along already also although always am among amid an
        and another any anyone are around as asked at away back be became because become been before began behind
        being below between both but by came can cannot come could despite did do does doing don't done down due
        during each either else end enough even ever every few first for former from further gave get gets getting
        given go goes going gone got had has have having he her here hers herself him himself his how however i if
        in indeed inside instead into is it its itself just keep kept know known last later least less let like made
        make makes making many may maybe me might mine more most much must my myself near need needs neither never
        next no nobody none nor not nothing now of off often on once one only onto or other others our ours out
        outside over own per perhaps put quite rather really recent recently said same saw say saying says see seem
        seemed seems seen several shall she should since so some someone something sometimes soon still such take
        taken takes tell than that that's the their theirs them themselves then there therefore these they thing
        things think this those though three through throughout thus till to today together told too took toward
        towards tried two under until up upon us use used using very via want wanted was way we well went were what
        when where whether which while who whole whom whose why will with within without would yes yesterday yet you
        your yours monday tuesday wednesday thursday friday saturday sunday january february march april may june
        july august september october november december day days week weeks month months year years hour hours minutes
        morning afternoon evening second third four five six seven eight nine ten eleven twelve twenty dozen dozens
        hundred hundreds thousand thousands million billion
        """,
    "ar": """
        في من على إلى عن أن إن أنه إنه أنها إنها التي الذي الذين هذا هذه هذان هؤلاء ذلك تلك كان كانت كانوا يكون تكون
        قد لقد لم لن لا ما مع بعد قبل بين حتى كل كلا أو أم ثم كما لكن ولكن حيث عند عندما غير منذ خلال هو هي هم هما
        هن نحن أنا أي أية إذا إذ لو بل نحو ضد دون أكثر أقل أيضا هناك هنا فيه فيها فيهم منه منها منهم عليه عليها
        عليهم إليه إليها له لها لهم به بها بهم لدى لديه لديها عدم مثل بسبب جدا كيف متى لماذا ماذا مما عما فقط الآن
        اليوم أمس ليس ليست قال قالت يقول أكد أكدت أضاف أضافت أوضح ذكر ذكرت أعلن أعلنت أشار أشارت تم يتم وفق وفقا حسب
        بشأن حول عبر أحد إحدى بعض جميع أول أخرى آخر السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة يوم
        شهر كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس
        سبتمبر أكتوبر نوفمبر ديسمبر بينما فيما قرب أثناء سوى رغم حين حينما كذلك لذلك حاليا سابقا أيام أسبوع أسابيع أشهر
        سنة سنوات عام أعوام ساعة ساعات صباح مساء ماضي ماضية مقبل مقبلة قادم قادمة جاري جارية واحد واحدة اثنان اثنين
        اثنتين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني ثمان تسعة تسع عشرة عشر عشرين عشرون عشرات
        ثلاثين أربعين خمسين ستين سبعين ثمانين تسعين مئة مائة مئات ألف آلاف مليون ملايين مليار أولى ثاني ثانية ثالث
        ثالثة
        """,
    "ckb": """
        لە بە بۆ و کە ئەم ئەو ئەوەی ئەوە ئەمە لەگەڵ لەگەڵدا دا لەسەر لەنێو لەناو لەلایەن لەبارەی دەربارەی هەر هەموو
        هیچ یان بەڵام چونکە بەهۆی بەپێی پێش دوای پاش کاتێک ئێستا ئەگەر وەک وەکو تا هەتا نێوان هەروەها هەیە نییە بوو
        بوون دەبێت دەکات دەکەن کرد کرا کردن کراوە کردووە بکات وتی گوتی ڕایگەیاند دەڵێت ئێمە ئەوان من تۆ خۆی خۆیان
        یەک دوو زۆر بێ جا ئیتر تر دیکە سەر لەو لەم بەو بەم ئەوەش دەکرێت شەممە یەکشەممە دووشەممە سێشەممە چوارشەممە
        پێنجشەممە هەینی ڕۆژی مانگی کانوونی شوبات ئازار نیسان ئایار حوزەیران تەممووز ئاب ئەیلوول تشرینی ڕۆژ مانگ
        هەفتە هەفتەی ساڵ ساڵی کاتژمێر بەیانی ئێوارە ئێرە لێرە لەوێ سێ چوار پێنج شەش حەوت هەشت نۆ دە بیست سی سەد هەزار
        ملیۆن ملیار یەکەم دووەم سێیەم
        """,
    "kmr": """
        û li ji bi bo ku di de da ya yê yên wê wî wan vê vî van ev ew min te me we her hemû tu jî an lê ne na ser
        nav gel ber piştî berî dema heta wek weke ye e in bû bûn bûye heye hene tune dê wê nav navbera dike dikin
        kir kirin kiriye bike bikin hat hatin hatiye tê tên got gotin dibêje dibe bibe çi kî kengî çima niha îro duh
        hîn zêde gelek yek du dî din jê lê pê tê xwe re ve şemî yekşem duşem sêşem çarşem pêncşem în roja meha çile
        sibat adar nîsan gulan hezîran tîrmeh tebax îlon cotmeh mijdar kanûn roj rojê rojên meh mehê hefte hefteya
        sal sala salê salên demjimêr saet sibê êvar vir wir sê çar pênc şeş heft heşt neh deh bîst sî sed hezar milyon
        milyar yekem duyem sêyem
        """,
}
_FOLDED = {language: frozenset(fold(listed).tokens) for language, listed in _WORDS.items()}
_FOLDED["ar"] = frozenset(before + word for word in _FOLDED["ar"] for before in ("", *PROCLITICS))  # وقال, بأن, الثاني


def function_words(language: str) -> frozenset[str]:
    """Those of a language, folded; none where it is not one of the four."""
    return _FOLDED.get("ckb" if language == "sdh" else language.partition("-")[0], frozenset())
