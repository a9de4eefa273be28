"""Pages that others captured are kept as a crawl's are: of each version, and of no site that nobody watches."""

import sqlite3
from contextlib import closing

from warc_making import STORIES, answer, packed, page, record, written

LANGUAGES = list(STORIES)


def capture(language: str, day: int, host: str = "zab.example", **told) -> bytes:
    address = f"https://{host}/{language}/1"
    return record(address, answer(page(language, **told)), date=f"2026-03-0{day}T08:00:00Z")


def test_each_version_has_its_page_in_whatever_order_they_come(zab, imported, tmp_path) -> None:
    file = zab.root / "desk.toml"
    file.write_text(file.read_text() + "keep_pages = true\n")
    records = [
        capture(language, day, add=f"{STORIES[language][1]} {day % 2}") for day in (3, 1, 2) for language in LANGUAGES
    ]
    records.append(capture("en", 4, "elsewhere.example", add="A site that nobody watches."))
    empty = answer(b"<!doctype html><html lang=en><head><title>.</title></head><body><nav>Menu</nav></body></html>")
    for host in ("zab.example", "b.example"):
        records.append(record(f"https://{host}/en/none", empty, date="2026-03-04T08:00:00Z"))
    imported(written(tmp_path / "a.warc.gz", packed(records)), any_site=True)

    with closing(sqlite3.connect(zab.root / "pages.db")) as pages:
        kept = {row[0]: row[1:] for row in pages.execute("SELECT hash, source, fetched, refused FROM pages")}
    for language in LANGUAGES:
        (article,) = zab.rows("SELECT id, page_sha256 FROM articles WHERE source = ?", f"zab-{language}")
        versions = zab.rows("SELECT page_hash FROM revisions WHERE article = ? ORDER BY seen", article["id"])
        hashes = [*(row["page_hash"] for row in versions), bytes.fromhex(article["page_sha256"])]
        assert len(hashes) == 3
        assert {kept[one][0] for one in hashes} == {f"zab-{language}"}
    others = [told for told in kept.values() if not told[0].startswith("zab-")]
    assert [source for source, _, refused in others] == ["elsewhere.example"]
    assert [source for source, _, refused in kept.values() if refused] == ["zab-en"]
    assert len(kept) == 4 * 2 + 1 + 1
