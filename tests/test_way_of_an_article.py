"""Walks the way of one article over real HTTP on loopback: crawl, archive, tag, join, edit, and crawl again."""

import json
from datetime import datetime

from crawler.newsroom import Newsroom


def test_the_newsroom_is_archived_as_it_was_written_and_an_edit_becomes_a_revision(
    newsroom: Newsroom, newsroom_desk
) -> None:
    desk, expected = newsroom_desk, [article for article in newsroom.articles() if article.allowed]

    first = desk.crawl()

    archived = {row["url"]: row for row in desk.rows("SELECT * FROM articles")}
    assert set(archived) == {article.url for article in expected}
    for article in expected:
        row = archived[article.url]
        assert row["title"] == article.title
        assert row["text"] == article.text
        assert json.loads(row["authors"]) == list(article.authors)
        assert row["dateline"] == article.dateline
        assert row["language"] == article.language
        assert datetime.fromisoformat(row["published"]) == article.published
    assert sum(counts["archived"] for counts in first["sources"].values()) == len(expected)
    refused = {row["url"]: row["reason"] for row in desk.rows("SELECT * FROM visits WHERE fate = 'refused'")}
    assert refused == {article.url: "robots.txt" for article in newsroom.articles() if not article.allowed}

    # Every tag can show what made it: its offsets slice the stored text.
    evidence = desk.rows("SELECT e.*, a.title, a.text FROM evidence e JOIN articles a ON a.id = e.article")
    assert evidence
    assert all(row[row["field"]][row["start"] : row["end"]] for row in evidence)
    tagged = {
        (row["url"], row["topic"])
        for row in desk.rows("SELECT a.url, t.topic FROM tags t JOIN articles a ON a.id = t.article")
    }
    assert tagged == {(article.url, topic) for article in expected for topic in article.topics}

    # Copies of one wire story are one story.
    stories = {row["url"]: row["story"] for row in desk.rows("SELECT url, story FROM articles")}
    by_name = {(article.site, article.name): article for article in expected}
    copies = [article for article in expected if article.copy_of]
    assert copies
    for copy in copies:
        assert copy.copy_of is not None
        site, name = copy.copy_of.split("/")
        assert stories[copy.url] == stories[by_name[site, name].url]

    # Nothing that did not change is fetched again; what changed becomes a revision.
    edited = next(article for article in expected if article.site == "rafidain")
    newsroom.edit("rafidain", edited.name, title="An altogether different headline")
    before = len(newsroom.requests)
    second = desk.crawl()
    pages = {request.path for request in newsroom.requests[before:]} & {
        article.url.split("/", 3)[3] for article in expected
    }
    assert sum(counts["fetched"] for counts in second["sources"].values()) == 1, pages
    assert sum(counts["revised"] for counts in second["sources"].values()) == 1
    revisions = desk.rows("SELECT r.title, a.title AS now FROM revisions r JOIN articles a ON a.id = r.article")
    assert revisions == [{"title": edited.title, "now": "An altogether different headline"}]
