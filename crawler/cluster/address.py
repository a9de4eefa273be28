"""The address of a queue: a PostgreSQL URL, or the name of the variable that holds it. Its password is never told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from crawler.cluster.faults import QueueError

_ENV = "env:"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a queue is. `str` of it names server and database, and no secret."""

    url: str = field(repr=False)
    shown: str

    def __str__(self) -> str:
        return self.shown

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not be logged: the URL and its password, also as it is written in the URL."""
        written = urlsplit(self.url).password or ""
        return tuple(secret for secret in (self.url, written, unquote(written)) if len(secret) >= 4)


def read_address(given: str, environ: Mapping[str, str]) -> Address:
    """The address that *given* means: itself or, "env:NAME", what that variable holds. Raises QueueError."""
    url = given
    if given.startswith(_ENV):
        name = given.removeprefix(_ENV)
        url = environ.get(name, "")
        if not url:
            raise QueueError(f"--queue {given}: the environment has no variable {name}")
    if not url.startswith(("postgresql://", "postgres://")):
        named = f"{given}: " if given.startswith(_ENV) else ""
        raise QueueError(f"--queue {named}must be a URL that begins with postgresql:// or env: and a variable's name")
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise QueueError(f"--queue: is not a PostgreSQL URL: {_without(url, str(error))}") from None
    host, port = str(parts.get("host") or "localhost"), parts.get("port")
    return Address(url, f"postgresql://{host}{f':{port}' if port else ''}/{parts.get('dbname') or ''}")


def _without(url: str, message: str) -> str:
    return message.replace(url, "(hidden)").strip().splitlines()[0] if "@" not in message else "it cannot be read"
