"""Keeps the crawl out of private networks: enforces the `AddressPolicy` of a crawl's spider.

A URL is judged before it is asked for, and the address again when the connection to it is made. Only the second
counts against DNS: a name may resolve to another address a moment after it was checked, so what is checked is the
very address that is handed to the operating system. Redirects and robots.txt pass both gates like any request.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Self, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import fail
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, HTTP11ClientProtocol
from twisted.web.client import URI, Agent, _StandardEndpointFactory
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.address_policy import AddressPolicy
from crawler.manners.room import CHARGE, Charge
from seeds.bounds import MAX_HEAD_BYTES

__all__ = [
    "AddressPolicy",
    "GuardMiddleware",
    "GuardedAgent",
    "GuardedHTTP11DownloadHandler",
    "PrivateAddress",
    "RefusedRequest",
]


class RefusedRequest(IgnoreRequest):
    """A request that may not be made. `name` is short and stable, for the fate; the message says more."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.name = fault.partition(":")[0]


class PrivateAddress(RefusedRequest):
    """A request that would have reached a private, loopback or otherwise closed address. It is never retried."""


def policy_of(crawler: Crawler) -> AddressPolicy:
    """The policy of the crawl's spider; the strictest where it has none."""
    return cast("AddressPolicy | None", getattr(crawler.spider, "policy", None)) or AddressPolicy()


class GuardMiddleware:
    """Refuses what the policy forbids before anything else sees the request, robots.txt and redirects included."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises RefusedRequest, or PrivateAddress, where *request* may not be made."""
        check_url(policy_of(self._crawler), request.url)


class GuardedHTTP11DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler, connecting only to addresses that the crawl's policy allows.

    A proxy connects on our behalf, to wherever the name leads it, so there is none but where the desk wants it. Then
    only what stands in a URL is judged: its scheme, its port, and an address in place of a name.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Scrapy sets its own in the same way.
        self._pool._factory = cast(Any, partial(_BoundedFactory, self.about_to_send))

    def about_to_send(self) -> None:
        """The very last step before a request is written into its connection, for which it may have waited, and once
        more before its bytes leave the process. Raises what `download_request` is to raise in its place."""

    async def download_request(self, request: Request) -> Response:
        """As Scrapy's. Raises RefusedRequest or PrivateAddress."""
        policy = policy_of(self._crawler)
        check_url(policy, request.url)
        agent = _GuardedScrapyAgent(
            policy,
            self.about_to_send,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except DownloadFailedError as error:
            if any(reason.check(_EndlessHead) for reason in getattr(error.__cause__, "reasons", ())):
                raise RefusedRequest(f"too many headers: {request.url}") from error
            raise

    async def close(self) -> None:
        """As Scrapy's, which on a busy machine ended in AlreadyCalledError: its own limit fell due as they closed."""
        closing = self._pool.closeCachedConnections()  # type: ignore[no-untyped-call]
        closed = asyncio.ensure_future(maybe_deferred_to_future(closing))
        done, _ = await asyncio.wait([closed], timeout=self._disconnect_timeout)
        for future in done:
            future.result()


def check_url(policy: AddressPolicy, url: str) -> None:
    """Raises RefusedRequest, or PrivateAddress, where *policy* has a fault to find with *url*."""
    if fault := policy.url_fault(url):
        raise PrivateAddress(fault) if fault.startswith("private") else RefusedRequest(fault)


class _EndlessHead(Exception):
    """A response whose head does not end."""


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection on which no response has a head without end. Twisted bounds a line, not their number."""

    def __init__(self, about_to_send: Callable[[], None], *rest: Any) -> None:
        super().__init__(*rest)  # type: ignore[no-untyped-call]
        self._about_to_send, self._head = about_to_send, 0

    def request(self, request: Any) -> Any:
        self._head = 0
        try:
            self._about_to_send()
        except Exception:
            self.abort()  # type: ignore[no-untyped-call]
            return fail()
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self._parser is not None and self._parser.state != BODY:
            self._head += len(data)
            if self._head > MAX_HEAD_BYTES:
                self._giveUp(Failure(_EndlessHead()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def __init__(self, about_to_send: Callable[[], None], *rest: Any) -> None:
        super().__init__(*rest)  # type: ignore[no-untyped-call]
        self._about_to_send = about_to_send

    def buildProtocol(self, addr: Any) -> HTTP11ClientProtocol:
        return _BoundedProtocol(self._about_to_send, self._quiescentCallback)


class _GuardedScrapyAgent(_ScrapyAgent):
    def __init__(self, policy: AddressPolicy, about_to_send: Callable[[], None], **rest: Any) -> None:
        super().__init__(**rest)
        self._policy, self._about_to_send = policy, about_to_send

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy") and self._crawler.settings.getbool("DESK_PROXY"):
            return super()._get_agent(request, timeout)
        from twisted.internet import reactor  # noqa: PLC0415 -- importing it earlier would install another one

        return GuardedAgent(
            self._policy, reactor, self._contextFactory, timeout, None, self._pool, about_to_send=self._about_to_send
        )

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        """As Scrapy's; the body is read as it finds room, where the request brings a charge for that."""
        charge = request.meta.get(CHARGE)
        return super()._cb_bodyready(cast(Any, _Charged(txresponse, charge)) if charge else txresponse, request)


class _Charged:
    """A response of Twisted whose body is delivered as it finds room."""

    def __init__(self, txresponse: Any, charge: Charge) -> None:
        self._txresponse, self._charge = txresponse, charge

    def deliverBody(self, reader: Protocol) -> None:
        self._txresponse.deliverBody(_Sluice(reader, self._charge))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._txresponse, name)


