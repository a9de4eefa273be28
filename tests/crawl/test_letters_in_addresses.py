"""Addresses with letters of any script, as definitions and sites write them, are asked for as servers expect."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


SECTIONS = {
    "/ar/كل-الاخبار": "/ar/أمن/فصائل-مسلّحة",
    "/ckb/هەواڵ": "/ckb/هەواڵ/مووچەی-فەرمانبەران",
    "/kmr/nûçe": "/kmr/nûçe/rêya-duhokê",
}
"""A section, and a story that it shows."""


@pytest.mark.parametrize("linked", ["in letters", "encoded"])
def test_sections_and_their_stories_are_asked_for_encoded_and_once(desk: Any, site: HostileSite, linked: str) -> None:
    for section, story in SECTIONS.items():
        site.article(quote(story))
        links = "".join(
            f'<a href="{link}">Story of the harvest</a>' for link in (story, quote(story), quote(story).lower())
        )
        second = quote(section) + "?page=2" if linked == "encoded" else section + "?page=2"
        site.replies[quote(section)] = Reply(f'<body>{links}<a href="{second}">2</a>'.encode(), headers=HTML)
        site.replies[quote(section) + "?page=2"] = Reply(f"<body>{links}".encode(), headers=HTML)
    listings = ", ".join(f'"{site.url}{section}"' for section in SECTIONS)
    desk.write_sources(
        site.source("site").replace(
            f'feeds = ["{site.url}/feed"]', f"listings = [{listings}]\narticle = '^{site.url}/[a-z]+/[^/]+/[^/]+$'"
        )
    )
    desk.crawl()
    asked = sorted(path for path in site.asked if path != "/robots.txt")
    pages = [quote(section) + page for section in SECTIONS for page in ("", "?page=2")]
    assert asked == sorted([*pages, *map(quote, SECTIONS.values())])
    assert desk.rows("SELECT count(*) AS articles FROM articles") == [{"articles": 3}]
