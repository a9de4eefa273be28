"""The front page and the pages of topics over HTTP and in a browser: what they show, to whom, and that no text harms
them."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from atom_rules import faults_of_atom, faults_of_json_feed
from looking import Served, faults_of_access, overflow, serving, watched
from lxml import html
from newspaper_desk import NewspaperDesk

from archive.database import transaction
from archive.planning import plan_runs
from archive.web.pages.home import read_home
from archive.web.pages.topic_files import FEED_STORIES, read_front_feed, read_topic_feed

NOW = datetime.now(UTC).replace(microsecond=0)
WIRE = (
    "Security forces said on Monday that they had found a hideout of ISIS in the hills. {} The operation began at dawn "
    "and ended in the afternoon, a spokesman said, adding that several tunnels, two vehicles and a store of ammunition "
    "had been destroyed. Residents of nearby villages reported that roads were closed for hours and that helicopters "
    "circled above the river until the evening, when the checkpoints were opened again for traffic."
)
SECRET = "Nobody may read this line in public, though ISIS is named in it."
PAYLOAD = "window.harmed = true"
HOSTILE = (
    f'<script>{PAYLOAD}</script>"><img src=x onerror="{PAYLOAD}">{{{{ 7 * 7 }}}}]]></title>\u202e\u2066\x1b[31m\x00'
    f"&lt;b&gt; ISIS <svg onload={PAYLOAD}>"
)


def fill(desk: NewspaperDesk) -> None:
    """A morning's news, one story of which everybody has, and one article that nobody should trust."""
    at = NOW - timedelta(hours=3)
    for number, source in enumerate(("herald", "sabah", "rojname")):
        desk.keep(
            WIRE.format("It was the third."), at=at + timedelta(minutes=number), source=source, language="en",
            title="Hideout found", url=f"https://{source}.example/hideout",
        )  # fmt: skip
    text = f"Floods came. {'Nothing else is said here. ' * 40}\n{SECRET} {'More is not told. ' * 20}\nISIS had left."
    desk.keep(text, at=NOW - timedelta(hours=2), title="A long report", url="https://herald.example/long")
    desk.keep(
        "داعش في الصحراء. وقال المتحدث إن العملية انتهت.", at=NOW - timedelta(hours=1), source="sabah", title="عملية"
    )
    endless = (
        f"{'The river rose and ' * 15}ISIS {'and more was said of it ' * 7}Islamic State {'and on it went ' * 30}."
    )
    desk.keep(endless, at=NOW - timedelta(hours=5), title="Without an end", url="https://herald.example/endless")
    desk.keep("داعش لە دۆڵەکە بوو.", at=NOW - timedelta(days=2), source="hawal", title="هەواڵێک")
    desk.keep("Li gund lehî rabû.", at=NOW - timedelta(days=9), source="rojname", title="Lehî")
    desk.keep("Floods without a date.", at=None, seen=NOW - timedelta(minutes=50), title="Undated", source="herald")
    desk.keep(f"{HOSTILE} stays.", at=NOW - timedelta(minutes=30), title=HOSTILE, authors=(HOSTILE, "\ud800"))
    other = f"Rain fell on the dam while {HOSTILE} waited at another gate for hours, and nobody came."
    desk.keep(other, at=NOW - timedelta(minutes=29), title="ISIS " + "x" * 1_000_000)
    with transaction(desk.db):
        desk.db.execute(
            "UPDATE article_head SET url = ?, language = ? WHERE id IN (SELECT id FROM article_head ORDER BY id DESC "
            "LIMIT 1)", (f"javascript:{PAYLOAD}", f'"><script>{PAYLOAD}</script>')
        )  # fmt: skip
        plan_runs(desk.db, {"wire": NOW + timedelta(hours=7)})
    desk.keep(
        "Floods came to the upper valley. " + text, at=NOW - timedelta(hours=2), title="A longer report",
        url="https://herald.example/long", seen=NOW - timedelta(minutes=5),
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewspaperDesk]:
    """That desk."""
    made = NewspaperDesk(tmp_path_factory.mktemp("front") / "desk")
    fill(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def paper(desk: NewspaperDesk) -> Iterator[Served]:
    """It, served to its owner."""
    with serving(desk.root) as one:
        yield one


@pytest.fixture(scope="module")
def public(desk: NewspaperDesk) -> Iterator[Served]:
    """And to everybody."""
    with serving(desk.root, "--public") as one:
        yield one


def drawn(served: Served, path: str, language: str = "en") -> Any:
    """The page at *path*, as elements."""
    answer = served.get(path, headers={"cookie": f"khabar_interface={language}.light"})
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def words_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_the_front_page_leads_with_the_story_that_most_sources_have(paper: Served) -> None:
    page = drawn(paper, "/")
    [lead] = page.cssselect("article.lead")
    assert words_of(lead.cssselect(".headline")[0]) == "Hideout found"
    assert "also in 2 other sources" in words_of(lead)
    assert words_of(page).count("Hideout found") == 1


def test_each_story_stands_with_the_sentence_that_made_its_tag(paper: Served) -> None:
    page = drawn(paper, "/")
    [lead] = page.cssselect("article.lead blockquote")
    assert words_of(lead) == "Security forces said on Monday that they had found a hideout of ISIS in the hills."
    assert [words_of(mark) for mark in lead.cssselect("mark")] == ["ISIS"]
    assert len(page.cssselect("article blockquote")) == len(page.cssselect("article"))


def test_texts_run_in_their_own_direction(paper: Served) -> None:
    for language in ("en", "ar"):
        page = drawn(paper, "/", language)
        assert page.get("dir") == ("ltr" if language == "en" else "rtl")
        by_title = {words_of(one.cssselect(".headline")[0]): one for one in page.cssselect("article")}
        for title, tag, way in (("عملية", "ar", "rtl"), ("هەواڵێک", "ckb", "rtl"), ("Lehî", "kmr", "ltr")):
            for element in (by_title[title].cssselect(".headline")[0], by_title[title].cssselect("blockquote")[0]):
                assert (element.get("lang"), element.get("dir")) == (tag, way)


def test_the_front_page_tells_of_each_topic_today_and_usually(paper: Served) -> None:
    cards = {words_of(card.cssselect("h3 a")[0]): words_of(card) for card in drawn(paper, "/").cssselect(".topic-card")}
    assert "Islamic State" in cards
    assert "today" in cards["Floods"]
    canvas = drawn(paper, "/").cssselect(".topic-card canvas")[0]
    assert len(json.loads(canvas.get("data-labels"))) == len(json.loads(canvas.get("data-series"))[0]["values"]) == 30
    assert "in 30 days" in canvas.get("aria-label")


def test_topics_without_an_article_are_only_named(paper: Served) -> None:
    page = drawn(paper, "/")
    assert "Quiet" in words_of(page.cssselect(".quiet")[0])
    assert "Quiet" not in [words_of(title) for title in page.cssselect(".topic-card h3")]
    assert "Quiet" in [words_of(title) for title in drawn(paper, "/topics").cssselect(".topic-card h3")]


def test_the_front_page_tells_what_needs_somebody_and_when_the_next_crawl_is(paper: Served) -> None:
    page = words_of(drawn(paper, "/"))
    assert "the service does not run, and was not ended on purpose; job wire is due" in page
    assert "4 new" in page  # sources that nobody has asked
    assert "it does not run" in page
    assert "Next crawl none is planned" in page  # by a dead service: nobody will do it


def test_the_front_page_leads_to_saved_searches_and_late_edits(paper: Served) -> None:
    page = drawn(paper, "/")
    assert page.cssselect('a[href="/search?q=saved%3Afloods-now"]')
    [edit] = page.cssselect("#edits ~ ul li")
    assert "A longer report" in words_of(edit)
    assert "new headline" in words_of(edit)


def test_an_undated_article_says_so(paper: Served) -> None:
    [one] = [one for one in drawn(paper, "/").cssselect("article") if "Undated" in words_of(one)]
    assert re.search(r"no date; first seen \d+ (minutes|hours) ago", words_of(one))


def test_an_empty_desk_says_what_to_do_next(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    with serving(desk.root) as empty:
        assert "Nothing is archived yet" in words_of(drawn(empty, "/"))
        assert "khabar crawl" in words_of(drawn(empty, "/"))
        assert "0 today" in words_of(drawn(empty, "/topics"))
        assert "No article has this topic yet" in words_of(drawn(empty, "/topics/isis"))
        feed = empty.get("/feed.atom").content
        assert faults_of_atom(feed) == []
        assert faults_of_json_feed(empty.get("/topics/isis.json").content) == []
        (desk.root / "seeds/sources/papers.toml").unlink()
        assert "khabar sources add" in words_of(drawn(empty, "/"))
    desk.close()


def test_the_story_of_most_sources_leads_only_since_yesterday(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    for source in ("herald", "sabah"):
        desk.keep(WIRE.format("Long ago."), at=NOW - timedelta(days=5), source=source, language="en")
    found = read_home(desk.db, desk.asked(NOW))
    assert (found["lead"], len(found["days"]), len(found["days"][0].entries)) == (None, 1, 1)
    assert found["days"][0].entries[0].others in (("herald",), ("sabah",))
    desk.close()


def test_a_story_copied_a_thousand_times_is_one(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    desk.keep("Floods in the north.", at=NOW - timedelta(hours=9), title="Another")
    first = desk.keep(WIRE.format(""), at=NOW - timedelta(hours=8), title="Copied")
    with transaction(desk.db):
        columns = "source, title, language, published, first_seen, last_seen, pack, site"
        for number in range(1, 1_000):
            desk.db.execute(
                f"INSERT INTO article_head (id, url, story, {columns}) "
                f"SELECT id + :n, url || :n, story, {columns} FROM article_head WHERE id = :first",
                {"n": number, "first": first.article},
            )
            desk.db.execute("INSERT INTO article_text (id, text) VALUES (?, 'ISIS')", (first.article + number,))
            desk.db.execute(
                "INSERT INTO article_tags SELECT topic, ?, score, pack FROM article_tags WHERE article = ?",
                (first.article + number, first.article),
            )
        desk.db.execute("UPDATE stories SET articles = 1000 WHERE id = ?", (first.story,))
    found = read_home(desk.db, desk.asked(NOW))
    assert [entry.title for day in found["days"] for entry in day.entries] == ["Copied", "Another"]
    desk.close()


@pytest.mark.parametrize("path", ["/", "/topics/isis", "/topics", "/topics/isis?source=herald"])
def test_a_hostile_article_is_harmless_on_a_page(chromium: Any, paper: Served, path: str) -> None:
    answer = paper.get(path)
    assert len(answer.content) < 300_000
    assert path == "/topics" or answer.text.count("window.harmed") > 1
    for unsafe in ("<script>window", "<img src=x", "<svg onload", "\u202e", "\u2066", "\x1b", "javascript:window"):
        assert unsafe not in answer.text
    with watched(chromium, paper.address, viewport={"width": 360, "height": 900}) as seen:
        seen.page.goto(path, wait_until="networkidle")
        assert seen.page.evaluate("window.harmed") is None
        assert overflow(seen.page) == []
        assert faults_of_access(seen.page) == []
        assert seen.wrong == []


@pytest.mark.parametrize("path", ["/feed", "/topics/isis", "/topics/floods"])
def test_feeds_are_read_whole_with_a_hostile_article_in_them(paper: Served, path: str) -> None:
    answer = paper.get(f"{path}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert faults_of_atom(answer.content) == []
    read = feedparser.parse(answer.content)
    assert not read.bozo
    other = paper.get(f"{path}.json")
    assert other.headers["content-type"].startswith("application/feed+json")
    assert faults_of_json_feed(other.content) == []
    items = other.json()["items"]
    assert [entry.title for entry in read.entries] == [item["title"] for item in items]
    shown = drawn(paper, "/" if path == "/feed" else path).cssselect("article.entry")
    assert len(items) == len(shown) > 1
    for text in (answer.text, other.text):
        assert "<script>window" not in text.replace("\\", "") or text == other.text
        assert "\u202e" not in text
        assert "javascript:window" not in text


def test_a_feed_is_of_exactly_its_view(paper: Served) -> None:
    page = drawn(paper, "/topics/isis?language=ar")
    [link] = page.cssselect('link[type="application/atom+xml"]')
    assert link.get("href") == "/topics/isis.atom?language=ar"
    read = feedparser.parse(paper.get(link.get("href")).content)
    assert [entry.title for entry in read.entries] == ["عملية"] == [
        words_of(one) for one in page.cssselect("article .headline")
    ]  # fmt: skip
    assert {one.rel: one.href for one in read.feed.links}["self"] == paper.address + link.get("href")


def test_a_reader_that_has_a_feed_is_not_given_it_again(paper: Served) -> None:
    for path in ("/feed.atom", "/topics/isis.json"):
        first = paper.get(path)
        again = paper.get(path, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        weak = paper.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
        assert weak.status_code == 304
        assert paper.get(path, headers={"if-none-match": '"other"'}).status_code == 200
        assert first.headers["last-modified"].endswith(" GMT")


def test_a_feed_leads_back_to_whoever_serves_it_and_keeps_its_names(paper: Served) -> None:
    here = feedparser.parse(paper.get("/feed.atom").content)
    there = feedparser.parse(paper.get("/feed.atom", headers={"host": "localhost:1"}).content)
    assert here.entries[0].link.startswith(paper.address)
    assert there.entries[0].link.startswith("http://localhost:1/articles/")
    assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]


def test_a_story_that_came_late_is_in_the_feeds_all_the_same(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    for number in range(FEED_STORIES + 5):
        text = f"ISIS was at place {number}. " + " ".join(f"{word}{number}" for word in ("road", "hill", "river"))
        desk.keep(text, at=NOW - timedelta(hours=2, minutes=number), seen=NOW - timedelta(hours=30))
    for title, back, seen in (("Old and late", 20, 1), ("Old", 20, 20), ("Long ago", 200, 30), ("By day", 9, 0)):
        at = NOW - timedelta(hours=back)
        desk.keep(
            f"ISIS, {title}.", at=at, seen=NOW - timedelta(hours=seen), title=title, source="sabah", language="en"
        )
    desk.keep("No topic, late.", at=NOW - timedelta(hours=20), seen=NOW, title="Of nothing")
    with transaction(desk.db):
        desk.db.execute("INSERT INTO past_articles SELECT id, 0 FROM article_head WHERE title = 'Old'")
    for read, path in ((read_front_feed, {}), (read_topic_feed, {"topic": "isis"})):
        feed = feedparser.parse(read(desk.db, desk.asked(NOW, path={**path, "form": "atom"})).body)
        titles = [entry.title for entry in feed.entries]
        assert titles[FEED_STORIES:] == ["By day", "Old and late"]
        assert len({entry.id for entry in feed.entries}) == len(titles)
    narrow = read_topic_feed(desk.db, desk.asked(NOW, path={"topic": "isis", "form": "json"}, source="herald"))
    assert len(json.loads(narrow.body)["items"]) == FEED_STORIES
    desk.close()


def test_programs_read_feeds_with_a_token(desk: NewspaperDesk) -> None:
    with serving(desk.root, KHABAR_WEB_TOKEN="a-token-of-the-test") as closed:
        assert closed.get("/feed.atom").status_code == 401
        told = closed.get("/feed.atom", headers={"authorization": "Bearer a-token-of-the-test"})
        assert faults_of_atom(told.content) == []


def test_in_public_there_is_one_sentence_of_each_article_and_nothing_of_the_desk(public: Served, paper: Served) -> None:
    assert "Nobody may read this line" in paper.get("/topics/isis").text
    for path in ("/", "/topics", "/topics/isis", "/topics/floods", "/feed.atom", "/feed.json", "/topics/isis.atom"):
        text = public.get(path).text
        assert "Nothing else is said here. Nothing else is said here." not in text or path == "/topics/floods"
        for kept in (
            "Needs attention",
            "the service does not run",
            "What is looked for",
            "Lately edited",
            "khabar run",
        ):
            assert kept not in text
    page = drawn(public, "/topics/isis")
    for article in page.cssselect("article"):
        assert len(article.cssselect("blockquote, .snippet")) == 1
        assert len(words_of(article.cssselect("blockquote, .snippet")[0])) <= 240
    shown, all_of_it = (
        [item["content_html"].count("<p") for item in one.get("/topics/isis.json").json()["items"]]
        for one in (public, paper)
    )
    assert (max(shown), max(all_of_it) > 1) == (1, True)
    assert public.get("/topics/isis.csv").status_code == 200


@pytest.mark.parametrize("language", ["ar", "ckb"])
@pytest.mark.parametrize("path", ["/", "/topics", "/topics/isis", "/topics/isis?day={today}&language=ckb"])
def test_no_english_is_left_on_a_translated_page(paper: Served, path: str, language: str) -> None:
    page = drawn(paper, path.format(today=NOW.date()), language)
    for element in page.cssselect(
        'article, [lang="en"], code, script, style, bdi, .csv, .feeds, .topic, select, kbd, .source'
    ):
        if element.getparent() is not None:
            element.drop_tree()
    text = words_of(page.cssselect("main")[0])
    left = [word for word in text.split() if word.isascii() and word.isalpha() and len(word) > 2]
    assert [word for word in left if word not in ("khabar", "status", "UTC", "Islamic", "State")] == []


def test_what_stands_in_other_words_is_in_the_language_of_the_page(paper: Served) -> None:
    chart = drawn(paper, "/topics/isis", "ar").cssselect("#by-time canvas")[0]
    assert "أكثرها في" in chart.get("aria-label")
    assert "مقال" in chart.get("aria-label")
    chart = drawn(paper, "/topics/isis", "ckb").cssselect("#by-time canvas")[0]
    assert "زۆرترینیان لە" in chart.get("aria-label")


def test_a_day_of_the_chart_leads_to_its_hours(chromium: Any, paper: Served) -> None:
    with watched(chromium, paper.address, viewport={"width": 1280, "height": 900}) as seen:
        seen.page.goto("/topics/isis?days=7", wait_until="networkidle")
        box = seen.page.locator("#by-time canvas").bounding_box()
        seen.page.mouse.click(box["x"] + box["width"] - 60, box["y"] + box["height"] - 60)  # the column of today
        seen.page.wait_for_url("**/topics/isis?day=*")
        assert seen.page.locator("#by-time canvas").count() == 1
        assert seen.page.locator("h2#volume").inner_text().endswith("by the hour")
        seen.page.get_by_role("link", name="all days").click()
        seen.page.wait_for_url("**/topics/isis")
        assert seen.wrong == []


def test_sources_and_languages_are_chosen_by_a_form(chromium: Any, paper: Served) -> None:
    with watched(chromium, paper.address) as seen:
        seen.page.goto("/topics/isis")
        seen.page.get_by_label("Language", exact=True).select_option("ar")
        seen.page.get_by_role("button", name="Show", exact=True).click()
        seen.page.wait_for_url("**/topics/isis?source=&language=ar")
        assert seen.page.locator("main article .headline").all_inner_texts() == ["عملية"]
        assert seen.page.locator(".chip").count() == 1


def test_a_topic_that_there_is_not_is_told_in_the_language_of_the_page(paper: Served) -> None:
    answer = paper.get("/topics/isiss", headers={"cookie": "khabar_interface=ar."})
    assert answer.status_code == 404
    assert "لا يوجد موضوع باسم" in answer.text
    assert "isis" in answer.text
    assert paper.get("/topics/isiss.atom").status_code == 404
    assert paper.get("/topics/isis.csv?chart=none").status_code == 400
    assert paper.get("/topics/isis?day=x").status_code == 400
