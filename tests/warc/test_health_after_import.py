"""What a file has of a source says nothing of how the source does now."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from warc_making import STORIES, answer, packed, page, record, written

from archive.article import Fate, Visit
from archive.database import open_archive, transaction
from archive.health_evidence import evidence_of
from archive.ledger import record_visit


def test_what_could_not_be_had_by_who_made_the_file_is_no_fault_of_the_source(zab, imported, tmp_path) -> None:
    now = datetime.now(UTC)
    date = f"{now - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"
    with closing(open_archive(zab.root / "archive.db")) as db, transaction(db):
        for number in range(3):
            url = f"https://zab.example/ckb/{number}"
            record_visit(db, Visit(url=url, source="zab-ckb", run=None, at=now, fate=Fate.ARCHIVED, status=200))

    records = [
        record(f"https://zab.example/ckb/{number}", answer(status="403 Forbidden"), date=date) for number in range(60)
    ]
    imported(written(tmp_path / "a.warc.gz", packed(records)))

    with closing(open_archive(zab.root / "archive.db")) as db:
        assert [page.kind for page in evidence_of(db, "zab-ckb", [], now).pages] == ["good"] * 3


@pytest.mark.parametrize("language", list(STORIES))
def test_news_that_a_file_has_breaks_no_silence_of_its_source(zab, imported, tmp_path, language) -> None:
    now = datetime.now(UTC)
    date = f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}"

    imported(
        written(tmp_path / "a.warc", record(f"https://zab.example/{language}/1", answer(page(language)), date=date))
    )

    with closing(open_archive(zab.root / "archive.db")) as db:
        evidence = evidence_of(db, f"zab-{language}", [], now)
    assert (evidence.articles, evidence.last_news, evidence.last_article) == ((), None, None)
