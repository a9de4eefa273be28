"""`khabar topics retag`, as a person or a script calls it, and who says that it is needed."""

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive import retagging
from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.retagging import note_service, retag
from archive.search import matching_ids
from archive.storing import Arrival, save
from crawler.cli import main
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from topics.fold import fold
from topics.matching import match

NOW = datetime.now(UTC).replace(microsecond=0)
HOOK = "json://127.0.0.1:9/hook"
PACK = """
[lists.{topic}]
en = ["{topic}*"]
ar = ["{ar}"]
ckb = ["{ckb}*"]
kmr = ["{kmr}*"]
[topic.{topic}]
name = "Test"
[[topic.{topic}.rule]]
any = ["{topic}"]
"""
RAIN = PACK.format(topic="rain", ar="مطر", ckb="باران", kmr="baran")
FLOOD = PACK.format(topic="flood", ar="فيضانات", ckb="لافاو", kmr="lehî")
TEXTS = {
    "en": "Heavy rain fell, then a flood reached the valley.",
    "ar": "هطل المطر ثم وصلت الفيضانات إلى الوادي.",
    "ckb": "باران باری و لافاوەکە گەیشتە دۆڵەکە.",
    "kmr": "Baran barî û lehiyê xwe gihand newalê.",
}


@pytest.fixture
def write_pack(desk: Any) -> Callable[[str], None]:
    """Puts the desk's own pack in place."""

    def write(text: str) -> None:
        (desk.root / "seeds/topics/own.toml").write_text(text, encoding="utf-8")

    return write


@pytest.fixture
def archive(desk: Any, write_pack: Callable[[str], None]) -> Iterator[sqlite3.Connection]:
    write_pack(RAIN)
    with closing(open_archive(desk.root / "archive.db")) as db:
        yield db


@pytest.fixture
def arrive(desk: Any, archive: sqlite3.Connection) -> Callable[..., int]:
    """Archives an article as a crawl does that read the packs at first; its id: `arrive(text, language=…, hours=…)`."""
    packs = Desk(desk.root).packs

    def put(text: str, *, language: str = "en", hours: float = 1, source: str = "wire", signed: bool = False) -> int:
        number = archive.execute("SELECT count(*) FROM article_head").fetchone()[0]
        article = Article(
            url=f"https://{source}.example/{number}", source=source, title=f"{number}", text=text, language=language,
            published=NOW - timedelta(hours=hours),
        )  # fmt: skip
        tags = match(packs, title=article.title, text=text, language=language)
        sign = signature(fold(text)) if signed else None
        with transaction(archive):
            arrival = Arrival(article=article, tags=tags, pack_version=packs.version, signature=sign, seen=NOW)
            return save(archive, arrival).article

    return put


@pytest.fixture
def retagged(desk: Any) -> Callable[..., dict[str, Any]]:
    """What `khabar topics retag --json` prints."""

    def run(*args: str) -> dict[str, Any]:
        done = desk.khabar("topics", "retag", "--json", *args)
        assert (done.returncode, done.stderr) == (0, "")
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    return run


def topics_by_language(desk: Any) -> dict[str, str]:
    rows = desk.rows(
        "SELECT language, group_concat(topic) AS topics FROM articles LEFT JOIN tags ON article = id GROUP BY id"
    )
    return {row["language"]: row["topics"] for row in rows}


def test_a_changed_pack_is_told_and_retag_puts_it_right(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None], retagged: Callable[..., dict[str, Any]]
) -> None:
    for language, text in TEXTS.items():
        arrive(text, language=language)
    offer = '4 of 4 articles were tagged with other packs; "khabar topics retag" tags them anew'
    assert desk.khabar("topics", "list").stderr == ""
    assert topics_by_language(desk) == dict.fromkeys(TEXTS, "rain")
    write_pack(FLOOD)
    listed, status = desk.khabar("topics", "list", "--json"), desk.khabar("status")
    assert listed.stderr == f"{offer}\n" and len(listed.stdout.splitlines()) > 7
    assert (status.returncode, offer in status.stdout) == (0, True), "it is told, and is no fault"
    assert json.loads(desk.khabar("status", "--json").stdout)["archive"]["outdated"] == 4

    told = retagged()

    assert told == {
        "pack_version": Desk(desk.root).packs.version, "read": 4, "changed": 4, "gained": {"flood": 4},
        "lost": {"rain": 4}, "alerts": 0, "left": 0,
    }  # fmt: skip
    assert topics_by_language(desk) == dict.fromkeys(TEXTS, "flood")
    places = desk.rows(
        'SELECT substr(text, start + 1, "end" - start) AS place FROM evidence JOIN articles ON id = article'
    )
    assert {row["place"] for row in places} == {"flood", "الفيضانات", "لافاوەکە", "lehiyê"}
    assert desk.khabar("topics", "list").stderr == ""
    assert "other packs" not in desk.khabar("status").stdout
    assert retagged()["read"] == 0


