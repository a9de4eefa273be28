"""What is handed out to run Khabar as a service is true of this checkout."""

import getpass
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crawler.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
UNIT = (ROOT / "deploy/khabar.service").read_text(encoding="utf-8")
WEB_UNIT = (ROOT / "deploy/khabar-web.service").read_text(encoding="utf-8")
WORKER_UNIT = (ROOT / "deploy/khabar-worker.service").read_text(encoding="utf-8")
CONTAINER = (ROOT / "deploy/Containerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [
    line.split(maxsplit=1)
    for line in CONTAINER.replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("#")
]
RUNNING = (ROOT / "docs/running.md").read_text(encoding="utf-8")


def settings(name: str, unit: str = UNIT) -> list[str]:
    """The values that the unit gives to *name*."""
    return re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)


def values(instruction: str) -> list[str]:
    """What stands behind each *instruction* of the container file."""
    return [words[1] for words in INSTRUCTIONS if words[0] == instruction]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze on this machine")
@pytest.mark.parametrize("unit", [UNIT, WEB_UNIT, WORKER_UNIT], ids=["service", "web", "worker"])
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path, unit: str) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    unit = unit.replace("/opt/khabar/.venv/bin/khabar", str(Path(sys.executable).parent / "khabar"))
    unit = unit.replace("/opt/khabar", str(ROOT)).replace("/var/lib/khabar/desk", str(desk))
    unit = re.sub(r"^(User|Group)=khabar$", rf"\1={getpass.getuser()}", unit, flags=re.MULTILINE)
    (tmp_path / "khabar.service").write_text(unit, encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / "khabar.service")], capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, [line for line in done.stderr.splitlines() if "khabar" in line]) == (0, [])


@pytest.mark.parametrize(("unit", "command"), [(UNIT, "run"), (WEB_UNIT, "serve")], ids=["service", "web"])
def test_the_unit_starts_its_command_and_may_write_to_its_desk_only(unit: str, command: str) -> None:
    (start,) = settings("ExecStart", unit)
    program, *arguments = shlex.split(start)
    assert Path(program).name in scripts()
    assert arguments[0] == "--desk"
    assert arguments[2:] == [command]
    assert command in COMMANDS
    assert settings("ProtectSystem", unit) == ["strict"]
    assert settings("ReadWritePaths", unit) == settings("WorkingDirectory", unit) == [arguments[1]]


def test_the_unit_gives_the_service_longer_to_end_than_it_takes() -> None:
    from crawler.service import STOP_SECONDS  # noqa: PLC0415 -- Scrapy takes a second to load

    assert float(settings("TimeoutStopSec")[0]) > STOP_SECONDS
    assert settings("KillMode") == ["mixed"]


def test_the_unit_of_a_worker_starts_it_without_a_desk_and_lets_it_write_nowhere() -> None:
    (start,) = settings("ExecStart", WORKER_UNIT)
    program, *arguments = shlex.split(start)
    assert Path(program).name in scripts()
    assert arguments == ["worker", "--queue", "env:KHABAR_QUEUE"]
    assert arguments[0] in COMMANDS
    assert settings("ProtectSystem", WORKER_UNIT) == ["strict"]
    assert settings("ReadWritePaths", WORKER_UNIT) == []
    assert settings("PrivateTmp", WORKER_UNIT) == ["true"]
    head = WORKER_UNIT.partition("[Unit]")[0]
    for placeholder in ("/opt/khabar ", "/etc/khabar/worker.env ", "khabar  "):
        assert f"#   {placeholder}" in head


@pytest.mark.parametrize(("unit", "secrets"), [(UNIT, "khabar"), (WEB_UNIT, "web")], ids=["service", "web"])
def test_the_placeholders_of_the_unit_are_explained_in_its_head(unit: str, secrets: str) -> None:
    head = unit.partition("[Unit]")[0]
    for placeholder in ("/opt/khabar ", "/var/lib/khabar/desk ", f"/etc/khabar/{secrets}.env ", "khabar  "):
        assert f"#   {placeholder}" in head


def test_what_the_container_copies_is_there_and_holds_every_room() -> None:
    copied = [name for line in values("COPY") for name in line.split()[:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(rooms) <= set(copied)


def test_the_container_names_one_image_and_no_other_address() -> None:
    assert values("FROM") == ["python:3.12-slim"]
    without_image = CONTAINER.replace("python:3.12-slim", "")
    assert re.findall(r"https?:|index-url|[a-z0-9-]+\.(?:io|org|com|net)\b", without_image) == []


def test_the_container_installs_nothing_that_is_not_pinned() -> None:
    installs = [step for run in values("RUN") for step in run.split("&&") if "pip install" in step]
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    assert "--no-build-isolation" in installs[1]


def test_the_container_starts_the_service_as_nobody_else_and_ends_it_by_sigterm() -> None:
    (entry,), (command,), (check,) = values("ENTRYPOINT"), values("CMD"), values("HEALTHCHECK")
    assert entry == '["khabar"]'
    assert "khabar" in scripts()
    assert command == '["run"]'
    assert 'CMD ["khabar", "status"]' in check
    assert {"run", "status"} <= set(COMMANDS)
    assert values("USER") == ["khabar"]
    assert values("STOPSIGNAL") == ["SIGTERM"]
    assert values("VOLUME") == ["/desk"]
    assert values("ENV") == ["KHABAR_DESK=/desk"]


def test_the_page_on_the_cluster_leads_to_the_unit_of_a_worker() -> None:
    assert "deploy/khabar-worker.service" in (ROOT / "docs/cluster.md").read_text(encoding="utf-8")


def test_the_page_on_the_web_face_leads_to_its_unit() -> None:
    assert "deploy/khabar-web.service" in (ROOT / "docs/web.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", ["deploy/khabar.service", "deploy/Containerfile"])
def test_the_page_on_running_leads_to_it(file: str) -> None:
    assert file in RUNNING


def scripts() -> set[str]:
    """The programs that the project installs."""
    return set(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"])
