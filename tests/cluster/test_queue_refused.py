"""What a queue is not for: another desk, a second service, an address that leads nowhere. One line, and exit code 2."""

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.cluster import tables
from crawler.cluster.address import read_address
from crawler.cluster.faults import QueueError
from crawler.cluster.queue import open_queue
from crawler.cluster.sole import Sole
from tests.cluster.desk_of_a_queue import QueueDesk
from tests.conftest import make_desk

SOURCE = '[[source]]\nid = "a"\nname = "a"\nfeeds = ["https://a.example/feed"]\n'


WORKERS = "GRANT SELECT ON khabar.queue TO narrow; GRANT USAGE ON SCHEMA khabar TO narrow"


def refused(desk: Any, url: str, *args: str, command: str = "run") -> str:
    """The one line that `khabar run --queue` ends with."""
    done = desk.khabar_outside(command, "--queue", "env:KHABAR_QUEUE", *args, environ={"KHABAR_QUEUE": url})
    assert done.returncode == 2, done.stderr
    lines = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert len(lines) == 1, done.stderr
    assert "secret-of-ours" not in done.stderr
    return lines[0]


def test_a_second_service_and_another_desk_are_refused(queue_desk: QueueDesk, tmp_path: Path) -> None:
    queue_desk.desk.write_sources(SOURCE)
    service = queue_desk.run()
    copy = make_desk(tmp_path / "copy")
    for name in ("seeds", "schedules"):
        shutil.copytree(queue_desk.desk.root / name, copy.root / name, dirs_exist_ok=True)
    done = queue_desk.desk.khabar("backup", str(tmp_path / "backup.db"))
    assert done.returncode == 0, done.stderr
    shutil.copy(tmp_path / "backup.db", copy.root / "archive.db")
    assert "another service of this desk takes from it" in refused(copy, queue_desk.url)

    (copy.root / "archive.db").unlink()
    assert 'is the queue of another archive, of the desk "Test desk"; give each' in refused(copy, queue_desk.url)
    service.stop()
    assert "is the queue of another archive" in refused(copy, queue_desk.url)

    queue_desk.ask(f"CREATE ROLE narrow LOGIN PASSWORD 'secret-of-ours'; {WORKERS}")
    narrow = queue_desk.url.replace(urlsplit(queue_desk.url).netloc.split("@")[0], "narrow:secret-of-ours")
    try:
        assert "a service needs the role that made its tables" in refused(queue_desk.desk, narrow)
    finally:
        queue_desk.ask("DROP OWNED BY narrow; DROP ROLE narrow")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://khabar:secret-of-ours@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x: cannot be used"),
        ("mysql://khabar:secret-of-ours@db/x", "must be a URL that begins with postgresql://"),
        ("", "the environment has no variable KHABAR_QUEUE"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_a_line(desk: Any, url: str, said: str) -> None:
    desk.write_sources(SOURCE)
    (desk.root / "schedules/job.toml").write_text('[[job]]\nid = "all"\nsources = ["*"]\nevery = "1h"\n')
    assert said in refused(desk, url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://khabar:hush hush@db/x", "unexpected spaces found in (hidden)"),
        ('postgresql://khabar:"hush" hush@db/x', "unexpected spaces found in (hidden)"),
        ("postgresql://khabar:hush%ZZ@db/x", "invalid percent-encoded token: (hidden)"),
        ("postgresql://khabar@db/x?password=hush%ZZ", "invalid percent-encoded token: (hidden)"),
        ("postgresql://khabar:a@hush@db/x", "write %40 and %2F in their place"),
        ("postgresql://khabar:12/hush@db/x", "write %40 and %2F in their place"),
        ("postgresql://khabar:hush/1@db/x", "write %40 and %2F in their place"),
        ("postgresql://khabar:hush/1", "a port that is no number"),
        ("postgresql://khabar:hush@db/x?sslmod=require", 'invalid URI query parameter: "sslmod"'),
        ("env:", "names no variable"),
    ],
)
def test_no_part_of_a_password_is_told_where_it_was_not_escaped(url: str, said: str) -> None:
    with pytest.raises(QueueError) as told:
        read_address(url, {})
    assert said in str(told.value) and "hush" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://k:hu%2Fs%40h@db:1/x?sslrootcert=/a@b", "postgresql://db:1/x"),
        ("postgres://k@one:1,two:2/x?password=hu/s%40h", "postgresql://one:1,two:2/x"),
    ],
)
def test_an_address_is_shown_without_its_password_which_every_log_hides(url: str, shown: str) -> None:
    address = read_address("env:Q", {"Q": url})
    assert str(address) == shown and url not in repr(address)
    assert {url, "hu/s@h"} <= set(address.secrets)


