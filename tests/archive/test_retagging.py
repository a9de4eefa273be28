"""Tagging the archive anew: all of an article or nothing of it, whatever happens meanwhile."""

import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import retagging
from archive.article import Article
from archive.database import APPLICATION_ID, open_archive, transaction
from archive.migrations import migrations
from archive.retagging import Retagged, outdated_count, retag
from archive.search import Filters, matching_ids, search
from archive.storing import Arrival, Stored, save
from topics.compiling import compile_packs
from topics.matching import match
from topics.packs import Packs

RETAGGING = Path(__file__).with_name("archive_retagging.py")
PACK = """
[lists.weather]
en = ["rain*"]
ar = ["مطر"]
ckb = ["باران*"]
kmr = ["baran*"]
[topic.weather]
name = "Weather"
[[topic.weather.rule]]
any = ["weather"]
"""
FLOODS = """
[lists.floods]
en = ["flood*"]
ar = ["فيضانات"]
ckb = ["لافاو*"]
kmr = ["lehî*"]
[topic.floods]
name = "Floods"
[[topic.floods.rule]]
any = ["floods"]
"""
BOTH = [  # what is found of floods and of weather
    ("en", "Rain brought floods to the valley", "Heavy rains, then floods.", "floods", "rains"),
    ("ar", "أمطار غزيرة في البصرة", "هطل المطر وبدأت الفيضانات صباحاً.", "الفيضانات", "المطر"),
    ("ckb", "باران لە هەولێر", "دوای بارانێکی زۆر لافاوەکە گەیشتە شار.", "لافاوەکە", "بارانێکی"),
    ("kmr", "Baran li Amedê", "Piştî baraneke xurt lehiyê dest pê kir.", "lehiyê", "baraneke"),
]


def compiled(text: str) -> Packs:
    return compile_packs([("test.toml", tomllib.loads(text))])


OLD, NEW = compiled(PACK), compiled(FLOODS)


@pytest.fixture
def tagged(keep: Callable[..., Stored]) -> Callable[..., int]:
    """Archives an article as it is tagged with packs, the old ones where none are named; its id."""

    def put(number: int = 0, *, packs: Packs | None = OLD, **fields: Any) -> int:
        given = {"url": f"https://news.example/{number}", "title": "A title", "text": "Rain fell.", "language": "en"}
        given |= fields
        if packs is None:
            return keep(**given).article
        tags = match(packs, title=given["title"], text=given["text"], language=given["language"])
        return keep(**given, tags=tags, pack_version=packs.version).article

    return put


def outdated(db: sqlite3.Connection, packs: Packs = NEW, **more: Any) -> list[int]:
    return list(matching_ids(db, "", filters=Filters(not_read_with=packs.version, **more)))


def topics_of(db: sqlite3.Connection, article: int) -> list[str]:
    return [name for (name,) in db.execute("SELECT topic FROM tags WHERE article = ? ORDER BY topic", (article,))]


def found_in(db: sqlite3.Connection, article: int) -> list[tuple[str, str]]:
    """The evidence of an article: its topic, and the words that its place in the text holds."""
    [(title, text)] = db.execute("SELECT title, text FROM articles WHERE id = ?", (article,)).fetchall()
    rows = db.execute('SELECT topic, field, start, "end" FROM evidence WHERE article = ? ORDER BY number', (article,))
    return [(topic, (title if field == "title" else text)[start:end]) for topic, field, start, end in rows]


def assert_tagged_with(db: sqlite3.Connection, packs: Packs, article: int) -> None:
    """Tags, evidence and what the article is said to be read with are those of *packs*, all of them."""
    [row] = db.execute(
        "SELECT title, text, language, name AS pack FROM articles JOIN article_head USING (id, title, language) "
        "JOIN pack_versions ON pack_versions.id = pack WHERE articles.id = ?",
        (article,),
    ).fetchall()
    wanted = match(packs, title=row["title"], text=row["text"], language=row["language"])
    tags = db.execute("SELECT topic, score, pack_version FROM tags WHERE article = ? ORDER BY topic", (article,))
    places = db.execute(
        'SELECT topic, rule, term, field, start, "end", score FROM evidence WHERE article = ? ORDER BY number',
        (article,),
    )
    assert row["pack"] == packs.version
    assert sorted((tag.topic, tag.score, tag.pack_version) for tag in wanted) == [tuple(tag) for tag in tags]
    assert [tuple(place) for place in places] == [
        (tag.topic, piece.rule, piece.term, piece.field, piece.start, piece.end, piece.score)
        for tag in wanted
        for piece in tag.evidence
    ]


