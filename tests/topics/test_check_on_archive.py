"""`khabar topics check` on a desk with a past: what of the packs never fires there."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from past_desk import RAIN, PastDesk

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save
from topics.idle import ENOUGH

START = datetime(2026, 3, 1, tzinfo=UTC)
SAYS = {
    "en": "It rained in the hills, and a drought is over.",
    "ar": "هطلت الأمطار على أربيل.",
    "ckb": "باران باری لە سلێمانی.",
    "kmr": "Baran li Dihokê barî.",
}
DRAFT = """
[lists.rain]
en = ["rain*", "downpour"]
ar = ["أمطار"]
[lists.snow]
en = ["snow*"]
ckb = ["بەفر*"]
[lists.frost]
kmr = ["qeşa"]
[topic.cold]
name = "Cold"
[[topic.cold.rule]]
any = ["rain"]
[[topic.cold.rule]]
any = ["snow"]
[[topic.cold.rule]]
near = ["rain", "snow"]
within = 9
[[topic.cold.rule]]
any = ["frost"]
"""


@pytest.fixture
def past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> PastDesk:
    return PastDesk(tmp_path / "desk", capsys)


@pytest.fixture
def archived(past: PastDesk) -> Callable[..., None]:
    """Archives so many articles of each language, a minute apart: `archived(en=200, ar=12)`."""

    def fill(**numbers: int) -> None:
        with closing(open_archive(past.root / "archive.db")) as db, transaction(db):
            languages = [language for language, number in numbers.items() for _ in range(number)]
            for place, language in enumerate(languages):
                article = Article(
                    url=f"https://{language}.example/{place}", source="wire", title="", text=SAYS[language],
                    language=language, published=START + timedelta(minutes=place),
                )  # fmt: skip
                save(db, Arrival(article=article, seen=START + timedelta(minutes=place)))

    return fill


def warnings(past: PastDesk, *args: str) -> list[str]:
    """What is said of the archive; the last line of the summary stays what it was."""
    assert past.topics("check", *args).splitlines()[-1].endswith("no error")
    return [
        line for line in past.errors.splitlines() if "can never hold in" not in line and "no topic uses" not in line
    ]


def test_a_rule_that_never_held_is_named_with_what_it_was_tried_on(
    past: PastDesk, archived: Callable[..., None]
) -> None:
    archived(en=ENOUGH, ckb=ENOUGH + 1)

    said = warnings(past, past.draft(DRAFT))

    assert said == [
        'warning: topic "cold", rule[1] (any of snow): held for none of the newest 401 articles (201 ckb, 200 en)',
        'warning: topic "cold", rule[2] (rain, snow within 9 tokens): '
        "held for none of the newest 200 articles (200 en)",  # the only language in which both have terms
        'warning: list "snow": none of its 1 terms in en is in 200 articles',
        'warning: list "snow": none of its 1 terms in ckb is in 201 articles',
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_rule_that_held_once_is_not_idle(past: PastDesk, archived: Callable[..., None], language: str) -> None:
    archived(**{language: ENOUGH})
    assert not any("rule[0]" in line for line in warnings(past, past.draft(DRAFT)))


def test_few_articles_of_a_language_are_no_reason_to_warn(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(ar=ENOUGH, en=ENOUGH - 1, kmr=3)

    assert warnings(past, past.draft(DRAFT)) == ["too few articles to tell what never fires: en 199, kmr 3"]


def test_single_terms_are_named_when_they_are_asked_for(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH)

    said = warnings(past, past.draft(DRAFT), "--terms")

    assert 'warning: list "rain": 1 of 2 terms in en are in none of 200 articles: "downpour"' in said
    assert 'warning: list "snow": 1 of 1 terms in en are in none of 200 articles: "snow*"' in said


def test_of_many_terms_the_first_are_shown(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(ar=ENOUGH)
    terms = ", ".join(f'"كلمات{letter}"' for letter in "ابتثجحخدذر")
    draft = f'[lists.words]\nar = [{terms}]\n[topic.t]\nname = "T"\n[[topic.t.rule]]\nany = ["words"]\n'

    (line,) = [line for line in warnings(past, past.draft(draft), "--terms") if "list" in line]

    assert "10 of 10 terms in ar are in none of 200 articles: the first 8 are " in line and line.count('"كلمات') == 8


def test_a_draft_is_warned_of_alone(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH)
    past.pack(RAIN.replace("rain*", "monsoon"))

    assert all('"cold"' in line or '"snow"' in line for line in warnings(past, past.draft(DRAFT)))
    own = 'warning: topic "weather", rule[0] (any of rain): held for none of the newest 200 articles (200 en)'
    assert own in warnings(past)


def test_the_packs_that_come_with_khabar_are_summed_up(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH)

    said = warnings(past)

    (isis,) = [line for line in said if line.startswith('warning: topic "isis"')]
    assert "held for none of the newest 200 articles: rule[0]" in isis
    assert sum("lists of which nothing was found in a language: " in line for line in said) == 1
    assert len(said) < 20


@pytest.mark.parametrize(
    ("options", "judged"), [((), True), (("--articles", "0"), False), (("--articles", "199"), False),
                            (("--since", "2026-03-01"), True), (("--since", "2026-03-02"), False)],
)  # fmt: skip
def test_how_much_of_the_past_is_looked_at(
    past: PastDesk, archived: Callable[..., None], options: tuple[str, ...], judged: bool
) -> None:
    archived(en=ENOUGH)
    assert any("held for none" in line for line in warnings(past, past.draft(DRAFT), *options)) is judged


def test_the_newest_articles_are_the_ones_looked_at(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH, ckb=ENOUGH)
    said = warnings(past, past.draft(DRAFT), "--articles", str(ENOUGH))
    assert [line for line in said if "rule" in line] == [
        'warning: topic "cold", rule[1] (any of snow): held for none of the newest 200 articles (200 ckb)'
    ]


def test_masked_words_hold_no_rule(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH)
    masked = '[lists.hills]\nen = ["it rained in the hills"]\n[topic.cold.exclude]\nmask = ["hills"]\n'

    assert any("rule[0]" in line for line in warnings(past, past.draft(DRAFT + masked)))


def test_without_an_archive_nothing_is_said_of_it(past: PastDesk) -> None:
    assert warnings(past, past.draft(DRAFT)) == []
    assert not (past.root / "archive.db").exists()


def test_an_archive_that_cannot_be_read_is_told_and_fails_nothing(
    past: PastDesk, archived: Callable[..., None]
) -> None:
    archived(en=ENOUGH)
    with closing(sqlite3.connect(past.root / "archive.db")) as db:
        db.execute("PRAGMA user_version = 99")
    (said,) = warnings(past, past.draft(DRAFT))
    assert said.startswith("not held against the archive: ") and "is of a newer Khabar" in said

    (past.root / "archive.db").write_bytes(b"no archive at all, but a file of some words. " * 99)
    (said,) = warnings(past, past.draft(DRAFT))
    assert "is not a Khabar archive" in said


def test_an_error_is_told_before_the_archive_is_read(past: PastDesk, archived: Callable[..., None]) -> None:
    archived(en=ENOUGH)
    assert past.topics("check", past.draft(DRAFT.replace('any = ["snow"]', 'any = ["show"]')), code=2) == ""
    assert 'did you mean "snow"?' in past.errors and past.errors.count("\n") == 1


def test_words_of_the_archive_steer_no_terminal(past: PastDesk) -> None:
    with closing(open_archive(past.root / "archive.db")) as db, transaction(db):
        article = Article(url="https://x.example/1", source="wire", text="Rain.", language="en\x1b[31m\u202e")
        save(db, Arrival(article=article, seen=START))
    past.topics("check")
    assert "\x1b" not in past.errors and "\u202e" not in past.errors and "en[31m 1" in past.errors
