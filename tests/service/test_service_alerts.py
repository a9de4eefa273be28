"""What the service tells by the clock: what was held back, and a digest whose time passed while nothing ran."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from crawler.newsroom.sink import WebhookSink

ISIS = ["isis"]


def test_what_a_cooldown_holds_back_goes_as_one_when_a_reload_lets_it(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with WebhookSink() as sink:
        write(to=[sink.url], topics=ISIS, job='every = "1h"', alert='cooldown = "1d"')
        service = run()
        service.until_runs(1)
        [first] = service.until(lambda: sink.received)
        held = newsroom_desk.rows("SELECT article, reason FROM alerts WHERE state = 'held'")
        assert len(held) >= 2
        assert {row["reason"] for row in held} == {"cooldown"}

        write(to=[sink.url], topics=ISIS, job='every = "1h"')
        service.reload()
        [_, summary] = service.until(lambda: len(sink.received) > 1 and sink.received)
        service.stop()
    assert summary.ref != first.ref
    assert f"{len(held)} messages, held back in the" in summary.message
    assert newsroom_desk.rows("SELECT DISTINCT state FROM alerts ORDER BY 1") == [
        {"state": "gathered"}, {"state": "sent"}
    ]  # fmt: skip


def test_a_digest_whose_time_passed_while_nothing_ran_comes_as_soon_as_the_service_runs(
    newsroom_desk: Any, run: Callable[..., Any], write: Callable[..., None]
) -> None:
    with WebhookSink() as sink:
        write(to=[sink.url], topics=ISIS, job='every = "1h"', alert='when = "digest"\ncron = "0 0 1 1 *"')
        first = run()
        first.until_runs(1)
        first.until(lambda: newsroom_desk.rows("SELECT 1 FROM windows"))
        first.stop()
        stories = len(newsroom_desk.rows("SELECT subject FROM window_articles WHERE window IS NULL"))
        assert stories >= 3
        with closing(sqlite3.connect(newsroom_desk.root / "archive.db")) as db, db:  # two years ago
            db.execute("UPDATE windows SET begin = '2020-06-01T00:00:00Z', \"end\" = '2020-06-01T00:00:00Z'")
            db.execute("UPDATE window_articles SET at = '2020-07-01T00:00:00Z'")
        second = run()
        [message] = second.until(lambda: sink.received)
        second.stop()
    assert message.title.startswith(f"{stories} stories: ")
    assert message.message.count("■ ") == 1
    assert message.message.splitlines()[-1] == f"ref: {message.ref}"
    [window] = newsroom_desk.rows("SELECT DISTINCT window FROM window_articles")
    assert window["window"] is not None
