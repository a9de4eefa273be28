"""Channels over real HTTP and SMTP on loopback: what arrives, and that nothing secret is ever said."""

import logging
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Thread
from typing import Any, Self

import pytest
from mail_sink import DEFER, REJECT, MailSink

from alerts.channels import (
    CONNECT_SECONDS,
    HIDDEN,
    LANES,
    READ_SECONDS,
    Channel,
    SendError,
    open_channel,
)
from alerts.messages.message import Message
from alerts.url_secrets import parts_of, secrets_of
from crawler.newsroom.sink import Reply, WebhookSink
from seeds.definitions import BadValue

TOKEN = "T00AB12CD9xQ"
PASSWORD = "hunter2-ganz-geheim"


@pytest.fixture
def hook() -> Iterator[WebhookSink]:
    with WebhookSink() as sink:
        yield sink


def channel_to(url: str) -> Channel:
    """The channel of a variable that holds *url*."""
    return open_channel("to", "env:KHABAR_URL", {"KHABAR_URL": url})


@contextmanager
def closed_port() -> Iterator[int]:
    """A port of this machine at which nobody listens, kept so meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


class Redirecting(ThreadingHTTPServer):
    """A server that sends everybody who posts elsewhere, to itself, where it would answer "200 OK"."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Redirect)
        self.status = status
        self.asked: list[str] = []
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Redirect(BaseHTTPRequestHandler):
    server: Redirecting

    def _answer(self, status: int) -> None:
        self.server.asked.append(self.command)
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(status)
        if status != 200:
            self.send_header("Location", f"http://localhost:{self.server.server_port}/login")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self._answer(self.server.status if not self.path.startswith("/login") else 200)

    def do_GET(self) -> None:
        self._answer(200)

    def log_message(self, format: str, *args: object) -> None:
        pass


ARTICLES: list[dict[str, Any]] = [
    {"title": "First convoy leaves the base", "text": "A convoy with US troops left <b>the base</b> & its gate.",
     "language": "en"},
    {"title": "أول قافلة تغادر القاعدة", "text": "غادرت القوات الأمريكية القاعدة قبل الفجر، وبدأ الانسحاب.",
     "language": "ar-IQ"},
    {"title": "یەکەم کاروان بنکەکەی بەجێهێشت", "text": "بەرەبەیان هێزەکانی ئەمریکا لە بنکەکە دەرچوون.",
     "language": "ckb"},
    {"title": "ISIS تهاجم نقطة", "text": "US [هكذا] قالت القوات الأمريكية.", "language": "ar", "name": "وكالة"},
]  # fmt: skip


@pytest.mark.parametrize("article", ARTICLES)
def test_a_webhook_gets_title_and_text_unharmed(
    hook: WebhookSink, told: Callable[..., Message], article: dict[str, Any]
) -> None:
    message = told(**article)
    open_channel("to", hook.url, {}).send(message)

    [got] = hook.received
    assert (got.title, got.message, got.ref) == (message.title, message.text, "a1b2")
    assert article["title"] in got.title
    assert got.message.splitlines()[-1] == "ref: a1b2"


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return body.get_content()


@pytest.mark.parametrize("article", ARTICLES)
def test_a_mail_has_the_message_in_html_and_in_plain_text_and_both_end_with_the_ref(
    told: Callable[..., Message], article: dict[str, Any]
) -> None:
    message = told(**article)
    with MailSink() as sink:
        open_channel("to", sink.url, {}).send(message)
        [mail] = sink.received

    assert mail["subject"] == message.title
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "html").splitlines() == message.html.splitlines()
    html = re.sub(r"<[^>]*>", "\n", part(mail, "html"))
    assert [line for line in html.splitlines() if line][-1] == "ref: a1b2"
    plain = [line.strip() for line in part(mail, "plain").splitlines() if line.strip()]
    plain.remove("Read it at news.example")
    assert plain == [line for line in message.text.splitlines() if line]


def test_nothing_in_a_message_is_interpreted_on_its_way(hook: WebhookSink) -> None:
    message = Message(title="a :smile: \\n title", text="*a* _b_ :warning: \\t {{x}} <i>c</i>\nref: x", html="")
    open_channel("to", hook.url, {}).send(message)
    assert (hook.received[0].title, hook.received[0].message) == (message.title, message.text)


def message() -> Message:
    return Message(title="خبر", text="نص\nref: x1", html="<p>نص</p><p>ref: x1</p>")


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What a handler of the root gets. pytest also puts its own on loggers that hand on nothing, as Apprise's does."""
    return "\n".join(record.getMessage() for record in caplog.records if logging.getLogger(record.name).propagate)


