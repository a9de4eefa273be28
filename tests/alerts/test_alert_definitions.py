"""A file of alerts is taken as it stands or refused in one line, in which no secret ever is."""

from pathlib import Path
from typing import Any

import pytest

from alerts.channels import open_channels
from alerts.definitions import load_alerts
from seeds.definitions import DefinitionError

SOURCES, TOPICS = ("shafaq-en", "shafaq-ar", "radio-ckb"), ("isis", "syria", "us_withdrawal")
SECRET = "AAEhBOweik6ad9r_QXMENQjcrGbqCr4K"
REFUSED = "holds a secret, which does not belong into a file"
HOOK = 'to = ["json://127.0.0.1:8099/hook"]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "alerts"
    folder.mkdir()
    return folder


def refused(folder: Path, text: str, environ: Any = None) -> str:
    """The one line that a file with *text* is refused with."""
    (folder / "desk.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_alerts(folder, SOURCES, TOPICS)
        open_channels(folder, environ or {})
    line = str(caught.value)
    assert line.startswith(f"{folder / 'desk.toml'}: ")
    assert "\n" not in line
    return line


def alert(*lines: str) -> str:
    return "\n".join(("[[alert]]", 'id = "desk"', *lines))


def test_a_file_of_alerts_is_taken_as_it_stands(folder: Path) -> None:
    (folder / "desk.toml").write_text(
        alert(
            'topics = ["us_*", "isis"]', "query = 'فصائل OR drone -lang:ckb since:7d'", 'sources = ["shafaq-*"]',
            'languages = ["ar", "ku", "en-GB"]', "min_score = 1.5", 'per = "article"',
            'to = ["env:KHABAR_DESK_URL", "json://127.0.0.1:8099/hook",'
            ' "mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org"]',
        ),
        encoding="utf-8",
    )  # fmt: skip
    (folder / "more.toml").write_text('[[alert]]\nid = "all"\n' + HOOK)

    alerts = load_alerts(folder, SOURCES, TOPICS)
    assert list(alerts) == ["desk", "all"]
    assert alerts["desk"].languages == ("ar", "ku", "en-GB")
    assert (alerts["all"].when, alerts["all"].per, alerts["all"].min_score) == ("each", "story", 0)


def test_a_desk_without_alerts_has_none(folder: Path, tmp_path: Path) -> None:
    assert load_alerts(folder, SOURCES, TOPICS) == {}
    assert open_channels(tmp_path / "missing", {}) == {}


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        (alert('topics = ["isiss"]', HOOK), "alert[0].topics[0] = 'isiss'", 'did you mean "isis"?'),
        (alert('topics = ["isis", "uk_*"]', HOOK), "alert[0].topics[1] = 'uk_*'", "no topic of this desk matches it"),
        (alert('sources = ["shafak-en"]', HOOK), "alert[0].sources[0]", 'did you mean "shafaq-en"?'),
        (alert('cooldown = "53w"', HOOK), "alert[0].cooldown = '53w'", 'must be at most "52w"'),
        (alert('cooldown = "999999w"', HOOK), "alert[0].cooldown", 'must be at most "52w"'),
        (alert("max_per_hour = -1", HOOK), "alert[0].max_per_hour = -1", "must be a whole number >= 0"),
        (alert(f"max_per_hour = {10**20}", HOOK), "alert[0].max_per_hour", "<= 10000"),
        (alert('languages = ["ar", "Arabic language"]', HOOK), "alert[0].languages[1]", "is not a BCP 47 tag"),
        (alert("languages = ['عربي']", HOOK), "alert[0].languages[0] = 'عربي'", "is not a BCP 47 tag"),
        (alert('min_score = "high"', HOOK), "alert[0].min_score = 'high'", "must be a number"),
        (alert("min_score = -1", HOOK), "alert[0].min_score = -1", ">= 0"),
        (alert('per = "day"', HOOK), "alert[0].per = 'day'", "must be one of story, article"),
        (alert('when = "eech"', HOOK), "alert[0].when = 'eech'", 'did you mean "each"?'),
        (alert('topic = ["isis"]', HOOK), "alert[0].topic", 'unknown key; did you mean "topics"?'),
        (alert("query = '\"open'", HOOK), "alert[0].query", "quotation mark"),
        (alert("query = '(drone'", HOOK), "alert[0].query", 'a "(" without its ")"'),
        (alert("query = 'topic:isiss'", HOOK), "alert[0].query = 'isiss'", 'did you mean "isis"?'),
        (alert("query = '-source:cnn'", HOOK), "alert[0].query = 'cnn'", "no source of this desk matches it"),
        (alert("query = 'since:yesterday'", HOOK), "alert[0].query", "24h"),
        (alert("query = 'lang:arabic'", HOOK), "alert[0].query = 'arabic'", "is not a BCP 47 tag"),
        (alert('cron = "0 6 * * *"', HOOK), "alert[0].cron", "a digest, and nothing else, needs one"),
        (alert('when = "digest"', HOOK), "alert[0].cron", "a digest, and nothing else, needs one"),
        (alert('when = "digest"', 'cron = "0 25 * * *"', HOOK), "alert[0].cron", 'hour "25"'),
        (alert('quiet = "23-6"', HOOK), "alert[0].quiet = '23-6'", "a span of the day"),
        (alert("to = []"), "alert[0].to", "at least one channel"),
        (alert(), "alert[0]", 'the key "to" is missing'),
        (alert('to = ["desk@example.org"]'), "alert[0].to[0]", 'must be "env:NAME" or a channel URL'),
        (alert('to = ["env:"]'), "alert[0].to[0]", 'must be "env:NAME" or a channel URL'),
        (alert('to = ["jsno://127.0.0.1/hook"]'), "alert[0].to[0]", 'is called jsno://; did you mean "json"?'),
        (alert('to = ["env:OK", "tgram://x"]'), "alert[0].to[1]", "is not a complete tgram:// URL"),
        (alert('to = ["json://h/1,json://h/2"]'), "alert[0].to[0]", "holds more than one URL"),
        (alert('to = ["https://example.org/hook"]'), "alert[0].to[0]", "no channel is called https://"),
        (alert(HOOK) + "\n" + alert(HOOK), "alert[1].id = 'desk'", "another alert has this id"),
        (alert(HOOK) + '\n[[alert]]\nid = "My desk"\n' + HOOK, "alert[1].id", "an id of lower-case letters"),
        ("[[alert]\n", "", "is not TOML"),
    ],
)
def test_what_is_wrong_is_one_line_with_file_key_and_reason(folder: Path, text: str, place: str, reason: str) -> None:
    line = refused(folder, text, {"OK": "json://127.0.0.1/hook"})
    assert place in line
    assert reason in line


