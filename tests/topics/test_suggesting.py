"""Suggesting: what is planted in a topic's stories comes on top, and nothing that its lists have already."""

import random
import tomllib
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.compiling import compile_packs
from topics.fold import fold
from topics.suggesting.contrast import Told, log_likelihood
from topics.suggesting.listable import as_term
from topics.suggesting.suggest import FEWEST_TAGGED, MOST_OTHERS, MOST_TAGGED, Suggestions, suggest

PACK = compile_packs(
    [
        (
            "pack.toml",
            tomllib.loads("""
[lists.factions]
en = ["popular mobilization forces", "militia*"]
ar = ["الحشد الشعبي"]
ckb = ["حەشد*"]
kmr = ["Heşd*"]
[topic.factions]
name = "Factions"
[[topic.factions.rule]]
any = ["factions"]
[lists.guards]
en = ["honour guard*"]
[topic.guards]
name = "Guards"
[[topic.guards.rule]]
any = ["guards"]
"""),
        )
    ]
)
TERM = {"en": "the militias", "ar": "والحشد الشعبي", "ckb": "حەشدی", "kmr": "Heşda"}
WORDS = {
    "en": "the of and to in a that said on with market river school rain price farmers road museum harvest bridge "
    "teacher bread winter water minister budget hospital village spring festival engine factory tourists port",
    "ar": "في من على إلى أن السوق النهر المدرسة المطر الأسعار المزارعون الطريق المتحف الحصاد الجسر المعلم الخبز الشتاء "
    "الماء الوزير الميزانية المستشفى القرية الربيع المهرجان المصنع السياح الميناء العمال الشركة المدينة الجامعة الشارع",
    "ckb": "لە بە بۆ و کە بازاڕ ڕووبار قوتابخانە باران نرخ جووتیار ڕێگا مۆزەخانە دروێنە پرد مامۆستا نان زستان ئاو "
    "وەزیر بودجە نەخۆشخانە گوند بەهار فێستیڤاڵ کارگە گەشتیار بەندەر کرێکار کۆمپانیا شار زانکۆ شەقام",
    "kmr": "li ji bi û ku bazar çem dibistan baran buha cotkar rê mûze dirûn pir mamoste nan zivistan av wezîr budçe "
    "nexweşxane gund bihar festîval kargeh geştyar bender karker şirket bajar zanîngeh kolan",
}


class Newspaper:
    """Stories of everyday words in one language, with phrases planted into some."""

    def __init__(self, language: str, seed: int = 7) -> None:
        self._words, self._chance, self._numbers = WORDS[language].split(), random.Random(seed), count(1)

    def story(self, *planted: str, **given: object) -> Told:
        number = next(self._numbers)
        sentences = [self._sentence() for _ in range(5)] + [f"{self._sentence()} {phrase} {self._sentence()}"
                                                             for phrase in planted]  # fmt: skip
        fields = {"story": number, "source": f"source{number % 3}", "day": f"2026-03-{number % 28 + 1:02}"}
        return Told(**({"id": number, "title": self._sentence(), "text": ". ".join(sentences) + "."} | fields | given))  # type: ignore[arg-type]

    def _sentence(self) -> str:
        return " ".join(self._chance.choices(self._words, k=9))


def suggested(language: str, tagged: list[Told], others: list[Told], limit: int = 20) -> Suggestions:
    return suggest(PACK, "factions", language, tagged, others, limit=limit)


