"""A fault of our own while a page or a feed is read costs that one, by name, and nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, hostile_site

FAULTY = """
import sys
from pathlib import Path
from crawler import launch
from crawler.desk import Desk
from crawler.spiders import source

def fault(asked, answered):
    if asked.endswith("/bad"):
        raise ZeroDivisionError

if __name__ == "__main__":
    source.detour = fault
    desk = Desk(Path(sys.argv[1]))
    tally = launch.crawl_once(desk, list(desk.sources.values())).tallies["site"]
    print(tally.reasons["fault in Khabar: ZeroDivisionError"], tally.troubled)
"""


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        yield site


def test_a_page_whose_callback_raised_is_counted_and_written_down(desk: Any, site: HostileSite, tmp_path: Path) -> None:
    for path in ("/news/bad", "/news/good"):
        site.article(path)
    site.feed("/news/bad", "/news/good")
    desk.write_sources(site.source("site"))
    script = tmp_path / "faulty.py"
    script.write_text(FAULTY)

    done = subprocess.run(
        [sys.executable, "-P", str(script), str(desk.root)], capture_output=True, text=True, env=desk.environment,
        timeout=100, check=False,
    )  # fmt: skip

    assert done.stdout.split() == ["1", "True"], done.stderr
    assert "never awaited" not in done.stderr
    fates = {row["url"].rpartition("/")[2]: (row["fate"], row["reason"]) for row in desk.rows("SELECT * FROM visits")}
    assert fates["bad"] == ("failed", "fault in Khabar: ZeroDivisionError")
    assert fates["good"] == ("archived", None)
