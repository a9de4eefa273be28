"""Opens an archive, makes or brings up to date its schema, and says in one line what is wrong with it.

Every connection of Khabar to an archive comes from here. Transactions are begun by hand (`isolation_level=None`):
Python's own begin them deferred, and two such writers fail with "database is locked" whatever the timeout.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import overload
from urllib.parse import quote

from archive.backup import back_up
from archive.connection import Connection, settle
from archive.errors import ArchiveError
from archive.index import index_is_current, rebuild_index

SCHEMA_VERSION = 11
"""Kept as `PRAGMA user_version`; grows with every migration."""
APPLICATION_ID = 0x4B686272
"""`Khbr`, kept as `PRAGMA application_id`: how an archive is told from any other SQLite file."""
BUSY_SECONDS = 30.0
"""How long one process waits for another's transaction. A batch takes a tenth of a second; a backup may pause more."""
_MOMENT = 0.25  # seconds that SQLite waits by itself, in which nobody hears of Ctrl-C
_NO_ROOM = 64 * 1024  # bytes free, with which no file beside the archive can be made
JOURNAL_BYTES = 64 * 2**20
"""A write-ahead log that a long reader made grow is cut back to this."""
_LOGGED_PAGES = 4_000
"""Of the log, 16 MB, before it is put into the file: with SQLite's own 1,000 every batch of long articles ended so, and
waited for the disk: a tenth of its time."""
_READER_MILLISECONDS = 5_000  # for a reader to end; who waits longer for it is told, and does it again
_CACHE_KIB = 16 * 1024  # SQLite's own 2 MB makes every second insert into the index a read


def open_archive(path: Path, *, read_only: bool = False, make: bool = True) -> sqlite3.Connection:
    """A connection to the archive at *path*, rows as `sqlite3.Row`, transactions begun by hand.

    A missing archive is made, unless *make* is False or it is for reading only. An older one is copied and brought
    up to date, also where it is then only read; else *read_only* writes nothing. Raises ArchiveError where *path* holds
    no archive, one of a newer Khabar, or one that cannot be read.
    """
    if (read_only or not make) and not path.exists():
        raise ArchiveError(f'{path}: there is no archive yet; "khabar crawl" makes one')
    if not path.parent.is_dir():
        raise ArchiveError(f"{path}: its directory does not exist")
    with explained(path):
        return _opened_for_reading(path) if read_only else _opened(path, read_only=False)


def is_older(path: Path) -> bool:
    """Whether opening the archive at *path* would bring it up to date. Raises ArchiveError as that does."""
    if not path.exists():
        return False
    with explained(path), closing(_connect(path, read_only=True)) as db:
        return 0 < _identify(db, path) < SCHEMA_VERSION


def _opened(path: Path, read_only: bool) -> sqlite3.Connection:
    db = _connect(path, read_only)
    try:
        _prepare(db, path, read_only)
    except BaseException:
        db.close()
        raise
    return db


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    db = _opened(path, read_only=True)
    try:
        version = _identify(db, path)
        if version == SCHEMA_VERSION and index_is_current(db):
            return db
    except BaseException:
        db.close()
        raise
    db.close()
    _bring_up_to_date(path, version)
    return _opened(path, read_only=True)


def _bring_up_to_date(path: Path, version: int) -> None:
    """Opens for writing, once, what a reader of today could not read."""
    if version == 0:
        raise ArchiveError(f'{path}: there is no archive yet; "khabar crawl" makes one')
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        _opened(path, read_only=False).close()
    elif version < SCHEMA_VERSION:
        raise ArchiveError(
            f"{path}: is of an older Khabar; to bring it up to date, it and its directory must be writable"
        )


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what SQLite says of the file at *path* into an ArchiveError; a bug in a statement stays what it is."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.OperationalError as error:
        if not (reason := _reason(error, path)):
            raise
        raise ArchiveError(f"{path}: {reason}") from error
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:  # ProgrammingError and its like are bugs
            raise
        raise ArchiveError(f"{path}: {_reason(error, path) or error}") from error


_REASONS = {
    sqlite3.SQLITE_NOTADB: "is not a Khabar archive",
    sqlite3.SQLITE_CORRUPT: 'is damaged ("PRAGMA integrity_check" says where); restore a backup',
    sqlite3.SQLITE_BUSY: "another process keeps it locked; try again when it is done",
    sqlite3.SQLITE_LOCKED: "another process keeps it locked; try again when it is done",
    sqlite3.SQLITE_FULL: "the disk is full; make room and try again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that you may read and write it and its directory",
    sqlite3.SQLITE_READONLY: "cannot be written; check its permissions and its directory's",
    sqlite3.SQLITE_PERM: "cannot be opened; check its permissions",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write it",
}


_NO_TEXT = "is damaged: there is text in it that is no UTF-8; restore a backup"


def _reason(error: sqlite3.Error, path: Path) -> str | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python says it, not SQLite
        return _NO_TEXT if str(error).startswith("Could not decode to UTF-8") else None
    if (code & 0xFF) == sqlite3.SQLITE_IOERR and _is_full(path.parent):  # of the files beside it, SQLite says no more
        code = sqlite3.SQLITE_FULL
    return _REASONS.get(code & 0xFF)