def archive(language: str, planted: list[str], elsewhere: list[str] | None = None) -> tuple[list[Told], list[Told]]:
    """40 stories of the topic, every second one with something of *planted*, and 150 others."""
    paper = Newspaper(language)
    tagged = [
        paper.story(TERM[language], *([planted[number // 2 % len(planted)]] if number % 2 else []))
        for number in range(40)
    ]
    others = [paper.story(*((elsewhere or []) if number % 10 == 0 else [])) for number in range(150)]
    return tagged, others


@pytest.mark.parametrize(
    ("language", "planted", "terms"),
    [
        ("en", ["Ninth Example Brigade"], ["Ninth Example Brigade"]),
        ("en", ["checkpoint", "checkpoints"], ["checkpoint*"]),
        ("en", ["HXB"], ["=HXB"]),
        ("ar", ["لواء الفجر الجديد", "ولواء الفجر الجديد"], ["لواء الفجر الجديد"]),
        ("ar", ["والمسيّرات", "بالمسيرات", "المسيرات"], ["المسيرات"]),
        ("ckb", ["سەنگەر", "سەنگەرەکان", "سەنگەری"], ["سەنگەر*"]),
        ("kmr", ["tabûr", "tabûra", "tabûrên"], ["tabûr*"]),
    ],
)
def test_what_is_planted_is_suggested_and_nothing_else(language: str, planted: list[str], terms: list[str]) -> None:
    tagged, others = archive(language, planted)
    found = suggested(language, tagged, others)
    assert [one.term for one in found.terms] == terms
    (one,) = found.terms
    assert (one.stories, one.others, found.stories, found.others) == (20, 0, 40, 150)
    assert one.sentence[one.start : one.end] in planted
    assert one.spelling in planted and one.times > 10 and one.score > 20
    assert not found.too_few


@pytest.mark.parametrize(
    ("written", "term"),
    [("للمسيّرات", "المسيّرات"), ("وبالمسيرات", "المسيرات"), ("بمسيرات", "مسيرات"), ("ولمسيرات", "مسيرات")],
)
def test_what_stands_before_an_arabic_word_everywhere_is_cut_off(written: str, term: str) -> None:
    assert as_term([[(fold(written).tokens[0], written)]], ["مسيرات"], "ar") == term


def test_a_word_that_is_as_frequent_elsewhere_is_not_suggested() -> None:
    tagged, others = archive("en", ["parliament"], elsewhere=["parliament"])
    assert suggested("en", tagged, others).terms
    everywhere = [Newspaper("en", seed).story("parliament", story=1000 + seed) for seed in range(150)]
    assert not suggested("en", tagged, everywhere).terms


def test_what_the_lists_find_is_not_suggested_nor_a_part_of_it() -> None:
    tagged, others = archive("en", ["popular mobilization forces", "militia leaders"])
    assert not {"popular", "mobilization", "militia"} & {
        word for one in suggested("en", tagged, others).terms for word in fold(one.term).tokens
    }
    assert [one.term for one in suggested("en", tagged, others).terms] == ["leaders"], (
        "what stands beside a term is news"
    )


def test_what_another_topic_looks_for_is_suggested_with_its_name() -> None:
    tagged, others = archive("en", ["honour guards", "Ninth Brigade"])
    assert {one.term: one.topics for one in suggested("en", tagged, others).terms} == {
        "honour guards": ("guards",),
        "Ninth Brigade": (),
    }


def test_of_a_name_and_its_parts_the_name_is_suggested() -> None:
    paper = Newspaper("en")
    tagged = [
        paper.story(
            TERM["en"], *(["Example Brigade"] if number % 2 else []), *(["brigade staff"] if number % 4 == 1 else [])
        )
        for number in range(40)
    ]
    others = [paper.story(*(["a brigade of cooks"] if number % 6 == 0 else [])) for number in range(150)]
    terms = [one.term for one in suggested("en", tagged, others).terms]
    assert "Example Brigade" in terms and "Example" not in terms
    assert "Brigade" not in terms, "it stands in as many other stories"


@pytest.mark.parametrize(
    ("planted", "terms"),
    [
        (["checkpoint north", "checkpoint"], ["checkpoint"]),  # as rare elsewhere: "north" adds nothing
        (["Alpha Bravo Charlie Delta Echo"], ["Alpha Bravo Charlie Delta"]),  # one formula, not its pieces
    ],
)
def test_what_says_the_same_is_suggested_once(planted: list[str], terms: list[str]) -> None:
    assert [one.term for one in suggested("en", *archive("en", planted)).terms] == terms


def test_copies_of_one_story_count_once() -> None:
    tagged, others = archive("en", ["Ninth Example Brigade"])
    copies = [
        Told(id=1000 + number, story=tagged[1].story, source="copier", day="2026-03-01", title="", text="A rare phrase")
        for number in range(30)
    ]
    found = suggested("en", [*tagged, *copies], others)
    assert found.stories == 40 and [one.term for one in found.terms] == ["Ninth Example Brigade"]
    assert suggested("en", tagged, [*copies, *others]).others == 150, "a copy that bears no tag is not among the others"


def test_a_phrase_of_one_source_or_of_one_day_is_a_habit_and_not_suggested() -> None:
    paper = Newspaper("en")
    tagged = [
        paper.story(TERM["en"], *(["Follow our channel"] if number % 4 == 0 else []), source=f"s{number % 4}")
        for number in range(40)
    ]
    tagged += [paper.story(TERM["en"], "Big Festival", day="2026-04-01") for _ in range(8)]
    others = [paper.story() for _ in range(150)]
    assert not suggested("en", tagged, others).terms


def test_what_the_only_source_of_a_topic_always_says_is_not_suggested() -> None:
    paper = Newspaper("en")
    tagged = [paper.story(TERM["en"], "Example Agency", source="agency") for _ in range(40)]
    others = [paper.story("Example Agency", source="agency") for _ in range(40)]
    others += [paper.story() for _ in range(400)]
    assert not suggested("en", tagged, others).terms


def test_longer_stories_hold_more_words_and_none_is_suggested_for_that() -> None:
    chance = random.Random(5)

    def story(number: int, words: int) -> Told:
        text = " ".join(f"word{chance.randrange(400)}." for _ in range(words))
        return Told(id=number, story=number, source=f"s{number % 3}", day=str(number % 9), title="", text=text)

    tagged, others = [story(number, 450) for number in range(40)], [story(number, 45) for number in range(100, 250)]
    assert not suggested("en", tagged, others).terms


EMPTY = {
    "en": ["on 14 March 2026", "2026", "because of whose", "nine", "last week", "dozens of hundreds"],
    "ar": ["بينما", "وبأن", "تسع", "في الأسبوع الماضي", "بالقرب من", "الثالثة", "وعشرات الآلاف"],
    "ckb": ["لێرە", "نۆ", "لە هەفتەی", "سێیەم", "هەزار"],
    "kmr": ["li vir", "neh", "di hefteya", "sêyem", "hezar"],
}


@pytest.mark.parametrize(
    ("language", "phrase"), [(name, phrase) for name, phrases in EMPTY.items() for phrase in phrases]
)
def test_numbers_dates_and_function_words_are_not_suggested(language: str, phrase: str) -> None:
    tagged, others = archive(language, [phrase])
    assert not suggested(language, tagged, others).terms


def test_of_too_few_stories_nothing_is_said() -> None:
    tagged, others = archive("en", ["Ninth Example Brigade"])
    few = suggested("en", tagged[: FEWEST_TAGGED - 1], others)
    assert few.too_few and not few.terms and few.stories == FEWEST_TAGGED - 1
    enough = suggested("en", tagged[:FEWEST_TAGGED], others)
    assert not enough.too_few and (enough.stories, enough.others) == (FEWEST_TAGGED, len(others))
    assert suggested("en", tagged, others[:5]).too_few
    assert suggested("en", [], []).too_few


def test_an_untagged_article_with_several_suggestions_is_perhaps_missed() -> None:
    tagged, others = archive(
        "en", ["Ninth Example Brigade checkpoint drones", "checkpoint. Drones. Ninth Example Brigade"]
    )
    paper = Newspaper("en", seed=3)
    missed = paper.story("drones of the Ninth Example Brigade at a checkpoint", id=5, story=5000, title="Overlooked")
    found = suggested("en", tagged, [*others, missed])
    (one,) = found.missed
    assert (one.article, one.title) == (5, "Overlooked") and len(one.terms) >= 3


def test_others_are_not_touched_before_the_topics_articles_are_read() -> None:
    order: list[str] = []

    def noted(name: str, stories: list[Told]) -> Iterator[Told]:
        for story in stories:
            order.append(name)
            yield story

    tagged, others = archive("en", ["checkpoint"])
    suggest(PACK, "factions", "en", noted("tagged", tagged), noted("others", others), limit=3)
    assert order == ["tagged"] * len(tagged) + ["others"] * len(others)


def test_of_an_endless_archive_a_bounded_part_is_read() -> None:
    def endless(text: str, first: int) -> Iterator[Told]:
        return (
            Told(id=number, story=number, source=f"s{number % 3}", day=str(number % 5), title="", text=text)
            for number in count(first)
        )

    found = suggest(PACK, "factions", "en", endless("new front", 0), endless("rain fell", 10**6), limit=3)
    assert (found.stories, found.others) == (MOST_TAGGED, MOST_OTHERS)
    assert [one.term for one in found.terms] == ["new front"]


def test_log_likelihood_is_dunnings() -> None:
    # Dunning 1993, table 1: "the swiss", k(A B) = 110, k(A ~B) = 2442, k(~A B) = 111, k(~A ~B) = 29114.
    assert log_likelihood(110, 110 + 2442, 111, 111 + 29114) == pytest.approx(270.72, abs=0.05)
    assert log_likelihood(5, 50, 50, 500) == pytest.approx(0, abs=1e-9)


SCRAPS = st.lists(
    st.sampled_from(
        ["militia", "popular", "mobilization", "forces", "Brigade", "PMF", "الحشد", "الشعبي", "والفصائل", "حەشد", ".",
         "\n", "*", "=x", "!y", "7", "\u202e", "ﷺ", "½", "a" * 50, "'", "&#39;s", "<b>", "\ud800"]
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["en", "ar", "ckb", "kmr", "tr"]), st.lists(SCRAPS, min_size=15, max_size=20))
def test_nothing_raises_and_nothing_listed_is_suggested(language: str, texts: list[list[str]]) -> None:
    tagged = [
        Told(id=number, story=number, source=f"s{number % 3}", day=str(number % 5), title="", text=" ".join(scraps))
        for number, scraps in enumerate(texts)
    ]
    others = [
        Told(id=number, story=number, source="s0", day="1", title="", text="rain fell") for number in range(100, 140)
    ]
    found = suggest(PACK, "factions", language, tagged, others, limit=50)
    finder = PACK.finder(frozenset([language]))
    for one in found.terms:
        assert not finder.find(fold(one.term.replace("*", ""))), one.term
        assert one.sentence[one.start : one.end]
