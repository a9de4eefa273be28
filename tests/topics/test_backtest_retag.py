"""What a backtest foretells is what `khabar topics retag` then does."""

import json

import pytest
from past_desk import DRY, RAIN, PastDesk, changes, counts, foretold

LISTS, _, _ = RAIN.partition("[topic.weather]")


@pytest.mark.usefixtures("week")
def test_tagging_anew_does_what_was_foretold(past: PastDesk, capsys: pytest.CaptureFixture[str]) -> None:
    past.alert("rain", 'topics = ["weather"]')
    past.arrive("A concert in the rain.", "2026-03-14T08:00")
    past.arrive("A drought.", "2026-03-15T08:00", language=None)
    floods = (("rain*", "flood*"), ("أمطار", "سيول"), ("باران*", "لافاو"), ("baran*", "lehî"))
    lists = LISTS
    for term, another in floods:
        lists = lists.replace(f'"{term}"', f'"{term}", "{another}"')
    found = past.backtest(past.draft(lists + DRY))

    past.pack(lists + DRY)
    done = json.loads(past.topics("retag", "--json"))

    assert counts(found, "weather") == (3, 7, 5, 1)
    assert (done["gained"]["weather"], done["lost"]["weather"]) == (5, 1)
    assert all("weather" in past.topics_of(article) for article, _ in changes(found, "gained"))
    after = past.backtest()
    assert after["changes"] == []
    assert foretold(after, "rain") == (foretold(found, "rain")[1],) * 2
