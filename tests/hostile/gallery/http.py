"""Servers that mean harm by how they speak HTTP: heads, status lines, redirects, and connections."""

import socket
import struct
import time
from collections.abc import Callable

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, feed_of, html
from tests.hostile.gallery.prose import story

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
PATIENCE = 40.0
"""Seconds for which an attack goes on: a crawl that is not done with it by then has no bound."""
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
_NO_ANSWER = "what is no answer in HTTP is none"


def raw(*pieces: bytes) -> Answer:
    """These bytes, and then the end of the connection."""
    return Answer(write=lambda connection: connection.sendall(b"".join(pieces)))


def endless(first: bytes, again: Callable[[int], bytes]) -> Answer:
    """Goes on as long as somebody listens."""

    def write(connection: socket.socket) -> None:
        connection.sendall(first)
        until, number = time.monotonic() + PATIENCE, 0
        while time.monotonic() < until:
            number += 1
            connection.sendall(again(number))

    return Answer(write=write)


def _page(seed: str) -> bytes:
    return html(story(seed)).encode()


def _cookies(number: int) -> bytes:
    """Half of them of this host, half of all others."""
    hosts = (b"127.0.0.1", b"com")
    return b"".join(b"Set-Cookie: c%d=%s; Domain=%s\r\n" % (at, b"c" * 60, hosts[at % 2]) for at in range(number))


def _reset(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 99999\r\n\r\n" + _page("reset")[:900])
    time.sleep(0.05)  # or the reset overtakes what it is to interrupt
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)


def _dripping(connection: socket.socket) -> None:
    connection.sendall(OK + b"\r\n")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection.sendall(b"x")
        time.sleep(0.3)


def _slow_redirect(place: Place, path: str) -> Answer:
    """Leads on to another address, for which it takes six seconds."""
    if not path.startswith("/chain/"):
        return answer("no such page", "text/plain", 404)
    number = int(path.rpartition("/")[2])

    def write(connection: socket.socket) -> None:
        head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /chain/{number + 1}\r\n\r\n".encode()
        for at in range(0, len(head), 4):
            connection.sendall(head[at : at + 4])
            time.sleep(0.3)

    return Answer(write=write)


def _to(address: str, status: int = 302) -> Answer:
    return answer(b"", status=status, Location=address)


def _wait(seconds: str, status: int = 503) -> Answer:
    return answer("not now", status=status, Retry_After=seconds)


