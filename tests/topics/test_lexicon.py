"""The starter packs know the names of their field: every group, person, place and turn of phrase of our lexicon.

Each name stands in a plain sentence of its language. Hyphens, apostrophes, accents, hamzas and capitals are folded, so
of names that differ by these one stands for all. The Kurdish names have not been read by a native speaker yet.
"""

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match

PACKS = compile_packs(read_packs(PACKAGED))


def topics_of(text: str, language: str) -> set[str]:
    return {tag.topic for tag in match(PACKS, title=None, text=text, language=language)}


# (topic, language, a sentence, names separated by |). Names that tell by themselves need no company.
ALONE = [
    # ------------------------------------------------------------------ armed factions
    ("factions", "en", "{} said that two of its men had died.", """
        Popular Mobilization Forces|Popular Mobilisation Forces|Popular Mobilization Units|
        Popular Mobilisation Units|Popular Mobilization Committee|Popular Mobilisation Committee|
        Popular Mobilization Commission|Popular Mobilisation Commission|Hashd al-Shaabi|Hashd al-Sha'bi|
        Hashd ash-Sha'abi|Hashd Shaabi|Hashed al-Shaabi|al-Hashd|Al-Hashd Al-Shaabi|Hashd el-Shaabi|
        Hashed el-Shaabi|Kata'ib Hezbollah|Kataib Hizballah|Kataeb Hizbullah|Ketaib Hizbollah|Kata’ib Hizbullah|
        Hezbollah Brigades|Asa'ib Ahl al-Haq|Asaib Ahl al-Haqq|Asayib Ahl el-Haq|Asa’ib Ahl al-Haqq|
        League of the Righteous|Khazali Network|Harakat al-Nujaba|Harakat Hezbollah al-Nujaba|
        Hezbollah Al-Nujaba|Nujaba Movement|Kata'ib Sayyid al-Shuhada|Kataib Sayid al-Shuhada|
        Kataib Sayyed al-Shuhada|Kata'ib Sayyed el-Shuhada|Badr Organisation|Badr Organization|Badr Corps|
        Badr Brigade|Badr Brigades|Saraya al-Salam|Mahdi Army|Mehdi Army|Jaish al-Mahdi|Promised Day Brigade|
        Sadrist movement|Sadr militia|Islamic Resistance in Iraq|Iraqi Coordination Committee|
        Iraqi Resistance Coordination Committee|Saraya Awliya al-Dam|Ashab al-Kahf|Usbat al-Tha'ireen|
        Usbat al-Thaireen|Qasim al-Jabbarin|Alwiya al-Waad al-Haq|Alwiya al-Wa'ad al-Haq|Tashkil al-Waritheen|
        Liwa al-Tafuf|Ansar Allah al-Awfiya|Ansar Allah al-Awfiyaa|Saraya al-Khorasani|
        Saraya Talia al-Khurasani|Kata'ib Imam Ali|Kataib Jund al-Imam|Saraya al-Jihad|Saraya al-Ashura|
        Harakat al-Abdal|Firqat al-Abbas|Imam Ali Division|Babylon Brigades|Hashd al-Ashairi|
        Shabak 30th Brigade|Sinjar Resistance Units|Liwa Abu al-Fadl al-Abbas|Fatemiyoun|Zaynabiyoun"""),
    ("factions", "en", "{} spoke to mourners on Friday.", """
        Qais al-Khazali|Qays al-Khazali|Laith al-Khazali|Akram al-Kaabi|Akram al-Ka'bi|Abu Ala al-Walai|
        Abu Alaa al-Wala'i|Hashim Bunyan|Abu Hussein al-Hamidawi|Abu Fadak al-Muhammadawi|Abu Fadak|
        Abdul-Aziz al-Muhammadawi|Abu Mahdi al-Muhandis|Jamal Jafar Ibrahimi|Faleh al-Fayyadh|Falih al-Fayyadh|
        Faleh al-Fayyad|Hadi al-Amiri|Hadi al-Ameri|Muqtada al-Sadr|Moqtada al-Sadr|Moktada al-Sadr|
        Muqtada el-Sadr|Abu Ali al-Askari|Jafar al-Husseini|Shibl al-Zaidi|Haydar al-Gharawi|Rayan al-Kildani|
        Abu Azrael"""),
    ("factions", "ar", "أعلنت {} مقتل اثنين من عناصرها.", """
        الحشد الشعبي|هيئة الحشد الشعبي|قوات الحشد|فصائل الحشد|ميليشيا الحشد|مليشيا الحشد|كتائب حزب الله|
        كتائب حزب الله العراق|عصائب أهل الحق|العصائب|حركة النجباء|حركة حزب الله النجباء|كتائب سيد الشهداء|
        منظمة بدر|فيلق بدر|قوات بدر|سرايا السلام|جيش المهدي|لواء اليوم الموعود|التيار الصدري|
        التيار الوطني الشيعي|المقاومة الإسلامية في العراق|تنسيقية المقاومة|تنسيقية المقاومة العراقية|
        سرايا أولياء الدم|عصبة الثائرين|قاصم الجبارين|ألوية الوعد الحق|تشكيل الوارثين|لواء الطفوف|
        أنصار الله الأوفياء|سرايا الخراساني|سرايا طليعة الخراساني|كتائب الإمام علي|كتائب جند الإمام|
        سرايا الجهاد|سرايا عاشوراء|حركة الأبدال|فرقة العباس القتالية|فرقة الإمام علي|كتائب بابليون|حركة بابليون|
        الحشد العشائري|وحدات مقاومة سنجار|لواء أبو الفضل العباس|لواء أبي الفضل العباس|لواء فاطميون|لواء زينبيون|
        ميليشيات شيعية|مليشيات عراقية"""),
    ("factions", "ar", "وصل {} إلى المدينة صباح أمس.", """
        مقاتلو الحشد|قيس الخزعلي|ليث الخزعلي|أكرم الكعبي|أبو آلاء الولائي|أبو حسين الحميداوي|أبو فدك المحمداوي|
        أبو مهدي المهندس|فالح الفياض|هادي العامري|مقتدى الصدر|أبو علي العسكري|شبل الزيدي|ريان الكلداني"""),
    ("factions", "ckb", "{} لە بەیاننامەیەکدا هەواڵەکەی ڕەت کردەوە.", """
        حەشدی شەعبی|حەشد|حەشدی|کەتائیبی حزبوڵڵا|کەتیبەکانی حیزبوڵا|کەتائیب حیزبوڵڵا|عەسائیبی ئەهلی حەق|
        عەسائیب ئەهلولحەق|بزووتنەوەی نوجەبا|نوجەبا|کەتائیبی سەید شوهەدا|ڕێکخراوی بەدر|سەرایا سەلام|سوپای مەهدی|
        ڕەوتی سەدر|بەرخۆدانی ئیسلامی لە عێراق|یەبەشە|قەیس خەزعەلی|ئەکرەم کەعبی|ئەبو فەدەک|فالح فەیاز|هادی عامری|
        موقتەدا سەدر"""),
    ("factions", "kmr", "{} daxuyaniyek weşand.", """
        Heşda Şeibî|Heşdî Şebî|Haşdî Şebî|Heşda Şe`ibî|Heşdî Şeibî|Heşd|Ketaîb Hizbullah|Ketayibên Hizbullah|
        Esaîb Ehlil Heq|Asaib Ehlil Heq|Tevgera Nuceba|Nuceba|Ketaîb Seyid Şuheda|Rêxistina Bedir|Seraya Selam|
        Artêşa Mehdî|Berxwedana Îslamî ya Iraqê|YBŞ|Qeys Xezelî|Ekrem Kabî|Ebû Fedek|Falih Feyad|Hadî Amirî|
        Muqteda Sedr"""),
    # ------------------------------------------------------------------ US withdrawal
    ("us_withdrawal", "ckb", "لە ڕۆژنامەدا باس لە {} دەکرێت.", """
        کشانەوەی هێزەکانی ئەمریکا|پاشەکشەی هێزەکانی ئەمریکا|کشانەوەی هاوپەیمانان"""),
    ("us_withdrawal", "kmr", "Rojname behsa {} dike.", "vekişîna hêzên Amerîka|vekişîna leşkerên DYA"),
    # ------------------------------------------------------------------ Syria
    ("syria", "en", "{} was in the morning's bulletin.", """
        Ahmed al-Sharaa|Ahmad al-Sharaa|Ahmed Sharaa|Ahmad al-Shara|Ahmed al-Shara'|Ahmed al-Charaa|
        Abu Mohammed al-Jolani|Abu Mohammed al-Jawlani|Abu Mohammad al-Joulani|Abu Muhammad al-Julani|
        Abu Mohammed al-Golani|HTS|Hay'at Tahrir al-Sham|Hayat Tahrir al-Sham|The new Syrian administration|
        Bashar al-Assad|Assad|Asaad al-Shaibani|Asaad al-Shibani|Murhaf Abu Qasra|SDF|YPG|YPJ|AANES|DAANES|
        Rojava|Mazloum Abdi|Damascus|Aleppo|Idlib|Homs|Hama|Deir ez-Zor|Deir Ezzor|Deir al-Zor|Deir el-Zor|
        Raqqa|Raqa|Hasakah|Hasakeh|Hassakeh|Qamishli|Kobani|Ayn al-Arab|Tal Abyad|Palmyra|Sweida|Suwayda|Daraa|
        Latakia|Tartus|Afrin|Manbij|Albukamal|al-Bukamal|Al-Bukamal|The Caesar Act"""),
    ("syria", "ar", "ورد اسم {} في نشرة الصباح.", """
        سوريا|سورية|أحمد الشرع|الجولاني|هيئة تحرير الشام|بشار الأسد|أسعد الشيباني|قسد|الإدارة الذاتية|
        مظلوم عبدي|دمشق|حلب|إدلب|دير الزور|الرقة|الحسكة|القامشلي|كوباني|عين العرب|السويداء|محافظة درعا|اللاذقية|
        عفرين|منبج|البوكمال|قانون قيصر"""),
    ("syria", "ckb", "{} لە هەواڵی بەیانیدا بوو.", """
        سووریا|سوریا|ئەحمەد شەرع|جۆلانی|هەسەدە|قەسەدە|دیمەشق|حەلەب|ئیدلب|کۆبانێ|قامشلۆ|ڕۆژئاڤا|رۆژاڤا|
        بەشار ئەسەد|ڕژێمی ئەسەد"""),
    ("syria", "kmr", "{} di nûçeyan de bû.", """
        Sûriye|Sûriyê|Suriye|Ehmed Şer|Ehmed el-Şera|Colanî|HSD|QSD|Rojava|Helep|Şam|Kobanê|Qamişlo|Efrîn|
        Til Temir|Heseke|Beşar Esad"""),
    # ------------------------------------------------------------------ Islamic State
    ("isis", "en", "{} was named in the report.", """
        ISIS|ISIL|Daesh|Da'esh|Daaesh|Dai'ish|The Islamic State group|Islamic State in Iraq and Syria|
        Islamic State in Iraq and the Levant|The IS group|So-called Islamic State|ISIS-K|ISKP|ISIS remnants|
        An ISIS sleeper cell|al-Hol camp|al-Hawl camp|Roj camp|al-Sina'a prison|Ghwayran prison|
        Abu Bakr al-Baghdadi|Abu Hafs al-Hashimi al-Qurashi|An isis militant|Amaq news agency|
        Panorama prison in Hasakah"""),
    ("isis", "ar", "ورد ذكر {} في التقرير.", """
        داعش|داعش الإرهابي|الدواعش|داعشي|داعشية|داعشيين|عصابات داعش|فلول داعش|تنظيم الدولة|
        تنظيم الدولة الإسلامية|مخيم الهول|سجن غويران|أبي بكر البغدادي"""),
    ("isis", "ckb", "{} لە ڕاپۆرتەکەدا ناوی هاتبوو.", "داعش|چەتەکانی داعش|تیرۆریستانی داعش|کەمپی هۆل|دەوڵەتی ئیسلامی"),
    ("isis", "kmr", "Di raporê de navê {} hebû.", """
        DAIŞ|DAÎŞ|Daîş|DAIŞ'ê|DAÎŞê|DAÎŞ'iyên mayî|çeteyên DAIŞ|Dewleta Îslamî|kampa Holê"""),
    # ------------------------------------------------------------------ Iran
    ("iran", "en", "{} answered on Monday.", """
        Iran|Tehran|The Islamic Republic|Khamenei|Ali Khamenei|Mojtaba Khamenei|Pezeshkian|Araghchi|IRGC|
        The Revolutionary Guard|The Revolutionary Guards|The Quds Force|The Qods Force|Esmail Qaani|
        Esmail Ghaani|Iran's president|Kazem Gharibabadi of Tehran"""),
    ("iran", "en", "The talks on {} went on in Vienna for a second day.", """
        the Iran nuclear deal|the JCPOA|Iran's enrichment|snapback sanctions on Iran|Natanz|Fordow|
        maximum pressure on Iran"""),
    ("iran", "en", "Crowds in Tehran mourned {}.", "Soleimani|Qassem Soleimani|Qasem Suleimani"),
    ("iran", "ar", "أصدرت {} بيانا عن المفاوضات.", """
        إيران|ايران|طهران|الجمهورية الإسلامية الإيرانية|قيادة الحرس الثوري|قيادة فيلق القدس"""),
    ("iran", "ar", "تحدث {} عن المفاوضات.", """
        خامنئي|بزشكيان|عراقجي|إسماعيل قاآني|أنصار قاسم سليماني|الخبير في الاتفاق النووي|مفتش تخصيب اليورانيوم"""),
    ("iran", "ckb", "{} وەڵامی دایەوە.", """
        ئێران|تاران|پاسداران|سوپای پاسداران|خامنەیی|قاسم سولەیمانی|ڕێککەوتنی ناوکی ئێران|کۆماری ئیسلامی"""),
    ("iran", "kmr", "{} bersiv da.", "Îran|Tehran|Pasdaran|Pasdar|Xamineyî|Komara Îslamî"),
    # ------------------------------------------------------------------ Israel: with the war or the talks beside it
    ("israel", "en", "{} threatened a strike on Lebanon.", """
        Israel|The Israeli army|The IDF|Netanyahu|Israel Katz|Mossad's chief|Tel Aviv"""),
    ("israel", "en", "An envoy said that {} would be answered.", """
        Israeli strikes on Iraq|Israeli strikes in Iraq|Israeli jets violating Iraqi airspace|
        the occupation forces' raid on Jenin in the West Bank|an attack by the Zionist entity"""),
    ("israel", "ar", "هدد {} بشن غارات على لبنان.", """
        إسرائيل|اسرائيل|الجيش الإسرائيلي|الكيان الصهيوني|جيش الاحتلال|نتنياهو|رئيس الموساد|مسؤول في تل أبيب"""),
    ("israel", "ar", "دانت بغداد {} يوم أمس.", """
        تهديدات إسرائيل|خرق إسرائيل للأجواء العراقية|خرق الأجواء من طائرات إسرائيلية"""),
    ("israel", "ckb", "{} هەڕەشەی هێرشی کرد.", "ئیسرائیل|سوپای ئیسرائیل|نەتانیاهۆ"),
    ("israel", "kmr", "{} gefa êrîşê xwar.", "Îsraîl|Artêşa Îsraîlê|Netanyahu"),
    # ------------------------------------------------------------------ Iraq's gas and power
    ("gas_imports", "en", "Iraq: {} came up before the summer.", """
        a cut in Iranian gas imports|gas imports|a sanctions waiver for power purchases|the Turkmen gas swap|
        payments for Iranian gas through TBI|gas through the Naftkhana pipeline|
        supplies of gas from Mansouriyah|a floating LNG terminal|an LNG terminal at Khor al-Zubair|
        the grid link with the GCC|the grid link with Jordan|the power link to Turkey|
        a halt of Iranian gas and power cuts|
        blackouts after Iran's gas stopped, the Ministry of Electricity said|arrears for electricity from Iran|
        a debt for gas owed to Iran|an exemption to import gas from Qatar|a waiver for gas imports from Iran"""),
    ("gas_imports", "ar", "بحث الوزير في بغداد {} قبل الصيف.", """
        استيراد الغاز الإيراني|استيراد الغاز|توقف الغاز الإيراني ونقص الكهرباء|إمدادات الغاز الإيراني|
        ضخ الغاز من إيران|توقف الغاز من إيران|الغاز التركماني وتوريده|
        الإعفاء الأمريكي لاستيراد الكهرباء من إيران|الاستثناء الأمريكي لشراء الغاز الإيراني|
        الربط الكهربائي مع الخليج|الطاقة المستوردة لمحطات الكهرباء"""),
    ("gas_imports", "ckb", "{} لە بەغدا باس کرا.", """
        ڕاگرتنی گازی ئێران و کەمی کارەبا|هاوردەکردنی گاز لە ئێران|هاوردەی گاز لە ئێران|غازی ئێران و کارەبا|
        هاوردەی کارەبا لە ئێران، وەزارەتی کارەبا"""),
    ("gas_imports", "kmr", "Li Bexdayê {} hat nîqaşkirin.", """
        birîna gaza Îranê û kêmbûna elektrîkê|birîna xaza Îranê û elektrîk|îthalkirina gazê ji Îranê|
        îthalkirina elektrîkê ji Îranê|kehreba ku ji Îranê tê kirîn û îthal dibe"""),
]  # fmt: skip

