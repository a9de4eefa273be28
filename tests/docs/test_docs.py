"""The documentation says what the code does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
from reference import commands, markdown  # noqa: E402 -- docs/ is no package

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_command_line_reference_is_current() -> None:
    assert markdown().strip() in (ROOT / "docs/cli.md").read_text(encoding="utf-8"), "run: make docs"


@pytest.mark.parametrize(("name", "text"), list(commands()))
def test_every_command_explains_itself_with_an_example(name: str, text: str) -> None:
    described = text.split("\n\n")[1]
    assert len(described) > 20, f"{name} has no description"
    assert re.search(r"^\s*Examples?: khabar", text, re.MULTILINE), f"{name} has no example"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_every_page_of_the_documentation_is_reachable_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in readme]
    assert not missing


def test_the_commands_of_the_readme_work_as_they_stand(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", readme, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if not line.startswith("make ")]
    environment = {name: value for name, value in os.environ.items() if name != "KHABAR_DESK"}
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)], cwd=tmp_path, env={**environment, "HOME": str(tmp_path)},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=100,
    )  # fmt: skip

    assert len(lines) >= 7
    assert done.returncode == 0, done.stderr
    for words in (
        "US withdrawal",
        "tagged: us_withdrawal",
        "tagged: isis",
        "والفصائل",
        "Archive: 73",
    ):
        assert words in done.stdout, words
    assert (tmp_path / "isis.jsonl").read_text(encoding="utf-8").count("\n") == 6


def test_every_make_target_that_the_pages_name_exists() -> None:
    menu = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8")))
        assert named <= menu, f"{page.name} names {named - menu}"


def test_no_file_names_a_package_registry_or_an_unfinished_place() -> None:
    hosts = re.compile("|".join(["py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.org"]))
    unfinished = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "pragma: no " + "cover"]))
    folders = (
        "crawler",
        "pipelines",
        "alerts",
        "schedules",
        "archive",
        "topics",
        "seeds",
        "docs",
        "tests",
        "requirements",
    )
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".toml", ".md", ".txt", ".html"}:
                text = path.read_text(encoding="utf-8", errors="replace")
                assert not hosts.search(text), f"{path} names a registry"
                assert not unfinished.search(text), f"{path} is unfinished"


def test_every_pinned_package_is_listed_with_its_licence() -> None:
    pinned = re.findall(r"^([a-z0-9._-]+==[^ ;\\]+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    page = (ROOT / "docs/third-party.md").read_text(encoding="utf-8")
    assert len(pinned) > 30
    missing = [line for line in pinned if "| {} | {} |".format(*line.split("==")) not in page]
    assert not missing, "run: .venv/bin/python docs/licences.py"