def failing_urls(hook: WebhookSink, mail: MailSink, closed: int) -> dict[str, str]:
    """Channels that fail, each with secrets of every kind in it."""
    secret = f"desk:{PASSWORD}@"
    rest = f"services/{TOKEN}?+X-Api=Bearer%20{TOKEN}x9"
    return {
        "refused connection": f"json://{secret}127.0.0.1:{closed}/{rest}",
        "unknown host": f"json://{secret}{TOKEN.lower()}.invalid/{rest}",
        "no TLS there": f"jsons://{secret}127.0.0.1:{hook.port}/{rest}",
        "HTTP": f"json://{secret}127.0.0.1:{hook.port}/{rest}",
        "mail login": f"mailto://{secret}127.0.0.1:{mail.port}?from=khabar@example.org&to=desk@example.org",
        "mail refused connection": f"mailto://{secret}127.0.0.1:{closed}?from=khabar@example.org&to=desk@example.org",
        "mail no TLS there": f"mailtos://{secret}127.0.0.1:{mail.port}?from=khabar@example.org&to=desk@example.org",
    }


@pytest.mark.parametrize(
    ("case", "status", "said"),
    [
        ("refused connection", None, "onnection"),
        ("unknown host", None, "onnection"),
        ("no TLS there", None, "onnection"),
        ("HTTP", 401, "401"),
        ("HTTP", 404, "404"),
        ("HTTP", 500, "500"),
        ("HTTP", 503, "503"),
        ("mail login", None, "mail"),
        ("mail refused connection", None, "mail"),
        ("mail no TLS there", None, "mail"),
    ],
)
def test_a_failure_tells_its_reason_and_no_secret(
    hook: WebhookSink, caplog: pytest.LogCaptureFixture, case: str, status: int | None, said: str
) -> None:
    hook.behave = lambda post: Reply(status=status, keeps=False)
    with MailSink(login=("desk", "another")) as mail, closed_port() as closed, caplog.at_level(logging.INFO):
        url = failing_urls(hook, mail, closed)[case]
        channel = channel_to(url)
        with pytest.raises(SendError) as caught:
            channel.send(message())

    error = str(caught.value)
    assert said in error
    assert "\n" not in error
    for secret in (PASSWORD, TOKEN, TOKEN.lower(), f"{TOKEN}x9", url):
        assert secret not in error
        assert secret not in logged(caplog)
        assert secret not in repr(channel)


@pytest.mark.parametrize("answer", [DEFER, REJECT])
def test_a_mail_that_the_server_does_not_take_is_a_failure(answer: Any) -> None:
    with MailSink(lambda mail: answer) as sink, pytest.raises(SendError):
        open_channel("to", sink.url, {}).send(message())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("scheme", ["json", "xml", "form", "ntfy", "mmost"])
def test_a_redirect_is_a_failure_and_is_not_followed(scheme: str, status: int) -> None:
    with Redirecting(status) as server:
        channel = channel_to(f"{scheme}://127.0.0.1:{server.server_port}/{TOKEN}x9?redirect=yes")
        with pytest.raises(SendError, match=str(status)):
            channel.send(message())
    assert server.asked == ["POST"]


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org,chief@example.org", 2),
        ("mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org&cc=chief@example.org", 2),
        ("mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org&bcc=a@example.org,b@example.org", 3),
        ("tgram://123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-ac/12345/6789/1011?retry=2", 3),
        ("slack://T0MADEUP0/B0MADEUP0/MadeUpTokenOfNoHook01234/#general/#desk", 2),
    ],
)
def test_an_address_of_several_recipients_is_refused(url: str, number: int) -> None:
    with pytest.raises(BadValue, match=f"names {number} recipients; write one channel for each"):
        channel_to(url)


def test_tries_of_apprise_are_no_recipients() -> None:
    assert channel_to("json://127.0.0.1/hook?retry=2").lanes == LANES


def test_a_login_with_letters_that_a_url_must_encode_is_made(told: Callable[..., Message]) -> None:
    with MailSink(login=("desk@example.org", "p@ss/word:1")) as sink:
        channel_to(sink.url).send(told())
        assert len(sink.received) == 1