# Names that others bear, or words of every day: found with the company that the sentence gives, not without it.
IN_COMPANY = [
    ("factions", "en", "{} said in Baghdad, Iraq, that two militia fighters had died.", "{} met on Monday.", """
        PMF|PMU|AAH|KSS|KH|IRI|45th Brigade|12th Brigade|HaN|Peace Brigades|Peace Companies|YBS|Ahmad al-Asadi|
        The resistance factions"""),
    ("factions", "en", "Iraq's cabinet spoke of {}, the militias and the Shiite parties.", "They spoke of {}.", """
        armed factions|armed groups|militias|a militia|paramilitaries|factions|the faction|Iran-backed groups|
        Iran-aligned groups|rogue groups"""),
    ("factions", "en", "In Iraq, armed groups face {}.", "Abroad, they face {}.", """
        talks on weapons outside state control|disarmament|disarming|the state's monopoly on arms|
        a law on weapons in the hands of the state"""),
    ("factions", "en", "{} hit a base of US forces in Erbil, Iraq.", "{} hit a village.", """
        Katyusha rockets|A Katyusha|A drone attack|A rocket attack"""),
    ("factions", "ar", "قال نائب عراقي في بغداد إن {} موضع بحث مع الميليشيات.", "قال نائب إن {} موضع بحث.", """
        الحشد|الفصائل المسلحة|فصائل|ميليشيات|مليشيات|مليشيات موالية لإيران|السلاح المنفلت|حصر السلاح بيد الدولة|
        نزع السلاح|الجماعات المسلحة|أحمد الأسدي|النجباء|أصحاب الكهف"""),
    ("factions", "ar", "في العراق {} ضرب قاعدة أمريكية قرب أربيل.", "هناك {} ضرب القرية.", "صاروخ كاتيوشا|طائرة مسيرة"),
    ("factions", "ckb", "لە عێراق {} و میلیشیاکان باس کران.", "لە ئەوروپا {} باس کران.", """
        گرووپە چەکدارەکان|میلیشیا|میلیشیاکان|چەکی دەرەوەی دەوڵەت|داماڵینی چەک|چەکدارەکان"""),
    ("factions", "kmr", "Li Iraqê {} û milîs hatin nîqaşkirin.", "Li Ewropayê {} hatin nîqaşkirin.", """
        komên çekdar|milîs|milîsan|çekên derveyî dewletê|bêçekkirin"""),
    ("us_withdrawal", "en", "US troops {} in Iraq.", "The singers {} in Iraq.", """
        withdraw from a base|will withdraw|pulled out of two bases|are pulling out of a base|begin a pullout|
        begin a pull-out|start their drawdown|begin to draw down|have an exit strategy|have an exit plan|
        begin their departure from bases|hand over bases|near the end of mission|are cut, a reduction of 900|
        relocate from a base|have a timetable to leave|begin the transition to leave"""),
    ("us_withdrawal", "en", "{} withdraw from Iraq.", "{} train in Kentucky.", """
        US troops|U.S. forces|American soldiers|Coalition troops|Foreign forces|NATO troops|
        The British contingent"""),
    ("us_withdrawal", "en", "The mission of {} in Iraq ends by September 2026.", "{} published a booklet.", """
        the Coalition to Defeat ISIS|the Global Coalition to Defeat ISIS|the International Coalition|CJTF-OIR|
        Operation Inherent Resolve|OIR|NATO Mission Iraq|NMI|the US-led coalition|the anti-ISIS coalition"""),
    ("us_withdrawal", "en", "US soldiers vacate {} in a handover to the army.", "Dates are grown near {}.", """
        Ain al-Asad|Ayn al-Asad|Ain al-Assad|Al-Asad Air Base|Harir|Erbil air base|Victoria Base|Camp Victory|
        Camp Taji|al-Tanf|al-Shaddadi|Rumaylan|the Conoco field|Union III"""),
    ("us_withdrawal", "en", "The {} sets the withdrawal of US forces from Iraq for May.", "The {} was read.", """
        Higher Military Commission|HMC|SOFA|Strategic Framework Agreement|SFA"""),
    ("us_withdrawal", "ar", "تحدث الوزير عن {} القوات الأمريكية من العراق.", "تحدث الوزير عن {} المنتج من السوق.", """
        انسحاب|سحب|إخراج|خروج|جلاء|جدولة انسحاب|تقليص عدد"""),
    ("us_withdrawal", "ar", "تحدث الوزير عن إنهاء مهمة {} في العراق.", "تحدث الوزير عن {} في كتاب.", """
        القوات الأمريكية|القوات الأميركية|التحالف الدولي|القوات الأجنبية|القوات القتالية|العزم الصلب|بعثة الناتو"""),
    ("us_withdrawal", "ar", "انسحاب القوات الأمريكية من {} وتسليم القواعد.", "سوق شعبي قرب {} غدا.", """
        قاعدة عين الأسد|قاعدة حرير|قاعدة فيكتوريا|قاعدة التاجي|التنف|الشدادي"""),
    ("us_withdrawal", "ar", "بحثت {} انسحاب القوات الأمريكية من العراق.", "صدر كتاب عن {} أمس.", """
        اللجنة العسكرية العليا|اتفاقية الإطار الاستراتيجي|اتفاقية صوفا"""),
    ("us_withdrawal", "ckb", "کشانەوەی {} لە عێراق دەستی پێ کرد.", "{} لە عێراق دەستی پێ کرد.", """
        هێزەکانی ئەمریکا|سەربازانی ئەمریکا|هاوپەیمانان|هاوپەیمانیی نێودەوڵەتی"""),
    ("us_withdrawal", "ckb", "ئەمریکا لە {} دەکشێتەوە.", "لە {} باران باری.", "عەین ئەسەد|بنکەی حەریر"),
    ("us_withdrawal", "kmr", "Vekişîna {} ji Iraqê dest pê kir.", "Perwerdeya {} li Iraqê dest pê kir.", """
        hêzên Amerîka|leşkerên Amerîka|hêzên DYA|leşkerên DYA|hevpeymaniyê|Koalîsyona Navneteweyî"""),
    ("us_withdrawal", "kmr", "Amerîka ji {} vedikişe.", "Li {} baran barî.", "Eyn Esed|baregeha Herîrê"),
    ("syria", "ar", "قال {} إن دمشق تريد السلام.", "قال {} إن الجو جميل.", "الأسد"),
    ("isis", "en", "{} fighters attacked a village in Iraq.", "It {} late.", "IS"),
    ("isis", "en", "ISIS, {}, hid arms in Iraq.", "They spoke of {}.", """
        the caliphate|its Wilayat|the Hamrin hills|Makhmour|Wadi Hawran|the Takfiri group"""),
    ("isis", "ar", "{} تتبنى هجوما في العراق.", "{} موضوع كتاب في التاريخ.", "الدولة الإسلامية"),
    ("isis", "ar", "حذر الوزير من {} لداعش.", "حذر الوزير من {} في البلاد.", "خلايا نائمة"),
]  # fmt: skip

