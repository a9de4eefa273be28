"""What the newsroom publishes: the articles themselves, their pages, the ways that lead to them, and edits."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

import feedparser
import pytest
from lxml import etree, html

from crawler.newsroom import Expected, Newsroom
from crawler.newsroom.pieces import ARTICLES, parse_body, read_pieces
from crawler.newsroom.styles import STYLES
from seeds.definitions import DefinitionError
from seeds.sources import load_sources

NIGHT = datetime(2026, 11, 3, 21, 30, 5, tzinfo=UTC)  # past midnight in Baghdad: the local day is another one
TOPICS = {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports", "oil_energy"}
FILES = sorted(ARTICLES.glob("*/*.md"))


@dataclass
class Clock:
    """Shows what the test says."""

    now: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(clock: Clock) -> Iterator[Newsroom]:
    with Newsroom(clock=clock) as room:
        yield room


def get(url: str) -> bytes:
    with urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def page(url: str) -> html.HtmlElement:
    return html.document_fromstring(get(url).decode())


def squeezed(text: str) -> str:
    return " ".join(text.split())


# --- the files


def test_there_are_enough_articles_in_four_languages_and_a_third_concern_the_topics(room: Newsroom) -> None:
    articles = room.articles()
    assert 60 <= len(articles) <= 90
    assert sum(bool(article.topics) for article in articles) * 3 >= len(articles)
    assert min(Counter(article.language for article in articles).values()) >= 12
    assert {article.language for article in articles} == {"en", "ar", "ckb", "kmr"}


@pytest.mark.parametrize("language", ["en", "ar", "ckb", "kmr"])
def test_every_language_has_every_topic_and_traps(room: Newsroom, language: str) -> None:
    articles = [article for article in room.articles() if article.language == language]
    assert {topic for article in articles for topic in article.topics} == TOPICS
    assert sum(bool(article.trap) for article in articles) >= 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_article_is_long_enough_to_be_one(path: Path) -> None:
    body = parse_body(path.read_text(encoding="utf-8").split("\n+++\n", 1)[1])
    assert sum(not line.subhead for line in body) >= 3
    assert not body[0].subhead
    assert not body[-1].subhead
    assert all(line.text == line.text.strip() and "\n" not in line.text for line in body)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_no_native_speaker_has_read_says_so(path: Path) -> None:
    head = tomllib.loads(path.read_text(encoding="utf-8").split("+++\n")[1])
    language = head.get("language", STYLES[path.parent.name].language)
    assert language == "en" or "read_by_native" in head


def test_copies_come_some_minutes_later_and_share_most_of_the_text(room: Newsroom) -> None:
    articles = {f"{article.site}/{article.name}": article for article in room.articles()}
    copies = [article for article in articles.values() if article.copy_of]
    assert len(copies) >= 5
    for copy in copies:
        original = articles[copy.copy_of or ""]
        assert timedelta(minutes=5) < copy.published - original.published < timedelta(hours=2)
        assert copy.title != original.title
        assert copy.text != original.text
        assert copy.topics == original.topics
        assert len(set(copy.text.split()) & set(original.text.split())) > 0.7 * len(set(copy.text.split()))


def test_a_wrong_key_in_an_article_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kani").mkdir()
    (tmp_path / "kani/x.md").write_text('+++\ntitle = "T"\nsection = "s"\nage = "1h"\nauthor = "A"\n+++\nText.\n')
    monkeypatch.setattr("crawler.newsroom.pieces.ARTICLES", tmp_path)
    with pytest.raises(DefinitionError, match="author"):
        read_pieces(STYLES["kani"], NIGHT)


# --- sources and ways


def test_the_sources_file_can_be_loaded_and_recognises_every_article(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "newsroom.toml").write_text(room.sources_toml(), encoding="utf-8")
    sources = load_sources(tmp_path)
    assert list(sources) == list(room.sites)
    assert {kind for source in sources.values() for kind, _ in source.ways} == {"feed", "sitemap", "listing"}
    for article in room.articles():
        assert sources[article.site].is_article(article.url), article.url
        assert not sources[article.site].is_article(room.sites[article.site].url + "/latest")
    assert all(source.private and source.hosts == {"127.0.0.1"} for source in sources.values())


@pytest.mark.parametrize("site", ["rafidain", "sidra", "baran"])
def test_a_feed_lists_all_articles_newest_first(room: Newsroom, site: str) -> None:
    feed = feedparser.parse(get(room.sites[site].way))
    assert not feed.bozo
    expected = [article for article in room.articles() if article.site == site]
    assert [entry.link for entry in feed.entries] == [article.url for article in expected]
    assert [entry.title for entry in feed.entries] == [article.title for article in expected]
    stamps = [datetime(*entry.published_parsed[:6], tzinfo=UTC) for entry in feed.entries]
    assert stamps == [article.published for article in expected]
    assert stamps == sorted(stamps, reverse=True)


def test_one_feed_declares_a_wrong_language_and_holds_whole_pages(room: Newsroom) -> None:
    body = get(room.sites["rafidain"].way).decode()
    assert "<language>ar</language>" in body
    assert body.count("<description><![CDATA[<?xml") == len(room.sites["rafidain"].pieces())
    assert "<h2>A truce without a signature</h2>" in body


def test_the_news_sitemap_lists_all_articles(room: Newsroom) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
    root = etree.fromstring(get(room.sites["kani"].way))
    expected = [article for article in room.articles() if article.site == "kani"]
    assert root.xpath("//s:loc/text()", namespaces=names) == [article.url for article in expected]
    assert root.xpath("//n:title/text()", namespaces=names) == [article.title for article in expected]
    assert root.xpath("//n:publication_date/text()", namespaces=names) == [
        article.published.isoformat() for article in expected
    ]


def test_the_listing_leads_to_all_articles_over_its_pages(room: Newsroom) -> None:
    url, links, pages = room.sites["meridian"].way, [], 0
    while url:
        tree, pages = page(url), pages + 1
        links += tree.xpath("//main//article/a/@href")
        url = next((urljoin(url, link) for link in tree.xpath("//a[@rel='next']/@href")), "")
    assert pages == 2
    assert links == [article.url for article in room.articles() if article.site == "meridian"]


def test_every_link_of_a_page_leads_somewhere(room: Newsroom) -> None:
    for site in room.sites.values():
        url = site.address(site.pieces()[0])
        links = {urljoin(url, link) for link in page(url).xpath("//a/@href") if not link.startswith("#")}
        assert len(links) > 10
        for link in links:
            assert get(link), link


# --- the pages


def test_every_page_holds_its_article_and_says_its_language(room: Newsroom) -> None:
    for article in room.articles():
        tree = page(article.url)
        assert tree.get("lang") == article.language
        assert tree.get("dir") == ("rtl" if article.language in ("ar", "ckb") else "ltr")
        assert [squeezed(h1.text_content()) for h1 in tree.iter("h1")] == [article.title]
        assert article.title in tree.findtext(".//title")
        assert tree.xpath("//link[@rel='canonical']/@href") == [article.url]
        assert tree.xpath("//meta[@property='og:title']/@content") == [article.title]
        text = squeezed(tree.text_content())
        assert all(line in text for line in article.text.split("\n")), article.url
        assert article.dateline is None or article.dateline in text
        assert not article.authors or any(
            ", ".join(article.authors) in text or author in text for author in article.authors
        )


def test_the_dateline_stands_before_the_first_sentence_only(room: Newsroom) -> None:
    article = room.expected("rafidain", "hamrin-arms-cache")
    paragraphs = [squeezed(p.text_content()) for p in page(article.url).xpath("//div[@class='article-body']//p")]
    assert paragraphs[0].startswith("Rafidain Wire/ Iraqi soldiers found")
    assert not any("Rafidain Wire/" in paragraph for paragraph in paragraphs[1:])


def news_metadata(url: str) -> dict[str, object] | None:
    """The NewsArticle of the page's JSON-LD."""
    for text in page(url).xpath("//script[@type='application/ld+json']/text()"):
        data = json.loads(text)
        for thing in data.get("@graph", [data]):
            if thing["@type"] == "NewsArticle":
                return dict(thing)
    return None


