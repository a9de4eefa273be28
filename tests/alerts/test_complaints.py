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
