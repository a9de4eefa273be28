"""`khabar serve` as a person starts and ends it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from looking import serving


def serve(root: Path, *options: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What the command says that does not come to serve."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHABAR_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "crawler", "--desk", str(root), "serve", *options],
        capture_output=True, text=True, check=False, timeout=60, env={**inherited, **environment},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (["--host", "0.0.0.0"], {}, "set KHABAR_WEB_PASSWORD or KHABAR_WEB_TOKEN, or say --public"),
        (["--host", "192.0.2.1", "--public"], {}, "cannot answer at 192.0.2.1, port 8001"),
        (["--host", "no-such-host.invalid", "--public"], {}, "cannot answer at no-such-host.invalid"),
        ([], {"KHABAR_WEB_PASSWORD": "short"}, "KHABAR_WEB_PASSWORD has fewer than 8 characters"),
        (["--port", "70000"], {}, "--port"),
    ],
)
def test_what_cannot_be_served_is_told_in_one_line(
    demo_desk: Path, options: list[str], environment: dict[str, str], said: str
) -> None:
    done = serve(demo_desk, *options, **environment)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(demo_desk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(demo_desk, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "Address already in use" in done.stderr


def test_a_desk_that_has_crawled_nothing_says_how_to_begin(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('name = "New"\n')
    done = serve(tmp_path)
    assert done.returncode == 2
    assert 'there is no archive yet; "khabar crawl" makes one' in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_and_cleanly(demo_desk: Path, sign: signal.Signals) -> None:
    with serving(demo_desk) as served:
        assert served.get("/").status_code == 200
        assert served.get("/nothing/here").status_code == 404
        served.process.send_signal(sign)
        assert served.process.wait(5) in (0, -sign, 130)
        assert served.process.stderr is not None
        assert served.process.stderr.read() == "", "a page that is not there is nothing for the log"


def test_a_definition_that_changes_is_shown_and_a_wrong_one_is_told(demo_desk: Path) -> None:
    desk = demo_desk / "desk.toml"
    before = desk.read_text(encoding="utf-8")
    try:
        with serving(demo_desk) as served:
            desk.write_text(before.replace('name = "Demo desk"', 'name = "Another name"'), encoding="utf-8")
            assert "Another name" in served.get("/").text
            desk.write_text("name = 3\n", encoding="utf-8")
            page = served.get("/").text
            assert "Another name" in page
            assert "desk.toml" in page
            assert "files are wrong" in page
    finally:
        desk.write_text(before, encoding="utf-8")