def _is_full(directory: Path) -> bool:
    try:
        return shutil.disk_usage(directory).free < _NO_ROOM
    except OSError:
        return False


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    name = f"file:{quote(os.fsencode(path.absolute()))}"
    if not read_only:
        return sqlite3.connect(name, uri=True, timeout=BUSY_SECONDS, isolation_level=None, factory=Connection)
    # A reader of a live archive needs the files beside it. One that could write takes them away again when it was
    # the last; one that cannot leaves them behind; and where the directory is closed there are none, and no writer.
    for way in ("mode=rw", "mode=ro") if os.access(path.parent, os.W_OK) else ("mode=ro",):
        try:
            return _reader(f"{name}?{way}")
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code == sqlite3.SQLITE_IOERR and _is_full(path.parent):
                # There is no room for those files. Who has the archive alone keeps in memory what would stand there.
                return _reader(f"{name}?{way}", alone=True)
            if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
    return sqlite3.connect(f"{name}?immutable=1", uri=True, isolation_level=None)


def _reader(address: str, *, alone: bool = False) -> sqlite3.Connection:
    """A connection that writes nothing, and has read something."""
    db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        db.execute("PRAGMA query_only = ON")
        if alone:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
        _patiently(db, "PRAGMA user_version")
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path, read_only: bool) -> None:
    db.row_factory = sqlite3.Row
    version = _identify(db, path)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if read_only:
        return
    if not version:
        db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # before anything is written: see archive.vacuuming
    _use_wal(db)
    db.execute("PRAGMA secure_delete = ON")  # as Debian builds SQLite; what an edit removes is not left in the file
    db.execute("PRAGMA synchronous = NORMAL")  # 50 kill -9s lost nothing under it; a power cut may lose seconds
    db.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")
    db.execute(f"PRAGMA wal_autocheckpoint = {_LOGGED_PAGES}")
    if version < SCHEMA_VERSION:
        _migrate(db, path)
    if not index_is_current(db):  # a Khabar whose folding differs has opened it
        with transaction(db):
            rebuild_index(db)


def _use_wal(db: sqlite3.Connection) -> None:
    """Turns on the write-ahead log. SQLite does not wait for another process that is turning it on at this moment."""
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
            sleep(0.02)
        else:
            return


def _identify(db: sqlite3.Connection, path: Path) -> int:
    """The schema version; 0 where the file is empty."""
    # Tables first: another process may commit its making of the archive, id and all, between two of these questions.
    tables = _patiently(db, "SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    application: int = db.execute("PRAGMA application_id").fetchone()[0]
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        if application or tables:
            raise ArchiveError(f"{path}: is not a Khabar archive")
        return 0
    if version > SCHEMA_VERSION:
        raise ArchiveError(f"{path}: is of a newer Khabar (schema {version}, this one knows {SCHEMA_VERSION}); upgrade")
    return version


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    """Applies what is missing, in one transaction, so that two processes that start at once do it once.

    An older archive is copied within it, when nobody else can write any more.
    """
    from sqlite_utils import Database  # noqa: PLC0415 -- 0.3 s that only a new or an older archive is worth

    from archive.migrations import migrations  # noqa: PLC0415

    with transaction(db):
        version = _identify(db, path)
        if version == SCHEMA_VERSION:
            return
        copy = back_up(path, schema=version) if version else None
        try:
            migrations.apply(Database(db))
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except BaseException:
            if copy:  # the archive stays as it was; else every command on a damaged one would leave another copy
                copy.unlink(missing_ok=True)
            raise


def _patiently(db: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Executes *statement*, which may have to wait for another process, for BUSY_SECONDS at most.

    SQLite's own waiting is deaf to Ctrl-C and to SIGTERM. So it is let wait for moments, between which Python hears.
    """
    deadline = monotonic() + BUSY_SECONDS
    db.execute(f"PRAGMA busy_timeout = {1000 * min(_MOMENT, BUSY_SECONDS):.0f}")
    try:
        while True:
            try:
                return db.execute(statement)
            except sqlite3.OperationalError as error:
                if (error.sqlite_errorcode & 0xFF) != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                    raise
    finally:
        db.execute(f"PRAGMA busy_timeout = {1000 * BUSY_SECONDS:.0f}")


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: committed at the end, rolled back where the block raises."""
    _patiently(db, "BEGIN IMMEDIATE")
    if isinstance(db, Connection):
        db.waiting = []
    try:
        yield
        settle(db)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    finally:
        if isinstance(db, Connection):
            db.waiting = None


@contextmanager
def one_moment(db: sqlite3.Connection) -> Iterator[None]:
    """All that the block reads is of one moment, whoever writes meanwhile. In a transaction it is so already."""
    if db.in_transaction:
        yield
        return
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")  # nothing was written


def empty_log(db: sqlite3.Connection) -> bool:
    """Puts all of the write-ahead log into the file and leaves none of it, outside any transaction; whether it could: a
    reader that goes on keeps it as it is.
    """
    patience = db.execute("PRAGMA busy_timeout").fetchone()[0]
    db.execute(f"PRAGMA busy_timeout = {_READER_MILLISECONDS}")
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.execute(f"PRAGMA busy_timeout = {patience}")
    return not busy


def archive_bytes(path: Path) -> int:
    """What the archive takes on disk, its write-ahead log included."""
    files = (path, path.with_name(path.name + "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def inserted_id(cursor: sqlite3.Cursor) -> int:
    """The id that an INSERT has given. INSERT … RETURNING would not do: it makes SQLite open a savepoint, at which
    the full-text index writes out what it has gathered, and a batch takes twice as long.
    """
    if cursor.lastrowid is None:
        raise AssertionError("not an INSERT")
    return cursor.lastrowid


@overload
def storable(text: str) -> str: ...
@overload
def storable(text: None) -> None: ...
def storable(text: str | None) -> str | None:
    """*text* as SQLite can keep it: a lone surrogate is not UTF-8, and C programs end a text at NUL.

    Every character keeps its place, since evidence points at places.
    """
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
