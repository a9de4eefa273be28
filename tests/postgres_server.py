"""A PostgreSQL of a test's own: made in a new directory, on loopback, with a made-up password; gone with the process.

It can be stopped, killed with all its processes, started again and restarted. A guard, a process of its own that ends
with ours whatever ends it, stops what runs and removes the directory: nothing stays behind an interrupted test.
"""

import os
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

ROLE = "khabar"
_STARTS, _STOPS = 60.0, 60.0  # seconds at most, on a machine that is busy
_LOOK = 0.01  # seconds between two looks whether it answers
_PORTS = range(20_000, 32_000)
"""Below those that systems give to clients (from 32,768): no connection takes the port while the server is down."""
_TRIES = 20  # ports
_LINKS = "10.198.0.0/16"  # of tests/cluster/netns.py: workers with addresses of their own
_SETTINGS = {
    "unix_socket_directories": "",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "dynamic_shared_memory_type": "mmap",  # in the directory, so that it goes with it
    "timezone": "UTC",
    "lc_messages": "C",
}
_UNSAFE = {"fsync": "off", "full_page_writes": "off"}
"""What makes a test quick. A power cut would cost data, a killed process does not: synchronous_commit stays on, or a
commit would wait in the memory of the server, and go with it."""

_GUARD = """
import os, shutil, signal, subprocess, sys, time
sys.stdin.buffer.read()
home = sys.argv[1]
try:
    pid = int(open(os.path.join(home, "data", "postmaster.pid")).readline())
    command = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True).stdout
    if home in command:
        os.kill(pid, signal.SIGQUIT)
        for _ in range(1000):
            os.kill(pid, 0)
            time.sleep(0.01)
except (OSError, ValueError):
    pass
shutil.rmtree(home, ignore_errors=True)
"""


class PostgresMissing(Exception):
    """There is no PostgreSQL on this machine; the message says what to install."""


@cache
def programs() -> Path:
    """The directory of `initdb` and `postgres`. Raises PostgresMissing."""
    places = [Path(word) for word in os.environ.get("PATH", "").split(os.pathsep) if word]
    if config := shutil.which("pg_config"):
        said = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False)
        places.insert(0, Path(said.stdout.strip() or "."))
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    for place in (*places, *reversed(by_version)):
        if (place / "initdb").is_file() and (place / "postgres").is_file():
            return place
    raise PostgresMissing("no PostgreSQL here (initdb and postgres); on Debian and Ubuntu: apt install postgresql")


