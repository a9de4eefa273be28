"""A desk that is shown to everybody: headlines, snippets and links, and nothing else."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from looking import TOKEN, Served, serving
from sending import send

from archive.web.access import House

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


def test_nobody_reads_a_whole_text_by_searching_for_it_piece_by_piece(in_public: Served, demo_desk: Path) -> None:
    with closing(sqlite3.connect(demo_desk / "archive.db")) as db:
        article, text = db.execute("SELECT id, text FROM article_text ORDER BY length(text) DESC LIMIT 1").fetchone()
    words = text.split()
    questions = [" ".join(words[place : place + 3]) for place in range(0, len(words) - 3, 12)]
    seen = set()
    for form in ("/search", "/search.json"):
        for question in questions:
            phrase = re.sub(r"[^\w ]", " ", question)
            answer = in_public.get(form, params={"q": f'"{phrase}"'})
            if str(article) in answer.text:
                seen |= set(re.findall(r"\w+", answer.text))
    assert seen, "it is found, or this proves nothing"
    assert len([word for word in set(re.findall(r"\w+", text[400:])) if word in seen]) < len(set(words)) / 2


@pytest.fixture
def broken(demo_desk: Path, tmp_path: Path) -> Path:
    """A desk with a saved search, of which the archive can be taken away."""
    root = tmp_path / "desk"
    shutil.copytree(demo_desk, root)
    with (root / "desk.toml").open("a", encoding="utf-8") as desk:
        desk.write('\n[searches]\nquiet-inquiry = "iraq"\n')
    return root


def test_only_the_owner_is_told_where_the_files_of_the_desk_are(broken: Path) -> None:
    paths = ("/", "/live.json", "/search?q=iraq", "/feed.atom", "/search.csv?q=iraq")
    tables = ("/archive/headlines", "/archive/headlines.json")
    token = {"authorization": f"Bearer {TOKEN}"}
    with serving(broken, "--public", KHABAR_WEB_TOKEN=TOKEN) as one, serving(broken) as owners:
        (broken / "desk.toml").write_text("name = 1", encoding="utf-8")
        wrong = one.get("/", headers=token).text
        assert "desk.toml" in wrong and str(broken) not in wrong
        (broken / "archive.db").rename(broken / "elsewhere.db")
        for path, headers in [*((path, {}) for path in paths), *((path, token) for path in (*paths, *tables))]:
            answer = one.get(path, headers=headers)
            assert (answer.status_code, str(broken) in answer.text) == (503, False), path
            assert "archive.db" in answer.text
        assert str(broken / "archive.db") in owners.get("/").text


def test_the_saved_searches_of_a_desk_are_nobody_elses(broken: Path) -> None:
    with serving(broken, "--public") as one:
        for path in ("/", "/search", "/search?q=saved:quiet-inquirx"):
            assert "quiet-inquiry" not in one.get(path).text, path
        assert one.get("/search?q=saved:quiet-inquiry").status_code == 400


@pytest.mark.parametrize("host", ["[::1", 'x"><y', "a/../b", "a b", "me@elsewhere", "\xff", ""])
def test_a_name_that_is_not_written_as_one_is_turned_away(host: str) -> None:
    assert not House(on_loopback=False, public=True).is_own(host)
