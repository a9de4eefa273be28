"""Published and modified in the many ways of real sites: each page tells 3 November 2026, 14:05 in Baghdad."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from made_pages import BODY, page

from archive.article import Article, Entry
from pipelines.extraction.article import extract_article
from seeds.sources import Source

TITLE = "Cranes of the river port are repaired"
HEADLINE = f"<h1>{TITLE}</h1>"
URL = "https://tigris.example/en/iraq/cranes"
ISO = "2026-11-03T14:05:00+03:00"
AT = datetime(2026, 11, 3, 11, 5, tzinfo=UTC)
EDITED = datetime(2026, 11, 4, 6, 30, tzinfo=UTC)
DAY = date(2026, 11, 3)


def article(body: str = f"{HEADLINE}{BODY}", *, head: str = "", feed: datetime | None = None, url: str = URL,
            language: str = "en", **source: Any) -> Article:  # fmt: skip
    html = f"<html lang='{language}'><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    entry = Entry(url=url, published=feed) if feed else None
    settings = {"id": "test", "name": "Tigris Post", "timezone": "Asia/Baghdad", **source}
    return extract_article(page(html, url=url, entry=entry), Source(**settings))


def ld(**fields: Any) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str = ISO) -> str:
    return f'<meta {"property" if ":" in name else "name"}="{name}" content="{content}">'


@pytest.mark.parametrize(
    "name",
    [
        "article:published_time", "parsely-pub-date", "sailthru.date", "DC.date.issued", "dcterms.created",
        "DCTERMS.issued", "pubdate", "date", "publish-date", "cXenseParse:recs:publishtime", "og:pubdate", "bt:pubDate",
        "iso-8601-publish-date", "article:post_date", "ptime", "analyticsAttributes.articleDate",
        "citation_online_date", "shareaholic:article_published_time",
    ],
)  # fmt: skip
def test_a_meta_element_tells_the_publication_under_many_names(name: str) -> None:
    found = article(head=meta(name))

    assert (found.published, found.published_zone, found.published_raw) == (AT, "+03:00", ISO)


@pytest.mark.parametrize(
    "name", ["article:expiration_time", "article:publisher", "last-updated-pubdate", "unpublishdate"]
)
def test_a_meta_element_of_another_meaning_does_not(name: str) -> None:
    assert article(head=meta(name)).published is None


@pytest.mark.parametrize(
    "stamp",
    [
        f'<abbr class="published" title="{ISO}">3 Nov</abbr>', f'<relative-time datetime="{ISO}">then</relative-time>',
        '<time data-epoch="1793703900">20d</time>', '<span class="date" title="3 Nov 2026 14:05">20 days ago</span>',
        '<div class="post-date" data-time="1793703900000">20 days ago</div>',
        f'<span property="dc:date dc:created" content="{ISO}">Tue, 11/03/2026 - 14:05</span>',
        "<div>Tue, 11/03/2026 - 14:05</div>", "<div>الثلاثاء 11/03/2026 14:05</div>",
        '<div><time datetime="2026-11-03">3 Nov 2026</time> <span>14:05</span></div>',
    ],
)  # fmt: skip
def test_a_stamp_beside_the_headline_is_read_wherever_it_keeps_its_time(stamp: str) -> None:
    assert article(f"{HEADLINE}{stamp}{BODY}").published == AT


@pytest.mark.parametrize(
    ("published", "other", "zone"),
    [
        (ISO, "2026-11-03T18:05:00+07:00", "+03:00"),
        ("2026-11-03T14:05:00", "2026-11-03T14:05:00Z", "Asia/Baghdad"),
        ("2026-11-03T19:05:00", "2026-11-03T11:05:00Z", "+00:00"),
        ("2026-11-03T12:05:00", "2026-11-03T12:05:00+01:00", "+01:00"),
        ("2026-11-03T14:05:00", "2026-11-03T13:27:00Z", "Asia/Baghdad"),
        ("2026-11-03", "2026-11-03T11:05:00Z", "+00:00"),
        ("1970-01-01T00:00:00Z", ISO, "+03:00"),
        ("0001-01-01T00:00:00", ISO, "+03:00"),
        ("2099-01-01T00:00:00Z", ISO, "+03:00"),
    ],
)
def test_a_time_without_a_zone_gives_way_to_the_same_time_with_one(published: str, other: str, zone: str) -> None:
    found = article(head=ld(datePublished=published) + meta("article:published_time", other))

    assert (found.published, found.published_zone) == (AT, zone)


@pytest.mark.parametrize("value", [1793703900, "1793703900000", [ISO], {"@type": "DateTime", "@value": ISO}])
def test_json_ld_tells_its_date_as_text_number_list_or_node(value: object) -> None:
    assert article(head=ld(datePublished=value)).published == AT


@pytest.mark.parametrize("day", ["2026-11-03", "2026-11-04"])
def test_a_day_that_was_cut_off_in_another_zone_is_refined_near_midnight(day: str) -> None:
    for instant in ("2026-11-04T00:30:00+03:00", "2026-11-03T21:30:00Z"):
        found = article(head=ld(datePublished=day) + meta("article:published_time", instant))
        assert found.published == datetime(2026, 11, 3, 21, 30, tzinfo=UTC)


@pytest.mark.parametrize("own_first", [True, False])
def test_of_several_dates_in_scripts_the_one_by_the_title_is_the_articles(own_first: bool) -> None:
    own, other = {"title": TITLE, "publishedAt": ISO}, {"title": "Melons rot", "publishedAt": "2026-11-20T08:00:00Z"}
    for filler in ("", "x" * 2_000):
        data = json.dumps([own, filler, other] if own_first else [other, filler, own])
        assert article(head=f"<script>window.data = {data}</script>").published == AT
    assert (
        article(head=f"<script>window.data = {json.dumps([other, dict(other, publishedAt=ISO)])}</script>").published
        is None
    )


EDITS = [
    ("en", "Updated: 4 Nov 2026 09:30", "Published: 3 Nov 2026 14:05"),
    ("ar", "آخر تحديث: 4 تشرين الثاني 2026 09:30", "نُشر: 3 تشرين الثاني 2026 14:05"),
    ("ckb", "نوێکراوەتەوە: 4ی تشرینی دووەمی 2026 09:30", "بڵاوکراوەتەوە: 3ی تشرینی دووەمی 2026 14:05"),
    ("kmr", "Nûkirin: 4ê Mijdara 2026an 09:30", "Weşandin: 3yê Mijdara 2026an 14:05"),
    ("fa", "آخرین به‌روزرسانی: ۱۳ آبان ۱۴۰۵ ۰۹:۳۰", "انتشار: ۱۲ آبان ۱۴۰۵ ۱۴:۰۵"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "edited", "published"), EDITS)
def test_an_edit_before_the_publication_is_the_edit(language: str, edited: str, published: str) -> None:
    for layout in (
        "<div><span>{0}</span> <span>{1}</span></div>", "<div class='meta'>{0} | {1}</div>", "<p>{0}</p><p>{1}</p>",
        "<p>{1}</p><p>{0}</p>",
    ):  # fmt: skip
        found = article(f"{HEADLINE}{layout.format(edited, published)}{BODY}", language=language)
        assert (found.published, found.modified) == (AT, EDITED), layout


@pytest.mark.parametrize(("language", "edited", "published"), EDITS)
def test_a_label_apart_from_its_date_says_that_it_is_an_edit(language: str, edited: str, published: str) -> None:
    (edit, edited_at), (publish, published_at) = (said.split(": ", 1) for said in (edited, published))
    for layout in (
        "<dl><dt>{0}</dt><dd>{1}</dd><dt>{2}</dt><dd>{3}</dd></dl>",
        "<div><b>{0}</b> <time>{1}</time></div><div><b>{2}</b> <time>{3}</time></div>",
        "<ul><li><i>{0}</i><span class='date'>{1}</span></li><li><i>{2}</i><span class='date'>{3}</span></li></ul>",
    ):
        body = layout.format(edit, edited_at, publish, published_at)
        found = article(f"{HEADLINE}{body}{BODY}", language=language)
        assert (found.published, found.modified) == (AT, EDITED), layout


def test_a_stamp_that_is_named_after_an_edit_is_one_beside_another_only() -> None:
    edit = '<time class="updated" datetime="2026-11-04T09:30:00+03:00">4 Nov</time>'
    first = f'<time class="entry-date published" datetime="{ISO}">3 Nov</time>'
    alone = f'<div class="meta"><time class="entry-date updated" datetime="{ISO}">3 Nov</time></div>'

    for body in (f"{edit}{first}", f"{first}{edit}", f"<div class='posted-on'>{edit}{first}</div>"):
        found = article(f"{HEADLINE}{body}{BODY}")
        assert (found.published, found.modified) == (AT, EDITED)
    found = article(f"{HEADLINE}{alone}{BODY}")
    assert (found.published, found.modified) == (AT, None)


@pytest.mark.parametrize(
    ("published", "modified", "expected"),
    [
        (ISO, "2026-11-04T09:30:00+03:00", EDITED), (ISO, "2026-11-03T14:05:00+03:00", AT),
        (ISO, "2026-11-01T10:00:00+03:00", None), (ISO, "1970-01-01T00:00:00Z", None), (ISO, "2026-11-03", None),
        ("2026-11-03T14:05:40+03:00", "2026-11-03T14:05+03:00", AT), ("2026-11-03", ISO, AT),
    ],
)  # fmt: skip
def test_an_article_is_not_modified_before_it_is_published(
    published: str, modified: str, expected: datetime | None
) -> None:
    assert article(head=ld(datePublished=published, dateModified=modified)).modified == expected


def test_an_edit_shares_the_mistaken_zone_of_the_publication() -> None:
    head = ld(datePublished="2026-11-03T14:05:00Z", dateModified="2026-11-04T09:30:00Z")

    found = article(f"{HEADLINE}<p>3 Nov 2026 14:05</p>{BODY}", head=head)
    assert (found.published, found.modified) == (AT, EDITED)
    found = article(f"{HEADLINE}<p>3 Nov 2026 17:05</p>{BODY}", head=head)
    assert found.modified == datetime(2026, 11, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "day", "found_by"),
    [
        ("03/04/2026", date(2026, 4, 3), {}),
        ("03/04/2026", date(2026, 3, 4), {"country": "US", "timezone": "America/New_York"}),
        ("03/04/2026", date(2026, 3, 4), {"language": "en-US"}),
        ("03/04/2026", date(2026, 4, 3), {"language": "en-US", "country": "IQ"}),
        ("03/04/2026", date(2026, 3, 4), {"timezone": "UTC", "url": "https://tigris.com/cranes"}),
        ("03/04/2026", date(2026, 4, 3), {"timezone": "UTC", "url": "https://tigris.com/cranes", "language": "ar"}),
        ("03/04/2026", date(2026, 4, 3), {"timezone": "UTC", "url": "https://tigris.com/cranes", "language": "ckb"}),
        ("03/04/2026", date(2026, 4, 3), {"timezone": "UTC", "url": "https://tigris.iq/cranes"}),
        ("03/04/2026", date(2026, 3, 4), {"url": "https://tigris.example/2026/03/04/cranes"}),
        ("03/04/2026", date(2026, 3, 4), {"feed": datetime(2026, 3, 4, 11, 5, tzinfo=UTC)}),
        ("03/04/2026", date(2026, 3, 4), {"head": ld(dateModified="2026-03-04T20:00:00+03:00")}),
        ("Wednesday 03/04/2026", date(2026, 3, 4), {}), ("الأربعاء 03/04/2026", date(2026, 3, 4), {}),
        ("چوارشەممە 03/04/2026", date(2026, 3, 4), {}), ("Çarşem 03/04/2026", date(2026, 3, 4), {}),
        ("Friday 03/04/2026", date(2026, 4, 3), {"country": "US"}), ("03.04.2026", date(2026, 4, 3), {}),
        ("11/12/2026", date(2026, 11, 12), {}), ("11/12/2026", date(2026, 11, 12), {"country": "US"}),
        ("20/11/2026", date(2026, 11, 20), {"country": "US"}), ("11/20/2026", date(2026, 11, 20), {}),
    ],
)  # fmt: skip
def test_which_number_is_the_month_is_asked_of_the_page_before_the_country(
    stamp: str, day: date, found_by: dict[str, Any]
) -> None:
    found = article(f"{HEADLINE}<div>{stamp}</div>{BODY}", **found_by)

    assert found.published is not None
    assert found.published.date() == day


@pytest.mark.parametrize(("elsewhere", "month"), [("11/19/2026", 3), ("19/11/2026", 4)])
def test_the_other_dates_of_a_page_show_how_it_writes_them(elsewhere: str, month: int) -> None:
    for country in ("IQ", "US"):
        body = f"{HEADLINE}<div>03/04/2026</div>{BODY}<aside><a href='/x'>Melons rot</a> {elsewhere}</aside>"
        found = article(body, country=country)
        assert found.published is not None
        assert found.published.month == month


def test_a_time_in_the_other_order_refines_the_day_that_is_declared() -> None:
    found = article(f"{HEADLINE}<div>11/03/2026 14:05</div>{BODY}", head=ld(datePublished="2026-11-03"))

    assert found.published == AT


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://tigris.example/2026/11/03/cranes", DAY), ("https://tigris.example/news/2026-11-03-cranes.html", DAY),
        ("https://tigris.example/news/20261103/cranes", DAY), ("https://tigris.example/en/iraq/031120262", DAY),
        ("https://tigris.example/2027/11/03/cranes", None), ("https://tigris.example/2026/11/cranes", None),
        ("https://tigris.example/news/12345678", None),
    ],
)  # fmt: skip
def test_a_day_in_the_address_is_the_last_witness(url: str, day: date | None) -> None:
    found = article(url=url)
    assert (found.published.date() if found.published else None) == day
    seen = article(f"{HEADLINE}{BODY}<p>3 Nov 2026 14:05</p>", url=url)
    assert seen.published == AT


@pytest.mark.parametrize(
    "dateline",
    ["BAGHDAD, 3 November 2026 - The", "BASRA, Nov. 3, 2026 /Post/ -- The", "بغداد – 3 تشرين الثاني 2026 – قال",
     "هەولێر، 3ی تشرینی دووەمی 2026 - ئەو", "Hewlêr, 3yê Mijdara 2026an - Ew"],
)  # fmt: skip
def test_a_dateline_tells_the_day_where_nothing_else_does(dateline: str) -> None:
    story = f"<p>{dateline} {TITLE * 3} {TITLE * 3}</p>{BODY}"

    found = article(f"{HEADLINE}{story}")
    assert found.published is not None
    assert (found.published.date(), found.published_precision) == (DAY, "day")
    assert article(f"{HEADLINE}<p>The flood of 3 November 2019 - the worst - {TITLE * 3}</p>{BODY}").published is None


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADLINE}{BODY}<footer>© 2026 Tigris Post</footer><p>Copyright 2019-2026</p>",
        f"{HEADLINE}<p>The fair opens on 12 December 2025 at 10:00 in the old khan, its owner said.</p>{BODY}",
        f"{HEADLINE}<p class='lead'>Fair opens 12 December 2025 in Kut</p>{BODY}",
        f"{HEADLINE}{BODY}<figure><img src='a.jpg'><figcaption>The crane on 2 May 2024</figcaption></figure>",
        f"<header>Monday, 23 November 2026 21:00:03</header>{HEADLINE}{BODY}",
        f"<div><time datetime='2026-11-23T18:00:00Z'>23 Nov 2026</time></div>{HEADLINE}{BODY}",
        f"<p class='date'>23 Nov 2026</p><h2>{TITLE}</h2>{BODY}",
        f"{HEADLINE}{BODY}<div>Page generated 2026-11-23 21:00:01</div>",
        f"{HEADLINE}{BODY}<ol id='comments'><li class='comment'><time datetime='{ISO}'>3 Nov</time> Sad.</li></ol>",
        f"{HEADLINE}{BODY}<nav><a href='/p'>Melons rot <time datetime='{ISO}'>3 Nov</time></a></nav>",
        f"<div>{HEADLINE}{BODY}</div><footer>Built <time datetime='{ISO}'>3 Nov</time></footer>",
    ],
)  # fmt: skip
def test_what_dates_something_else_does_not_date_the_article(body: str) -> None:
    found = article(body)

    assert (found.published, found.modified) == (None, None)
    assert article(body, feed=AT).published == AT


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEADLINE}<footer>By Nora on <time datetime='{ISO}'>3 Nov</time></footer>{BODY}</article>",
        f"{HEADLINE}{BODY}<div class='sidebar'><h4>Published</h4> <time datetime='{ISO}'>3 Nov</time></div>",
        f"{HEADLINE}{BODY}<div class='sidebar'><b>تاريخ النشر</b> <time datetime='{ISO}'>3</time></div>",
        f"{HEADLINE}{BODY}<div class='sidebar'><b>بڵاوکردنەوە:</b> <time datetime='{ISO}'>3</time></div>",
        f"{HEADLINE}{BODY}<div class='sidebar'><b>Dîroka weşanê:</b> <time datetime='{ISO}'>3</time></div>",
    ],
)
def test_a_stamp_is_the_articles_in_its_own_footer_or_under_a_label_that_says_so(body: str) -> None:
    assert article(body).published == AT