class _Sluice(Protocol):
    """Passes a body on to *reader*, and leaves the connection alone while there is no room for more."""

    def __init__(self, reader: Protocol, charge: Charge) -> None:
        self._reader, self._charge = reader, charge

    def connectionMade(self) -> None:
        cast(Any, self._reader).makeConnection(self.transport)

    def dataReceived(self, data: bytes) -> None:
        self._reader.dataReceived(data)
        if not self._charge.add(len(data), self._go_on):
            cast(Any, self.transport).pauseProducing()

    def _go_on(self) -> None:
        cast(Any, self.transport).resumeProducing()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._reader.connectionLost(reason)


class GuardedAgent(_BindAddressAgent):
    """An HTTP client of Twisted whose every connection is judged by *policy*, and which calls *about_to_send* whenever
    it hands bytes to the operating system: where that raises, they stay here, and the connection ends."""

    def __init__(
        self, policy: AddressPolicy, *rest: Any, about_to_send: Callable[[], None] = lambda: None
    ) -> None:  # fmt: skip
        super().__init__(*rest)
        self._policy, self._about_to_send = policy, about_to_send

    def _getEndpoint(self, uri: URI) -> Any:
        """The usual endpoint for *uri*, on a reactor that asks the policy. The host is the one Twisted will use."""
        usual = self._endpointFactory
        host = uri.host.decode("ascii", "replace")
        reactor = _GuardedReactor(usual._reactor, self._policy, host, self._about_to_send)
        factory = _StandardEndpointFactory(  # type: ignore[no-untyped-call]
            reactor, usual._policyForHTTPS, usual._connectTimeout, usual._bindAddress
        )
        return factory.endpointForURI(uri)


def _watch_over(transport: Any, about_to_send: Callable[[], None]) -> None:
    """Has *about_to_send* called right before each of the system's calls by which *transport* sends. What is written
    waits within the process until then: for its loop, for the greetings of TLS; and so it would while that sleeps."""
    send = transport.writeSomeData

    def send_or_end(data: bytes) -> int | Exception:
        try:
            about_to_send()
        except Exception as error:
            return error  # for Twisted, the connection is lost by it
        sent: int | Exception = send(data)
        return sent

    transport.writeSomeData = send_or_end


@implementer(IReactorPluggableNameResolver)
class _GuardedReactor:
    """The reactor as an endpoint for *host* sees it. All TCP connections of an endpoint begin at `connectTCP`."""

    def __init__(self, reactor: Any, policy: AddressPolicy, host: str, about_to_send: Callable[[], None]) -> None:
        self._reactor = reactor
        self._policy = policy
        self._host, self._about_to_send = host, about_to_send

    def connectTCP(self, host: str, port: int, *rest: Any, **named: Any) -> Any:
        """As the reactor's, where *host* is an address by now. Raises PrivateAddress."""
        if fault := self._policy.address_fault(self._host, host):
            raise PrivateAddress(fault)
        connector = self._reactor.connectTCP(host, port, *rest, **named)
        _watch_over(connector.transport, self._about_to_send)
        return connector

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)
