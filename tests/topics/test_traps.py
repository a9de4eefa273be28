"""Known traps of the field: sentences that look like a topic and are not, each beside a twin that is.

The twin shows that the trap is avoided, not the topic lost. Where a trap bites in more than one language, it stands in
each. The Kurdish sentences have not been read by a native speaker yet.
"""

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match

PACKS = compile_packs(read_packs(PACKAGED))

# A topic and a language, what the trap is, the trap itself (-), and its twin (+).
TABLE = """
== a word that is another word
syria ar: the lion
- خرج الأسد من قفصه في الحديقة.
+ خرج الأسد من دمشق وسقط النظام.
syria ar: lion cubs and a teacher
- ولد شبل الأسد في حديقة دبي.
+ فر بشار الأسد إلى موسكو.
syria en: a base named after lions
- Drones fell near Ain al-Assad base.
+ Bashar al-Assad fled.
us_withdrawal ar: a lottery draw
- جرى سحب الجائزة الكبرى للجنود في العراق أمس.
+ جرى سحب الجنود الأميركيين من العراق أمس.
us_withdrawal ar: rain clouds
- تغطي سحب ركامية سماء العراق، وعلى القوات الحذر.
+ تقرر سحب القوات الأمريكية من العراق.
us_withdrawal ar: withdrawing cash
- يتيح المصرف في العراق سحب الرواتب لأفراد الجيش.
+ يبدأ الجيش الأمريكي سحب جنوده من العراق.
us_withdrawal en: cash in English
- Soldiers in Iraq may make one cash withdrawal a day.
+ American soldiers in Iraq begin a withdrawal.
syria ar: the sacred law
- قال الفقيه إن الشرع واضح في المسألة.
+ قال الرئيس أحمد الشرع إن المسألة واضحة.
syria ar: he began
- شرع أحمد في بناء بيته.
+ التقى أحمد الشرع وفدا زائرا.
factions ar: Badr, a man
- زار بدر الخالدي العراق وبغداد وقابل التجار.
+ زارت منظمة بدر مقرا في بغداد.
factions en: Badr, a mosque and a battle
- The Badr mosque in Baghdad was restored.
+ The Badr Organization opened an office.
factions ckb: Badr in Sorani
- بەدر ئەحمەد لە بەغدا کتێبی فرۆشت.
+ ڕێکخراوی بەدر لە بەغدا کۆبووەوە.
factions kmr: Badr in Kurmanji
- Bedir Xan li Iraqê pirtûk nivîsand.
+ Rêxistina Bedir li Iraqê civiya.
syria ar: to destroy, not Palmyra
- السيول تدمر الجسور في القرية.
+ عاد السياح إلى مدينة تدمر.
syria ar: a shield, not Daraa
- سلم المدير درعا للفائز.
+ خرجت مظاهرة في محافظة درعا.
factions en: a company named PMF
- The PMF fund bought a factory in Leeds.
+ The PMF bought drones, Iraq's parliament heard.
syria kmr: the West in Kurmanji
- Li rojava û bakur ba heye.
+ Li Rojavayê Kurdistanê hilbijartin çêbû.
syria und: same and himself, of unknown language
- He did the same himself, at the same time.
+ Li Şamê û Helebê.
gas_imports ckb: the surname Gazi
- کاکە گازی لە ئێرانەوە گەڕایەوە عێراق و خانووی کڕی.
+ عێراق گازی ئێران دەکڕێت بۆ کارەبا.
gas_imports und: the town of Gaza, of unknown language
- Iran said that aid to Gaza was cut, and Iraq agreed.
+ Iraq said that gas from Iran was cut.
factions ar: the cave's companions
- قرأ الشيخ قصة أصحاب الكهف للأطفال.
+ أعلن أصحاب الكهف في العراق، وهم فصيل من الفصائل، هجوما.
== somebody else's epithet
iran en: Iran-backed
- The Iran-backed group buried its leader in Beirut.
+ Iran buried its leader in Tehran.
iran en: Iran-aligned
- Iran-aligned fighters fled the town.
+ Iranian officials fled the town, Tehran said.
iran en: an Iranian militia
- Jets hit an Iranian militia near the border.
+ Jets hit an Iranian embassy near the border.
iran ar: allied with Iran, in Arabic
- هاجمت الجماعة المتحالفة مع إيران سفينة.
+ هاجمت إيران سفينة، وقالت طهران إنها ستكرر.
iran ar: loyal to Iran, in Arabic
- انسحبت الميليشيات الموالية لإيران من البلدة.
+ انسحبت إيران من المحادثات.
iran ckb: close to Iran, in Sorani
- گرووپێکی سەر بە ئێران لە لوبنان هێرشی کرد.
+ ئێران لە لوبنان سەفیری گۆڕی.
iran kmr: close to Iran, in Kurmanji
- Komeke girêdayî Îranê êrîş kir.
+ Îranê êrîş kir.
== sport
syria en: football of Syria
- Syria lost the World Cup qualifier; the goalkeeper wept.
+ Syria lost the town; the soldiers wept.
syria ar: football of Syria in Arabic
- خسر منتخب سوريا مباراته في التصفيات.
+ خسر جيش سوريا موقعه في الجبل.
syria ckb: football of Syria in Sorani
- یاریزانی سوریا گۆڵی کرد.
+ سوپای سوریا هێرشی کرد.
syria kmr: football of Syria in Kurmanji
- Lîstikvanê Sûriyeyê gol avêt.
+ Artêşa Sûriyeyê êrîş kir.
iran en: football of Iran
- Iran's national team won its football match.
+ Iran's parliament won its quarrel with the government.
iran ar: football of Iran in Arabic
- فاز منتخب إيران بكأس آسيا بعد مباراة طويلة.
+ فاز رئيس إيران بولاية ثانية.
iran ckb: football of Iran in Sorani
- هەڵبژاردەی ئێران لە جامی جیهان دۆڕا.
+ سوپای ئێران لە سنوور شەڕی کرد.
iran kmr: football of Iran in Kurmanji
- Tîma futbolê ya Îranê bi ser ket.
+ Artêşa Îranê li sînor e.
israel en: football of Israel
- Israel's national team faces a football match after the attack of its striker.
+ Israel faces an attack from Lebanon.
israel ar: football of Israel in Arabic
- خسر منتخب إسرائيل مباراة كرة القدم رغم هجومه.
+ شنت إسرائيل هجوما على غزة.
israel ckb: basketball of Israel in Sorani
- یاریزانێکی ئیسرائیل لە هێرشی یارییەکە گۆڵی کرد.
+ ئیسرائیل هێرشی کردە سەر غەززە.
israel kmr: basketball of Israel in Kurmanji
- Tîma basketbolê ya Îsraîlê bi ser ket, şer xweş bû.
+ Îsraîlê şerê Xezeyê dom kir.
== one person's fate, the arts
syria ar: an actor of Syria
- رحل فنان سوري معروف عن سبعين عاما.
+ رحل وزير سوري إلى موسكو، وقالت سوريا إنه مطلوب.
syria en: Syrian-born
- The Syrian-born chef opened a cafe.
+ The Syrian government opened a border gate.
syria ckb: a singer of Syria in Sorani
- گۆرانیبێژێکی سوریا ئەلبومێکی بڵاو کردەوە.
+ حکوومەتی سوریا بەیاننامەیەکی بڵاو کردەوە.
syria kmr: a singer of Syria in Kurmanji
- Stranbêjekî Sûriyeyê albûma xwe derxist.
+ Hikûmeta Sûriyeyê biryara xwe da.
iran en: a director of Iran
- An Iranian director wins a film prize.
+ An Iranian minister wins a vote in Tehran.
iran ckb: an artist of Iran in Sorani
- هونەرمەندێکی ئێران فیلمێکی نوێی هەیە.
+ وەزیرێکی ئێران دەستی لە کار کێشایەوە.
syria en: refugees drown
- Syrian refugees drowned when a boat capsized off Greece.
+ Syrian refugees return to Aleppo.
syria ar: refugees on a road
- وفاة لاجئين سوريين في حادث سير في ألمانيا.
+ عودة لاجئين سوريين إلى حمص في سوريا.
syria ckb: refugees on a road in Sorani
- دوو پەنابەری سوریا لە ڕووداوی هاتوچۆ مردن.
+ پەنابەرانی سوریا دەگەڕێنەوە حەلەب.
syria kmr: refugees on a road in Kurmanji
- Du penaberên ji Sûriyeyê di qezayê de mirin.
+ Penaber vegeriyan Sûriyeyê.
israel en: a crime in Israel
- Haifa man charged with fraud in Israel.
+ Israel charged with genocide in Gaza, court says.
== the Islamic State as a figure of speech, and what else bears the name
isis en: acts like ISIS
- The militia acts like ISIS, said the farmer.
+ The militia fights ISIS, said the farmer.
isis ar: worse than Daesh in Arabic
- وصفهم بأنهم أسوأ من داعش.
+ وصفهم بأنهم من داعش.
isis ckb: like Daesh in Sorani
- ئەوان وەک داعش دەجووڵێنەوە.
+ ئەوان دژی داعش دەجەنگن.
isis kmr: like Daesh in Kurmanji
- Ew wek DAIŞê tevdigerin.
+ Ew li dijî DAIŞê şer dikin.
isis en: the goddess
- A temple of Isis, the Egyptian goddess, was dug up.
+ A camp of Isis fighters was dug up.
isis ar: the goddess in Arabic
- كشف الأثريون تمثال إيزيس، لا علاقة له بداعش.
+ كشف الجنود مخبأ لداعش.
isis en: Isis, a river and a neutron source
- Rowers on the River Isis; the ISIS neutron source hums.
+ A bomb by the river; ISIS claims the attack.
isis en: Tameside IS?
- How big Tameside IS a leader in recycling asks itself.
+ An IS leader in Tameside is jailed.
== a withdrawal of others, or from something else
us_withdrawal en: from Afghanistan
- Biden defends the pullout of US troops from Afghanistan.
+ Biden defends the pullout of US troops from Iraq.
us_withdrawal ar: from Afghanistan in Arabic
- انسحاب القوات الأمريكية من أفغانستان.
+ انسحاب القوات الأمريكية من العراق.
us_withdrawal ckb: from Afghanistan in Sorani
- کشانەوەی هێزەکانی ئەمریکا لە ئەفغانستان.
+ کشانەوەی هێزەکانی ئەمریکا لە عێراق.
us_withdrawal kmr: from Afghanistan in Kurmanji
- Vekişîna hêzên Amerîka ji Efxanistanê.
+ Vekişîna hêzên Amerîka ji Iraqê.
us_withdrawal en: from the WHO
- Trump orders US withdrawal from the WHO.
+ Trump orders US withdrawal of forces from Syria.
us_withdrawal ar: from the WHO in Arabic
- ترامب يعلن انسحاب الولايات المتحدة من منظمة الصحة العالمية.
+ ترامب يعلن انسحاب الولايات المتحدة من سوريا.
us_withdrawal en: from UNESCO
- The United States will withdraw from UNESCO, Iraq's envoy said.
+ The United States will withdraw its troops, Iraq's envoy said.
us_withdrawal ar: from the Paris agreement in Arabic
- الانسحاب الأمريكي من اتفاق باريس للمناخ.
+ الانسحاب الأمريكي من العراق.
us_withdrawal en: from the nuclear deal
- After the US withdrew from the nuclear deal, Iraq was wary.
+ After the US withdrew forces from Iraq, Iran was wary.
us_withdrawal ckb: from the nuclear deal in Sorani
- کشانەوەی ئەمریکا لە ڕێککەوتنی ناوکی.
+ کشانەوەی ئەمریکا لە عێراق.
us_withdrawal en: Israel's
- Israel will withdraw its forces from southern Syria.
+ The US will withdraw its forces from southern Syria.
us_withdrawal ar: Israel's in Arabic
- انسحاب القوات الإسرائيلية من سوريا.
+ انسحاب القوات الأميركية من سوريا.
us_withdrawal en: the SDF's
- The SDF will withdraw its forces from Aleppo, Syria.
+ The US will withdraw its forces from Hasakah, Syria.
us_withdrawal kmr: the SDF's in Kurmanji
- Vekişîna HSDê ji Helebê, Sûriye.
+ Vekişîna leşkerên Amerîka ji Sûriyeyê.
us_withdrawal en: the Emirates'
- UAE withdraws its troops from Yemen, says Iraq's paper.
+ Spain withdraws its troops from Iraq, says a paper.
us_withdrawal en: of a candidate
- The American withdraws his candidacy in Iraq's football union.
+ The American army withdraws its men from Iraq.
us_withdrawal en: from one city
- US forces pull out of Fallujah.
+ US forces pull out of Iraq.
== armed groups of others
factions en: Houthi militia
- The Houthi militia seized a ship off Yemen.
+ An Iraqi militia seized a ship off Basra.
factions ar: Houthi militia in Arabic
- احتجزت ميليشيا الحوثي سفينة.
+ احتجزت ميليشيا عراقية سفينة في البصرة.
factions ckb: Houthis in Sorani
- میلیشیا حووسییەکان لە یەمەن هێرشیان کرد.
+ میلیشیاکان لە عێراق هێرشیان کرد.
factions kmr: Houthis in Kurmanji
- Milîsên Hûsî li Yemenê êrîş kirin.
+ Milîs li Iraqê êrîş kirin.
factions en: Palestinian factions
- Palestinian factions met in Cairo.
+ The resistance factions met in Baghdad, Iraq.
factions ar: Palestinian factions in Arabic
- اجتمعت فصائل فلسطينية في القاهرة.
+ اجتمعت فصائل عراقية في بغداد.
factions en: Syrian rebels
- A Syrian rebel faction fought near Iraq.
+ An armed faction in Iraq refused to disarm.
factions en: a faction in a parliament
- A party faction in the German parliament split.
+ A faction of the militias in Iraq was disarmed.
factions ar: a faction in a parliament in Arabic
- انقسم فصيل نيابي في برلمان إيطاليا.
+ انقسم أحد الفصائل المسلحة في العراق حول نزع السلاح.
factions en: the SDF, a Kurdish-led militia
- The Kurdish-led militia left Raqqa for Iraq.
+ The Shiite militia left Mosul, Iraq.
factions en: the PKK lays down arms in Iraq
- The PKK, an armed group, began to disarm in Sulaymaniyah, Iraq.
+ The factions, armed groups, began to disarm in Basra, Iraq.
factions ar: the PKK in Arabic
- بدأ حزب العمال نزع سلاح مقاتليه، وهم من الجماعات المسلحة، في السليمانية.
+ بدأ نزع سلاح الفصائل المسلحة في السليمانية.
factions ckb: the PKK in Sorani
- پەکەکە دەستی بە چەکدانان کرد لە سلێمانی، چەکدارەکان گەڕانەوە.
+ لە بەغدا داماڵینی چەکی میلیشیاکان دەستی پێ کرد.
factions kmr: the PKK in Kurmanji
- PKK li Silêmaniyê dest bi çekdanînê kir, komên çekdar belav bûn.
+ Li Bexdayê çekdanîna milîsan dest pê kir.
factions ar: Lebanon's resistance
- قال حزب الله إن سلاح المقاومة باق في لبنان، وشكر العراق.
+ قال نائب إن سلاح المقاومة باق في العراق.
factions en: a Turkish drone in Iraq
- A Turkish drone attack hit a gas field in northern Iraq.
+ A drone attack hit the Khor Mor gas field in northern Iraq.
factions en: Warhammer
- A codex for the Chaos factions and their armed groups.
+ Iraq's factions and their armed groups face disarming.
== gases and trades of others
gas_imports en: tear gas
- Tear gas was fired as supplies were cut, Iran and Iraq said.
+ Gas supplies were cut by Iran, Iraq said.
gas_imports ar: tear gas in Arabic
- أطلق الغاز المسيل للدموع قرب سفارة إيران في العراق وتوقف السير.
+ توقف الغاز من إيران في العراق.
gas_imports ckb: tear gas in Sorani
- گازی فرمێسکڕێژ لە عێراق بەکارهات، ئێران ناردنی وەستاند.
+ ئێران ناردنی گازی بۆ عێراق وەستاند.
gas_imports kmr: tear gas in Kurmanji
- Polîsê Iraqê gaza rondikrêj avêt, Îran rawestiya.
+ Îranê gaza Iraqê rawestand.
gas_imports en: chlorine
- A chlorine gas attack in Iraq; Iran halts flights.
+ Iran halts gas flows to Iraq.
gas_imports en: Russia and Europe
- Russian gas supplies to Europe stop, and Iraq watches.
+ Iranian gas supplies to Iraq stop.
gas_imports ar: Russia and Europe in Arabic
- توقف إمدادات الغاز الروسي إلى أوروبا.
+ توقف إمدادات الغاز الإيراني إلى العراق.
gas_imports en: a pipeline blown up
- A gas pipeline explosion in Iran was heard in Iraq.
+ A gas pipeline from Iran supplies Iraq.
gas_imports ar: Lebanon buys power from Iraq
- لبنان يبحث استيراد الكهرباء من العراق.
+ العراق يبحث استيراد الكهرباء من الخليج.
== counts and lists
iran en: counts of the sick
- Iran reports 200 new infections of the coronavirus.
+ Iran reports 200 new centrifuges.
iran ar: counts of the sick in Arabic
- إيران تسجل 200 إصابة جديدة بفيروس كورونا.
+ إيران تسجل 200 خرق للاتفاق، قالت طهران.
iran ckb: counts of the sick in Sorani
- لە ئێران 60 کەس بە کۆرۆنا مردن.
+ لە ئێران 60 کەس لە سێدارە دران.
iran kmr: counts of the sick in Kurmanji
- Li Îranê 60 kes ji ber koronayê mirin.
+ Li Îranê 60 kes hatin darvekirin.
israel ar: occupiers of others
- قصفت قوات الاحتلال التركي قرية في الشمال.
+ قصفت قوات الاحتلال قرية في الضفة.
us_withdrawal ar: leaving a political bloc
- أعلنت الكتلة خروجها من التحالف الوطني في العراق.
+ أعلنت بغداد خروج التحالف الدولي من العراق.
us_withdrawal en: leaving a government
- The party will pull its ministers and withdraw from the ruling coalition in Iraq, the army said.
+ The coalition will pull its soldiers and withdraw from Iraq, the army said.
us_withdrawal ckb: leaving a political bloc in Sorani
- لیستەکە کشانەوەی خۆی لە هاوپەیمانیی کوردستان لە عێراق ڕاگەیاند.
+ کشانەوەی هاوپەیمانیی نێودەوڵەتی لە عێراق ڕاگەیەندرا.
us_withdrawal kmr: leaving a political bloc in Kurmanji
- Partiyê vekişîna xwe ji Hevpeymaniya Kurdistanê li Iraqê ragihand.
+ Vekişîna hevpeymaniya navneteweyî ji Iraqê hat ragihandin.
us_withdrawal en: Syria leaves Lebanon
- Washington demands that Syria withdraw its troops from Lebanon.
+ Washington orders its troops to withdraw from Syria.
factions ar: a crowd
- تفرق الحشد الجماهيري في بغداد بعد انتهاء الحفل في العراق.
+ تفرق مقاتلو الحشد في بغداد بعد انتهاء المعركة.
syria en: Japan's soldiers
- Japan's SDF dug wells near Samawa.
+ The SDF dug trenches near Kobani.
syria en: one of several lands
- The pope prayed for Gaza and Syria.
+ The pope prayed for the dead of the war in Syria.
iran en: from one end of a list to the other
- He is on the side of the good, from Venezuela to Iran, he writes.
+ He is on the side of the protesters, and Iran will see it, he writes.
iran en: an earthquake
- Earthquake shakes a village in western Iran.
+ Nuclear site in western Iran shakes the talks.
israel ar: others that the word names
- انتقد الكاتب قوات الاحتلال الأميركي وانسحابها.
+ انتقد الكاتب قوات الاحتلال وقصفها غزة.
"""


