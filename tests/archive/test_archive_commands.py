"""`khabar search`, `show`, `export` and `status`, as a person or a script calls them."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from archive.article import Article
from archive.database import open_archive, transaction
from archive.ledger import finish_run, start_run
from archive.likeness import signature
from archive.storing import Arrival, save
from archive.ways import Way, record_way
from topics.evidence import Evidence, Tag
from topics.fold import fold

TEXT = "شفق نيوز\nقالت الفصائل المسلحة إنها ستبقى في كركوك. " + " ".join(f"كلمة{number}" for number in range(40))
EVIL = "\x1b[31mred\x07 \u202etitle [bold]x[/bold]"


@pytest.fixture
def kept(desk):
    """A desk with two copies of one story, edited once, and an article of hostile letters; the ids."""
    desk.write_sources(
        "".join(
            f'[[source]]\nid = "{name}"\nname = "{name}"\nenabled = {enabled}\nfeeds = ["https://{name}.example/feed"]\n'
            for name, enabled in (("one", "true"), ("two", "true"), ("off", "false"))
        )
    )
    now = datetime.now(UTC).replace(microsecond=0)
    start = TEXT.index("الفصائل")
    piece = Evidence(rule="rule[0]", term="فصائل", field="text", start=start, end=start + 7, score=1.0)
    tag = Tag(topic="factions", score=1.0, pack_version="p1", evidence=(piece,))
    ids = []
    with closing(open_archive(desk.root / "archive.db")) as db, transaction(db):
        run = start_run(db, None, now)
        for source, url, title, text, language, hours in (
            ("one", "https://one.example/1", "عنوان", TEXT, "ar", 1),
            ("two", "https://two.example/1", "نسخة", TEXT, "ar", 2),
            ("one", "https://one.example/2", EVIL, "Some drone text\x1b]0;owned\x07 here", "en", 50),
            ("one", "https://one.example/1", "عنوان جديد", TEXT, "ar", 1),
        ):
            article = Article(
                url=url,
                source=source,
                title=title,
                text=text,
                language=language,
                published=now - timedelta(hours=hours),
            )
            tags = (tag,) if text == TEXT else ()
            arrival = Arrival(
                article=article, tags=tags, signature=signature(fold(text)), seen=now, run=run, status=200
            )
            ids.append(save(db, arrival).article)
        record_way(db, Way(url="https://one.example/feed", source="one", health="ok", last_success=now))
        record_way(db, Way(url="https://two.example/feed", source="two", health="dead", cause="HTTP 503"))
        record_way(db, Way(url="https://one.example/feed?page=2", source="one", health="dead", cause="HTTP 404"))
        finish_run(db, run, now, "done", {"one": {"archived": 2, "revised": 1}, "two": {"archived": 1}})
    return ids


def lines(done):
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_search_prints_lines_of_the_contract(desk, kept) -> None:
    first, second = lines(desk.khabar("search", "فصائل", "--json"))

    assert list(first) == [
        "id",
        "url",
        "title",
        "source",
        "language",
        "published",
        "first_seen",
        "topics",
        "story",
        "snippet",
        "marks",
    ]
    assert [first["id"], second["id"]] == kept[:2]
    assert first["topics"] == ["factions"]
    assert [first["snippet"][start:end] for start, end in first["marks"]] == ["الفصائل"]
    assert "عنوان جديد" in desk.khabar("search", "--json").stdout, "Arabic is not escaped"


def test_search_takes_the_filters_of_the_contract(desk, kept) -> None:
    def found(*args):
        return [line["id"] for line in lines(desk.khabar("search", *args, "--json"))]

    assert found("--source", "one", "--since", "24h") == [kept[0]]
    assert found("--topic", "factions", "--language", "ar", "--group", "story") == [kept[0]]
    assert found("--until", "24h") == [kept[2]]
    assert found("drone", "OR", "فصائل", "--limit", "1", "--sort", "relevance")
    assert lines(desk.khabar("search", "فصائل", "--count", "--json")) == [{"count": 2, "more": False}]
    stories = desk.khabar("search", "فصائل", "--count", "--group", "story", "--json")
    assert lines(stories) == [{"count": 1, "more": False}]
    assert found("site:two.example") == [kept[1]]


def test_a_saved_search_is_asked_for_by_its_name(desk, kept) -> None:
    with (desk.root / "desk.toml").open("a", encoding="utf-8") as file:
        file.write('[searches]\nfactions-today = "topic:factions since:24h"\n"فصائل" = "الفصائل OR drone"\n')

    def found(command, *args):
        return [line["id"] for line in lines(desk.khabar(command, *args))]

    assert found("search", "--json", "saved:factions-today") == found("export", "saved:factions-today") == kept[:2]
    assert found("search", "--json", "--saved", "factions-today", "source:one") == [kept[0]]
    assert found("search", "--json", "saved:فصائل -drone") == kept[:2]
    assert found("search", "--json", "lang:en -saved:factions-today") == [kept[2]]
    assert found("search", "--json", '"saved:factions-today"') == []
    assert 'did you mean "factions-today"?' in desk.khabar("search", "saved:faction-today").stderr


def test_search_shows_a_person_what_it_found_and_nothing_that_steers_the_terminal(desk, kept) -> None:
    shown = desk.khabar("search", "drone OR فصائل").stdout

    assert "الفصائل" in shown
    assert "title [bold]x[/bold]" in shown
    assert not set("\x1b\x07\u202e") & set(shown)
    assert desk.khabar("search", "nothinglikethis").stdout == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("search", '"open'), ["quotation mark", "character 1"]),
        (("search", "x", "--source", "oen"), ["--source", "oen", 'did you mean "one"']),
        (("search", "x", "--topic", "faction"), ["--topic", 'did you mean "factions"']),
        (("search", "x", "--since", "yesterday"), ["--since", "yesterday", "24h"]),
        (("search", "x", "--limit", "0"), ["--limit"]),
        (("show", "99"), ["no article", "99"]),
        (("show", "1" * 30), ["no article"]),
        (("show", "1" * 5_000), ["no article", "1…"]),
        (("show", "https://one.example/none"), ["no article"]),
        (("status", "--source", "oen"), ["oen", 'did you mean "one"']),
        (("export", "--format", "xlsx"), ["xlsx"]),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(desk, kept, args, words) -> None:
    done = desk.khabar(*args)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    for word in words:
        assert word in done.stderr


def test_without_an_archive_one_line_says_how_to_get_one(desk) -> None:
    done = desk.khabar("search", "x")

    assert done.returncode == 2
    assert "there is no archive yet" in done.stderr
    assert list(desk.root.glob("archive*")) == []


def test_show_gives_the_article_whole(desk, kept) -> None:
    shown = lines(desk.khabar("show", str(kept[0]), "--json"))[0]

    assert (shown["id"], shown["title"], shown["text"], shown["authors"]) == (kept[0], "عنوان جديد", TEXT, [])
    (tag,) = shown["tags"]
    assert (tag["topic"], tag["score"], tag["pack_version"]) == ("factions", 1.0, "p1")
    assert tag["evidence"] == [
        {"rule": "rule[0]", "term": "فصائل", "field": "text", "start": 14, "end": 21, "text": "الفصائل"}
    ]
    assert [(revision["title"], revision["text"]) for revision in shown["revisions"]] == [("عنوان", TEXT)]
    assert {"seen", "title", "text", "change"} < set(shown["revisions"][0])
    assert shown["story"]["id"] == kept[0]
    assert {(copy["id"], copy["url"], copy["source"]) for copy in shown["story"]["articles"]} == {
        (kept[0], "https://one.example/1", "one"),
        (kept[1], "https://two.example/1", "two"),
    }
    assert lines(desk.khabar("show", "http://www.one.example/1/#top", "--json"))[0]["id"] == kept[0]


def test_show_tells_a_person_the_same(desk, kept) -> None:
    shown = desk.khabar("show", str(kept[0])).stdout
    for expected in ("عنوان جديد", "كركوك", "factions", "الفصائل", "{+جديد+}", "https://two.example/1"):
        assert expected in shown

    hostile = desk.khabar("show", str(kept[2])).stdout
    assert "[bold]x[/bold]" in hostile
    assert not set("\x1b\x07\u202e") & set(hostile)


def test_export_writes_every_article_as_show_does(desk, kept) -> None:
    exported = lines(desk.khabar("export", "--format", "jsonl"))

    assert [line["id"] for line in exported] == kept[:3]
    assert exported[0] == lines(desk.khabar("show", str(kept[0]), "--json"))[0]
    assert [line["id"] for line in lines(desk.khabar("export", "drone", "--language", "en"))] == [kept[2]]


def test_status_tells_how_each_source_does(desk, kept) -> None:
    done = desk.khabar("status", "--json")
    report = json.loads(done.stdout)

    assert done.returncode == 1, "a source fails"
    assert {name: state["health"] for name, state in report["sources"].items()} == {
        "one": "ok",
        "two": "dead",
        "off": "disabled",
    }
    told = {"health", "cause", "since", "last_success", "last_article", "next_run", "evidence"}
    assert set(report["sources"]["one"]) == told
    assert "HTTP 503" in report["sources"]["two"]["cause"]
    assert report["outbox"] == {"held": 0, "waiting": 0, "sent": 0, "dead": 0}
    assert report["archive"]["articles"] == 3
    assert report["archive"]["bytes"] > 10_000
    (run,) = report["runs"]
    assert (run["outcome"], run["counts"]["one"]["archived"]) == ("done", 2)

    shown = desk.khabar("status", "--source", "one")
    assert shown.returncode == 0
    assert "3 articles" in shown.stdout
    assert "two" not in shown.stdout


def test_status_of_a_new_desk_finds_nothing_wrong(desk) -> None:
    desk.write_sources('[[source]]\nid = "one"\nname = "One"\nfeeds = ["https://one.example/feed"]\n')
    report = lines(desk.khabar("status", "--json"))[0]

    assert report["sources"]["one"]["health"] == "new"
    assert report["archive"] == {"articles": 0, "bytes": 0, "outdated": 0}
    assert list(desk.root.glob("archive*")) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["topic:faction"], 'did you mean "factions"?'),
        (["x -source:onne"], 'did you mean "one"?'),
        (["drone", "-football"], 'stands in quotes: "drone -football"'),
        (["lang:arabic"], "is no language tag"),
        (["drone", "lang:kk"], "is the language of no article"),
        (["drone", "--language", "kk"], "is the language of no article"),
        (["topic:facts*"], 'knows "facts*"; did you mean "factions"?'),
        (["x", "site:on.example"], 'did you mean "one.example"?'),
        (["saved:todai"], "the desk has no saved search"),
        (["x", "--saved", "today"], "the desk has no saved search"),
        (["x", "--language", "arabic"], "is no language tag"),
        (["x", "--topic", "factoins"], 'did you mean "factions"?'),
    ],
)
def test_a_search_for_what_cannot_be_is_an_error_and_not_nothing(desk, kept, words, said) -> None:
    done = desk.khabar("search", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_show_names_the_terms_and_gives_their_sentence_a_line_of_its_own(desk, kept) -> None:
    shown = desk.khabar("show", str(kept[0])).stdout.splitlines()

    assert f"{'id':15}{kept[0]}" in shown
    place = shown.index("  in the text, rule[0]: فصائل")
    assert shown[place + 1] == "قالت الفصائل المسلحة إنها ستبقى في كركوك."
