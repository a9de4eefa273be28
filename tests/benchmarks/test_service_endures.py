"""The service as a process of its own, small editions of `make kill-alerts`, `make kill-digests` and
`make soak`."""

import random
from pathlib import Path

import pytest

from alerts.channels import LANES
from benchmarks import digest_kill, outbox_kill, soak
from crawler.newsroom.sink import ACCEPT, FAIL, Behave, Received, Reply, by_chance, stall


def bad_at_first(seed: int) -> Behave:
    """A receiver that fails or stalls on some messages, but never twice on the same: the test shall end soon."""
    behave, known = by_chance({FAIL: 0.1, stall(): 0.05}, seed=seed), set[str | None]()

    def decide(post: Received) -> Reply:
        first = post.ref not in known
        known.add(post.ref)
        return behave(post) if first else ACCEPT

    return decide


@pytest.mark.timeout(300)
def test_no_alert_is_lost_to_a_bad_receiver_and_kills_and_every_repeat_is_explained(tmp_path: Path) -> None:
    outcome = outbox_kill.measure(
        tmp_path / "desk", alerts=60, kills=2, behave=bad_at_first(3), chance=random.Random(3), patience=3
    )
    assert outcome.outbox == {"sent": 60}
    assert (outcome.delivered, outcome.unnamed, outcome.unexplained) == (60, 0, 0)
    assert (outcome.kills, outcome.orphans) == (2, 0)
    assert outcome.after_kill <= outcome.kills * LANES


@pytest.mark.timeout(300)
def test_a_digest_is_told_whole_and_once_whatever_kills_the_service_around_its_time(tmp_path: Path) -> None:
    outcome = digest_kill.measure(tmp_path, kills=2, chance=random.Random(5))
    assert outcome.faults == ()
    assert outcome.windows > 0


@pytest.mark.timeout(300)
def test_twenty_runs_leave_no_descriptor_and_no_thread_behind(tmp_path: Path) -> None:
    result = soak.soak(tmp_path / "desk", runs=20, row=5)
    assert set(result.outcomes) == {"done"}
    assert len(result.outcomes) >= 20
    warm, last = result.rows[1], result.rows[-1]
    assert last.descriptors <= warm.descriptors
    assert last.threads - warm.threads < last.runs - warm.runs - 1  # Twisted's pool of ten fills up slowly
    assert result.delivered == result.published > 0
