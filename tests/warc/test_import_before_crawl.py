"""A file brings a story in silence before a feed shows it: the crawl tells of it all the same, once."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

from warc_making import answer, packed, page, record, written

from archive.article import WITHDRAWN, Fate, Visit
from archive.database import open_archive, transaction
from archive.ledger import record_visit, unfinished

ALERT = """
[[alert]]
id = "all"
query = "-zzzz"
when = "each"
per = "article"
to = ["json://127.0.0.1:9/hook"]
"""


def captured(url: str) -> bytes:
    """The page as it is now."""
    with urlopen(url) as response:
        kind, body = response.headers["Content-Type"], response.read()
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return record(url, f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + body, date=now)


def told(desk: Any) -> list[int]:
    return [row["article"] for row in desk.rows("SELECT article FROM alerts ORDER BY article")]


def test_what_a_file_brought_in_silence_is_told_when_a_feed_shows_it_and_only_then(newsroom_desk, tmp_path) -> None:
    desk = newsroom_desk
    desk.crawl()
    urls = [row["url"] for row in desk.rows("SELECT url FROM articles ORDER BY id")]
    for file in desk.root.glob("archive.db*"):
        file.unlink()
    (desk.root / "alerts/all.toml").write_text(ALERT, encoding="utf-8")
    path = written(tmp_path / "now.warc.gz", packed(captured(url) for url in urls))

    assert desk.khabar("import", str(path), "--json").returncode == 0
    assert told(desk) == []

    desk.crawl()
    since = f"{datetime.now(UTC) - timedelta(hours=47):%Y-%m-%dT%H:%M:%SZ}"
    news = "SELECT id, source, language FROM articles WHERE coalesce(published, first_seen) > ? ORDER BY id"
    fresh = desk.rows(news, since)
    assert {row["language"] for row in fresh} >= {"en", "ar", "ckb", "kmr"}
    assert {row["id"] for row in fresh} <= set(told(desk))

    number = len(told(desk))
    asked = desk.rows("SELECT sum(json_extract(value, '$.fetched')) AS n FROM runs, json_each(counts)")[0]["n"]
    desk.crawl()
    again = desk.rows("SELECT sum(json_extract(value, '$.fetched')) AS n FROM runs, json_each(counts)")[0]["n"]
    assert len(told(desk)) == number
    assert again - asked < 5, "they are fetched once more, and no more"


def test_news_that_could_not_be_had_stays_owed_and_what_is_known_to_be_gone_stays_gone(zab, imported, tmp_path) -> None:
    now = datetime.now(UTC)
    hour, date = timedelta(hours=1), f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M:%SZ}"
    news, old, gone = (f"https://zab.example/ar/{number}" for number in (1, 2, 3))

    def visited(url: str, fate: Fate, reason: str | None = None) -> None:
        with closing(open_archive(zab.root / "archive.db")) as db, transaction(db):
            record_visit(db, Visit(url=url, source="zab-ar", run=None, at=now - hour, fate=fate, reason=reason))

    def brought(*dates: tuple[str, str]) -> None:
        data = [record(url, answer(page("ar", number=int(url[-1]))), date=date) for url, date in dates]
        imported(written(tmp_path / f"{len(dates)}.warc", b"".join(data)))

    brought((gone, date))
    visited(gone, Fate.FAILED, WITHDRAWN)
    visited(news, Fate.FAILED, "HTTP 503")
    visited(old, Fate.FAILED, "HTTP 503")
    brought((news, date), (old, "2019-03-01T08:00:00Z"), (gone, date))

    rows = zab.rows("SELECT url, fate, reason, open_since IS NOT NULL AS open FROM visits ORDER BY url")
    assert [tuple(row.values()) for row in rows] == [
        (news, "archived", None, 1),
        (old, "archived", None, 0),
        (gone, "failed", WITHDRAWN, 0),
    ]
    with closing(open_archive(zab.root / "archive.db")) as db:
        assert [entry.url for entry in unfinished(db, "zab-ar", now)] == [news]
