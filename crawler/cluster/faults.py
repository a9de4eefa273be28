"""What is wrong with a queue, in one line."""

from importlib.util import find_spec


class QueueError(Exception):
    """A queue that cannot be used: its address is wrong, it is away, or it is another desk's."""


def check_extra() -> None:
    """Raises QueueError where what crawls of several machines need is not installed."""
    if find_spec("procrastinate") is None or find_spec("psycopg") is None:
        raise QueueError('the extra "cluster" is not installed; "make cluster" installs it')
