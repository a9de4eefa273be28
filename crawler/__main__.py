"""`khabar`, which is also `python -m crawler`: loads the command line, and goes there.

Loading it takes a tenth of a second, in which Python's own answer to Ctrl-C would be a traceback.
"""

import signal


def main() -> None:
    """Runs the command line and exits."""
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not of a process in the background
    if is_heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends the process, without a word
    from crawler.cli import main as khabar  # noqa: PLC0415

    if is_heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    khabar()


if __name__ == "__main__":
    main()
