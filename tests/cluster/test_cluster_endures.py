"""A cluster whose parts die at work archives everything once: the small sister of `make cluster-kills`."""

from pathlib import Path

import pytest

from benchmarks.cluster_kill import measure
from tests.cluster.netns import why_not
from tests.postgres_server import PostgresMissing, programs


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
@pytest.mark.timeout(300)
def test_everything_is_archived_once_though_workers_the_service_and_postgresql_die(tmp_path: Path) -> None:
    try:
        programs()
    except PostgresMissing as missing:
        pytest.skip(str(missing))

    outcome = measure(
        tmp_path / "cluster", sources=12, articles=6, workers=3, stalled=10, crawls=4, delay=0.8, durable=False
    )

    assert outcome.faults == []
    assert (outcome.archived, outcome.messages) == (12 * 6, 15)
    assert outcome.handed_on > 0