@pytest.mark.parametrize(
    "url",
    [
        f"json://desk:{SECRET}@127.0.0.1/hook",
        f"jsons://hooks.example/services/T00AB12CD/{SECRET}",
        f"json://hooks.example/hook?token={SECRET}",
        f"json://hooks.example/hook?+Authorization=Bearer%20{SECRET}",
        f"form://hooks.example/hook?password={SECRET}",
        f"tgram://123456789:{SECRET}abc/12345",
        f"slack://T0MADEUP0/B0MADEUP0/{SECRET[:24].replace('_', 'x')}/#general",
        f"discord://123456789012345678/{SECRET}",
        f"mailto://desk:{SECRET}@example.org",
        f"mailtos://example.org?user=desk&pass={SECRET}&to=desk@example.org",
        f"gotify://push.example/{SECRET}",
        f"xml://push.example/{SECRET}",
        "json://SeKrEt1@127.0.0.1:8099/hook",
        "json://127.0.0.1:8099/hook?user=SeKrEt1",
        "json://127.0.0.1:8099/hook?+X-Desk=SeKrEt1",
        "json://127.0.0.1:8099/hook?%2BX-Desk=SeKrEt1",
        "json://127.0.0.1:8099/hook?-desk=SeKrEt1",
        "form://127.0.0.1:8099/hook?:desk=SeKrEt1",
        "json://127.0.0.1:8099/hook?:api=short",
        "mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org&+X-Desk=SeKrEt1",
    ],
)
def test_a_url_with_a_secret_is_refused_in_a_file_and_not_shown(folder: Path, url: str) -> None:
    line = refused(folder, alert(f'to = ["env:OK", "{url}"]'), {"OK": "json://127.0.0.1/hook"})
    assert f"alert[0].to[1] = '(hidden)': {REFUSED}" in line
    assert 'write "env:NAME"' in line
    assert SECRET[:10] not in line
    assert "SeKrEt" not in line


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:8099/hook",
        "jsons://receiver-2.baghdad.example.org/alerts/iraq-desk-2026/incoming",
        "json://127.0.0.1/hook?method=PUT",
        "mailto://127.0.0.1:25?from=khabar@example.org&to=the-iraq-desk-2026@example.org",
        "xml://127.0.0.1/hook",
        "json://127.0.0.1:8099/hook?+X-Desk=iraq&:level=3",
        "mailto://127.0.0.1:2525?from=a@b.example&to=c@d.example",
        "mailto://khabar@127.0.0.1:2525?from=a@b.example&to=c@d.example",
    ],
)
def test_a_url_without_a_secret_may_stand_in_a_file(folder: Path, url: str) -> None:
    (folder / "desk.toml").write_text(alert(f'to = ["{url}"]'))
    assert load_alerts(folder, SOURCES, TOPICS)["desk"].to == (url,)
    assert list(open_channels(folder, {})) == [url]