def test_json_ld_tells_the_instant_with_its_zone(room: Newsroom) -> None:
    found = {article.site: news_metadata(article.url) for article in room.articles()}
    assert {site for site, data in found.items() if data} == {"rafidain", "sidra", "kani"}
    for article in room.articles():
        data = news_metadata(article.url)
        if data:
            assert data["headline"] == article.title
            assert str(data["datePublished"]).endswith("+03:00")
            assert datetime.fromisoformat(str(data["datePublished"])) == article.published


def test_microdata_tells_the_instant_where_there_is_no_json_ld(room: Newsroom) -> None:
    article = room.expected("meridian", "wheat-tender")
    (stamp,) = page(article.url).xpath("//*[@itemprop='datePublished']/@datetime")
    assert datetime.fromisoformat(stamp) == article.published
    assert stamp.endswith("+02:00")  # Beirut in winter


@pytest.mark.parametrize(
    ("site", "name", "shown"),
    [
        ("rafidain", "hamrin-arms-cache", "2026-11-04 00:08"),
        ("sidra", "wadi-hawran", "4 تشرين الثاني 2026، 12:04 ص"),
        ("baran", "daesh-garmian", "سێشەممە 3ـی تشرینی دووەمی 2026 - 23:52"),
        ("kani", "dais-heseke", "4 Mijdar 2026, 00:01"),
        ("meridian", "hamrin-cache", "Nov 3, 2026 11:21 PM"),
    ],
)
def test_the_visible_time_is_the_sites_own(room: Newsroom, site: str, name: str, shown: str) -> None:
    assert shown in squeezed(page(room.expected(site, name).url).text_content())