def test_a_person_sees_what_was_gained_and_lost_by_topic(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    for text in ("Rain.", "Rain and a flood.", "Flood.", "Bread."):
        arrive(text)
    write_pack(FLOOD)

    done = desk.khabar("topics", "retag")

    rows = [line.replace("│", " ").split() for line in done.stdout.splitlines()]
    assert ["flood", "2", "0"] in rows and ["rain", "0", "2"] in rows
    assert "Articles tagged anew: 4 in " in done.stdout and "other topics than before: 3." in done.stdout
    assert (done.returncode, done.stderr) == (0, ""), "no progress in a pipe"
    assert desk.khabar("topics", "retag").stdout == "Every article is tagged with the packs in force.\n"


def test_only_what_the_options_choose_is_tagged_anew_and_the_rest_is_left(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None], retagged: Callable[..., dict[str, Any]]
) -> None:
    for language, text in TEXTS.items():
        arrive(text, language=language, hours=100, source=f"wire-{language}")
    arrive("A flood.", source="radio")
    write_pack(FLOOD)

    assert [retagged(*args)["read"] for args in (
        ("--since", "24h"), ("--language", "ku", "--until", "24h"), ("--source", "wire-*", "--language", "ar"),
    )] == [1, 2, 1]  # fmt: skip
    told = json.loads(desk.khabar("status", "--json").stdout)
    assert told["archive"]["outdated"] == 1
    assert retagged("--source", "radio")["left"] == 1
    some = desk.khabar("topics", "retag", "--source", "radio")
    assert some.stdout.endswith("Articles that are still tagged with other packs: 1.\n")
    assert topics_by_language(desk) | {"en": ""} == {"ar": "flood", "ckb": "flood", "kmr": "flood", "en": ""}
    assert (told := retagged())["read"] == 1
    assert (told["gained"], told["lost"], told["left"]) == ({"flood": 1}, {"rain": 1}, 0)


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("--source", "wrie"), 'did you mean "wire"?'),
        (("--since", "soon"), "--since"),
        (("--topic", "isis"), "--topic"),
    ],
)
def test_a_wrong_option_is_one_line(desk: Any, arrive: Callable[..., int], args: tuple[str, ...], reason: str) -> None:
    arrive("Rain.")
    done = desk.khabar("topics", "retag", *args)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert reason in done.stderr


def test_packs_with_an_error_change_nothing(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    arrive("Rain and a flood.")
    write_pack(FLOOD.replace('any = ["flood"]', 'any = ["fluod"]'))

    done = desk.khabar("topics", "retag")

    assert (done.returncode, done.stdout) == (2, "")
    assert "topic.flood.rule[0].any[0] = 'fluod'" in done.stderr and 'did you mean "flood"?' in done.stderr
    assert topics_by_language(desk) == {"en": "rain"}
    assert json.loads(desk.khabar("status", "--json").stdout)["archive"]["outdated"] is None


def test_without_an_archive_none_is_made(desk: Any) -> None:
    done = desk.khabar("topics", "retag")
    assert done.returncode == 2 and "there is no archive yet" in done.stderr
    assert list(desk.root.glob("archive*")) == []
    assert desk.khabar("topics", "list").stderr == ""


def alerts(desk: Any) -> list[tuple[str, int]]:
    return [(row["alert"], row["article"]) for row in desk.rows("SELECT alert, article FROM alerts ORDER BY ref")]


def test_alerts_are_owed_only_when_asked_for_only_for_what_is_gained_and_only_once(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None], retagged: Callable[..., dict[str, Any]]
) -> None:
    long = "Heavy rain fell on the hills. " + " ".join(
        f"Village {number} lost its bridge to the flood." for number in range(30)
    )
    arrive(long, hours=3, signed=True), arrive(long, hours=2, signed=True, source="copy")
    arrive("The rain has ended.", hours=1)
    write_pack(RAIN + FLOOD)
    (desk.root / "alerts/desk.toml").write_text(
        f'[[alert]]\nid = "gained"\ntopics = ["flood"]\nto = ["{HOOK}"]\n'
        f'[[alert]]\nid = "had"\ntopics = ["rain"]\nto = ["{HOOK}"]\n'
        f'[[alert]]\nid = "words"\nquery = "hills"\nto = ["{HOOK}"]\n'
        f'[[alert]]\nid = "asked"\nquery = "topic:flood"\nper = "article"\nto = ["{HOOK}"]\n'
    )

    def back() -> None:
        with closing(open_archive(desk.root / "archive.db")) as db:
            write_pack(RAIN)
            list(retag(db, Desk(desk.root).packs, list(matching_ids(db, ""))))
        write_pack(RAIN + FLOOD)

    assert retagged()["alerts"] == 0
    assert alerts(desk) == []

    back()
    told = retagged("--alert")
    assert (told["gained"], told["alerts"]) == ({"flood": 2}, 3)
    assert sorted(alert for alert, _ in alerts(desk)) == ["asked", "asked", "gained"], "of two copies once by story"
    assert {row["state"] for row in desk.rows("SELECT state FROM alerts")} == {"waiting"}

    back()
    assert retagged("--alert")["alerts"] == 0, "they were told already"
    assert len(alerts(desk)) == 3


