"""The packs of general use, elections and oil and energy: sentences that are the topic (+) and that are not (-).

The Kurdish ones have not been read by a native speaker yet.
"""

import pytest

from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.matching import match

PACKS = compile_packs(read_packs(PACKAGED))

SENTENCES = """
== elections en
+ Iraq will hold parliamentary elections in November, the electoral commission said.
+ IHEC extends the registration of voters in Kirkuk.
+ Polling stations opened at seven in all provinces of Iraq.
+ The Kurdistan Region sets a date for its election.
+ Turnout in the second round fell to 38 percent; the candidates await the count.
+ Syria is to elect a People's Assembly: the election results come on Monday.
+ Germany faces a snap election after the coalition broke.
+ Voters in Kenya go to the polls to choose a president among six candidates.
+ The referendum on the constitution passed by a narrow margin, officials of the commission said.
+ A governor accuses his rival of rigging the mayoral election.
+ Provincial council elections are postponed until spring.
+ The party won 40 seats, an exit poll suggests.
- Cardinals meet for the election of the pope, in a conclave behind closed doors.
- The club elects a new president; club elections are held in May.
- The football federation election was won by a former goalkeeper.
- The engineers' union election was calm.
+ After a recount of votes the governor's rival concedes; the seat stays with his party.
- Darwin called it natural selection.
- A selection of wines was served to guests.
- Readers vote for the best player of the season.
- The board voted to close the factory.
- Members elected to the academy include two novelists.
- The council of ministers approved a road.
- Parliament votes on the budget on Sunday.
- The president of parliament put the law to the vote.
- A poll finds that people sleep less.
== elections ar
+ تجري الانتخابات البرلمانية في العراق في تشرين الثاني.
+ مددت مفوضية الانتخابات تحديث سجل الناخبين في كركوك.
+ فتحت مراكز الاقتراع أبوابها في جميع المحافظات.
+ حدد الإقليم موعد انتخابات برلمان كردستان.
+ أعلنت المفوضية نسبة المشاركة في الانتخابات ونتائج الفرز.
+ تستعد سوريا لانتخابات مجلس الشعب.
+ تتجه ألمانيا إلى انتخابات مبكرة بعد انهيار الائتلاف.
+ يتوجه الناخبون في كينيا إلى صناديق الاقتراع لاختيار رئيس.
+ أقر الدستور في استفتاء شعبي.
+ اتهم المرشح منافسه بتزوير الانتخابات.
+ أرجئت انتخابات مجالس المحافظات إلى الربيع.
+ انطلقت الحملة الانتخابية للأحزاب في بغداد.
- يجتمع الكرادلة من أجل انتخاب البابا.
- تقام انتخابات النادي الشهر المقبل.
- فاز الحارس السابق في انتخابات اتحاد كرة القدم.
- جرت انتخابات نقابة المهندسين بهدوء.
- يدخل نائب رئيس الاتحاد العراقي لكرة القدم سباق انتخابات الرئاسة.
- تدرب المنتخب صباح اليوم.
- الانتخاب الطبيعي فكرة لداروين.
- تم انتخاب أفضل الكلمات لعنوان الكتاب.
- غنت المطربة بصوت جميل.
- قررت الهيئة إغلاق المصنع.
- وافق مجلس الوزراء على شق طريق.
- صوت مجلس النواب على قانون الموازنة.
== elections ckb
+ هەڵبژاردنەکانی پەرلەمانی عێراق لە تشرینی دووەم بەڕێوە دەچن.
+ کۆمسیۆنی هەڵبژاردنەکان ماوەی تۆمارکردنی درێژ کردەوە.
+ بنکەکانی دەنگدان لە هەموو پارێزگاکان کرانەوە.
+ کاتی هەڵبژاردنی پەرلەمانی کوردستان دیاری کرا.
+ ڕێژەی بەشداریی دەنگدەران کەم بوو.
+ ئەڵمانیا بەرەو هەڵبژاردنی پێشوەختە دەچێت.
+ ڕیفراندۆمی سەربەخۆیی لە بیرەوەرییدا ماوە.
+ پاڵێوراوان بانگەشەی هەڵبژاردنیان دەست پێ کرد.
+ هەڵبژاردنی ئەنجوومەنی پارێزگاکان دواخرا.
+ ئەنجامی هەڵبژاردنی سەرۆکایەتی ڕاگەیەندرا.
+ دەنگدان لە سەر پاڵێوراوەکان بوو، جیاکردنەوەی دەنگەکان دەستی پێ کرد.
- هەڵبژاردنی پاپا لە ڤاتیکان دەست پێ دەکات.
- هەڵبژاردنی سەرۆکی یانەکە کۆتایی هات.
- هەڵبژاردەی عێراق یارییەکەی بردەوە.
- هەڵبژاردنی باشترین یاریزان کرا.
- هەڵبژاردنی جلوبەرگ بۆ زستان.
- هەڵبژاردنی سەندیکای پزیشکان کۆتایی هات.
- هەڵبژاردنی سروشتی بیرۆکەی داروینە.
- ئەو ڕێگەیەکی باشی هەڵبژارد.
- ئەنجوومەنی وەزیران ڕێگایەکی پەسەند کرد.
- پەرلەمان دەنگی لەسەر بودجە دا.
- گۆرانیبێژەکە دەنگێکی خۆشی هەیە.
== elections kmr
+ Hilbijartinên parlemana Iraqê di meha Mijdarê de ne.
+ Komîsyona Bilind a Hilbijartinan dem dirêj kir.
+ Navendên dengdanê li hemû parêzgehan vebûn.
+ Dîroka hilbijartina parlemana Kurdistanê hat diyarkirin.
+ Rêjeya beşdariya dengderan kêm bû.
+ Almanya ber bi hilbijartinên pêşwext ve diçe.
+ Referandûma serxwebûnê di bîrê de ye.
+ Namzedan kampanyaya hilbijartinê da destpêkirin.
+ Encamên hilbijartinên serokatiyê hatin ragihandin.
+ Sindoqên dengdanê hatin vekirin.
+ Hilbijartina serokkomar dê Yekşemê be.
- Hilbijartina Papa li Vatîkanê dest pê dike.
- Hilbijartina serokê klûbê qediya.
- Hilbijarda Iraqê lîstik bir.
- Hilbijartina baştirîn lîstikvanî çêbû.
- Hilbijartina sendîkayê bi aramî derbas bû.
- Hilbijartina xwezayî ramana Darwîn e.
- Wî rêyeke baş hilbijart.
- Civata Wezîran rêyek pejirand.
- Parleman dengdana budceyê kir.
- Dengê stranbêjê xweş e.
- Wan helbesta herî xweş hilbijart.
== oil_energy en
+ OPEC+ agrees to raise output by 137,000 barrels a day.
+ SOMO resumes exports through the Kirkuk-Ceyhan pipeline.
+ Oil prices fell three percent on Monday.
+ Iraq's oil ministry signs a contract for the Nasiriyah field.
+ The Ministry of Electricity blames a blackout on the heat.
+ Brent settled at 68 dollars.
+ A refinery near Homs restarts.
+ Drones hit the Khor Mor gas field.
+ Norway's gas exports reach a record.
+ Crude production in Kurdistan stops, the companies of APIKUR say.
+ Fuel shortages empty the pumps in Damascus, as petrol prices soar.
+ Turkey and Iraq discuss a new oil pipeline agreement.
+ A solar farm will add 500 megawatts to the grid.
- An oil painting by a pupil of Rembrandt was sold.
- Olive oil harvests are poor in Idlib.
- Fry the onions in cooking oil.
- Sales of energy drinks rise.
- Police fired tear gas at fuel protesters' neighbours.
- The mayor has energy and wit.
- Essential oils and candles fill the shop.
- He burned the midnight oil.
- The party is back in power.
- A crude joke upset guests.
- The gas giant Jupiter shines tonight.
== oil_energy ar
+ اتفقت أوبك بلس على زيادة الإنتاج.
+ استأنفت سومو التصدير عبر أنبوب كركوك جيهان.
+ تراجعت أسعار النفط ثلاثة في المئة.
+ وقعت وزارة النفط عقدا لتطوير حقل الناصرية.
+ عزت وزارة الكهرباء الانقطاع إلى الحر.
+ بلغ خام برنت 68 دولارا.
+ عادت مصفاة حمص إلى العمل.
+ استهدفت مسيرة حقل كورمور الغازي.
+ بلغت صادرات الغاز النرويجية مستوى قياسيا.
+ أزمة البنزين تخنق المدينة وأسعار الوقود ترتفع.
+ تضيف المحطة الشمسية 500 ميغاواط إلى الشبكة.
+ ضبطت القوات صهاريج لتهريب النفط.
- بيعت لوحة بالزيت لرسام معروف.
- موسم زيت الزيتون ضعيف هذا العام.
- يقلى البصل بزيت الطعام والدهن.
- يحذر الأطباء من مشروبات الطاقة.
- أطلقت الشرطة الغاز المسيل للدموع.
- يملك المدرب طاقة إيجابية.
- بلغت الطاقة الاستيعابية للمدرسة حدها.
- ارتفعت أسعار المواد الخام للنسيج.
- ألقت الطائرات البراميل المتفجرة على الحي.
- عاد الحزب إلى السلطة.
== oil_energy ckb
+ ئۆپێک بەرهەمی زیاد دەکات.
+ سۆمۆ هەناردەکردنی نەوت لە ڕێگەی بۆریی جەیهان دەست پێ دەکاتەوە.
+ نرخی نەوت دابەزی.
+ وەزارەتی نەوت گرێبەستێکی واژۆ کرد.
+ وەزارەتی کارەبا هۆکاری بڕینی کارەبای ڕوون کردەوە.
+ پاڵاوگەکە دەستی بە کار کردەوە.
+ درۆنێک کێڵگەی گازی کۆرمۆری کردە ئامانج.
+ قەیرانی بەنزین لە شار سەری هەڵدا.
+ نرخی بەرمیلێک نەوت گەیشتە 68 دۆلار.
+ وێستگەکە 500 مێگاوات بەرهەم دەهێنێت.
- تابلۆیەکی زەیتی فرۆشرا.
- ڕۆنی زەیتوون ئەمساڵ کەمە.
- پیازەکە لە ڕۆندا سوور بکەرەوە.
- خواردنەوەی وزەبەخش زیانی هەیە.
- پۆلیس گازی فرمێسکڕێژی بەکارهێنا.
- ڕاهێنەرەکە وزەی ئەرێنی هەیە.
- کاکە گازی گەڕایەوە ماڵەوە.
- پارتەکە گەڕایەوە دەسەڵات.
- نەورۆز لە شاخ پیرۆز کرا.
- نەوەی نوێ گۆرانی دەڵێت.
== oil_energy kmr
+ OPEC hilberînê zêde dike.
+ SOMO hinardekirina neftê bi rêya boriya Ceyhanê dest pê dike.
+ Bihayê petrolê daket.
+ Wezareta Petrolê peymanek îmze kir.
+ Wezareta Elektrîkê sedema birîna elektrîkê diyar kir.
+ Rafîneriya Humisê dîsa dixebite.
+ Dronekê zeviya gazê ya Kormorê kir armanc.
+ Krîza benzînê li bajêr mezin dibe.
+ Bermîlek neft bû 68 dolar.
+ Santral 500 megawat çêdike.
- Tabloyeke rûnê hat firotin.
- Rûnê zeytûnê îsal kêm e.
- Pîvazê di rûn de sor bike.
- Vexwarinên enerjiyê zirarê didin.
- Polîsan gaza rondikrêj avêt.
- Rahêner xwedî enerjiya erênî ye.
- Partî vegeriya desthilatê.
- Newroz li çiyê hat pîrozkirin.
- Ew li Xezeyê ma.
- Stranbêj helbestek got.
"""


def read_sentences() -> list[tuple[str, str, bool, str]]:
    sentences: list[tuple[str, str, bool, str]] = []
    topic = language = ""
    for row in SENTENCES.split("\n")[1:-1]:
        sign, _, text = row.partition(" ")
        if sign == "==":
            topic, language = text.split()
        else:
            sentences.append((topic, language, {"+": True, "-": False}[sign], text))
    return sentences


@pytest.mark.parametrize(("topic", "language", "is_topic", "text"), read_sentences())
def test_a_sentence_is_the_topic_or_is_not(topic: str, language: str, is_topic: bool, text: str) -> None:
    assert (topic in {tag.topic for tag in match(PACKS, title=None, text=text, language=language)}) is is_topic
    assert (topic in {tag.topic for tag in match(PACKS, title=text, text="…", language=language)}) is is_topic


def test_each_language_has_twenty_sentences_of_each_topic() -> None:
    for topic in ("elections", "oil_energy"):
        for language in ("en", "ar", "ckb", "kmr"):
            assert sum(row[:2] == (topic, language) for row in read_sentences()) >= 20
