"""The service as its owner runs it: on schedule, alone, to be ended and killed at any moment."""

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from crawler.newsroom import Newsroom
from crawler.newsroom.sink import FAIL, WebhookSink

ISIS = ["isis"]


def khabar_json(desk: Any, *args: str) -> Any:
    done = desk.khabar(*args, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_it_crawls_on_schedule_and_tells_what_is_new(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with WebhookSink() as sink:
        write(to=[sink.url], topics=ISIS)
        service = run()
        service.until_runs(1)
        service.until(lambda: newsroom_desk.rows("SELECT 1 FROM jobs"))
        headline = "القبض على خلية لداعش في كركوك"
        newsroom.publish(
            "sidra", "new", title=headline,
            body="أعلنت القوات الأمنية أنها قبضت على خلية تابعة لتنظيم داعش في كركوك صباح اليوم الثلاثاء.",
        )  # fmt: skip
        report = khabar_json(newsroom_desk, "status")
        assert report["service"] == {"running": True, "process": service.process.pid}
        assert all(source["next_run"] for source in report["sources"].values())
        assert report["jobs"]["all"]["last_outcome"] == "done"
        service.until_runs(2)
        # Messages of the first run may come in between.
        [message] = service.until(lambda: [got for got in sink.received if got.title == headline])
        assert "[داعش]" in message.message
        assert message.message.splitlines()[-1] == f"ref: {message.ref}"
        assert service.stop() < 10
        assert service.process.returncode == 0
    assert newsroom_desk.rows("SELECT DISTINCT state FROM alerts") == [{"state": "sent"}]
    report = khabar_json(newsroom_desk, "status")
    assert report["service"]["running"] is False
    assert report["attention"] == [], "ended on purpose, so nothing is overdue"
    assert {source["next_run"] for source in report["sources"].values()} == {None}


def test_three_copies_of_a_story_are_one_alert(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    body = (
        "Security forces dismantled an ISIS cell of five people north of Kirkuk on Tuesday, the command of joint "
        "operations said.\n\nThe cell had planned attacks on power lines between Kirkuk and Tikrit, according to the "
        "statement, and kept explosives in an abandoned farm building near the river."
    )
    for place, site in enumerate(("rafidain", "meridian", "kani")):
        newsroom.publish(site, "990001-cell", title=f"ISIS cell dismantled north of Kirkuk ({place})", body=body)
    with WebhookSink() as sink:
        write(to=[sink.url], topics=ISIS, alert='sources = ["rafidain", "meridian", "kani"]\nlanguages = ["en"]')
        service = run()
        service.until_runs(1)
        service.until(lambda: not newsroom_desk.rows("SELECT 1 FROM alerts WHERE state <> 'sent'"))
        service.stop()
        told = [post for post in sink.received if "ISIS cell dismantled" in post.title]
    copies = newsroom_desk.rows("SELECT story FROM articles WHERE title LIKE 'ISIS cell dismantled%'")
    assert len(copies) == 3
    assert len({copy["story"] for copy in copies}) == 1
    assert len(told) == 1


def test_a_killed_service_makes_up_for_its_run_and_sends_what_it_owed(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with WebhookSink(behave=lambda post: FAIL) as sink:
        write(to=[sink.url], topics=ISIS, job='every = "1h"')
        first = run()
        first.until(lambda: len(sink.posts) >= 2)
        first.kill()
        owed = newsroom_desk.rows("SELECT ref FROM alerts")
        assert owed
        sink.behave = lambda post: type(FAIL)()
        second = run()
        runs = second.until_runs(2)
        second.until(lambda: not newsroom_desk.rows("SELECT 1 FROM alerts WHERE state <> 'sent'"), 60)
        second.stop()
    assert {run["outcome"] for run in runs} <= {"interrupted", "done"}
    assert runs[-1]["outcome"] == "done"
    assert {row["ref"] for row in owed} <= {post.ref for post in sink.received}
    refs = [post.ref for post in sink.received]
    assert len(refs) == len(set(refs)), "nothing was under way to a sink that refuses"


def test_a_run_that_ended_well_is_not_repeated_by_a_restart(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    write(job='every = "1h"')
    first = run()
    first.until_runs(1)
    first.stop()
    second = run()
    second.until(lambda: khabar_json(newsroom_desk, "status")["jobs"]["all"]["next_run"])
    second.stop()
    assert len(second.runs()) == 1


def test_a_desk_has_one_service_and_crawls_by_hand_are_refused_meanwhile(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    write()
    service = run()
    service.until_runs(1)
    for words in (("run",), ("crawl",)):
        done = newsroom_desk.khabar(*words)
        assert done.returncode == 2
        assert str(service.process.pid) in done.stderr
        assert done.stderr.count("\n") == 1
    service.kill()
    assert newsroom_desk.khabar("crawl").returncode == 0, "the lock died with its holder"


def test_a_pack_with_an_error_changes_nothing_and_the_service_says_so(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    pack = newsroom_desk.root / "seeds/topics/weather.toml"
    right = '[lists.rain]\nen = ["hail*"]\n[topic.hail]\nname = "Hail"\n[[topic.hail.rule]]\nany = ["rain"]\n'
    pack.write_text(right, encoding="utf-8")
    write(job='every = "10s"')
    service = run()
    service.until_runs(1)
    pack.write_text(right.replace("hail*", "frost*").replace('any = ["rain"]', 'any = ["rian"]'), encoding="utf-8")
    service.reload()
    service.until_logged("NOT reloaded, the old ones stay in force")
    assert f"{pack}: topic.hail.rule[0].any[0] = 'rian': no list has this name; did you mean \"rain\"?" in service.log
    newsroom.publish("rafidain", "hail", title="Hail in Basra", body="Hailstones fell on Basra on Monday evening.")
    newsroom.publish("rafidain", "frost", title="Frost in Erbil", body="Frost lay on Erbil on Monday morning.")
    arrived = (
        "SELECT a.title, t.topic FROM articles a LEFT JOIN tags t ON t.article = a.id AND t.topic = 'hail' "
        "WHERE a.title IN ('Hail in Basra', 'Frost in Erbil')"
    )
    service.until(lambda: len(newsroom_desk.rows(arrived)) == 2)
    assert {row["title"]: row["topic"] for row in newsroom_desk.rows(arrived)} == {
        "Hail in Basra": "hail",
        "Frost in Erbil": None,
    }
    service.stop()
    for words in (("run",), ("crawl",)):
        done = newsroom_desk.khabar(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1 and f"{pack}: topic.hail.rule[0].any[0] = 'rian'" in done.stderr


def test_whatever_is_wrong_with_a_pack_is_one_line_and_a_right_one_comes_into_force(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    pack = newsroom_desk.root / "seeds/topics/weather.toml"
    right = '[lists.rain]\nen = ["hail*"]\n[topic.hail]\nname = "Hail"\n[[topic.hail.rule]]\nany = ["rain"]\n'
    pack.write_text(right, encoding="utf-8")
    write(job='cron = "0 0 1 1 *"', to=["json://127.0.0.1:9/hook"], topics=["hail"])
    service = run()
    service.until_logged("watching")
    wrongs: list[tuple[Callable[[], object], str]] = [
        (lambda: pack.write_text("[lists.rain\n"), f"{pack}: is not TOML: Expected ']'"),
        (pack.mkdir, f"{pack}: is not a file"),
        (lambda: pack.symlink_to("gone.toml"), f"{pack}: cannot be read (No such file or directory)"),
        (lambda: pack.symlink_to(pack), f"{pack}: cannot be read (Too many levels of symbolic links)"),
        (lambda: pack.write_text(right, encoding="utf-16"), f"{pack}: is not UTF-8 text (at byte 0)"),
        (lambda: None, "alert.toml: alert[0].topics[0] = 'hail': no topic of this desk matches it"),
    ]
    pack.unlink()
    for number, (make, said) in enumerate(wrongs, 1):
        make()
        service.reload()
        service.until(lambda number=number: service.log.count("NOT reloaded") == number)
        assert f"the old ones stay in force: {newsroom_desk.root}" in service.log.splitlines()[-1]
        assert said in service.log.splitlines()[-1]
        if pack.is_dir():
            pack.rmdir()
        else:
            pack.unlink(missing_ok=True)
    pack.write_text(right, encoding="utf-8")
    service.reload()
    service.until_logged("reloaded; watching")
    assert service.stop() < 10


def save_search(desk: Any, **searches: str) -> None:
    """Makes *searches* all that the desk has saved."""
    file = desk.root / "desk.toml"
    rest = file.read_text(encoding="utf-8").partition("\n[searches]")[0]
    lines = (f"{name} = {query!r}\n" for name, query in searches.items())
    file.write_text(f"{rest}\n[searches]\n{''.join(lines)}", encoding="utf-8")


def test_a_reload_takes_over_what_is_right_and_leaves_in_force_what_was(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with WebhookSink() as sink:
        write(job='every = "10s"')
        service = run()
        service.until_runs(1)
        assert sink.received == []
        wrong = newsroom_desk.root / "alerts/wrong.toml"
        wrong.write_text(f'[[alert]]\nid = "x"\ntopics = ["isi"]\nto = ["{sink.url}"]\n')
        service.reload()
        service.until_logged("NOT reloaded")
        assert "alert[0].topics[0] = 'isi': no topic of this desk matches it; did you mean \"isis\"?" in service.log
        wrong.unlink()
        write(to=[sink.url], topics=ISIS, alert='query = "saved:place"')
        for number, place in enumerate(("basra", "hawija"), 1):  # that the alert names has changed, and not the alert
            save_search(newsroom_desk, place=place)
            service.reload()
            service.until(lambda number=number: service.log.count("reloaded; watching") == number)
        newsroom.publish("rafidain", "n", title="ISIS attack", body="An ISIS attack near Hawija killed two on Monday.")
        assert sink.wait_for(1, seconds=20)[0].title == "ISIS attack"
        assert service.stop() < 10


def test_at_start_and_after_a_reload_it_says_where_other_packs_tagged_the_archive(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    newsroom_desk.crawl("rafidain")
    [articles] = newsroom_desk.rows("SELECT count(*) AS number FROM articles")
    offer = f"{articles['number']} of {articles['number']} articles were tagged with other packs"
    pack = newsroom_desk.root / "seeds/topics/own.toml"
    pack.write_text('[lists.rain]\nen = ["rain"]\n[topic.rain]\nname = "Rain"\n[[topic.rain.rule]]\nany = ["rain"]\n')
    write(job='cron = "0 0 1 1 *"')
    service = run()
    service.until_logged(offer)
    pack.write_text(pack.read_text().replace("rain", "snow"))
    beside = newsroom_desk.khabar("topics", "retag")
    assert f"kill -HUP {service.process.pid}" in beside.stderr, "the service has not read the pack yet"
    pack.write_text(pack.read_text().replace("snow", "hail"))
    service.reload()
    service.until(lambda: service.log.count(offer) == 2)
    assert newsroom_desk.khabar("topics", "retag").stderr == ""
    assert service.stop() < 10


def test_what_tagging_anew_owes_is_sent_by_the_service_once_it_knows_the_alert(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    pack = newsroom_desk.root / "seeds/topics/weather.toml"
    right = '[lists.rain]\nen = ["hail*"]\n[topic.hail]\nname = "Hail"\n[[topic.hail.rule]]\nany = ["rain"]\n'
    pack.write_text(right, encoding="utf-8")
    newsroom.publish("rafidain", "frost", title="Frost in Erbil", body="Frost lay on Erbil on Monday morning.")
    newsroom_desk.crawl("rafidain")
    with WebhookSink() as sink:
        write(job='cron = "0 0 1 1 *"', to=[sink.url], topics=["isis"])
        service = run()
        service.until_logged("watching")
        pack.write_text(right.replace("hail*", "frost*"), encoding="utf-8")
        write(job='cron = "0 0 1 1 *"', to=[sink.url], topics=["hail"])
        more = f'[[alert]]\nid = "new"\ntopics = ["hail"]\nto = ["{sink.url}"]\n'
        (newsroom_desk.root / "alerts/new.toml").write_text(more)
        refused = newsroom_desk.khabar("topics", "retag", "--alert")
        assert refused.returncode == 2 and f"kill -HUP {service.process.pid}" in refused.stderr
        assert newsroom_desk.rows("SELECT * FROM alerts") == []

        service.reload()
        service.until_logged("articles were tagged with other packs")
        assert newsroom_desk.khabar("topics", "retag", "--alert").returncode == 0
        assert [got.title for got in sink.wait_for(2, seconds=20)] == ["Frost in Erbil"] * 2
        assert service.stop() < 10


def test_the_log_may_be_json(newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]) -> None:
    write()
    service = run("--log-format", "json", "-v")
    service.until_runs(1)
    service.stop()
    entries = [json.loads(line) for line in service.log.splitlines()]
    assert all(entry.keys() >= {"time", "level", "logger", "message"} for entry in entries)
    assert any("job all done" in entry["message"] for entry in entries)


WRONG = {
    "no job": ({"schedules/job.toml": ""}, ["schedules", "[[job]]"]),
    "a job without sources": (
        {"schedules/job.toml": '[[job]]\nid = "a"\nsources = ["nowhere-*"]\nevery = "10m"\n'},
        ["job.toml", "job[0].sources[0]", "nowhere-*"],
    ),
    "a cron time that never comes": (
        {"schedules/job.toml": '[[job]]\nid = "a"\nsources = ["*"]\ncron = "0 0 30 2 *"\n'},
        ["job.toml", "cron", "0 0 30 2 *"],
    ),
    "a channel that there is not": (
        {"alerts/a.toml": '[[alert]]\nid = "a"\nto = ["jsn://127.0.0.1/hook"]\n'},
        ["a.toml", "alert[0].to[0]", 'did you mean "json"?'],
    ),
    "a variable that is not set": (
        {"alerts/a.toml": '[[alert]]\nid = "a"\nto = ["env:KHABAR_NOT_SET"]\n'},
        ["a.toml", "alert[0].to[0]", "KHABAR_NOT_SET is not set"],
    ),
    "a secret in a file": (
        {"alerts/a.toml": '[[alert]]\nid = "a"\nto = ["json://desk:hunter22@127.0.0.1/hook"]\n'},
        ["a.toml", "alert[0].to[0]", "holds a secret"],
    ),
    "a query that is none": (
        {"alerts/a.toml": '[[alert]]\nid = "a"\nquery = "(drone"\nto = ["json://127.0.0.1/hook"]\n'},
        ["a.toml", "alert[0].query", '"("'],
    ),
    "a language that is none": (
        {"alerts/a.toml": '[[alert]]\nid = "a"\nlanguages = ["arabic!"]\nto = ["json://127.0.0.1/hook"]\n'},
        ["a.toml", "alert[0].languages[0]", "BCP 47"],
    ),
    "a heartbeat that is no URL": (
        {"desk.toml": 'name = "T"\nheartbeat = "ftp://127.0.0.1/x"\n'},
        ["desk.toml", "heartbeat", "http"],
    ),
}


@pytest.mark.parametrize(("files", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_at_start_with_file_key_and_reason(
    newsroom_desk: Any, write: Callable[..., None], files: dict[str, str], said: list[str]
) -> None:
    write()
    for name, text in files.items():
        (newsroom_desk.root / name).write_text(text)
    done = newsroom_desk.khabar("run")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "hunter22" not in done.stderr
    for words in said:
        assert words in done.stderr


def test_a_crawl_by_hand_keeps_a_service_from_beginning(newsroom_desk: Any, write: Callable[..., None]) -> None:
    write()
    slow = (newsroom_desk.root / "seeds/sources/test.toml").read_text().replace("delay = 0\n", "delay = 1\n")
    newsroom_desk.write_sources(slow)
    crawling = subprocess.Popen(
        newsroom_desk.command("crawl"), env=newsroom_desk.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    end = time.monotonic() + 20
    while not (newsroom_desk.root / "archive.db").exists() and time.monotonic() < end:
        time.sleep(0.02)
    done = newsroom_desk.khabar("run")
    crawling.terminate()
    crawling.communicate()
    assert done.returncode == 2
    assert "a crawl of this desk is under way" in done.stderr


def test_an_adaptive_job_leaves_a_silent_source_alone_and_asks_a_busy_one_often(
    newsroom_desk: Any, newsroom: Newsroom, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    newsroom_desk.crawl()
    with closing(sqlite3.connect(newsroom_desk.root / "archive.db")) as db, db:
        db.execute("UPDATE feeds SET last_change = '2026-01-01T00:00:00Z' WHERE source <> 'sidra'")
    write(job='every = "40s"\nadaptive = true')
    service = run()

    first, second = service.until_runs(3, seconds=60)[1:3]  # the one before was by hand

    counts = {row["id"]: json.loads(row["counts"]) for row in newsroom_desk.rows("SELECT id, counts FROM runs")}
    assert len(counts[first["id"]]) > 1, "what this process never asked is due"
    assert list(counts[second["id"]]) == ["sidra"]
