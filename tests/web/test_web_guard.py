"""What the guard lets in and turns away, over real HTTP, to the owner of a desk."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from looking import Served
from sending import HUNG_UP, send

from archive.web.asking import _rows_of

FIXED = {
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
}  # fmt: skip
EVERYWHERE = ["/", "/archive", "/archive/headlines", "/archive.json", "/nowhere", "/-/permissions", "/-/static/app.css"]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_has_the_headers_that_keep_it_safe(served: Served, path: str) -> None:
    headers = served.get(path).headers
    assert {name: headers.get(name) for name in FIXED} == FIXED
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "unsafe" not in policy and "*" not in policy


def test_a_nonce_is_used_once(served: Served) -> None:
    nonces = {re.search(r"nonce-([\w-]+)", served.get("/").headers["content-security-policy"])[1] for _ in range(3)}
    assert len(nonces) == 3


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::1]evil", "127.0.0.2", "", "0.0.0.0", "@"],
)
def test_a_name_of_somebody_else_that_leads_here_is_turned_away(served: Served, host: str) -> None:
    assert send(served.address, b"/", host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8001", "127.0.0.1", "127.0.0.1.:80", "[::1]", "[::1]:8001"])
def test_the_names_of_this_machine_are_let_in(served: Served, host: str) -> None:
    assert send(served.address, b"/", host=host).status == 200


@pytest.mark.parametrize("header", ["x_forwarded_for", "x_forwarded_host", "forwarded", "via", "x_real_ip"])
def test_no_proxy_asks_in_the_name_of_the_owner(served: Served, header: str) -> None:
    assert send(served.address, b"/", **{header: "10.0.0.1"}).status == 403


@pytest.mark.parametrize(
    "target",
    [
        b"/-/permissions", b"/%2d/permissions", b"/-%2Fpermissions", b"/%2D%2Fpermissions", b"/-/messages",
        b"/-/allow-debug", b"/-/patterns", b"/-/auth-token?token=x", b"/-/threads.json", b"/-/metadata.json",
        b"/-/password-tool", b"/-/config", b"/-/login", b"/-", b"/_internal", b"/_internal/databases.json",
        b"/_memory", b"/%5finternal", b"/_internal.db", b"/-/static-plugins/x/y",
    ],
)  # fmt: skip
def test_what_shows_how_it_works_inside_is_not_there(served: Served, target: bytes) -> None:
    assert send(served.address, target).status == 404


@pytest.mark.parametrize(
    "target",
    [
        b"//evil.example/", b"//-/permissions", b"/\\evil.example/", b"/%5cevil.example/", b"/a/../../etc/passwd",
        b"/a/%2e%2e/b", b"/%0d%0aset-cookie:x", b"/%00", b"/a%E2%80%AEb", b"*", b"/-/khabar/%2e%2e/plugin.py",
    ],
)  # fmt: skip
def test_an_address_that_is_none_of_a_page_is_refused_and_leads_nowhere(served: Served, target: bytes) -> None:
    answer = send(served.address, target)
    assert answer.status in (400, 404) and "location" not in answer.headers and not answer.cookies


def test_no_file_but_our_own_is_given_out(served: Served) -> None:
    assert served.get("/-/khabar/khabar.css").status_code == 200
    for path in (b"/-/khabar/..%2fplugin.py", b"/-/khabar//etc/passwd", b"/-/static/..%2f..%2fapp.py"):
        assert send(served.address, path).status in (400, 404), path


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_nothing_is_written(served: Served, method: str) -> None:
    for target in (b"/", b"/archive", b"/-/interface", b"/-/archive.db"):
        assert send(served.address, target, method=method).status in (400, 404, 405)


@pytest.mark.parametrize("target", [b"/", b"/sources", b"/live", b"/-/interface", b"/-/archive.db", b"/sources.csv"])
def test_who_asks_for_the_head_alone_gets_no_body(served: Served, target: bytes) -> None:
    answer = send(served.address, target, method="HEAD")
    assert answer.status in (200, 302) and answer.body == b""


def test_what_is_too_long_is_refused(served: Served) -> None:
    assert send(served.address, b"/?q=" + b"a" * 17_000).status == 414
    assert send(served.address, b"/", cookie="a" * 200_000).status in (HUNG_UP, 400, 431)


def test_a_choice_of_language_leads_to_no_other_site(served: Served) -> None:
    for back in (
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
    ):
        assert served.get("/-/interface", params={"language": "ar", "back": back}).headers["location"] == "/"
    assert served.get("/-/interface", params={"back": "/search?q=a"}).headers["location"] == "/search?q=a"


def test_no_script_reads_a_cookie(served: Served) -> None:
    for answer in (served.get("/-/interface?language=ar"), served.get("/-/interface?theme=dark")):
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie


FOREIGN = {"sec_fetch_site": "cross-site"}
LINK = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


def test_another_site_has_no_statement_run_and_nothing_copied(served: Served) -> None:
    for target in (b"/archive.json?sql=select+1", b"/archive?%73ql=select+1", b"/-/archive.db",
                   b"/archive/headlines?_where=1"):  # fmt: skip
        assert send(served.address, target, **FOREIGN, **LINK).status == 403
        assert send(served.address, target, sec_fetch_site="same-site", **LINK).status == 403
        assert send(served.address, target, sec_fetch_site="same-origin", **LINK).status == 200
    assert (
        send(served.address, b"/live.json", sec_fetch_mode="no-cors", sec_fetch_dest="image", **FOREIGN).status == 403
    )
    assert send(served.address, b"/", sec_fetch_mode="navigate", sec_fetch_dest="iframe", **FOREIGN).status == 403


def test_a_link_on_another_site_leads_here(served: Served) -> None:
    assert send(served.address, b"/sources", **FOREIGN, **LINK).status == 200


@pytest.mark.parametrize(
    "statement",
    [
        "attach '/tmp/x' as y", "pragma query_only = 0", "select load_extension('x')", "select readfile('/etc/passwd')",
        "select writefile('/tmp/x', 'y')", "vacuum into '/tmp/khabar-x'", "insert into meta values (1, 2)",
        "with a as (select 1) delete from article_head", "select 1; drop table runs",
        "select hex(zeroblob(1000000000))", "select edit('x')", "select * from sqlite_dbpage",
    ],
)  # fmt: skip
def test_no_statement_writes_or_reads_another_file_or_takes_all_the_memory(served: Served, statement: str) -> None:
    answer = served.get("/archive.json", params={"sql": statement})
    assert answer.status_code == 400, answer.text


def test_an_answer_of_too_many_megabytes_is_given_up(served: Served) -> None:
    many = "with recursive c(x) as (select 1 union all select x + 1 from c) select zeroblob(1000000) from c limit 900"
    answer = served.get("/archive.json", params={"sql": many})
    assert answer.status_code == 400 and "fewer rows" in answer.json()["error"]


def test_a_statement_without_an_end_is_ended(served: Served) -> None:
    endless = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
    answer = served.get("/archive.json", params={"sql": endless})
    assert answer.status_code == 400 and answer.elapsed.total_seconds() < 10


def test_a_page_is_kept_by_no_cache_and_a_file_of_ours_by_all(served: Served) -> None:
    assert "private" in served.get("/sources").headers["cache-control"]
    style = re.search(r'href="(/-/khabar/khabar.css\?\w+)"', served.get("/").text)[1]
    assert "immutable" in served.get(style).headers["cache-control"]


def test_a_bug_tells_nothing_of_how_it_works_inside(served: Served) -> None:
    answer = served.get("/archive/headlines?_sort=nowhere")
    assert answer.status_code == 400, "who wrote the address was wrong"
    assert "Traceback" not in answer.text and str(served.root) not in answer.text


@pytest.mark.parametrize("arguments", ["_sort=id&_next=%00", "id__in=[", "id__in=[1", "_through={}", "_sort=nowhere"])
def test_a_mistake_in_an_address_is_no_error_of_the_server(served: Served, arguments: str) -> None:
    for form in ("", ".json"):
        answer = served.get(f"/archive/headlines{form}?{arguments}")
        assert answer.status_code == 400, answer.text[:300]


def test_the_tables_are_counted_as_they_are(served: Served, demo_desk: Path) -> None:
    with closing(sqlite3.connect(demo_desk / "archive.db")) as db:
        (articles,) = db.execute("SELECT count(*) FROM article_head").fetchone()
    tables = {one["name"]: one["count"] for one in served.get("/archive.json").json()["tables"]}
    assert tables["article_head"] == articles and len(tables) > 20


def test_a_table_of_very_many_rows_is_not_counted_to_the_end() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        steps: list[int] = []
        db.execute("CREATE TABLE many (x)")
        db.executemany("INSERT INTO many VALUES (?)", [(one,) for one in range(20_000)])
        assert _rows_of(db, "many") == 20_000
        db.execute("INSERT INTO many SELECT x FROM many")
        db.set_progress_handler(lambda: steps.append(1), 1_000)
        assert _rows_of(db, "many") is None and len(steps) < 300
        assert _rows_of(db, "no such table") is None
