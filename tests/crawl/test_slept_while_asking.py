"""What has its turn waits for a connection; where it may not be sent by then, it is not, and the page waits."""

import subprocess
import sys

from crawler.newsroom import Newsroom
from tests.conftest import DeskAt

_CRAWL = """
from itertools import count
from crawler.cli import main
from crawler.manners.hosts import Hosts
asked = count()
Hosts.is_sure = property(lambda self: next(asked) < {sent})
main()
"""


def crawl(desk: DeskAt, *, sent: int) -> None:
    """Crawls in a process that may send so many requests, and then sleeps through its time."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", _CRAWL.format(sent=sent), *desk.command("crawl", "--json")[4:]],
        env=desk.environment, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr


def test_no_request_is_sent_that_may_not_be_sent_any_more(desk: DeskAt) -> None:
    with Newsroom(sites=["kani"]) as room:
        desk.write_sources(room.sources_toml(delay=0))
        crawl(desk, sent=5)
        assert len(room.requests) == 5
        crawl(desk, sent=0)
        assert len(room.requests) == 5
        desk.crawl()
        wanted = {article.url for article in room.articles() if article.allowed}
        assert {row["url"] for row in desk.rows("SELECT url FROM articles")} == wanted
        paths = [request.path for request in room.requests if request.path.startswith("/nuce")]
        assert len(paths) == len(set(paths)), "what was not sent is not taken for asked"
