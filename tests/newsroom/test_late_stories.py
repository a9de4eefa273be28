"""What the newsroom publishes while it stays open."""

from typing import Any

from crawler.newsroom import Newsroom
from crawler.newsroom.late import LATE, publish


def test_late_stories_are_found_tagged_and_joined_to_their_copies(newsroom_desk: Any, newsroom: Newsroom) -> None:
    newsroom_desk.crawl()
    urls = [publish(newsroom, story).url for story in LATE]
    newsroom_desk.crawl()
    found = {
        row["url"]: row
        for row in newsroom_desk.rows("SELECT id, url, title, language, story FROM articles")
        if row["url"] in urls
    }
    assert [found[url]["title"] for url in urls] == [story.title for story in LATE]
    assert [found[url]["language"] for url in urls] == ["ar", "en", "en", "ckb", "kmr"]
    stories = [found[url]["story"] for url in urls]
    assert stories[1] == stories[2]
    assert len(set(stories)) == 4
    for url in urls:
        topics = newsroom_desk.rows("SELECT topic FROM tags WHERE article = ?", found[url]["id"])
        assert {row["topic"] for row in topics} & {"isis", "us_withdrawal"}
