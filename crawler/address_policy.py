"""Which URLs and addresses a source may reach. Pure: `crawler.guard` enforces it.

A source reaches the public internet, and where it is `private` also its own hosts on private addresses. Metadata
services, link-local, multicast and reserved addresses are closed to all.
"""

import ipaddress
import socket
import unicodedata
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import idna

from seeds.bounds import LONGEST_HOST, LONGEST_LABEL, LONGEST_URL
from seeds.sources import USUAL_PORTS

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_DOTS = str.maketrans("。．｡", "...")  # browsers take each for a dot
_LONGEST_SHOWN = 80  # characters of something wrong: enough to recognise it

_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        # AWS, Azure, Google and most others; Azure's other one, which looks public; Alibaba; Oracle; AWS and Google
        # on IPv6. They hand credentials to whoever asks, so not even a private source may reach them.
        ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"],
    )
)
_LOOPBACK, _PRIVATE, _CARRIER = "loopback", "private", "carrier's private"
_KINDS = [
    (ipaddress.ip_network(network), kind)
    for network, kind in [  # the first that fits, so the wide ones come last
        ("127.0.0.0/8", _LOOPBACK),
        ("::1/128", _LOOPBACK),
        ("10.0.0.0/8", _PRIVATE),
        ("172.16.0.0/12", _PRIVATE),
        ("192.168.0.0/16", _PRIVATE),
        ("fc00::/7", _PRIVATE),
        ("100.64.0.0/10", _CARRIER),  # RFC 6598; VPNs between one's own machines use it too
        ("0.0.0.0/8", "unspecified"),  # Linux connects to itself
        ("::/128", "unspecified"),
        ("169.254.0.0/16", "link-local"),
        ("fe80::/10", "link-local"),
        ("224.0.0.0/4", "multicast"),
        ("ff00::/8", "multicast"),
        ("192.0.0.0/24", "special purpose"),  # protocol assignments, RFC 6890: Python knows a few of them only
        ("192.88.99.0/24", "special purpose"),  # 6to4 relays, RFC 7526
        ("2001::/23", "special purpose"),  # protocol assignments; Teredo among them hides an IPv4 address
        ("3fff::/20", "special purpose"),  # documentation, RFC 9637, later than Python 3.11's own tables
        ("240.0.0.0/4", "reserved"),
        ("::/3", "reserved"),  # IANA has allocated 2000::/3 and nothing else as global unicast
        ("4000::/2", "reserved"),
        ("8000::/1", "reserved"),
    ]
]
_OPEN_TO_PRIVATE_SOURCES = frozenset([_LOOPBACK, _PRIVATE, _CARRIER])
_TRANSLATED = [
    (ipaddress.ip_network(network), shift)
    for network, shift in [  # IPv6 that leads to an IPv4 address, and how far its 32 bits are from the right
        ("::ffff:0:0/96", 0),
        ("64:ff9b::/96", 0),  # NAT64, RFC 6052: how an IPv6-only network reaches IPv4 sites
        ("2002::/16", 80),  # 6to4
    ]
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """What one source may reach: *private_hosts* are its own hosts where it is private, *ports* its ports.

    A fault is a short stable name and, after a colon, a detail without secrets; None means that all is well.
    """

    private_hosts: frozenset[str] = frozenset()
    ports: frozenset[int] = frozenset(USUAL_PORTS.values())
    _private: frozenset[str | None] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        hosts = frozenset(_canonical_host(host) for host in self.private_hosts) - {None}
        object.__setattr__(self, "_private", hosts)

    def url_fault(self, url: str) -> str | None:
        """Why *url* may not be asked for, as far as it shows without DNS."""
        try:
            host, port = _destination(url)
        except _Fault as fault:
            return str(fault)
        if port not in self.ports:
            return f"port not allowed: {port}"
        literal = _literal(host)
        if literal is not None:
            return self._fault(host, literal)
        if _ends_in_number(host):
            return f"not a host name: {_shown(host)}"  # resolvers differ in what they make of it
        return None

    def address_fault(self, host: str, ip: str) -> str | None:
        """Why no connection may be made to *ip*, which *host* resolved to."""
        try:
            address = ipaddress.ip_address(ip)
        except ValueError:
            return f"not an address: {_shown(ip)}"
        return self._fault(_canonical_host(host), address)

    def _fault(self, host: str | None, address: Address) -> str | None:
        kind = _closed_kind(address)
        if kind is None or (kind in _OPEN_TO_PRIVATE_SOURCES and host in self._private):
            return None
        return f"private address: {host} is {address} ({kind})"


class _Fault(Exception):
    """What is wrong with a URL, in words."""


def _destination(url: str) -> tuple[str, int]:
    """The canonical host and the port that *url* names. Raises _Fault."""
    if len(url) > LONGEST_URL:
        raise _Fault(f"address too long: {len(url)} characters")
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _Fault("not a URL") from error
    if parts.scheme not in USUAL_PORTS:
        raise _Fault(f"scheme not allowed: {_shown(parts.scheme) or 'none'}")
    if "@" in parts.netloc:
        raise _Fault("user name in the URL")
    if not name:
        raise _Fault("no host in the URL")
    host = _canonical_host(name)
    if host is None:
        raise _Fault(f"not a host name: {_shown(name)}")
    return host, USUAL_PORTS[parts.scheme] if port is None else port


def _closed_kind(address: Address) -> str | None:
    """What kind of address *address* is, if it is not one of the public internet."""
    for network, shift in _TRANSLATED:
        if address in network:
            address = ipaddress.IPv4Address(int(address) >> shift & 0xFFFFFFFF)
    if address in _METADATA:
        return "metadata service"
    for network, kind in _KINDS:
        if address in network:
            return kind
    return None if address.is_global else "special purpose"


def _canonical_host(name: str) -> str | None:
    """*name* as it is resolved: lower case, ASCII, without brackets; None where it cannot be a host."""
    name = unicodedata.normalize("NFKC", name).translate(_DOTS).lower().strip("[]").removesuffix(".")
    if ":" in name:
        try:
            return str(ipaddress.IPv6Address(name))
        except ValueError:
            return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    if not 0 < len(name) <= LONGEST_HOST or not _HOST_LETTERS.issuperset(name):
        return None
    return name if all(0 < len(label) <= LONGEST_LABEL for label in name.split(".")) else None


def _literal(host: str) -> Address | None:
    """The address that *host* spells: also `127.1`, `2130706433`, `0x7f.1` or `0177.0.0.1`, as resolvers read them."""
    if ":" in host:
        return ipaddress.IPv6Address(host)
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _ends_in_number(host: str) -> bool:
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


def _shown(text: str) -> str:
    return text[:_LONGEST_SHOWN].encode("ascii", "backslashreplace").decode("ascii")
