"""What was held back is told in one message, whatever it is and in every language."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from simulated_desk import HOOK, SimulatedDesk, prose

from alerts.messages.composing import Composer, Gone
from alerts.messages.message import Message
from alerts.messages.message_text import LONGEST_TEXT, units
from alerts.messages.report import MOST_STORIES
from alerts.messages.reporting import Names
from alerts.messages.summing import summary_message
from archive.database import transaction
from archive.outbox import Owed, claim, gathered_in, readdress

OTHER = "json://127.0.0.1/other"

TEXTS = {
    "en": ("Convoy leaves the northern base", "The convoy left the northern base before dawn with forty lorries."),
    "ar": ("قافلة تغادر القاعدة الشمالية", "غادرت القافلة القاعدة الشمالية قبل الفجر وفيها أربعون شاحنة."),
    "ckb": ("کاروانێک بنکەکە بەجێ دەهێڵێت", "کاروانەکە بەرەبەیان بنکەی باکووری بەجێ هێشت بە چل بارهەڵگرەوە."),
    "kmr": ("Karwan ji baregehê derket", "Karwan berî spêdê bi çil barhilgiran ji baregeha bakur derket."),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SimulatedDesk]:
    made = SimulatedDesk(tmp_path / "archive.db", datetime(2026, 3, 14, 22, tzinfo=UTC))
    with closing(made.db):
        yield made


def only_message(desk: SimulatedDesk, longest: int = LONGEST_TEXT, channel: str = HOOK) -> Message:
    with transaction(desk.db):
        [owed] = claim(desk.db, channel, desk.now, 50)
    composer = Composer(alerts=desk.alerts, sources={}, topics={"army": "The army"}, zone=desk.zone)
    return composer.message_for(desk.db, owed, longest)


def night(desk: SimulatedDesk) -> None:
    desk.goes_to("2026-03-14 23:30")
    for language, (title, text) in TEXTS.items():
        desk.arrives(title=title, text=text, language=language, tags={"army": 1.0})
    desk.goes_to("2026-03-15 06:00")


def test_a_quiet_night_is_one_message_with_every_story(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00", topics=("army",))
    night(desk)
    told = only_message(desk)
    lines = told.text.split("\n")
    assert "4 messages, held back in the quiet hours 23:00-06:00" in lines
    for number, (title, text) in enumerate(TEXTS.values(), 1):
        assert any(title in line for line in lines)
        assert any(text in line for line in lines)
        assert f"https://news.example/{number}" in told.links
    assert lines[-2] == "alert: desk"
    assert lines[-1].startswith("ref: ")
    assert told.html.count('dir="rtl"') >= 4


@pytest.mark.parametrize("longest", [300, 500, 1_024])
def test_a_short_channel_gets_the_headlines_that_fit_and_is_told_of_the_rest(desk: SimulatedDesk, longest: int) -> None:
    desk.has(quiet="23:00-06:00")
    night(desk)
    told = only_message(desk, longest)
    assert units(told.text) <= longest
    shown = sum(title in told.text for title, _ in TEXTS.values())
    assert shown == 4 or f"and {4 - shown} more" in told.text


def test_edits_that_were_held_back_are_notes_of_what_changed(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00", when="revision")
    for title, text in list(TEXTS.values())[:2]:
        desk.arrives(title=title, text=text, url=f"https://news.example/{len(title)}")
    desk.goes_to("2026-03-14 23:30")
    for title, text in list(TEXTS.values())[:2]:
        after = text.replace("forty", "fifty").replace("أربعون", "خمسون")
        desk.arrives(title=f"{title} 2", text=after, url=f"https://news.example/{len(title)}")
    desk.goes_to("2026-03-15 06:00")
    told = only_message(desk)
    assert "2 messages that were held back" in told.title
    assert "[-forty-] {+fifty+}" in told.text
    assert "numbers: – → 2" in told.text
    assert "أربعون" in told.html or "خمسون" in told.html


def test_the_reasons_are_all_named(desk: SimulatedDesk) -> None:
    desk.has(cooldown="2h", max_per_hour=3)
    desk.arrives()
    desk.arrives()
    desk.has(max_per_hour=1)
    desk.arrives()
    desk.has(cooldown="2h", max_per_hour=1)
    desk.goes_to("2026-03-15 01:00")
    with transaction(desk.db):
        owed = claim(desk.db, HOOK, desk.now, 50)
    composer = Composer(alerts=desk.alerts, sources={}, topics={})
    [text] = [composer.message_for(desk.db, one).text for one in owed if one.kind == "summary"]
    assert "held back beyond 1 messages within an hour and in the 2h after the message before" in text


def test_a_summary_whose_parts_are_gone_says_so(desk: SimulatedDesk) -> None:
    desk.has(quiet="23:00-06:00")
    night(desk)
    desk.db.execute("UPDATE alerts SET within = NULL")
    with pytest.raises(Gone, match="gone"):
        only_message(desk)


def test_a_summary_of_edits_goes_to_a_channel_whose_name_was_corrected(desk: SimulatedDesk) -> None:
    edits_of_a_night(desk, 2)
    desk.has(quiet="23:00-06:00", when="revision", to=(OTHER,))
    with transaction(desk.db):
        assert readdress(desk.db, {"desk": (OTHER,)}, desk.now) == (1, 0)
    assert only_message(desk, channel=OTHER).text.count("[-forty-] {+fifty+}") == 2


def test_a_summary_tells_of_the_edits_whose_articles_are_left(desk: SimulatedDesk) -> None:
    edits_of_a_night(desk, 3)
    with transaction(desk.db):
        desk.db.execute("DELETE FROM article_head WHERE id = (SELECT article FROM alerts WHERE article IS NOT NULL)")
    assert only_message(desk).text.count("[-forty-] {+fifty+}") == 2


@pytest.mark.parametrize("keys", [{"quiet": "23:00-06:00"}, {"when": "digest", "cron": "0 6 * * *"}], ids=str)
def test_a_message_of_which_every_article_is_gone_is_not_sent(desk: SimulatedDesk, keys: dict[str, str]) -> None:
    desk.has(**keys)
    desk.round()
    night(desk)
    desk.db.execute("DELETE FROM article_head")
    with pytest.raises(Gone, match="gone"):
        only_message(desk)


def test_a_summary_names_no_pause_that_was_taken_off_the_alert(desk: SimulatedDesk) -> None:
    desk.has(cooldown="2h")
    for _ in range(3):
        desk.arrives()
    with transaction(desk.db):
        desk.db.execute("UPDATE alerts SET state = 'sent' WHERE state = 'waiting'")
    desk.has()
    desk.round()
    assert "2 messages, held back in the pause after the message before" in only_message(desk).text.split("\n")


def edits_of_a_night(desk: SimulatedDesk, number: int) -> None:
    """The same words of *number* articles, each another story."""
    desk.has(quiet="23:00-06:00", when="revision")
    desk.goes_to("2026-03-14 23:30")
    for one in range(number):
        for lorries in ("forty", "fifty"):
            men = {"forty": 80, "fifty": 90}[lorries]
            text = f"The convoy left the base before dawn with {lorries} lorries and {men} men. {prose(one)}"
            desk.arrives(title="Convoy", text=text, url=f"https://a.example/{one}")
    desk.goes_to("2026-03-15 06:00")


def test_of_very_many_edits_the_newest_are_compared_and_the_others_are_counted(desk: SimulatedDesk) -> None:
    edits_of_a_night(desk, 3)
    parts = [part for part in gathered_in(desk.db, desk.rows("kind = 'summary'")[0]["ref"]) for _ in range(100)]
    told = []

    def tell(part: Owed) -> Message:
        told.append(part.ref)
        return Message(title=f"Edit of {part.article}", text="", html="", links=())

    message = summary_message(
        desk.db, parts, ["quiet"], alert=desk.alerts["desk"], ref="r", names=Names(), zone=UTC, tell=tell
    )
    assert message is not None
    assert told == [part.ref for part in reversed(parts)][:MOST_STORIES]
    assert "300 messages that were held back" in message.text.split("\n")
    shown = message.text.count("Edit of ")
    assert f"and {300 - shown} more" in message.text
