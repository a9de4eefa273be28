"""`khabar sources add`, `disable` and `enable` as a person types them."""

from typing import Any

import pytest

from crawler.desk_lock import hold_desk
from seeds.sources import load_sources

FILE = """\
# Agencies.
[[source]]
id = "zab-en"  # stable
name = "Zab"
feeds = ["https://zab.example/rss/en"]

[[source]]
id = "zab-ar"
name = "زاب"
feeds = ["https://zab.example/rss/ar"]
"""


@pytest.fixture
def zab(desk: Any) -> Any:
    """A desk that watches two sources and has a job for them."""
    desk.write_sources(FILE)
    (desk.root / "schedules/jobs.toml").write_text('[[job]]\nid = "wires"\nsources = ["zab-*"]\nevery = "10m"\n')
    return desk


def text(desk: Any, name: str = "test") -> str:
    return str((desk.root / f"seeds/sources/{name}.toml").read_text(encoding="utf-8"))


def test_a_source_is_disabled_and_enabled_and_its_file_keeps_its_comments(zab: Any) -> None:
    done = zab.khabar("sources", "disable", "zab-en")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"zab-en: disabled in {zab.root}/seeds/sources/test.toml\n"
    assert text(zab) == FILE.replace('name = "Zab"\n', 'name = "Zab"\nenabled = false\n')
    assert zab.khabar("sources", "enable", "zab-*").stdout == (
        f"zab-en: enabled in {zab.root}/seeds/sources/test.toml\nzab-ar: was enabled already\n"
    )


def test_a_job_that_has_nothing_left_to_crawl_is_told(zab: Any) -> None:
    done = zab.khabar("sources", "disable", "zab-*")
    assert done.returncode == 0
    assert 'job "wires": none of its sources is enabled now' in done.stderr


def test_a_service_that_runs_is_to_be_told(zab: Any) -> None:
    with hold_desk(zab.root, alone=True):
        done = zab.khabar("sources", "disable", "zab-en")
    assert done.returncode == 0
    assert "khabar run goes on as before until it reads the desk anew: kill -HUP " in done.stderr


def test_an_unknown_source_changes_nothing_and_is_named_with_the_nearest(zab: Any) -> None:
    done = zab.khabar("sources", "disable", "zab-en", "zab-er")
    assert (done.returncode, done.stdout) == (2, "")
    assert "SOURCE = 'zab-er': no source of this desk matches it; did you mean \"zab-en\"?" in done.stderr
    assert text(zab) == FILE


def test_a_source_is_added_from_options_alone(zab: Any) -> None:
    done = zab.khabar(
        "sources", "add", "tigris-ckb", "--name", "دیجلە", "--language", "ckb", "--country", "IQ",
        "--timezone", "Asia/Baghdad", "--feed", "https://tigris.example/rss", "--listing", "https://tigris.example:8443/so",
        "--article", r"^https?://(www\.)?tigris\.example/so/\d+$", "--exclude", "/tags/", "--delay", "2.5",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert "Try it: khabar sources check tigris-ckb" in done.stderr
    assert text(zab, "tigris-ckb") == (
        '[[source]]\nid = "tigris-ckb"\nname = "دیجلە"\nlanguage = "ckb"\ncountry = "IQ"\ntimezone = "Asia/Baghdad"\n'
        'feeds = ["https://tigris.example/rss"]\nlistings = ["https://tigris.example:8443/so"]\n'
        "article = '^https?://(www\\.)?tigris\\.example/so/\\d+$'\nexclude = [\"/tags/\"]\ndelay = 2.5\n"
        "ports = [80, 443, 8443]\n"
    )
    assert load_sources(zab.root / "seeds/sources")["tigris-ckb"].delay == 2.5


def test_a_source_is_added_below_what_stands_in_a_file_and_its_neighbours_are_told(zab: Any) -> None:
    done = zab.khabar("sources", "add", "zab-ku", "--feed", "https://zab.example/rss/ku", "--file", "test")
    assert done.returncode == 0
    assert text(zab).startswith(FILE + '\n[[source]]\nid = "zab-ku"\nname = "zab-ku"\n')
    assert "Its host is watched by zab-en, zab-ar as well" in done.stderr


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["zab-en", "--feed", "https://new.example/rss"], "id = 'zab-en': is taken: test.toml defines it"),
        (["new", "--feed", "http://zab.example/rss/en"], 'source "zab-en" watches it already'),
        (["new", "--feed", "https://new.example/rss", "--name", "\udcff"], "holds letters that are not UTF-8"),
        (["new"], 'source "new": names no feed, sitemap or listing'),
        (["new", "--feed", "new.example/rss"], "source[0].feeds[0] = 'new.example/rss': must be a URL"),
        (["new", "--feed", "https://new.example/rss", "--timezone", "Asia/Bagdad"], 'did you mean "Asia/Baghdad"?'),
        (["new", "--feed", "https://new.example/rss", "--article", "("], "source[0].article = '(': is not a regular"),
        (["new", "--feed", "https://new.example/rss", "--delay", "-1"], "source[0].delay = -1.0"),
        (["new", "--feed", "https://new.example/rss", "--file", "../x"], "--file = '../x': must be a name"),
        (["New Site", "--feed", "https://new.example/rss"], "source[0].id = 'New Site': must be an id"),
        (["new", "--id", "other", "--feed", "https://new.example/rss"], "the id is 'new' already"),
        (["https://new.example", "--feed", "https://new.example/rss"], "--feed"),
    ],
)
def test_what_cannot_be_added_is_one_clear_line_and_nothing_is_written(zab: Any, args: list[str], reason: str) -> None:
    done = zab.khabar("sources", "add", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert [file.name for file in (zab.root / "seeds/sources").iterdir()] == ["test.toml"]
    assert text(zab) == FILE
