"""Wrong definitions become one line that names the file, the key, the value and what was probably meant."""

from pathlib import Path

import pytest

from alerts.definitions import load_alerts
from schedules.jobs import load_jobs
from seeds.definitions import DefinitionError, nearest, read_toml, seconds
from seeds.sources import load_sources

SOURCE = '[[source]]\nid = "wire-en"\nname = "Wire"\n'
JOB = '[[job]]\nid = "wire"\nsources = ["wire-*"]\n'
ALERT = '[[alert]]\nid = "desk"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOURCE + "feedz = []", 'source[0].feedz: unknown key; did you mean "feeds"?'),
        (SOURCE + "budget = { page = 3 }", 'source[0].budget.page: unknown key; did you mean "pages"?'),
        (SOURCE + 'timezone = "Asia/Bagdad"', "source[0].timezone = 'Asia/Bagdad'"),
        (SOURCE + 'delay = "slow"', "source[0].delay = 'slow': must be a number"),
        (SOURCE + "delay = -1", "source[0].delay = -1: must be a number >= 0"),
        (SOURCE + 'revisit = ["1y"]', "source[0].revisit[0] = '1y': must be a duration"),
        (SOURCE + 'revisit = ["1d", "1h"]', "must grow from one step to the next"),
        (SOURCE + 'feeds = ["ftp://a.example/rss"]', "source[0].feeds[0] = 'ftp://a.example/rss'"),
        (SOURCE + 'feeds = ["ftp://a.example/@desk"]', "source[0].feeds[0] = 'ftp://a.example/@desk'"),
        (SOURCE + 'delay = "https://me:hunter2@a.example"', "source[0].delay = '(hidden)': must be a number"),
        (SOURCE + 'feeds = ["https://a.example:8443/rss"]', "its port 8443 is not among ports"),
        (SOURCE + 'article = "("', "source[0].article = '(': is not a regular expression"),
        (SOURCE + 'feeds = ["https://a.example/r ss"]', "holds a space or a control character"),
        (SOURCE + 'language = "arabic"', "is not a BCP 47 tag"),
        (SOURCE + 'country = "Iraq"', "is not an ISO 3166 code"),
        (SOURCE + '[source.selectors]\nbody = "div["', "source[0].selectors.body = 'div[': is not a CSS selector"),
        (
            SOURCE + '[[source.json]]\nurl = "https://a.example/j"\nitems = "data["\nlink = "url"',
            "json[0].items = 'data['",
        ),
        ('[[source]]\nid = "wire"', 'source[0]: the key "name" is missing'),
        ('[[source]]\nid = "Wire 1"\nname = "W"', "must be an id of lower-case letters"),
        (SOURCE + SOURCE, "this id is taken by"),
        ("[[sauce]]", 'sauce: unknown key; did you mean "source"?'),
        ("source = 3", "source = 3: must be a list"),
        ("[[source]", "is not TOML"),
    ],
)
def test_a_wrong_source_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_sources(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "sources.toml"))
    assert "\n" not in str(caught.value)


def test_a_password_in_a_url_is_refused_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(SOURCE + 'feeds = ["https://me:hunter2@a.example/rss"]')
    with pytest.raises(DefinitionError) as caught:
        load_sources(tmp_path)
    assert "must not hold a user name or password" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_bytes("name = 'شفق'".encode("cp1256"))
    with pytest.raises(DefinitionError, match="is not UTF-8 text"):
        read_toml(tmp_path / "sources.toml")


def test_a_source_knows_its_ways_hosts_and_articles(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(
        SOURCE
        + 'feeds = ["https://a.example/rss"]\nlistings = ["https://b.example/كل-الاخبار"]\n'
        + "article = '/story/'\nexclude = ['/tags/']",
        encoding="utf-8",
    )
    source = load_sources(tmp_path)["wire-en"]
    assert source.ways == [("feed", "https://a.example/rss"), ("listing", "https://b.example/كل-الاخبار")]
    assert source.hosts == {"a.example", "b.example"}
    assert source.is_article("https://a.example/story/1")
    assert not source.is_article("https://a.example/tags/story/1/tags/")
    assert not source.is_article("https://a.example/about")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (JOB, "job[0].every: give either every"),
        (JOB + 'every = "5s"', "must be at least 10s"),
        (JOB + 'every = "5m"\ncron = "* * * * *"', "give either every"),
        (JOB + 'cron = "* * *"', "must have five fields"),
        (JOB + 'every = "5m"\nactive = "6-23"', "must be a span of the day"),
        (JOB + 'evry = "5m"', 'job[0].evry: unknown key; did you mean "every"?'),
        (JOB + 'every = "5m"\n' + JOB + 'every = "5m"', "another job has this id"),
        ('[[job]]\nid = "w"\nsources = []\nevery = "5m"', "must name at least one source"),
    ],
)
def test_a_wrong_job_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "jobs.toml").write_text(text)
    with pytest.raises(DefinitionError) as caught:
        load_jobs(tmp_path, ["wire-en"])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALERT + 'to = ["env:DESK"]\nwen = "each"', 'alert[0].wen: unknown key; did you mean "when"?'),
        (ALERT + "to = []", "must name at least one channel"),
        (ALERT + 'to = ["env:DESK"]\nwhen = "digest"', "a digest, and nothing else, needs one"),
        (ALERT + 'to = ["env:DESK"]\ncron = "0 6 * * *"', "a digest, and nothing else, needs one"),
        (ALERT + 'to = ["env:DESK"]\nwhen = "sometimes"', "alert[0].when = 'sometimes': must be one of each, digest"),
        (ALERT + 'to = ["env:DESK"]\nwhen = "dijest"', 'did you mean "digest"?'),
        (ALERT + 'to = ["env:DESK"]\nquiet = "late"', "must be a span of the day"),
        (ALERT + 'to = ["env:DESK"]\nmin_change = 2', "alert[0].min_change = 2"),
    ],
)
def test_a_wrong_alert_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "alerts.toml").write_text(text)
    with pytest.raises(DefinitionError) as caught:
        load_alerts(tmp_path, ["wire-en"], ["isis"])
    assert said in str(caught.value)


def test_a_channel_that_is_no_channel_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "alerts.toml").write_text(ALERT + 'to = ["hunter2 token"]')
    with pytest.raises(DefinitionError) as caught:
        load_alerts(tmp_path, ["wire-en"], ["isis"])
    assert "alert[0].to[0]" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"), [("30s", 30), ("1.5m", 90), ("2h", 7200), ("3d", 259200), ("1w", 604800)]
)
def test_durations_are_seconds(text: str, expected: float) -> None:
    assert seconds(text) == expected


def test_nothing_is_suggested_for_a_word_like_no_other() -> None:
    assert nearest("zzzz", ["feeds", "name"]) is None


@pytest.mark.parametrize(("word", "meant"), [("sirya", "syria"), ("ISIS", "isis"), ("gas_import", "gas_imports")])
def test_case_and_swapped_letters_do_not_hide_what_was_meant(word: str, meant: str) -> None:
    assert nearest(word, ["iran", "israel", "syria", "isis", "gas_imports"]) == meant