def test_a_newer_service_brings_the_tables_up_to_date_once_the_older_one_is_gone(
    queue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = read_address(queue_url, {})

    async def upgrade() -> None:
        async with await open_queue(address, make=True) as queue:
            await queue.ask("INSERT INTO packs (version, body) VALUES ('p', '')")
            older = await queue.locked(tables.SERVING)
            assert older
            monkeypatch.setattr(tables, "TABLES_VERSION", 3)
            with pytest.raises(QueueError, match="version 1, made by an older Khabar; bring the service up to date"):
                await open_queue(address)
            monkeypatch.setattr(tables, "STEPS", {1: "ALTER TABLE packs ADD COLUMN name text"})
            with pytest.raises(QueueError, match="version 1, made by an older Khabar"):
                await open_queue(address, make=True)
            monkeypatch.setattr(tables, "STEPS", tables.STEPS | {2: "UPDATE packs SET name = 'named'"})
            with pytest.raises(QueueError, match="an older service still takes from it; end it first"):
                await open_queue(address, make=True)
            await older.close()
            for make in (True, True, False):
                await (await open_queue(address, make=make)).__aexit__()
            assert await queue.ask("SELECT packs.version, name, queue.version AS of FROM packs, queue") == [
                {"version": "p", "name": "named", "of": 3}
            ]
            monkeypatch.setattr(tables, "TABLES_VERSION", 2)
            for make in (True, False):
                with pytest.raises(QueueError, match="version 3, made by a newer Khabar than this one; install that"):
                    await open_queue(address, make=make)

    asyncio.run(upgrade())


def test_a_service_whose_tables_are_gone_says_so_once_and_holds_them_when_they_are_back(
    queue_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def lose_them() -> None:
        tries: list[int] = []
        thrice = asyncio.Event()
        async with await open_queue(read_address(queue_url, {}), make=True) as queue:
            sole = Sole(queue, token="t", desk="d", clock=lambda: datetime.now(UTC), stalled=45.0)
            await sole.take()
            await queue.ask("ALTER TABLE queue RENAME TO gone")
            lock = queue.locked

            async def counted(number: int) -> Any:
                tries.append(number)
                if len(tries) == 3:
                    thrice.set()
                return await lock(number)

            monkeypatch.setattr(queue, "locked", counted)
            keeping = asyncio.create_task(sole.keep())
            async with asyncio.timeout(60):
                await thrice.wait()
                assert not sole.held.is_set()
                await queue.ask("ALTER TABLE gone RENAME TO queue")
                await sole.held.wait()
            keeping.cancel()
            await sole.leave()

    asyncio.run(lose_them())
    assert caplog.text.count("its tables are gone; restart the service") == 1


def test_without_the_extra_it_is_told_how_to_install_it(desk: Any, tmp_path: Path) -> None:
    desk.write_sources(SOURCE)
    (desk.root / "schedules/job.toml").write_text('[[job]]\nid = "all"\nsources = ["*"]\nevery = "1h"\n')
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nfor name in ('procrastinate', 'psycopg'):\n    sys.modules[name] = None\n"
    )
    done = desk.khabar_outside("run", "--queue", "postgresql://db/x", environ={"PYTHONPATH": f"{tmp_path}"})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert '"make cluster" installs it' in done.stderr
    assert os.fspath(tmp_path) not in done.stderr
