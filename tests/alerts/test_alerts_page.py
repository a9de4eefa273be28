"""docs/alerts.md tells of alerts and channels what is so."""

import re
import tomllib
from pathlib import Path

import msgspec
import pytest
from newsroom_day import DIGEST

from alerts.channels import SendError, open_channel
from alerts.definitions import Alert
from alerts.messages.contents import Contents
from alerts.messages.message import Message
from crawler.newsroom.sink import WebhookSink, find_ref
from seeds.definitions import BadValue

PAGE = (Path(__file__).resolve().parents[2] / "docs/alerts.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## Channels")[2].partition("\n## ")[0]
CHANNELS = re.findall(r"^\| ([^|]+) \| `([^`]+)` \| (yes|no) \|$", TABLE, re.MULTILINE)
KEYS = re.findall(r"^\| `(\w+)` \| (.*?) \| ([^|]+) \|$", PAGE.partition("## The kinds")[0], re.MULTILINE)


def test_every_key_of_an_alert_is_described_and_no_other() -> None:
    assert {name for name, _, _ in KEYS} == set(Alert.__struct_fields__)


def test_the_defaults_are_those_of_an_alert() -> None:
    alert = Alert(id="a", to=("env:A",))
    told = {name: default.strip("`") for name, _, default in KEYS if default[0] in "`0123456789"}
    assert set(told) == {"min_score", "per", "when", "empty", "min_change", "max_per_hour", "template"}
    for name, default in told.items():
        value = getattr(alert, name)
        assert (f"{value:g}" if isinstance(value, float) else str(value).lower()) == default, name


def test_the_alerts_of_the_page_can_be_read() -> None:
    examples = re.findall(r"```toml\n(\[\[alert.*?)```", PAGE, re.DOTALL)
    alerts = [msgspec.convert(tomllib.loads(example)["alert"][0], Alert) for example in examples]
    assert {alert.when for alert in alerts} >= {"each", "digest", "revision"}
    assert alerts[0].to == ("env:KHABAR_DESK_URL", "json://127.0.0.1:8099/hook")


@pytest.mark.parametrize(("name", "url", "in_the_file"), CHANNELS, ids=[name for name, _, _ in CHANNELS])
def test_every_channel_of_the_page_is_one(name: str, url: str, in_the_file: str) -> None:
    channel = open_channel("to", "env:A", {"A": url})
    assert channel.label == "env:A"
    if in_the_file == "yes":
        assert open_channel("to", url, {}).label == url
    else:
        with pytest.raises(BadValue, match="secret"):
            open_channel("to", url, {})


def test_the_channels_of_the_page_are_the_usual_ones() -> None:
    schemes = {url.partition("://")[0] for _, url, _ in CHANNELS}
    assert {"mailtos", "json", "jsons", "tgram", "slack", "ntfys", "matrixs"} <= schemes


def test_the_program_that_drops_repeats_reads_the_ref_of_a_message() -> None:
    (program,) = re.findall(r"```python\n(def is_new.*?)```", PAGE, re.DOTALL)
    space: dict[str, object] = {}
    exec(compile(program, "alerts.md", "exec"), space)
    is_new = space["is_new"]
    assert callable(is_new)
    message, other = "ref: fake\nA text\n\nalert: desk\nref: w3decyykzp2e", "نص\n\nref: zvpfnyyv5vq9\n"
    seen: set[str] = set()

    assert [is_new(one, seen) for one in (message, other, message)] == [True, True, False]
    assert seen == {find_ref(message), find_ref(other)}
    assert is_new("x\n\nref: test", seen)
    assert is_new("x\n\nref: test", seen)


def test_the_error_of_the_page_is_what_a_channel_says() -> None:
    with WebhookSink() as sink:
        closed = sink.url
    (told,) = re.findall(r"^desk to json://\S+ (.*)$", PAGE.partition("$ khabar alerts test")[2], re.MULTILINE)
    with pytest.raises(SendError) as caught:
        open_channel("to", closed, {}).send(Message(title="t", text="x\n\nref: a", html="<p>ref: a</p>"))
    assert str(caught.value) == told


def test_the_digest_of_the_page_is_what_a_digest_says() -> None:
    shown = PAGE.partition("## Digests look like")[2]
    assert f"```text\n{DIGEST}\n```" in shown


def test_every_channel_has_an_example_whose_url_is_one() -> None:
    part = TABLE.partition("### One of each")[2]
    (text,) = re.findall(r"```toml\n(.*?)```", part, re.DOTALL)
    names = tomllib.loads(text)["alert"][0]["to"]
    urls = dict(re.findall(r"^export (\w+)='(.*)'$", part, re.MULTILINE))

    assert names == [f"env:{name}" for name in urls]
    for name in names:
        assert open_channel("to", name, urls).label == name
    kinds = {row.lower() for row in re.findall(r"^\| (e-mail|[A-Za-z]+) \|", part, re.MULTILINE)} - {"channel"}
    assert kinds == {"e-mail", "webhook", "telegram", "slack", "ntfy", "matrix"}


def test_the_names_that_the_page_gives_to_templates_are_those_that_they_get() -> None:
    part = PAGE.partition("## Templates")[2]
    named = {name for row in re.findall(r"^\| (`.*?) \|", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert named == {"kind", *Contents.__slots__} - {"difference"}
