"""`khabar demo`: the whole job on the bundled newsroom, as a person runs it; and how it picks what it shows."""

import json
import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.search import Hit
from crawler.demo import stories, topics_by_language


def khabar(tmp: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    """Runs the command in a process of its own whose temporary directories are below *tmp*."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "crawler", *args], capture_output=True, text=True, encoding="utf-8", check=False,
        timeout=100, env={**os.environ, "TMPDIR": str(tmp)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def tmp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def report(tmp: Path) -> dict[str, Any]:
    """What `khabar demo --json` prints."""
    done = khabar(tmp, "demo", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_site_gives_its_articles(report: dict[str, Any]) -> None:
    first = report["crawls"][0]["sources"]
    assert sum(source["archived"] for source in first.values()) == report["articles"] >= 60
    assert all(source["archived"] >= 12 for source in first.values())
    assert first["rafidain"]["reasons"] == {"robots.txt": 1}


def test_the_second_crawl_fetches_the_edited_story_only(report: dict[str, Any]) -> None:
    second = report["crawls"][1]["sources"]
    assert sum(source["fetched"] for source in second.values()) == 1
    assert second["rafidain"]["revised"] == 1
    (revision,) = report["edited"]["revisions"]
    assert revision["title"] != report["edited"]["title"]
    assert revision["text"] != report["edited"]["text"]
    assert 0 < revision["change"] < 0.2


def test_every_language_has_articles_on_the_topics(report: dict[str, Any]) -> None:
    assert set(report["topics"]) == {"en", "ar", "ckb", "kmr"}
    for counts in report["topics"].values():
        assert counts.keys() >= {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports"}


def test_three_tags_show_their_sentence_with_the_terms_in_it(report: dict[str, Any]) -> None:
    assert [(tag["topic"], tag["language"]) for tag in report["tags"]] == [
        ("us_withdrawal", "en"),
        ("factions", "ar"),
        ("isis", "ckb"),
    ]
    for tag in report["tags"]:
        assert tag["marks"]
        assert all(tag["sentence"][start:end].strip() for start, end in tag["marks"])
    assert report["tags"][2]["sentence"][slice(*report["tags"][2]["marks"][0])].startswith("داعش")


def test_the_search_finds_words_behind_their_articles_and_with_their_hamza(report: dict[str, Any]) -> None:
    assert len(report["search"]) >= 2
    found = {hit["snippet"][start:end] for hit in report["search"] for start, end in hit["marks"]}
    assert {"الغاز", "الإيراني"} <= found


def test_wire_copies_are_joined_with_their_original(report: dict[str, Any]) -> None:
    joined = [[hit["source"] for hit in copies] for copies in report["stories"]]
    assert len(joined) == 7
    assert sorted(joined) == [["rafidain", "meridian"]] * 4 + [["sidra", "meridian"]] * 3


def test_each_story_on_the_topics_of_the_alert_arrives_once_at_the_webhook(report: dict[str, Any], tmp: Path) -> None:
    with closing(sqlite3.connect(Path(report["desk"]) / "archive.db")) as db:
        told = db.execute("SELECT ref, state FROM alerts").fetchall()
        stories_tagged = db.execute(
            "SELECT count(DISTINCT story) FROM articles JOIN tags ON tags.article = articles.id "
            "WHERE topic IN ('us_withdrawal', 'isis')"
        ).fetchone()[0]
    assert {state for _, state in told} == {"sent"}
    assert sorted(message["ref"] for message in report["received"]) == sorted(ref for ref, _ in told)
    assert len(told) == stories_tagged > 5
    for message in report["received"]:
        assert message["message"].splitlines()[-1] == f"ref: {message['ref']}"


def test_the_commands_that_it_names_work_on_the_desk_that_it_leaves(report: dict[str, Any], tmp: Path) -> None:
    assert len(report["next"]) >= 4
    for command in report["next"]:
        name, *args = shlex.split(command)
        done = khabar(tmp, *args)
        assert Path(name).name == "khabar"
        assert shutil.which(name), "it can be pasted as it stands"
        assert done.returncode == 0, (command, done.stderr)
        assert done.stdout, command


def test_the_last_command_that_it_names_shows_the_desk_in_a_browser(report: dict[str, Any], tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {shlex.quote(str(tmp_path / "opened"))}\n')
    browser.chmod(0o755)
    command = [*shlex.split(report["serve"]), "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "BROWSER": f"{browser} %s"}
    ) as process:
        try:
            assert process.stderr is not None
            address = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
            assert address
            with urllib.request.urlopen(address[0]) as answer:
                assert "Demo desk" in answer.read().decode()
            assert (tmp_path / "opened").read_text().strip() == address[0]
        finally:
            process.terminate()


def test_in_a_pipe_it_is_plain_text_without_progress(tmp: Path) -> None:
    done = khabar(tmp, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].endswith(" serve --open")
    assert "\x1b" not in done.stdout
    for words in ("robots.txt (1)", "us_withdrawal", "الغاز الإيراني", "{+stopped altogether", "khabar --desk"):
        assert words in done.stdout


# --- how it picks what it shows


def hit(number: int, story: int, language: str | None = "en", topics: tuple[str, ...] = ()) -> Hit:
    return Hit(
        id=number, url=f"https://example.org/{number}", title=None, source="s", language=language,
        published=f"2026-01-01T00:00:{number:02}Z", first_seen="2026-01-02T00:00:00Z", topics=topics, story=story,
        snippet="", marks=(),
    )  # fmt: skip


def test_stories_of_one_article_are_not_shown_and_copies_follow_their_original() -> None:
    hits = [hit(9, story=1), hit(5, story=2), hit(4, story=3), hit(1, story=1)]
    assert [[copy.id for copy in copies] for copies in stories(hits)] == [[1, 9]]


def test_articles_are_counted_by_language_and_topic() -> None:
    hits = [hit(1, 1, "ar", ("isis", "iran")), hit(2, 2, "ar"), hit(3, 3, None, ("isis",))]
    counted = topics_by_language(hits)
    assert counted == {"ar": {"isis": 1, "iran": 1, "": 1}, "?": {"isis": 1}}
