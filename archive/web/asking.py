"""Asking the archive from a page: in one of Datasette's threads, at one moment, and not for ever."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results, connections
from datasette.utils import escape_sqlite, sqlite_timelimit

from archive.database import explained, one_moment, open_archive
from archive.errors import ArchiveError
from archive.web.bounding import rows_within
from archive.web.face import Face

T = TypeVar("T")

NAME = "archive"
"""What Datasette calls the archive, in its addresses too."""
SECONDS = 8.0
"""A page that is not read by then is given up. The slowest is meant to take a third of a second, of a million articles;
a cold disk may take ten times as long."""
_MANY = 20_000  # rows of a table, which are not counted to the end
_STEPS = 20_000  # of SQLite's machine between two looks at the clock, some half a millisecond


class TooSlow(ArchiveError):
    """A page was given up."""


class ArchiveDatabase(Database):
    """The archive as Datasette opens it: as every reader of Khabar does, which knows what a live one needs."""

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, path=str(path), is_mutable=True)
        self._opened = threading.local()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A connection for the thread that asks for it."""
        if write:
            raise ArchiveError(f"{self.path}: the web face writes nothing")
        self._opened.file = _file(self.path)
        return open_archive(Path(self.path), read_only=True)

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """What *fn* gives for the thread's connection; for a new one, where the file is another than it was: a backup
        was put into its place."""

        def with_the_file_there(db: sqlite3.Connection) -> T:
            if self._opened.file != _file(self.path):
                db.close()
                delattr(connections, self.name)
                db = self.connect()
                self.ds._prepare_connection(db, self.name)
                setattr(connections, self.name, db)
            return fn(db)

        found: T = await super().execute_fn(with_the_file_there)
        return found

    async def label_column_for_table(self, table: str) -> str | None:
        """By which column another table names a row of *table*. An article's headline would be shown uncut."""
        label: str | None = await super().label_column_for_table(table)
        return "id" if table == "article_head" else label

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """How many rows each table has; None where they are many. Datasette's own goes to a thread for each, and counts
        all: SQLite does that in one step, which no limit interrupts."""
        names = await self.table_names()
        counts: dict[str, int | None] = await self.execute_fn(lambda db: {name: _rows_of(db, name) for name in names})
        return counts

    async def execute(  # noqa: PLR0917 -- Datasette's own
        self, sql: str, params: Any = None, truncate: bool = False, custom_time_limit: int | None = None,
        page_size: int | None = None, log_sql_errors: bool = True,
    ) -> Results:  # fmt: skip
        """What the statement *sql* gives, as Datasette's own does it, but for what is too much for the memory, and
        without a line on standard error for each mistake in a statement."""
        milliseconds = min(custom_time_limit or self.ds.sql_time_limit_ms, self.ds.sql_time_limit_ms)
        most = self.ds.max_returned_rows + (self.ds.max_returned_rows == (page_size or self.ds.page_size))

        def run(db: sqlite3.Connection) -> Results:
            with sqlite_timelimit(db, milliseconds):
                try:
                    cursor = db.execute(sql, params if params is not None else {})
                    rows = list(rows_within(cursor, most + 1 if truncate else None))
                except sqlite3.DatabaseError as error:
                    if error.args == ("interrupted",):
                        raise QueryInterrupted(error, sql, params) from error
                    raise
                except MemoryError as error:
                    raise sqlite3.OperationalError("it takes more memory than a statement may") from error
            is_cut = truncate and len(rows) > most
            return Results(rows[:most] if truncate else rows, is_cut, cursor.description)

        return await self.execute_fn(run)


def _rows_of(db: sqlite3.Connection, table: str) -> int | None:
    """How many rows *table* has, as far as they are counted; Datasette's clock, which stops at each step, would take
    longer than counting them."""
    some = f"SELECT 1 FROM {escape_sqlite(table)} LIMIT {_MANY + 1}"  # noqa: S608 -- the archive's own name
    try:
        number: int = db.execute(f"SELECT count(*) FROM ({some})").fetchone()[0]  # noqa: S608
    except sqlite3.DatabaseError:
        return None
    return number if number <= _MANY else None


def _file(path: str) -> tuple[int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def ask(datasette: Datasette, face: Face, read: Callable[[sqlite3.Connection], T]) -> T:
    """What *read* finds. Raises what that raises, ArchiveError where the archive cannot be read, TooSlow in the end."""

    def bounded(db: sqlite3.Connection) -> T:
        end = monotonic() + SECONDS
        db.set_progress_handler(lambda: monotonic() > end, _STEPS)
        try:
            with explained(face.archive), one_moment(db):
                return read(db)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TooSlow(f"the archive took longer than {SECONDS:.0f} s to answer") from error
            raise
        finally:
            db.set_progress_handler(None, 0)

    found: T = await datasette.get_database(NAME).execute_fn(bounded)
    return found
