"""What has its turn waits for a connection, and in it; where it may not be sent by then, it is not, and waits on."""

import subprocess
import sys

import pytest

from crawler.newsroom import Newsroom
from tests.conftest import DeskAt

_CRAWL = """
from itertools import count
from crawler.cli import main
from crawler.manners.hosts import Hosts
asked = count()
Hosts.is_sure = property(lambda self: next(asked) < {asked})
main()
"""


IN_A_REQUEST = 2
"""Times that is asked whether it may be sent: when it is written, and when it leaves the process."""


def crawl(desk: DeskAt, *, asked: int) -> None:
    """Crawls in a process that sleeps through its time after it was asked so often whether it may send."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _CRAWL.format(asked=asked), *desk.command("crawl", "--json")[4:]],
        env=desk.environment, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("into_the_next", [0, 1], ids=["before it is written", "before it leaves"])
def test_no_request_is_sent_that_may_not_be_sent_any_more(desk: DeskAt, into_the_next: int) -> None:
    with Newsroom(sites=["kani"]) as room:
        desk.write_sources(room.sources_toml(delay=0))
        crawl(desk, asked=5 * IN_A_REQUEST + into_the_next)
        assert len(room.requests) == 5
        crawl(desk, asked=0)
        assert len(room.requests) == 5
        desk.crawl()
        wanted = {article.url for article in room.articles() if article.allowed}
        assert {row["url"] for row in desk.rows("SELECT url FROM articles")} == wanted
        paths = [request.path for request in room.requests if request.path.startswith("/nuce")]
        assert len(paths) == len(set(paths)), "what was not sent is not taken for asked"
