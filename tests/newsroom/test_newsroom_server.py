"""The newsroom's servers over real HTTP: conditional requests, HEAD, gzip, robots.txt, 404s and the request log."""

import gzip
import http.client
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import active_count
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from crawler.newsroom import Newsroom

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Shows what the test says."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(url: str, method: str = "GET", **headers: str) -> Got:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> Iterator[Newsroom]:
    with Newsroom(clock=clock) as room:
        yield room


def ways(room: Newsroom) -> list[str]:
    return [site.way for site in room.sites.values()]


def test_every_site_has_a_port_of_its_own_on_loopback(room: Newsroom) -> None:
    hosts = [urlsplit(site.url) for site in room.sites.values()]
    assert {host.hostname for host in hosts} == {"127.0.0.1"}
    assert len({host.port for host in hosts}) == len(room.sites) == 5


def test_every_article_is_served(room: Newsroom) -> None:
    assert {article.url: fetch(article.url).status for article in room.articles()} == {
        article.url: 200 for article in room.articles()
    }


def test_what_is_not_there_is_404(room: Newsroom) -> None:
    for path in ("/nothing", "/en/Politics/no-such-story", "/latest?page=99", "/latest?page=x", "/section/none"):
        assert fetch(room.sites["rafidain"].url + path).status == 404, path


def test_a_known_etag_is_answered_with_304(room: Newsroom) -> None:
    for way in ways(room):
        first = fetch(way)
        again = fetch(way, If_None_Match=first.headers["etag"])
        assert (first.status, again.status, again.body) == (200, 304, b"")
        assert again.headers["etag"] == first.headers["etag"]


def test_a_known_date_is_answered_with_304(room: Newsroom) -> None:
    for way in ways(room):
        stamp = fetch(way).headers["last-modified"]
        older = format_datetime(NOON - timedelta(days=30), usegmt=True)
        assert fetch(way, If_Modified_Since=stamp).status == 304
        assert fetch(way, If_Modified_Since=older).status == 200
        assert fetch(way, If_Modified_Since="not a date").status == 200


def test_an_etag_weighs_more_than_a_date(room: Newsroom) -> None:
    for way in ways(room):
        stamp = fetch(way).headers["last-modified"]
        assert fetch(way, If_None_Match='"other"', If_Modified_Since=stamp).status == 200


def test_an_edit_ends_the_304s(room: Newsroom, clock: Clock) -> None:
    before = fetch(room.sites["baran"].way)
    clock.now += timedelta(minutes=5)
    room.edit("baran", "befr-rega", title="سەردێڕی نوێ")
    assert fetch(room.sites["baran"].way, If_None_Match=before.headers["etag"]).status == 200
    assert fetch(room.sites["baran"].way, If_Modified_Since=before.headers["last-modified"]).status == 200


def test_bodies_are_packed_for_those_who_can_unpack(room: Newsroom) -> None:
    for way in ways(room):
        plain, packed = fetch(way), fetch(way, Accept_Encoding="gzip, deflate")
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(packed.body) == plain.body


def test_head_brings_the_headers_only(room: Newsroom) -> None:
    got, head = (fetch(room.sites["kani"].way, method) for method in ("GET", "HEAD"))
    assert head.body == b""
    assert head.headers["content-length"] == str(len(got.body))
    assert head.headers["etag"] == got.headers["etag"]


def test_robots_txt_closes_one_section_whose_story_the_feed_shows(room: Newsroom) -> None:
    robots = RobotFileParser()
    robots.parse(fetch(room.sites["rafidain"].url + "/robots.txt").body.decode().splitlines())
    articles = [article for article in room.articles() if article.site == "rafidain"]
    assert {article.name for article in articles if not robots.can_fetch("Khabar", article.url)} == {"riverside-mall"}
    assert {article.name for article in articles if not article.allowed} == {"riverside-mall"}
    assert "riverside-mall" in fetch(room.sites["rafidain"].way).body.decode()


def test_connections_are_kept_alive(room: Newsroom) -> None:
    connection = http.client.HTTPConnection(urlsplit(room.sites["sidra"].url).netloc, timeout=10)
    try:
        for _ in range(3):
            connection.request("GET", "/robots.txt")
            answer = connection.getresponse()
            assert (answer.status, answer.version, answer.will_close) == (200, 11, False)
            answer.read()
    finally:
        connection.close()


def test_pictures_stand_where_the_pages_say(room: Newsroom) -> None:
    picture = fetch(room.sites["meridian"].url + "/media/wheat-tender.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.body.startswith(b"<svg")


def test_every_request_is_logged_in_order(room: Newsroom) -> None:
    url = room.sites["kani"].url
    fetch(url + "/robots.txt", User_Agent="Khabar/1.0")
    etag = fetch(url + "/latest?page=2").headers["etag"]
    fetch(url + "/latest?page=2", "HEAD", If_None_Match=etag)
    fetch(url + "/none")
    seen = [(request.site, request.method, request.path, request.status) for request in room.requests]
    assert seen == [
        ("kani", "GET", "/robots.txt", 200),
        ("kani", "GET", "/latest?page=2", 200),
        ("kani", "HEAD", "/latest?page=2", 304),
        ("kani", "GET", "/none", 404),
    ]
    assert room.requests[0].headers["user-agent"] == "Khabar/1.0"
    assert room.requests[0].at == NOON


def test_only_the_sites_asked_for_are_opened(clock: Clock) -> None:
    with Newsroom(clock=clock, sites=["kani", "sidra"]) as room:
        assert list(room.sites) == ["kani", "sidra"]
        assert {article.site for article in room.articles()} == {"kani", "sidra"}


def test_closing_leaves_no_thread_behind_even_with_an_open_connection() -> None:
    before = active_count()
    with Newsroom() as room:
        connection = http.client.HTTPConnection(urlsplit(room.sites["kani"].url).netloc, timeout=10)
        connection.request("GET", "/robots.txt")
        connection.getresponse().read()
    assert active_count() == before
    connection.close()
