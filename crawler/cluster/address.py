"""The address of a queue: a PostgreSQL URL, or the name of the variable that holds it. Its password is never told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from crawler.cluster.faults import QueueError

_ENV = "env:"
_QUOTED, _ALL_QUOTED = re.compile(r'"([^"]*)"'), re.compile(r'".*"', re.DOTALL)
_PORTS = re.compile(r"[0-9,]*")
_WRITTEN = re.compile(r"\w+://[^:@/]*:([^@/]*)@")
"""What PostgreSQL takes for the password: up to the first @. One with an @ or a / in it would be the name of a server,
which is told."""
_SECRET = ("password", "sslpassword")
"""What of an address must not be told, by the names that PostgreSQL has for them."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a queue is. `str` of it names server and database, and no secret."""

    url: str = field(repr=False)
    shown: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must not be logged: the URL and its passwords, also as they are written in the URL."""

    def __str__(self) -> str:
        return self.shown


def read_address(given: str, environ: Mapping[str, str]) -> Address:
    """The address that *given* means: itself or, "env:NAME", what that variable holds. Raises QueueError."""
    url = given
    if given.startswith(_ENV):
        name = given.removeprefix(_ENV)
        url = environ.get(name, "")
        if not name:
            raise QueueError("--queue env: names no variable; write env:KHABAR_QUEUE, for example")
        if not url:
            raise QueueError(f"--queue {given}: the environment has no variable {name}")
    named = f"{given}: " if given.startswith(_ENV) else ""
    if not url.startswith(("postgresql://", "postgres://")):
        raise QueueError(f"--queue {named}must be a URL that begins with postgresql:// or env: and a variable's name")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise QueueError(f"--queue {named}is not a PostgreSQL URL: {_without_values(url, str(error))}") from None
    if any("@" in str(parts.get(name) or "") for name in ("host", "port", "dbname")):
        raise QueueError(f"--queue {named}has an @ or a / in its password, it seems: write %40 and %2F in their place")
    if not _PORTS.fullmatch(str(parts.get("port") or "")):
        raise QueueError(f"--queue {named}has a port that is no number")
    written = _WRITTEN.match(url)
    secrets = [url, *(written.groups() if written else ()), *(str(parts.get(name) or "") for name in _SECRET)]
    return Address(url, _shown(parts), tuple(secret for secret in dict.fromkeys(secrets) if len(secret) >= 4))


def _shown(parts: Mapping[str, object]) -> str:
    hosts, ports = (str(parts.get(name) or "").split(",") for name in ("host", "port"))
    servers = (
        f"{host or 'localhost'}{f':{port}' if port else ''}" for host, port in zip_longest(hosts, ports, fillvalue="")
    )
    return f"postgresql://{','.join(servers)}/{parts.get('dbname') or ''}"


def _without_values(url: str, message: str) -> str:
    """The first line of *message*, without what it quotes of *url* but for the names of what is set in it."""
    names = set(re.findall(r"[?&](\w+)=", url))
    if any(quoted not in names for quoted in _QUOTED.findall(message)):
        message = _ALL_QUOTED.sub("(hidden)", message)
    return message.strip().splitlines()[0]
