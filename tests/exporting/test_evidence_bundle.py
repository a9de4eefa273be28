"""An evidence bundle: whole, verified by other programs, and harmless to whoever opens it."""

import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from archive.pages import packed
from crawler.exporting import evidence_index
from crawler.exporting.evidence import is_evidence

NAMES = re.compile(
    r"data/(index\.html|index/\d+\.html|articles/\d{4}/\d\d/\d\d/\d+\.(txt|json)|pages/[0-9a-f]{2}/[0-9a-f]{64}\.(bin|headers\.json))"
)


def verify(bag: Path) -> None:
    """With what every system has, and nothing of ours."""
    sums = shutil.which("sha256sum")
    command = [sums] if sums else ["shasum", "-a", "256"]
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        done = subprocess.run([*command, "-c", manifest], cwd=bag, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    listed = [line.split("  ", 1)[1] for line in (bag / "manifest-sha256.txt").read_text().splitlines()]
    there = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert sorted(listed) == sorted(str(path.relative_to(bag)) for path in there)
    assert all(NAMES.fullmatch(name) for name in listed)
    info = dict(line.split(": ", 1) for line in (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines())
    assert info["Payload-Oxum"] == f"{sum(path.stat().st_size for path in there)}.{len(there)}"
    assert (bag / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def pages_of(bag: Path) -> list[Any]:
    """The pages for people, parsed."""
    paths = [bag / "data/index.html", *sorted((bag / "data").glob("index/*.html"))]
    return [lxml_html.document_fromstring(path.read_bytes().decode()) for path in paths]


def test_it_has_everything_and_sha256sum_verifies_it(kept: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    bag = tmp_path / "case"
    done = export("--format", "evidence", "--output", str(bag))
    assert done.stdout == f"{bag}: 73 articles, 73 raw pages\n"
    verify(bag)
    assert is_evidence(bag)
    articles = kept.rows("SELECT * FROM articles")
    for article in articles:
        record = json.loads(next((bag / "data/articles").rglob(f"{article['id']}.json")).read_bytes())
        text = (bag / "data" / record["file"]).read_bytes().decode()
        assert text == article["text"]
        for name in ("url", "published_raw", "first_seen", "page_sha256", "page_fetched", "source", "reserved"):
            assert record[name] == (json.loads(article[name]) if name == "reserved" else article[name])
        (page,) = record["pages"]
        assert (
            sha256((bag / "data" / page["file"]).read_bytes()).hexdigest() == page["sha256"] == article["page_sha256"]
        )
        headers = json.loads((bag / "data" / page["headers"]).read_bytes())
        assert (headers["url"], headers["status"]) == (article["url"], 200)
        assert ["X-Name", "caf\xe9"] in headers["headers"]
        fields = {"title": record["title"], "text": text}
        for tag in record["tags"]:
            for piece in tag["evidence"]:
                assert fields[piece["field"]][piece["start"] : piece["end"]] == piece["text"]
                assert piece["text"] in piece["sentence"]
                assert fields[piece["field"]][piece["sentence_start"] :].startswith(piece["sentence"])
    assert {one["language"] for one in articles} >= {"en", "ar", "ckb", "kmr"}


def test_the_index_names_what_is_in_it_in_its_own_direction(
    kept: Any, export: Callable[..., Any], tmp_path: Path
) -> None:
    export("--topic", "isis", "--format", "evidence", "--output", str(tmp_path / "case"))
    (page,) = pages_of(tmp_path / "case")
    head = " ".join(page.xpath("//table//text()"))
    for said in ("Test desk, desk@example.org", "Khabar ", "topic packs ", "topics: isis"):
        assert said in head
    titles = page.xpath("//article/h2")
    assert [title.text for title in titles] == [
        row["title"]
        for row in kept.rows(
            "SELECT title FROM articles JOIN tags ON article = id WHERE topic = 'isis' ORDER BY id DESC"
        )
    ]
    assert {(title.get("lang"), title.get("dir")) for title in titles} == {
        ("en", "ltr"), ("ar", "rtl"), ("ckb", "rtl"), ("kmr", "ltr"),
    }  # fmt: skip
    assert "داعش" in page.xpath("//blockquote[@dir='rtl']//mark/text()")
    for link in page.xpath("//a/@href"):
        assert link.startswith("http://127.0.0.1:") or (tmp_path / "case/data" / link).is_file()


def test_a_bundle_of_one_article_that_was_edited_has_its_versions(
    kept: Any, export: Callable[..., Any], tmp_path: Path
) -> None:
    first, other = kept.rows("SELECT id, text, page_sha256, page_fetched FROM articles ORDER BY id LIMIT 2")
    with closing(sqlite3.connect(kept.root / "archive.db")) as db, db:
        db.executemany(
            "INSERT INTO revisions (article, seen, title, text, change, page_hash, page_fetched) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (first["id"], "2026-01-01T00:00:00Z", "Oldest", "An older text.", 0.5, None, None),
                (first["id"], "2026-01-02T00:00:00Z", "Older", "A text.", 0.5, bytes.fromhex(other["page_sha256"]),
                 "2026-01-01T00:00:00Z"),
                (first["id"], "2026-01-03T00:00:00Z", "Old", "Text.", 0.5, b"\1" * 32, "2026-01-02T00:00:00Z"),
            ],
        )  # fmt: skip
    bag = tmp_path / "case"
    done = export("--article", str(first["id"]), "--format", "evidence", "--output", str(bag))
    assert done.stdout == f"{bag}: 1 article, 2 raw pages\nOf 1 article not every version's page is kept.\n"
    verify(bag)
    (path,) = (bag / "data/articles").rglob("*.json")
    record = json.loads(path.read_bytes())
    assert [one["title"] for one in record["revisions"]] == ["Oldest", "Older", "Old"]
    assert [(one["version"], one["sha256"], bool(one["file"])) for one in record["pages"]] == [
        (1, None, False), (2, other["page_sha256"], True), (3, "01" * 32, False), (4, first["page_sha256"], True),
    ]  # fmt: skip
    (index,) = pages_of(bag)
    said = index.xpath("string(//article)")
    assert "version 1 of 4: nobody noted the page's hash" in said
    assert f"SHA-256 {'01' * 32}, the page is not kept" in said


def test_a_page_that_is_not_what_its_hash_says_is_told_and_not_packed(kept: Any, tmp_path: Path) -> None:
    first, second = kept.rows("SELECT id, url, page_sha256 FROM articles ORDER BY id DESC LIMIT 2")
    with closing(sqlite3.connect(kept.root / "pages.db")) as db, db:
        for row, body in ((first, packed(b"another page")), (second, b"no zstd")):
            db.execute("UPDATE pages SET body = ? WHERE hash = ?", (body, bytes.fromhex(row["page_sha256"])))
    bag = tmp_path / "case"
    done = kept.khabar("export", "--format", "evidence", "--output", str(bag))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 2
    assert first["url"] in done.stderr and second["url"] in done.stderr
    verify(bag)
    assert not list((bag / "data/pages").rglob(f"{first['page_sha256']}*"))
    (index,) = pages_of(bag)
    assert "2 pages are not what their hash says" in index.xpath("string(//table)")
    assert len(index.xpath("//article[.//b[text()='a page of it is damaged']]")) == 2


@pytest.mark.parametrize(
    ("form", "column", "value"),
    [("evidence", "headers", "no JSON"), ("warc", "headers", "[[1, 2]]"), ("evidence", "fetched", "yesterday"),
     ("evidence", "url", b"\xff"), ("warc", "body", "text")],
    ids=["no-json", "numbers", "no-instant", "bytes", "no-blob"],
)  # fmt: skip
def test_one_page_that_is_damaged_keeps_no_other_back(
    kept: Any, tmp_path: Path, form: str, column: str, value: object
) -> None:
    row = kept.rows("SELECT page_sha256 FROM articles JOIN tags ON article = id WHERE topic = 'isis' LIMIT 1")[0]
    with closing(sqlite3.connect(kept.root / "pages.db")) as db, db:
        db.execute(f"UPDATE pages SET {column} = ? WHERE hash = ?", (value, bytes.fromhex(row["page_sha256"])))
    done = kept.khabar("export", "--topic", "isis", "--format", form, "--output", str(tmp_path / "out"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "is damaged" in done.stderr
    assert "6 articles, 5 raw pages" in done.stdout


def test_a_text_that_has_not_its_evidence_is_told(crawled: Any, tmp_path: Path) -> None:
    row = crawled.rows("SELECT article FROM evidence WHERE topic = 'isis' AND field = 'text' LIMIT 1")[0]
    with closing(sqlite3.connect(crawled.root / "archive.db")) as db, db:
        db.execute("UPDATE article_text SET text = 'no' WHERE id = ?", (row["article"],))
    done = crawled.khabar("export", "--topic", "isis", "--format", "evidence", "--output", str(tmp_path / "case"))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"article {row['article']}: its text is not the one that has its evidence" in done.stderr
    verify(tmp_path / "case")
    (index,) = pages_of(tmp_path / "case")
    assert "1 articles have evidence that is not in their text" in index.xpath("string(//table)")


def test_without_kept_pages_it_says_so(export: Callable[..., Any], tmp_path: Path) -> None:
    done = export("--topic", "isis", "--format", "evidence", "--output", str(tmp_path / "case"))
    assert done.stdout.splitlines()[1] == "Of 6 articles not every version's page is kept."
    verify(tmp_path / "case")
    (page,) = pages_of(tmp_path / "case")
    assert page.xpath("string(//article)").count("the page is not kept") == 1


def test_what_a_feed_said_stands_beside_the_page(kept: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    hints = '{"title": "سد", "published": "2026-03-14T08:00:00+00:00"}'
    with closing(sqlite3.connect(kept.root / "pages.db")) as db, db:
        db.execute("UPDATE pages SET hints = ?", (hints,))
    export("--topic", "isis", "--format", "evidence", "--output", str(tmp_path / "case"))
    told = [json.loads(path.read_bytes()) for path in (tmp_path / "case/data/pages").rglob("*.headers.json")]
    assert [one["feed"] for one in told] == 6 * [json.loads(hints)]


def test_many_articles_are_pages_that_lead_to_each_other(
    export: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_index, "ON_A_PAGE", 30)
    export("--format", "evidence", "--output", str(tmp_path / "case"))
    verify(tmp_path / "case")
    data = tmp_path / "case/data"
    pages = pages_of(tmp_path / "case")
    assert [len(page.xpath("//article")) for page in pages] == [30, 30, 13]
    for path in (data / "index.html", data / "index/2.html", data / "index/3.html"):
        for link in lxml_html.document_fromstring(path.read_bytes().decode()).xpath("//a/@href"):
            assert link.startswith("http") or (path.parent / link).resolve().is_file(), (path, link)
    assert pages[0].xpath("//nav/a/@href") == ["index/2.html", "index/3.html"]


def test_nothing_of_an_article_reaches_a_name_or_runs(kept: Any, export: Callable[..., Any], tmp_path: Path) -> None:
    attack = "</h2><script>alert(1)</script>\n../../x \u202e\x1b[31m\" onload='y' نص"
    with closing(sqlite3.connect(kept.root / "archive.db")) as db, db:
        db.execute("UPDATE article_head SET title = ?, published_raw = ?, source = ?, language = ?, url = ?||id",
                   (attack, attack, attack, attack, "javascript:alert(1)//"))  # fmt: skip
        db.execute("UPDATE article_head SET reserved = ?", (json.dumps([attack]),))
        db.execute("UPDATE article_text SET text = text || ?", (attack,))
        db.execute("UPDATE topic_names SET name = name || ?", (attack,))
    (kept.root / "desk.toml").write_text('name = "<b>Desk</b>\\nPayload-Oxum: 1.1"\n')
    bag = tmp_path / "case"
    done = kept.khabar("export", "--format", "evidence", "--output", str(bag))
    assert done.returncode == 0, done.stderr
    verify(bag)
    source = (bag / "data/index.html").read_bytes().decode()
    (page,) = pages_of(bag)
    names = {element.tag for element in page.iter() if isinstance(element.tag, str)}
    assert names <= {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "code", "table", "tr", "th",
                     "td", "article", "b", "bdi", "a", "blockquote", "mark", "nav", "tbody"}  # fmt: skip
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    assert {link for link in page.xpath("//a/@href") if not link.startswith("articles/")} == set()
    assert not re.search("[\u202a-\u202e\x1b]", source)
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
