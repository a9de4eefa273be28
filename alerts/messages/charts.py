"""Numbers of articles as small charts: of blocks for a terminal and a text, of SVG for a page. Pure."""

from collections.abc import Sequence
from html import escape

_BLOCKS = "·▁▂▃▅▇"
"""None, and then a fifth of the highest each: those that are there in every terminal's font."""
_BAR, _GAP, _HEIGHT = 10, 2, 72  # units of the drawing, which is as wide as its place
_LEAST = 3  # units: one article is seen beside a thousand


def chart(counts: Sequence[int], room: int) -> str:
    """*counts* as blocks, at most *room* of them: of more, neighbours are added up from the end on."""
    bars = together(counts, room)
    highest = max(bars, default=0) or 1
    return "".join(_BLOCKS[-(-bar * (len(_BLOCKS) - 1) // highest)] for bar in bars)


def together(counts: Sequence[int], room: int) -> list[int]:
    """*counts*, neighbours added up from the end on where there are more than *room*."""
    each = -(-len(counts) // room) or 1
    first = len(counts) % each
    bars = [sum(counts[place : place + each]) for place in range(first, len(counts), each)]
    return [sum(counts[:first]), *bars] if first else bars


def bars_svg(counts: Sequence[int], labels: Sequence[str], *, title: str, description: str, name: str = "chart") -> str:
    """*counts* as bars in an SVG element, which has a title and a description for who does not see it; each bar is
    named by its label. *name* is the id that the page has for it.
    """
    highest = max(counts, default=0) or 1
    width = max(len(counts), 1) * (_BAR + _GAP) - _GAP
    bars = []
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        height = max(round(count / highest * _HEIGHT), _LEAST) if count else 0
        bars.append(
            f'<rect x="{place * (_BAR + _GAP)}" y="{_HEIGHT - height}" width="{_BAR}" height="{height}" rx="1">'
            f"<title>{escape(label)}: {count:,}</title></rect>"
        )
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-desc" viewBox="0 0 {width} {_HEIGHT}" '
        f'preserveAspectRatio="none" overflow="visible" width="100%" height="{_HEIGHT}" fill="currentColor">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(bars)}"
        f'<path d="M0 {_HEIGHT}H{width}" stroke="currentColor" opacity="0.4" vector-effect="non-scaling-stroke"/></svg>'
    )
