"""`khabar topics backtest`: packs tried on the past, on archives whose numbers can be counted by hand."""

import json
from collections.abc import Callable

import pytest
from past_desk import DRY, FLOODS, RAIN, PastDesk, changes, counts, foretold


def test_a_draft_that_extends_a_list_gains_articles_in_every_language(past: PastDesk, week: dict[str, int]) -> None:
    found = past.backtest(past.draft(FLOODS))

    assert found["articles"] == 7 and found["languages"] == {"en": 3, "ar": 2, "ckb": 1, "kmr": 1}
    assert counts(found, "weather") == (2, 6, 4, 0)
    assert counts(found, "weather", "en") == (1, 2, 1, 0)
    assert counts(found, "weather", "ar") == (1, 2, 1, 0)
    assert counts(found, "weather", "ckb") == counts(found, "weather", "kmr") == (0, 1, 1, 0)
    newest_first = [week[name] for name in ("flood-kmr", "flood-ckb", "flood-ar", "flood-en")]
    assert changes(found, "gained") == [(one, "weather") for one in newest_first]


def test_every_gain_shows_the_words_that_make_it(past: PastDesk, week: dict[str, int]) -> None:
    found = past.backtest(past.draft(FLOODS))

    shown = {one["id"]: [(piece["rule"], piece["text"]) for piece in one["evidence"]] for one in found["changes"]}
    assert shown[week["flood-ar"]] == [("rule[0]", "السيول")]
    assert shown[week["flood-ckb"]] == [("rule[0]", "لافاو")]
    assert shown[week["flood-kmr"]] == [("rule[0]", "Lehî")]


def test_a_draft_that_replaces_a_topic_loses_what_it_excludes(past: PastDesk) -> None:
    rain = past.arrive("Rain fell on the hills.", "2026-03-10T08:00")
    concert = past.arrive("A concert in the rain.", "2026-03-11T08:00")
    drought = past.arrive("A drought in the south.", "2026-03-12T08:00")

    found = past.backtest(draft := past.draft(DRY))

    assert counts(found, "weather") == (2, 2, 1, 1)
    assert changes(found, "gained") == [(drought, "weather")] and changes(found, "lost") == [(concert, "weather")]
    assert rain not in [one["id"] for one in found["changes"]]
    (lost,) = [one for one in found["changes"] if one["change"] == "lost"]
    assert [piece["text"] for piece in lost["evidence"]] == ["rain"]  # what stands
    printed = past.topics("backtest", draft, "--since", "2026-03-01")
    assert "now excluded by concert" in printed and "A drought in the south." in printed


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (RAIN.replace('any = ["rain"]', 'any = ["rain"]\nin = "title"'), "nothing of rain in the title"),
        (RAIN.replace("name =", "threshold = 2\nname =").replace("any =", "weight = 2\nnone = ['hills']\nany =")
         + '[lists.hills]\nen = ["hills"]\n', "something of hills is there"),
        (RAIN + '[lists.hills]\nen = ["rain fell"]\n[topic.weather.exclude]\nmask = ["hills"]\n', "masked: Rain fell"),
        (RAIN.replace('"rain*"', '"snow"'), "nothing of it is found"),
    ],
)  # fmt: skip
def test_a_loss_says_what_is_missing(past: PastDesk, draft: str, reason: str) -> None:
    past.arrive("Rain fell on the hills.", "2026-03-10T08:00")
    assert reason in past.topics("backtest", past.draft(draft), "--since", "2026-03-01")


