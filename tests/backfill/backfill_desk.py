"""A desk that watches a site with a past, and what came of its backfill."""

import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

from benchmarks.past_site import PastSite

SITEMAPS = 'sitemaps = ["URL/sitemap.xml"]'


class PastDesk:
    """A desk that watches a PastSite as its source "past"."""

    def __init__(self, desk: Any, site: PastSite) -> None:
        self.desk, self.site = desk, site
        self.watch(SITEMAPS)

    def watch(self, ways: str, *, delay: float = 0.0, more: str = "") -> None:
        """Defines the source anew."""
        self.desk.write_sources(self.site.source_toml("past", delay=delay, ways=ways, more=more))

    def backfill(self, *args: str, since: str = "3650d", codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        """What `khabar crawl past --backfill --json` says of it."""
        done = self.desk.khabar("crawl", "past", "--backfill", "--since", since, "--json", *args)
        assert done.returncode in codes, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        assert len(told["backfills"]) == 1
        return told["backfills"][0]  # type: ignore[no-any-return]

    def start(self, *args: str, since: str = "3650d") -> "subprocess.Popen[str]":
        """The same, under way, in a process group of its own."""
        return subprocess.Popen(
            self.desk.command("crawl", "past", "--backfill", "--since", since, "--json", *args),
            env=self.desk.environment, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def archived(self) -> set[str]:
        """The paths of what is archived."""
        return {row["url"].removeprefix(self.site.url) for row in self.desk.rows("SELECT url FROM articles")}

    def pages_asked(self) -> list[str]:
        """The paths of all articles asked for, in their order."""
        paths = {article.path for article in self.site.articles}
        return [asked.path for asked in self.site.log if asked.path in paths]

    def until(self, true: Callable[[], object], seconds: float = 40) -> None:
        """Waits until it is *true*."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it never came about"
            time.sleep(0.02)

    def state(self) -> str | None:
        """Of the only backfill; None where there is none yet."""
        if not (self.desk.root / "archive.db").exists():
            return None
        try:
            rows = self.desk.rows("SELECT state FROM backfills")
        except Exception:  # the archive is being made at this moment
            return None
        return rows[0]["state"] if rows else None
