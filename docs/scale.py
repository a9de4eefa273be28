"""Draws docs/scale.svg from docs/scale.json, which `make bench-scale` writes, and tells the same in a table.

python docs/scale.py
"""

import json
from math import log10
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_DOCS = Path(__file__).parent
LIMITS = {"by relevance": (60, 100), "the trend of a topic": (1, 1), "copies of an arrival": (2, 2)}
"""Milliseconds that half of the questions, and 95 in 100, may take; the others: 15 and 50."""
_USUAL = (15, 50)
_COLOURS = ("#9ecae1", "#4292c6", "#08306b")  # by size, the largest darkest
_LEFT, _RIGHT, _TOP, _ROW, _BAR = 190, 30, 64, 46, 11
_WIDTH = 860
_LEAST, _MOST = 0.05, 500.0  # milliseconds at the two ends of the scale
_FONT = 'font-family="system-ui, sans-serif"'


def table() -> str:
    """p50 · p95 of every question at every size, and the limits."""
    figures = _figures()
    lines = [
        "| ms, p50 · p95 | " + " | ".join(_size(one) for one in figures) + " | at most |",
        "|---|" + "--:|" * (len(figures) + 1),
    ]
    for name in figures[0]["questions"]:
        taken = (one["questions"][name] for one in figures)
        cells = " | ".join(f"{_number(one['p50'])} · {_number(one['p95'])}" for one in taken)
        limits = LIMITS.get(name, _USUAL)
        lines.append(f"| {name} | {cells} | {limits[0]} · {limits[1]} |")
    return "\n".join(lines)


def drawn() -> str:
    """The chart: for each question a bar from p50 to p95 at every size, on a scale by powers of ten."""
    figures = _figures()
    names = list(figures[0]["questions"])
    height = _TOP + _ROW * len(names) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-label="How long questions take, by the size of the archive">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_legend(figures),
        *_scale(height),
    ]
    for row, name in enumerate(names):
        top = _TOP + _ROW * row
        parts.append(_text(_LEFT - 12, top + _ROW / 2 + 4, name, anchor="end", size=14))
        for number, one in enumerate(figures):
            parts.append(_bar(top + 4 + (_BAR + 2) * number, one["questions"][name], _COLOURS[number]))
        limit = _x(LIMITS.get(name, _USUAL)[1])
        parts.append(
            f'<line x1="{limit:.1f}" x2="{limit:.1f}" y1="{top + 2}" y2="{top + _ROW - 6}" stroke="#d7301f" '
            'stroke-width="2"/>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _figures() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((_DOCS / "scale.json").read_text(encoding="utf-8"))
    return found


def _legend(figures: list[dict[str, Any]]) -> list[str]:
    parts, left = [], _LEFT
    for number, one in enumerate(figures):
        parts.append(f'<rect x="{left}" y="14" width="22" height="{_BAR}" rx="3" fill="{_COLOURS[number]}"/>')
        parts.append(_text(left + 28, 24, f"{_size(one)} articles"))
        left += 155
    parts.append(f'<line x1="{left + 8}" x2="{left + 8}" y1="10" y2="30" stroke="#d7301f" stroke-width="2"/>')
    parts.append(_text(left + 16, 24, "where p95 may be at most"))
    return parts


def _scale(height: int) -> list[str]:
    parts = []
    for mark in (0.1, 1, 10, 100):
        x, label = _x(mark), f"{mark:g} ms"
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 8}" y2="{height - 30}" stroke="#dddddd"/>')
        parts.append(_text(x, height - 12, label, anchor="middle"))
    parts.append(_text(_LEFT, _TOP - 14, "from p50 to p95, while a crawl writes", size=12))
    return parts


def _bar(top: float, taken: dict[str, float], colour: str) -> str:
    begin, end = _x(taken["p50"]), _x(taken["p95"])
    width = max(end - begin, 4.0)
    title = f"p50 {_number(taken['p50'])} ms, p95 {_number(taken['p95'])} ms"
    return (
        f'<rect x="{begin:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="3" fill="{colour}">'
        f"<title>{title}</title></rect>"
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} font-size="{size}" fill="#333333" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _x(milliseconds: float) -> float:
    share = log10(min(max(milliseconds, _LEAST), _MOST) / _LEAST) / log10(_MOST / _LEAST)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _size(one: dict[str, Any]) -> str:
    return f"{one['articles']:,}"


def _number(milliseconds: float) -> str:
    return f"{milliseconds:.1f}" if milliseconds >= 1 else f"{milliseconds:.2f}"


if __name__ == "__main__":
    (_DOCS / "scale.svg").write_text(drawn(), encoding="utf-8")
