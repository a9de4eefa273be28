"""Who may see what. Pure.

On loopback, where nobody set a password, whoever asks is the owner. From elsewhere one logs in, and is a reader: all is
to be read, but neither SQL nor the whole archive is given out. In public there are headlines, snippets and links.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Access = Literal["owner", "reader", "public", "nobody"]

OWN_NAMES = frozenset(["localhost", "127.0.0.1", "::1"])
"""By which a page on this machine may be asked for. A name of somebody else's that leads here, and with which a page of
theirs would read this one's answers (DNS rebinding), is none of them."""
_HOST = re.compile(r"(?:\[(?P<number>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,255}))(?::\d{0,5})?", re.ASCII)
_SHOWN_IN_PUBLIC = frozenset(["view-instance"])


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """How the web face is served."""

    on_loopback: bool
    public: bool = False
    has_login: bool = False
    names: frozenset[str] = frozenset()  # further ones by which it may be asked for

    def access(self, actor: Mapping[str, Any] | None) -> Access:
        """What *actor* may see; None: nobody has logged in."""
        if self.has_login and actor:
            return "reader"
        if self.public:
            return "public"
        return "owner" if self.on_loopback and not self.has_login else "nobody"

    def is_own(self, host: str | None) -> bool:
        """Whether *host*, the header of that name, is a name of this house. On another address than loopback every
        name is: there is a password, or nothing to hide."""
        name = _name(host)
        return name in self.names or (name in OWN_NAMES if self.on_loopback else bool(name))


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches *address*, a name or a number."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def may(access: Access, action: str, resource: object = None) -> bool:
    """Whether who has *access* may do what Datasette calls *action*, to *resource*: a database, or it and a table.
    Datasette's own, which tells where the files of this machine are, is for nobody."""
    database = resource[0] if isinstance(resource, tuple | list) and resource else resource
    if isinstance(database, str) and database.startswith("_"):
        return False
    if access == "owner":
        return True
    if access == "reader":
        return action not in ("execute-sql", "view-database-download", "permissions-debug", "debug-menu")
    return access == "public" and action in _SHOWN_IN_PUBLIC


def _name(host: str | None) -> str:
    """The name in a Host header, without its port; nothing where it is not written as one."""
    found = _HOST.fullmatch(host or "")
    return (found["number"] or found["name"]).lower().rstrip(".") if found else ""
