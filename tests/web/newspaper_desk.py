"""A desk with a newspaper of the test's own writing: articles at any time, tagged by real packs."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, Stored, save
from archive.web.access import Access
from archive.web.face import Face, Language
from archive.web.view import Asked
from archive.web.wording import words_of
from crawler.desk import Desk
from crawler.facing import face_of
from topics.fold import fold
from topics.matching import match

_PACKS = """
[lists.isis]
en = ["ISIS", "Islamic State"]
ar = ["داعش"]
ckb = ["داعش*"]
kmr = ["DAIŞ*"]
[lists.flood]
en = ["flood*"]
ar = ["فيضان"]
ckb = ["لافاو*"]
kmr = ["lehî*"]
[lists.film]
en = ["film"]
[topic.isis]
name = "Islamic State"
[[topic.isis.rule]]
any = ["isis"]
[topic.isis.exclude]
none = ["film"]
[topic.floods]
name = "Floods"
threshold = 0.5
[[topic.floods.rule]]
any = ["flood"]
weight = 0.75
[topic.quiet]
name = "Quiet"
[[topic.quiet.rule]]
any = ["film"]
in = "title"
"""
_SOURCE = """
[[source]]
id = "{id}"
name = "{name}"
language = "{language}"
feeds = ["https://{id}.example/feed"]
"""
SOURCES = {
    "herald": ("The Herald", "en"),
    "sabah": ("الصباح", "ar"),
    "rojname": ("Rojname", "kmr"),
    "hawal": ("هەواڵ", "ckb"),
}
"""By id, each with its name and its language."""


class NewspaperDesk:
    """A desk at *root*, and its archive, which is open for writing."""

    def __init__(self, root: Path, *, zone: str = "Asia/Baghdad", packs: str = _PACKS) -> None:
        self.root = root
        for folder in ("seeds/sources", "seeds/topics"):
            (root / folder).mkdir(parents=True)
        (root / "desk.toml").write_text(
            f'name = "Test desk"\ntimezone = "{zone}"\n[searches]\nfloods-now = "topic:floods since:24h"\n'
        )
        told = [_SOURCE.format(id=name, name=title, language=tag) for name, (title, tag) in SOURCES.items()]
        (root / "seeds/sources/papers.toml").write_text("".join(told))
        (root / "seeds/topics/mine.toml").write_text(packs)
        self.packs = Desk(root).packs
        self._face: Face | None = None
        self.db = open_archive(root / "archive.db")

    def face(self) -> Face:
        """What the web face is told of it."""
        return face_of(Desk(self.root))

    def keep(self, text: str, *, at: datetime | None, seen: datetime | None = None, **fields: Any) -> Stored:
        """Archives an article that was published *at*, tagged as a crawl would."""
        packs = self.packs
        seen = seen or at or datetime.now(UTC)
        number = self.db.execute("SELECT count(*) FROM article_head").fetchone()[0]
        source = fields.pop("source", "herald")
        given = {
            "url": f"https://{source}.example/{number}", "title": f"Story {number}", "language": SOURCES[source][1],
        } | fields  # fmt: skip
        article = Article(source=source, text=text, published=at, **given)
        tags = match(packs, title=article.title, text=text, language=article.language)
        arrival = Arrival(
            article=article, tags=tags, pack_version=packs.version, signature=signature(fold(text)), seen=seen,
            run=None, status=200,
        )  # fmt: skip
        with transaction(self.db):
            return save(self.db, arrival)

    def asked(
        self, now: datetime, *, interface: Language = "en", access: Access = "owner",
        path: dict[str, str] | None = None, **args: str,
    ) -> Asked:  # fmt: skip
        """A request for a page."""
        face = self._face = self._face or self.face()
        return Asked(
            face=face, words=words_of(interface, face.zone), access=access, now=now, path=path or {},
            args={name: [value] for name, value in args.items()}, origin="http://127.0.0.1:8001",
        )  # fmt: skip

    def close(self) -> None:
        """Nothing is written any more."""
        with closing(self.db):
            pass


def ids(db: sqlite3.Connection) -> list[int]:
    """All articles, newest first."""
    return [number for (number,) in db.execute("SELECT id FROM article_head ORDER BY id DESC")]