@pytest.mark.parametrize("both", BOTH, ids=[language for language, *_ in BOTH])
def test_old_tags_go_with_their_evidence_and_new_ones_come_with_theirs(
    db: sqlite3.Connection, tagged: Callable[..., int], both: tuple[str, str, str, str, str]
) -> None:
    language, title, text, flood, rain = both
    article = tagged(title=title, text=text, language=language)
    assert ("weather", rain) in found_in(db, article)

    [one] = retag(db, NEW, [article])

    assert (one.id, one.gained, one.lost) == (article, ["floods"], ["weather"])
    assert ("floods", flood) in found_in(db, article)
    assert {topic for topic, _ in found_in(db, article)} == {"floods"}
    assert_tagged_with(db, NEW, article)


def test_a_topic_that_stays_has_the_evidence_of_the_new_packs(
    db: sqlite3.Connection, tagged: Callable[..., int]
) -> None:
    article = tagged(title="Weather", text="Rain fell, then hail.")
    more = compiled(PACK.replace('en = ["rain*"]', 'en = ["hail"]'))

    [one] = retag(db, more, [article])

    assert (one.gained, one.lost) == ([], [])
    assert found_in(db, article) == [("weather", "hail")]
    assert_tagged_with(db, more, article)


def test_an_article_without_a_topic_is_known_to_be_read_all_the_same(
    db: sqlite3.Connection, tagged: Callable[..., int]
) -> None:
    article = tagged(text="Bread is dearer.")
    assert (outdated_count(db, OLD.version), outdated_count(db, NEW.version)) == (0, 1)

    [one] = retag(db, NEW, outdated(db))

    assert (one.id, one.gained, one.lost) == (article, [], [])
    assert (outdated_count(db, OLD.version), outdated_count(db, NEW.version)) == (1, 0)
    assert outdated(db) == []


def test_what_is_outdated_is_found_newest_first_and_by_source_language_and_time(
    db: sqlite3.Connection, tagged: Callable[..., int], minutes: Callable[[float], datetime]
) -> None:
    for version in (OLD, NEW):  # a number for each, before any article has it
        tagged(version is OLD, packs=version, url=f"https://news.example/{version.version}")
    fresh, unknown = tagged(1, packs=NEW, published=minutes(1)), tagged(2, packs=None, published=minutes(2))
    arabic = tagged(3, published=minutes(3), language="ar", source="wire-ar")
    english = tagged(4, published=minutes(4), source="wire-en")

    assert outdated(db)[:3] == [english, arabic, unknown]
    assert fresh not in outdated(db)
    assert outdated(db, languages=["ar"]) == outdated(db, sources=["*-ar"]) == [arabic]
    assert outdated(db, since=minutes(2), until=minutes(4)) == [arabic, unknown]
    assert len(outdated(db, compiled(PACK + FLOODS))) == 6, "nobody has met these packs yet"
    assert outdated_count(db, compiled(PACK + FLOODS).version) == 6


def test_an_edit_replaces_what_the_article_was_read_with(db: sqlite3.Connection, tagged: Callable[..., int]) -> None:
    article = tagged(text="Rain fell on the hills all day.")
    assert tagged(text="Floods came down from the hills at night.", packs=NEW) == article
    assert_tagged_with(db, NEW, article)
    assert tagged(text="Floods came down from the hills at night, and rain fell.", packs=None) == article
    assert outdated_count(db, NEW.version) == 1, "nobody said with which packs"


@pytest.mark.parametrize("both", BOTH, ids=[language for language, *_ in BOTH])
def test_a_language_that_a_later_visit_tells_brings_its_tags_without_an_edit(
    db: sqlite3.Connection, tagged: Callable[..., int], both: tuple[str, str, str, str, str]
) -> None:
    language, title, text, _, _ = both
    fields = {"title": title, "text": text, "packs": NEW}
    article = tagged(**fields, language="de")
    assert topics_of(db, article) == []

    assert tagged(**{**fields, "text": f" {text}\n"}, language=language) == article

    assert topics_of(db, article) == ["floods"]
    assert_tagged_with(db, NEW, article)
    assert db.execute("SELECT count(*) FROM revisions").fetchone()[0] == 0
    assert [hit.id for hit in search(db, title)] == [article]

    assert tagged(**fields, language=None) == article
    assert topics_of(db, article) == ["floods"], "a visit that tells no language changes none"


