"""A workbench whose archive is thrown away: for going out without writing down what was found."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.database import open_archive, transaction
from archive.hosts import HostRow, host_rows, put_hosts
from archive.writer import Writer
from crawler.desk import Desk
from pipelines.workbench import Workbench
from pipelines.workers import Workers


@contextmanager
def throwaway_workbench(desk: Desk, workers: Callable[[], Workers]) -> Iterator[tuple[Workbench, Path]]:
    """A workbench over an archive in a temporary directory, and the path of that archive; nobody is alerted.

    What the desk knows of servers is known there too, and what is learned of them comes back: one that asks to be left
    alone is left alone. Raises ArchiveError.
    """
    with TemporaryDirectory(prefix="khabar-trial-", ignore_cleanup_errors=True) as folder:
        archive = Path(folder) / "archive.db"
        known = _read_hosts(desk.archive)
        _write_hosts(archive, known)
        workbench = Workbench(writer=Writer(archive), workers=workers(), packs=desk.packs)
        try:
            yield workbench, archive
        finally:
            workbench.close()
            _carry_back(desk.archive, known, _read_hosts(archive))


def _carry_back(archive: Path, before: Mapping[str, HostRow], after: Mapping[str, HostRow]) -> None:
    """Writes what is new of servers into the desk's archive. For nothing but robots.txt files none is made."""
    learned = {host: row for host, row in after.items() if before.get(host) != row}
    if learned and (archive.exists() or any(row["held_until"] for row in learned.values())):
        _write_hosts(archive, learned)


def _read_hosts(archive: Path) -> dict[str, HostRow]:
    if not archive.exists():
        return {}
    with closing(open_archive(archive)) as db:
        return host_rows(db)


def _write_hosts(archive: Path, rows: Mapping[str, HostRow]) -> None:
    with closing(open_archive(archive)) as db, transaction(db):
        put_hosts(db, rows.values())
