"""Each field by itself: how it is chosen, what overrides it, and what is cleaned off it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from made_pages import BODY, SOURCE, page

from archive.article import Article, Entry
from pipelines.extraction.article import explain_article, extract_article
from pipelines.extraction.language import find_language
from pipelines.extraction.names import names_in
from pipelines.extraction.plain import clean_field
from seeds.definitions import BadValue
from seeds.selectors import Selectors
from seeds.sources import Source


def article(head: str, above: str = "", *, source: Source = SOURCE, **fields: Any) -> Article:
    html = f"<html lang='en'><head>{head}</head><body>{above}<div class='content'>{BODY}</div></body></html>"
    return extract_article(page(html, **fields), source)


def ld(**node: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **node})}</script>'


def og(**values: str) -> str:
    return "".join(f'<meta property="og:{name}" content="{value}">' for name, value in values.items())


@pytest.mark.parametrize(
    ("head", "above", "title"),
    [
        ("<title>Cranes stand still | Iraq | Tigris Post</title>", "<h1>Cranes stand still</h1>", "Cranes stand still"),
        ("<title>Tigris Post - Cranes stand still</title>", "", "Cranes stand still"),
        ("<title>Cranes stand still - The Voice of the South</title>", "", "Cranes stand still"),
        (og(title="Cranes stand still | tigris.example"), "<h1>Tigris Post</h1>", "Cranes stand still"),
        (og(title="Cranes stand still"), "<h1>Log in</h1><h1>Cranes stand still</h1>", "Cranes stand still"),
        (og(title="Cranes stand still"), "<h1>0 Comments</h1>", "Cranes stand still"),
        (og(title="Cranes stand still"), "<h1>Basra: Cranes stand still</h1>", "Cranes stand still"),
        (og(title="Driver says "), "<h1>Driver says \"no crane, no coffee\"</h1>", 'Driver says "no crane, no coffee"'),
        (ld(headline="Cranes &amp; rust stand still"), "<h1>Cranes &amp; rust stand still</h1>",
         "Cranes & rust stand still"),
        (ld(headline="Cranes: a long wait") + og(title="10 facts on cranes"), "<h1>Cranes: a long wait</h1>",
         "Cranes: a long wait"),
        ("<title>مرافئ - الرافعات متوقفة</title>" + og(site_name="مرافئ"), "<h1>الرافعات متوقفة</h1>",
         "الرافعات متوقفة"),
    ],
)  # fmt: skip
def test_the_title_is_what_most_of_the_page_agrees_on_without_the_site(head: str, above: str, title: str) -> None:
    assert article(head, above).title == title


def test_the_visible_headline_is_kept_where_it_differs_from_the_title() -> None:
    found = article(ld(headline="Cranes of the port stand still"), "<h1>Port: why all the cranes stand still</h1>")

    assert (found.title, found.headline) == ("Cranes of the port stand still", "Port: why all the cranes stand still")
    assert article("", "<h1>Cranes stand still</h1>").headline is None


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Nora Adel", ["Nora Adel"]),
        ("Nora Adel, Sami Aziz and Rana Yusif", ["Nora Adel", "Sami Aziz", "Rana Yusif"]),
        ("Nora Adel, Chief Political Correspondent", ["Nora Adel"]),
        ("By Nora Adel | Updated 3 May 2025", ["Nora Adel"]),
        ("Nora Adel (noa)", ["Nora Adel"]),
        ("Written by: Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("Von Anna Groß und Piet Klein", ["Anna Groß", "Piet Klein"]),
        ("كتب: سعد كريم، هدى ناصر", ["سعد كريم", "هدى ناصر"]),
        ("بقلم سعد كريم", ["سعد كريم"]),
        ("نووسینی: هێمن کەریم", ["هێمن کەریم"]),
        ("Nivîskar: Berfîn Çiya û Azad Demir", ["Berfîn Çiya", "Azad Demir"]),
        ("نویسنده: سارا رضایی", ["سارا رضایی"]),
        ("AFP", ["AFP"]),
        ("https://facebook.com/nora.adel", []),
        ("nora.adel@tigris.example", []),
        ("Trudi Latour", ["Trudi Latour"]),
        ("Kartika Heryadi", ["Kartika Heryadi"]),
    ],
)
def test_names_are_taken_out_of_a_byline(byline: str, names: list[str]) -> None:
    assert names_in(byline) == names


def test_authors_come_from_metadata_before_bylines_and_are_never_the_publisher() -> None:
    publisher = {"@type": "Organization", "name": "Tigris Post"}
    byline = '<div class="byline">By <a href="/a">Sami Aziz</a><span class="role">Port Reporter</span></div>'

    assert article(ld(author={"name": "Nora Adel"}), byline).authors == ("Nora Adel",)
    assert article(ld(author=publisher, publisher=publisher), byline).authors == ("Sami Aziz",)
    assert article('<meta name="author" content="Tigris Post">').authors == ()
    assert article("", f'<div class="comments">{byline}</div>').authors == ()
    assert article("<meta property='article:author' content='https://facebook.com/tigris'>", byline).authors == (
        "Sami Aziz",
    )


def test_a_day_gives_way_to_a_finer_witness_of_the_same_day_only() -> None:
    stamp = '<h1>Cranes</h1><time datetime="{}">today</time>'

    finer = article(ld(datePublished="2025-01-23"), stamp.format("2025-01-23T21:04:00+03:00"))
    other = article(ld(datePublished="2025-01-23"), stamp.format("2025-01-25T21:04:00+03:00"))

    assert (finer.published_precision, finer.published_raw) == ("second", "2025-01-23T21:04:00+03:00")
    assert (other.published_precision, other.published_raw) == ("day", "2025-01-23")


@pytest.mark.parametrize(
    "above",
    [
        '<div class="date">Monday, 23 November 2026</div><h1>Cranes</h1>',
        '<div id="today">23/11/2026 20:59</div><h1>Cranes</h1>',
        '<h1>Cranes</h1><a href="/x"><span class="date">21 November 2026</span> The ferry pier opens, mayor says</a>',
        '<h1>Cranes</h1><div class="related"><time>2026-11-20T10:00</time></div>',
        "<h1>Cranes</h1><p>now</p>",
    ],
)
def test_the_present_day_and_the_dates_of_teasers_are_not_the_articles(above: str) -> None:
    assert article("", above).published is None


def test_a_date_in_the_address_is_the_last_witness() -> None:
    url = "https://tigris.example/2025/01/23/cranes"

    assert article("", url=url).published_raw == "2025-01-23"
    assert article("", "<h1>Cranes</h1><p>25/01/2025</p>", url=url).published_raw == "25/01/2025"


def test_the_feeds_hints_are_taken_only_where_the_page_tells_nothing() -> None:
    hints = Entry(
        url="https://tigris.example/en/iraq/cranes", title="Feed title", author="Feed Writer", language="ar",
        published=datetime(2025, 1, 23, 18, 4, tzinfo=UTC),
    )  # fmt: skip

    silent = article("", entry=hints)
    telling = article(
        ld(headline="Cranes stand still", author={"name": "Nora Adel"}, datePublished="2025-01-20T10:00:00+03:00"),
        entry=hints,
    )

    assert (silent.title, silent.authors, silent.published) == ("Feed title", ("Feed Writer",), hints.published)
    assert (telling.title, telling.authors) == ("Cranes stand still", ("Nora Adel",))
    assert telling.published == datetime(2025, 1, 20, 10, tzinfo=timezone(timedelta(hours=3)))
    assert telling.language == "en"


def test_selectors_of_the_source_override_what_would_be_found() -> None:
    selectors = Selectors(
        title=".real", body=".story", authors=".who", published=".when", remove=".ad, .story .box"
    )  # fmt: skip
    source = Source(id="test", name="Tigris Post", timezone="Asia/Baghdad", selectors=selectors)
    above = """<h1>Wrong</h1><b class="real">Right</b><i class="who">By Nora Adel</i>
        <u class="when">23/01/2025 21:04</u><div class="story"><p>First line of the story.</p><p class="box">Box.</p>
        <p class="ad">Buy!</p><p>Second line.</p></div>"""

    found = article(og(title="Wrong"), above, source=source)

    assert (found.title, found.authors, found.text) == (
        "Right",
        ("Nora Adel",),
        "First line of the story.\nSecond line.",
    )
    assert (found.published_raw, found.published_zone) == ("23/01/2025 21:04", "Asia/Baghdad")


def test_a_selector_that_matches_nothing_changes_nothing_and_a_wrong_one_is_named() -> None:
    nothing = Source(id="test", name="Tigris Post", selectors=Selectors(title=".no", body=".no", authors=".no"))

    assert article("", "<h1>Cranes</h1>", source=nothing).title == "Cranes"
    with pytest.raises(BadValue, match=r"selectors\.title: is not a CSS selector"):
        Source(id="test", name="Tigris Post", selectors=Selectors(title="h1["))


@pytest.mark.parametrize(
    ("declared", "canonical"),
    [
        ("/en/iraq/cranes-2", "https://tigris.example/en/iraq/cranes-2"),
        ("https://www.tigris.example/en/iraq/cranes-2?utm_source=x", "https://www.tigris.example/en/iraq/cranes-2"),
        ("https://tigris.example/", None),
        ("https://elsewhere.example/en/iraq/cranes", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_host_only(declared: str, canonical: str | None) -> None:
    assert article(f'<link rel="canonical" href="{declared}">').canonical == canonical


def test_addresses_lose_their_tracking_and_a_redirect_is_remembered() -> None:
    found = article("", url="https://tigris.example/en/2?utm_medium=rss&id=7", requested="https://tigris.example/go/7")
    same = article("", url="https://tigris.example/en/2", requested="https://www.tigris.example/en/2/")

    assert (found.url, found.requested) == ("https://tigris.example/en/2?id=7", "https://tigris.example/go/7")
    assert same.requested is None


def test_of_sections_that_are_joined_with_commas_the_first_is_taken() -> None:
    assert article(ld(articleSection="Economy,Iraq")).section == "Economy"
    assert article(ld(articleSection="Arts, Culture")).section == "Arts, Culture"


def test_image_section_and_keywords_are_as_the_page_declares_them() -> None:
    head = og(image="/a b.jpg") + ld(articleSection="Economy", keywords=["Faw", "ports"])
    head += '<meta name="keywords" content="Basra، Faw, cranes">'

    found = article(head)

    assert (found.image, found.section) == ("https://tigris.example/a%20b.jpg", "Economy")
    assert found.keywords == ("Basra", "Faw", "cranes", "ports")
    assert article(og(image="data:image/png;base64,AAAA")).image is None


LANGUAGES = [
    ("en", "The minister said on Thursday that the cranes of the port would be repaired within a week.", ["ar"], "ar"),
    ("en", "The minister said on Thursday that the cranes of the port would be repaired.", [], None),
    ("ar", "قال الوزير إن الرافعات في الميناء سوف تصلح خلال أسبوع من الآن.", ["en"], "en"),
    ("fa", "وزیر گفت که جرثقیل‌های بندر را در یک هفته تعمیر می‌کنند و این کار برای بندر است.", ["ar"], None),
    ("ckb", "وەزیر گوتی کە کرێنەکانی بەندەر لە ماوەی هەفتەیەکدا چاک دەکرێنەوە و دەست بە کار دەکەن.", ["ku"], None),
    ("ckb", "ڕایگەیاند کە لەگەڵ ئەوەشدا کارەکان بەردەوام دەبێت.", ["fa"], "sdh"),
    ("sdh", "وەزیر وەت ک کرێنەیل بەندەر لە هەفتەیێ ئاوەدان کریەن و کرێکارەیل چنە بان کار ئڕا مەردم.", ["ckb"], "ckb"),
    ("kmr", "Wezîr got ku kranên benderê di nav hefteyekê de tên tamîrkirin û dê dîsa bixebitin.", ["tr"], None),
    ("kmr", "Rêveber ji bo rojnamevanan axivî", ["ku"], None),
    ("tr", "Bakan, limandaki vinçlerin bir hafta içinde onarılacağını ve yeniden çalışacağını söyledi.", ["en"], None),
    ("de", "Der Minister sagte, dass die Kräne des Hafens in einer Woche wieder in Betrieb sind.", ["en-US"], None),
    ("ur", "وزیر نے کہا کہ بندرگاہ کی کرینیں ایک ہفتے میں ٹھیک ہو جائیں گی اور کام شروع کریں گے۔", [], None),
    ("ru", "Министр сказал, что краны порта будут отремонтированы за неделю.", ["ru-RU"], None),
    ("zh", "部长说港口的起重机将在一周内修好并重新开始工作的消息。", [], None),
    ("ja", "大臣は港のクレーンを一週間以内に修理すると述べました。", [], None),
    ("he", "השר אמר כי העגורנים בנמל יתוקנו בתוך שבוע.", [], None),
    # A list of names and goods has a few words that are Dutch by chance, and none that is English alone.
    (
        "en",
        "Rafidain Admission buildings leaves door passport month over gesture governor could stations over Paths Din "
        "corridor door number session negotiator Tehran cards hangars Date rolled quarter commands kettle Deir teaches "
        "travellers governments header minister shores Round Drivers Withdrawals council Tigris fifth street pumps "
        "wheat barley lorries harvesters irrigation tractors ploughs seeds sacks scales stalls awnings turbines "
        "cables copper ceilings garages motors tyres filters pistons gaskets grain rice lentils beans "
        "sugar coffee flour pepper cumin olives dates figs grapes meters valves boilers mirrors carpets",
        ["en"],
        "en",
    ),
    # Of a flash there is hardly more than a line, on a page or from a source of another language.
    ("ckb", "نرخی نەوت دابەزی", ["fa"], "ar"),
    ("ckb", "سه‌رۆكی هه‌رێم سه‌ردانی به‌غدا ده‌كات", ["fa"], None),
    ("sdh", "مەنزوومەێ ئاو شار خانەقین لە کار کەفت", ["ar"], "ckb"),
    ("ckb", "کوردانی فەیلی لە بەدرە داوای ڕێگا دەکەن", ["ku"], "sdh"),
    ("kmr", "لێڤەگەڕینا خەلکێ دهۆکێ ژ بۆ گوندێن خۆ", ["ku"], "ckb"),
    ("kmr", "Serokê Herêma Kurdistanê çû Bexdayê", ["tr"], None),
    ("kmr", "Li Hesekê firneyên nanê gel rawestiyan", ["en"], None),
    ("kmr", "Agir bi daristana Şirnexê ket", ["tr"], "tr"),
    ("tr", "Şırnak'ta orman yangını çıktı", ["ku"], "kmr"),
    ("tr", "Cizre'de çocuk kütüphanesi açıldı, yüzlerce çocuk katıldı", ["kmr"], None),
    ("az", "Şuşada köhnə kitabxana bərpa olunur", [], None),
    ("az", "Lənkəranda çay plantasiyaları genişləndirilir", ["tr"], None),
    ("fr", "La fête a été annulée, même à Besançon", ["fr"], "kmr"),
    ("pt", "Você sabe por quê o bebê chorou", ["pt-BR"], None),
    ("fa", "قیمت دلار در بازار تهران بالا رفت", ["ar"], None),
    ("fa", "کردهای فیلی در ایلام خواستار راه تازه شدند", ["ckb"], "ckb"),
    ("fa", "وزير نفت ايران از پالايشگاه آبادان بازديد كرد", ["ar"], None),
    ("ar", "رئیس الوزراء العراقی یصل الی طهران فی زیارة رسمیة", ["fa"], None),
    ("ar", "انخفاض أسعار النفط", ["ckb"], "ckb"),
    ("ar", "ﺍﻏﻼﻕ ﻃﺮﻳﻖ ﺑﻐﺪﺍﺩ ﻛﺮﻛﻮﻙ ﺑﺴﺒﺐ ﺍﻟﻀﺒﺎﺏ ﺍﻟﻜﺜﻴﻒ", ["fa"], None),
    (None, "Oil prices fall", ["ar"], "ckb"),
    (None, "عاجل", [], None),
    ("en", "OK", ["en-GB"], "ar"),
    (None, "OK", [], None),
    (None, "12345 67890 ---", [], None),
]


@pytest.mark.parametrize(("language", "text", "declared", "prior"), LANGUAGES)
def test_letters_and_words_decide_the_language_before_what_is_declared(
    language: str | None, text: str, declared: list[str], prior: str | None
) -> None:
    assert find_language(text, declared, prior) == language


ARABIC = "توقفت الرافعات في ميناء الفاو عن العمل منذ أيام، وقال مدير الميناء إن إصلاحها سيبدأ خلال أسبوع واحد فقط."


def test_a_field_is_one_line_without_entities_and_markup() -> None:
    assert clean_field("Q&amp;amp;A:\n <b>cranes</b>\u202e\u00ad &lt;3 ") == "Q&A: cranes <3"
    assert clean_field(None) == clean_field(["x"]) == clean_field(" \n") == ""
    assert len(clean_field("x" * 10_000)) == 1_000


def test_an_explanation_names_the_winner_and_all_that_was_heard() -> None:
    head = f"<title>Cranes | Tigris Post</title>{og(title='Cranes stand still')}"
    html = f"<html><head>{head}</head><body>{BODY}</body></html>"

    _, findings = explain_article(page(html), SOURCE)

    assert findings["title"].won == "og:title"
    assert [(witness.where, witness.said) for witness in findings["title"].said] == [
        ("og:title", "Cranes stand still"), ("title", "Cranes"),
    ]  # fmt: skip
    assert findings["published"].value is None


@pytest.mark.parametrize(
    ("head", "headers", "reserved"),
    [
        ("", (), ()),
        ('<meta name="robots" content="index, NOARCHIVE">', (), ("noarchive",)),
        ('<meta name="khabar" content="noarchive">', (), ("noarchive",)),
        ('<meta name="googlebot" content="noarchive">', (), ()),
        ('<meta name="tdm-reservation" content="1">', (), ("tdm-reservation",)),
        ('<meta name="tdm-reservation" content="0">', (), ()),
        ("", (("X-Robots-Tag", "max-snippet: 20, noarchive"),), ("noarchive",)),
        ("", (("x-robots-tag", "noindex"), ("X-Robots-Tag", "noarchive")), ("noarchive",)),
        ("", (("X-Robots-Tag", "otherbot: noarchive, nofollow"),), ()),
        ("", (("X-Robots-Tag", "otherbot: nofollow, khabar: noarchive"),), ("noarchive",)),
        ("", (("X-Robots-Tag", "noarchive"), ("TDM-Reservation", " 1 ")), ("noarchive", "tdm-reservation")),
        ('<meta name="robots" content="none">', (("TDM-Reservation", "yes"),), ()),
    ],
)
def test_what_a_publisher_reserves_of_a_page_is_read_from_headers_and_meta(head, headers, reserved) -> None:
    found = article(
        head, "<h1>Cranes stand still</h1>", headers=(("content-type", "text/html; charset=utf-8"), *headers)
    )

    assert found.reserved == reserved
