"""docs/plain-tools.md: every command on the page does, as it stands, what the page says."""

import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import open_archive
from topics.evidence import Tag

PAGE = (Path(__file__).resolve().parents[2] / "docs/plain-tools.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]
ALONE = [line for line in COMMANDS if ".csv " not in line and "copy.db" not in line.split()[2]]
"""Those that do not ask what another command made."""
WIRE = (
    "A convoy of twelve lorries left the base before dawn, and officials expect two more of them within the week, " * 3
)


@pytest.fixture
def desk_of_tools(keep, db, minutes, tmp_path):
    """A directory with an archive that is open for writing, as beside a crawl."""
    isis = Tag(topic="isis", score=1.0, pack_version="p", evidence=())
    keep(url="https://one.example/1", source="one", title="Convoy", text=WIRE, tags=(isis,), language="en")
    keep(url="https://two.example/1", source="two", title="Convoy, too", text=WIRE, seen=minutes(7), language="en")
    keep(url="https://two.example/2", source="two", title="كلمة أحمد", text="قال أحمد.", tags=(isis,), language="ar")
    keep(url="https://one.example/1", source="one", title="Convoy leaves", text=WIRE, tags=(isis,), seen=minutes(30))
    return tmp_path


def run(directory: Path, command: str) -> str:
    tool = command.split(maxsplit=1)[0]
    beside = Path(sys.executable).parent
    path = f"{beside}{os.pathsep}{os.environ['PATH']}"
    if shutil.which(tool, path=path) is None:
        if tool != "sqlite3":
            pytest.fail(f"{tool} belongs to the environment of the tests")
        pytest.skip("no sqlite3 on this machine")
    environment = os.environ | {"PATH": path, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        command, shell=True, cwd=directory, env=environment, capture_output=True, encoding="utf-8", check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_newest_in_a_box(desk_of_tools) -> None:
    shown = run(desk_of_tools, command("topics FROM headlines"))

    assert all(word in shown for word in ("Convoy leaves", "Convoy, too", "كلمة أحمد", '["isis"]'))


def test_a_topic_as_csv_and_what_another_tool_makes_of_the_file(desk_of_tools) -> None:
    run(desk_of_tools, command("> isis.csv"))
    kept = rows_of_csv((desk_of_tools / "isis.csv").read_text(encoding="utf-8"))
    counted = rows_of_csv(run(desk_of_tools, command("sqlite-utils memory")))

    assert {row["title"] for row in kept} == {"Convoy leaves", "كلمة أحمد"}
    assert counted == [{"source": "one", "articles": "1"}, {"source": "two", "articles": "1"}]


def test_languages_as_json(desk_of_tools) -> None:
    found = json.loads(run(desk_of_tools, command("-json")))

    assert found == [{"language": "en", "articles": 2}, {"language": "ar", "articles": 1}]


def test_topics_by_day_and_sources_in_all(desk_of_tools) -> None:
    assert re.search(r"2026-03-14 │ isis\s+│ 2", run(desk_of_tools, command("GROUP BY day, topic")))
    assert re.search(r"two\s+│ 2\s.*\n│ one\s+│ 1 ", run(desk_of_tools, command("FROM volume")))


def test_edits_and_copies(desk_of_tools) -> None:
    edits, copies = run(desk_of_tools, command("-line")), run(desk_of_tools, command("FROM copies"))

    assert "title_before = Convoy\n" in edits
    assert "title_after = Convoy leaves\n" in edits
    assert re.search(r"two\s+│ 7\.0\s+│ Convoy, too", copies)


def test_folded_words_are_found_and_others_are_not(desk_of_tools) -> None:
    query = command("MATCH")

    assert set(run(desk_of_tools, query).splitlines()) == {"Convoy leaves", "Convoy, too", "كلمة أحمد"}
    assert run(desk_of_tools, query.replace("احمد OR convoy", "أحمد")) == ""


def test_sqlite_utils(desk_of_tools) -> None:
    assert "Convoy leaves" in run(desk_of_tools, command("--table"))
    assert [edit["title_after"] for edit in json.loads(run(desk_of_tools, command("LIKE '%title%'")))] == [
        "Convoy leaves"
    ]
    assert run(desk_of_tools, command("sqlite-utils rows")).count("\n|") == 3  # two below the head, and its rule
    assert "CREATE VIEW headlines" in run(desk_of_tools, command("sqlite-utils schema"))


def test_datasette(desk_of_tools) -> None:
    newest = json.loads(run(desk_of_tools, command("_sort_desc=id")))
    facets = json.loads(run(desk_of_tools, command("_facet=source")))["facet_results"]
    kept = rows_of_csv(run(desk_of_tools, command("headlines.csv")))

    assert [row["id"] for row in newest] == sorted((row["id"] for row in newest), reverse=True)
    assert len(newest) == 3
    assert {one["value"]: one["count"] for one in facets["source"]["results"]} == {"one": 1, "two": 2}
    assert {one["value"]: one["count"] for one in facets["topics"]["results"]} == {"isis": 2}
    assert {row["source"] for row in kept} == {"two"}
    assert json.loads(run(desk_of_tools, command("sql="))) == [{"topic": "isis", "articles": 2}]


def test_copies_are_whole_archives(desk_of_tools) -> None:
    run(desk_of_tools, command(".backup"))
    run(desk_of_tools, command("VACUUM INTO"))

    assert run(desk_of_tools, command("integrity_check")) == "ok\n"
    for name in ("copy.db", "compact.db"):
        with closing(open_archive(desk_of_tools / name)) as db:
            assert db.execute("SELECT count(*) FROM headlines").fetchone()[0] == 3


@pytest.mark.parametrize("line", ALONE)
def test_nothing_on_the_page_writes_or_waits_for_a_writer(desk_of_tools, db, line) -> None:
    before = db.execute("PRAGMA data_version").fetchone()[0]
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO meta VALUES ('under way', '')")
    run(desk_of_tools, line)
    db.execute("ROLLBACK")

    assert db.execute("PRAGMA data_version").fetchone()[0] == before
    with closing(sqlite3.connect(desk_of_tools / "archive.db")) as other:
        assert other.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def command(part: str) -> str:
    """The one command on the page that has this *part*."""
    (found,) = [line for line in COMMANDS if part in line]
    return found


def test_every_command_on_the_page_has_its_test() -> None:
    parts = re.findall(r'command\("(.*?)"\)\)', Path(__file__).read_text(encoding="utf-8"))
    parts += re.findall(r'query = command\("(.*?)"\)', Path(__file__).read_text(encoding="utf-8"))
    tested = {line for part in parts for line in COMMANDS if part in line}

    assert tested == set(COMMANDS)
