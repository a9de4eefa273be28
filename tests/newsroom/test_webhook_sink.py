"""The webhook sink over real HTTP, with Apprise as the sender: what it keeps, and how badly it can behave."""

import http.client
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import active_count
from time import monotonic

import pytest
from apprise import Apprise

from crawler.newsroom.sink import (
    ACCEPT,
    DRIP,
    FAIL,
    HANG_UP,
    Received,
    Reply,
    WebhookSink,
    by_chance,
    find_ref,
    in_turn,
    stall,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def sink() -> Iterator[WebhookSink]:
    with WebhookSink(clock=lambda: NOON) as sink:
        yield sink


def send(sink: WebhookSink, message: str = "A text.\nref: r1", title: str = "A title", timeout: float = 5) -> bool:
    """What Apprise says about it."""
    sender = Apprise()
    assert sender.add(f"{sink.url}?rto={timeout}&cto={timeout}")
    return bool(sender.notify(message, title=title))


def post(sink: WebhookSink, body: bytes, **headers: str) -> int:
    """The status that it answers to any body at all."""
    connection = http.client.HTTPConnection("127.0.0.1", sink.port, timeout=10)
    try:
        connection.request("POST", "/hook", body, {name.replace("_", "-"): text for name, text in headers.items()})
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("Talks resume in Baghdad", "Talks resumed on Monday.\nref: 7Q2X"),
        ("استئناف المحادثات في بغداد", "استؤنفت المحادثات يوم الاثنين.\nref: 7Q2X"),
        ("گفتوگۆکان دەستیان پێکردەوە", "گفتوگۆکان ڕۆژی دووشەممە دەستیان پێکردەوە.\nref: 7Q2X"),
    ],
)
def test_what_apprise_sends_arrives_whole(sink: WebhookSink, title: str, message: str) -> None:
    before = monotonic()
    assert send(sink, message, title)
    [got] = sink.received
    assert (got.title, got.message, got.kind, got.ref, got.status, got.at) == (
        title,
        message,
        "info",
        "7Q2X",
        200,
        NOON,
    )
    assert got.headers["content-type"] == "application/json"
    assert before < got.instant < monotonic()


@pytest.mark.parametrize(
    ("message", "ref"),
    [
        ("ref: a", "a"),
        ("A text.\n\nref: 0190-b\n", "0190-b"),
        ("<p>A text.</p>\n<p>ref: c</p>\n</body></html>", "c"),
        ("<html><p>A text.</p><small>ref: d</small></html>", "d"),
        ("ref: no\nbecause more follows", None),
        ("the pref: no", None),
        ("ref: two words", None),
        ("A text.", None),
        ("", None),
        ("ref: e" + "<" * 100_000, None),
    ],
)
def test_the_ref_is_what_the_last_line_says(message: str, ref: str | None) -> None:
    assert find_ref(message) == ref


def test_a_failed_post_is_logged_but_not_received(sink: WebhookSink) -> None:
    sink.behave = in_turn(FAIL)
    assert [send(sink), send(sink)] == [False, True]
    assert [got.status for got in sink.posts] == [500, 200]
    assert [got.status for got in sink.received] == [200]


@pytest.mark.parametrize(("reply", "kept"), [(HANG_UP, 0), (stall(), 1), (stall(30), 1)])
def test_to_the_sender_silence_is_a_failure_though_the_receiver_may_have_it(
    sink: WebhookSink, reply: Reply, kept: int
) -> None:
    sink.behave = in_turn(reply)
    assert not send(sink, timeout=0.2)
    assert len(sink.received) == kept
    assert [got.status for got in sink.posts] == [reply.status]


def test_a_slow_answer_comes(sink: WebhookSink) -> None:
    sink.behave = in_turn(stall(0.1))
    before = monotonic()
    assert send(sink)
    assert monotonic() - before >= 0.1


def test_a_dripping_answer_goes_on_past_every_timeout_between_bytes(sink: WebhookSink) -> None:
    sink.behave = in_turn(DRIP)
    body = json.dumps({"title": "", "message": "", "type": "info"}).encode()
    with socket.create_connection(("127.0.0.1", sink.port), timeout=0.5) as connection:
        connection.sendall(b"POST /hook HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        started, got = monotonic(), b""
        while monotonic() - started < 1:
            got += connection.recv(1)
    assert re.fullmatch(rb"HTTP/1.1 200 OK\r\n.+\r\n\r\n[.]{6,}", got, re.DOTALL)


def test_replies_come_in_their_shares_and_the_same_for_a_seed() -> None:
    slow = stall(5)
    [once, again, other] = [
        [behave(_nothing()) for _ in range(1000)]
        for behave in (by_chance({FAIL: 0.1, slow: 0.05}, seed=seed) for seed in (7, 7, 8))
    ]
    counted = Counter(once)
    assert once == again != other
    assert counted[FAIL] == pytest.approx(100, abs=30)
    assert counted[slow] == pytest.approx(50, abs=25)
    assert counted[ACCEPT] == 1000 - counted[FAIL] - counted[slow]


def test_a_reply_may_depend_on_the_post(sink: WebhookSink) -> None:
    sink.behave = lambda got: FAIL if got.ref == "bad" and got.status is None else ACCEPT
    assert [send(sink, "ref: bad"), send(sink, "ref: good")] == [False, True]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"title": "only"}', b'{"title": 1, "message": "", "type": "info"}',
        b"[" * 100_000,
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_message_is_refused(sink: WebhookSink, body: bytes) -> None:
    assert post(sink, body) == 400
    assert sink.posts == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": "1048577"}, 413),
        ({"Content_Length": "-1"}, 413),
        ({"Content_Length": "9" * 5000}, 413),
        ({"Transfer_Encoding": "chunked"}, 411),
    ],
)
def test_a_post_of_unknown_or_excessive_length_is_not_read(
    sink: WebhookSink, headers: dict[str, str], status: int
) -> None:
    assert post(sink, b"", **headers) == status


def test_it_opens_again_on_its_port_with_what_it_had(sink: WebhookSink) -> None:
    with WebhookSink() as first:
        send(first, "ref: 1")
    url = first.url
    assert not send(first, "ref: lost")
    with first:
        assert first.url == url
        assert send(first, "ref: 2")
    assert [got.ref for got in first.received] == ["1", "2"]


def test_two_sinks_do_not_share_a_port(sink: WebhookSink) -> None:
    with pytest.raises(OSError, match="in use"), WebhookSink(port=sink.port):
        pass


def test_waiting_ends_when_enough_has_come_and_says_so_when_not(sink: WebhookSink) -> None:
    send(sink)
    assert len(sink.wait_for(1)) == 1
    with pytest.raises(TimeoutError, match="1 of 2 messages arrived"):
        sink.wait_for(2, seconds=0.01)


@pytest.mark.parametrize("reply", [stall(), stall(60), DRIP], ids=["never", "late", "drips"])
def test_closing_leaves_no_thread_behind_whatever_the_sink_was_doing(reply: Reply) -> None:
    before = active_count()
    body = json.dumps({"title": "", "message": "", "type": "info"})
    connection = http.client.HTTPConnection("127.0.0.1", 0, timeout=10)
    with WebhookSink(in_turn(reply)) as sink:
        connection.port = sink.port
        connection.request("POST", "/hook", body)
        sink.wait_for(1)
    assert active_count() == before
    connection.close()


def _nothing() -> Received:
    return Received(at=NOON, instant=0, title="", message="", kind="info", ref=None, headers={}, status=None)
