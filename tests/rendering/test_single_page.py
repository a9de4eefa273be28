"""A site that shows nothing without its scripts, crawled as people crawl it: through the command line."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from drawn_pages import needs_browser
from single_page_site import EACH, LANGUAGES, SinglePageSite, single_page_site

from archive.pages import kept_hashes, open_pages, read_kept


@pytest.fixture
def site() -> Iterator[SinglePageSite]:
    with single_page_site() as open_site:
        yield open_site


def chromium_of(process: int) -> list[str]:
    """The processes of Chromium that *process* has started, or had."""
    found = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError):
            line = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
            if f"khabar-browser-{process}-".encode() in line:
                found.append(folder.name)
    return found


def wait_until(is_so: Any, what: str) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError(f"it did not come to this: {what}")


@needs_browser
def test_it_is_archived_whole_in_four_languages_and_the_next_run_knows_how(desk: Any, site: SinglePageSite) -> None:
    desk.write_sources("".join(site.source(language) for language in LANGUAGES))
    (desk.root / "desk.toml").write_text('name = "Test desk"\ncontact = "desk@example.org"\nkeep_pages = true\n')

    crawled = desk.crawl()

    told = {name: (tally["archived"], tally["failed"] + tally["refused"]) for name, tally in crawled["sources"].items()}
    assert told == {f"peyam-{language}": (EACH, 0) for language in LANGUAGES}
    for language in LANGUAGES:
        for story in site.stories[language]:
            (row,) = desk.rows("SELECT * FROM articles WHERE url = ?", f"{site.url}/{language}/story/{story.name}")
            assert (row["title"], row["text"], row["language"]) == (story.title, story.text, language)
            assert row["published"] == f"{story.published:%Y-%m-%dT%H:%M:%SZ}"
    frames = [path for path in site.asked if "/story/" in path and not path.startswith("/api/")]
    assert len(frames) == len(set(frames)) == EACH * len(LANGUAGES), "each frame is asked for once, drawn or not"
    assert not [path for path in site.asked if path.startswith(("/pictures/", "/style"))]
    with closing(open_pages(desk.root / "pages.db", read_only=True)) as pages:
        for row in desk.rows("SELECT page_sha256, title FROM articles"):
            page = read_kept(pages, bytes.fromhex(row["page_sha256"]))
            assert page is not None and page.rendered and row["title"] in page.body.decode(), "what was drawn is kept"
        assert len(list(kept_hashes(pages))) == EACH * len(LANGUAGES), "and not the empty frame"
    habits = desk.rows("SELECT * FROM rendering WHERE kind = 'article'")
    assert {row["plain_lost"] for row in habits} == {EACH}
    assert desk.rows("SELECT count(*) AS n FROM visits WHERE etag IS NOT NULL") == [{"n": 0}], "of the frame"

    again = desk.crawl("peyam-ckb")["sources"]["peyam-ckb"]

    assert (again["unchanged"], again["requests"]) == (EACH, 1), "its list is drawn, and shows nothing new"


@needs_browser
def test_a_source_whose_plain_pages_suffice_starts_no_browser(newsroom_desk: Any, newsroom: Any) -> None:
    text = newsroom.sources_toml(delay=0).replace("[[source]]", "[[source]]\nrender = true")
    newsroom_desk.write_sources(text)

    done = newsroom_desk.khabar("crawl", "--json", "-v", "kani")

    tally = json.loads(done.stdout)["sources"]["kani"]
    assert tally["archived"] > 10
    assert newsroom_desk.rows("SELECT * FROM rendering") == []


@needs_browser
def test_check_says_what_rendering_gains(desk: Any, site: SinglePageSite, newsroom: Any) -> None:
    desk.write_sources(site.source("kmr", render="false") + newsroom.sources_toml(delay=0))

    done = desk.khabar("sources", "check", "--render", "--json", "peyam-kmr", "sidra")

    single, plain = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert single["rendering"]["verdict"] == "articles and listings only when rendered: set render = true"
    assert (single["usable"], single["verdict"]) == (False, single["rendering"]["verdict"])
    pages = single["rendering"]["pages"]
    assert [page["kind"] for page in pages].count("article") == EACH
    for page in pages:
        assert page["plain"]["fault"] in ("no article links", "empty page")
        assert page["rendered"]["fault"] is None
        assert page["rendered"]["links"] == EACH or page["rendered"]["words"] > 40
    assert (plain["usable"], plain["rendering"]["gains"]) == (True, "nothing")
    assert plain["rendering"]["verdict"] == "rendering gains nothing: leave render = false"
    assert not (desk.root / "archive.db").exists()


@pytest.mark.parametrize(
    ("command", "chromium", "words"),
    [
        (("crawl",), "/nowhere/chromium", 'KHABAR_CHROMIUM = "/nowhere/chromium" is no program'),
        (("crawl",), "/bin/true", "/bin/true is no Chromium that runs"),
        (("run",), "/nowhere", 'KHABAR_CHROMIUM = "/nowhere" is no program'),
        (("sources", "check"), "/nowhere", 'KHABAR_CHROMIUM = "/nowhere" is no program'),
        (("sources", "check", "--render"), "/nowhere", 'KHABAR_CHROMIUM = "/nowhere" is no program'),
    ],
    ids=["crawl", "crawl with another program", "run", "check", "check --render"],
)
@needs_browser
def test_without_a_chromium_it_is_one_line(
    desk: Any, site: SinglePageSite, command: tuple[str, ...], chromium: str, words: str
) -> None:
    desk.write_sources(site.source("ar"))
    (desk.root / "schedules/jobs.toml").write_text('[[job]]\nid = "all"\nsources = ["*"]\nevery = "10m"\n')

    done = desk.khabar(*command, environ={"KHABAR_CHROMIUM": chromium})

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert "install the package" in done.stderr
    assert "peyam-ar" in done.stderr or "--render" in done.stderr
    assert site.asked == []


@needs_browser
def test_a_browser_that_does_not_start_says_why_and_what_is_plain_is_read(
    desk: Any, site: SinglePageSite, tmp_path: Path
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text(
        '#!/bin/sh\nif [ "$1" = --version ]; then echo Chromium 1.0; exit; fi\n'
        "echo 'libnss3.so: cannot open shared object file' >&2\nexit 127\n"
    )
    broken.chmod(0o755)
    desk.write_sources(site.source("ckb"))

    done = desk.khabar("crawl", "--json", environ={"KHABAR_CHROMIUM": str(broken)})

    (said,) = (line for line in done.stderr.splitlines() if "did not start" in line)
    assert said.endswith("the browser did not start: libnss3.so: cannot open shared object file")
    assert desk.rows("SELECT cause FROM feeds") == [{"cause": "browser did not start"}]
    assert desk.rows("SELECT * FROM rendering") == [], "it says nothing of the source"
    status = desk.khabar("status", "--json")
    assert status.returncode == 1
    assert "the browser did not start, 1 of its pages wait" in " ".join(json.loads(status.stdout)["attention"])


def test_without_the_extra_it_is_one_line(desk: Any, site: SinglePageSite, tmp_path: Path) -> None:
    """The extra is hidden from the process, as where it was never installed."""
    desk.write_sources(site.source("ckb"))
    hide = (
        "import sys, importlib.util as u; real = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if 'playwright' in name else real(name, *rest)\n"
        "sys.modules['playwright'] = sys.modules['scrapy_playwright'] = None\n"
        "import runpy; sys.argv[0] = 'khabar'; runpy.run_module('crawler', run_name='__main__')\n"
    )
    words = desk.command("crawl")

    def run(*more: str) -> Any:
        command = [words[0], "-P", "-c", hide, *words[4:], *more]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=desk.environment)

    done = run()

    assert done.returncode == 2
    assert done.stderr.splitlines() == [done.stderr.rstrip("\n")]
    assert 'the extra "render" is not installed; "make render" installs it' in done.stderr

    desk.write_sources(site.source("ckb", render="false"))
    assert run().returncode == 1, "it crawls; that the listing shows nothing is told"
    assert desk.rows("SELECT cause FROM feeds") == [{"cause": "no article links"}]


def test_behind_a_proxy_it_is_one_line(desk: Any, site: SinglePageSite) -> None:
    (desk.root / "desk.toml").write_text('name = "Test"\nproxy = true\n')
    desk.write_sources(site.source("en"))

    done = desk.khabar("crawl")

    assert done.returncode == 2
    assert "proxy = true" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@needs_browser
def test_the_service_draws_keeps_its_old_definitions_and_leaves_no_browser(desk: Any, site: SinglePageSite) -> None:
    desk.write_sources(site.source("kmr"))
    (desk.root / "schedules/jobs.toml").write_text('[[job]]\nid = "all"\nsources = ["*"]\nevery = "1m"\n')
    running = subprocess.Popen(desk.command("run"), env=desk.environment, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    try:
        next(line for line in running.stderr if f"{EACH} archived" in line)
        assert chromium_of(running.pid), "it is kept for the next page"
        (desk.root / "desk.toml").write_text('name = "Test"\nproxy = true\n')
        running.send_signal(signal.SIGHUP)
        said = next(line for line in running.stderr if "NOT reloaded" in line)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=20)
    finally:
        running.kill()

    assert 'source "peyam-kmr".render' in said
    assert "the old ones stay in force" in said
    assert running.returncode == 0
    wait_until(lambda: not chromium_of(running.pid), "no process of the browser is left")


@needs_browser
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_however_it_ends_no_browser_is_left_and_the_next_run_goes_on(
    desk: Any, site: SinglePageSite, sign: signal.Signals
) -> None:
    desk.write_sources(site.source("en"))
    running = subprocess.Popen(desk.command("crawl"), env=desk.environment, stderr=subprocess.PIPE)
    try:
        wait_until(lambda: any("/api/en/story" in path for path in site.asked), "an article is being drawn")
        assert chromium_of(running.pid)
        os.kill(running.pid, sign)
        running.communicate(timeout=30)
    finally:
        running.kill()

    wait_until(lambda: not chromium_of(running.pid), "no process of the browser is left")
    if sign == signal.SIGKILL:
        crawled = desk.crawl()
        assert crawled["sources"]["peyam-en"]["failed"] == 0
        assert desk.rows("SELECT count(*) AS n FROM articles") == [{"n": EACH}]
    assert not list(Path(tempfile.gettempdir()).glob(f"khabar-browser-{running.pid}-*"))
