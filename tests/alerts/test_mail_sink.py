"""The mail sink, with Apprise as the sender: what a mail program would show, and how badly the server can behave."""

import gc
import smtplib
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from threading import active_count

import pytest
from apprise import Apprise, NotifyFormat
from mail_sink import DEFER, REJECT, TAKE, MailReply, MailSink, stall

HEADLINE = "استئناف المحادثات في بغداد – دانوستانەکان دەستیان پێکردەوە"
HTML = (
    '<html><body><p dir="rtl">استؤنفت <mark>المحادثات</mark> يوم الاثنين.</p>\n'
    '<p dir="ltr">Talks resumed.</p>\n<p>ref: 7Q2X</p></body></html>'
)


@pytest.fixture
def sink() -> Iterator[MailSink]:
    with MailSink() as sink:
        yield sink


def send(url: str, *, seconds: float = 5) -> bool:
    """What Apprise says about a message in HTML."""
    sender = Apprise()
    assert sender.add(f"{url}&cto={seconds}")
    return bool(sender.notify(HTML, title=HEADLINE, body_format=NotifyFormat.HTML))


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text


def test_a_mail_of_apprise_has_its_headline_and_both_bodies(sink: MailSink) -> None:
    assert send(sink.url)
    [mail] = sink.received
    assert mail["subject"] == HEADLINE
    assert (mail["from"], mail["to"]) == ("khabar@example.org", "desk@example.org")
    assert mail.get_content_type() == "multipart/alternative"
    assert part(mail, "html").splitlines() == HTML.splitlines()
    lines = filter(None, part(mail, "plain").splitlines())
    assert list(lines) == ["استؤنفت المحادثات يوم الاثنين.", "Talks resumed.", "ref: 7Q2X"]


@pytest.mark.parametrize("answer", [DEFER, REJECT])
def test_a_refused_mail_is_a_failure_and_not_received(sink: MailSink, answer: MailReply) -> None:
    replies = iter([answer, TAKE])
    sink.behave = lambda mail: next(replies)
    assert [send(sink.url), send(sink.url)] == [False, True]
    assert len(sink.received) == 1


@pytest.mark.parametrize("seconds", [30, float("inf")])
def test_to_the_sender_a_slow_server_is_a_failure_though_it_may_have_the_mail(sink: MailSink, seconds: float) -> None:
    sink.behave = lambda mail: stall(seconds)
    assert not send(sink.url, seconds=0.3)
    assert len(sink.received) == 1


def test_a_slow_answer_comes(sink: MailSink) -> None:
    sink.behave = lambda mail: stall(0.1)
    assert send(sink.url)


@pytest.mark.parametrize("login", [("desk", "secret"), ("desk", "p/a:s s@word")])
def test_with_a_login_only_its_holder_may_send(login: tuple[str, str]) -> None:
    with MailSink(login=login) as sink:
        known = sink.url
        assert send(known)
        sink.login = (login[0], "another")
        assert not send(known)
        sink.login = None
        unnamed = sink.url
        sink.login = login
        assert not send(unnamed)
        assert len(sink.received) == 1


def test_the_sender_is_told_why() -> None:
    with (
        MailSink(login=("desk", "secret")) as sink,
        smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client,
        pytest.raises(smtplib.SMTPSenderRefused, match="Log in first"),
    ):
        client.sendmail("a@example.org", ["b@example.org"], "Subject: x\n\ny")


def test_waiting_ends_when_enough_has_come_and_says_so_when_not(sink: MailSink) -> None:
    send(sink.url)
    assert len(sink.wait_for(1)) == 1
    with pytest.raises(TimeoutError, match="1 of 2 mails arrived"):
        sink.wait_for(2, seconds=0.01)


def send_and_get_no_answer(client: smtplib.SMTP) -> None:
    """As far as a message whose answer does not come."""
    client.ehlo()
    client.mail("a@example.org")
    client.rcpt("b@example.org")
    client.docmd("DATA")
    client.send(b"Subject: x\r\n\r\ny\r\n.\r\n")


@pytest.mark.parametrize("talk", [lambda client: None, lambda client: client.ehlo(), send_and_get_no_answer])
def test_closing_in_the_middle_of_a_conversation_leaves_nothing_behind(talk: Callable[[smtplib.SMTP], object]) -> None:
    before = active_count()
    with MailSink(lambda mail: stall()) as sink:
        client = smtplib.SMTP("127.0.0.1", sink.port, timeout=5)
        talk(client)
    client.close()
    gc.collect()  # a socket left open would warn now, and a warning is an error here
    assert active_count() == before
