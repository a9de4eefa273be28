"""Of a page that shows nothing without its scripts, what a browser drew is kept, and said to be that."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.keeper import Keeper
from archive.writer import Writer
from pipelines.errand import Errand
from pipelines.extract import Extract
from pipelines.identify import Identify
from pipelines.page import Page
from pipelines.rendering import Rendering
from pipelines.stage import Dropped
from pipelines.store import Store
from pipelines.tag import Tag
from pipelines.workbench import Workbench
from pipelines.workers import Workers
from seeds.sources import Source
from topics.compiling import compile_packs

STORIES = {
    "en": "The ferry between the two banks stopped on Sunday after the river rose by two metres in a single night. ",
    "ar": "توقفت العبّارة بين الضفتين يوم الأحد بعد أن ارتفع النهر مترين في ليلة واحدة. ",
    "ckb": "بەلەمەکە لە نێوان هەردوو کەنارەکە ڕۆژی یەکشەممە وەستا دوای ئەوەی ڕووبارەکە دوو مەتر بەرزبووەوە. ",
    "kmr": "Keleka di navbera herdu peravan de roja yekşemê sekinî piştî ku çem di şevekê de du metre bilind bû. ",
}
FRAME = "<!doctype html><html lang={}><head><title>Peyam</title></head><body><div id=app></div></body></html>"
DRAWN = "<!doctype html><html lang={}><head><title>Peyam</title></head><body><h1>A ferry</h1><p>{}</p></body></html>"


@pytest.fixture
def workbench(tmp_path: Path) -> Iterator[Workbench]:
    archive = tmp_path / "archive.db"
    one = Workbench(
        writer=Writer(archive), workers=Workers(1, preload=["pipelines.extraction.packing"]), packs=compile_packs(()),
        keeper=Keeper(archive), keeps_pages=True,
    )  # fmt: skip
    yield one
    one.close()


def test_the_drawn_document_is_kept_and_not_the_frame(workbench: Workbench, tmp_path: Path) -> None:
    async def draw(page: Page) -> Page:
        language = page.url.rsplit("/", 2)[1]
        body = DRAWN.format(language, STORIES[language] * 4).encode()
        return replace(page, body=FRAME.format("en").encode() if page.url.endswith("2") else body, drawn=True)

    async def crawl() -> None:
        for language in STORIES:
            source = Source(id=language, name=language, feeds=("https://news.example/feed",))
            plain = Errand(source=source, run=1, workbench=workbench)
            errand = replace(plain, rendering=Rendering(language, workbench, draw))
            for number in (1, 2):
                await way(errand, language, number)

    asyncio.run(crawl())
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        named = dict(db.execute("SELECT source, page_sha256 FROM articles").fetchall())
    with closing(sqlite3.connect(tmp_path / "pages.db")) as pages:
        rows = pages.execute(
            "SELECT source, lower(hex(hash)), rendered, refused FROM pages ORDER BY refused"
        ).fetchall()
    assert named.keys() == STORIES.keys()
    assert {row[:2] for row in rows if row[3] is None} == set(named.items())
    assert all(row[2] for row in rows if row[3] is None)
    assert len([row for row in rows if row[3]]) <= 1  # the frame is the same of all


async def way(errand: Errand, language: str, number: int) -> None:
    url = f"https://news.example/{language}/{number}"
    arrival: Any = Page(
        url=url, requested=url, source=language, status=200, headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=FRAME.format(language).encode(), fetched=datetime(2026, 3, 14, 12, tzinfo=UTC),
    )  # fmt: skip
    try:
        for stage in (Extract(errand), Tag(errand), Identify(errand), Store(errand)):
            arrival = await stage.process_item(arrival)
    except Dropped:
        assert number == 2
