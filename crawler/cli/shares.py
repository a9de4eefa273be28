"""Progress of a work that knows what share of it is done: a bar on a terminal, nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shares(words: str, *, hidden: bool = False) -> Iterator[Callable[[str, float], object]]:
    """Lets the block tell what is under way, and the share of it that is done, 0 to 1."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from crawler.cli.terminal import err  # noqa: PLC0415

    columns = (
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=err(), transient=True, disable=hidden or not err().is_terminal) as bars:
        task = bars.add_task(words, total=1.0)
        yield lambda name, share: bars.update(task, description=f"{words}: {name}", completed=share)