def test_of_two_that_fail_at_the_same_time_each_tells_its_own_reason(hook: WebhookSink) -> None:
    together = Barrier(2)

    def refuse(status: int) -> Callable[[Any], Reply]:
        def behave(post: Any) -> Reply:
            together.wait(10)  # neither has its answer before both have asked
            return Reply(status=status, keeps=False)

        return behave

    def error_of(url: str) -> str:
        with pytest.raises(SendError) as caught:
            open_channel("to", url, {}).send(message())
        return str(caught.value)

    with WebhookSink(refuse(503)) as other, ThreadPoolExecutor() as threads:
        hook.behave = refuse(404)
        for _ in range(10):
            first, second = threads.map(error_of, (hook.url, other.url))
            assert "404" in first
            assert "503" not in first
            assert "503" in second
            assert "404" not in second


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("json://desk:hunter2x@h.example/hook", ["hunter2x"]),
        ("json://desk:p%40ss%2Fw%C3%B6rd@h.example/hook", ["p%40ss%2Fw%C3%B6rd", "p@ss/wörd"]),
        ("json://h.example/services/T00AB12CD9/alerts", ["T00AB12CD9"]),
        ("json://h.example/hook?token=Zx81kk%2B0q", ["Zx81kk%2B0q", "Zx81kk+0q"]),
        ("json://h.example/hook?+Authorization=Bearer%20Zx81kk0q99", ["Zx81kk0q99"]),
        ("json://h.example/hook?+Authorization=Bearer+Zx81kk0q99", ["Zx81kk0q99"]),
        ("tgram://123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-ac/12345", ["AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-ac"]),
        ("slack://T0MADEUP0/B0MADEUP0/MadeUpTokenOfNoHook01234/#general", ["T0MADEUP0", "MadeUpTokenOfNoHook01234"]),
        ("mailto://desk:geheim77@example.org?to=chief@example.org", ["geheim77"]),
        ("mailtos://example.org?user=desk&pass=geheim77&to=chief@example.org", ["geheim77"]),
    ],
)
def test_the_secrets_of_a_channel_are_hidden_in_any_text(url: str, hidden: list[str]) -> None:
    channel = channel_to(url)
    for secret in (url, url.partition("://")[2], *hidden):
        assert secret in channel.secrets
        assert secret not in channel.hide(f"so {secret}! or '{secret}'")
    assert channel.label == "env:KHABAR_URL"


@pytest.mark.parametrize("url", ["json://desk:hunter2x@h.example/alerts/hook", "mailto://desk:pa55word@example.org"])
def test_an_everyday_word_or_a_host_is_no_secret_of_a_log(url: str) -> None:
    assert not {"alerts", "hook", "desk", "h.example", "example.org"} & set(channel_to(url).secrets)


def test_longer_parts_are_hidden_before_those_within_them() -> None:
    parts = parts_of("json://h.example/abcd/abcdefgh?x=abcdefghijkl")
    assert list(parts) == sorted(parts, key=len, reverse=True)
    assert channel_to("json://u:abcdefgh@h.example/?x=abcdefgh1234").hide("abcdefgh1234") == HIDDEN


def test_what_apprise_masks_is_secret_and_what_it_shows_is_not_unless_it_looks_like_a_key() -> None:
    secrets = secrets_of("json://desk:word@h.example/hook/K3Y5ABCD", "json://desk:****@h.example/hook/K3Y5ABCD")
    assert {"word", "K3Y5ABCD"} < set(secrets)
    assert not {"desk", "hook", "h.example"} & set(secrets)


@pytest.mark.parametrize(
    ("url", "lanes"),
    [
        ("json://127.0.0.1/hook", LANES),
        ("mailto://127.0.0.1:25?from=khabar@example.org&to=desk@example.org", LANES),
        ("slack://T0MADEUP0/B0MADEUP0/MadeUpTokenOfNoHook01234/#general", 1),  # Apprise waits 1.2 s between two
    ],
)
def test_a_channel_with_a_pause_between_messages_has_one_lane(url: str, lanes: int) -> None:
    assert channel_to(url).lanes == lanes


def test_apprise_waits_as_long_as_khabar_says_unless_the_url_says_otherwise() -> None:
    def timeouts(url: str) -> tuple[float, float]:
        notifier: Any = channel_to(url)._notifier
        return notifier.socket_connect_timeout, notifier.socket_read_timeout

    assert timeouts("json://127.0.0.1/hook") == (CONNECT_SECONDS, READ_SECONDS)
    assert timeouts("json://127.0.0.1/hook?cto=2&rto=3") == (2, 3)
    assert timeouts("mailto://127.0.0.1?from=a@example.org&to=b@example.org")[0] == READ_SECONDS
