"""An archive that several tests of faults put into their desks."""

from contextlib import closing

import pytest

from archive.database import open_archive
from benchmarks.made_archive import arrivals, build


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive of sixty made articles, in one file."""
    path = tmp_path_factory.mktemp("made") / "archive.db"
    build(path, arrivals(), 60)
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    return path.read_bytes()
