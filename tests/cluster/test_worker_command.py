"""`khabar worker` says in one line why it cannot work."""

import os
import subprocess
import sys

import psycopg
import pytest

from tests.cluster.small_service import SmallService
from tests.postgres_server import PostgresServer

PASSWORD = "made-up-9x"  # no server has it


def worker(queue: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "crawler", "worker", "--queue", queue], capture_output=True, text=True,
        env={**os.environ, **environ}, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("queue", "environ", "said"),
    [
        ("env:KHABAR_NOT_SET", {}, "the environment has no variable KHABAR_NOT_SET"),
        ("mysql://127.0.0.1/x", {}, "must be a URL that begins with postgresql://"),
        ("env:QUEUE", {"QUEUE": f"postgresql://k:{PASSWORD}@127.0.0.1:9/x"}, "postgresql://127.0.0.1:9/x: cannot be"),
    ],
)
def test_an_address_that_cannot_be_used_is_one_line(queue: str, environ: dict[str, str], said: str) -> None:
    done = worker(queue, **environ)
    assert done.returncode == 2 and said in done.stderr
    assert len(done.stderr.splitlines()) == 1 and PASSWORD not in done.stderr


def test_a_database_without_a_queue_says_what_makes_one(queue_url: str, postgres: PostgresServer) -> None:
    done = worker("env:QUEUE", QUEUE=queue_url)
    assert done.returncode == 2 and 'there is no queue in this database yet; "khabar run --queue"' in done.stderr
    assert len(done.stderr.splitlines()) == 1 and postgres.password not in done.stderr
    with psycopg.connect(queue_url) as db:
        assert not db.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'khabar'").fetchall(), "a worker makes none"


def test_a_queue_of_a_newer_khabar_is_refused(service: SmallService) -> None:
    service.ask("UPDATE queue SET version = version + 1")
    done = worker("env:QUEUE", QUEUE=service.url)
    assert done.returncode == 2 and "made by a newer Khabar" in done.stderr and len(done.stderr.splitlines()) == 1


def test_without_the_extra_it_says_what_installs_it(tmp_path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *a: None if name == 'procrastinate' else find(name, *a)\n"
    )
    done = worker("postgresql://127.0.0.1/x", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (
        2, 'khabar: the extra "cluster" is not installed; "make cluster" installs it\n'
    )  # fmt: skip
