"""Text from the network made harmless for whoever reads it: a terminal, a log, a message, JSON. Pure."""

import json
import re
from typing import Any

# C0 and C1 controls (terminal escapes begin with them), lone surrogates, and the invisible characters that
# reorder or hide text: bidi embeddings, overrides and isolates, zero-width spaces, line separators, tags.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    """*text* without anything that could steer a terminal or reorder what stands beside it, on one line."""
    return " ".join(_UNSAFE.sub("", text).split())


def plain_lines(text: str) -> str:
    """As `plain`, with line breaks kept."""
    return "\n".join(plain(line) for line in text.split("\n"))


def plain_piece(text: str) -> str:
    """`plain` for a piece out of the middle of a line: it keeps the white space at its ends."""
    return plain(f".{text}.")[1:-1]


def plain_json(value: object, **how: Any) -> str:
    """*value* as JSON that steers no terminal either: what is unsafe is escaped there, and so the value is the same.
    Everything else stays as it is; *how* as for `json.dumps`.
    """
    return _UNSAFE.sub(_escaped, json.dumps(value, ensure_ascii=False, **how))


def _escaped(unsafe: re.Match[str]) -> str:
    """As JSON escapes it: beyond the first 65,536 characters by two surrogates."""
    return json.dumps(unsafe[0])[1:-1]
