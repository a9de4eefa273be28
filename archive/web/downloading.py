"""The whole archive as a file, for its owner: a copy as of one moment, that SQLite makes while others write.

The archive itself is never opened as a file here: closing it would give up the locks that SQLite has on it in this
process. The copy lies in the directory for temporary files, and has no name there any more once it is made.
"""

import asyncio
import logging
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.backup import copy_archive
from archive.database import archive_bytes, explained
from archive.errors import ArchiveError
from archive.web.guarding import ACCESS
from archive.web.view import Route, asked_by

logger = logging.getLogger(__name__)

_PIECE = 1 << 20  # bytes that are sent at once
_PATIENCE = 60.0  # seconds in which one of them is to be taken
_SPARE = 64 * 2**20  # bytes that are left free on the disk of temporary files
_MEGABYTE = 1_000_000
_busy = asyncio.Lock()
"""One copy at a time: each takes a disk's room and attention."""


async def _download(datasette: Datasette, request: Request, send: Any) -> Response | None:
    """Sends it; else says why not. Nothing bounds its time but the patience with who takes it."""
    if request.scope[ACCESS] != "owner":
        return Response.text("this is for who is at the machine itself\n", status=403)
    archive = asked_by(datasette, request).face.archive
    if request.method == "HEAD":
        return Response("", headers=_headers(), content_type="application/vnd.sqlite3")
    if _busy.locked():
        return Response.text("a copy is made already; try again when it is done\n", status=503)
    async with _busy:
        try:
            copy = await asyncio.to_thread(_copy, archive)
        except (ArchiveError, OSError, sqlite3.Error) as error:
            logger.warning("the copy of the archive failed: %s", error)
            return Response.text(f"{_reason(error)}\n", status=507 if isinstance(error, NoRoom) else 503)
        with copy:
            try:
                await _sent(copy, send)
            except TimeoutError:
                logger.warning("the copy of the archive was not taken for %.0f s", _PATIENCE)
    return None


class NoRoom(ArchiveError):
    """The disk has no room for a copy."""


def _copy(archive: Path) -> BinaryIO:
    """The copy, open for reading; its name is taken away already, so that it is gone with this process too."""
    with tempfile.TemporaryDirectory(prefix="khabar-copy-") as directory:
        copy = Path(directory) / "archive.db"
        size, free = archive_bytes(archive), shutil.disk_usage(directory).free
        if free < size + _SPARE:
            raise NoRoom(
                f"a copy takes {size / _MEGABYTE:,.0f} MB in the directory for temporary files, and there are "
                f"{free / _MEGABYTE:,.0f} MB; make room, or let TMPDIR name a larger disk"
            )
        with explained(archive):
            copy_archive(archive, copy)
        return copy.open("rb")


def _reason(error: Exception) -> str:
    """Without the paths of this machine."""
    return str(error) if isinstance(error, NoRoom) else "the copy failed; the log of khabar serve says why"


async def _sent(copy: BinaryIO, send: Any) -> None:
    """Raises TimeoutError where it is not taken."""
    size = os.fstat(copy.fileno()).st_size
    headers = _headers() | {"content-length": str(size), "content-type": "application/vnd.sqlite3"}
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": encoded})
    while piece := await asyncio.to_thread(copy.read, _PIECE):
        part = {"type": "http.response.body", "body": piece, "more_body": True}
        await asyncio.wait_for(send(part), timeout=_PATIENCE)
    await send({"type": "http.response.body", "body": b""})


def _headers() -> dict[str, str]:
    return {"content-disposition": 'attachment; filename="archive.db"', "cache-control": "private, no-store"}


ROUTES: list[Route] = [(r"^/-/archive\.db$", _download)]  # type: ignore[list-item]  # it sends by itself
