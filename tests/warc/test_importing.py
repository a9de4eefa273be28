"""What a file brings into the archive, and what it leaves as it is."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from warc_making import STORIES, answer, as_zstd, packed, page, record, written

LANGUAGES = list(STORIES)


def url(language: str, number: int = 1) -> str:
    return f"https://zab.example/{language}/{number}"


def fates(desk) -> dict[str, tuple[str, str | None]]:
    rows = desk.rows("SELECT url, fate, reason FROM visits ORDER BY url")
    return {row["url"]: (row["fate"], row["reason"]) for row in rows}


def capture(language: str, *, date: str = "2026-03-01T08:00:00Z", number: int = 1, **told) -> bytes:
    return record(url(language, number), answer(page(language, **told)), date=date)


@pytest.mark.parametrize("form", ["plain", "gzip", "one member", "zstd", "zstd with a dictionary"])
def test_four_languages_come_in_as_if_crawled_when_they_were_captured(zab, imported, tmp_path, form) -> None:
    records = [capture(language) for language in LANGUAGES]
    data = {
        "plain": b"".join(records), "gzip": packed(records), "one member": gzip.compress(b"".join(records)),
        "zstd": as_zstd(records), "zstd with a dictionary": as_zstd(records, dictionary=True),
    }[form]  # fmt: skip

    summary = imported(written(tmp_path / "a.warc", data))

    rows = zab.rows("SELECT source, language, title, text, first_seen, last_seen FROM articles ORDER BY source")
    for row in rows:
        language = row["source"].removeprefix("zab-")
        assert row["language"] == language
        assert row["title"] == STORIES[language][0]
        assert STORIES[language][2] in row["text"]
        assert row["first_seen"] == row["last_seen"] == "2026-03-01T08:00:00Z"
    assert [row["source"] for row in rows] == ["zab-ar", "zab-ckb", "zab-en", "zab-kmr"]
    assert summary.outcome == "done" and not summary.troubled
    assert {name: tally.as_dict()["archived"] for name, tally in summary.tallies.items()} == dict.fromkeys(
        [f"zab-{language}" for language in LANGUAGES], 1
    )
    (run,) = zab.rows("SELECT job, outcome, counts FROM runs")
    assert (run["job"], run["outcome"]) == (None, "done")
    assert json.loads(run["counts"])["zab-ckb"]["archived"] == 1
    assert zab.rows("SELECT count(*) AS n FROM visits WHERE look IS NOT NULL OR open_since IS NOT NULL") == [{"n": 0}]


def test_captures_of_one_address_are_its_versions_in_whatever_order_they_stand(zab, imported, tmp_path) -> None:
    days = [3, 1, 4, 2]
    records = [
        capture(language, date=f"2026-03-0{day}T08:00:00Z", add=f"{STORIES[language][1]} {day % 3}")
        for day in days for language in LANGUAGES
    ]  # fmt: skip

    imported(written(tmp_path / "a.warc.gz", packed(records[:8])), written(tmp_path / "b.warc.gz", packed(records[8:])))

    for language in LANGUAGES:
        (article,) = zab.rows(
            "SELECT id, text, first_seen, last_seen FROM articles WHERE source = ?", f"zab-{language}"
        )
        assert (article["first_seen"][:10], article["last_seen"][:10]) == ("2026-03-01", "2026-03-04")
        edits = zab.rows("SELECT seen, text FROM revisions WHERE article = ? ORDER BY seen", article["id"])
        texts = [*(edit["text"] for edit in edits), article["text"]]
        assert [edit["seen"][:10] for edit in edits] == ["2026-03-02", "2026-03-03", "2026-03-04"]
        assert [text[-1] for text in texts] == ["1", "2", "0", "1"]
        shown = json.loads(zab.khabar("show", str(article["id"]), "--json").stdout)
        assert [edit["seen"] for edit in shown["revisions"]] == [edit["seen"] for edit in edits]


def test_every_record_of_a_source_has_a_fate_and_the_others_are_counted(zab, imported, tmp_path) -> None:
    data = packed(
        [
            record(None, b"software: none", kind="warcinfo"),
            capture("en"),
            record(url("en", 2), answer(status="404 Not Found")),
            record(url("en", 3), answer(b"", "Location: /", status="302 Found")),
            record(url("en", 4), answer(b"PNG", kind="image/png")),
            record(url("en", 5), answer(b"<html><body></body></html>")),
            record(url("en", 6), b"<html>"),
            record(url("en", 7), answer(page("en")), "WARC-Truncated: length"),
            record(url("en", 8), answer(page("en", number=8)), date="yesterday"),
            record(url("en", 9), page("en", number=9), "Content-Type: text/html", kind="resource"),
            record(url("en", 10), b"GET / HTTP/1.1", kind="request"),
            record(url("en", 11), b"", kind="revisit"),
            record("https://other.example/1"),
            record("dns:zab.example", b"1.2.3.4", kind="response"),
            record(None),
            record(url("en", 12), answer(page("en")), date="2199-01-01T00:00:00Z"),
            record(url("en", 13), answer(bytes(8_700_000))),
            record(url("en", 14), answer(page("en")), kind="conversion"),
            record(url("en", 15), answer(page("en", number=15)), length=40),
        ]
    )

    (file,) = imported(written(tmp_path / "a.warc.gz", data)).files

    assert fates(zab) == {
        url("en"): ("archived", None),
        url("en", 2): ("failed", "HTTP 404"),
        url("en", 3): ("refused", "redirect not followed"),
        url("en", 5): ("refused", "empty page"),
        url("en", 6): ("failed", "no HTTP status line"),
        url("en", 7): ("failed", "cut short"),
        url("en", 8): ("failed", "bad date"),
        url("en", 9): ("archived", None),
        url("en", 12): ("failed", "bad date"),
        url("en", 13): ("refused", "too large"),
        url("en", 15): ("failed", "wrong length"),
    }
    assert file.counts.as_dict() == {
        "records": 19,
        "skipped": {
            "conversion": 1, "no address of the web": 1, "no page": 1, "of no source": 1, "request": 1,
            "revisit of an unknown page": 1, "warcinfo": 1,
        },
        "bad": 4,
        "faults": {"bad date": 2, "no address": 1, "wrong length": 1},
    }  # fmt: skip
    assert zab.rows("SELECT count(*) AS n FROM visits WHERE open_since IS NOT NULL") == [{"n": 0}]


def test_a_revisit_moves_the_moment_of_the_last_look_and_nothing_else(zab, imported, tmp_path) -> None:
    data = [capture("ar"), record(url("ar"), answer(), kind="revisit", date="2026-03-09T08:00:00Z")]
    data.append(record(url("ar"), answer(status="404 Gone"), kind="revisit", date="2026-03-10T08:00:00Z"))

    summary = imported(written(tmp_path / "a.warc.gz", packed(data)))

    (row,) = zab.rows("SELECT first_seen, last_seen FROM articles")
    assert (row["first_seen"], row["last_seen"]) == ("2026-03-01T08:00:00Z", "2026-03-09T08:00:00Z")
    assert fates(zab) == {url("ar"): ("unchanged", None)}
    assert summary.tallies["zab-ar"].as_dict()["unchanged"] == 1


def test_what_is_forgotten_comes_back_neither_as_a_page_nor_as_a_revisit(zab, imported, tmp_path) -> None:
    first = written(tmp_path / "a.warc.gz", packed([capture("kmr")]))
    imported(first)
    assert zab.khabar("forget", url("kmr"), "--yes").returncode == 0

    revisit = record(url("kmr"), answer(), kind="revisit", date="2026-03-09T08:00:00Z")
    second = imported(written(tmp_path / "b.warc.gz", packed([capture("kmr", date="2026-03-02T08:00:00Z"), revisit])))

    assert second.tallies["zab-kmr"].as_dict()["reasons"] == {"forgotten": 1}
    assert second.files[0].counts.skipped == {"revisit of an unknown page": 1}
    assert zab.rows("SELECT * FROM articles") == zab.rows("SELECT * FROM visits") == []


def test_any_takes_every_page_under_its_site_and_the_sources_keep_theirs(zab, imported, tmp_path) -> None:
    data = [capture("ckb"), *(record(f"https://www.s{n}.example/a", answer(page("ar", number=n))) for n in (1, 2))]

    summary = imported(written(tmp_path / "a.warc.gz", packed(data)), any_site=True)

    rows = zab.rows("SELECT source, language FROM articles ORDER BY source")
    assert [tuple(row.values()) for row in rows] == [("s1.example", "ar"), ("s2.example", "ar"), ("zab-ckb", "ckb")]
    assert set(summary.tallies) == {"s1.example", "s2.example", "zab-ckb"}


ALERT = """
[[alert]]
id = "ferry"
query = "ferry OR العبارة"
when = "each"
to = ["json://127.0.0.1:9/hook"]
"""


@pytest.mark.parametrize(("tells", "born"), [("nothing", 0), ("all", 2)])
def test_alerts_tell_of_it_only_where_they_are_asked_to(zab, imported, tmp_path, tells, born) -> None:
    (zab.root / "alerts/a.toml").write_text(ALERT, encoding="utf-8")
    begun = datetime.now(UTC) - timedelta(minutes=1)

    imported(written(tmp_path / "a.warc.gz", packed([capture("en"), capture("ar")])), tells=tells)

    rows = zab.rows("SELECT born FROM alerts")
    assert len(rows) == born
    assert all(row["born"] > begun.strftime("%Y-%m-%dT%H:%M:%SZ") for row in rows)


def test_a_file_that_was_imported_is_read_again_only_where_that_is_asked_for(zab, imported, tmp_path) -> None:
    path = written(tmp_path / "a.warc.gz", packed([capture(language) for language in LANGUAGES]))
    imported(path)
    moved = path.rename(tmp_path / "b.warc.gz")

    known = imported(moved)
    again, other = imported(moved, again=True), imported(moved, picked="others")

    assert known.files[0].known and known.files[0].counts.records == 4 and not known.tallies
    assert [sum(tally.as_dict()["unchanged"] for tally in one.tallies.values()) for one in (again, other)] == [4, 4]
    assert zab.rows("SELECT file, finished IS NOT NULL AS whole FROM imports") == [{"file": str(moved), "whole": 1}] * 2
    assert zab.rows("SELECT count(*) AS n FROM articles") == [{"n": 4}]


def test_a_crawl_still_fetches_what_waits_and_what_a_file_had_no_page_of(zab, imported, tmp_path) -> None:
    from contextlib import closing  # noqa: PLC0415

    from archive.article import Entry  # noqa: PLC0415
    from archive.database import open_archive, transaction  # noqa: PLC0415
    from archive.ledger import see_entries, unfinished  # noqa: PLC0415

    def shown(*numbers: int) -> list[str]:
        entries = [Entry(url=url("en", number)) for number in numbers]
        with closing(open_archive(zab.root / "archive.db")) as db, transaction(db):
            at = datetime.now(UTC)
            seen = see_entries(db, source="zab-en", run=None, way="https://zab.example/en/feed", entries=entries, at=at)
            assert len(unfinished(db, "zab-en", at)) >= len(seen.wanted)
            return [entry.url for entry in seen.wanted]

    assert shown(1) == [url("en", 1)]
    lost = [record(url("en", number), answer(status="404 Not Found")) for number in (1, 2)]
    imported(written(tmp_path / "a.warc.gz", packed([capture("en", number=1), *lost, capture("en", number=3)])))

    assert fates(zab)[url("en", 1)] == ("archived", None)
    assert shown(1, 2, 3) == [url("en", 1), url("en", 2)]


def test_a_spike_is_made_by_no_file(zab, imported, tmp_path) -> None:
    from contextlib import closing  # noqa: PLC0415

    from archive.database import open_archive  # noqa: PLC0415
    from archive.volume import Scope, known_by, last_asked, newest_in, watched_since  # noqa: PLC0415

    now = datetime.now(UTC)
    date = (now - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    imported(written(tmp_path / "a.warc.gz", packed([capture("en", date=date)])))

    with closing(open_archive(zab.root / "archive.db", read_only=True)) as db:
        scope, span = Scope(sources=("zab-en",)), (now - timedelta(hours=2), now + timedelta(hours=1))
        assert known_by(db, scope, span, now) == 0
        assert newest_in(db, scope, span, 5, now) == []
        assert watched_since(db, "zab-en", 8, now) is None
        assert last_asked(db, ["zab-en"], now + timedelta(minutes=1)) == {}


def test_a_clock_that_was_ahead_brings_nothing_from_the_future(zab, imported, tmp_path) -> None:
    ahead = f"{datetime.now(UTC) + timedelta(hours=9):%Y-%m-%dT%H:%M:%SZ}"

    imported(written(tmp_path / "a.warc", capture("kmr", date=ahead)))

    (article,) = zab.rows("SELECT first_seen, last_seen FROM articles")
    assert article["first_seen"] == article["last_seen"] <= f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", ["revisit", "copy"])
def test_a_look_without_the_words_does_not_take_back_an_edit_that_comes_late(
    zab, imported, tmp_path, look, language
) -> None:
    here, last = url(language), "2026-03-09T08:00:00Z"
    copy = page(language).replace(b"</head>", f'<link rel="canonical" href="{here}"></head>'.encode())
    bare = {
        "revisit": record(here, b"", kind="revisit", date=last),
        "copy": record(f"{here}/amp-copy", answer(copy), date=last),
    }[look]
    edit = capture(language, date="2026-03-08T08:00:00Z", add=STORIES[language][1] * 2)

    imported(*(written(tmp_path / f"{n}.warc", one) for n, one in enumerate([capture(language), bare, edit])))

    (article,) = zab.rows("SELECT id, text, first_seen, last_seen FROM articles")
    assert article["text"].endswith(STORIES[language][1] * 2)
    assert (article["first_seen"], article["last_seen"]) == ("2026-03-01T08:00:00Z", last)
    assert [row["seen"] for row in zab.rows("SELECT seen FROM revisions")] == ["2026-03-08T08:00:00Z"]
