"""What goes to a person's terminal: text from the network made harmless, and the two consoles."""

import re
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

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


@cache
def out() -> "Console":
    """The console of standard output: results. Markup in what is printed is never interpreted."""
    return _console(stderr=False)


@cache
def err() -> "Console":
    """The console of standard error: progress, and what went wrong."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console  # noqa: PLC0415 -- commands with --json never need it

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 120  # a pipe has no width of its own; 80 would cut titles
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)
