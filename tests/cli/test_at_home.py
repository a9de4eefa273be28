"""Most tests call commands in their own process; here each is called in a process of its own, as a person's shell does.

A command that works only beside what a test has imported, or that leaves something behind for the next, is found so.
"""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save

PACK = """
[topic.rain]
name = "Rain"
[[topic.rain.rule]]
any = ["rain", "baran", "باران", "مطر"]
"""
SOURCE = '[[source]]\nid = "wire"\nname = "Wire"\nfeeds = ["https://wire.example/rss"]\n'


@pytest.fixture
def desk(desk: Any) -> Any:
    """A desk with an article of each language, a source, a topic and an alert."""
    desk.write_sources(SOURCE)
    (desk.root / "seeds/topics/own.toml").write_text(PACK, encoding="utf-8")
    (desk.root / "alerts/desk.toml").write_text('[[alert]]\nid = "desk"\nto = ["json://127.0.0.1:9/hook"]\n')
    texts = {"en": "The rain came.", "kmr": "Baran hat.", "ckb": "باران هات.", "ar": "نزل مطر."}
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        for language, text in texts.items():
            article = Article(
                url=f"https://wire.example/{language}", source="wire", title=text, text=text, language=language
            )
            save(db, Arrival(article=article, seen=datetime(2026, 3, 14, 12, tzinfo=UTC)))
    return desk


@pytest.mark.parametrize(
    "words",
    [
        ["alerts", "list"], ["alerts", "test", "desk"], ["alerts", "dismiss", "none"],
        ["sources", "list"], ["sources", "disable", "sauce"],
        ["topics", "list"], ["topics", "explain", "باران باری"], ["topics", "suggest", "rain"],
        ["topics", "retag", "--json"],
        ["export"], ["search", "hat"], ["show", "https://wire.example/ar"], ["status", "--source", "wire"],
        ["stories", "list"], ["trends", "--since", "2026-03-01"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_tells_the_same_in_a_process_of_its_own_and_in_that_of_the_tests(
    desk: Any, tmp_path: Path, words: list[str]
) -> None:
    kept = shutil.copytree(desk.root, tmp_path / "kept")  # some change the desk
    outside = desk.khabar_outside(*words)
    shutil.rmtree(desk.root)
    kept.rename(desk.root)
    at_home = desk.khabar_at_home(*words)
    assert outside.stdout + outside.stderr
    assert at_home.returncode == outside.returncode
    assert at_home.stderr == outside.stderr.replace("python -m crawler", "khabar")
    assert at_home.stdout == outside.stdout
