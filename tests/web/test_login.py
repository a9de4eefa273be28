"""A desk with a password and a token: who has neither gets nothing, who has one is a reader and no owner."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client, HTTPTransport
from looking import PASSWORD, TOKEN, Served, serving
from sending import HUNG_UP, send

from archive.web.access import House
from archive.web.serving import datasette_of
from crawler.facing import DeskFace

BEARER = {"authorization": f"Bearer {TOKEN}"}
PAGES = ["/", "/sources", "/sources.csv", "/alerts", "/live", "/live.json", "/archive", "/archive/headlines.json",
         "/search?q=iraq", "/topics", "/feed.atom", "/topics/syria.json"]  # fmt: skip
OF_THE_OWNER = ["/-/archive.db", "/-/databases.json", "/-/databases", "/-/plugins.json", "/-/settings", "/-/versions"]


@pytest.fixture
def reader(behind_login: Served) -> Iterator[Client]:
    """Who has logged in with the token."""
    with Client(base_url=behind_login.address, headers=BEARER, timeout=30) as client:
        yield client


@pytest.mark.parametrize("path", [*PAGES, *OF_THE_OWNER, "/-/actor.json", "/nowhere", "/archive.db"])
def test_nobody_gets_nothing(behind_login: Served, path: str) -> None:
    told = behind_login.get(path)
    assert told.status_code == 401 and len(told.content) < 100
    shown = behind_login.get(path, headers={"accept": "text/html"})
    assert (shown.status_code, shown.headers["location"]) == (302, "/-/login")


@pytest.mark.parametrize(
    "target",
    [b"/%2d/static/", b"/-%2fstatic%2f..%2f..%2farchive", b"/archive%3f/-/static/", b"/archive?/-/static/",
     b"/-/login/../../archive", b"//-/static/x", b"/-/static/%2e%2e/%2e%2e/archive", b"/-/login%2f..%2farchive"],
)  # fmt: skip
def test_no_spelling_of_a_path_opens_another(behind_login: Served, target: bytes) -> None:
    answer = send(behind_login.address, target)
    assert answer.status in (400, 401, 404) and b"headlines" not in answer.body


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_reads(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 200


@pytest.mark.parametrize("path", OF_THE_OWNER)
def test_a_reader_is_told_nothing_of_the_machine(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 403


def test_a_reader_types_no_statement(reader: Client) -> None:
    for path in ("/archive.json?sql=select+1", "/archive?sql=select+1", "/archive/headlines.json?_where=1=1",
                 "/archive.csv?sql=select+1", "/archive/articles.json?_where=id+in+(select+1)"):  # fmt: skip
        answer = reader.get(path)
        assert answer.status_code in (400, 403), (path, answer.text[:200])
    assert "whole archive" not in reader.get("/archive").text


def test_a_reader_sees_no_path_of_the_machine(reader: Client, behind_login: Served) -> None:
    for path in (*PAGES, "/archive.json", "/archive/article_head.json", "/nowhere", "/sources/nowhere"):
        assert str(behind_login.root) not in reader.get(path).text


@pytest.mark.parametrize(
    "authorization",
    [f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer ", "Bearer \u00e9", f"Bearer  {TOKEN}", "Basic ZGVzazp4"],
)
def test_a_wrong_token_is_none(behind_login: Served, authorization: str) -> None:
    assert send(behind_login.address, b"/", authorization=authorization).status == 401


def test_a_token_in_the_address_is_none(behind_login: Served) -> None:
    assert behind_login.get("/", params={"token": TOKEN, "_auth_token": TOKEN}).status_code == 401


def logged_in(client: Client, password: str = PASSWORD, **headers: str) -> int:
    """Logs in by the form; the status."""
    form = client.get("/-/login", headers=headers).text
    token = form.split('name="csrftoken" value="')[1].split('"')[0]
    fields = {"username": "desk", "password": password, "csrftoken": token}
    return client.post("/-/login", data=fields, headers=headers).status_code


def test_one_logs_in_and_out_by_the_form(demo_desk) -> None:
    with serving(demo_desk, KHABAR_WEB_PASSWORD=PASSWORD) as served, Client(base_url=served.address) as client:
        assert logged_in(client, "not the password") == 200
        assert client.get("/").status_code == 401
        assert logged_in(client) == 302
        assert client.get("/").status_code == 200
        assert client.get("/").headers["cache-control"] == "private, no-store"
        page = client.get("/").text
        assert client.post("/-/logout", data={}).status_code == 403, "another site must not log anybody out"
        token = page.split('action="/-/logout"')[1].split('value="')[1].split('"')[0]
        assert client.post("/-/logout", data={"csrftoken": token}).status_code == 302
        assert client.get("/").status_code == 401


def test_a_form_of_another_site_logs_nobody_in(behind_login: Served) -> None:
    with Client(base_url=behind_login.address) as client:
        foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        answer = client.post("/-/login", data={"username": "desk", "password": PASSWORD}, headers=foreign)
        assert answer.status_code == 403 and "ds_actor" not in answer.cookies


def test_the_cookies_of_a_login_are_closed_to_scripts_and_to_plain_http_behind_tls(behind_login: Served) -> None:
    with Client(base_url=behind_login.address) as client:
        form = client.get("/-/login", headers={"x-forwarded-proto": "https"})
        token = form.text.split('name="csrftoken" value="')[1].split('"')[0]
        fields = {"username": "desk", "password": PASSWORD, "csrftoken": token}
        cookie = {"cookie": f"ds_csrftoken={form.headers['set-cookie'].split('ds_csrftoken=')[1].split(';')[0]}"}
        answer = client.post("/-/login", data=fields, headers={"x-forwarded-proto": "https", **cookie})
    assert answer.status_code == 302
    for header in (form.headers["set-cookie"], answer.headers["set-cookie"]):
        assert "httponly" in header.lower() and "secure" in header.lower() and "samesite=lax" in header.lower()


def test_a_long_form_is_not_read_to_its_end(behind_login: Served) -> None:
    form = {"content_type": "application/x-www-form-urlencoded"}
    answer = send(behind_login.address, b"/-/login", method="POST", body=b"password=" + b"a" * 200_000, **form)
    assert answer.status in (HUNG_UP, 413)


def test_passwords_are_tried_ten_times_a_minute_at_most(demo_desk) -> None:
    with serving(demo_desk, KHABAR_WEB_PASSWORD=PASSWORD) as served, Client(base_url=served.address) as client:
        statuses = [client.post("/-/login", data={"password": "x"}).status_code for _ in range(12)]
        assert 429 not in statuses[:10] and statuses[10:] == [429, 429]
        elsewhere = HTTPTransport(local_address="127.0.0.2")
        with Client(base_url=served.address, transport=elsewhere) as other:
            assert other.post("/-/login", data={"password": "x"}).status_code != 429, "who guesses keeps others out"
        assert client.get("/-/login").status_code == 200


def test_names_of_a_proxy_are_to_be_said(behind_login: Served) -> None:
    assert send(behind_login.address, b"/-/login", host="desk.test", x_forwarded_for="10.0.0.1").status == 200
    assert send(behind_login.address, b"/-/login", host="evil.test").status == 421


def test_another_password_ends_the_logins_of_before(demo_desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATASETTE_SECRET", "kept from one start to the next")
    signed = []
    for password in ("the first of them", "the first of them", "quite another one"):
        house = House(on_loopback=True, has_login=True)
        signed.append(datasette_of(DeskFace(demo_desk), house, password=password).sign({"a": {"id": "desk"}}, "actor"))
    assert signed[0] == signed[1] != signed[2]