def read_table() -> dict[str, tuple[str, str, str, str]]:
    traps: dict[str, tuple[str, str, str, str]] = {}
    rows = [row for row in TABLE.splitlines() if row and not row.startswith("==")]
    for head, trap, twin in zip(rows[::3], rows[1::3], rows[2::3], strict=True):
        of, _, name = head.partition(": ")
        topic, language = of.split()
        assert name not in traps and trap.startswith("- ") and twin.startswith("+ ")
        traps[name] = (topic, language, trap[2:], twin[2:])
    return traps


TRAPS = read_table()


def topics_of(text: str, language: str) -> set[str]:
    return {tag.topic for tag in match(PACKS, title=None, text=text, language=language)}


@pytest.mark.parametrize(("topic", "language", "trap", "twin"), TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_is_not_entered_and_its_twin_is_found(topic: str, language: str, trap: str, twin: str) -> None:
    assert topic not in topics_of(trap, language)
    assert topic in topics_of(twin, language)


@pytest.mark.parametrize(("topic", "language", "trap"), [row[:3] for row in TRAPS.values()], ids=TRAPS.keys())
def test_a_trap_in_the_title_is_not_entered_either(topic: str, language: str, trap: str) -> None:
    assert topic not in {tag.topic for tag in match(PACKS, title=trap, text="…", language=language)}
