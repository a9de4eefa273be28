"""Shows what rendering gains at a source, as a table and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from archive.plain import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from crawler.scouting.comparing import Compared, Gain, Side


def as_dict(pages: "Sequence[Compared]", meaning: "Gain") -> dict[str, Any]:
    """The key `rendering` of a line of `--json`."""
    return {
        "gains": meaning.gains,
        "verdict": plain(meaning.words),
        "pages": [
            {"kind": page.kind, "url": page.url, "plain": _as_dict(page.plain), "rendered": _as_dict(page.rendered)}
            for page in pages
        ],
    }


def _as_dict(side: "Side") -> dict[str, Any]:
    return {
        "fault": side.fault, "words": side.words, "title": side.title, "published": side.published, "links": side.links,
    }  # fmt: skip


def shown(pages: "Sequence[Compared]", meaning: "Gain") -> "Iterator[RenderableType]":
    """A row for each page, both ways; what is written from right to left stands last."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in ("page", "plain", "rendered"):
        table.add_column(heading)
    table.add_column("title when rendered, address", overflow="fold")
    for page in pages:
        title = page.rendered.title or page.plain.title
        where = Text("\n").join([*([Text(plain(title), style="bold")] if title else []), Text(plain(page.url))])
        table.add_row(page.kind, _side(page, page.plain), _side(page, page.rendered), where)
    if pages:
        yield table
    yield Text(plain(meaning.words), style="yellow" if meaning.is_needed or meaning.gains is None else "green")
    yield Text()


def _side(page: "Compared", side: "Side") -> "RenderableType":
    from rich.text import Text  # noqa: PLC0415

    if side.fault is not None:
        return Text(plain(side.fault), style="yellow")
    if page.kind == "listing":
        return f"{side.links} links"
    return f"{side.words} words, {side.published[:10] if side.published else 'undated'}"
