"""What a channel says went wrong is told, however little a command logs."""

import logging

import pytest

from alerts.channels import SendError, open_channel
from alerts.messages.message import Message
from crawler.newsroom.sink import WebhookSink


def test_the_reason_is_told_by_a_process_that_logs_errors_only() -> None:
    with WebhookSink() as sink:
        closed = sink.url
    channel = open_channel("to", closed, {})
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        with pytest.raises(SendError, match="Connection error"):
            channel.send(Message(title="t", text="x\n\nref: a", html="<p>ref: a</p>"))
    finally:
        root.setLevel(before)


def test_a_secret_is_hidden_also_where_a_long_reason_is_cut_within_it(monkeypatch) -> None:
    """A server's answer decides where that is."""
    token = "Zx9Kq2Lm7Tw4Rp8Vb3Nc6Hd1"
    channel = open_channel("to", "env:HOOK", {"HOOK": f"json://127.0.0.1:9/{token}"})

    def refuse(**_content) -> bool:
        logging.getLogger("apprise").warning("x" * 190 + " " + token)
        return False

    monkeypatch.setattr(channel._notifier, "notify", refuse)
    with pytest.raises(SendError) as caught:
        channel.send(Message(title="t", text="x\n\nref: a", html="<p>ref: a</p>"))
    assert token[:6] not in str(caught.value)
    assert len(str(caught.value)) <= 200
