"""Writes the two tables of security.md: the bounds, from seeds/bounds.py, and the attacks, from hostile.json."""

import ast
import json
import re
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_MEBIBYTE = 1024 * 1024
_HEAD = ("| what it is | what holds | what came of it | s | MB |", "|---|---|---|--:|--:|")
_BOUND = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b")


def bounds() -> str:
    """Every bound by the heading that it stands under, with its reason."""
    source = (_ROOT / "seeds/bounds.py").read_text(encoding="utf-8")
    lines, tree = source.splitlines(), ast.parse(source)
    values: dict[str, object] = {}
    exec(compile(tree, "bounds", "exec"), values)  # noqa: S102 -- our own file, data only
    told, last = [], 0
    for node, reason in zip(tree.body, tree.body[1:], strict=False):
        for number in range(last, node.lineno - 1):
            if lines[number].startswith("# ---"):
                told += ["", f"**{lines[number].strip('# -')}**", "", "| bound | is | why |", "|---|---|---|"]
        last = max(last, node.lineno - 1)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            told.append(f"| `{name}` | {_amount(name, values[name])} | {_text_of(reason)} |")
    return "\n".join(told[1:])


def attacks() -> str:
    """Every attack by its family."""
    figures = json.loads((_ROOT / "docs/hostile.json").read_text(encoding="utf-8"))
    told: list[str] = []
    family = ""
    for figure in figures:
        if figure["family"] != family:
            family = figure["family"]
            told += ["", f"**{family}**", "", *_HEAD]
        taken = f"{figure['seconds']:.1f} | {figure['megabytes']}"
        told.append(f"| {figure['what']} | {_named(figure['holds'])} | {figure['fate']} | {taken} |")
    return "\n".join(told[1:])


def _text_of(node: ast.stmt) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return " ".join(str(node.value.value).split()).replace("|", "\\|")
    return ""


def _amount(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    if value >= _MEBIBYTE and value % _MEBIBYTE == 0:
        return f"{value // _MEBIBYTE} MiB"
    return f"{value:,} s" if "SECONDS" in name else f"{value:,}"


def _named(holds: str) -> str:
    """Names of bounds as code."""
    return _BOUND.sub(r"`\g<0>`", holds)
