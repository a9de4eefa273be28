"""What a search found as a file: written whole before anything of it is sent, so that it is whole, or an error.

One is written at a time, in a thread of its own and by a connection of its own: it takes seconds, and pages are asked
for meanwhile. Whoever wants more than is given here has `khabar export`.
"""

import asyncio
import io
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import IO, Any, TypeVar, cast

from datasette.app import Datasette
from datasette.utils.asgi import AsgiStream, AsgiWriter, Request, Response

from archive.cells import cell, line
from archive.database import explained, open_archive
from archive.errors import ArchiveError, QueryError
from archive.exporting import read_many
from archive.headlines import COLUMNS, read_headlines
from archive.search import matching_ids
from archive.web.asking import TooSlow, ask
from archive.web.questions import expanded, filters_of, question_of
from archive.web.view import Asked, BadRequest, NotAllowed, Refusal, asked_by
from archive.web.view import refusal as refused

T = TypeVar("T")

MOST_EXPORTED = 10_000
"""Articles of one file: some 40 MB."""
LONGEST_FILE = 512 * 2**20
"""Bytes: a story of a thousand copies is told a thousand times."""
SECONDS = 30.0
"""8,000 articles take two to five; a slow disk several times as long. Whoever ends the desk waits for it."""
_CHUNK = 2**16
_MOST_WAITING = 4
_PUBLIC = "csv"


class TooBusy(ArchiveError):
    """Others have asked for files just now, and wait for them."""


@dataclass(slots=True)
class _Queue:
    """Who writes files, and how many wait for one."""

    thread: ThreadPoolExecutor
    waiting: int = 0


_queue = _Queue(ThreadPoolExecutor(max_workers=1, thread_name_prefix="export"))


def forms_of(asked: Asked) -> Sequence[str]:
    """The forms in which who asks may have a file."""
    return list(asked.face.exports) if asked.sees_texts else [_PUBLIC]


async def exporting(datasette: Datasette, request: Request) -> Response | AsgiStream:
    """The view that gives what a search finds as a file."""
    asked = asked_by(datasette, request)
    form = asked.path["form"]
    try:
        if form not in forms_of(asked):
            raise NotAllowed(asked.words.gettext("Whole articles are not given out in public."))
        ids = await ask(datasette, asked.face, lambda db: _chosen(db, asked))
        written = await _in_turn(asked, form, ids)
    except (Refusal, ArchiveError) as error:
        return await refused(datasette, request, asked, error)
    return _sent(written, asked, form)


def _chosen(db: Any, asked: Asked) -> list[int]:
    """The ids of all that is found. Raises BadRequest where they are too many for a file."""
    question = question_of(asked)
    try:
        query, filters = expanded(question, asked), filters_of(question, asked)
        found = matching_ids(db, query, filters=filters, zone=asked.face.zone, now=asked.now)
        ids = list(islice(found, MOST_EXPORTED + 1))
    except QueryError as error:
        raise BadRequest(str(error)) from error
    if len(ids) > MOST_EXPORTED:
        raise BadRequest(
            asked.words.gettext(
                "More than %(number)s articles were found, too many for one file: narrow the search, or use "
                "khabar export.",
                number=MOST_EXPORTED,
            )
        )
    return ids


async def _in_turn(asked: Asked, form: str, ids: Sequence[int]) -> IO[bytes]:
    """The file, when those that were asked for before are written. Raises ArchiveError, BadRequest."""
    if _queue.waiting >= _MOST_WAITING:
        raise TooBusy(asked.words.gettext("Other files are being written; try again in a minute."))
    _queue.waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_queue.thread, _write, asked, form, ids)
    finally:
        _queue.waiting -= 1


def _write(asked: Asked, form: str, ids: Sequence[int]) -> IO[bytes]:
    """A temporary file without a name, at its beginning; it is gone when it is closed."""
    path = asked.face.archive
    file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 -- it is sent, and closed then
    try:
        with explained(path), closing(open_archive(path, read_only=True)) as db:
            bounded = cast(IO[bytes], _Bounded(file))
            if asked.sees_texts:
                asked.face.exports[form].write(_in_time(read_many(db, ids)), bounded)
            else:
                _write_headlines(_in_time(read_headlines(db, ids)), bounded)
        file.seek(0)
    except OSError as error:
        file.close()
        raise ArchiveError(f"the file cannot be written: {error.strerror}") from error
    except BaseException:
        file.close()
        raise
    return file


def _in_time(items: Iterator[T]) -> Iterator[T]:
    end = monotonic() + SECONDS
    for item in items:
        if monotonic() > end:
            raise TooSlow(f"the file was not written within {SECONDS:.0f} s; khabar export has no such bound")
        yield item


class _Bounded:
    """A file that takes no more than LONGEST_FILE bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._written = file, 0

    def write(self, data: bytes) -> int:
        """Writes *data*. Raises BadRequest where it is too much."""
        self._written += len(data)
        if self._written > LONGEST_FILE:
            raise BadRequest("the file would be larger than 512 MB: narrow the search, or use khabar export")
        return self._file.write(data)


def _write_headlines(rows: Iterator[tuple[object, ...]], out: IO[bytes]) -> None:
    """A table of headlines and links, as RFC 4180 has it, but with one line feed."""
    out.write(line(COLUMNS).encode())
    for row in rows:
        out.write(line(map(cell, row)).encode())


def _sent(file: IO[bytes], asked: Asked, form: str) -> AsgiStream:
    """The answer that sends *file* piece by piece."""
    known = asked.face.exports.get(form)
    suffix, media_type = (known.suffix, known.media_type) if known else ("csv", "text/csv; charset=utf-8")
    length = file.seek(0, io.SEEK_END)
    file.seek(0)

    async def send(writer: AsgiWriter) -> None:
        with file:
            while piece := file.read(_CHUNK):
                await writer.send({"type": "http.response.body", "body": piece, "more_body": True})

    headers = {"content-disposition": f'attachment; filename="khabar-search.{suffix}"', "content-length": str(length)}
    return AsgiStream(send, headers=headers, content_type=media_type)
