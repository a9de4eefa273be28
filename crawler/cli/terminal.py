"""What goes to a person's terminal: the two consoles."""

import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


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

    class Terminal(Console):
        """As rich's, but a reader that went away (`| head`) is left to `main`: rich would exit with 1."""

        def on_broken_pipe(self) -> None:
            self.quiet = True  # so that nothing is written once more on the way out
            raise  # noqa: PLE0704 -- the BrokenPipeError that rich is handling

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 120  # a pipe has no width of its own; 80 would cut titles
    return Terminal(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)
