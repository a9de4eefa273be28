"""What tests of the cluster share: one PostgreSQL for each process of the tests, and a fresh database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.small_service import SmallService
from tests.postgres_server import PostgresMissing, PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real server, started when the first test asks for it. A test that stops or kills it starts it again."""
    try:
        server = PostgresServer()
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    with server:
        yield server


@pytest.fixture
def queue_url(postgres: PostgresServer) -> str:
    """The URL of an empty database of the test's own: what `--queue` takes."""
    return postgres.database()


@pytest.fixture
def service(queue_url: str, tmp_path: Path) -> SmallService:
    """Of a queue of the test's own, which it has just made. It takes back quickly."""
    return SmallService(queue_url, tmp_path, stalled=3.0)
