"""A machine of its own for a process, as far as the network goes: a namespace, an address, a link that can be cut.

Linux, where it is allowed (root in most containers and on most machines). Nothing is left behind: the namespace lives
as long as a process in it, and takes the link and all its addresses along. Only addresses of the link and loopback are
reached from within; there is no way out of it.
"""

import ipaddress
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NETWORK = ipaddress.IPv4Network("10.198.0.0/16")
"""Where the links' addresses are from: private ones, since a source may have no others but its own machine's."""
SITES = 200  # addresses for sites on our side of a link, at most
_NOBODYS = "02:00:00:00:00:01"  # a hardware address that no device has: what is sent to it is lost without an error
_INSIDE = "eth0"  # the link's name within
_HOLD = """
import os, sys
sys.stdin.buffer.read()
mine = os.stat("/proc/self/ns/net").st_ino
for name in os.listdir("/proc"):
    try:
        if name.isdigit() and int(name) != os.getpid() and os.stat(f"/proc/{name}/ns/net").st_ino == mine:
            os.kill(int(name), 9)
    except OSError:
        pass
"""
"""Keeps a namespace, and empties it when whoever made it ends: Ctrl-C does not reach it, in a session of its own."""
_LONGEST = 30.0  # seconds that anything here may take


class NotAllowed(Exception):
    """This machine gives nobody a network of his own; the message says why."""


class Namespace:
    """Context manager: one such machine, named for messages.

    `inside` is its address, `outside` ours at the other end of the link, where what it shall reach has to listen.
    Raises NotAllowed.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> Self:
        if reason := why_not():
            raise NotAllowed(reason)
        self._make()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _ip("link", "del", self._link)  # it would go with the namespace, but some time later
        self._holder.communicate()

    def popen(self, words: Sequence[str | Path], **options: Any) -> "subprocess.Popen[Any]":
        """Starts a process in it; its id is that of the process itself. What still runs at the end is killed."""
        return subprocess.Popen(["nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--", *words], **options)

    def cut(self, address: str | None = None) -> None:
        """Cuts the link: what either side sends is lost, and nobody is told, as when a cable is pulled far away. With
        *address*, one of `sites`: only what is sent there."""
        if address is None:
            _ip("neigh", "replace", self.inside, "lladdr", _NOBODYS, "dev", self._link, "nud", "permanent")
        self._ip(
            "neigh", "replace", address or self.outside, "lladdr", _NOBODYS, "dev", _INSIDE, "nud", "permanent"
        )  # fmt: skip

    def mend(self, address: str | None = None) -> None:
        """Joins it again; what both sides send again arrives."""
        if address is None:
            _ip("neigh", "del", self.inside, "dev", self._link)
        self._ip("neigh", "del", address or self.outside, "dev", _INSIDE)

    def sites(self, number: int) -> list[str]:
        """*number* more addresses of ours, for sites: every namespace of this process and our own reaches them."""
        if number > SITES:
            raise ValueError(f"a link has room for {SITES} sites, not {number}")
        found = [str(self._net[3 + place]) for place in range(number)]
        lines = "\n".join(f"address add {address}/32 dev {self._link}" for address in found)
        subprocess.run(["ip", "-batch", "-"], input=lines, text=True, capture_output=True, check=True)
        return found

    def processes(self) -> list[int]:
        """Ids of the processes in it."""
        mine = _namespace_of(self._holder.pid)
        return [pid for pid in _all_processes() if mine and _namespace_of(pid) == mine and pid != self._holder.pid]

    def _make(self) -> None:
        self._holder = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-I", "-S", "-c", _HOLD], stdin=subprocess.PIPE, start_new_session=True
        )
        try:
            ours, deadline = _namespace_of(os.getpid()), time.monotonic() + _LONGEST
            while _namespace_of(self._holder.pid) in (ours, None):
                if self._holder.poll() is not None or time.monotonic() > deadline:
                    raise NotAllowed("no network namespace can be made")
                time.sleep(0.002)
            self._net = _free_net()
            self.outside, self.inside = str(self._net[1]), str(self._net[2])
            self._link = f"kh{self._net.network_address.packed.hex()[2:6]}"
            peer = ["type", "veth", "peer", "name", _INSIDE, "netns", str(self._holder.pid)]
            _ip("link", "add", self._link, *peer)
            _ip("address", "add", f"{self.outside}/24", "dev", self._link)
            _ip("link", "set", "dev", self._link, "up")
            self._ip("link", "set", "dev", "lo", "up")
            self._ip("address", "add", f"{self.inside}/24", "dev", _INSIDE)
            self._ip("link", "set", "dev", _INSIDE, "up")
            self._ip("route", "add", str(NETWORK), "via", self.outside)
        except BaseException:
            self._holder.communicate()
            raise

    def _ip(self, *words: str) -> None:
        with self.popen(["ip", *words], stdout=subprocess.DEVNULL) as process:
            if process.wait(_LONGEST):
                raise RuntimeError(f"ip {' '.join(words)} failed in namespace {self.name}")


@cache
def why_not() -> str | None:
    """Why no namespace can be made here; None: it can."""
    if missing := [word for word in ("unshare", "nsenter", "ip") if not shutil.which(word)]:
        return f"no network namespaces without {' and '.join(missing)} (Linux: apt install util-linux iproute2)"
    tried = "ip link add khtest type veth peer name khother"
    done = subprocess.run(["unshare", "--net", "sh", "-c", tried], capture_output=True, text=True, check=False)
    said = done.stderr.strip().splitlines()[-1:] or ["?"]
    return f"this machine allows no network namespaces ({said[0]}); root may make them" if done.returncode else None


@contextmanager
def namespace(name: str) -> Iterator[Namespace]:
    """The same as a function. Raises NotAllowed."""
    with Namespace(name) as made:
        yield made


def _free_net() -> ipaddress.IPv4Network:
    """A /24 of NETWORK that no link of this machine has."""
    addresses = subprocess.run(["ip", "-o", "-4", "address"], capture_output=True, text=True, check=True).stdout
    taken = {ipaddress.ip_interface(line.split()[3]).network for line in addresses.splitlines()}
    nets = [net for net in NETWORK.subnets(new_prefix=24) if not any(net.overlaps(other) for other in taken)]
    return random.SystemRandom().choice(nets)  # by chance: other processes of the tests choose at the same time


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=_LONGEST)


def _all_processes() -> list[int]:
    return [int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()]


def _namespace_of(pid: int) -> int | None:
    try:
        return Path(f"/proc/{pid}/ns/net").stat().st_ino
    except OSError:  # it has ended, or is somebody else's
        return None
