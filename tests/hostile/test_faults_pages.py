"""The disk of the kept pages is full, and that of the archive is not: news comes in, and the loss is told."""

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))
sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import Reply, hostile_site
from own_disk import needs_own_disk, run_on

PAGES = 6
SMALL = "; ".join(
    [
        "cp -r {desk}/. $D/", "mkdir $D/small", "mount -t tmpfs -o size=240k tmpfs $D/small",
        "ln -s small/pages.db $D/pages.db",
    ]
)  # fmt: skip


@needs_own_disk
def test_a_full_disk_of_pages_stops_no_news(desk: Any) -> None:
    with hostile_site() as site:
        paths = [f"/story/{number}" for number in range(PAGES)]
        for path in paths:
            site.article(path)
            filler = b"<!-- " + os.urandom(40_000).hex().encode() + b" --></body>"  # 40 kB that nothing packs
            body = site.replies[path].body.replace(b"</body>", filler)
            site.replies[path] = Reply(body, headers={"Content-Type": "text/html"})
        site.feed(*paths)
        desk.write_sources(site.source("one", keep_pages="true"))
        whole = f"!{sys.executable} -m benchmarks.whole $D/archive.db"
        crawled, told, archived = run_on(SMALL, desk, "crawl", "status", whole)

    assert crawled.returncode == 1, crawled
    assert "page not kept (" in crawled.stdout and "the disk is full" in crawled.stderr
    assert "could not be kept in the last 24 hours" in told.stdout
    assert f"Archive: {PAGES} articles" in told.stdout
    assert archived.returncode == 0, archived.stderr
