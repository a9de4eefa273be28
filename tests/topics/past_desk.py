"""A desk with a past: articles that arrived under its packs, and were told of, as the last stages of a crawl do it."""

import json
import random
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.outbox import messages
from archive.storing import Arrival, save
from crawler.cli import main
from crawler.desk import Desk
from topics.fold import fold
from topics.matching import match

RAIN = """
[lists.rain]
en = ["rain*"]
ar = ["أمطار"]
ckb = ["باران*"]
kmr = ["baran*"]
[topic.weather]
name = "Weather"
[[topic.weather.rule]]
any = ["rain"]
"""
"""A pack in four languages; none of its words is in the packs that come with Khabar."""

SOURCES = ("wire", "wire-ar", "wire-ku", "one", "two", "three", "copy")
SOURCE = '[[source]]\nid = "{0}"\nname = "{0}"\nfeeds = ["https://{0}.example/feed"]\n'
FLOODS = """
[lists.rain]
extend = true
en = ["flood*"]
ar = ["سيول"]
ckb = ["لافاو"]
kmr = ["lehî"]
"""
"""Extends a list of the pack in force, which the topic there uses."""
DRY = """
[lists.drought]
en = ["drought"]
[lists.stage]
en = ["concert"]
[topic.weather]
name = "Weather"
[[topic.weather.rule]]
any = ["rain", "drought"]
[topic.weather.exclude]
none = ["stage"]
"""
"""Replaces the topic: it holds for drought as well, and not where a concert is meant."""

TOLD = '[[alert]]\nid = "{}"\nto = ["json://127.0.0.1:8099/hook"]\n'


def prose(seed: int, words: int = 120) -> str:
    """A text of its own for each *seed*, so that no two are copies of one story."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("qxzjvk", k=chance.randint(3, 9))) for _ in range(words))


class PastDesk:
    """A desk in *root*, whose command line is called in this process."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        for folder in ("seeds/topics", "seeds/sources", "alerts"):
            (root / folder).mkdir(parents=True)
        (root / "seeds/sources/all.toml").write_text("".join(map(SOURCE.format, SOURCES)), encoding="utf-8")
        (root / "desk.toml").write_text('name = "Test"\ntimezone = "Asia/Baghdad"\n', encoding="utf-8")
        self.errors = ""
        self._desk = Desk(root)

    def pack(self, text: str) -> None:
        """What the desk's packs say from now on."""
        (self.root / "seeds/topics/own.toml").write_text(text, encoding="utf-8")
        self._desk = Desk(self.root)

    def draft(self, text: str) -> str:
        """A pack that is not in force."""
        path = self.root / "draft.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def alert(self, name: str, keys: str) -> None:
        """One more alert, with these further lines."""
        with (self.root / "alerts/all.toml").open("a", encoding="utf-8") as file:
            file.write(TOLD.format(name) + keys + "\n")
        self._desk = Desk(self.root)

    def arrive(
        self, text: str, at: str, *, language: str | None = "en", source: str = "wire", url: str | None = None,
        title: str = "A title", published: str | None = None, of_story: str | None = None,
    ) -> int:  # fmt: skip
        """Archives an article seen *at* that moment, and published then; its id. *of_story* makes it a copy."""
        desk, seen = self._desk, datetime.fromisoformat(at).replace(tzinfo=UTC)
        body = f"{text}\n{prose(hash_of(of_story or text + at + source))}"
        article = Article(
            url=url or f"https://{source}.example/{hash_of(body + at + source)}", source=source, language=language,
            title=title, text=body, published=datetime.fromisoformat(published or at).replace(tzinfo=UTC),
        )  # fmt: skip
        tags = match(desk.packs, title=title, text=body, language=language)
        arrival = Arrival(article=article, tags=tags, signature=signature(fold(body)), seen=seen)
        with closing(open_archive(desk.archive)) as db, transaction(db):
            stored = save(db, arrival)
            desk.watch.tell(db, arrival, stored)
        return stored.article

    def topics_of(self, article: int) -> list[str]:
        """The tags that stand."""
        with closing(open_archive(self.root / "archive.db", read_only=True)) as db:
            rows = db.execute("SELECT topic FROM tags WHERE article = ? ORDER BY topic", (article,))
            return [topic for (topic,) in rows]

    def told(self, alert: str) -> list[int]:
        """The articles that *alert* told of."""
        with closing(open_archive(self.root / "archive.db", read_only=True)) as db:
            return sorted(message["article"] for message in messages(db, alert=alert, limit=1000))

    def topics(self, *args: str, code: int = 0) -> str:
        """What `khabar topics ARGS` prints; what it says besides is kept in `errors`."""
        with pytest.raises(SystemExit) as ended:
            main(["--desk", str(self.root), "topics", *args])
        captured = self._capsys.readouterr()
        self.errors = captured.err
        assert ended.value.code == code, captured.err
        return captured.out

    def backtest(self, *args: str) -> dict[str, Any]:
        """What `khabar topics backtest --json` found out; of March 2026, unless *args* say otherwise."""
        window = () if "--since" in args else ("--since", "2026-03-01", "--until", "2026-03-31")
        found: dict[str, Any] = json.loads(self.topics("backtest", "--json", *args, *window))
        return found


def hash_of(text: str) -> int:
    """The same in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, 1))


def arrive_week(past: PastDesk) -> dict[str, int]:
    """A week in four languages arrives; the ids of its articles."""
    return {
        "rain-en": past.arrive("Rain fell on the hills.", "2026-03-10T08:00"),
        "flood-en": past.arrive("Floods closed the road.", "2026-03-11T08:00"),
        "rain-ar": past.arrive("هطلت الأمطار على أربيل.", "2026-03-11T09:00", language="ar", source="wire-ar"),
        "flood-ar": past.arrive("اجتاحت السيول دهوك.", "2026-03-12T08:00", language="ar", source="wire-ar"),
        "flood-ckb": past.arrive("لافاو ڕێگاکەی داخست.", "2026-03-12T09:00", language="ckb", source="wire-ku"),
        "flood-kmr": past.arrive("Lehî rê girt.", "2026-03-12T10:00", language="kmr", source="wire-ku"),
        "other": past.arrive("Bread is dear.", "2026-03-13T08:00"),
    }


def changes(found: dict[str, Any], kind: str) -> list[tuple[int, str]]:
    return [(one["id"], one["topic"]) for one in found["changes"] if one["change"] == kind]


def counts(found: dict[str, Any], topic: str, language: str | None = None) -> tuple[int, ...]:
    figures = found["topics"][topic]
    figures = figures["languages"][language] if language else figures
    return figures["stands"], figures["would"], figures["gained"], figures["lost"]


def foretold(found: dict[str, Any], alert: str | None, topic: str | None = None) -> tuple[int, int]:
    """What stands and what would be, of an alert, or of a plain one on a topic."""
    for one in found["alerts"]:
        if one["alert"] == alert and (topic is None or one["topics"] == [topic]):
            return one["stands"]["messages"], one["would"]["messages"]
    raise AssertionError(f"nothing is said of {alert or topic}")
