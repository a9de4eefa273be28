"""What is wrong with a queue, in one line."""


class QueueError(Exception):
    """A queue that cannot be used: its address is wrong, it is away, or it is another desk's."""
