"""`khabar topics backtest`: packs tried on the past, on archives whose numbers can be counted by hand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from past_desk import RAIN, PastDesk

FLOODS = """
[lists.rain]
extend = true
en = ["flood*"]
ar = ["سيول"]
ckb = ["لافاو"]
kmr = ["lehî"]
"""
"""Extends a list of the pack in force, which the topic there uses."""

DRY = """
[lists.drought]
en = ["drought"]
[lists.stage]
en = ["concert"]
[topic.weather]
name = "Weather"
[[topic.weather.rule]]
any = ["rain", "drought"]
[topic.weather.exclude]
none = ["stage"]
"""
"""Replaces the topic: it holds for drought as well, and not where a concert is meant."""


@pytest.fixture
def past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> PastDesk:
    desk = PastDesk(tmp_path / "desk", capsys)
    desk.pack(RAIN)
    return desk


@pytest.fixture
def week(past: PastDesk) -> dict[str, int]:
    """A week in four languages; the ids of its articles."""
    return {
        "rain-en": past.arrive("Rain fell on the hills.", "2026-03-10T08:00"),
        "flood-en": past.arrive("Floods closed the road.", "2026-03-11T08:00"),
        "rain-ar": past.arrive("هطلت الأمطار على أربيل.", "2026-03-11T09:00", language="ar", source="wire-ar"),
        "flood-ar": past.arrive("اجتاحت السيول دهوك.", "2026-03-12T08:00", language="ar", source="wire-ar"),
        "flood-ckb": past.arrive("لافاو ڕێگاکەی داخست.", "2026-03-12T09:00", language="ckb", source="wire-ku"),
        "flood-kmr": past.arrive("Lehî rê girt.", "2026-03-12T10:00", language="kmr", source="wire-ku"),
        "other": past.arrive("Bread is dear.", "2026-03-13T08:00"),
    }


def changes(found: dict[str, Any], kind: str) -> list[tuple[int, str]]:
    return [(one["id"], one["topic"]) for one in found["changes"] if one["change"] == kind]


def counts(found: dict[str, Any], topic: str, language: str | None = None) -> tuple[int, ...]:
    figures = found["topics"][topic]
    figures = figures["languages"][language] if language else figures
    return figures["stands"], figures["would"], figures["gained"], figures["lost"]


def messages(found: dict[str, Any], alert: str | None, topic: str | None = None) -> tuple[int, int]:
    """What stands and what would be, of an alert, or of a plain one on a topic."""
    for one in found["alerts"]:
        if one["alert"] == alert and (topic is None or one["topics"] == [topic]):
            return one["stands"]["messages"], one["would"]["messages"]
    raise AssertionError(f"nothing is said of {alert or topic}")


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


def test_copies_of_a_story_are_one_message_unless_each_article_is_asked_for(past: PastDesk) -> None:
    past.alert("story", 'topics = ["weather"]')
    past.alert("each", 'topics = ["weather"]\nper = "article"')
    for source, hour in (("one", 8), ("two", 9), ("three", 10)):
        past.arrive("Floods closed the road.", f"2026-03-10T{hour:02}:00", source=source, of_story="flood")
    past.arrive("Rain fell.", "2026-03-11T08:00")

    found = past.backtest(past.draft(FLOODS))

    assert messages(found, "story") == (1, 2)
    assert messages(found, "each") == (1, 4)
    assert [one["alert"] for one in found["alerts"]] == ["story", "each"]  # none is missing for this topic


def test_a_topic_without_an_alert_is_told_how_loud_it_would_be(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("isis", 'topics = ["isis"]')

    found = past.backtest(past.draft(FLOODS))

    assert messages(found, "isis") == (0, 0)
    assert messages(found, None, "weather") == (2, 6)
    (plain,) = [one for one in found["alerts"] if one["alert"] is None]
    assert found["days"] == 4 and plain["would"]["per_day"] == 1.5
    assert plain["would"]["busiest"] == {"day": "2026-03-12", "messages": 3}
    assert "none yet: topics = [" in past.topics("backtest", past.draft(FLOODS), "--since", "2026-03-01")


def test_a_plain_alert_sends_what_was_foretold(past: PastDesk, week: dict[str, int]) -> None:
    foretold = messages(past.backtest(draft := past.draft(FLOODS)), None, "weather")

    past.alert("plain", 'topics = ["weather"]')

    assert messages(past.backtest(draft), "plain") == foretold


@pytest.mark.parametrize("asks", ['topics = ["wea*"]', 'query = "topic:weather hills"'])
def test_an_alert_that_names_the_topic_in_any_way_is_an_alert_on_it(
    past: PastDesk, week: dict[str, int], asks: str
) -> None:
    past.alert("mine", asks)

    assert [one["alert"] for one in past.backtest(past.draft(FLOODS))["alerts"]] == ["mine"]


def test_an_alert_asks_for_the_score_that_the_packs_would_give(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("sure", 'topics = ["weather"]\nmin_score = 2')
    surer = RAIN.replace('any = ["rain"]', 'any = ["rain"]\nweight = 2.0')

    found = past.backtest(past.draft(surer))

    assert messages(found, "sure") == (0, 2) and counts(found, "weather") == (2, 2, 0, 0)


def test_an_alert_on_a_topic_of_the_draft_alone_may_be_written_before_it(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("bread", 'topics = ["bread"]')
    draft = '[lists.bread]\nen = ["bread"]\n[topic.bread]\nname = "B"\n[[topic.bread.rule]]\nany = ["bread"]\n'

    assert messages(past.backtest(past.draft(draft)), "bread") == (0, 1)


def test_a_day_begins_in_the_zone_of_the_desk(past: PastDesk) -> None:
    past.alert("rain", 'topics = ["weather"]')
    past.arrive("Rain one.", "2026-03-10T20:30")  # 23:30 in Baghdad
    past.arrive("Rain two.", "2026-03-10T21:30")  # half past midnight, of the 11th
    past.arrive("Rain three.", "2026-03-11T20:30")

    found = past.backtest()

    (alert,) = found["alerts"]
    assert found["days"] == 2 and alert["would"]["busiest"] == {"day": "2026-03-11", "messages": 2}
    assert past.backtest("--since", "2026-03-11", "--until", "2026-03-11")["articles"] == 2


def test_a_story_counts_for_the_day_on_which_its_first_copy_was_seen(past: PastDesk) -> None:
    past.alert("rain", 'topics = ["weather"]')
    late = past.arrive("Rain fell.", "2026-03-12T08:00", source="one", published="2026-03-10T08:00", of_story="rain")
    past.arrive("Rain fell.", "2026-03-11T08:00", source="two", of_story="rain")

    (alert,) = past.backtest()["alerts"]

    assert late and alert["would"] == {
        "messages": 1, "per_day": 0.5, "busiest": {"day": "2026-03-11", "messages": 1},
    }  # fmt: skip


def test_an_edited_article_counts_once_with_the_words_of_today(past: PastDesk) -> None:
    past.alert("rain", 'topics = ["weather"]')
    for text, day in (("Nothing yet.", 10), ("Floods closed the road.", 11), ("Floods closed two roads.", 12)):
        past.arrive(text, f"2026-03-{day}T08:00", url="https://wire.example/live", published="2026-03-10T08:00")

    found = past.backtest(past.draft(FLOODS))

    assert found["articles"] == 1 and messages(found, "rain") == (0, 1)


def test_what_was_foretold_is_what_a_crawl_with_the_packs_does(
    past: PastDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same articles arrive at two desks; the second one's packs are the first one's draft."""

    def live(desk: PastDesk) -> dict[str, int]:
        desk.alert("story", 'topics = ["weather"]')
        desk.alert("each", 'topics = ["weather"]\nper = "article"\nlanguages = ["ar", "ku"]')
        desk.alert("road", 'query = "road since:48h"\nsources = ["wire*"]')
        places = [("wire", "en", "Floods closed the road."), ("wire", "en", "Rain and a concert."),
                  ("wire-ar", "ar", "اجتاحت السيول دهوك."), ("wire-ku", "ckb", "لافاو ڕێگاکەی داخست."),
                  ("wire-ku", "kmr", "Lehî rê girt."), ("copy", "en", "Floods closed the road."),
                  ("wire", None, "Heavy rain."), ("wire", "en", "Bread.")]  # fmt: skip
        ids = {
            f"{number}": desk.arrive(text, f"2026-03-{10 + number}T08:00", language=language, source=source,
                                     of_story="road" if "road" in text else None)
            for number, (source, language, text) in enumerate(places)
        }  # fmt: skip
        desk.arrive("Bread again.", "2026-03-20T08:00", url="https://wire.example/live")
        ids["live"] = desk.arrive("Bread, and floods.", "2026-03-20T09:00", url="https://wire.example/live")
        return ids

    both = RAIN + '\n[lists.stage]\nen = ["concert"]\n[topic.weather.exclude]\nnone = ["stage"]\n'
    both = both.replace('["rain*"]', '["rain*", "flood*"]').replace('["أمطار"]', '["سيول"]')
    both = both.replace('["باران*"]', '["لافاو"]').replace('["baran*"]', '["lehî"]')
    foretold_ids = live(past)
    found = past.backtest(past.draft(both))

    other = PastDesk(tmp_path / "other", capsys)
    other.pack(both)
    real_ids = live(other)

    expected = {name: set(past.topics_of(article)) for name, article in foretold_ids.items()}
    names = {article: name for name, article in foretold_ids.items()}
    for one in found["changes"]:
        (set.add if one["change"] == "gained" else set.discard)(expected[names[one["id"]]], one["topic"])
    assert {name: set(other.topics_of(article)) for name, article in real_ids.items()} == expected
    assert found["changes"] and counts(found, "weather")[3] >= 1
    for alert in ("story", "each", "road"):
        assert messages(found, alert) == (len(past.told(alert)), len(other.told(alert))), alert


