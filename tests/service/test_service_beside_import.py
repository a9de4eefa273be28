"""A file is imported while the service crawls: each goes on, and the archive has all of both."""

import json
from datetime import UTC, datetime

from benchmarks.whole import faults
from tests.warc.warc_making import answer, packed, page, record


def test_an_import_and_a_service_write_by_turns(run, write, newsroom_desk, tmp_path) -> None:
    desk, now = newsroom_desk, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        packed(
            record(f"https://zab.example/{language}/{place}", answer(page(language, number=place + 1)), date=now)
            for place in range(15)
            for language in ("en", "ar", "ckb", "kmr")
        )
    )
    write(job='every = "10s"')
    with run() as service:
        service.until(service.runs)
        done = desk.khabar("import", "--any", str(path), "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        number = len(service.runs())
        service.until_runs(number + 1)
        assert service.process.poll() is None
        assert "locked" not in service.log and "Traceback" not in service.log

    told = json.loads(done.stdout)
    assert told["sources"]["zab.example"]["archived"] == 60
    assert desk.rows("SELECT count(*) AS n FROM articles WHERE source = 'zab.example'") == [{"n": 60}]
    assert desk.rows("SELECT count(*) > 30 AS many FROM articles WHERE source <> 'zab.example'") == [{"many": 1}]
    (outcome,) = desk.rows("SELECT job, outcome FROM runs WHERE id = ?", told["run"])
    assert (outcome["job"], outcome["outcome"]) == (None, "done")
    assert list(faults(desk.root / "archive.db")) == []
