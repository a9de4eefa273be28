"""`khabar alerts list`, `test`, `deliver` and `retry`, as a person or a script calls them."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.outbox import claim, mark_failed, mark_sent
from archive.owing import Held, of_article, owe, release, suppress
from archive.storing import Arrival, save
from crawler.newsroom.sink import ACCEPT, FAIL, WebhookSink

SOURCE = '[[source]]\nid = "wire-ar"\nname = "وكالة السلك"\nfeeds = ["https://wire.example/rss"]\n'
PASSWORD = "hunter2-geheim"
HEADLINE = "أول قافلة تغادر القاعدة"
EVIL = "\x1b[31mred\x07 \u202eeltit [bold]x[/bold]"


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with WebhookSink() as sink:
        yield sink


@pytest.fixture
def watched(desk: Any, sink: WebhookSink) -> Any:
    """A desk with one source and one alert "desk", whose channel is the sink."""
    desk.write_sources(SOURCE)
    (desk.root / "alerts/desk.toml").write_text(f'[[alert]]\nid = "desk"\nto = ["{sink.url}"]\n')
    return desk


@pytest.fixture
def archive(watched: Any) -> Iterator[sqlite3.Connection]:
    with closing(open_archive(watched.root / "archive.db")) as db:
        yield db


@pytest.fixture
def owing(archive: sqlite3.Connection, sink: WebhookSink) -> Callable[..., str]:
    """Archives an article and owes it; the ref: `owing(title=…, at=…, channel=…, state="dead")`."""

    def put(
        title: str | None = HEADLINE, *, at: datetime | None = None, state: str = "waiting", channel: str = "",
        alert: str = "desk", error: str = "HTTP 500",
    ) -> str:  # fmt: skip
        moment = at or datetime.now(UTC)
        with transaction(archive):
            serial = archive.execute("SELECT count(*) FROM article_head").fetchone()[0]
            article = Article(
                url=f"https://wire.example/{serial}", source="wire-ar", title=title, text="نص الخبر.", language="ar"
            )
            kept = save(archive, Arrival(article=article, seen=moment))
            channel = channel or sink.url
            owe(archive, of_article(alert, article=kept.article, story=kept.story), [channel], at=moment)
            if state != "waiting":
                [owed] = claim(archive, channel, moment, 1)
                later = moment + timedelta(seconds=2)
                if state == "sent":
                    mark_sent(archive, owed, later)
                else:
                    mark_failed(archive, owed, later, error, final=state == "dead")
        return archive.execute("SELECT ref FROM alerts ORDER BY rowid DESC LIMIT 1").fetchone()[0]

    return put


def said(done: Any) -> str:
    """Its one line of an error."""
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    return done.stderr


def test_messages_are_listed_newest_first_each_with_its_headline_on_a_line_of_its_own(watched: Any, owing: Any) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    sent = owing("Talks resume", at=noon, state="sent")
    dead = owing(at=noon + timedelta(minutes=5), state="dead", error="the article is gone")
    failed = owing("گفتوگۆکان", at=noon + timedelta(minutes=9), state="failed")
    channel = watched.rows("SELECT channel FROM alerts")[0]["channel"]

    done = watched.khabar("alerts", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"2026-03-14 15:09  waiting, next try 2026-03-14 15:09  desk → {channel}  ref {failed}  1 try",
        "گفتوگۆکان",
        "HTTP 500",
        "",
        f"2026-03-14 15:05  dead  desk → {channel}  ref {dead}  1 try",
        HEADLINE,
        "the article is gone",
        "",
        f"2026-03-14 15:00  sent  desk → {channel}  ref {sent}  1 try",
        "Talks resume",
        "",
        "1 waiting, 1 sent, 1 dead.",
    ]


def test_of_a_message_that_is_named_every_try_is_told(watched: Any, owing: Any, archive: sqlite3.Connection) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    ref = owing(at=noon, state="failed")
    owing("Another")
    with transaction(archive):
        claim(archive, watched.rows("SELECT channel FROM alerts")[0]["channel"], noon + timedelta(minutes=1), 1)

    shown = watched.khabar("alerts", "list", ref).stdout
    assert "  try 1: 2026-03-14 15:00, failed 2026-03-14 15:00: HTTP 500\n" in shown
    assert "  try 2: 2026-03-14 15:01, never ended\n" in shown
    assert "Another" not in shown


def test_the_json_form_is_one_object_a_line_with_all_that_is_known(watched: Any, owing: Any) -> None:
    ref = owing(state="failed")
    [line] = watched.khabar("alerts", "list", "--json").stdout.splitlines()
    message = json.loads(line)
    assert list(message) == [
        "ref", "alert", "kind", "article", "story", "channel", "state", "attempts", "born", "due", "sent", "error",
        "released", "reason", "within", "title", "source", "url", "subject", "begin", "end", "tells", "deliveries",
    ]  # fmt: skip
    assert (message["ref"], message["state"], message["title"], message["source"]) == (
        ref, "waiting", HEADLINE, "wire-ar"
    )  # fmt: skip
    assert HEADLINE in line, "Arabic is not escaped"
    assert [try_["outcome"] for try_ in message["deliveries"]] == ["failed"]


def test_messages_are_listed_as_asked(watched: Any, owing: Any) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    refs = [owing(f"Story {number}", at=noon + timedelta(minutes=number)) for number in range(22)]
    dead = owing("Dead", at=noon - timedelta(days=1), state="dead", alert="old")

    def listed(*args: str) -> list[str]:
        done = watched.khabar("alerts", "list", "--json", *args)
        assert done.returncode == 0, done.stderr
        return [json.loads(line)["ref"] for line in done.stdout.splitlines()]

    assert listed() == refs[:1:-1]
    assert listed("--limit", "1") == refs[-1:]
    assert listed("--state", "dead") == listed("--alert", "old") == [dead]
    assert sorted(listed(*refs)) == sorted(refs), "those that are named are all shown"


def test_where_there_is_no_message_a_person_is_told_so(watched: Any, archive: sqlite3.Connection) -> None:
    done = watched.khabar("alerts", "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No messages.\n")
    assert watched.khabar("alerts", "list", "--json").stdout == ""


def test_nothing_that_came_from_the_network_steers_the_terminal(watched: Any, owing: Any) -> None:
    owing(EVIL, state="dead", error=f"refused: {EVIL}")
    shown = watched.khabar("alerts", "list").stdout
    assert "[bold]x[/bold]" in shown
    assert not set("\x1b\x07\u202e") & set(shown)


def test_what_is_due_is_delivered_with_one_try_each(watched: Any, owing: Any, sink: WebhookSink) -> None:
    refs = {owing(), owing("Talks resume")}
    done = watched.khabar("alerts", "deliver")
    assert (done.returncode, done.stdout) == (0, "2 sent, 0 failed, 0 dead.\n")
    assert {got.ref for got in sink.received} == refs
    assert HEADLINE in {got.title for got in sink.received}
    assert "وكالة السلك" in sink.received[0].message

    again = watched.khabar("alerts", "deliver", "--json")
    assert (again.returncode, json.loads(again.stdout)) == (
        0,
        {"sent": 0, "failed": 0, "dead": 0, "waiting": 0, "held": 0},
    )


def test_what_is_not_taken_is_exit_1_and_stays_in_the_outbox(watched: Any, owing: Any, sink: WebhookSink) -> None:
    sink.behave = lambda post: FAIL
    owing()
    done = watched.khabar("alerts", "deliver", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (
        1,
        {"sent": 0, "failed": 1, "dead": 0, "waiting": 1, "held": 0},
    )
    assert [row["state"] for row in watched.rows("SELECT state FROM alerts")] == ["waiting"]


def test_what_is_held_back_is_told_by_deliver_and_by_status(
    watched: Any, owing: Any, archive: sqlite3.Connection, sink: WebhookSink
) -> None:
    now = datetime.now(ZoneInfo("Asia/Baghdad"))
    quiet = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    alert = f'[[alert]]\nid = "desk"\nto = ["{sink.url}"]\nquiet = "{quiet}"\n'
    (watched.root / "alerts/desk.toml").write_text(alert)
    owing()
    with transaction(archive):
        archive.execute("UPDATE alerts SET state = 'held', released = NULL, reason = 'quiet'")
    assert watched.khabar("alerts", "deliver").stdout == "0 sent, 0 failed, 0 dead, 1 held back.\n"
    assert "Alerts: 1 held back, 0 waiting, 0 sent, 0 could not be delivered." in watched.khabar("status").stdout


def test_the_dead_wait_again_when_a_person_asks_for_it(watched: Any, owing: Any, sink: WebhookSink) -> None:
    first, second, third = (owing(f"Story {number}", state="dead") for number in range(3))

    one = watched.khabar("alerts", "retry", first)
    assert (one.returncode, one.stdout) == (0, '1 message waits again; "khabar alerts deliver" sends it.\n')
    rest = watched.khabar("alerts", "retry", "--all")
    assert rest.stdout == '2 messages wait again; "khabar alerts deliver" sends them.\n'
    assert watched.khabar("alerts", "retry", "--all").stdout == "No message is dead.\n"

    assert watched.khabar("alerts", "deliver").returncode == 0
    assert {got.ref for got in sink.received} == {first, second, third}


def test_the_dead_may_be_taken_for_seen_and_are_kept(watched: Any, owing: Any) -> None:
    seen, other = owing(state="dead"), owing(state="dead")
    assert watched.khabar("status").returncode == 1
    assert watched.khabar("alerts", "dismiss", seen).stdout == "1 message dismissed.\n"
    assert watched.khabar("alerts", "dismiss", "--all").stdout == "1 message dismissed.\n"
    assert watched.khabar("status").returncode == 0
    kept = watched.khabar("alerts", "list", "--state", "dismissed", "--json").stdout
    assert {json.loads(line)["ref"] for line in kept.splitlines()} == {seen, other}
    assert watched.khabar("alerts", "retry", "--all").stdout == "No message is dead.\n"


def test_what_was_dismissed_may_be_revived_by_name(watched: Any, owing: Any) -> None:
    seen = owing(state="dead")
    watched.khabar("alerts", "dismiss", seen)
    assert watched.khabar("alerts", "retry", seen).stdout.startswith("1 message waits again")


def test_what_no_alert_wants_any_more_is_told_by_deliver(watched: Any, owing: Any) -> None:
    owing(alert="renamed")
    done = watched.khabar("alerts", "deliver")
    assert done.returncode == 1
    assert "Dead besides: 1, whose channel no alert of this desk names any more." in done.stdout


def test_the_sums_of_a_list_are_those_of_the_outbox_and_not_of_the_page(watched: Any, owing: Any) -> None:
    for state in ("waiting", "waiting", "sent", "dead"):
        owing(state=state)
    shown = watched.khabar("alerts", "list", "--limit", "1").stdout
    assert shown.splitlines()[-1] == "1 of 4 shown: 2 waiting, 1 sent, 1 dead."


def test_where_one_of_the_refs_is_wrong_none_is_revived(watched: Any, owing: Any) -> None:
    dead, waiting = owing(state="dead"), owing("Other")
    for wrong in (waiting, "nothing"):
        line = said(watched.khabar("alerts", "retry", dead, wrong))
        assert f"{wrong!r} is no message that is dead" in line
    assert watched.rows("SELECT state FROM alerts WHERE ref = ?", dead) == [{"state": "dead"}]


def test_a_ref_or_an_alert_that_is_not_known_names_the_nearest(watched: Any, owing: Any) -> None:
    ref = owing(state="dead")
    wrong = ref[:-1] + ("a" if ref[-1] != "a" else "b")
    for args in (("list", wrong), ("retry", wrong)):
        assert f'did you mean "{ref}"?' in said(watched.khabar("alerts", *args))
    assert 'did you mean "desk"?' in said(watched.khabar("alerts", "list", "--alert", "dsek"))
    assert 'did you mean "desk"?' in said(watched.khabar("alerts", "test", "dsek"))


@pytest.mark.parametrize("command", [("list",), ("deliver",), ("retry", "--all"), ("dismiss", "--all")])
def test_without_an_archive_one_line_says_so_and_none_is_made(watched: Any, command: tuple[str, ...]) -> None:
    assert "there is no archive yet" in said(watched.khabar("alerts", *command))
    assert list(watched.root.glob("archive*")) == []


@pytest.mark.parametrize("args", [(), ("abc", "--all")])
def test_retry_wants_refs_or_all(watched: Any, args: tuple[str, ...]) -> None:
    assert "name the messages by their refs, or give --all" in said(watched.khabar("alerts", "retry", *args))


def test_a_test_message_tells_of_the_newest_article_that_answers_and_leaves_nothing_behind(
    watched: Any, owing: Any, sink: WebhookSink
) -> None:
    owing("Older", at=datetime.now(UTC) - timedelta(days=1))
    owing()
    before = watched.rows("SELECT * FROM alerts")

    done = watched.khabar("alerts", "test")
    assert (done.returncode, done.stdout) == (0, f"desk to {sink.url}: delivered\n")
    [got] = sink.received
    assert got.title.startswith("[test] ")
    assert HEADLINE in got.title
    assert got.ref == "test"
    assert watched.rows("SELECT * FROM alerts") == before


def test_a_test_needs_no_archive_and_tells_every_channel_that_does_not_work(watched: Any, sink: WebhookSink) -> None:
    (watched.root / "alerts/more.toml").write_text('[[alert]]\nid = "more"\nto = ["env:KHABAR_URL"]\n')
    secret = f"json://desk:{PASSWORD}@127.0.0.1:{sink.port}/hook"
    sink.behave = lambda post: FAIL if "authorization" in post.headers else ACCEPT

    done = watched.khabar("alerts", "test", environ={"KHABAR_URL": secret})
    assert done.returncode == 1
    taken, refused = done.stdout.splitlines()
    assert taken == f"desk to {sink.url}: delivered"
    assert refused.startswith("more to env:KHABAR_URL: ")
    assert "500" in refused
    assert "A test of the alert desk" in sink.received[0].title
    assert PASSWORD not in done.stdout + done.stderr
    assert list(watched.root.glob("archive*")) == []

    only = watched.khabar("alerts", "test", "desk", environ={"KHABAR_URL": secret})
    assert (only.returncode, only.stdout) == (0, f"{taken}\n")


@pytest.mark.parametrize(
    ("to", "environ", "words"),
    [
        ("env:KHABAR_URL", {}, "the environment variable KHABAR_URL is not set"),
        ("env:KHABAR_URL", {"KHABAR_URL": f"tgram://{PASSWORD}"}, "KHABAR_URL is not a complete tgram:// URL"),
        (f"json://desk:{PASSWORD}@127.0.0.1/hook", {}, "holds a secret"),
        ("jsno://127.0.0.1/hook", {}, 'did you mean "json"?'),
    ],
)
@pytest.mark.parametrize("command", ["test", "deliver"])
@pytest.mark.usefixtures("archive")
def test_a_wrong_channel_is_one_line_and_no_secret(
    watched: Any, command: str, to: str, environ: dict[str, str], words: str
) -> None:
    (watched.root / "alerts/more.toml").write_text(f'[[alert]]\nid = "more"\nto = ["{to}"]\n')
    line = said(watched.khabar("alerts", command, environ=environ))
    assert "more.toml: alert[0].to[0]" in line
    assert words in line
    assert PASSWORD not in line


def test_a_desk_without_alerts_has_nothing_to_test(desk: Any) -> None:
    assert "there is no alert in" in said(desk.khabar("alerts", "test"))


def test_what_an_alert_would_have_sent_is_told_and_nothing_is_sent(watched: Any, owing: Any, sink: WebhookSink) -> None:
    now = datetime.now(UTC)
    (watched.root / "alerts/desk.toml").write_text(f'[[alert]]\nid = "desk"\nto = ["{sink.url}"]\ncooldown = "1h"\n')
    for minutes in (200, 190, 180, 20):
        owing(f"{HEADLINE} {minutes}", at=now - timedelta(minutes=minutes))
    before = watched.rows("SELECT * FROM alerts")

    done = watched.khabar("alerts", "test", "desk", "--since", "4h")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_ = lines = done.stdout.splitlines()
    assert first.startswith("desk (each), since ")
    assert "3 messages to each channel" in first
    assert lines[2] == f"{HEADLINE} 200"
    assert lines[3].endswith("  summary")
    assert lines[4] == "2 messages that were held back"
    assert lines[-1] == "held back, and told together: 2 cooldown"
    assert sink.received == []
    assert watched.rows("SELECT * FROM alerts") == before

    told = json.loads(watched.khabar("alerts", "test", "--since", "4h", "--json").stdout)
    assert [message["kind"] for message in told["messages"]] == ["each", "summary", "each"]
    assert told["suppressed"] == {"cooldown": 2}


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("--json",), "give --since as well"),
        (("--since", "soon"), "'soon' must be a span"),
        (("--since", "2999-01-01"), "must lie in the past"),
        (("des", "--since", "1d"), "'des' is not an alert of this desk"),
    ],
)
def test_a_rehearsal_that_cannot_be_is_one_line(watched: Any, args: tuple[str, ...], reason: str) -> None:
    assert reason in said(watched.khabar("alerts", "test", *args))


def test_what_was_suppressed_is_listed_with_its_reason(watched: Any, archive: sqlite3.Connection, owing: Any) -> None:
    owing()
    article, story = archive.execute("SELECT id, story FROM article_head").fetchone()
    with transaction(archive):
        at = datetime.now(UTC)
        suppress(archive, of_article("desk", article=article, story=story), "min_score", at=at)
        held = Held(until=at + timedelta(hours=1), reason="quiet")
        owe(archive, of_article("night", article=article, story=story), ["env:A", "env:B"], at=at, held=held)

    done = watched.khabar("alerts", "suppressed")
    assert done.returncode == 0
    assert sorted(line[18:] for line in done.stdout.splitlines()[::3]) == [
        "min_score  desk (each)", "quiet (held back)  night (each)"
    ]  # fmt: skip
    assert done.stdout.splitlines()[1::3] == [HEADLINE] * 2
    [line] = watched.khabar("alerts", "suppressed", "--alert", "desk", "--json").stdout.splitlines()
    row = json.loads(line)
    assert (row["alert"], row["reason"], row["told"], row["title"]) == ("desk", "min_score", None, HEADLINE)
    assert watched.khabar("alerts", "suppressed", "--since", "2999-01-01").stderr == "Nothing was suppressed.\n"
    assert "'dusk' is not an alert of this desk" in said(watched.khabar("alerts", "suppressed", "--alert", "dusk"))


def test_messages_that_are_held_back_say_until_when_and_why(
    watched: Any, archive: sqlite3.Connection, owing: Any
) -> None:
    owing()
    article, story = archive.execute("SELECT id, story FROM article_head").fetchone()
    with transaction(archive):
        at = datetime.now(UTC)
        for number in range(2):
            held = Held(until=at + timedelta(hours=1), reason="cooldown")
            telling = of_article("night", article=article + number, story=story + number)
            owe(archive, telling, ["env:A"], at=at, held=held)
    assert watched.khabar("alerts", "list", "--state", "held").stdout.count("held back until ") == 2
    with transaction(archive):
        release(archive, "night", at)
    told = watched.khabar("alerts", "list", "--alert", "night").stdout
    assert "2 messages that were held back" in told
    assert told.count("told with others (cooldown), ref ") == 2
    assert told.rstrip().endswith("1 waiting, 0 sent, 0 dead, 2 gathered.")


def test_the_test_of_a_digest_is_a_digest(watched: Any, owing: Any, sink: WebhookSink) -> None:
    (watched.root / "alerts/desk.toml").write_text(
        f'[[alert]]\nid = "desk"\nto = ["{sink.url}"]\nwhen = "digest"\ncron = "0 6 * * *"\n'
    )
    for number in range(12):
        owing(f"{HEADLINE} {number}", at=datetime.now(UTC) - timedelta(hours=number))
    assert watched.khabar("alerts", "test", "desk").returncode == 0
    [got] = sink.received
    assert got.title == "[test] 10 stories"
    assert got.message.splitlines()[1] == "This is a test: nothing new has happened."
    assert f"{HEADLINE} 9" in got.message
    assert f"{HEADLINE} 10" not in got.message
    assert got.ref == "test"
