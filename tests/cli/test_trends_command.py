"""`khabar trends`, as a person or a script calls it."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save
from topics.evidence import Tag


@pytest.fixture
def kept(desk):
    """A desk with an article a day on one topic, and three on another now."""
    now = datetime.now(UTC)
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        for number, (days, topic) in enumerate([*((day, "isis") for day in range(1, 5)), *[(0, "syria")] * 3]):
            tags = (Tag(topic=topic, score=1.0, pack_version="p", evidence=()),)
            article = Article(
                url=f"https://one.example/{number}", source="one", title="نفط", text=f"Xeber {number}.",
                published=now - timedelta(days=days),
            )  # fmt: skip
            save(db, Arrival(article=article, tags=tags, seen=now))
    return desk


def test_each_topic_is_a_line_with_a_chart_and_all_articles_are_the_first(kept) -> None:
    done = kept.khabar("trends", "--since", "4d")
    head, everything, isis, syria, foot = done.stdout.splitlines()

    assert head.split() == ["topic", "total", "per", "day", "today"]
    assert everything.split() == ["all", "articles", "7", "1.0", "3", "×3.0", "▂▂▂▂▇"]
    assert isis.split() == ["isis", "4", "1.0", "0", "×0.0", "▇▇▇▇·"]
    assert syria.split() == ["syria", "3", "0.0", "3", "····▇"]
    assert foot.startswith("By day, from ")
    assert "\x1b" not in done.stdout
    assert done.returncode == 0


def test_json_has_a_line_a_topic_with_its_series(kept) -> None:
    done = kept.khabar("trends", "--since", "4d", "--topic", "i*", "--json")
    everything, isis = map(json.loads, done.stdout.splitlines())

    assert (everything["topic"], isis["topic"]) == (None, "isis")
    assert [span["articles"] for span in isis["series"]] == [1, 1, 1, 1, 0]
    assert {name: isis[name] for name in ("by", "total", "mean", "today", "ratio")} == {
        "by": "day", "total": 4, "mean": 1.0, "today": 0, "ratio": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--topic", "isys"], "neither the desk nor the archive knows 'isys'; did you mean \"isis\"?"),
        (["--source", "two"], "neither the desk nor the archive knows 'two'"),
        (["--since", "1970", "--by", "hour"], "begin later or take longer steps"),
        (["--since", "then"], "must be a span"),
    ],
    ids=["topic", "source", "too much", "since"],
)
def test_what_cannot_be_meant_is_told_in_one_line(kept, words, said) -> None:
    done = kept.khabar("trends", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