class PostgresServer:
    """Context manager: a server with one role, `khabar`, which may make databases. Started when it is entered.

    *durable*: with fsync, as in earnest; for measurements. *addresses*: where it listens. *encrypted*: nobody gets in
    without TLS, and `certificate` is what to know it by. *settings*: more lines of postgresql.conf. Raises
    PostgresMissing where there is none, RuntimeError, with its log, where it does not start.
    """

    def __init__(
        self,
        *,
        durable: bool = False,
        addresses: Sequence[str] = ("127.0.0.1",),
        encrypted: bool = False,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._programs = programs()
        self._settings: dict[str, str] = _SETTINGS | ({} if durable else _UNSAFE) | (settings or {})
        self.addresses, self._encrypted = tuple(addresses), encrypted
        self.password = secrets.token_hex(16)
        self.port = 0
        self._server: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def __enter__(self) -> Self:
        # Not in pytest's own directory, into which another user may not look.
        self.home = Path(tempfile.mkdtemp(prefix="khabar-postgres-"))
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _GUARD, str(self.home)], stdin=subprocess.PIPE, start_new_session=True
        )
        try:
            self._make()
            self._start_on_some_port()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    # What a test does to it

    def database(self) -> str:
        """The URL of a new, empty database."""
        self._databases += 1
        name = f"desk_{self._databases}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return self.url(name)

    def url(self, database: str, *, address: str | None = None, user: str = ROLE, password: str | None = None) -> str:
        """`postgresql://…` of *database*, at *address* or else at the first where it listens."""
        return f"postgresql://{user}:{password or self.password}@{address or self.addresses[0]}:{self.port}/{database}"

    def start(self, *, addresses: Sequence[str] | None = None) -> None:
        """Starts what was stopped or killed, on the same port; returns when it answers."""
        if addresses is not None:
            self.addresses = tuple(addresses)
        deadline = time.monotonic() + _STARTS
        while not self._started():  # what was killed may have left a process that holds the directory for a moment
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start again:\n{self.log()[-2000:]}")
            time.sleep(10 * _LOOK)

    def stop(self) -> None:
        """Stops it fast: transactions under way are rolled back, connections are closed."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Ends every one of its processes with SIGKILL: what they had committed is still there when it starts."""
        children = self._children()
        self._signal(signal.SIGKILL)
        for pid in children:  # they notice by themselves, but a busy one only later
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def restart(self, *, addresses: Sequence[str] | None = None) -> None:
        """Stops it fast and starts it again."""
        self.stop()
        self.start(addresses=addresses)

    @property
    def pid(self) -> int | None:
        """Of its first process, while it runs."""
        return self._server.pid if self._server else None

    def processes(self) -> list[int]:
        """Ids of all its processes."""
        return [self.pid, *self._children()] if self.pid else []

    def log(self) -> str:
        """What it wrote since it was made."""
        return (self.home / "log").read_text(errors="replace")

    @property
    def certificate(self) -> Path:
        """Where it is encrypted: what to know it by, readable to whoever may read its directory (root)."""
        return self.home / "queue.crt"

    # How it is done

    def _make(self) -> None:
        password = self.home / "password"
        password.write_text(self.password)
        (self.home / "log").touch()
        for place in (self.home, password):
            place.chmod(0o700 if place.is_dir() else 0o600)
            if self._who:
                os.chown(place, self._who.pw_uid, self._who.pw_gid)
        words = ["--no-sync", "--no-instructions", "--locale=C", "--encoding=UTF8", f"--username={ROLE}"]
        words += ["--auth=scram-sha-256", f"--pwfile={password}", f"--pgdata={self.home / 'data'}"]
        made = subprocess.run(
            [self._programs / "initdb", *words], capture_output=True, text=True, check=False, **self._as_somebody
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stdout[-1000:]}{made.stderr[-1000:]}")
        password.unlink()
        if self._encrypted:
            self._make_certificate()
        kind = "hostssl" if self._encrypted else "host"
        who_may = [f"{kind} all all {place} scram-sha-256" for place in ("127.0.0.0/8", _LINKS)]
        (self.home / "data/pg_hba.conf").write_text("\n".join(who_may) + "\n")

    def _make_certificate(self) -> None:
        """As docs/cluster.md says, but for loopback."""
        key = self.home / "queue.key"
        names = ",".join(f"IP:{address}" for address in self.addresses)
        words = ["openssl", "req", "-new", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt"]
        words += ["ec_paramgen_curve:prime256v1", "-subj", "/CN=queue", "-addext", f"subjectAltName={names}"]
        words += ["-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(words, check=True, capture_output=True, **self._as_somebody)
        key.chmod(0o600)
        self._settings |= {"ssl": "on", "ssl_cert_file": str(self.certificate), "ssl_key_file": str(key)}

    def _start_on_some_port(self) -> None:
        for _ in range(_TRIES):
            self.port = _free_port(self.addresses)
            if self._started():
                return
            if "Address already in use" not in self.log():
                break
        raise RuntimeError(f"PostgreSQL does not start:\n{self.log()[-2000:]}")

    def _started(self) -> bool:
        """Whether it answers; else it has ended."""
        words = {**self._settings, "listen_addresses": ",".join(self.addresses), "port": str(self.port)}
        arguments = [f"--{name.replace('_', '-')}={value}" for name, value in words.items()]
        with (self.home / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.home / "data", *arguments], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, cwd=self.home, **self._as_somebody,
            )  # fmt: skip
        deadline = time.monotonic() + _STARTS
        while time.monotonic() < deadline:
            if self._server.poll() is not None:
                self._server = None
                return False
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(_LOOK)
            else:
                return True
        self.kill()
        return False

    def _signal(self, sign: signal.Signals) -> None:
        if self._server:
            self._server.send_signal(sign)
            self._server.wait(_STOPS)
            self._server = None

    def _children(self) -> list[int]:
        if not self._server:
            return []
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        pairs = (map(int, line.split()) for line in listed.splitlines())
        return [pid for pid, parent in pairs if parent == self._server.pid]

    def _end(self) -> None:
        assert self._guard.stdin
        if self._server and self._server.poll() is None:
            self._signal(signal.SIGQUIT)  # at once: nothing of it is kept
        self._guard.stdin.close()
        self._guard.wait(_STOPS)

    @property
    def _who(self) -> pwd.struct_passwd | None:
        """Who runs it where we are root: PostgreSQL refuses to be."""
        if os.geteuid() != 0:
            return None
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        return known.get("postgres") or known["nobody"]

    @property
    def _as_somebody(self) -> dict[str, Any]:
        return {"user": self._who.pw_uid, "group": self._who.pw_gid, "extra_groups": []} if self._who else {}


def _free_port(addresses: Sequence[str]) -> int:
    """One of _PORTS that nobody listens at now."""
    for port in random.SystemRandom().sample(_PORTS, _TRIES):
        try:
            for address in addresses:
                with socket.create_server((address, port)):
                    pass
        except OSError:
            continue
        return port
    raise RuntimeError("no free port for PostgreSQL")
