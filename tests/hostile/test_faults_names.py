"""Names that do not exist, a name server that fails, and one that never answers: beside them a source is crawled."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--net")


def is_allowed() -> bool:
    """Whether a process may have a network of its own here."""
    try:
        done = subprocess.run(
            [*NAMESPACE, "sh", "-c", "ip link set lo up && mount -t tmpfs tmpfs /mnt && test -f /etc/resolv.conf"],
            capture_output=True, check=False, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@pytest.mark.skipif(not is_allowed(), reason="the system lets nobody have a network of his own")
def test_a_name_that_cannot_be_found_costs_its_source_and_no_other(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:2\n")
    program = shlex.join(
        [sys.executable, str(HERE / "own_network.py"), str(desk.root), *desk.command("crawl", "--json")]
    )
    script = f"ip link set lo up; mount --bind {shlex.quote(str(tmp_path / 'resolv.conf'))} /etc/resolv.conf; {program}"
    done = subprocess.run(
        [*NAMESPACE, "sh", "-c", script], env=desk.environment, capture_output=True, text=True, check=False,
        timeout=100, cwd=HERE.parents[1],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["code"] == 1, told
    sources = json.loads(told["out"])["sources"]
    assert sources["good"]["archived"] == 1, told
    causes = {row["source"]: row["cause"] for row in desk.rows("SELECT source, cause FROM feeds")}
    assert causes["none"] == causes["broken"] == "host not found"
    assert causes["silent"] in ("host not found", "timed out"), causes
    assert "Traceback" not in told["err"]
