"""A crawl that no worker brings to an end is taken back, given to another, or ended with its run."""

import json
from typing import Any

import pytest

from crawler.cluster.parcel import unpack_parcel
from crawler.cluster.records import Record
from pipelines.ended import Ended
from seeds.bounds import MAX_NOTES_WAITING
from tests.cluster.desk_of_a_queue import QueueDesk, until
from tests.cluster.shelf import saved
from tests.cluster.small_service import SmallService
from tests.service.conftest import Running

SOURCES = "".join(
    f'[[source]]\nid = "{name}"\nname = "{name}"\nfeeds = ["https://{name}.example/feed"]\n' for name in ("a", "b")
)


@pytest.fixture
def two(queue_desk: QueueDesk) -> QueueDesk:
    """With two sources, that nobody reaches."""
    queue_desk.desk.write_sources(SOURCES)
    return queue_desk


def planned(two: QueueDesk, service: Running, number: int = 2) -> dict[str, dict[str, Any]]:
    """The crawls, as soon as so many wait for a worker."""
    found: dict[str, dict[str, Any]] = service.until(
        lambda: len(crawls := two.crawls("waiting")) == number and crawls, 60
    )
    return found


def jobs(two: QueueDesk) -> dict[int, dict[str, Any]]:
    """Procrastinate's, by number."""
    return {row["id"]: row for row in two.ask("SELECT * FROM procrastinate_jobs")}


def article(path: str, source: str, **fields: Any) -> Record:
    """One of *source*."""
    return saved(path, source, url=f"https://{source}.example/{path}", **fields)


def counts(two: QueueDesk, run: int = 1) -> dict[str, Any]:
    """Of a run that has ended."""
    found: dict[str, Any] = json.loads(two.rows("SELECT counts FROM runs WHERE id = ?", run)[0]["counts"])
    return found


def test_a_crawl_whose_worker_died_is_planned_again_with_what_it_found_and_fails_with_the_third(
    two: QueueDesk,
) -> None:
    service = two.run(stalled=1)
    first = planned(two, service)
    assert [job["queue_name"] for job in jobs(two).values()] == ["crawls-1"] * 2
    two.claim("a", "b")
    assert two.ship("a", article("1", "a")) and two.ship("b", article("1", "b"), Ended(requests=2))

    again = service.until(lambda: (found := two.crawls("waiting")) and found["a"])
    assert (again["id"], again["attempt"], again["deaths"]) == (first["a"]["id"], 1, 1)
    assert again["job"] != first["a"]["job"] and first["a"]["job"] not in jobs(two)
    assert jobs(two)[again["job"]]["scheduled_at"] is not None  # not before a while
    assert again["parcel"] != first["a"]["parcel"]  # its memory knows the article
    assert jobs(two)[again["job"]]["lock"] == "hosts:a.example"
    two.claim("a")
    last = service.until(lambda: (found := two.crawls("waiting").get("a", {})).get("deaths") == 2 and found)
    assert (
        jobs(two)[last["job"]]["lock"] == "suspects:crawls-1"
    )  # of which one runs at a time: another one may be to blame
    two.claim("a")
    service.until_runs(1)
    assert counts(two)["a"]["reasons"] == {"fault in Khabar": 1}
    assert (counts(two)["a"]["archived"], counts(two)["b"]["archived"], counts(two)["b"]["requests"]) == (1, 1, 2)
    assert not two.crawls() and not jobs(two)
    assert service.log.count("no more is heard of the worker that had the crawl of a") == 3
    assert "the crawl of a is given up: 3 workers died of it" in service.log


def test_a_worker_that_comes_back_too_late_is_fenced(two: QueueDesk) -> None:
    service = two.run(stalled=1)
    planned(two, service)
    two.claim("a")
    crawl = two.crawls("working")["a"]
    service.until(lambda: "a" in two.crawls("waiting"))
    assert not two.ship("a", article("1", "a"))
    two.claim("a")
    assert two.ask("SELECT attempt FROM crawls WHERE source = 'a'") == [{"attempt": crawl["attempt"] + 1}]
    assert two.ship("a", article("2", "a"), Ended())
    service.until(lambda: two.articles() == 1)


def test_what_a_worker_hands_back_goes_to_the_next_at_once_and_counts_together(two: QueueDesk) -> None:
    service = two.run()
    first = planned(two, service)
    two.claim("a", "b")
    two.desk.write_sources(SOURCES.replace('name = "a"', 'name = "another"'))
    service.reload()
    service.until_logged("reloaded")
    two.ship("a", article("1", "a"), Ended(handed_back=True, requests=3))
    two.ship("b", Ended(requests=1))
    again = service.until(lambda: two.crawls("waiting").get("a"))
    assert (again["deaths"], again["attempt"]) == (0, 1) and again["job"] != first["a"]["job"]
    assert jobs(two)[again["job"]]["scheduled_at"] is None
    assert unpack_parcel(again["parcel"]).source.name == "another"
    two.claim("a")
    two.ship("a", article("2", "a"), Ended(requests=4))
    service.until_runs(1)
    assert (counts(two)["a"]["requests"], counts(two)["a"]["archived"]) == (7, 2)


