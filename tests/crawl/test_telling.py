"""What a crawl tells at its end: each URL once, and by its exit code whether a person should look."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, Reply, hostile_site


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        site.article("/news/1")
        site.feed("/news/1")
        yield site


def test_a_feed_that_may_not_be_read_needs_a_person(desk: Any, site: HostileSite) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /feed\n", headers={"Content-Type": "text/plain"})
    desk.write_sources(site.source("site"))

    done = desk.khabar("crawl")

    assert done.returncode == 1
    assert "site: robots.txt (1)" in done.stdout
    assert desk.khabar("status").returncode == 1


def test_a_page_that_is_gone_is_counted_once_a_crawl_however_often_it_is_shown(desk: Any, site: HostileSite) -> None:
    site.feed("/news/1", "/news/gone")
    desk.write_sources(site.source("site"))

    for _ in range(2):
        counts = desk.crawl()["sources"]["site"]
        assert (counts["failed"], counts["reasons"]) == (1, {"HTTP 404": 1})


def test_nothing_to_worry_about_is_exit_code_0(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("site"))

    assert desk.khabar("crawl").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["source=x", "sauce=y"], "-a sauce: is no argument of this spider"),
        (["source=shafak-en"], """-a source = 'shafak-en': is not a source of this desk; did you mean "shafaq-en"?"""),
    ],
)
def test_scrapy_says_in_one_line_which_argument_is_wrong(arguments: list[str], said: str) -> None:
    given = [word for argument in arguments for word in ("-a", argument)]
    command = [sys.executable, "-m", "scrapy", "crawl", "news", *given]
    done = subprocess.run(
        command, cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_address_that_is_none_has_its_fate_and_ends_nothing(desk: Any, site: HostileSite) -> None:
    for number in range(2, 6):
        site.article(f"/news/{number}")
    wrong = ["http://127.0.0.1:port/x", "http://127.0.0.1:99999/x"]
    site.feed(*wrong, *(f"/news/{number}" for number in range(1, 6)))
    desk.write_sources(site.source("site"))

    counts = desk.crawl()["sources"]["site"]

    assert (counts["archived"], counts["reasons"]) == (5, {"not a URL": 2})


def test_what_one_source_may_not_have_another_may(desk: Any, site: HostileSite) -> None:
    with hostile_site() as other:
        other.feed(f"{site.url}/news/1")  # on a port that is not among this source's own
        desk.write_sources(other.source("stranger") + site.source("site"))
        for names in (["stranger"], ["site"]):
            desk.crawl(*names)

    assert [row["source"] for row in desk.rows("SELECT source FROM articles")] == ["site"]


def test_a_body_that_cannot_be_unpacked_is_called_so(desk: Any, site: HostileSite) -> None:
    body = b"\x28\xb5\x2f\xfd" + bytes(range(256)) * 8
    for encoding in ("br", "zstd", "gzip"):
        site.replies[f"/{encoding}"] = Reply(body, headers={"Content-Type": "text/html", "Content-Encoding": encoding})
    site.feed("/br", "/zstd", "/gzip")
    desk.write_sources(site.source("site"))

    assert desk.crawl()["sources"]["site"]["reasons"] == {"cannot be unpacked": 3}
