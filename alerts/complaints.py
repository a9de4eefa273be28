"""What Apprise says went wrong: it only logs it, and a message that was not delivered needs its reason."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from apprise.logger import logger as apprise_log

_CAUSE = "Socket Exception: "
_LONGEST = 10_000  # characters of one complaint, of which its reader hides what is secret before it cuts it


@contextmanager
def complaints(*, causes: bool = False) -> Iterator[list[str]]:
    """What Apprise logs in this thread meanwhile of what went wrong; it has no other way to tell a reason.

    With *causes* also that of a failed connection, such as a mail server's answer. Apprise logs it for debugging only,
    and that of a web request names the whole address.
    """
    said: list[str] = []
    thread = get_ident()

    class Listen(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            words = record.getMessage() if record.thread == thread else ""
            if words and (record.levelno >= logging.WARNING or (causes and words.startswith(_CAUSE))):
                said.append(words.removeprefix(_CAUSE)[:_LONGEST])

    apprise_log.propagate = False  # it names hosts and addresses; what matters of it is told as the delivery's error
    apprise_log.setLevel(
        logging.DEBUG if causes else logging.WARNING
    )  # its own, since a command that logs errors only would silence it
    listener = Listen()
    apprise_log.addHandler(listener)
    try:
        yield said
    finally:
        apprise_log.removeHandler(listener)
