"""Becomes the browser that its arguments name, on a leash: `leash.py NOTE CHROMIUM ARGUMENT…`.

It runs by itself, before Chromium, in the process that Playwright starts: what must hold for that process and its
children is set here, where no import of Khabar is needed. It notes its own and its parent's number in the file NOTE.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # Linux: prctl(2)
_NICER = 5  # what is rendered must not slow down what is crawled


def main() -> None:
    """Never returns."""
    note, *command = sys.argv[1:]
    home = str(Path(note).parent)  # what it leaves there, and in its places for files of a moment, goes with it
    os.environ.update(HOME=home, TMPDIR=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold what others' pages said
    os.nice(_NICER)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # with its parent it ends, however that ended
        with suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # first to go where memory is short
    Path(note).write_text(f"{os.getpid()} {os.getppid()}", encoding="ascii")
    os.execv(command[0], command)  # noqa: S606 -- the desk's owner names it, or it is the system's


if __name__ == "__main__":
    main()
