"""What `khabar export --format warc` has written, `khabar import` makes the same archive of."""

from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from warc_making import STORIES, answer, page, record, written

from archive.packed_page import PackedPage
from archive.pages import keep_page, open_pages, packed
from archive.times import to_text

FIRST = datetime.fromisoformat("2026-03-01T08:00:00Z")
ADDED = "The water has fallen by half a metre since then, says the owner of the ferry, and the bread comes by boat."
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "br"))
SAME = (
    "SELECT url, source, title, headline, authors, published, published_raw, language, text, first_seen, page_sha256, "
    "page_fetched FROM articles ORDER BY url",
    "SELECT url, seen, revisions.title, revisions.text, change, changed, back_to IS NOT NULL AS back, page_hash, "
    "revisions.page_fetched FROM revisions JOIN articles ON articles.id = article ORDER BY url, seen",
    "SELECT copy.url, first.url AS first, stories.articles FROM article_head AS copy "
    "JOIN stories ON stories.id = copy.story JOIN article_head AS first ON first.id = first_article ORDER BY copy.url",
)
"""What two archives have in common. Of articles that were seen in one second, the first to arrive has the lower id."""


def looks(*, back: bool) -> list[tuple[str, datetime, bytes]]:
    """Address, moment and page: in each language one article that is edited (and goes *back*), and a copy of it."""
    shown = []
    for place, language in enumerate(STORIES):
        for number, edits in ((1, ["", ADDED, *([""] if back else [])]), (2, [""])):
            for hours, add in enumerate(edits):
                at = FIRST + timedelta(hours=hours, minutes=10 * place + number)
                shown.append((f"https://zab.example/{language}/{number}", at, page(language, number=number, add=add)))
    return shown


@pytest.mark.parametrize("back", [False, True], ids=["edited", "and-back"])
def test_the_same_articles_with_the_same_versions(zab: Any, imported: Any, tmp_path: Path, back: bool) -> None:
    shown = looks(back=back)
    records = [record(url, answer(body), date=to_text(at)) for url, at, body in shown]
    assert not imported(written(tmp_path / "first.warc", b"".join(records))).troubled
    with closing(open_pages(zab.root / "pages.db")) as pages:
        for url, at, body in shown:
            kept = PackedPage(
                hash=sha256(body).digest(), url=url, requested=url, source="zab", fetched=at, status=200,
                headers=HEADERS, size=len(body), packed=packed(body),
            )  # fmt: skip
            keep_page(pages, kept)
    before = [zab.rows(question) for question in SAME]
    assert [len(rows) for rows in before] == [8, 4 * (1 + back), 8]
    assert any(row["back"] for row in before[1]) == back
    path = tmp_path / "again.warc.gz"
    done = zab.khabar("export", "--format", "warc", "--output", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"8 articles, {len(shown)} raw pages" in done.stdout
    for file in zab.root.glob("archive.db*"):
        file.unlink()
    assert not imported(path).troubled
    assert [zab.rows(question) for question in SAME] == before
