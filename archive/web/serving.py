"""Serving the web face: Datasette with our plugin in it, by uvicorn."""

import asyncio
import hmac
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm
from datasette_auth_passwords.utils import hash_password

from archive.described import TABLES, VIEWS
from archive.web import plugin
from archive.web.access import House
from archive.web.arriving import Arrivals
from archive.web.asking import NAME, ArchiveDatabase
from archive.web.face import Face
from archive.web.patience import PatientProtocol

_HERE = Path(__file__).parent
_THREADS = 3
"""Of SQL. SQLite answers in Python's own threads, and two cores are not four."""
_SETTINGS = {
    "sql_time_limit_ms": 2_000,  # of a statement that somebody types
    "facet_time_limit_ms": 100,
    "num_sql_threads": _THREADS,
    "max_returned_rows": 1_000,
    "allow_download": False,  # Datasette's would open the file, and closing it gives up SQLite's locks; ours copies it
    "default_cache_ttl": 0,  # a page that is a minute old hides what came since
    "default_page_size": 50,
    "suggest_facets": False,  # of a million articles each takes longer than its bound
}
_MOST_CONNECTIONS = 200
_KEEP_ALIVE = 15  # seconds
ACCOUNT = "desk"
"""The name that one logs in with."""

if not pm.has_plugin("khabar"):
    pm.register(plugin, name="khabar")
    pm.unregister(name="datasette.handle_exception")


class FaceDatasette(Datasette):
    """Datasette, and whose face it is."""

    def __init__(self, khabar: Callable[[], Face], house: House, **rest: Any) -> None:
        self.khabar = khabar
        """What the desk tells, as it is now."""
        self.house = house
        self.arrivals = Arrivals()
        """What came while it runs, for the pages that watch."""
        super().__init__(**rest)


def datasette_of(
    face: Callable[[], Face], house: House, *, password: str | None = None, token: str | None = None
) -> FaceDatasette:
    """The web face of a desk. *password*, in clear or as `pbkdf2_sha256$…`, and *token* are who may log in by."""
    datasette = FaceDatasette(
        khabar=face,
        house=house,
        files=[],
        memory=False,
        metadata=_metadata(password, token),
        template_dir=str(_HERE / "templates"),
        static_mounts=[("-/khabar", str(_HERE / "static")), ("-/vendor", str(_HERE / "vendor"))],
        settings=_SETTINGS,
        secret=_secret(os.environ.get("DATASETTE_SECRET"), password),
    )
    datasette.remove_database("_memory")
    datasette.add_database(ArchiveDatabase(datasette, face().archive), name=NAME)
    return datasette


def _secret(told: str | None, password: str | None) -> str | None:
    """What cookies are signed with; None: something new each time. Another password ends all logins: whoever should no
    longer get in would else do so by the cookie of before."""
    return hmac.new(told.encode(), (password or "").encode(), "sha256").hexdigest() if told else None


def _metadata(password: str | None, token: str | None) -> dict[str, Any]:
    plugins: dict[str, Any] = {}
    if password:
        hashed = password if password.startswith("pbkdf2_sha256$") else hash_password(password)
        plugins["datasette-auth-passwords"] = {f"{ACCOUNT}_password_hash": hashed}
    if token:
        plugins["datasette-auth-tokens"] = {"tokens": [{"token": token, "actor": {"id": "token"}}]}
    tables = {
        name: {
            "description": told.about,
            "columns": {column.split()[0]: words for column, words in told.columns.items()},
            **({"sort_desc": "id"} if name in ("headlines", "articles") else {}),
        }
        for name, told in (*VIEWS.items(), *TABLES.items())
    }
    return {"title": "Khabar", "plugins": plugins, "databases": {NAME: {"tables": tables}}}


def bound(host: str, port: int) -> socket.socket:
    """A socket at *host* and *port* (0: a free one). Raises OSError where it cannot be had."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
    except BaseException:
        opened.close()
        raise
    return opened


def answer(datasette: FaceDatasette, at: socket.socket, ready: Callable[[], None]) -> None:
    """Answers until SIGINT or SIGTERM; *ready* is called once the first page can be asked for."""
    config = uvicorn.Config(
        datasette.app(), log_level="warning", lifespan="on", access_log=False, server_header=False,
        limit_concurrency=_MOST_CONNECTIONS, timeout_keep_alive=_KEEP_ALIVE, timeout_graceful_shutdown=3,
        proxy_headers=False, ws="none", http=PatientProtocol,
    )  # fmt: skip
    with suppress(KeyboardInterrupt):  # how it is meant to end; uvicorn raises it once everything is closed
        asyncio.run(_Server(config, ready).serve(sockets=[at]))


class _Server(uvicorn.Server):
    """uvicorn's, and *ready* once it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer."""
        await super().startup(sockets)
        if self.started:
            self._ready()
