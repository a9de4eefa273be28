"""The messages of an alert with a template, from the row of the outbox to what a channel is given."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest
from newsroom_day import BAGHDAD, BEGIN, END, NOON, STORIES, TOPICS, alert, arrive, whole_day

from alerts.definitions import Alert
from alerts.messages.composing import Composer
from alerts.messages.templating import Templates
from archive.database import open_archive, transaction
from archive.outbox import claim
from archive.owing import Telling, of_article, owe
from archive.windows import await_digest, consume, open_window


@dataclass
class Sent:
    """An archive, and what writes the messages of an alert with the template "ours"."""

    db: sqlite3.Connection
    composer: Composer

    def message(self, telling: Telling):
        """Owes it, claims it, and writes its message."""
        with transaction(self.db):
            owe(self.db, telling, ["env:A"], at=NOON)
            (owed,) = claim(self.db, "env:A", NOON + timedelta(seconds=1), 1)
        return owed.ref, self.composer.message_for(self.db, owed)


@pytest.fixture
def sent(tmp_path):
    """By the template, with an alert "each" and a digest "desk"."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "ours.txt").write_text(
        "{{ kind }}: {% if kind == 'digest' %}{{ report.stories }} stories{% else %}{{ headline }}{% endif %}"
    )
    each = Alert(id="each", template="ours", to=("env:A",))
    alerts = {"each": each, "desk": alert(template="ours")}
    with closing(open_archive(tmp_path / "archive.db")) as db:
        yield Sent(db, Composer(alerts=alerts, sources={}, topics=TOPICS, zone=BAGHDAD, templates=Templates(folder)))


def test_an_article_is_told_by_the_template_of_its_alert(sent) -> None:
    article = arrive(sent.db, *STORIES[1])
    ref, message = sent.message(of_article("each", article=article, story=article))

    assert message.text == f"each: {STORIES[1][2]}\n\nalert: each\nref: {ref}"


def test_a_digest_is_told_by_the_template_of_its_alert(sent) -> None:
    for article in whole_day(sent.db):
        with transaction(sent.db):
            await_digest(sent.db, of_article("desk", article=article, story=article), NOON)
    with transaction(sent.db):
        window = open_window(sent.db, alert="desk", kind="digest", begin=BEGIN, end=END, born=END, figures={})
        consume(sent.db, window, "desk", END, END)
    ref, message = sent.message(Telling(alert="desk", kind="digest", subject=f"window:{window}", window=window))

    assert message.text == f"digest: 5 stories\n\nalert: desk\nref: {ref}"
    assert "<h3" in message.html
