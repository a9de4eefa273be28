"""What tests of the cluster share: one PostgreSQL for each process of the tests, and a fresh database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.desk_of_a_queue import QueueDesk
from tests.cluster.small_service import SmallService
from tests.conftest import DeskAt
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


@pytest.fixture
def queue_desk(desk: DeskAt, queue_url: str, tmp_path: Path) -> Iterator[QueueDesk]:
    """An empty desk with a queue of its own."""
    queued = QueueDesk(desk, queue_url, tmp_path)
    queued.schedule()
    yield queued
    queued.end()


@pytest.fixture(scope="session")
def one_queue(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> SmallService:
    """Of a queue that several tests use, one after another."""
    return SmallService(postgres.database(), tmp_path_factory.mktemp("queue"))


@pytest.fixture
def swift(one_queue: SmallService) -> SmallService:
    """The same, begun anew: making a queue takes most of a second. For tests that start no process."""
    one_queue.begin_anew()
    return one_queue
