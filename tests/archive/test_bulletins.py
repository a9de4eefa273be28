"""Issues of a series are no copies of each other, and a flash of few words has copies all the same."""

from datetime import timedelta

import pytest

from archive.article import Article
from archive.database import transaction
from archive.likeness import alike, signature
from archive.storing import Arrival, save
from topics.fold import fold

BULLETINS = {
    "en": (
        "The price of the dollar {moved} in Baghdad this morning as the main exchanges of the capital opened. The "
        "exchanges of Kifah and Harithiya recorded {0} dinars for one hundred dollars, while they had recorded {1} "
        "dinars before. In the shops of the local markets the selling price reached {2} dinars and the buying price "
        "{3} dinars for one hundred dollars.",
        ("rose", "fell"),
    ),
    "ar": (
        "{moved} أسعار صرف الدولار الأمريكي صباح اليوم في أسواق العاصمة بغداد مع افتتاح البورصة الرئيسية. وسجلت بورصتا "
        "الكفاح والحارثية {0} دينارا مقابل كل مئة دولار بينما كانت قد سجلت قبل ذلك {1} دينارا. وفي محال الصيرفة "
        "بالأسواق المحلية بلغ سعر البيع {2} دينارا وسعر الشراء {3} دينارا لكل مئة دولار.",
        ("ارتفعت", "انخفضت"),
    ),
    "ckb": (
        "نرخی دۆلار ئەمڕۆ بەیانی لە بازاڕەکانی بەغدای پایتەخت {moved} لەگەڵ کردنەوەی بۆرسە سەرەکییەکان. بۆرسەی کیفاح و "
        "حارسییە {0} دیناریان بۆ سەد دۆلار تۆمار کرد لە کاتێکدا پێشتر {1} دیناریان تۆمار کردبوو. لە دوکانەکانی "
        "ئاڵوگۆڕی بازاڕی ناوخۆ نرخی فرۆشتن گەیشتە {2} دینار و نرخی کڕین {3} دینار بۆ هەر سەد دۆلارێک.",
        ("بەرز بووەوە", "دابەزی"),
    ),
    "kmr": (
        "Bihayê dolar îro sibê li sûkên Bexdaya paytext {moved} dema ku borseyên sereke vebûn. Borseyên Kîfah û "
        "Harîsiye {0} dînar ji bo sed dolarî tomar kirin, lê berê {1} dînar tomar kiribûn. Li dikanên sûka navxweyî "
        "bihayê firotinê gihîşt {2} dînar û bihayê kirînê {3} dînar ji bo her sed dolarî.",
        ("bilind bû", "daket"),
    ),
}
PRICES = (("153,250", "152,500", "154,250", "152,250"), ("151,900", "153,250", "152,850", "150,850"))
COUNTERS = {
    "en": (
        "Hospitals in the district have received {} people with wounds since the fighting began on the hills above the "
        "town, the director of health said on his daily round with the press. He asked the families to give blood and "
        "to leave the road to the hospital free for the ambulances, of which {} are in service today. The ministry has "
        "promised to send tents, blankets and medicine for the people who have left their homes in the villages.",
        (("four", "three"), ("seven", "five")),
    ),
    "ar": (
        "استقبلت مستشفيات القضاء {} من الجرحى منذ بدء القتال على التلال المطلة على البلدة بحسب ما قال مدير الصحة في "
        "جولته اليومية مع الصحفيين. ودعا المدير الأهالي إلى التبرع بالدم وإلى ترك الطريق المؤدي إلى المستشفى خاليا "
        "لسيارات الإسعاف التي يعمل منها اليوم {} فقط. ووعدت الوزارة بإرسال خيام وبطانيات وأدوية للذين تركوا بيوتهم في "
        "القرى القريبة.",
        (("أربعة", "ثلاث"), ("سبعة", "خمس")),
    ),
    "ckb": (
        "نەخۆشخانەکانی قەزاکە {} برینداریان وەرگرتووە لەوەتەی شەڕ لەسەر گردەکانی سەرووی شارۆچکەکە دەستی پێکردووە، "
        "بەڕێوەبەری تەندروستی لە گەشتی ڕۆژانەی لەگەڵ ڕۆژنامەنووسان وای گوت. داوای لە خێزانەکان کرد خوێن ببەخشن و ڕێگای "
        "نەخۆشخانە بۆ ئۆتۆمبێلەکانی فریاگوزاری چۆڵ بکەن کە ئەمڕۆ {} دانەیان کار دەکەن. وەزارەت بەڵێنی داوە چادر و "
        "بەتانی و دەرمان بنێرێت بۆ ئەوانەی ماڵەکانیان لە گوندەکان بەجێهێشتووە.",
        (("چوار", "سێ"), ("حەوت", "پێنج")),
    ),
    "kmr": (
        "Nexweşxaneyên navçeyê ji destpêka şer li ser girên jora bajarok ve {} birîndar wergirtine, rêveberê "
        "tenduristiyê di gera xwe ya rojane ya bi rojnamevanan re got. Wî ji malbatan xwest ku xwînê bidin û rêya "
        "nexweşxaneyê ji bo ambûlansan vala bihêlin, ku îro {} ji wan dixebitin. Wezaretê soz daye ku kon, betanî û "
        "derman ji bo kesên ku malên xwe li gundan hiştine bişîne.",
        (("çar", "sê"), ("heft", "pênc")),
    ),
}
FLASHES = {
    "en": ("Breaking: explosion in Baghdad", "Breaking: explosion heard in central Baghdad."),
    "ar": ("عاجل: انفجار في بغداد", "عاجل: انفجار في بغداد"),
    "ckb": ("بەپەلە: تەقینەوەیەک لە بەغدا", "تەقینەوەیەک لە ناوەڕاستی بەغدا ڕوویدا."),
    "kmr": ("Lezgîn: Teqîn li Bexdayê", "Li navenda Bexdayê teqînek çêbû."),
}


