"""Each field by itself: how it is chosen, what overrides it, and what is cleaned off it."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from archive.article import Article, Entry
from pipelines.extraction.article import explain_article, extract_article
from pipelines.extraction.authors import names_in
from pipelines.extraction.dateline import split_dateline
from pipelines.extraction.decoding import decode
from pipelines.extraction.furniture import is_furniture
from pipelines.extraction.language import find_language
from pipelines.extraction.plain import clean_field
from pipelines.page import Page
from seeds.definitions import BadValue
from seeds.sources import Selectors, Source

SOURCE = Source(id="test", name="Tigris Post", language="en", timezone="Asia/Baghdad")
BODY = "".join(
    f"<p>The crane at pier {number} of the river port is being repaired, and its driver waits in the canteen.</p>"
    for number in range(8)
)


def page(html: str, *, url: str = "https://tigris.example/en/iraq/cranes", **fields: Any) -> Page:
    fetched = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    return Page(**{
        "url": url, "requested": url, "source": "test", "status": 200, "body": html.encode(), "fetched": fetched,
        "headers": (("content-type", "text/html; charset=utf-8"),), **fields,
    })  # fmt: skip


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


def test_image_section_and_keywords_are_as_the_page_declares_them() -> None:
    head = og(image="/a b.jpg") + ld(articleSection="Economy", keywords=["Faw", "ports"])
    head += '<meta name="keywords" content="Basra، Faw, cranes">'

    found = article(head)

    assert (found.image, found.section) == ("https://tigris.example/a%20b.jpg", "Economy")
    assert found.keywords == ("Basra", "Faw", "cranes", "ports")
    assert article(og(image="data:image/png;base64,AAAA")).image is None


@pytest.mark.parametrize(
    ("line", "dateline", "rest"),
    [
        ("Shafaq News/ The cranes stand still.", "Shafaq News", "The cranes stand still."),
        ("Shafak News/ The cranes stand still.", "Shafak News", "The cranes stand still."),
        ("Shafaq News: The cranes stand still.", "Shafaq News", "The cranes stand still."),
        ("Shafaq News – Baghdad", "Shafaq News – Baghdad", None),
        ("Shafaq News- Baghdad/ The cranes stand still.", "Shafaq News- Baghdad", "The cranes stand still."),
        ("شفق نيوز/ توقفت الرافعات.", "شفق نيوز", "توقفت الرافعات."),
        ("شفق نيوز- بغداد", "شفق نيوز- بغداد", None),
        ("شفق نيوز ـ بغداد", "شفق نيوز ـ بغداد", None),
        ("شفق نيوز- بغداد/ محافظات", "شفق نيوز- بغداد/ محافظات", None),
        (
            "شفق نيوز- بغداد توقفت الرافعات في الميناء منذ أيام.",
            "شفق نيوز- بغداد",
            "توقفت الرافعات في الميناء منذ أيام.",
        ),
        ("شەفەق نیوز: ڕافیعەکان وەستاون.", "شەفەق نیوز", "ڕافیعەکان وەستاون."),
        ("ERBIL (Kurdistan 24) – The cranes stand still.", "ERBIL (Kurdistan 24)", "The cranes stand still."),
        ("Navenda Nûçeyan (K24) – Kran sekinîne.", "Navenda Nûçeyan (K24)", "Kran sekinîne."),
        ("Baghdad – The cranes stand still.", None, "Baghdad – The cranes stand still."),
        ("Shafaq Newspapers/ are sold out.", None, "Shafaq Newspapers/ are sold out."),
        ("He (the driver) – a man of few words – waits.", None, "He (the driver) – a man of few words – waits."),
    ],
)
def test_datelines_are_taken_off_the_lead(line: str, dateline: str | None, rest: str | None) -> None:
    names = ["Shafaq News", "شفق نيوز", "شەفەق نیوز"]

    found, lines = split_dateline([line, "The second line."], names)

    assert (found, lines) == (dateline, [rest, "The second line."] if rest else ["The second line."])


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


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("cp1256", "text/html; charset=iso-8859-1", "utf-8"),
        ("cp1256", "text/html; charset=utf-8", ""),
        ("cp1256", "text/html", "windows-1256"),
        ("utf-8", "text/html; charset=windows-1256", "iso-8859-1"),
        ("utf-8", "text/html", ""),
        ("utf-8-sig", "text/html; charset=latin-1", ""),
        ("utf-16", "text/html; charset=utf-8", ""),
    ],
)
def test_the_bytes_decide_the_encoding_whatever_is_declared(encoding: str, content_type: str, meta: str) -> None:
    html = f'<html><head><meta charset="{meta}"></head><body><p>{ARABIC}</p></body></html>'

    decoded = decode(
        dataclasses.replace(page(""), body=html.encode(encoding), headers=(("Content-Type", content_type),))
    )

    assert ARABIC in decoded


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1256"])
def test_utf_8_that_was_decoded_wrongly_and_encoded_again_is_repaired(encoding: str) -> None:
    spoilt = ARABIC.encode().decode(encoding, "replace" if encoding == "cp1252" else "strict")
    if "\ufffd" in spoilt:
        spoilt = ARABIC.encode().decode("latin-1")

    assert ARABIC in decode(page(f"<p>{spoilt}</p>"))


@pytest.mark.parametrize(
    "text", ["Größe über alles – naïve façade, £5", "Ø Ærø – Ångström", "ابت ظرف طويل ظهر طعام ظلام ظفر ظل"]
)
def test_text_that_only_looks_a_little_odd_is_left_alone(text: str) -> None:
    assert text in decode(page(f"<p>{text}</p>"))


def test_western_and_cyrillic_pages_without_utf_8_are_read() -> None:
    western = dataclasses.replace(page(""), body="<p>Größe über alles</p>".encode("cp1252"), headers=())
    cyrillic = dataclasses.replace(
        page(""), body=("<p>Министр сказал об этом порту</p>" * 5).encode("cp1251"), headers=()
    )

    assert "Größe über alles" in decode(western)
    assert "Министр сказал об этом порту" in decode(cyrillic)


@pytest.mark.parametrize(
    "line",
    ["Read more: The ferry pier opens", "Related stories", "Share this article",
     "Share Facebook X Telegram", "شارك فيسبوك تلغرام", "Tags: Faw, ports",
     "Photo: Nora Adel / AFP",
     "Sign up to our newsletter and get the day's news", "Follow us on Telegram", "Getty Images", "3 Comments",
     "اقرأ أيضاً: افتتاح رصيف العبارات", "تابعونا على قناتنا في تلغرام", "شارك", "الكلمات المفتاحية: ميناء",
     "أخبار ذات صلة",
     "زیاتر بخوێنەوە: پردی نوێ", "بابەتی پەیوەندیدار", "هاوبەشی پێ بکە", "Bêtir bixwîne: Pireke nû", "Nûçeyên têkildar",
     "Parve bike", "بیشتر بخوانید: اسکله تازه"],
)  # fmt: skip
def test_furniture_is_known_by_its_wording(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["Read the statement he must, said the judge.", "Follow the money, the auditor told the app makers.",
     "He shared the prize.", "Related families met in Basra on Sunday.",
     "The newsletter of the port is printed twice a year.", "Armed Factions Issue",
     "قرأ الوزير البيان أمام الصحفيين.", "شارك الوزير في الاجتماع الذي عقد في بغداد مع وفد من الأمم المتحدة.",
     "تابع الوزير سير العمل في الميناء.", "Parlamentoya Kurdistanê civiya."],
)  # fmt: skip
def test_a_sentence_that_begins_like_furniture_is_part_of_the_story(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "line",
    ["For more than two hours, dockers in Basra broadcast the march live on Facebook before the network was cut.",
     "Join us or leave, the smugglers told the fishermen over a Telegram channel.",
     "Share prices in Basra fell by 2%.", "More about the deal will be known on Sunday, when the ministers meet.",
     "Apple will allow users to block cookies from next year, the company said.",
     "تابع رئيس الوزراء، اليوم، سير تطبيق البرنامج الحكومي في ميناء الفاو مع وزير النقل.",
     "انضم ثلاثة نواب إلى الكتلة عبر بيان نشر على فيسبوك مساء أمس.", "شارك في الاجتماع وزيران.",
     "بەشداری کۆبوونەوەکە دوو وەزیر بوون، بەپێی کەناڵێکی ناوخۆیی.",
     "Nûçeyên ku li ser kanala Telegramê belav bûn ne rast in, walî got."],
)  # fmt: skip
def test_unlinked_prose_where_the_story_stands_is_no_furniture(line: str) -> None:
    html = f"<html><head><title>Cranes</title></head><body><h1>Cranes</h1>{BODY}<p>{line}</p>{BODY}</body></html>"

    assert line in extract_article(page(html), SOURCE).text.split("\n")


@pytest.mark.parametrize(
    "line",
    ["Follow us on Telegram and never miss our news.", "Sign up for our newsletter, it is free.", "Share this article.",
     "For the latest news from the port, sign up for our newsletters.", "Read more: The ferry pier opens today.",
     "تابعونا على قناتنا في تلغرام لتصلكم آخر الأخبار.", "© 2026 Tigris Post, all rights reserved."],
)  # fmt: skip
def test_a_sentence_in_which_the_site_speaks_to_its_reader_is_furniture(line: str) -> None:
    html = f"<html><head><title>Cranes</title></head><body><h1>Cranes</h1>{BODY}<p>{line}</p>{BODY}</body></html>"

    assert line not in extract_article(page(html), SOURCE).text.split("\n")


@pytest.mark.parametrize(
    ("site", "line"),
    [
        ("Tigris Post", "Dockers United (DU) – one of the unions of the port – denied on Sunday that it would strike."),
        ("Tigris Post", "Nora Adel (Harbour Master): We told the pilots in plain terms that no ship will sail."),
        ("Tigris Post", "PKK (Partiya Karkerên Kurdistanê) - ku çekên xwe danîn - daxuyaniyek belav kir."),
        ("The Tide", "The Tide - a party that holds eleven seats - said on Monday that it would leave."),
        ("Iraq", "Iraq – Basra in particular – has seen the price of bread double in a year."),
        ("Al-Mina", "Al-Mina: a look at what the new pier means for the town."),
        ("نهر برس", "هادي منصور (مدير الميناء): لن نسمح بأن تغادر السفن قبل الصباح."),
        ("نهر برس", "نقابة المرشدين (فصيل من العمال) - وهي من أقدم النقابات - نفت اليوم الأحد إعلان الإضراب."),
        ("الميناء", "الميناء - الذي افتتح قبل عام - يستقبل أول سفينة حاويات اليوم."),
        ("ڕووبار", "هێمن کەریم (بەڕێوەبەری بەندەر): ڕێگە نادەین هیچ کەشتییەک بڕوات."),
    ],
)  # fmt: skip
def test_a_subject_that_is_explained_between_dashes_is_no_dateline(site: str, line: str) -> None:
    assert split_dateline([line, "The second line."], [site]) == (None, [line, "The second line."])


@pytest.mark.parametrize(
    ("line", "dateline"),
    [
        ("BAGHDAD, Nov 17 (Reuters) - ", "BAGHDAD, Nov 17 (Reuters)"),
        ("QAMISHLI, Syria (AP) — ", "QAMISHLI, Syria (AP)"),
        ("ERBIL, Kurdistan Region – ", "ERBIL, Kurdistan Region"),
        ("Baghdad / NINA / ", "Baghdad / NINA"),
        ("بغداد – واع – ", "بغداد – واع"),
        ("بغداد: «الشرق الأوسط» - ", "بغداد: «الشرق الأوسط»"),
        ("خاص/ رووداو/ ", "خاص/ رووداو"),
        ("رووداو ديجيتال: ", "رووداو ديجيتال"),
        ("هەولێر (کوردستان24) – ", "هەولێر (کوردستان24)"),
        ("Hewlêr (Rûdaw) - ", "Hewlêr (Rûdaw)"),
        ("Şirnex (Kanî) – ", "Şirnex (Kanî)"),
    ],
)
def test_the_datelines_of_the_region_are_read_piece_by_piece(line: str, dateline: str) -> None:
    found, lines = split_dateline(
        [f"{line}The cranes stand still.", "The second line."], ["رووداو", "Rûdaw", "Ajansa Kanî"]
    )

    assert (found and found.strip("»«"), lines[0]) == (dateline.strip("»«"), "The cranes stand still.")


def test_a_dateline_below_a_standfirst_leaves_the_standfirst_and_no_section() -> None:
    story = ["شفق نيوز/ توقفت الرافعات في الميناء.", "وينتظر السائق."]
    standfirst = "Four cranes of the old pier wait for oil."

    assert split_dateline([standfirst, "1402 views", *story], ["شفق نيوز"]) == (
        "شفق نيوز", [standfirst, "توقفت الرافعات في الميناء.", "وينتظر السائق."],
    )  # fmt: skip


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
