"""The PostgreSQL of the tests: it asks for its password, keeps what was committed, and leaves nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.postgres_server import PostgresServer

_LONGEST = 60.0
_A_PROGRAM = """
import sys
from tests.postgres_server import PostgresServer
with PostgresServer() as server:
    print(server.home, server.pid, flush=True)
    sys.stdin.read()
"""


def test_each_test_has_an_empty_database_of_its_own(postgres: PostgresServer, queue_url: str) -> None:
    with psycopg.connect(queue_url) as connection:
        connection.execute("CREATE TABLE crawls (id int)")
    other = postgres.database()
    assert other != queue_url
    with psycopg.connect(other) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_it_lets_nobody_in_without_the_password(postgres: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(postgres.url("postgres", password="another"))


def test_it_keeps_what_was_committed_when_it_is_killed_and_when_it_is_restarted(
    postgres: PostgresServer, queue_url: str
) -> None:
    with psycopg.connect(queue_url) as connection:
        connection.execute("CREATE TABLE crawls (id int)")
        connection.execute("INSERT INTO crawls VALUES (1)")
    open_meanwhile = psycopg.connect(queue_url)
    postgres.kill()
    with pytest.raises(psycopg.OperationalError), open_meanwhile:
        open_meanwhile.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(queue_url)
    postgres.start()
    postgres.restart()
    with psycopg.connect(queue_url) as connection:
        assert connection.execute("SELECT id FROM crawls").fetchall() == [(1,)]


def test_nothing_of_it_is_left_when_who_started_it_is_killed(postgres: PostgresServer) -> None:
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _A_PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as program:
        assert program.stdout
        home, pid = program.stdout.readline().split()
        assert Path(home).is_dir()
        program.kill()
    _wait_until(lambda: not Path(home).exists() and not _runs(int(pid)))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONGEST
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)