@pytest.mark.parametrize(
    "edit",
    [{"text": "Two people were hurt. The floods came at noon."}, {"title": "Rain, and floods"}, {"language": "ckb"}],
    ids=["text", "title", "language"],
)
def test_an_article_that_is_edited_between_matching_and_writing_is_matched_once_more(
    db: sqlite3.Connection, archive_path: Path, tagged: Callable[..., int], edit: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    before, edited, after = (tagged(number, text=f"Floods at noon {number}.") for number in range(3))
    known = {"url": "https://news.example/1", "title": "A title", "text": "Floods at noon 1.", "language": "en"}
    arrival = Arrival(
        article=Article(source="example", **{**known, **edit}), pack_version=OLD.version,
        seen=datetime(2026, 3, 15, tzinfo=UTC),
    )  # fmt: skip
    waiting = [arrival]

    def edit_behind(packs: Packs, **fields: Any) -> Any:
        found = match(packs, **fields)
        if fields["text"] == "Floods at noon 1." and waiting:  # as another process does, which finds the archive free
            with closing(open_archive(archive_path)) as other:
                other.execute("PRAGMA busy_timeout = 0")
                with transaction(other):
                    save(other, waiting.pop())
        return found

    monkeypatch.setattr(retagging, "match", edit_behind)
    done = [one.id for one in retag(db, NEW, [after, edited, before])]

    assert sorted(done) == [before, edited, after], "each is told once"
    for number in (before, edited, after):
        assert_tagged_with(db, NEW, number)


def test_an_article_that_is_gone_is_passed_over(
    db: sqlite3.Connection, archive_path: Path, tagged: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = tagged(0, text="Floods."), tagged(1, text="Floods again.")

    def forget_behind(packs: Packs, **fields: Any) -> Any:
        with closing(open_archive(archive_path)) as other, transaction(other):
            other.execute("DELETE FROM article_head WHERE id = ?", (goes,))
        return match(packs, **fields)

    monkeypatch.setattr(retagging, "match", forget_behind)

    assert [one.id for one in retag(db, NEW, [goes, stays, 7])] == [stays]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_between_two_batches_the_archive_is_free_and_nothing_is_read(
    db: sqlite3.Connection, archive_path: Path, tagged: Callable[..., int]
) -> None:
    articles = [tagged(number) for number in range(2 * retagging._AT_ONCE)]
    work = retag(db, NEW, articles)
    next(work)
    with closing(open_archive(archive_path)) as other:
        other.execute("PRAGMA busy_timeout = 0")
        with transaction(other):
            other.execute("INSERT INTO meta VALUES ('a', 'b')")
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert outdated_count(other, NEW.version) == retagging._AT_ONCE
    assert len(list(work)) == len(articles) - 1


def test_long_texts_are_written_a_few_at_a_time(
    db: sqlite3.Connection, tagged: Callable[..., int], prose: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [tagged(number, text=f"{prose(200, number)} Floods.", signed=False) for number in range(5)]
    monkeypatch.setattr(retagging, "_CHARACTERS_AT_ONCE", 2_000)  # each text has 1,300 or so
    written: list[int] = []

    def tell(archive: sqlite3.Connection, one: Retagged) -> None:
        written.append(outdated_count(archive, NEW.version))  # of this transaction, too

    left = [outdated_count(db, NEW.version) for _ in retag(db, NEW, articles, tell)]

    assert written == [4, 3, 2, 1, 0]
    assert left == [3, 3, 1, 1, 0], "two, two and one"
    for article in articles:
        assert_tagged_with(db, NEW, article)


def test_where_the_ids_end_what_was_matched_by_then_is_written(
    db: sqlite3.Connection, tagged: Callable[..., int]
) -> None:
    articles = [tagged(number, text="Floods.") for number in range(3)]

    done = [one.id for one in retag(db, NEW, iter(articles[:2]))]

    assert (done, outdated(db)) == (articles[:2], articles[2:])


def test_what_is_told_of_an_article_goes_with_its_transaction(
    db: sqlite3.Connection, tagged: Callable[..., int]
) -> None:
    articles = [tagged(number, text="Floods and rain.") for number in range(3)]

    def tell(archive: sqlite3.Connection, one: Retagged) -> None:
        archive.execute("INSERT INTO meta VALUES (?, 'told')", (str(one.id),))
        if one.id == articles[2]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(retag(db, NEW, articles, tell))

    assert db.execute("SELECT count(*) FROM meta WHERE value = 'told'").fetchone()[0] == 0
    for article in articles:
        assert_tagged_with(db, OLD, article)


@pytest.fixture
def many(db: sqlite3.Connection, tagged: Callable[..., int]) -> list[int]:
    """Articles enough for some batches, in four languages; the ids."""
    return [
        tagged(number, title=f"{title} {number}", text=f"{number}. {text}", language=language, signed=False)
        for number in range(330)
        for language, title, text, _, _ in [BOTH[number % len(BOTH)]]
    ]


def retag_and_kill(archive_path: Path, pack: Path, lines: int) -> set[int]:
    """Runs the work in a process of its own and kills it when it has said so many *lines*; what it had committed by
    its word."""
    working = subprocess.Popen(
        [sys.executable, str(RETAGGING), str(archive_path), str(pack)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert working.stdout and working.stdin
    said = [working.stdout.readline()]
    while len(said) < lines:
        working.stdin.write("go on\n")
        working.stdin.flush()
        said.append(working.stdout.readline())
    working.kill()
    working.communicate()
    return {int(line.split()[1]) for line in said if line.startswith("committed")}


def test_kill_9_at_any_point_leaves_each_article_as_it_was_or_as_it_is_to_be(
    db: sqlite3.Connection, many: list[int], archive_path: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "new.toml"
    pack.write_text(FLOODS, encoding="utf-8")
    batch = retagging._AT_ONCE
    left = len(many)
    # Amid the first transaction, at its very end, just behind it, and amid the second one.
    for lines, batches in ((1, 0), (batch, 0), (batch + 1, 1), (2 * batch + batch // 2, 1)):
        committed = retag_and_kill(archive_path, pack, lines)
        left -= batches * batch
        waiting = outdated(db)
        assert len(waiting) == left
        assert committed.isdisjoint(waiting)
        for article in many:
            assert_tagged_with(db, OLD if article in waiting else NEW, article)
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []

    assert [one.id for one in retag(db, NEW, outdated(db))] == waiting

    assert outdated(db) == []
    for article in many:
        assert_tagged_with(db, NEW, article)
    assert search(db, "topic:weather") == []
    assert len(search(db, "topic:floods", limit=1000)) == len(many)


@pytest.fixture
def older(archive_path: Path) -> Iterator[sqlite3.Connection]:
    """An archive as the version before made it, with one article that has a topic and one that has none."""
    with closing(sqlite3.connect(archive_path, isolation_level=None)) as db:
        migrations.apply(Database(db), stop_before="m005_packs_of_articles")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 4")
        for number, text in ((1, "Rain and floods."), (2, "Bread is dearer.")):
            db.execute(
                "INSERT INTO article_head (id, url, source, title, language, first_seen, last_seen, story) "
                "VALUES (?, ?, 'wire', 'A title', 'en', '2026-03-14T12:00:00Z', '2026-03-14T12:00:00Z', ?)",
                (number, f"https://news.example/{number}", number),
            )
            db.execute("INSERT INTO article_text (id, text) VALUES (?, ?)", (number, text))
        db.execute("INSERT INTO topic_names VALUES (1, 'weather')")
        db.execute("INSERT INTO pack_versions VALUES (1, 'before')")
        db.execute("INSERT INTO article_tags (topic, article, score, pack) VALUES (1, 1, 1.0, 1)")
        db.execute("INSERT INTO evidence VALUES (1, 0, 'weather', 'rule[0]', 'rain*', 'text', 0, 4, 1.0, NULL)")
        yield db


@pytest.mark.usefixtures("older")
def test_an_older_archive_keeps_its_tags_and_is_outdated_as_a_whole(archive_path: Path) -> None:
    with closing(open_archive(archive_path)) as db:
        assert topics_of(db, 1) == ["weather"]
        assert outdated_count(db, OLD.version) == 2
        assert [one.gained for one in retag(db, NEW, outdated(db))] == [[], ["floods"]]
        for article in (1, 2):
            assert_tagged_with(db, NEW, article)
        assert outdated_count(db, NEW.version) == 0
