"""Which process wrote something, and whether it still lives: what a dead one held is taken over."""

import os
import platform


def this_machine() -> str:
    """Its name on the network."""
    return platform.node()


def this_process() -> int:
    """The id of this process."""
    return os.getpid()


def is_alive(process: int) -> bool:
    """Whether a process with this id runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's process
    return True
