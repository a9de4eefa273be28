"""A flash of one or two sentences is a story, whatever words stand in it and however its page is built."""

import json
from datetime import UTC, datetime

import pytest
from made_pages import SOURCE, page

from archive.article import Article
from pipelines.extraction.article import extract_article
from pipelines.extraction.unusable import Unusable


def read(body: str, *, title: str = "", head: str = "", language: str = "en") -> Article:
    html = f"<html lang='{language}'><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return extract_article(page(html, url="https://tigris.example/en/story"), SOURCE)


@pytest.mark.parametrize(
    ("language", "title", "story"),
    [
        ("en", "500 families leave the camp near Faw", "Five hundred families went home on Monday, the mayor said."),
        ("en", "Missing pilots of the port still not found", "Two harbour pilots are still missing, the port said."),
        ("en", "Service unavailable: ferries stop at Faw", "A power cut stopped the ferries of Faw, an official said."),
        ("en", "Access denied: inspectors turned back", "Inspectors were turned back at the gate of the port."),
        ("en", "Court ends the captcha", "The court ended the captcha on Monday. Banks asked for a year more."),
        ("en", "Judges rule on cookie consent", "Cookie consent must offer a plain way to refuse cookies, judges said."
               " Publishers fear for their ads."),
        ("en", "Drivers to register to get fuel", "Drivers have to register to get fuel cards from Sunday on."),
        ("ar", "500 عائلة تغادر المخيم", "غادرت خمسمئة عائلة المخيم القريب من الفاو اليوم الاثنين."),
        ("ar", "لم يتم العثور على ركاب العبارة", "قال مدير الميناء إن الغواصين لم يجدوا أحدا من ركاب العبارة."),
        ("ckb", "دوو کارمەندی بەندەر نەدۆزرایەوە", "بەڕێوەبەری بەندەر گوتی هێشتا دوو کارمەند بزرن."),
        ("kmr", "Du xebatkarên benderê nehatin dîtin", "Rêveberê benderê got ku du xebatkar hîn winda ne."),
        ("kmr", "404 malbat vegeriyan gundên xwe", "Çarsed û çar malbat roja Duşemê vegeriyan gundên xwe."),
    ],
)  # fmt: skip
def test_a_flash_is_no_error_page_and_no_wall_for_a_word_in_it(language: str, title: str, story: str) -> None:
    article = read(f"<h1>{title}</h1><p>{story}</p>", title=f"{title} - Tigris Post", language=language)

    assert (article.title, article.text) == (title, story)


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("Oops! That page can’t be found.", "It looks like nothing was found at this location."),
        ("Error 404 (Not Found)", "That is all we know."),
        ("Sorry, the article you requested has been removed", "Please go to our front page."),
        ("403 Forbidden", "nginx"),
        ("خطأ 404", "عذرا، الرابط الذي طلبته لم يعد يعمل."),
        ("عفواً، لا يمكن العثور على هذه الصفحة", "ربما تجرب البحث في الموقع؟"),
        ("ببورە، بابەتەکە نەدۆزرایەوە", "تکایە بگەڕێوە بۆ پەڕەی سەرەکی."),
        ("Bibore, ev rûpel nehat dîtin", "Ji kerema xwe vegere rûpela sereke."),
    ],
)
def test_a_heading_that_says_nothing_but_an_error_is_one(title: str, notice: str) -> None:
    with pytest.raises(Unusable) as refusal:
        read(f"<h1>{title}</h1><p>{notice}</p>", title=f"{title} | Tigris Post")

    assert refusal.value.name == "error page"


def test_a_heading_like_an_error_is_believed_where_the_page_declares_its_story() -> None:
    headline = "Page not found"
    node = json.dumps({"@type": "NewsArticle", "headline": headline, "datePublished": "2026-11-20T08:00:00Z"})
    story = "A leaf of the oldest chronicle of Faw was not found in its box, the library said on Friday."

    article = read(
        f"<h1>{headline}</h1><p>{story}</p>",
        title=headline,
        head=f"<script type='application/ld+json'>{node}</script>",
    )

    assert article.text == story


CONSENT = (
    "<div id='cookie-consent'><p>We use cookies and similar technologies to store information on your device, such as"
    " cookies, and to show personalised ads. You may change your consent at any time in the cookie settings.</p>"
    "<button>Accept</button></div>"
)


@pytest.mark.parametrize("place", ["before", "behind"])
def test_a_box_that_asks_for_consent_is_neither_a_wall_nor_text(place: str) -> None:
    story = "<h1>Third dredger reaches Faw</h1><p>A third dredger has reached the port of Faw, its master said.</p>"

    article = read(CONSENT + story if place == "before" else story + CONSENT, title="Third dredger reaches Faw")

    assert article.text == "A third dredger has reached the port of Faw, its master said."


def test_a_page_that_is_nothing_but_such_a_box_is_a_wall() -> None:
    with pytest.raises(Unusable) as refusal:
        read(CONSENT)

    assert refusal.value.name == "cookie wall"