def test_the_sorani_site_tells_its_date_to_readers_only(room: Newsroom) -> None:
    source = get(room.expected("baran", "hanar-halabja").url).decode()
    assert "datePublished" not in source
    assert "<time datetime" not in source
    assert "article:published_time" not in source


@pytest.mark.parametrize("site", list(STYLES))
def test_whatever_an_editor_types_is_escaped(room: Newsroom, site: str) -> None:
    nasty = "</title></script><script>alert(1)</script> & \"quoted\" 'text' $money ]]>"
    article = room.publish(
        site, "nasty", slug="99-nasty", title=nasty, body=f"One {nasty}.\n\n## Sub {nasty}\n\nTwo.", section="x"
    )
    tree = page(article.url)
    assert squeezed(next(tree.iter("h1")).text_content()) == nasty
    assert not [script for script in tree.iter("script") if script.get("type") != "application/ld+json"]
    assert all(json.loads(text) for text in tree.xpath("//script/text()"))
    listed = get(room.sites[site].way).decode()
    assert "<script>alert" not in listed.replace("<![CDATA[", "")


# --- changes


def changed(before: Expected, after: Expected) -> set[str]:
    return {name for name in Expected.__slots__ if getattr(before, name) != getattr(after, name)}


@pytest.mark.parametrize("site", ["sidra", "baran"])
def test_an_edit_shows_in_the_feed_and_on_the_page(room: Newsroom, clock: Clock, site: str) -> None:
    before = next(article for article in room.articles() if article.site == site)
    old, clock.now = before.text.split()[0], NIGHT + timedelta(hours=1)
    after = room.edit(site, before.name, swap={old: "XYZ"})
    assert changed(before, after) == {"text", "modified"}
    assert "XYZ" in squeezed(page(after.url).text_content())
    (entry,) = (entry for entry in feedparser.parse(get(room.sites[site].way)).entries if entry.link == after.url)
    assert datetime(*entry.updated_parsed[:6], tzinfo=UTC) == clock.now
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == before.published


def test_an_edit_shows_in_the_sitemap(room: Newsroom, clock: Clock) -> None:
    clock.now += timedelta(hours=1)
    room.edit("kani", "hingiv", title="Sernivîseke nû")
    assert f"<lastmod>{clock.now.isoformat()}</lastmod>" in get(room.sites["kani"].way).decode()


def test_an_edit_shows_in_the_description_of_the_feed_that_has_no_dates_of_change(room: Newsroom) -> None:
    before = get(room.sites["rafidain"].way)
    room.edit("rafidain", "river-bus", swap={"four boats": "five boats"})
    assert b"five boats" in get(room.sites["rafidain"].way)
    assert b"five boats" not in before


def test_an_edit_of_what_is_not_there_is_an_error(room: Newsroom) -> None:
    with pytest.raises(KeyError):
        room.edit("rafidain", "no-such-story", title="x")
    with pytest.raises(ValueError, match="does not say"):
        room.edit("rafidain", "river-bus", swap={"submarine": "boat"})


def test_a_new_article_comes_first(room: Newsroom, clock: Clock) -> None:
    clock.now += timedelta(minutes=1)
    article = room.publish("baran", "nwe", slug="412700", title="هەواڵی نوێ", body="یەک.\n\nدوو.\n\nسێ.")
    assert room.articles()[[a.site for a in room.articles()].index("baran")] == article
    assert feedparser.parse(get(room.sites["baran"].way)).entries[0].link == article.url
    assert page(article.url).findtext(".//h1") == "هەواڵی نوێ"


def test_a_removed_article_is_gone_from_everywhere_or_from_its_page_only(room: Newsroom) -> None:
    gone, ghost = room.expected("rafidain", "river-bus"), room.expected("rafidain", "date-harvest")
    room.remove("rafidain", "river-bus")
    room.remove("rafidain", "date-harvest", still_listed=True)
    feed = get(room.sites["rafidain"].way).decode()
    assert gone.url not in feed
    assert ghost.url in feed
    for article in (gone, ghost):
        with pytest.raises(OSError, match="404"):
            get(article.url)


def test_news_is_always_fresh(clock: Clock) -> None:
    for clock.now in (NIGHT, NIGHT + timedelta(days=400)):
        with Newsroom(clock=clock, sites=["meridian"]) as room:
            ages = [clock.now - article.published for article in room.articles()]
            assert timedelta(0) < min(ages) < timedelta(minutes=15)
            assert max(ages) < timedelta(days=3)
