"""How loud alerts would have been, whatever the order in which the past is read."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from alerts.backtesting import Loudness, Messages, without_alert
from alerts.definitions import Alert

MOMENTS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 28), st.integers(1, 28)), max_size=30)
"""Story, day of March on which an article was first seen, and day that it counts for."""


@given(MOMENTS)
def test_of_each_story_the_first_to_be_seen_is_told_in_whatever_order_they_are_read(
    moments: list[tuple[int, int, int]],
) -> None:
    live: dict[int, int] = {}
    for story, _, day in sorted(moments, key=lambda moment: moment[1:]):
        live.setdefault(story, day)
    messages = Messages()
    for story, seen, day in moments:
        messages.add("desk", story, (f"2026-03-{seen:02}T12:00:00Z", date(2026, 3, day)))

    loud = messages.loudness("desk")

    assert loud.messages == len(live)
    if live:
        assert loud.busiest is not None
        assert loud.on_busiest == list(live.values()).count(loud.busiest.day)
        assert loud.on_busiest == max(map(list(live.values()).count, live.values()))


def test_an_alert_that_nothing_answers_is_silent() -> None:
    assert Messages().loudness("desk") == Loudness(messages=0, busiest=None, on_busiest=0)


def test_only_an_alert_on_single_articles_speaks_for_a_topic() -> None:
    def alert(name: str, **fields: object) -> Alert:
        return Alert(id=name, to=("env:HOOK",), **fields)  # type: ignore[arg-type]

    alerts = [
        alert("a", topics=("isis",)),
        alert("b", topics=("syria",), when="digest", cron="0 6 * * *"),
        alert("c", query="topic:iran OR drone"),
        alert("d"),  # asks for everything, and so for no topic
    ]

    assert without_alert(["isis", "syria", "iran", "water"], alerts) == ["syria", "water"]