ATTACKS = [
    Attack(
        name="heads-without-end",
        what="headers, cookies and answers 103 without an end, and one header line of any length",
        holds="MAX_HEAD_BYTES",
        pages={
            "/headers": endless(OK, lambda n: b"X-%d: %s\r\n" % (n, b"a" * 1000)),
            "/cookies": endless(OK, lambda n: b"Set-Cookie: c%d=%s\r\n" % (n, b"c" * 3000)),
            "/early-hints": endless(b"", lambda _: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
            "/line": endless(OK + b"X-Long: ", lambda _: b"a" * 4096),
        },
        fates={"/line": "failed: connection failed"},
        counts={"refused: too many headers": 3},
    ),
    Attack(
        name="cookies",
        what="2,000 cookies on each of three pages, of its own and of other hosts",
        holds="no cookie is kept",
        pages={
            f"/story/{number}": raw(OK, _cookies(2_000), b"\r\n", _page(f"cookies {number}")) for number in range(3)
        },
        counts={"archived": 3},
    ),
    Attack(
        name="statuses-that-nobody-asked-for",
        what="204, 205, 206, 304, 416, 418 and 999999 with a page, and 100 without",
        holds="only 200 and 203 come with a whole page",
        pages={
            **{
                f"/{status}": answer(html(story(f"{status}")), status=status)
                for status in (206, 304, 416, 418, 999_999)
            },
            "/204": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
            "/205": raw(b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
            "/100": raw(b"HTTP/1.1 100 Continue\r\n\r\n"),
            "/203": answer(html(story("203")), status=203),
        },
        fates={
            **{f"/{status}": f"failed: HTTP {status}" for status in (204, 205, 206, 304, 416, 418, 999_999)},
            "/100": "failed: connection failed",
            "/203": "archived",
        },
    ),
    Attack(
        name="no-http",
        what="HTTP/0.9, garbage, nothing, a status line of letters, one of 60 kB, a page of another protocol",
        holds=_NO_ANSWER,
        pages={
            "/http-0.9": raw(_page("0.9")),
            "/garbage": raw(bytes(range(256)) * 40),
            "/nothing": raw(),
            "/letters": raw(b"HTTP/1.1 OK fine\r\n\r\n" + _page("letters")),
            "/long": raw(b"HTTP/1.1 200 " + b"O" * 60_000 + b"K\r\n\r\n" + _page("long")),
            "/ftp": raw(b"220 FTP server ready\r\n"),
            "/ssh": raw(b"SSH-2.0-OpenSSH_9.9\r\n"),
        },
        counts={"failed: connection failed": 7},
    ),
    Attack(
        name="headers-of-garbage",
        what="headers without a colon, folded, of NUL, of bytes beyond ASCII, and lines that end in a line feed only",
        holds="what is not understood of a head is left out",
        pages={
            "/folded": raw(OK + b"X-Folded: a\r\n\tb\r\n\r\n" + _page("folded")),
            "/high": raw(OK + b"X-\xff\xfe: \xd8\xb5\xff\r\n\r\n" + _page("high")),
            "/nul": raw(OK + b"X-Nul: a\x00b\r\n\r\n" + _page("nul")),
            "/feeds": raw(b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + _page("feeds")),
            "/no-colon": raw(OK + b"no colon at all\r\n\r\n" + _page("no colon")),
        },
        fates={"/high": "failed: connection failed"},  # Twisted takes names of headers in ASCII only
        counts={"archived": 4},
    ),
    Attack(
        name="resets",
        what="a connection that is reset amid a page",
        holds="a page that is cut short is no article",
        pages={"/reset": Answer(write=_reset)},
        fates={"/reset": "failed: cut short | failed: connection failed"},
    ),
    Attack(
        name="dripping",
        what="a page of which a byte comes every third of a second, for ever",
        holds="RESPONSE_SECONDS",
        pages={"/drip": Answer(write=_dripping)},
        fates={"/drip": "failed: timed out"},
    ),
    Attack(
        name="redirects-that-drip",
        what="redirects without an end, of which each takes six seconds",
        holds="ADDRESS_SECONDS",
        pages={"/feed": lambda place: feed_of(place, ["/chain/1"])},
        others=_slow_redirect,
        fates={"/chain/1": "failed: timed out"},
        expensive=True,
    ),
    Attack(
        name="redirect-loop",
        what="a page that leads to itself, by each of the statuses that lead on",
        holds="MAX_REDIRECTS",
        pages={f"/loop/{status}": _to(f"/loop/{status}", status) for status in (301, 302, 303, 307, 308)},
        counts={"refused: too many redirects": 5},
    ),
    Attack(
        name="redirects-to-nowhere",
        what="redirects without an address, to nothing, to what is no address, to other schemes, to 100 kB",
        holds="a redirect to what is no address is not followed",
        pages={
            "/none": raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
            "/300": raw(b"HTTP/1.1 300 Choices\r\nContent-Length: 0\r\n\r\n"),
            "/script": _to("javascript:alert(1)"),
            "/data": _to("data:text/html,<p>story"),
            "/bracket": _to("http://[::1/story"),
            "/port": _to("http://127.0.0.1:99999/story"),
            "/empty-host": _to("http:///"),
            "/high": raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://\xff\xfe\xd8/\r\n\r\n"),
            "/long": _to("/" + "x" * 15_000),
            "/line": _to("/%0d%0aSet-Cookie:%20a=b"),
        },
        fates={
            "/none": "refused: redirect not followed",
            "/300": "refused: redirect not followed",
            "/script": "refused: not a URL",
            "/data": "refused: redirect not followed",
            "/bracket": "refused: not a URL",
            "/port": "refused: not a URL",
            "/empty-host": "failed: HTTP 404",  # "http:///" is "/" to browsers, too
            "/high": "refused: not a host name",
            "/long": "refused: address too long",
            "/line": "failed: HTTP 404",
        },
    ),
    Attack(
        name="asks-to-wait-for-years",
        what="a page that is not to be had for years, says its Retry-After",
        holds="a host that asks for longer than its source may take is not asked in this run",
        pages={"/wait": _wait("99999999")},
        fates={"/wait": "failed: HTTP 503"},
    ),
    Attack(
        name="asks-to-wait-until-9999",
        what="a page that is not to be had before the year 10000, with 429",
        holds="a host that asks for longer than its source may take is not asked in this run",
        pages={"/wait": _wait("Fri, 31 Dec 9999 23:59:59 GMT", 429)},
        fates={"/wait": "failed: HTTP 429"},
    ),
    Attack(
        name="asks-to-wait-for-nonsense",
        what="a Retry-After of less than no time, of a year -1, of more than any number, of letters",
        holds="what is no number of seconds and no date asks for nothing",
        pages={
            f"/wait/{number}": _wait(seconds)
            for number, seconds in enumerate(["-5", "Mon, 01 Jan -001 00:00:00 GMT", "1e999", "soon"])
        },
        counts={"failed: HTTP 503": 4},
    ),
]
