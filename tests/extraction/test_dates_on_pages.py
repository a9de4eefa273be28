"""Which of the dates that stand on a page is the article's: the one by its headline, not those of its neighbours."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from archive.article import Article, Entry
from pipelines.extraction.article import extract_article
from pipelines.extraction.stamp_lines import is_stamp
from pipelines.page import Page
from seeds.sources import Source

URL = "https://shatt.example/en/iraq/pier"
TITLE = "Pier at Abu Flous closes for repair"
HEADLINE = f"<h1>{TITLE}</h1>"
STORY = "<div class='story'>" + "".join(
    f"<p>The master of barge {number} said that the pier had been leaning towards the water since the spring, and that"
    f" his crew now unloads by hand while the port looks for timber of the right length in the yards of the south.</p>"
    for number in range(1, 6)
) + "</div>"  # fmt: skip
AT = datetime(2025, 2, 6, 14, 44, tzinfo=UTC)
FETCHED = datetime(2025, 2, 7, 18, 0, tzinfo=UTC)
NEIGHBOURS = """<div class="col"><div class="box"><a href="/a"><h5>Dredger runs aground at the bar</h5></a>
    <time datetime="2025-02-07T12:20:00+03:00">a day ago</time></div><div class="box"><span>2025-02-07 09:01</span>
    <a href="/b">Customs seizes two tons of saffron at the ferry terminal</a></div></div>"""


def article(body: str, *, head: str = "", published: datetime | None = None, fetched: datetime = FETCHED) -> Article:
    html = f"<html lang='en'><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    source = Source(id="shatt", name="Shatt Wire", language="en", country="IQ", timezone="Asia/Baghdad")
    entry = Entry(url=URL, published=published) if published else None
    return extract_article(
        Page(url=URL, requested=URL, source="shatt", status=200, headers=(), body=html.encode(), fetched=fetched,
             entry=entry),
        source,
    )  # fmt: skip


def test_an_edit_that_an_unmarked_element_tells_behind_the_stamp_is_no_publication() -> None:
    stamp = "<time datetime='2025-02-06'>06 February 2025 at 14:44</time><span>Updated 07 February 2025 at 10:30</span>"
    found = article(f"{HEADLINE}<div>{stamp}<span>2 min read</span><ul><li>Facebook</li></ul></div>{STORY}")

    assert found.published == datetime(2025, 2, 6, 14, 44, tzinfo=timezone(timedelta(hours=3)))
    assert found.modified == datetime(2025, 2, 7, 10, 30, tzinfo=timezone(timedelta(hours=3)))


def ld(published: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{published}"}}</script>'


def test_what_holds_the_headline_holds_the_article_whatever_it_is_called() -> None:
    story = STORY.replace("class='story'", "class='text'")
    body = f'<div class="card"><h2>{TITLE}</h2><div><i></i> 2025-02-06 17:44</div>{story}</div>{NEIGHBOURS}'

    found = article(body, head=f'<meta property="og:title" content="{TITLE}">')

    assert (found.published, len(found.text.split("\n"))) == (AT, 5)


def test_a_footer_right_beneath_the_headline_tells_the_time_of_day() -> None:
    stamp = '<div class="footer"><p><time datetime="2025-02-06">06.02.2025 | 17:44</time></p></div>'
    body = f'<div class="header"><h3>{TITLE}</h3></div>{stamp}{STORY}{NEIGHBOURS}'

    assert article(body, head=f'<meta property="og:title" content="{TITLE}">').published == AT


@pytest.mark.parametrize(
    "parts", [("6 شباط 2025", "05:44 م"), ("17:44", "06.02.2025"), ("٦ی شوباتی ٢٠٢٥", "٥:٤٤ی ئێوارە")]
)
def test_a_day_and_its_time_may_stand_in_two_boxes(parts: tuple[str, str]) -> None:
    stamp = "".join(f"<div>{part}</div>" for part in parts)

    assert article(f"<div>{HEADLINE}<div>{stamp}<div>902 views</div></div></div>{STORY}").published == AT


FORMS = [
    "2025-02-06 17:44", "06-02-2025 17:44", "Thursday 6 February 2025 05:44 PM", "Feb. 6, 2025, 5:44 p.m.",
    "الخميس 6 شباط 2025 17:44", "٦ فبراير ٢٠٢٥ ٠٥:٤٤ م", "6 شباط/فبراير 2025 - 17:44", "2025/02/06 الساعة 05:44 مساءً",
    "پێنجشەممە 6ـی شوباتی 2025 17:44", "٦ شوبات ٢٠٢٥ - ١٧:٤٤", "6ی شوباتی 2025، کاتژمێر 17:44",
    "Pêncşem, 6ê Sibata 2025an 17:44", "6 Sibat 2025 - 17:44",
]  # fmt: skip
WRAPS = [
    "<div>{}</div>", "<span>{}</span>", "<p>{}</p>", "<time>{}</time>", "<ul><li>Iraq</li><li>{}</li></ul>",
    '<a href="/en/latest">{}</a>', '<p><i class="fa"></i>&nbsp;{}</p>', "<h6>{}</h6>",
]  # fmt: skip


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("form", FORMS)
def test_the_visible_time_beside_the_headline_is_read_in_the_zone_of_the_source(form: str, wrap: str) -> None:
    stamp = wrap.format(form)

    for order in ((HEADLINE, stamp, STORY), (stamp, HEADLINE, STORY), (HEADLINE, STORY, stamp)):
        found = article(f"<main><article>{''.join(order)}</article></main>{NEIGHBOURS}")
        assert (found.published, found.published_zone, found.published_precision) == (AT, "Asia/Baghdad", "minute")


@pytest.mark.parametrize("stamp", ["<div>2025-02-06 17:44</div>", "<time>6 شباط 2025 17:44</time>"])
def test_the_times_of_other_stories_do_not_outvote_the_one_by_the_headline(stamp: str) -> None:
    for body in (
        f"{NEIGHBOURS}<article>{HEADLINE}{stamp}{STORY}</article>",
        f"<article>{HEADLINE}{stamp}{STORY}{NEIGHBOURS}</article>",
        f"{NEIGHBOURS}<article>{stamp}{HEADLINE}{STORY}</article>{NEIGHBOURS}",
    ):
        assert article(body).published == AT


def test_a_page_with_nothing_but_the_times_of_other_stories_is_undated() -> None:
    assert article(f"{HEADLINE}{STORY}{NEIGHBOURS}").published is None


@pytest.mark.parametrize(
    "line",
    [
        "<h2>What changed after 7 October 2023?</h2>", "<h2>The flood of 17 November 2019</h2>",
        "<p>She was born in Wana on 12 March 2019, she said.</p>", "<p>ذكرى سقوط الموصل في 10 حزيران 2014.</p>",
        "<h2>ماذا تغير بعد 7 تشرين الأول 2023؟</h2>", "<p>لە 10ی حوزەیرانی 2014 شارەکە گیرا.</p>",
        "<h2>Piştî 3ê Tebaxa 2014an çi qewimî?</h2>",
    ],
)  # fmt: skip
def test_a_sentence_or_subhead_that_tells_a_date_does_not_date_the_article(line: str) -> None:
    assert article(f"{HEADLINE}{line}{STORY}").published is None
    assert article(f"{HEADLINE}{line}{STORY}", published=AT).published == AT


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("Published on Thursday, 06 February 2025, 17:44", True), ("By Nora Adel | 6 February 2025", True),
        ("Baghdad, 6 February 2025", True), ("2025-02-06 | 17:44 | Views: 1402", True), ("3 hours ago", True),
        ("نشر في: 6 شباط 2025", True), ("آخر تحديث 6 شباط 2025", True), ("منذ ٣ ساعات", True),
        ("بەرواری بڵاوکردنەوە 6ی شوباتی 2025", True), ("پێش 28 خولەک", True),
        ("Dîroka weşanê: 6ê Sibata 2025", True), ("3 saet berê", True),
        ("发布时间：2025年2月6日", True), ("2025年2月6日，码头因修缮而关闭。", False),
        ("Attack on 7 October 2023", False), ("The shop opened 3 hours ago", False),
        ("هجوم 7 تشرين الأول 2023", False), ("هێرشی 7ی تشرینی یەکەمی 2023", False),
        ("Êrîşa 7ê Cotmeha 2023an", False),
    ],
)  # fmt: skip
def test_a_stamp_is_hardly_more_than_a_date(line: str, stamp: bool) -> None:
    assert is_stamp(line) is stamp


def test_the_feed_comes_before_dates_that_stand_far_from_the_headline() -> None:
    far = "<p>x</p><time>2025-02-05 10:00</time>"

    assert article(f"{HEADLINE}{STORY}{far}", published=AT).published == AT
    assert article(f"{HEADLINE}{STORY}{far}").published == datetime(2025, 2, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "clock",
    ['<div class="date">Friday 7 February 2025 21:00</div>', "<div><span>الجمعة 7 شباط 2025 21:00</span></div>",
     "<div>هەینی 7ی شوباتی 2025 21:00</div>", "<div>7ê Sibata 2025an 21:00</div>"],
)  # fmt: skip
def test_a_clock_in_the_masthead_is_not_when_the_article_was_published(clock: str) -> None:
    assert article(f"{clock}<article>{HEADLINE}{STORY}</article>").published is None
    assert article(f"{clock}<article>{HEADLINE}<p>2025-02-06 17:44</p>{STORY}</article>").published == AT


def test_a_story_that_is_fetched_at_once_keeps_the_time_above_its_headline() -> None:
    found = article(f"<article><p>2025-02-07 20:57</p>{HEADLINE}{STORY}</article>")

    assert found.published == FETCHED - timedelta(minutes=3)


@pytest.mark.parametrize(
    ("declared", "seen", "feed", "zone", "hour"),
    [
        ("2025-02-06T17:44:12Z", "2025-02-06 17:44", None, "Asia/Baghdad", 14),
        ("2025-02-06T17:44:12+00:00", "٦ شباط ٢٠٢٥ ٠٥:٤٤ م", None, "Asia/Baghdad", 14),
        ("2025-02-06T14:44:12Z", "2025-02-06 17:44", None, "+00:00", 14),
        ("2025-02-06T17:44:12+03:00", "2025-02-06 17:44", None, "+03:00", 14),
        ("2025-02-06T14:44:12Z", "2025-02-06 14:44", AT, "+00:00", 14),
        ("2025-02-07T20:44:12Z", "", None, "Asia/Baghdad", 17),
    ],
)
def test_a_local_time_that_is_declared_as_utc_is_read_in_the_zone_of_the_source(
    declared: str, seen: str, feed: datetime | None, zone: str, hour: int
) -> None:
    found = article(f"{HEADLINE}<p>{seen}</p>{STORY}", head=ld(declared), published=feed)

    assert found.published is not None
    assert (found.published.astimezone(UTC).hour, found.published_zone) == (hour, zone)
    assert found.published_raw == declared


MIDNIGHTS = [
    "2025-02-06 00:00", "Feb 6, 2025 12:00 AM", "6 شباط 2025، 12:00 ص", "پێنجشەممە 6ـی شوباتی 2025 - 00:00",
    "6 Sibat 2025, 00:00",
]  # fmt: skip
EDITS = [
    "<span>2025-02-06 09:00</span>", "<time>Feb 6, 2025 9:00 AM</time>", "<p>تحديث: 6 شباط 2025 09:00</p>",
    "<p>6ـی شوباتی 2025 - 09:00</p>", "<p>6 Sibat 2025, 09:00</p>",
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("midnight", MIDNIGHTS)
def test_a_midnight_that_readers_see_is_a_time_of_day_beside_the_stamp_of_an_edit(midnight: str, edit: str) -> None:
    found = article(f"{HEADLINE}<div><time>{midnight}</time> {edit}</div>{STORY}")

    assert (found.published, found.published_precision) == (datetime(2025, 2, 5, 21, tzinfo=UTC), "minute")


def test_a_midnight_gives_way_to_what_a_machine_says_of_the_same_day() -> None:
    seen = "<p>2025-02-06 00:00</p>"

    assert article(f"{HEADLINE}{seen}{STORY}", published=AT).published == AT
    assert article(f"{HEADLINE}<p>2025-02-06 17:44</p>{STORY}", head=ld("2025-02-06T00:00:00+03:00")).published == AT


def test_a_teaser_whose_frame_is_the_stamp_does_not_date_the_article() -> None:
    teaser = "<article><a href='/c'><h3>Dredger runs aground at the bar</h3></a><time>2025-02-06 09:00</time></article>"

    short = "<p>The pier at Abu Flous is shut until the port has found timber of the right length for it.</p>"

    assert article(f"<div id='story'>{HEADLINE}{short}</div><div>{8 * teaser}</div>").published is None


@pytest.mark.parametrize("said", ["2024-02-30T10:00:00Z", "2024-02-30", "2024/06/31", "2024-04-31 09:15"])
def test_a_day_that_the_calendar_does_not_have_is_not_made_the_first_of_its_month(said: str) -> None:
    assert article(f"{HEADLINE}<div class='date'>{said}</div>{STORY}").published is None


def test_a_true_first_of_the_month_is_believed() -> None:
    found = article(f"{HEADLINE}<div class='date'>2024-02-01</div>{STORY}").published
    assert found is not None
    assert found.date().isoformat() == "2024-02-01"
