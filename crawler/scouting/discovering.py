"""Sends the scout out: one exploration of a site, bounded, into an archive that is thrown away."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from crawler.address_policy import AddressPolicy
from crawler.desk import Desk
from crawler.launch import PATIENCE, on_reactor
from crawler.manners.hosts import Hosts
from crawler.manners.robots import Robots
from crawler.own_settings import own_settings, scrapy_settings
from crawler.scouting.exploration import Exploration
from crawler.scouting.exploring import NoSite, Stopped
from crawler.scouting.throwaway import throwaway_workbench
from crawler.signs import Signs
from crawler.spiders.scout import Scout
from pipelines.errand import Errand
from pipelines.workers import Workers
from seeds.bounds import SCOUT_SECONDS
from seeds.sources import USUAL_PORTS, Budget, Source

_ONLY: dict[str, object] = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}}  # no page becomes an article here
_READERS = ["crawler.discovery.candidates", "crawler.discovery.front_page", "crawler.discovery.listings"]


def discover_site(
    desk: Desk, url: str, *, private: bool, ports: Sequence[int], delay: float, tell: Callable[[str], None]
) -> Exploration:
    """What there is at *url*; *tell* hears of every address that is asked for. Raises NoSite, of which Stopped is one,
    or ArchiveError.

    Only where *private* may the host of *url* have a private address; *ports* are allowed besides its own and the
    usual ones. It uses up the process's reactor: a process can call it once.
    """
    host, port = _destination(url)
    asked = frozenset([port, *USUAL_PORTS.values(), *ports])
    policy = AddressPolicy(private_hosts=frozenset([host]) if private else frozenset(), ports=asked)
    source = Source(id="scout", name="scout", delay=delay, budget=Budget(minutes=2 * SCOUT_SECONDS / 60))
    signs, crawlers = Signs(patience=PATIENCE), list[Crawler]()

    with throwaway_workbench(desk, lambda: Workers(preload=_READERS)) as (workbench, _):

        async def main() -> None:
            runner = AsyncCrawlerRunner(scrapy_settings({**own_settings(source, desk.config), **_ONLY}))
            crawler = runner.create_crawler(Scout)
            crawlers.append(crawler)
            errand = Errand(source=source, run=0, workbench=workbench)
            signs.listen(end=lambda: _give_up(crawler))
            await runner.crawl(
                crawler, url=url, errand=errand, hosts=Hosts(), robots=Robots(), policy=policy, tell=tell
            )

        on_reactor(main)
    scout = crawlers[0].spider
    if not isinstance(scout, Scout) or scout.given_up.is_set():
        raise Stopped
    if scout.found is None:
        raise NoSite(scout.fault or "it was not explored by a fault in Khabar")
    return scout.found


def _give_up(crawler: Crawler) -> None:
    if isinstance(crawler.spider, Scout):
        crawler.spider.given_up.set()


def _destination(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or USUAL_PORTS[parts.scheme]
    except (ValueError, KeyError):
        host, port = "", 0
    if not host or not port:
        raise NoSite("it is not a URL that can be asked for, such as https://news.example/en")
    return host, port