def test_nothing_changes_by_it(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("rain", 'topics = ["weather"]')
    before = {name: past.topics_of(article) for name, article in week.items()}

    past.backtest(past.draft(FLOODS))

    assert {name: past.topics_of(article) for name, article in week.items()} == before
    assert past.told("rain") == []


def test_the_packs_in_force_are_held_against_tags_that_are_older(past: PastDesk, week: dict[str, int]) -> None:
    past.pack(RAIN.replace('"rain*"', '"rain*", "flood*"'))
    found = past.backtest()

    assert changes(found, "gained") == [(week["flood-en"], "weather")]
    assert foretold(found, None, "weather") == (2, 3)
    assert "weather gained by 1" in past.topics("backtest", "--since", "2026-03-01")


def test_a_topic_that_no_pack_defines_any_more_would_be_lost(past: PastDesk, week: dict[str, int]) -> None:
    past.pack(RAIN.replace("weather", "clouds"))

    found = past.backtest()

    assert counts(found, "weather") == (2, 0, 0, 2) and counts(found, "clouds") == (0, 2, 2, 0)
    assert "no pack defines this topic" in past.topics("backtest", "--since", "2026-03-01")


def test_a_file_that_is_in_force_already_is_told_how_loud_it_is(past: PastDesk, week: dict[str, int]) -> None:
    found = past.backtest(str(past.root / "seeds/topics/own.toml"))

    assert counts(found, "weather") == (2, 2, 0, 0) and foretold(found, None, "weather") == (2, 2)


@pytest.mark.parametrize(
    ("options", "number"),
    [
        (("--source", "wire-ku"), 2),
        (("--language", "ku"), 2),
        (("--language", "ar"), 2),
        (("--source", "wire*", "--language", "en"), 3),
    ],
)
def test_the_past_may_be_narrowed(past: PastDesk, week: dict[str, int], options: tuple[str, ...], number: int) -> None:
    assert past.backtest(past.draft(FLOODS), *options)["articles"] == number


def test_ninety_days_are_looked_at_where_nothing_is_said(past: PastDesk, week: dict[str, int]) -> None:
    assert json.loads(past.topics("backtest", "--json"))["articles"] == 0
    assert past.topics("backtest").startswith("0 articles since ")


def test_show_says_how_many_articles_are_shown(past: PastDesk, week: dict[str, int]) -> None:
    def shown(number: str) -> str:
        return past.topics("backtest", past.draft(FLOODS), "--since", "2026-03-01", "--show", number)

    assert "Lehî rê girt." in shown("1") and "لافاو" not in shown("1")
    assert "weather gained by 4, the newest 1" in shown("1")
    assert "اجتاحت السيول دهوك." in shown("4") and "the newest" not in shown("4")
    assert "gained by" not in shown("0") and "weather" in shown("0")


def test_topics_without_a_difference_are_one_line(past: PastDesk, week: dict[str, int]) -> None:
    printed = past.topics("backtest", past.draft(FLOODS), "--since", "2026-03-01")

    assert "more topics: no difference" in printed and "us_withdrawal" not in printed


def test_hostile_words_steer_no_terminal(past: PastDesk) -> None:
    past.arrive("Floods \x1b[31m\u202eclosed the road.", "2026-03-10T08:00", title="\x1b]0;owned\x07 flood")
    printed = past.topics("backtest", past.draft(FLOODS), "--since", "2026-03-01")
    assert "\x1b" not in printed and "\u202e" not in printed and "\x07" not in printed and "closed" in printed


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (lambda past: past.draft(RAIN.replace('any = ["rain"]', 'any = ["rian"]')), 'did you mean "rain"?'),
        (lambda past: past.draft("[lists.rain]\nen = 5\n"), "lists.rain.en = 5: must be a list of terms"),
    ],
)
def test_a_wrong_draft_is_one_line(
    past: PastDesk, week: dict[str, int], wrong: Callable[[PastDesk], str], reason: str
) -> None:
    assert past.topics("backtest", draft := wrong(past), code=2) == ""
    assert draft in past.errors and reason in past.errors and past.errors.count("\n") == 1


def test_without_an_archive_there_is_no_past(past: PastDesk) -> None:
    assert past.topics("backtest", code=2) == ""
    assert "there is no archive yet" in past.errors
