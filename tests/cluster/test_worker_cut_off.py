"""A worker that the network cuts off from the queue, and not from the sites, stops to ask them before others begin."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.cluster_rig import Worker
from benchmarks.watched_sites import WatchedSites
from tests.cluster.netns import Namespace, namespace, why_not
from tests.cluster.small_service import SmallService, until
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

STALLED = 4.0


@pytest.fixture
def far() -> Iterator[Namespace]:
    """Another machine, as far as the network goes."""
    with namespace("far") as machine:
        yield machine


def test_a_worker_without_its_queue_asks_nothing_when_its_crawl_may_be_anothers(
    postgres: PostgresServer, far: Namespace, tmp_path: Path
) -> None:
    queue, site = far.sites(2)
    near = postgres.addresses
    postgres.restart(addresses=[*near, queue])
    try:
        url = postgres.database()
        service = SmallService(url, tmp_path, stalled=STALLED)
        theirs = postgres.url(url.rpartition("/")[2], address=queue)
        worker = Worker("far", theirs, tmp_path / "far.log", machine=far)
        with WatchedSites([site], articles=200) as sites:
            worker.start()
            try:
                source = service.sources(sites.sources_toml(delay=0.1))["site-000"]
                crawl = service.plan(source)
                until(lambda: sites.served() >= 5, told=worker.tail)
                far.cut(queue)
                cut = time.monotonic()
                until(lambda: service.ask("SELECT beat < now() - make_interval(secs => 4) AS it FROM crawls")[0]["it"])
                fenced = time.monotonic()
                service.ask("UPDATE crawls SET state = 'fenced'")
                asked = len(sites.asked)
                time.sleep(STALLED)  # time in which it would ask, if it did
                assert len(sites.asked) == asked
                assert any(one.begun > cut for one in sites.asked), "it went on for a while, so it was only cut off"
                assert all(one.begun < fenced for one in sites.asked)
                far.mend(queue)
                until(lambda: "taken back" in worker.tail() or "given up" in worker.tail(), told=worker.tail)
                service.take()
                service.ask("DELETE FROM crawls WHERE id = %s", crawl)
                service.ask("DELETE FROM procrastinate_jobs")
                again = service.plan(source)
                until(lambda: service.state(again)["state"] == "working", told=worker.tail)
            finally:
                worker.end()
    finally:
        postgres.restart(addresses=near)