# Beside one of these Iraq is meant: armed groups that a story has there are Iraq's.
PLACES = [
    ("en", "{}: gas supplies from Iran were cut.", """
        Iraq|Baghdad|Basra|Najaf|Karbala|Mosul|Nineveh|Anbar|Ramadi|Fallujah|Diyala|Baqubah|Kirkuk|Salah al-Din|
        Samarra|Tikrit|Erbil|Irbil|Hewlêr|Sulaymaniyah|Slemani|Duhok|Sinjar|Shingal|Makhmour|Jurf al-Sakhar|
        Jurf al-Nasr|al-Qaim|Tal Afar|Coordination Framework|al-Sudani|Fuad Hussein|al-Maliki|al-Halbousi|
        Barzani|Counter Terrorism Service|Peshmerga|KRG|Security Media Cell|Joint Operations Command"""),
    ("ar", "{}: توقف إمدادات الغاز من إيران.", """
        العراق|بغداد|البصرة|النجف|كربلاء|الموصل|نينوى|الأنبار|الرمادي|الفلوجة|ديالى|بعقوبة|كركوك|سامراء|تكريت|
        أربيل|السليمانية|دهوك|سنجار|قضاء مخمور|جرف الصخر|جرف النصر|تلعفر|الإطار التنسيقي|محمد شياع السوداني|
        فؤاد حسين|نوري المالكي|الحلبوسي|بارزاني|جهاز مكافحة الإرهاب|البيشمركة|إقليم كردستان|خلية الإعلام الأمني|
        العمليات المشتركة"""),
    ("ckb", "{}: هاوردەکردنی گاز لە ئێران وەستا.", """
        عێراق|بەغدا|بەسرە|کەرکووک|مووسڵ|هەولێر|سلێمانی|دهۆک|شەنگال|بارزانی|پێشمەرگە|هەرێمی کوردستان|
        شانەی ڕاگەیاندنی ئەمنی"""),
    ("kmr", "{}: îthalkirina gazê ji Îranê rawestiya.", """
        Iraq|Bexda|Besra|Kerkûk|Mûsil|Hewlêr|Silêmanî|Duhok|Şengal|Barzanî|Pêşmerge|Herêma Kurdistanê"""),
]  # fmt: skip


def split(names: str) -> list[str]:
    return [" ".join(name.split()) for name in names.split("|")]


def alone() -> list[tuple[str, str, str]]:
    cases = []
    for topic, language, sentence, names in ALONE:
        for name in split(names):
            cases.append((topic, language, sentence.format(name)))
    for language, sentence, names in PLACES:
        for name in split(names):
            cases.append(("gas_imports", language, sentence.format(name)))
    return cases


@pytest.mark.parametrize(("topic", "language", "sentence"), alone())
def test_a_name_of_the_lexicon_is_known(topic: str, language: str, sentence: str) -> None:
    assert topic in topics_of(sentence, language)


def in_company() -> list[tuple[str, str, str, str]]:
    return [
        (topic, language, sentence.format(name), other.format(name))
        for topic, language, sentence, other, names in IN_COMPANY
        for name in split(names)
    ]


@pytest.mark.parametrize(("topic", "language", "sentence", "other"), in_company())
def test_what_others_are_called_too_needs_company(topic: str, language: str, sentence: str, other: str) -> None:
    assert topic in topics_of(sentence, language)
    assert topic not in topics_of(other, language)
