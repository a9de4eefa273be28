"""Desks to export from: the newsroom's articles in four languages, and one with the pages that they were read from."""

import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from archive.database import open_archive
from archive.packed_page import PackedPage
from archive.pages import keep_page, open_pages, packed


@pytest.fixture(scope="session")
def kept_once(crawled_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of the pages of the newsroom's articles, fetched from it once more."""
    path = tmp_path_factory.mktemp("kept") / "pages.db"
    with closing(open_archive(crawled_once / "archive.db", read_only=True)) as db, closing(open_pages(path)) as pages:
        pages.execute("BEGIN")
        for row in db.execute("SELECT url, source, page_sha256, page_fetched FROM articles").fetchall():
            with urlopen(row["url"]) as answer:
                body, headers = answer.read(), tuple(answer.headers.items())
            assert sha256(body).hexdigest() == row["page_sha256"]
            keep_page(
                pages,
                PackedPage(
                    hash=sha256(body).digest(), url=row["url"], requested=row["url"], source=row["source"],
                    fetched=datetime.fromisoformat(row["page_fetched"]).astimezone(UTC), status=200,
                    headers=(*headers, ("X-Name", "caf\xe9"), ("Content-Encoding", "gzip")), size=len(body),
                    packed=packed(body),
                ),
            )  # fmt: skip
        pages.execute("COMMIT")
    return path


@pytest.fixture
def kept(crawled: Any, kept_once: Path) -> Any:
    """A desk with the newsroom's articles and their pages."""
    shutil.copy(kept_once, crawled.root / "pages.db")
    return crawled


@pytest.fixture
def export(crawled: Any) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`khabar export` on that desk, which must end well."""

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        done = crawled.khabar("export", *words)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done

    return run
