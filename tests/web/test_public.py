"""A desk that is shown to everybody: headlines, snippets and links, and nothing else."""

import pytest
from looking import Served
from sending import send

CLOSED = [
    "/alerts", "/alerts/sent.csv", "/archive", "/archive.json", "/archive/headlines", "/archive/articles.json",
    "/archive/article_text.json", "/archive/revisions.csv?_stream=1", "/archive/alerts.json", "/archive/visits.json",
    "/archive.json?sql=select+1", "/archive/article_head/1", "/sources/rafidain/fates.csv",
    "/-/archive.db", "/-/databases.json", "/-/plugins", "/-/settings.json", "/-/versions.json", "/archive.db",
    "/archive/articles.json?_shape=array&_trace=1", "/kept/{kept}", "/kept/{kept}/page", "/articles/{edited}.json",
    "/alerts/{message}",
]  # fmt: skip
OPEN = ["/", "/sources", "/sources/rafidain", "/sources.csv", "/sources/rafidain/days.csv", "/live", "/live.json",
        "/articles/{edited}", "/search?q=iraq", "/topics", "/topics/syria", "/feed.atom", "/feed.json"]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_not_for_everybody_is_closed(in_public: Served, places: dict[str, str], path: str) -> None:
    assert in_public.get(path.format_map(places)).status_code == 403


@pytest.mark.parametrize("path", OPEN)
def test_what_is_for_everybody_is_open(in_public: Served, places: dict[str, str], path: str) -> None:
    assert in_public.get(path.format_map(places)).status_code == 200


def test_nobody_in_public_hears_of_texts_alerts_ways_and_errors(
    in_public: Served, served: Served, places: dict[str, str]
) -> None:
    secrets = ["/rss/", "json://", "robots.txt", "riverside-mall", "ref ", "desk · each"]
    pages = {path: in_public.get(path.format_map(places)).text for path in OPEN}
    assert [(path, word) for path, text in pages.items() for word in secrets if word in text] == []
    assert "robots.txt" in served.get("/sources/rafidain").text, "the owner is told, or this proves nothing"
    assert "<blockquote" in served.get("/live").text and "<blockquote" not in pages["/live"]


def test_a_menu_shows_no_page_that_is_closed(in_public: Served) -> None:
    menu = in_public.get("/").text.split("<nav")[1].split("</nav>")[0]
    assert 'href="/alerts"' not in menu and 'href="/archive"' not in menu and 'href="/live"' in menu


def test_a_proxy_may_stand_before_it(in_public: Served) -> None:
    assert send(in_public.address, b"/sources", x_forwarded_for="10.0.0.1", x_forwarded_proto="https").status == 200


def test_a_cookie_or_token_that_nobody_gave_opens_nothing(in_public: Served) -> None:
    for headers in ({"cookie": "ds_actor=eyJhIjp7ImlkIjoicm9vdCJ9fQ.x"}, {"authorization": "Bearer a-token"}):
        assert in_public.get("/alerts", headers=headers).status_code == 403