def bulletin(language, day):
    words, moved = BULLETINS[language]
    return words.format(*PRICES[day], moved=moved[day])


@pytest.fixture
def arrive(keep, noon):
    """An article of *source* that appears *hours* after noon; its story."""

    def put(source, text, hours, **fields):
        at = noon + timedelta(hours=hours)
        return keep(
            url=f"https://{source}.example/{hours}", source=source, text=text, published=at, seen=at, **fields
        ).story

    return put


@pytest.fixture
def flash(db, noon):
    """A flash, whose title is signed with it as the pipeline does; its story."""

    def put(source, title, text, hours=0.0):
        at = noon + timedelta(hours=hours)
        article = Article(url=f"https://{source}.example/{hours}", source=source, title=title, text=text, published=at)
        with transaction(db):
            return save(db, Arrival(article=article, signature=signature(fold(text), fold(title)), seen=at)).story

    return put


@pytest.mark.parametrize("language", BULLETINS)
def test_the_next_days_bulletin_of_a_source_is_a_story_of_its_own(arrive, language) -> None:
    assert arrive("agency", bulletin(language, 0), 0) != arrive("agency", bulletin(language, 1), 24)


@pytest.mark.parametrize("language", COUNTERS)
def test_casualties_that_are_counted_in_words_are_told_each_day(arrive, language) -> None:
    words, (before, after) = COUNTERS[language]
    first, second = words.format(*before), words.format(*after)

    assert alike(signature(fold(first)), signature(fold(second))) > 0.7
    assert arrive("agency", first, 0) != arrive("agency", second, 24)


@pytest.mark.parametrize("language", BULLETINS)
def test_a_bulletin_of_the_same_day_with_other_figures_is_an_update_of_the_story(arrive, language) -> None:
    assert arrive("agency", bulletin(language, 0), 0) == arrive("agency", bulletin(language, 1), 5)