def test_a_source_that_is_drawn_goes_to_workers_with_a_browser_and_needs_none_here(two: QueueDesk) -> None:
    two.desk.write_sources(SOURCES.replace('id = "a"', 'render = true\nid = "a"'))
    service = two.run()
    of_source = {name: row["job"] for name, row in planned(two, service).items()}
    known = jobs(two)
    assert {name: known[job]["queue_name"] for name, job in of_source.items()} == {
        "a": "crawls-1-render", "b": "crawls-1"
    }  # fmt: skip


def test_a_crawl_that_cannot_be_planned_ends_no_other(two: QueueDesk) -> None:
    SmallService(two.url, two.desk.root)  # which makes the queue
    two.ask("ALTER TABLE procrastinate_jobs ADD CHECK (queueing_lock <> 'source:b')")
    service = two.run()
    planned(two, service, 1)
    two.claim("a")
    two.ship("a", article("1", "a"), Ended())
    [run] = service.until_runs(1, 60)
    assert (run["outcome"], counts(two)["a"]["archived"]) == ("done", 1)
    assert counts(two)["b"]["reasons"] == {"fault in Khabar": 1}


def test_a_crawl_whose_job_nobody_has_gets_another(two: QueueDesk) -> None:
    SmallService(two.url, two.desk.root)
    two.ask(  # a job of a crawl that is over, whose worker put it back
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args) "
        "VALUES ('crawls-1', 'khabar.crawl', 'hosts:x', 'source:a', '{\"crawl\": 0}')"
    )
    service = two.run(stalled=1)
    first = planned(two, service)
    two.ask("DELETE FROM procrastinate_jobs WHERE id = %s", first["a"]["job"])
    again = service.until(lambda: (found := two.crawls("waiting").get("a")) and found["deaths"] and found)
    assert again["job"] in jobs(two)


def test_a_run_is_cut_off_at_its_deadline(two: QueueDesk) -> None:
    two.schedule('every = "1h"\ndeadline = "5s"')
    service = two.run()
    planned(two, service)
    two.claim("a")
    two.ship("a", article("1", "a"))
    job = two.crawls("working")["a"]["job"]
    service.until(lambda: jobs(two).get(job, {}).get("abort_requested"))
    assert set(two.crawls()) == {"a"} and set(jobs(two)) == {job}  # what nobody had claimed is taken out
    two.ship("a", article("2", "a"), Ended(requests=2))
    [run] = service.until_runs(1)
    assert run["outcome"] == "deadline"
    assert (counts(two)["a"]["archived"], counts(two)["b"]["requests"]) == (2, 0)
    assert "job all cut off at its deadline" in service.log


def test_the_next_service_goes_on_with_what_is_out_and_plans_its_sources_when_they_are_in(two: QueueDesk) -> None:
    first = two.run()
    planned(two, first)
    two.claim("a")
    two.ship("a", article("1", "a"))
    first.until(lambda: two.articles() == 1)
    first.kill()
    two.ship("a", article("2", "a"), article("3", "a"))

    many = 1 + MAX_NOTES_WAITING // 2  # for a newer Khabar than this, so that they stay
    two.ask("INSERT INTO batches VALUES (%s, 9, 0, 9, %s, 0, 9, '', now())", two.crawls()["a"]["id"], many)
    second = two.run()
    second.until(lambda: two.articles() == 3)
    assert "2 crawls of an earlier service are out" in second.log
    before = two.crawls()
    assert {row["run"] for row in before.values()} == {1} and len(two.rows("SELECT 1 FROM runs")) == 2
    two.ship("a", Ended())
    second.until_logged("the archive does not keep up: the queue is 50% full, nothing is planned")
    second.until(lambda: "a" not in two.crawls())
    anew = second.until(lambda: (found := two.crawls("waiting")).get("a") and found)
    assert (anew["a"]["run"], anew["b"]["run"]) == (2, 1)  # b is still out
    two.claim("b")
    two.ship("b", Ended())
    second.until(lambda: two.crawls().get("b", {}).get("run") == 2)
    assert "the crawl of a that run 1 began is in: 2 archived\n" in second.log
    assert "the crawl of b" not in second.log, "it brought nothing"
    assert second.stop() < 10
    assert two.crawls().keys() == {"a", "b"}  # they wait for the next one


def test_a_service_bears_a_restart_of_the_server(two: QueueDesk, postgres: Any) -> None:
    service = two.run()
    planned(two, service)
    postgres.restart()
    until(two.crawls, [service])
    two.claim("a", "b")
    two.ship("a", article("1", "a"), Ended())
    two.ship("b", Ended())
    service.until_runs(1)
    assert counts(two)["a"]["archived"] == 1
    assert "is away" in service.log and "Traceback" not in service.log
    service.until(lambda: two.ask("SELECT 1 AS held FROM pg_locks WHERE locktype = 'advisory' AND granted"))
    postgres.stop()
    try:
        assert service.stop() < 12 and service.process.returncode == 0
    finally:
        postgres.start()