@pytest.mark.parametrize(
    "value",
    [f'"json://desk:{SECRET}@h/hook"', f'[["json://desk:{SECRET}@h/hook"]]', f'[{{url = "tgram://{SECRET}"}}]'],
)
def test_channels_in_the_wrong_form_are_not_shown_either(folder: Path, value: str) -> None:
    line = refused(folder, alert(f"to = {value}"))
    assert "alert[0].to" in line
    assert SECRET not in line


@pytest.mark.parametrize("key", ["template", "query", "id", "per", "quiet"])
@pytest.mark.parametrize("login", [f"desk:{SECRET}", f"desk:a/{SECRET}", f"desk:a {SECRET}"])
def test_a_login_under_another_key_is_not_shown(folder: Path, key: str, login: str) -> None:
    line = refused(folder, f'[[alert]]\n{HOOK}\n{key} = ["mailto://{login}@example.org"]')
    assert f"alert[0].{key} = '(hidden)': must be " in line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "the environment variable KHABAR_DESK_URL is not set; it is to hold an Apprise URL"),
        ({"KHABAR_DESK_URL": "  "}, "the environment variable KHABAR_DESK_URL is not set"),
        ({"KHABAR_DESK_URL": SECRET}, "the environment variable KHABAR_DESK_URL is no Apprise URL"),
        ({"KHABAR_DESK_URL": f"https://hooks.example/{SECRET}"}, "is no Apprise URL: no channel is called https://"),
        ({"KHABAR_DESK_URL": f"{SECRET}://h"}, 'is no Apprise URL, which begins with the name of a service and "://"'),
        ({"KHABAR_DESK_URL": f"desk:{SECRET}@h/hook"}, "is no Apprise URL, which begins with"),
        ({"KHABAR_DESK_URL": f"json//desk:{SECRET}@h/hook"}, "is no Apprise URL, which begins with"),
        ({"KHABAR_DESK_URL": f"json://h/{SECRET} json://h/2"}, "holds more than one URL, or white space"),
        ({"KHABAR_DESK_URL": f"json://h/{SECRET}\njson://h/2"}, "holds more than one URL, or white space"),
        ({"KHABAR_DESK_URL": f"json://h/{SECRET},jsons://h/2"}, "holds more than one URL, or white space"),
        ({"KHABAR_DESK_URL": f"json://desk:a {SECRET}@h/hook"}, "holds more than one URL, or white space"),
        ({"KHABAR_DESK_URL": f"tgarm://123456789:{SECRET}/1"}, 'did you mean "tgram"?'),
        ({"KHABAR_DESK_URL": f"tgram://{SECRET}"}, "is not a complete tgram:// URL as Apprise knows it"),
        ({"KHABAR_DESK_URL": f"mailto://desk:{SECRET}@"}, "is not a complete mailto:// URL as Apprise knows it"),
    ],
)
def test_a_variable_that_holds_no_channel_is_named_and_its_value_is_not(
    folder: Path, environ: dict[str, str], reason: str
) -> None:
    line = refused(folder, alert('to = ["env:KHABAR_DESK_URL"]'), environ)
    assert "alert[0].to[0] = 'env:KHABAR_DESK_URL': " in line
    assert reason in line
    assert SECRET[:20].lower() not in line.lower()


def test_reading_the_alerts_asks_for_no_variable(folder: Path) -> None:
    (folder / "desk.toml").write_text(alert('to = ["env:KHABAR_NOT_SET"]'))
    assert load_alerts(folder, SOURCES, TOPICS)["desk"].to == ("env:KHABAR_NOT_SET",)


@pytest.mark.parametrize("when", ["spike", "silence"])
@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [("query", '"drone"', "'drone'"), ("languages", '["ar"]', "['ar']"), ("min_score", "1.5", "1.5")],
)
def test_what_no_count_can_ask_is_refused_and_a_topic_is_the_way_out(folder: Path, when, key, value, shown) -> None:
    line = refused(folder, alert(f'when = "{when}"', f"{key} = {value}", HOOK))

    assert line.endswith(
        f"alert[0].{key} = {shown}: a {when} is told by the count of a topic's articles: write a topic that asks for "
        "this, and name it in topics"
    )


def test_a_count_may_ask_for_topics_and_sources(folder: Path) -> None:
    (folder / "desk.toml").write_text(alert('when = "spike"', 'topics = ["isis"]', 'sources = ["shafaq-*"]', HOOK))

    assert load_alerts(folder, SOURCES, TOPICS)["desk"].when == "spike"