def test_nobody_is_told_of_an_article_that_only_loses_a_topic(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None], retagged: Callable[..., dict[str, Any]]
) -> None:
    loses, gains = arrive("The rain has ended."), arrive("The rain became a flood.")
    write_pack(RAIN.replace("rain*", "raining") + FLOOD)
    (desk.root / "alerts/desk.toml").write_text(f'[[alert]]\nid = "dry"\nquery = "-topic:rain"\nto = ["{HOOK}"]\n')

    told = retagged("--alert")

    assert (told["lost"], told["gained"]) == ({"rain": 2}, {"flood": 1})
    assert alerts(desk) == [("dry", gains)] and loses


def test_what_a_digest_is_to_tell_of_waits_for_its_next_message(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    arrive("Rain and a flood.")
    write_pack(RAIN + FLOOD)
    (desk.root / "alerts/desk.toml").write_text(
        f'[[alert]]\nid = "x"\ntopics = ["flood"]\nwhen = "digest"\ncron = "0 6 * * *"\nto = ["{HOOK}"]\n'
    )
    done = desk.khabar("topics", "retag", "--alert")
    assert "Messages owed: 0;" in done.stdout
    assert done.stdout.endswith("Digests tell of what answers them from now on with their next message.\n")
    [row] = desk.rows("SELECT alert, window FROM window_articles")
    assert (row["alert"], row["window"]) == ("x", None)


def test_alerts_with_an_error_keep_anything_from_happening(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    arrive("Rain and a flood.")
    write_pack(FLOOD)
    (desk.root / "alerts/desk.toml").write_text(f'[[alert]]\nid = "x"\ntopics = ["flodo"]\nto = ["{HOOK}"]\n')
    done = desk.khabar("topics", "retag", "--alert")
    assert done.returncode == 2 and 'did you mean "flood"?' in done.stderr
    assert topics_by_language(desk) == {"en": "rain"}


def test_search_in_another_process_answers_while_a_batch_is_being_written(
    desk: Any, archive: sqlite3.Connection, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    for text in TEXTS.values():
        arrive(text)
    write_pack(FLOOD)
    found: list[str] = []

    def look(db: sqlite3.Connection, _: object) -> None:
        if not found:
            assert db.in_transaction
            found.append(desk.khabar_outside("search", "flood", "topic:rain", "--json").stdout)

    list(retag(archive, Desk(desk.root).packs, list(matching_ids(archive, "")), look))

    assert [json.loads(line)["topics"] for line in found[0].splitlines()] == [["rain"]], "what stood before"


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_sign_to_end_writes_what_is_matched_and_says_how_to_go_on(
    desk: Any, archive: sqlite3.Connection, arrive: Callable[..., int], write_pack: Callable[[str], None],
    sign: signal.Signals,
) -> None:  # fmt: skip
    for number in range(250):
        arrive(f"Rain and flood {number}.")
    write_pack(FLOOD)
    with hold_desk(desk.root, alone=True):  # so that it says a first line, of the service with other packs
        note_service(archive, "other", {})
        archive.execute("BEGIN IMMEDIATE")  # it cannot write before the sign has come
        work = subprocess.Popen(
            desk.command("topics", "retag"), env=desk.environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert work.stderr
        assert "until it reads the desk anew: kill -HUP" in work.stderr.readline()
        work.send_signal(sign)
        archive.execute("COMMIT")
        printed, said = work.communicate(timeout=60)

    assert work.returncode == 128 + sign
    done = archive.execute("SELECT count(*) FROM tags WHERE topic = 'flood'").fetchone()[0]
    assert done <= 100, "no further batch is begun"
    assert said == f"stopped: {done} articles are tagged anew, {250 - done} are left; the same command goes on\n"
    assert f"Articles tagged anew: {done} " in printed
    again = json.loads(desk.khabar("topics", "retag", "--json").stdout)
    assert (again["read"], topics_by_language(desk)) == (250 - done, {"en": "flood"})


def test_a_disk_that_is_full_is_told_with_how_far_it_came(
    desk: Any, arrive: Callable[..., int], write_pack: Callable[[str], None], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    last, *_ = [arrive(f"Rain and flood {number}.", hours=5 - number) for number in range(5)]
    write_pack(FLOOD)
    monkeypatch.setattr(retagging, "_AT_ONCE", 2)

    def opened(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        """It has room for some pages, and the oldest article asks for a megabyte."""
        db = open_archive(*args, **kwargs)
        db.execute(
            f"CREATE TEMP TRIGGER full AFTER DELETE ON main.evidence WHEN old.article = {last} "
            "BEGIN INSERT INTO meta VALUES ('full', hex(zeroblob(500000))); END"
        )
        db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0] + 4}")
        return db

    monkeypatch.setattr("crawler.cli.topics.retag.open_archive", opened)
    with pytest.raises(SystemExit) as ended:
        main(["--desk", str(desk.root), "topics", "retag"])

    assert ended.value.code == 2
    stopped, reason = capsys.readouterr().err.splitlines()
    assert stopped == "stopped: 4 articles are tagged anew, 1 are left; the same command goes on"
    assert reason.endswith("archive.db: the disk is full; make room and try again")
    assert desk.rows("SELECT article FROM tags WHERE topic = 'rain'") == [{"article": last}]
    assert json.loads(desk.khabar_outside("topics", "retag", "--json").stdout)["read"] == 1


def test_beside_a_service_with_the_same_packs_nothing_is_said(
    desk: Any, archive: sqlite3.Connection, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    arrive("Rain and a flood.")
    write_pack(FLOOD)
    note_service(archive, Desk(desk.root).packs.version, {})
    with hold_desk(desk.root, alone=True):
        assert desk.khabar("topics", "retag").stderr == ""


def test_beside_a_service_that_does_not_know_an_alert_nothing_is_owed_that_it_would_give_up(
    desk: Any, archive: sqlite3.Connection, arrive: Callable[..., int], write_pack: Callable[[str], None]
) -> None:
    arrive("Rain and a flood.")
    write_pack(RAIN + FLOOD)
    alert = desk.root / "alerts/desk.toml"
    alert.write_text(f'[[alert]]\nid = "x"\ntopics = ["flood"]\nto = ["{HOOK}", "env:OTHER"]\n')
    for known in ({}, {"x": (HOOK,)}, {"y": (HOOK, "env:OTHER")}):
        note_service(archive, Desk(desk.root).packs.version, known)
        with hold_desk(desk.root, alone=True):
            done = desk.khabar("topics", "retag", "--alert")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"kill -HUP {os.getpid()}" in done.stderr
        assert topics_by_language(desk) == {"en": "rain"} and alerts(desk) == []

    note_service(archive, Desk(desk.root).packs.version, {"x": ("env:OTHER", HOOK)})
    with hold_desk(desk.root, alone=True):
        assert desk.khabar("topics", "retag", "--alert").returncode == 0
    assert len(alerts(desk)) == 2


def test_what_a_crawl_archives_is_read_with_the_packs_in_force(
    newsroom_desk: Any, retagged: Callable[..., Any]
) -> None:
    newsroom_desk.crawl("rafidain", "baran")
    [counts] = newsroom_desk.rows(
        "SELECT count(*) AS articles, count(pack) AS read, "
        "(SELECT count(DISTINCT article) FROM tags) AS tagged FROM article_head"
    )
    assert counts["articles"] == counts["read"] > counts["tagged"] > 0
    assert retagged()["read"] == 0
