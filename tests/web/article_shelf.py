"""A desk with the articles of a test, asked in the test's own process or served."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from httpx import Response

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.packed_page import PackedPage
from archive.pages import keep_page, open_pages, packed, pages_beside
from archive.storing import Arrival, save
from archive.web.access import House
from archive.web.serving import FaceDatasette, datasette_of
from crawler.facing import DeskFace
from topics.evidence import Evidence, Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
ATTACK = "<script>window.attacked=1</script><img src=x onerror=window.attacked=1>\u202e\u2066\x1b[31m\"'><b>"
"""What a newspaper that means harm would write, wherever it can."""
TOML = 'name = "Shelf"\ntimezone = "Asia/Baghdad"\n[searches]\nbridges = "bridge OR جسر"\n'
SOURCE = """
[[source]]
id = "herald"
name = "The Herald"
language = "en"
timezone = "America/New_York"
feeds = ["https://herald.example/feed"]
"""


@dataclass
class Shelf:
    """The desk at *root*."""

    root: Path
    _served: dict[bool, FaceDatasette] = field(default_factory=dict)

    def begin(self) -> "Shelf":
        """Makes the desk's files."""
        (self.root / "seeds" / "sources").mkdir(parents=True)
        (self.root / "desk.toml").write_text(TOML, encoding="utf-8")
        (self.root / "seeds" / "sources" / "herald.toml").write_text(SOURCE, encoding="utf-8")
        open_archive(self.archive).close()
        return self

    @property
    def archive(self) -> Path:
        """Where its archive is."""
        return self.root / "archive.db"

    def put(self, *arrivals: Arrival) -> list[int]:
        """Saves them in their order; the ids of the articles."""
        with closing(open_archive(self.archive)) as db, transaction(db):
            return [save(db, one).article for one in arrivals]

    def run(self, sql: str, *values: Any) -> list[Any]:
        """What a statement gives; it may write."""
        with closing(open_archive(self.archive)) as db:
            return db.execute(sql, values).fetchall()

    def keep(self, body: bytes, *, url: str, rendered: bool = False, content_type: str = "text/html") -> bytes:
        """Keeps a page; its hash."""
        hashed = sha256(body).digest()
        page = PackedPage(
            hash=hashed, url=url, requested=url, source="herald", fetched=NOON, status=200, size=len(body),
            headers=(("Content-Type", content_type),), packed=packed(body), rendered=rendered, code="1:a",
        )  # fmt: skip
        with closing(open_pages(pages_beside(self.archive))) as pages, transaction(pages):
            keep_page(pages, page)
        return hashed

    def get(self, path: str, *, public: bool = False, language: str = "en", **headers: str) -> Response:
        """The answer to a request of its owner's, or of anybody's; redirects are not followed."""
        if public not in self._served:
            self._served[public] = datasette_of(DeskFace(self.root), House(on_loopback=True, public=public))
        cookies = {"khabar_interface": f"{language}."}

        async def ask() -> Response:
            datasette = self._served[public]
            return await datasette.client.get(path, cookies=cookies, headers=headers)  # type: ignore[no-any-return]

        with ThreadPoolExecutor(1) as thread:  # in the test's own a browser has a loop of its own
            return thread.submit(lambda: asyncio.run(ask())).result()


def arrival(
    number: int = 1, *, tags: Sequence[Tag] = (), minute: float = 0, page: bytes | None = None, **fields: Any
) -> Arrival:  # fmt: skip
    """An article of The Herald, as it arrives *minute* minutes after noon."""
    given = {
        "url": f"https://herald.example/{number}", "source": "herald", "title": f"Title {number}",
        "text": f"Text of number {number}.", "language": "en", "published": NOON + timedelta(minutes=number),
        "published_raw": "2026-03-14T08:00:00-04:00", "published_zone": "-04:00", "published_precision": "minute",
    } | fields  # fmt: skip
    article = Article(**given)
    return Arrival(
        article=article, tags=tags, signature=signature(fold(article.text)), run=1, status=200, page_hash=page,
        seen=NOON + timedelta(hours=3, minutes=minute), pack_version="p",
    )  # fmt: skip


def tagged(topic: str, places: Iterable[tuple[int, int]], *, where: Any = "text", rule: str = "rule[0]") -> Tag:
    """A tag with evidence at these *places*."""
    evidence = tuple(
        Evidence(rule=rule, term="term", field=where, start=start, end=end, score=1.0) for start, end in places
    )
    return Tag(topic=topic, score=1.0, pack_version="p", evidence=evidence)
