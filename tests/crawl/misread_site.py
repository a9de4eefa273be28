"""A site in four languages whose sources are defined wrongly: what they remove is a part of the story, or all of it."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from hostile_site import HostileSite, Reply
from template_site import TONGUES, Tongue

HTML = {"Content-Type": "text/html; charset=utf-8"}
WRONG, MENDED = ".odd, .lost", ".advertisement"
"""What the sources remove until, and from, their mending."""


def lines(tongue: Tongue, page: int) -> list[str]:
    """The paragraphs of a story."""
    return [tongue.paragraph(page, place) for place in range(5)]


def page(tongue: Tongue, number: int, *, odd: int | None = 2, lost: bool = False, note: str = "") -> bytes:
    """A story; its paragraph *odd* is one that the wrong definition removes, or all of it is *lost*."""
    classes = ["odd" if place == odd else "usual" for place in range(5)]
    body = "".join(f'<p class="{kind}">{line}</p>' for kind, line in zip(classes, lines(tongue, number), strict=True))
    extra = f"<p>{note}</p>" if note else ""
    return (
        f'<!doctype html><html lang="{tongue.language}" dir="{tongue.direction}"><head><meta charset="utf-8">'
        f"<title>{tongue.title(number)}</title></head><body><article><h1>{tongue.title(number)}</h1>"
        f'<div class="{"lost" if lost else "story"}">{body}{extra}</div></article></body></html>'
    ).encode()


def publish(site: HostileSite, tongue: Tongue, number: int, body: bytes, headers: dict[str, str] | None = None) -> str:
    """Puts *body* where the story is to be read; its path."""
    path = f"/{tongue.language}/story/{number}"
    site.replies[path] = Reply(body, headers=HTML | (headers or {}))
    return path


def feed(site: HostileSite, tongue: Tongue, days: dict[str, float]) -> None:
    """Lets the feed of that language show the stories at the paths of *days*, each so many days old."""
    items = "".join(
        f"<item><title>.</title><link>{site.url}{path}</link>"
        f"<pubDate>{format_datetime(datetime.now(UTC) - timedelta(days=ago))}</pubDate></item>"
        for path, ago in days.items()
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Site</title>{items}</channel></rss>'
    site.replies[f"/{tongue.language}/feed"] = Reply(body.encode(), headers={"Content-Type": "application/rss+xml"})


def define(desk: Any, site: HostileSite, remove: str, more: str = "") -> None:
    """Writes the four sources, which *remove* that of every page."""
    desk.write_sources(
        "".join(
            f'[[source]]\nid = "{name}"\nname = "{name}"\nlanguage = "{name}"\nfeeds = ["{site.url}/{name}/feed"]\n'
            f"private = true\nports = [{site.port}]\ndelay = 0\n{more}[source.selectors]\nremove = '{remove}'\n"
            for name in TONGUES
        )
    )


def keep_pages(root: Path) -> None:
    """Lets the desk at *root* keep pages."""
    file = root / "desk.toml"
    file.write_text(file.read_text() + "keep_pages = true\n")