@pytest.mark.parametrize("language", BULLETINS)
def test_copies_of_two_days_bulletins_are_two_stories_whoever_comes_first(arrive, language) -> None:
    first = [arrive(source, bulletin(language, 0), 0.1 * place) for place, source in enumerate(("agency", "paper"))]
    second = [arrive(source, bulletin(language, 1), 24 + place) for place, source in enumerate(("paper", "agency"))]

    assert len(set(first)) == len(set(second)) == 1
    assert first[0] != second[0]


def test_one_figure_in_a_hundred_words_makes_another_issue(arrive, prose) -> None:
    words = prose(100, 1).split()

    assert arrive("agency", " ".join(["12", *words]), 0) != arrive("agency", " ".join(["19", *words]), 24)
    assert arrive("other", " ".join(["12", *words]), 24) != arrive("other", " ".join(["12", *words[:60]]), 48)


def test_updates_within_the_day_are_no_bridge_to_the_next(arrive) -> None:
    morning = arrive("agency", bulletin("en", 0), 0)

    assert arrive("agency", bulletin("en", 0) + " Later.", 12) == morning
    assert arrive("agency", bulletin("en", 1), 24) != morning


def test_what_a_source_publishes_once_more_a_day_later_is_the_same_story(arrive, prose) -> None:
    text = f"The 14 men. {prose(120, 1)}"

    assert arrive("paper", text, 0) == arrive("paper", f"{text} Again.", 48)


def test_a_late_copy_with_the_figures_of_the_original_is_joined(arrive, prose) -> None:
    text = f"12 of 300 men in 14 towns. {prose(120, 1)}"

    assert arrive("agency", text, 0) == arrive("weekly", text[: len(text) * 2 // 3], 96)


@pytest.mark.parametrize("language", FLASHES)
def test_a_flash_that_is_word_for_word_the_same_is_one_story(flash, language) -> None:
    title, text = FLASHES[language]

    assert len({flash(source, title, text, hours) for source, hours in (("a", 0), ("b", 0.2), ("c", 5))}) == 1


def test_a_flash_is_read_in_whatever_spelling(flash) -> None:
    assert flash("a", "عاجل: انفجار في أربيل", "انفجار في أربيل") == flash(
        "b", "عاجل.. إنفجار في اربيل", "انفجار في اربيل!"
    )


@pytest.mark.parametrize(
    ("one", "other", "hours"),
    [
        (("Breaking: explosion in Baghdad", "An explosion."), ("Breaking: explosion in Mosul", "An explosion."), 0),
        (("Breaking: explosion in Baghdad", "One died."), ("Breaking: explosion in Baghdad", "Two died."), 0),
        (("The weather in the north today", "See the map."), ("The weather in the north today", "See the map."), 24),
        (("Photo", "Photo."), ("Photo", "Photo."), 0),
        (("", "See the pictures of today below."), ("", "See the pictures of today below."), 0),
    ],
    ids=["another title", "another text", "a formula", "a label", "no title"],
)
def test_other_short_texts_stay_apart(flash, one, other, hours) -> None:
    assert flash("a", *one) != flash("b", *other, hours)


@pytest.mark.parametrize("language", BULLETINS)
def test_the_first_half_of_an_agencys_few_words_is_joined(arrive, language) -> None:
    words = bulletin(language, 0).split()[:45]

    assert arrive("agency", " ".join(words), 0) == arrive("paper", " ".join(words[:22]), 1)


def test_a_formula_of_some_words_is_no_copy_of_a_longer_one_with_other_words(arrive) -> None:
    end = "the article will be updated as more becomes known, follow us on Telegram for news"
    words = [f"word{number}" for number in range(20)]

    assert arrive("a", " ".join([*words, *end.split()]), 0) != arrive(
        "b", " ".join([*end.split()[4:], *words[::-2]]), 1
    )
