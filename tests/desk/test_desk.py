"""A desk is a directory; the nearest one asked for is taken, and its files are checked against each other."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler.cli import khabar
from crawler.desk import CHECKOUT, Desk, find_desk
from crawler.orders import read_orders
from seeds.definitions import DefinitionError

SOURCE = '[[source]]\nid = "wire-en"\nname = "Wire"\nfeeds = ["https://wire.example/rss"]\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    result = CliRunner().invoke(khabar, ["init", str(tmp_path / "desk")])
    assert result.exit_code == 0, result.output
    return Desk(tmp_path / "desk")


def test_a_new_desk_checks_as_it_is(desk: Desk) -> None:
    desk.check()
    assert desk.config.name == "My desk"
    assert "example-en" in desk.sources
    assert {"factions", "us_withdrawal", "syria", "isis", "iran", "israel", "gas_imports"} <= set(desk.packs.topics)


def test_a_desk_is_not_made_over_another(desk: Desk) -> None:
    with pytest.raises(DefinitionError, match="there is a desk here already"):
        CliRunner().invoke(khabar, ["init", str(desk.root)], standalone_mode=False, catch_exceptions=False)


def test_from_a_new_desk_to_a_plan_of_a_service_are_three_edits(desk: Desk) -> None:
    edit(desk, "seeds/sources/example.toml", r"^feeds = .*$", 'feeds = ["https://wire.example/rss"]')
    edit(desk, "seeds/sources/example.toml", r"^enabled = false", "enabled = true")
    edit(desk, "alerts/example.toml", r"^# (\[\[alert\]\]\n)# (id.*\n)# (topics.*\n)# (to.*\n)", r"\1\2\3\4")

    plan = read_orders(Desk(desk.root), {"KHABAR_DESK_URL": "json://127.0.0.1:8099/hook"})

    assert {job: [source.id for source in plan.sources_of(plan.desk.jobs[job])] for job in plan.desk.jobs} == {
        "wire": ["example-en"]
    }
    assert plan.wanted == {"desk": ("env:KHABAR_DESK_URL",)}


def test_a_new_desk_that_was_not_edited_says_what_keeps_the_service_from_running(desk: Desk) -> None:
    with pytest.raises(DefinitionError, match=r'job "wire".*: none of its sources is enabled'):
        read_orders(desk, {})


def test_every_commented_line_of_a_new_desk_is_right_too(desk: Desk) -> None:
    for path in desk.root.rglob("*.toml"):
        text = re.sub(r"^# (?=[a-z_]+ = |\[)", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")

    whole = Desk(desk.root)
    whole.check()

    assert set(whole.alerts) == {"desk", "power-cuts"}
    assert whole.jobs["wire"].active == "06:00-23:00"
    assert "power" in whole.packs.topics


def edit(desk: Desk, file: str, pattern: str, replacement: str) -> None:
    """What a person does with an editor."""
    text, count = re.subn(pattern, replacement, (desk.root / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1, pattern
    (desk.root / file).write_text(text, encoding="utf-8")


def test_the_named_desk_comes_before_the_variable_and_the_directory(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KHABAR_DESK", raising=False)
    monkeypatch.chdir(tmp_path)
    assert find_desk(None).root == CHECKOUT
    monkeypatch.chdir(desk.root)
    assert find_desk(None).root == desk.root.resolve()
    monkeypatch.setenv("KHABAR_DESK", str(tmp_path / "other"))
    assert find_desk(None).root == (tmp_path / "other").resolve()
    assert find_desk(desk.root).root == desk.root.resolve()


def test_a_directory_without_a_desk_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"there is no desk here; .khabar init"):
        Desk(tmp_path).check()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("desk.toml", 'name = "x"\ntimezome = "UTC"', 'desk.toml: timezome: unknown key; did you mean "timezone"?'),
        ("desk.toml", 'name = "x"\ninterface = "fr"', "interface = 'fr': must be one of en, ar, ckb"),
        ("desk.toml", 'name = "x"\n[searches]\ntoday = 3', "searches.today = 3: must be text"),
        (
            "desk.toml",
            'name = "x"\n[searches]\ntoday = "a (b"',
            "desk.toml: searches.today = 'a (b': a \"(\" without its",
        ),
        ("desk.toml", 'name = "x"\n[searches]\ntoday = "since:later"', "searches.today"),
        ("desk.toml", 'name = "x"\n[searches]\n"a b" = "x"', "letters, digits, - and _ only"),
        ("desk.toml", 'name = "x"\n[searches]\na = "x"\nb = "saved:a"', "name no other saved search"),
        ("desk.toml", 'name = "x"\n[searches]\na = ""', "must look for something"),
        ("alerts/a.toml", '[[alert]]\nid = "a"\nquery = "saved:none"\nto = ["env:X"]', "alert[0].query = 'saved:none'"),
        ("desk.toml", 'name = "x"\nkeep_days = -1', "keep_days = -1"),
        ("desk.toml", 'name = "x"\nkeep_days = 69', "keep_days = 69: must be 0, which is for ever, or at least 70: "),
        ("seeds/sources/a.toml", SOURCE.replace("wire", "b") + "keep_days = 7\n", "keep_days = 7: must be 0"),
        (
            "schedules/a.toml",
            '[[job]]\nid = "j"\nsources = ["wir-*"]\nevery = "5m"',
            "a.toml: job[0].sources[0]",
        ),
        ("alerts/a.toml", '[[alert]]\nid = "a"\ntopics = ["isiss"]\nto = ["env:X"]', 'did you mean "isis"?'),
        ("alerts/a.toml", '[[alert]]\nid = "a"\nsources = ["nope"]\nto = ["env:X"]', "a.toml: alert[0].sources[0]"),
        ("seeds/topics/a.toml", '[topic.x]\nnam = "X"', "nam"),
    ],
)
def test_a_wrong_file_stops_the_desk_with_one_line(desk: Desk, file: str, text: str, said: str) -> None:
    (desk.root / "seeds/sources/wire.toml").write_text(SOURCE)
    (desk.root / file).write_text(text)
    with pytest.raises(DefinitionError) as caught:
        Desk(desk.root).check()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_checkout_is_a_desk_that_checks() -> None:
    Desk(CHECKOUT).check()
