"""The seven packs on news as it opens: a headline, the first sentence, and all topics that an analyst would want it in.

The wording is ours. The Kurdish items are single sentences, and have not been read by a native speaker yet.
"""

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.matching import match
from topics.packs import compile_packs

PACKS = compile_packs(read_packs(PACKAGED))
TOPICS = {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports"}

# A language and its topics, the headline, the first sentence.
TABLE = """
en: factions
| Sadr fighters agree to leave shrine
| Fighters loyal to Moqtada al-Sadr began leaving the Imam Ali shrine in Najaf on Friday.
en: factions
| Iraq cleric orders ceasefire
| Radical Shiite cleric Sadr told his followers to stop fighting in Baghdad.
en:
| Gunmen storm police post south of Baghdad
| Gunmen killed four policemen in Mahmudiya, the ministry said.
en: factions
| Militia chief killed in Baghdad strike
| A US drone strike killed a commander of an Iran-backed militia in the Iraqi capital.
en:
| Iraq's premier visits Washington
| Mohammed al-Sudani met the US president and discussed trade and dollar transfers.
en: factions
| Iraqi lawmakers shelve PMF law
| The speaker took the draft law on the PMF off the agenda in Baghdad.
en: factions
| Rockets hit Baghdad airport base
| Three rockets hit a base that houses US troops near Baghdad airport; no group claimed it.
en: us_withdrawal
| Norway to pull out of Iraq by June
| Norway will bring its 150 soldiers home from Iraq, the defence minister said.
en: us_withdrawal
| US starts handing over bases in Iraq
| American forces left Camp Taji on Sunday under a plan to shrink their presence in Iraq.
en: us_withdrawal syria
| Pentagon halves troops in Syria
| The United States will cut its troops in northeast Syria to fewer than 1,000.
en:
| Trump mulls exit from NATO
| The president said the US may withdraw from the alliance.
en: us_withdrawal
| Last Polish unit leaves Iraq
| Poland ended its mission in Diwaniya on Saturday.
en:
| US Marines withdraw from Fallujah positions
| US Marines pulled back from parts of Fallujah in Iraq after talks.
en: syria
| Barrel bombs kill 12 in Douma
| Helicopters dropped barrel bombs on the town near Damascus, activists said.
en: syria
| Rebels lose ground south of Aleppo
| Government troops backed by Russian jets advanced on Tuesday.
en: syria
| Druze leader rejects integration deal
| Sheikh Hikmat al-Hijri in Suwayda said his men would keep their arms.
en: syria
| UN envoy briefs council on transition
| Geir Pedersen said the new authorities in Damascus must protect minorities.
en:
| Syrian man charged with stabbing in Austria
| Police in Villach arrested a 23-year-old Syrian asylum seeker.
en:
| Swimmer from Syria wins hearts
| The refugee swimmer will carry the Olympic flag.
en: syria
| Caesar Act repeal clears Senate
| The bill lifts sanctions that have hobbled Syria's economy.
en: syria
| Chemical attack probe blames air force
| Inspectors of the OPCW said a Syrian air force helicopter dropped chlorine on Saraqeb.
en: isis
| Militants behead 21 captives
| A video by the Islamic State group showed the killing of captives on a beach.
en: isis
| Teen held over plot
| A teenager who swore allegiance to Islamic State planned an attack on a concert, police said.
en: isis syria
| Camp in Syria's northeast empties
| Thousands of relatives of jihadists left al-Hol this month.
en: isis
| Bagram inmates freed
| Taliban fighters freed inmates, among them men of ISIS-K.
en:
| Manchester school named after Isis
| The Isis Academy in Oxford will be rebuilt.
en: iran
| Iran's currency hits record low
| The rial fell to 1.4 million to the dollar as protests spread.
en: iran
| Europeans trigger snapback
| Britain, France and Germany began the process of restoring UN sanctions on Tehran.
en: iran syria
| Quds Force general killed in Damascus
| An air strike hit a consular building; Iran vowed revenge.
en: iran
| IAEA finds traces of uranium
| The watchdog says Iran has not explained particles found at two sites.
en:
| Oscar for Iranian film
| The Iranian director thanked his cast.
en:
| Iran beat Qatar in qualifier
| Iran scored twice in the second half of the World Cup qualifier in Mashhad.
en:
| Iran-backed rebels seize ship
| The Iran-backed Houthis said they had boarded a tanker in the Red Sea.
en: israel
| Shelling kills nine in Gaza
| Israeli tanks fired on tents west of Khan Younis, medics said.
en: israel
| Israel strikes Beirut suburb
| Jets bombed the southern suburbs after an evacuation order.
en: israel
| Sharon wins vote on Gaza pullout
| The prime minister's plan to leave the Gaza Strip passed by 67 to 45.
en:
| Start-up from Tel Aviv raises $40 million
| The Israeli start-up makes chips for cameras.
en:
| Jerusalem bakery turns 100
| The bakery in Israel's capital sells 2,000 loaves a day.
en: gas_imports
| Iraq signs Turkmen gas swap
| Baghdad will receive 20 million cubic metres a day through Iran.
en: gas_imports iran
| Washington ends Iraq power waiver
| The waiver that let Baghdad buy electricity from Iran was not renewed.
en: gas_imports iran
| Iraq power cuts spread
| The electricity ministry blamed a drop in gas pumped from Iran.
en:
| Basra refinery fire put out
| Firefighters put out a blaze at a refinery in Basra.
ar: factions
| الحشد يعلن حصيلة عملياته
| أعلنت هيئة الحشد الشعبي تدمير أوكار في صلاح الدين.
ar: factions
| العراق.. جدل حول حل الفصائل
| قال نائب إن حصر السلاح يحتاج إلى توافق سياسي.
ar: factions syria
| مقتل قيادي في ميليشيا عراقية بغارة
| قتل القيادي في غارة قرب دمشق.
ar: factions
| قصف صاروخي يستهدف السفارة الأميركية في بغداد
| سقطت ثلاثة صواريخ في المنطقة الخضراء.
ar:
| الحوثيون يقصفون مأرب
| قصفت ميليشيا الحوثي الانقلابية أحياء سكنية.
ar: us_withdrawal
| واشنطن: باقون في العراق حتى 2026
| قال المتحدث إن القوات الأميركية ستنسحب من بغداد أولا ثم من أربيل.
ar: us_withdrawal
| السوداني: نهاية مهمة التحالف الدولي في أيلول
| أكد رئيس الوزراء أن بلاده لم تعد بحاجة إلى قوات قتالية.
ar: us_withdrawal
| بولندا تعيد جنودها من العراق
| قالت وارسو إن جنودها سيعودون قبل عيد الميلاد.
ar: syria
| البراميل تحصد أرواح المدنيين في حلب
| ألقت مروحيات النظام براميل متفجرة على حي الشعار.
ar: syria
| بوتين يستقبل الشرع
| بحث الجانبان القواعد الروسية في طرطوس.
ar: syria
| الأسد: لن نتفاوض
| قال بشار الأسد في مقابلة إنه لن يرحل.
ar: syria
| جنيف: الائتلاف يطالب برحيل بشار
| قال رئيس الوفد المعارض إن لا حل بوجوده.
ar:
| وفاة شاب سوري في حادث سير بالرياض
| توفي مقيم سوري في حادث مروري.
ar: isis
| تفجير مسجد في القديح
| تبنى تنظيم داعش تفجير المسجد في السعودية.
ar: isis
| ضبط خلية إرهابية
| أعلنت الداخلية القبض على 93 شخصا من أتباع الفكر الداعشي.
ar: isis
| التنظيم يعدم رهائن
| بث تنظيم الدولة الإسلامية تسجيلا لإعدام رهائن.
ar: iran
| روحاني يلوح بإغلاق هرمز
| قال الرئيس الإيراني إن بلاده لن تسمح بمنع صادراتها.
ar: iran
| ظريف وكيري يبحثان النووي
| التقى الوزيران في فيينا لبحث رفع العقوبات عن طهران.
ar: iran syria
| تشييع ضباط من الحرس الثوري
| شيعت مدينة قم ثلاثة ضباط من الحرس الثوري قتلوا في حلب.
ar: israel
| المستوطنون يحرقون منزلا في دوما
| أضرم مستوطنون النار في منزل عائلة دوابشة قرب نابلس.
ar: israel
| غارات على الضاحية
| شن الطيران الإسرائيلي ثلاث غارات على الضاحية الجنوبية لبيروت.
ar: gas_imports iran
| طهران تخفض ضخ الغاز إلى بغداد
| أعلنت وزارة الكهرباء فقدان 3000 ميغاواط بعد خفض الغاز.
ar: gas_imports iran
| العراق يوقع عقدا مع تركمانستان
| يستورد العراق 20 مليون متر مكعب من الغاز يوميا عبر إيران.
ckb: isis syria
|
| شەڕڤانانی قەسەدە لە گوندەکانی دێرەزوور چەند چەتەیەکی داعشیان دەستگیر کرد.
ckb: syria
|
| دەوڵەتی تورک گوندەکانی عەفرین و شەهبای تۆپباران کرد.
ckb: iran
|
| ڕژێمی ئێران دوو گەنجی کوردی لە ورمێ لە سێدارە دا.
ckb: factions
|
| حەشدی شەعبی لە شەنگال بارەگایەکی نوێی کردەوە.
ckb: israel
|
| فڕۆکەکانی ئیسرائیل بۆردومانی باشووری لوبنانیان کرد.
ckb: us_withdrawal syria
|
| ئەمریکا ڕایگەیاند کە هێزەکانی لە باکوور و ڕۆژهەڵاتی سووریا دەکێشێتەوە.
ckb:
|
| مەسعود بارزانی پیرۆزبایی نەورۆزی کرد.
ckb:
|
| گەریلاکان چالاکییەکیان دژی سوپای تورک ئەنجام دا.
kmr: isis
|
| Çeteyên DAIŞ'ê êrîşî gundekî Kerkûkê kirin.
kmr: syria
|
| Artêşa Tirk gundên Til Temirê topbaran kir.
kmr: iran
|
| Rejîma Îranê li Sineyê du kes darve kirin.
kmr: israel syria
|
| Balafirên Îsraîlê bajarê Şamê bombebaran kirin.
kmr: factions
|
| Heşda Şeibî li Şengalê baregehek vekir.
kmr: us_withdrawal syria
|
| Trump got ku ew ê leşkerên xwe ji Sûriyeyê vekişînin.
kmr:
|
| Gerîlayan li Zapê çalakiyek kir.
kmr:
|
| Şaredariya Amedê parkek vekir.
kmr: syria
|
| Meclisa Sûriya Demokratîk daxuyaniyek da.
kmr: isis
|
| Li Mexmûrê du DAIŞ'î hatin girtin.
"""


def read_table() -> list[tuple[str, str, str, set[str]]]:
    rows = TABLE.split("\n")[1:-1]
    items = []
    for head, title, text in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        language, _, topics = head.partition(":")
        items.append((language, title.removeprefix("|").strip(), text.removeprefix("| "), set(topics.split())))
    return items


@pytest.mark.parametrize(("language", "title", "text", "topics"), read_table())
def test_an_item_has_its_topics_and_no_other(language: str, title: str, text: str, topics: set[str]) -> None:
    assert {tag.topic for tag in match(PACKS, title=title, text=text, language=language)} & TOPICS == topics
