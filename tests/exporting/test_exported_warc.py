"""Kept pages as a WARC file: other readers take it, and an import of it gives the same archive."""

import gzip
import json
import sqlite3
import subprocess
from base64 import b32encode
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.warc.writing import WarcWriter

FETCHED = datetime(2026, 3, 1, 8, tzinfo=UTC)


def records_of(data: bytes) -> list[Any]:
    """What FastWARC reads: type, headers, HTTP headers, body; each verified by its digests."""
    found = []
    for record in ArchiveIterator(BytesIO(data), parse_http=False):
        assert record.verify_block_digest()
        found.append((record.record_type, dict(record.headers.asdict()), record.reader.read()))
    return found


def test_another_reader_takes_every_page_as_it_was_kept(kept: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    done = export("--format", "warc", "--output", str(path))
    assert done.stdout.startswith(f"{path}: 73 articles, 73 raw pages, ")
    info, *pages = records_of(path.read_bytes())
    assert info[0] == WarcRecordType.warcinfo
    assert b"software: Khabar " in info[2]
    assert b"operator: Test desk\r\n" in info[2]
    archived = {row["url"]: row for row in kept.rows("SELECT url, page_sha256, page_fetched FROM articles")}
    assert {headers["WARC-Target-URI"] for _, headers, _ in pages} == set(archived)
    for kind, headers, block in pages:
        assert kind == WarcRecordType.response
        head, body = block.split(b"\r\n\r\n", 1)
        row = archived[headers["WARC-Target-URI"]]
        assert sha256(body).hexdigest() == row["page_sha256"]
        assert headers["WARC-Date"] == row["page_fetched"]
        assert headers["WARC-Payload-Digest"] == f"sha256:{b32encode(sha256(body).digest()).decode()}"
        lines = head.split(b"\r\n")
        assert lines[0] == b"HTTP/1.1 200 OK"
        assert b"X-Name: caf\xe9" in lines, "the byte that came"
        assert b"X-Archive-Orig-Content-Encoding: gzip" in lines
        assert [line for line in lines if line.startswith((b"Content-Length", b"Content-Encoding"))] == [
            f"Content-Length: {len(body)}".encode()
        ]
    assert gzip.decompress(path.read_bytes()).count(b"WARC/1.1\r\n") == 74


def test_it_goes_through_a_pipe_and_tells_what_is_not_kept(kept: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(kept.root / "pages.db")) as db, db:
        db.execute("DELETE FROM pages WHERE hash IN (SELECT hash FROM pages LIMIT 3)")
    done = subprocess.run(
        kept.command("export", "--format", "warc"), env=kept.environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"khabar: 3 of 73 articles: not every version's page is kept\n")
    assert len(records_of(done.stdout)) == 71


def test_hostile_headers_begin_no_line_of_their_own() -> None:
    out = BytesIO()
    headers = (
        ("X-A", "1\r\nX-B: 2\r\n\r\n<html>"), ("Bad name", "x"), ("X\r\nY", "x"), ("X-Ü", "x"),
        ("Transfer-Encoding", "chunked"), ("content-length", "99999999"), ("X-Arabic", "نص"),
    )  # fmt: skip
    WarcWriter(out).write_response("https://e.example/a\r\nX: y ب", FETCHED, 299, headers, b"<p>body</p>")
    ((_, about, block),) = records_of(out.getvalue())
    assert about["WARC-Target-URI"] == "https://e.example/aX:%20y%20%D8%A8"
    head, body = block.split(b"\r\n\r\n", 1)
    assert body == b"<p>body</p>"
    assert head.decode().split("\r\n") == [
        "HTTP/1.1 299 ", "X-A: 1 X-B: 2 <html>", "X-Archive-Orig-Transfer-Encoding: chunked",
        "X-Archive-Orig-content-length: 99999999", "X-Arabic: نص", "Content-Length: 11",
    ]  # fmt: skip
    assert json.dumps(about)


def test_what_a_browser_drew_is_no_answer_of_a_server(kept: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    row = kept.rows("SELECT id, url, page_sha256 FROM articles LIMIT 1")[0]
    with closing(sqlite3.connect(kept.root / "pages.db")) as db, db:
        db.execute("UPDATE pages SET rendered = 1 WHERE hash = ?", (bytes.fromhex(row["page_sha256"]),))
    path = tmp_path / "a.warc.gz"
    export("--article", str(row["id"]), "--format", "warc", "--output", str(path))
    _, (kind, headers, block) = records_of(path.read_bytes())
    assert (kind, headers["WARC-Target-URI"]) == (WarcRecordType.resource, row["url"])
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert sha256(block).hexdigest() == row["page_sha256"]
    export("--article", str(row["id"]), "--format", "evidence", "--output", str(tmp_path / "case"))
    (about,) = (tmp_path / "case").rglob("*.headers.json")
    assert json.loads(about.read_bytes())["rendered"] is True
