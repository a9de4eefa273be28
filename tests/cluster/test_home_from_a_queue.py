"""A desk goes back to one machine while crawls are out: nothing is lost, and nothing older goes over what is newer."""

from crawler.newsroom import Newsroom
from pipelines.ended import Ended
from tests.cluster.desk_of_a_queue import QueueDesk, until
from tests.cluster.shelf import saved


def test_what_is_out_keeps_crawls_by_hand_away_and_is_given_up_by_a_service_without_a_queue(
    queue_desk: QueueDesk, newsroom: Newsroom
) -> None:
    desk = queue_desk.desk
    desk.write_sources(newsroom.sources_toml(delay=0))
    queue_desk.schedule(sources='["sidra"]')
    service = queue_desk.run()
    service.until(lambda: queue_desk.crawls("waiting").get("sidra"), 60)
    queue_desk.claim("sidra")
    service.stop()

    refused = desk.khabar("crawl", "sidra")
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "workers of the queue postgresql://" in refused.stderr and "(sidra)" in refused.stderr
    assert desk.khabar("crawl", "kani").returncode == 0  # which is on another server
    kani = queue_desk.articles()

    alone = queue_desk.run(queue=False)
    alone.until(lambda: queue_desk.articles() > kani)
    alone.until_runs(3)
    alone.stop()
    assert "1 crawls are out in the queue" in alone.log and "are given up (sidra)" in alone.log
    assert desk.khabar("crawl", "sidra").returncode == 0
    url = desk.rows("SELECT url FROM article_head WHERE source = 'sidra' ORDER BY id LIMIT 1")[0]["url"]
    before = queue_desk.articles()

    late = [saved("old", "sidra", url=url, text="What it said before."), saved("lost", "sidra")]
    assert queue_desk.ship("sidra", *late, Ended())
    again = queue_desk.run()
    assert "1 crawls were given up while they were out" in again.log
    again.until(lambda: queue_desk.articles() == before + 1)
    until(lambda: queue_desk.crawls().get("sidra", {"run": 0})["run"] != 1, [again])
    again.stop()
    assert not desk.rows("SELECT 1 FROM revisions")
