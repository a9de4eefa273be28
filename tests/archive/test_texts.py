"""Articles as the packs read them again."""

import sqlite3
from collections.abc import Callable

from archive.storing import Stored
from archive.texts import archived_texts
from topics.evidence import Tag


def test_texts_come_in_the_order_asked_for_with_the_topics_that_stand(
    db: sqlite3.Connection, keep: Callable[..., Stored]
) -> None:
    tag = Tag(topic="isis", score=1.0, pack_version="v", evidence=())
    ids = [
        keep(url=f"https://news.example/{number}", text=text, language=language, tags=(tag,) * (number == 1)).article
        for number, (language, text) in enumerate(
            [("en", "Rain fell on the hills."), ("ar", "قوات الأمن في ديالى"), ("ckb", "هێزەکانی ئەمریکا")] * 70
        )
    ]
    wanted = [ids[2], *ids[100:], ids[1], 7]
    texts = list(archived_texts(db, iter(wanted)))
    assert [text.id for text in texts] == wanted[:-1]
    assert texts[0].text == "هێزەکانی ئەمریکا" and texts[0].language == "ckb" and texts[0].topics == ()
    assert texts[-1].topics == ("isis",)
    assert texts[-1].tags == (("isis", 1.0),) and texts[-1].first_seen == "2026-03-14T12:00:00Z"


def test_no_read_stays_open_between_the_batches(db: sqlite3.Connection, keep: Callable[..., Stored]) -> None:
    one = keep(url="https://news.example/1").article
    texts = archived_texts(db, [one])
    next(texts)
    assert not db.in_transaction
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
