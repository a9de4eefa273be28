"""`khabar topics backtest`: how loud alerts would have been, counted by hand."""

from pathlib import Path

import pytest
from past_desk import FLOODS, RAIN, PastDesk, counts, foretold


def test_copies_of_a_story_are_one_message_unless_each_article_is_asked_for(past: PastDesk) -> None:
    past.alert("story", 'topics = ["weather"]')
    past.alert("each", 'topics = ["weather"]\nper = "article"')
    for source, hour in (("one", 8), ("two", 9), ("three", 10)):
        past.arrive("Floods closed the road.", f"2026-03-10T{hour:02}:00", source=source, of_story="flood")
    past.arrive("Rain fell.", "2026-03-11T08:00")

    found = past.backtest(past.draft(FLOODS))

    assert foretold(found, "story") == (1, 2)
    assert foretold(found, "each") == (1, 4)
    assert [one["alert"] for one in found["alerts"]] == ["story", "each"]  # none is missing for this topic


def test_a_topic_without_an_alert_is_told_how_loud_it_would_be(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("isis", 'topics = ["isis"]')

    found = past.backtest(past.draft(FLOODS))

    assert foretold(found, "isis") == (0, 0)
    assert foretold(found, None, "weather") == (2, 6)
    (plain,) = [one for one in found["alerts"] if one["alert"] is None]
    assert found["days"] == 4 and plain["would"]["per_day"] == 1.5
    assert plain["would"]["busiest"] == {"day": "2026-03-12", "messages": 3}
    assert "none yet: topics = [" in past.topics("backtest", past.draft(FLOODS), "--since", "2026-03-01")


def test_a_plain_alert_sends_what_was_foretold(past: PastDesk, week: dict[str, int]) -> None:
    before = foretold(past.backtest(draft := past.draft(FLOODS)), None, "weather")

    past.alert("plain", 'topics = ["weather"]')

    assert foretold(past.backtest(draft), "plain") == before


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

    assert foretold(found, "sure") == (0, 2) and counts(found, "weather") == (2, 2, 0, 0)


def test_an_alert_on_a_topic_of_the_draft_alone_may_be_written_before_it(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("bread", 'topics = ["bread"]')
    draft = '[lists.bread]\nen = ["bread"]\n[topic.bread]\nname = "B"\n[[topic.bread.rule]]\nany = ["bread"]\n'

    assert foretold(past.backtest(past.draft(draft)), "bread") == (0, 1)


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


def test_a_span_of_a_query_ends_when_the_article_was_first_seen(past: PastDesk) -> None:
    past.alert("fresh", 'query = "topic:weather since:24h"')
    past.arrive("Rain fell.", "2026-03-12T08:00", published="2026-03-10T08:00")
    past.arrive("Rain fell again.", "2026-03-12T08:00", published="2026-03-11T20:00")

    assert foretold(past.backtest(), "fresh") == (1, 1) and len(past.told("fresh")) == 1


def test_a_window_of_a_day_is_one_day_though_a_midnight_lies_in_it(past: PastDesk) -> None:
    past.alert("rain", 'topics = ["weather"]')
    past.arrive("Rain one.", "2026-03-10T20:30")  # 23:30 in Baghdad
    past.arrive("Rain two.", "2026-03-10T21:30")

    found = past.backtest("--since", "2026-03-10T12:00:00Z", "--until", "2026-03-11T12:00:00Z")

    assert (found["articles"], found["days"]) == (2, 1) and found["alerts"][0]["would"]["per_day"] == 2.0


def test_an_edited_article_counts_once_with_the_words_of_today(past: PastDesk) -> None:
    past.alert("rain", 'topics = ["weather"]')
    for text, day in (("Nothing yet.", 10), ("Floods closed the road.", 11), ("Floods closed two roads.", 12)):
        past.arrive(text, f"2026-03-{day}T08:00", url="https://wire.example/live", published="2026-03-10T08:00")

    found = past.backtest(past.draft(FLOODS))

    assert found["articles"] == 1 and foretold(found, "rain") == (0, 1)


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
        assert foretold(found, alert) == (len(past.told(alert)), len(other.told(alert))), alert


def test_a_wrong_alert_is_one_line_of_its_file(past: PastDesk, week: dict[str, int]) -> None:
    past.alert("rain", 'topics = ["wether"]')
    assert past.topics("backtest", past.draft(FLOODS), code=2) == ""
    assert "all.toml: alert[0].topics[0] = 'wether'" in past.errors and past.errors.count("\n") == 1
