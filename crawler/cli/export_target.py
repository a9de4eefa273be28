"""Where an export is written: standard output, a file, or a directory; and what may be written where."""

import errno
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

import click

from crawler.exporting.forms import Form
from crawler.exporting.outputs import NotWritten, whole_directory, whole_file

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def check_target(name: str, form: Form, output: Path | None) -> None:
    """Raises UsageError where a form called so cannot be written at all, or not there."""
    if name == "parquet" and find_spec("pyarrow") is None:
        reason = 'the extra "parquet" is not installed; "make parquet" installs it, and csv and jsonl need none'
        raise click.ClickException(reason)
    if output is not None:
        return
    if form.kind == "directory":
        raise click.UsageError(f"{name} is a directory; say where with --output DIR")
    if form.kind == "binary" and sys.stdout.isatty():
        raise click.UsageError(f"{name} is nothing for a terminal; name a file with --output FILE, or pipe it")


@contextmanager
def opened(form: Form, output: Path | None, *, force: bool) -> Iterator[BinaryIO | Path]:
    """What the export is written to, and gets its name when the block ends well. Raises ClickException, and OSError."""
    if output is None:
        yield _standard_output()
        sys.stdout.flush()
        return
    try:
        with _ended_by_sigterm():
            if _is_directory(form, output):
                with whole_directory(output, replace=force, is_ours=form.is_of) as directory:
                    yield directory
            else:
                with whole_file(output, replace=force) as file:
                    yield file
    except NotWritten as error:
        raise click.BadParameter(str(error), param_hint="--output") from error
    except OSError as error:
        if error.errno in _NO_ROOM and error.filename is None:  # a write knows no name
            raise OSError(error.errno, error.strerror, str(output)) from error
        raise


def _is_directory(form: Form, output: Path) -> bool:
    """A form that may be either is a directory unless its name ends as a file's does."""
    return form.kind == "directory" or (
        form.directory_writer is not None and output.suffix.lower() not in (".md", ".markdown")
    )


class _Encoded:
    """Standard output of a terminal that does not speak UTF-8: what it lacks is shown as it shows everything else."""

    def write(self, data: bytes) -> int:
        """Writes *data*, which is whole lines in UTF-8."""
        sys.stdout.write(data.decode())
        return len(data)


def _standard_output() -> BinaryIO:
    if not hasattr(sys.stdout, "buffer") or sys.stdout.encoding.lower().replace("-", "") != "utf8":
        return cast(BinaryIO, _Encoded())
    return cast(BinaryIO, sys.stdout.buffer)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Lets SIGTERM and SIGHUP end the block as an error does, so that nothing half done is left behind."""

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
