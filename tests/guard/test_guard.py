"""The guard around real crawls: what is private is not read, whoever points at it."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IResolutionReceiver
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.testing import MemoryReactorClock
from twisted.web.client import URI, BrowserLikePolicyForHTTPS

from crawler.guard import AddressPolicy, GuardedAgent, PrivateAddress

PROBE = Path(__file__).with_name("guard_probe.py")


@dataclass
class Site:
    """A loopback server. `/to?URL` redirects to URL; what was asked of it is in `asked`."""

    server: ThreadingHTTPServer
    asked: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.server_port

    def to(self, target: str) -> str:
        return f"http://127.0.0.1:{self.port}/to?{target}"


def serve() -> Iterator[Site]:
    class Answer(BaseHTTPRequestHandler):
        site: ClassVar[Site]
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.site.asked.append(self.path)
            _, redirected, target = self.path.partition("/to?")
            body = b"" if redirected else b"User-agent: *\nAllow: /\n" if self.path == "/robots.txt" else b"secret"
            self.send_response(302 if redirected else 200)
            if redirected:
                self.send_header("Location", unquote(target))
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Answer.site = Site(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Answer.site
        server.shutdown()
        thread.join()


site = pytest.fixture(serve, name="site")
vault = pytest.fixture(serve, name="vault")


def probe(
    urls: list[str],
    *,
    private_hosts: list[str],
    ports: list[int],
    meta: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
    settings: dict[str, Any] | None = None,
) -> dict[str, list[str]]:
    task = {
        "urls": urls, "private_hosts": private_hosts, "ports": ports, "meta": meta or {}, "settings": settings or {}
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(PROBE)],
        input=json.dumps(task), capture_output=True, text=True, check=True, timeout=60, env=environment,
    )  # fmt: skip
    assert done.stderr == ""
    outcomes: dict[str, list[str]] = json.loads(done.stdout)
    return outcomes


def test_no_redirect_from_an_allowed_host_reaches_a_private_one(site: Site, vault: Site) -> None:
    refusals = {
        f"http://127.0.0.1:{vault.port}/secret": "port not allowed",
        f"http://127.1:{site.port}/secret": "private address",
        f"http://2130706433:{site.port}/secret": "private address",
        f"http://0x7f.0.0.1:{site.port}/secret": "private address",
        f"http://[::ffff:127.0.0.1]:{site.port}/secret": "private address",
        f"http://localhost:{site.port}/secret": "private address",
        f"http://desk:word@127.0.0.1:{site.port}/secret": "user name in the URL",
        "http://169.254.169.254/latest/meta-data/": "port not allowed",
    }
    redirected = {site.to(target): name for target, name in refusals.items()}
    schemes = ["ftp://127.0.0.1/secret", f"file://{PROBE}", "data:text/html,x"]
    to_a_file = site.to(f"file://{PROBE}")
    allowed = site.to("/open")

    outcomes = probe([*redirected, *schemes, to_a_file, allowed], private_hosts=["127.0.0.1"], ports=[site.port])

    assert {url: outcomes[url][1] for url in redirected} == redirected
    assert [outcomes[url][1] for url in schemes] == ["scheme not allowed"] * 3
    assert outcomes[to_a_file][0] == "HttpError"  # Scrapy itself follows no redirect out of http, and shows the 302
    assert outcomes[allowed] == ["read", "secret"]
    assert "/secret" not in site.asked
    assert vault.asked == []


def test_a_public_source_reaches_no_loopback_address_by_name_or_number(site: Site) -> None:
    urls = [f"http://{host}:{site.port}/secret" for host in ("127.0.0.1", "127.1", "localhost", "[::1]")]
    outcomes = probe(urls, private_hosts=[], ports=[site.port])
    assert [outcomes[url][:2] for url in urls] == [["PrivateAddress", "private address"]] * 4
    assert "localhost is " in outcomes[urls[2]][2]
    assert site.asked == []  # not even robots.txt


def test_the_handler_refuses_by_itself_where_the_middleware_is_missing(site: Site) -> None:
    urls = [f"http://{host}:{site.port}/secret" for host in ("127.0.0.1", "localhost")]
    without = {"DOWNLOADER_MIDDLEWARES": {}, "ROBOTSTXT_OBEY": False}
    outcomes = probe(urls, private_hosts=[], ports=[site.port], settings=without)
    assert [outcomes[url][1] for url in urls] == ["private address"] * 2
    assert site.asked == []


def test_no_proxy_is_used_whether_named_by_the_environment_or_the_request(site: Site, vault: Site) -> None:
    proxy = f"http://127.0.0.1:{vault.port}"
    url = f"http://127.0.0.1:{site.port}/open"
    outcomes = probe(
        [url],
        private_hosts=["127.0.0.1"],
        ports=[site.port],
        meta={"proxy": proxy},
        environment={"http_proxy": proxy, "HTTP_PROXY": proxy, "all_proxy": proxy},
    )
    assert outcomes == {url: ["read", "secret"]}
    assert vault.asked == []


class Resolver:
    """A name resolver that answers what it is told, one list of addresses a question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(
        self, receiver: Any, hostName: str, portNumber: int = 0, addressTypes: Any = None, transportSemantics: str = ""
    ) -> Any:
        assert IResolutionReceiver.providedBy(receiver)
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, portNumber))
        receiver.resolutionComplete()


def connect(url: str, *answers: list[str]) -> tuple[MemoryReactorClock, list[Any], Any]:
    reactor: Any = MemoryReactorClock()  # type: ignore[no-untyped-call]
    reactor.nameResolver = Resolver(*answers)
    agent = GuardedAgent(AddressPolicy(), reactor, BrowserLikePolicyForHTTPS(), 30, None, None)
    endpoint = agent._getEndpoint(URI.fromBytes(url.encode()))
    results: list[Any] = []
    return reactor, results, endpoint


def dial(endpoint: Any, results: list[Any]) -> None:
    endpoint.connect(Factory.forProtocol(Protocol)).addBoth(results.append)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_of_a_names_addresses_only_the_public_ones_are_connected_to(scheme: str) -> None:
    reactor, results, endpoint = connect(f"{scheme}://a.example/", ["10.0.0.5", "93.184.216.34", "127.0.0.1"])
    dial(endpoint, results)
    for _ in range(5):
        reactor.advance(1)
    assert [client[0] for client in reactor.tcpClients] == ["93.184.216.34"]


def test_a_name_whose_addresses_are_all_private_fails_as_such_and_not_as_a_dns_error() -> None:
    reactor, results, endpoint = connect("http://a.example/", ["10.0.0.5", "127.0.0.1"])
    dial(endpoint, results)
    for _ in range(5):
        reactor.advance(1)
    assert reactor.tcpClients == []
    (failure,) = results
    assert failure.check(PrivateAddress)
    assert "a.example is 127.0.0.1 (loopback)" in str(failure.value)


def test_a_name_that_moves_between_two_connections_is_judged_each_time() -> None:
    reactor, results, endpoint = connect("http://a.example/", ["93.184.216.34"], ["192.168.0.1"])
    dial(endpoint, results)
    dial(endpoint, results)
    for _ in range(5):
        reactor.advance(1)
    assert [client[0] for client in reactor.tcpClients] == ["93.184.216.34"]
    assert any(getattr(result, "value", None) and result.check(PrivateAddress) for result in results)
