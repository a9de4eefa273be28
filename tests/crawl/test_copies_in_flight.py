"""Copies whose pages arrive from two sites at the same instant are one story."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from datetime import UTC, datetime

from hostile_site import HostileSite, Reply, hostile_site

from crawler.newsroom.pieces import Piece, read_pieces
from crawler.newsroom.styles import STYLES

LANGUAGES = ("en", "ar", "ckb", "kmr")


@pytest.fixture
def sites() -> Iterator[tuple[HostileSite, HostileSite]]:
    with hostile_site() as one, hostile_site() as other:
        yield one, other


def page(piece: Piece, site: str, barrier: Barrier) -> Reply:
    """The piece's page, which is sent when another site's is asked for too."""
    paragraphs = "".join(f"<p>{line.text}</p>" for line in piece.body)
    html = (
        f'<!doctype html><html lang="{piece.language}"><head><title>{site}: {piece.title}</title></head>'
        f"<body><article><h1>{site}: {piece.title}</h1>{paragraphs}</article></body></html>"
    ).encode()

    def write(wire: Any) -> None:
        barrier.wait(60)
        wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n")
        wire.write(f"Content-Length: {len(html)}\r\nConnection: close\r\n\r\n".encode() + html)

    return Reply(write=write)


def pieces() -> list[Piece]:
    """Some of each language, none of them a copy of another."""
    found: list[Piece] = []
    for language in LANGUAGES:
        of_language = [
            piece
            for style in STYLES.values()
            for piece in read_pieces(style, datetime.now(UTC)).values()
            if piece.language == language and not piece.copy_of and len(piece.text.split()) > 60
        ]
        found += of_language[:3]
    return found


def test_pages_that_two_sites_send_at_the_same_instant_are_one_story(
    desk: Any, sites: tuple[HostileSite, HostileSite]
) -> None:
    chosen = pieces()
    paths = [f"/news/{number}" for number in range(len(chosen))]
    for path, piece in zip(paths, chosen, strict=True):
        barrier = Barrier(len(sites))
        for name, site in zip(("one", "two"), sites, strict=True):
            site.replies[path] = page(piece, name, barrier)
    for site in sites:
        site.feed(*paths)
    desk.write_sources("".join(site.source(name) for name, site in zip(("one", "two"), sites, strict=True)))

    desk.crawl()

    rows = desk.rows("SELECT story, language, substr(url, instr(url, '/news/')) AS path FROM articles")
    assert len(rows) == 2 * len(chosen) == 2 * 3 * len(LANGUAGES)
    assert {row["language"] for row in rows} == set(LANGUAGES)
    assert len({(row["path"], row["story"]) for row in rows}) == len(chosen)
    assert len({row["story"] for row in rows}) == len(chosen)
    counts = desk.rows("SELECT articles FROM stories")
    assert [row["articles"] for row in counts] == [2] * len(chosen)