def test_what_is_called_after_consent_but_holds_the_story_stays() -> None:
    story = "<h1>Judges rule on consent</h1><p>Cookies need the consent of their reader, the judges ruled.</p>"

    assert read(f"<div class='cookie-bar-shown'>{story}</div>", title="Judges rule on consent").text.startswith("Cook")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "A third dredger has reached Faw, its master said.", "Two more are on their way from the Gulf."),
        ("ar", "وصلت حفارة ثالثة إلى الفاو، بحسب مدير الميناء.", "وهناك حفارتان أخريان في الطريق من الخليج."),
        ("ckb", "سێیەم کەشتی گەیشتە بەندەری فاو، بەڕێوەبەر گوتی.", "دووی دیکەش لە ڕێگەن و لە کەنداوەوە دێن."),
        ("kmr", "Keştiya sêyem gihîşt bendera Fawê, rêveber got.", "Du keştiyên din jî ji Kendavê tên."),
    ],
)
@pytest.mark.parametrize("name", ["card-body", "latest-news-details", "widget-content", "slider-item"])
def test_a_short_story_in_breaks_is_read_whatever_its_holder_is_called(
    language: str, first: str, second: str, name: str
) -> None:
    body = f"<h1>Dredger</h1><div class='{name}'>{first}<br><br>{second}</div>"

    assert read(body, title="Dredger", language=language).text == f"{first}\n{second}"


CARDS = "".join(
    f"<div class='it'><a href='/{place}'><h4>Ferry {place} of the old pier is painted anew</h4></a>"
    f"<time>2026-11-1{place}</time><p>The paint of ferry {place} came from the yard on Sunday, and its master hopes to"
    " sail before the feast.</p></div>"
    for place in range(1, 5)
)
MENU = (
    "<ul>" + "".join(f"<li><a href='/{word}'>{word}</a></li>" for word in ("Home", "Iraq", "World", "Sport")) + "</ul>"
)


@pytest.mark.parametrize(
    ("language", "flash"),
    [
        ("en", "A third dredger has reached Faw, its master said."),
        ("ar", "وصلت حفارة ثالثة إلى الفاو، بحسب مدير الميناء."),
        ("ckb", "سێیەم کەشتی گەیشتە بەندەری فاو، بەڕێوەبەر گوتی."),
        ("kmr", "Keştiya sêyem gihîşt bendera Fawê, rêveber got."),
    ],
)
def test_a_flash_is_read_without_the_menu_above_it_and_the_teasers_below(language: str, flash: str) -> None:
    body = f"<div>{MENU}<h1>Dredger</h1><div class='txt'><p>{flash}</p></div></div><div>{CARDS}</div>"

    assert read(body, title="Dredger", language=language).text == flash


def test_a_list_of_things_each_with_a_linked_heading_stays_where_the_story_goes_on() -> None:
    more = "The master of the port will choose one of the four ferries before the feast, and sell the others."
    body = f"<h1>Ferries</h1><div class='txt'><p>Four ferries wait for paint.</p></div><div>{CARDS}</div><p>{more}</p>"

    found = read(body, title="Ferries").text

    assert "The paint of ferry 3 came from the yard" in found
    assert found.endswith(more)


def test_a_line_that_is_a_link_and_a_date_is_a_teaser() -> None:
    lines = "".join(
        f"<tr><td>2026/10/1{day} <a href='/{day}'>The ferry of pier {day} is late</a></td></tr>" for day in (1, 2)
    )
    story = "<tr><td>A third dredger has reached Faw, its master said.<br><br>Two more are on their way.</td></tr>"

    found = read(f"<table><tr><td><h1>Dredger</h1></td></tr>{story}{lines}</table>", title="Dredger").text

    assert found == "A third dredger has reached Faw, its master said.\nTwo more are on their way."


def test_a_footer_above_the_paragraphs_of_an_article_holds_its_byline() -> None:
    story = f"<p>{'A third dredger has reached the port of Faw, its master said. ' * 3}</p>"
    byline = (
        "<footer class='meta'>By <span class='author'>Nora Adel</span>"
        "<time datetime='2026-11-20T08:00Z'></time></footer>"
    )

    found = read(f"<h1>Dredger</h1><article>{byline}<div>{story}</div></article>", title="Dredger")

    assert (found.published, found.authors) == (datetime(2026, 11, 20, 8, tzinfo=UTC), ("Nora Adel",))
    assert found.text.startswith("A third dredger")


@pytest.mark.parametrize(
    "behind",
    ["<div class='bio'><p>Nora Adel writes on ports.</p></div>", "<form><div>Comments (0) Name Text</div></form>",
     "<div class='poll'>Should the bus station move out of town?<br>Yes<br>No</div>"],
)  # fmt: skip
def test_what_stands_behind_the_last_paragraph_in_another_kind_of_place_is_no_story(behind: str) -> None:
    story = "".join(
        f"<p>Crane {number} of the port stands still, and its driver waits for oil.</p>" for number in range(4)
    )
    quote = "<blockquote>Ports are patience and mud.</blockquote>"

    found = read(f"<h1>Cranes</h1><div class='txt'>{story}{quote}</div>{behind}", title="Cranes").text

    assert found.split("\n")[-1] == "Ports are patience and mud."
