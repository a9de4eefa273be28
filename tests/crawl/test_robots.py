"""robots.txt is obeyed, asked for once a day, and what a host that cannot give it holds is left alone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, dripping, hostile_site

TEXT = {"Content-Type": "text/plain; charset=utf-8"}
FORBIDDEN = {
    "/أخبار/سرية/1": "/أخبار/سرية/",
    "/هەواڵ/نهێنی/1": quote("/هەواڵ/نهێنی/"),
    "/nûçe/veşartî/1": "/nûçe/veşartî/",
}


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        for number in range(4):
            site.article(f"/news/{number}")
        site.feed(*(f"/news/{number}" for number in range(4)))
        yield site


def robots(*lines: str) -> Reply:
    return Reply("\n".join(["User-agent: *", *lines, ""]).encode(), headers=TEXT)


def asked_in_a_crawl(desk: Any, site: HostileSite) -> list[str]:
    site.asked.clear()
    desk.crawl()
    return list(site.asked)


def fates(desk: Any) -> set[tuple[str, str]]:
    return {(row["fate"], row["reason"]) for row in desk.rows("SELECT fate, reason FROM visits")}


def age_robots(desk: Any, change: str) -> None:
    """Lets the archive believe that robots.txt was read so long ago, or never."""
    script = f"import sqlite3; db = sqlite3.connect('archive.db'); db.execute({change!r}); db.commit()"
    subprocess.run([sys.executable, "-c", script], cwd=desk.root, check=True)


A_DAY_AGO = "UPDATE hosts SET robots_read = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-25 hours')"


def test_what_is_disallowed_in_any_letters_is_never_asked_for(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = robots(*(f"Disallow: {rule}" for rule in FORBIDDEN.values()))
    for path in FORBIDDEN:
        site.article(quote(path))
    site.feed("/news/1", "/moved", *FORBIDDEN)
    site.replies["/moved"] = Reply(status=302, headers={"Location": quote("/أخبار/سرية/1")})
    desk.write_sources(site.source("site"))

    result = desk.crawl()

    assert sorted(site.asked) == ["/feed", "/moved", "/news/1", "/robots.txt"]
    assert result["sources"]["site"]["reasons"] == {"robots.txt": 4}
    assert ("refused", "robots.txt") in fates(desk)


def test_a_second_crawl_of_an_unchanged_site_asks_for_its_feed_only_until_a_day_is_over(
    desk: Any, site: HostileSite
) -> None:
    site.replies["/robots.txt"] = robots("Disallow: /news/3")
    desk.write_sources(site.source("site"))

    assert len(asked_in_a_crawl(desk, site)) == 5
    assert asked_in_a_crawl(desk, site) == ["/feed"]

    age_robots(desk, A_DAY_AGO)
    site.replies["/robots.txt"] = robots("Disallow: /feed")
    assert asked_in_a_crawl(desk, site) == ["/robots.txt"]


def test_two_sources_on_one_host_ask_for_one_robots_txt_and_keep_its_crawl_delay_together(
    desk: Any, site: HostileSite
) -> None:
    site.replies["/robots.txt"] = robots("Crawl-delay: 0.3")
    site.feed("/news/0", "/news/1")
    site.replies["/feed?two"] = site.replies["/feed"]
    site.feed("/news/2", "/news/3")
    desk.write_sources(site.source("one") + site.source("two").replace(f"{site.url}/feed", f"{site.url}/feed?two"))

    desk.crawl()

    assert sorted(site.asked) == ["/feed", "/feed?two", *(f"/news/{number}" for number in range(4)), "/robots.txt"]
    assert all(later.at - earlier.at > 0.25 for earlier, later in pairwise(site.log))


def test_a_crawl_delay_of_hours_hangs_nothing_and_is_kept_by_the_next_crawl(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = robots("Crawl-delay: 7200")
    desk.write_sources(site.source("site"))

    for asked in (["/robots.txt"], []):
        assert asked_in_a_crawl(desk, site) == asked
        assert desk.rows("SELECT cause FROM feeds") == [{"cause": "asked to wait"}]


def test_hosts_without_a_robots_txt_are_asked_for_everything(desk: Any) -> None:
    answers = {
        "forbidden": Reply(b"no", 403),
        "a-page": Reply(b"<!doctype html><p>User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/html"}),
        "redirected-for-ever": Reply(status=302, headers={"Location": "/robots.txt"}),
    }
    with ExitStack() as open_sites:
        text = ""
        for name, answer in answers.items():
            site = open_sites.enter_context(hostile_site())
            site.article("/news/1")
            site.feed("/news/1")
            site.replies["/robots.txt"] = answer
            text += site.source(name)
        desk.write_sources(text)
        tallies = desk.crawl()["sources"]
    assert {name: tally["archived"] for name, tally in tallies.items()} == dict.fromkeys(answers, 1)
    assert desk.rows("SELECT robots FROM hosts") == [{"robots": None}] * 3


def test_a_robots_txt_that_has_moved_is_followed(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = Reply(status=301, headers={"Location": "/elsewhere.txt"})
    site.replies["/elsewhere.txt"] = robots("Disallow: /news/")
    desk.write_sources(site.source("site"))
    assert asked_in_a_crawl(desk, site) == ["/robots.txt", "/elsewhere.txt", "/feed"]


def test_a_robots_txt_that_leads_to_a_private_address_is_not_followed(desk: Any, site: HostileSite) -> None:
    with hostile_site() as secret:
        site.replies["/robots.txt"] = Reply(status=301, headers={"Location": secret.url + "/secret"})
        desk.write_sources(site.source("site"))
        assert asked_in_a_crawl(desk, site) == ["/robots.txt"]
        assert secret.asked == []


def hang_up(wire: Any) -> None:
    """Ends the connection without an answer."""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Reply(b"busy", 500), "HTTP 500"), (Reply(write=hang_up), "connection failed")],
    ids=["error", "no answer"],
)
def test_a_host_whose_robots_txt_cannot_be_had_is_left_alone_and_asked_again_by_the_next_crawl(
    desk: Any, site: HostileSite, answer: Reply, reason: str
) -> None:
    site.replies["/robots.txt"] = answer
    desk.write_sources(site.source("site") + site.source("two"))

    result = desk.crawl()

    assert set(site.asked) == {"/robots.txt"}
    assert len(site.asked) == 3  # with Scrapy's retries; the second source does not ask again
    assert result["sources"]["two"]["reasons"] == {f"robots.txt unreachable: {reason}": 1}
    assert fates(desk) == {("failed", f"robots.txt unreachable: {reason}")}
    site.replies["/robots.txt"] = robots()
    assert desk.crawl("site")["sources"]["site"]["archived"] == 4


def test_a_robots_txt_that_does_not_end_is_waited_for_once(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = dripping(60)
    desk.write_sources(site.source("site"))
    assert desk.crawl()["sources"]["site"]["reasons"] == {"robots.txt unreachable: timed out": 1}
    assert site.asked == ["/robots.txt"]


def test_an_earlier_copy_serves_while_robots_txt_cannot_be_had(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = robots("Disallow: /news/3")
    desk.write_sources(site.source("site"))
    desk.crawl()
    site.article("/news/4")
    site.feed(*(f"/news/{number}" for number in range(5)))
    site.replies["/robots.txt"] = Reply(b"busy", 503)

    age_robots(desk, A_DAY_AGO)
    asked = asked_in_a_crawl(desk, site)

    assert asked == ["/robots.txt"] * 3 + ["/feed", "/news/4"]