def test_the_packs_in_force_are_held_against_tags_that_are_older(past: PastDesk, week: dict[str, int]) -> None:
    past.pack(RAIN.replace('"rain*"', '"rain*", "flood*"'))
    found = past.backtest()

    assert changes(found, "gained") == [(week["flood-en"], "weather")]
    assert messages(found, None, "weather") == (2, 3)
    assert "weather gained by 1" in past.topics("backtest", "--since", "2026-03-01")


def test_a_topic_that_no_pack_defines_any_more_would_be_lost(past: PastDesk, week: dict[str, int]) -> None:
    past.pack(RAIN.replace("weather", "clouds"))

    found = past.backtest()

    assert counts(found, "weather") == (2, 0, 0, 2) and counts(found, "clouds") == (0, 2, 2, 0)
    assert "no pack defines this topic" in past.topics("backtest", "--since", "2026-03-01")


def test_a_file_that_is_in_force_already_is_told_how_loud_it_is(past: PastDesk, week: dict[str, int]) -> None:
    found = past.backtest(str(past.root / "seeds/topics/own.toml"))

    assert counts(found, "weather") == (2, 2, 0, 0) and messages(found, None, "weather") == (2, 2)


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


def test_a_wrong_alert_is_one_line_of_its_file(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("rain", 'topics = ["wether"]')
    assert past.topics("backtest", past.draft(FLOODS), code=2) == ""
    assert "all.toml: alert[0].topics[0] = 'wether'" in past.errors and past.errors.count("\n") == 1


def test_without_an_archive_there_is_no_past(past: PastDesk) -> None:
    assert past.topics("backtest", code=2) == ""
    assert "there is no archive yet" in past.errors
