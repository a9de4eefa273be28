"""Network namespaces: a process there comes from an address of its own, and its link can be cut and mended."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.cluster.netns import Namespace, namespace, why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

_GREET = """
import socket, sys
for line in sys.stdin:
    host, port, seconds = line.split()
    try:
        with socket.create_connection((host, int(port)), timeout=float(seconds)) as talk:
            print("connected", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
"""


@pytest.fixture(scope="module")
def machines() -> Iterator[tuple[Namespace, Namespace]]:
    with namespace("a") as a, namespace("b") as b:
        yield a, b


def test_each_has_an_address_of_its_own_and_reaches_every_site_of_ours(machines: tuple[Namespace, Namespace]) -> None:
    a, b = machines
    sites = a.sites(3)
    for machine in machines:
        with _greeter(machine) as greeter, socket.create_server((sites[2], 0)) as server:
            assert _says(greeter, server) == "connected"
            with server.accept()[0] as talk:
                assert talk.getpeername()[0] == machine.inside
    assert a.inside != b.inside


def test_a_cut_link_loses_everything_without_a_word_until_it_is_mended(machines: tuple[Namespace, Namespace]) -> None:
    a, b = machines
    with _greeter(a) as cut, _greeter(b) as whole, socket.create_server((a.outside, 0)) as server:
        a.cut()
        assert _says(cut, server, seconds=0.3) == "TimeoutError"
        assert _says(whole, server) == "connected"
        a.mend()
        assert _says(cut, server) == "connected"


def test_there_is_no_way_out_and_nothing_stays_behind() -> None:
    with namespace("c") as c:
        routes = c.popen(["ip", "route"], stdout=subprocess.PIPE, text=True).communicate()[0]
        left = c.popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        assert f" {c.outside}/" in _addresses()
    assert "default" not in routes
    assert left.wait(60) == -9
    assert left.stdin
    left.stdin.close()
    assert f" {c.outside}/" not in _addresses()


def _greeter(machine: Namespace) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", _GREET]
    return machine.popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _says(greeter: "subprocess.Popen[str]", server: socket.socket, *, seconds: float = 60) -> str:
    assert greeter.stdin
    assert greeter.stdout
    host, port = server.getsockname()
    greeter.stdin.write(f"{host} {port} {seconds}\n")
    greeter.stdin.flush()
    return greeter.stdout.readline().strip()


def _addresses() -> str:
    return subprocess.run(["ip", "-o", "address"], capture_output=True, text=True, check=True).stdout
