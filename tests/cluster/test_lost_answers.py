"""A connection that is cut off right after a statement: it had its effect, and whoever sent it does not know."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.newsroom import Newsroom
from pipelines.ended import Ended
from tests.cluster.desk_of_a_queue import QueueDesk, until
from tests.cluster.lossy_link import LossyLink
from tests.cluster.test_taking_back import article, counts
from tests.cluster.worker_process import WorkerProcess
from tests.conftest import DeskAt

_EACH = (
    "INSERT INTO crawls", "procrastinate_fetch_job", "SET state = 'working'", "INSERT INTO hosts",
    "INSERT INTO batches", "WITH oldest", "DELETE FROM crawls", "SET holder = NULL", "procrastinate_finish_job",
)  # fmt: skip
"""What the way of a crawl asks the server, from its beginning to its end."""


@dataclass
class Losing:
    """What a link loses: the answers to whatever has one of these *words*, from the commit of a crawl
    on."""

    words: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    def __call__(self, statement: str, _: int) -> bool:
        """As of `lossy_link.Lost`."""
        found = {word for word in self.words if word in statement}
        if statement.endswith("COMMIT") and "defer_jobs" in statement:
            self.lost |= found
        return bool(found & self.lost)


@pytest.fixture
def losing() -> Losing:
    return Losing()


@pytest.fixture
def cut_off(desk: DeskAt, queue_url: str, tmp_path: Path, losing: Losing) -> Iterator[QueueDesk]:
    """A desk with a queue that it reaches by a link which loses what `losing` says."""
    with LossyLink(queue_url, losing) as link:
        queued = QueueDesk(desk, link.url, tmp_path)
        yield queued
        queued.end()


def test_a_crawl_that_is_under_way_before_its_service_hears_of_it_is_planned_once_and_keeps_nobody_out(
    cut_off: QueueDesk, losing: Losing
) -> None:
    hosts = {"a": "a.example", "b": "b.example", "c": "a.example"}  # c waits for a
    cut_off.desk.write_sources(
        "".join(
            f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["https://{host}/{name}"]\n'
            for name, host in hosts.items()
        )
    )
    losing.words.add("INSERT INTO crawls")
    cut_off.schedule()
    service = cut_off.run()
    service.until(lambda: cut_off.crawls("waiting").keys() == {"a", "b"}, 60)
    cut_off.claim("a", "b")
    cut_off.ship("a", article("1", "a"))
    cut_off.ship("b", article("1", "b"), Ended(requests=2))
    service.until(lambda: cut_off.articles() == 2 and not cut_off.ask("SELECT 1 FROM batches"), 60)
    service.until(lambda: "b" not in cut_off.crawls(), 60)
    losing.words.clear()
    cut_off.ship("a", Ended(requests=3))
    service.until(lambda: cut_off.crawls("waiting").keys() == {"c"}, 60)
    cut_off.claim("c")
    cut_off.ship("c", Ended(requests=1))

    [run] = service.until_runs(1, 60)
    told = {name: (one["requests"], one["archived"]) for name, one in counts(cut_off).items()}
    assert (run["outcome"], told) == ("done", {"a": (3, 1), "b": (2, 1), "c": (1, 0)})
    assert not cut_off.desk.rows("SELECT 1 FROM meta WHERE key LIKE 'cluster.crawl.%'")


def test_the_first_answer_to_each_transaction_may_be_lost_and_nothing_comes_of_it(
    desk: DeskAt, queue_url: str, tmp_path: Path
) -> None:
    lost: set[str] = set()

    def once(statement: str, _: int) -> bool:
        is_first = bool(begun) and not statement.startswith("within") and statement not in lost
        lost.update([statement] if begun else [])
        return is_first

    begun: list[bool] = []
    with Newsroom(sites=["kani"]) as room, LossyLink(queue_url, once) as link, ExitStack() as ended:
        queued = QueueDesk(desk, queue_url, tmp_path)
        queued.schedule('cron = "0 3 1 1 *"')
        desk.write_sources(room.sources_toml(delay=0))
        service = QueueDesk(desk, link.url, tmp_path).run()
        ended.callback(service.kill)
        worker = ended.enter_context(WorkerProcess(link.url, tmp_path / "w"))
        until(lambda: "up to" in worker.log, [worker])
        begun.append(True)
        queued.schedule()
        service.reload()
        [run] = service.until_runs(1, 90)
        until(lambda: not queued.ask("SELECT 1 FROM procrastinate_jobs"), [service, worker])
        begun.clear()
        service.stop()
        assert worker.end() == 0
        asked = Counter(request.path for request in room.requests)
    assert {word for word in _EACH if not any(word in statement for statement in link.losses)} == set()
    assert run["outcome"] == "done" and {one["failed"] for one in counts(queued).values()} == {0}
    assert queued.articles() == len([one for one in room.articles() if one.allowed])
    assert set(asked.values()) == {1}, "something was asked for twice"
    left = "SELECT 1 FROM crawls UNION ALL SELECT 1 FROM batches UNION ALL SELECT 1 FROM hosts WHERE holder IS NOT NULL"
    assert not queued.ask(left)
