"""What docs/cluster.md says of roles, encryption and rights is true of a real server and a real worker."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from crawler.newsroom import Newsroom
from tests.cluster.small_service import SmallService, until
from tests.cluster.worker_process import WorkerProcess
from tests.postgres_server import PostgresMissing, PostgresServer

PAGE = (Path(__file__).parents[2] / "docs/cluster.md").read_text(encoding="utf-8")
RIGHTS = re.search(r"```sql\n(CREATE ROLE khabar_worker .*?)```", PAGE, re.DOTALL)
PASSWORD = "another one"


@pytest.fixture(scope="module")
def encrypted() -> Iterator[PostgresServer]:
    """A server as the page sets one up: `hostssl` only, with a certificate of its own."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl here to make a certificate with")
    try:
        server = PostgresServer(encrypted=True)
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    with server:
        yield server


def test_a_worker_with_the_rights_of_the_page_and_no_others_crawls_over_tls(
    encrypted: PostgresServer, tmp_path: Path
) -> None:
    certificate = tmp_path / "queue.crt"
    certificate.write_bytes(encrypted.certificate.read_bytes())
    verified = f"?sslmode=verify-full&sslrootcert={certificate}"
    owners = encrypted.database()
    service = SmallService(owners + verified, tmp_path)
    assert RIGHTS
    service.ask(RIGHTS[1])
    database = owners.rpartition("/")[2]
    theirs = encrypted.url(database, user="khabar_worker", password=PASSWORD.replace(" ", "%20")) + verified
    with Newsroom(sites=["kani"]) as room, WorkerProcess(theirs, tmp_path / "w") as worker:
        crawl = service.plan(service.sources(room.sources_toml(delay=0))["kani"])
        (ended,) = until(lambda: service.ends(crawl), told=lambda: worker.log)
        wanted = {article.url for article in room.articles() if article.allowed}
        encrypts = service.ask(
            "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = 'khabar_worker'"
        )
        code = worker.end()

    assert encrypts == [{"ssl": True}]
    assert (ended.handed_back, set(service.articles(crawl)), code) == (False, wanted, 0)
    assert "denied" not in worker.log
    assert "Traceback" not in worker.log
    with psycopg.connect(theirs, autocommit=True) as db:
        for forbidden in (
            "DROP TABLE khabar.crawls",
            "DELETE FROM khabar.crawls",
            "SELECT * FROM khabar.procrastinate_events",
            "UPDATE khabar.queue SET desk = ''",
            "DELETE FROM khabar.batches",
            "UPDATE khabar.packs SET body = ''",
            "CREATE TABLE khabar.other (id int)",
            "CREATE TABLE public.other (id int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(forbidden.encode())


@pytest.mark.parametrize(
    ("ways", "reason"),
    [
        ("sslmode=disable", "no encryption"),
        ("sslmode=verify-full&sslrootcert={elsewhere}", "certificate verify failed"),
    ],
)
def test_who_does_not_encrypt_or_knows_another_certificate_does_not_get_in(
    encrypted: PostgresServer, tmp_path: Path, ways: str, reason: str
) -> None:
    elsewhere = tmp_path / "other.crt"
    command = "openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -subj /CN=other -days 2"
    assert os.system(f"{command} -keyout {tmp_path}/other.key -out {elsewhere} 2>/dev/null") == 0
    with pytest.raises(psycopg.OperationalError, match=reason):
        psycopg.connect(encrypted.url("postgres") + "?" + ways.format(elsewhere=elsewhere))


def test_every_bound_and_time_that_the_page_names_is_the_one_in_force() -> None:
    from crawler.cluster.working import STOP_SECONDS  # noqa: PLC0415 -- Scrapy takes a second to load
    from seeds import bounds  # noqa: PLC0415

    for words in (
        f"{bounds.MAX_NOTES_WAITING:,} notes",
        f"{bounds.MAX_BYTES_WAITING // 1024**2} MiB",
        f"{bounds.MAX_NOTES_UNSHIPPED} of each crawl",
        f"{bounds.MAX_DEATHS} workers",
        f"{STOP_SECONDS:.0f} seconds",
        f"{bounds.HOST_BUSY_SECONDS:.0f} seconds",
        f"up to {bounds.QUEUE_CONNECTIONS + 2} connections",  # one hears of jobs, one beats
        f"some {(100 - 3) // (bounds.QUEUE_CONNECTIONS + 2) - 1} workers",  # and the service; 3 are for the superuser
    ):
        assert words in " ".join(PAGE.split()), words
