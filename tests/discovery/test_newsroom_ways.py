"""The ways of the newsroom's sites, each of another kind, together show every article."""

import urllib.request
from pathlib import Path

from archive.addresses import url_key
from archive.article import Entry
from crawler.discovery.reading import read_way
from crawler.newsroom import Newsroom
from seeds.sources import Source, Way, load_sources


def read_all(source: Source) -> list[Entry]:
    """What the ways of *source* show, followed to their ends."""
    entries: list[Entry] = []
    ways: list[tuple[Way, str]] = list(source.ways)
    for kind, url in ways:
        with urllib.request.urlopen(url) as answer:
            body, content_type = answer.read(), answer.headers["Content-Type"]
        reading = read_way(kind, url, body, url, content_type, source)
        entries += [entry for entry in reading.entries if source.is_article(entry.url)]
        ways += [(kind, further.url) for further in reading.further if (kind, further.url) not in ways]
    return entries


def test_every_article_is_shown_once_with_its_title_and_its_instant(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "newsroom.toml").write_text(newsroom.sources_toml(delay=0), encoding="utf-8")
    sources = load_sources(tmp_path)
    shown = [entry for source in sources.values() for entry in read_all(source)]
    written = {url_key(article.url): article for article in newsroom.articles()}

    assert sorted(url_key(entry.url) for entry in shown) == sorted(written)
    assert [entry.title for entry in shown] == [written[url_key(entry.url)].title for entry in shown]
    dated = [entry for entry in shown if entry.published]
    assert len(dated) > len(shown) / 2
    assert [entry.published for entry in dated] == [written[url_key(entry.url)].published for entry in dated]
    assert {kind for source in sources.values() for kind, _ in source.ways} == {"feed", "sitemap", "listing"}
