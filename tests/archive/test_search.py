"""Searching: filters, order, stories, passages, counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from archive.errors import QueryError
from archive.highlight import SNIPPET
from archive.search import COUNTED_TO, Filters, count, matching_ids, search
from topics.evidence import Tag


@pytest.fixture
def day(keep, noon, prose):
    """Articles of some days: two sources, four languages, two topics."""
    rows = [
        # number, source, language, topics, days ago
        (0, "shafaq-en", "en", ("isis",), 0.1),
        (1, "shafaq-ar", "ar-IQ", ("isis", "syria"), 1),
        (2, "shafaq-ku", "ckb", (), 2),
        (3, "rudaw", "kmr", ("syria",), 3),
        (4, "rudaw", None, (), 10),
    ]
    for number, source, language, topics, days in rows:
        keep(
            url=f"https://news.example/{number}",
            source=source,
            language=language,
            title=f"Number {number}",
            text=f"word{number} common " + prose(40, number),
            published=noon - timedelta(days=days),
            tags=tuple(Tag(topic=topic, score=1.0, pack_version="p", evidence=()) for topic in topics),
        )


@pytest.fixture
def found(db, day, noon):
    """The numbers of the articles that a query finds, in their order."""

    def numbers(query="", **options):
        return [int(hit.url[-1]) for hit in search(db, query, now=noon, **options)]

    return numbers


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("common", [0, 1, 2, 3, 4]),
        ("topic:isis", [0, 1]),
        ("common topic:isis", [0, 1]),
        ("topic:isis topic:syria", [1]),
        ("topic:isis OR topic:syria", [0, 1, 3]),
        ("-topic:isis", [2, 3, 4]),
        ("common -topic:isis", [2, 3, 4]),
        ("topic:nothing", []),
        ("source:rudaw", [3, 4]),
        ("source:shafaq-*", [0, 1, 2]),
        ("-source:shafaq-*", [3, 4]),
        ("lang:ar", [1]),
        ("lang:AR-iq", [1]),
        ("lang:ku", [2, 3]),
        ("language:kmr", [3]),
        ("-lang:ar", [0, 2, 3, 4]),
        ("since:36h", [0, 1]),
        ("common since:36h", [0, 1]),
        ("since:2026-03-12 until:2026-03-13", [1, 2]),
        ("until:2026-03-12", [2, 3, 4]),
        ("-since:36h", [2, 3, 4]),
        ("since:36h OR word3", [0, 1, 3]),
        ("since:1h since:36h", []),
        ("(word1 OR word2) -topic:isis", [2]),
        ("word1 OR (word3 topic:syria)", [1, 3]),
        ("word1 OR -common", [1]),
        ("-word1 -word2", [0, 3, 4]),
        ("-(word1 OR word2)", [0, 3, 4]),
        ("title:3", [3]),
        ('title:"number 2"', [2]),
        ("title:common", []),
        ("-title:3 source:rudaw", [4]),
        ("common AND word3", [3]),
        ("--word1", [1]),
        ("word1 !!! ...", [1]),
        ('topic:"isis"', [0, 1]),
        ("topic:*", [0, 1, 3]),
        ("-topic:s*", [0, 2, 4]),
        ("since:2d OR since:36h OR since:4d", [0, 1, 2, 3]),
        ("until:36h OR until:4d", [2, 3, 4]),
        ("word1 OR word2 OR -common OR lang:kmr OR -number", [1, 2, 3]),
        ("(word1 OR -word2 OR lang:ckb) (-word1 OR -common OR topic:syria)", [0, 1, 2, 3, 4]),
        ("(word1 lang:ar -word2 -word3) OR (-word1 -word2 source:rudaw)", [1, 3, 4]),
    ],
)
def test_a_query_finds(found, query, numbers) -> None:
    assert found(query) == numbers


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(topics=("isis", "syria")), [0, 1, 3]),
        (Filters(sources=("shafaq-*", "nobody")), [0, 1, 2]),
        (Filters(languages=("ar", "en")), [0, 1]),
        (Filters(since=datetime(2026, 3, 12, tzinfo=UTC), until=datetime(2026, 3, 13, tzinfo=UTC)), [2]),
        (Filters(topics=("isis",), languages=("ar",), sources=("shafaq-ar",)), [1]),
    ],
)
def test_filters_narrow_a_query_of_words_and_one_of_none(found, filters, numbers) -> None:
    assert found("", filters=filters) == numbers
    assert found("common", filters=filters) == numbers
    assert sorted(found("common", filters=filters, sort="relevance")) == numbers


def test_days_begin_in_the_zone_of_the_desk(db, keep) -> None:
    keep(published=datetime(2026, 3, 13, 21, 30, tzinfo=UTC))  # half past midnight in Baghdad

    assert len(search(db, "since:2026-03-14", zone=ZoneInfo("Asia/Baghdad"))) == 1
    assert len(search(db, "since:2026-03-14", zone=UTC)) == 0


def test_an_undated_article_counts_by_its_first_sight(db, keep, noon) -> None:
    keep(published=None)

    assert len(search(db, "since:1h", now=noon + timedelta(minutes=30))) == 1
    assert len(search(db, "since:1h", now=noon + timedelta(minutes=90))) == 0


def test_an_article_whose_date_was_corrected_is_found_by_the_right_one_only(db, keep, noon) -> None:
    keep(published=noon)
    keep(published=noon - timedelta(days=30))

    for query in ("until:2026-03-01", "text until:2026-03-01"):
        assert len(search(db, query, now=noon)) == 1
    for query in ("since:7d", "text since:7d"):
        assert len(search(db, query, now=noon)) == 0


def test_newest_first_goes_by_publication(db, keep, noon) -> None:
    for number, hours in enumerate((5, 1, 3)):
        keep(url=f"https://news.example/{number}", text=f"word {number}", published=noon - timedelta(hours=hours))

    assert [hit.url[-1] for hit in search(db, "word")] == ["1", "2", "0"]
    assert [hit.url[-1] for hit in search(db, "word", limit=2)] == ["1", "2"]


def test_relevance_puts_a_title_and_a_frequent_word_first(db, keep, noon, prose) -> None:
    for number, (title, text) in enumerate(
        [
            ("Nothing", "gas " + prose(200, 1)),
            ("Gas imports", prose(200, 2)),
            ("Nothing", "gas gas gas " + prose(50, 3)),
        ]
    ):
        keep(url=f"https://news.example/{number}", title=title, text=text, published=noon - timedelta(hours=number))

    assert [hit.url[-1] for hit in search(db, "gas", sort="relevance")][-1] == "0"
    assert len(search(db, "gas", sort="relevance", limit=1)) == 1


def test_of_a_story_only_one_is_shown_when_grouped(db, keep, prose, noon) -> None:
    text = prose(100, 1)
    for number in range(4):
        keep(url=f"https://news.example/{number}", text=text, published=noon + timedelta(minutes=number))
    keep(url="https://news.example/9", text=prose(100, 2), published=noon - timedelta(days=1))

    assert [hit.url[-1] for hit in search(db, "", group="story")] == ["3", "9"]
    assert [hit.url[-1] for hit in search(db, "", group="story", limit=1)] == ["3"]


def test_counts_are_exact_up_to_a_bound(db, found, noon) -> None:
    assert count(db, "common", now=noon) == 5
    assert count(db, "topic:isis OR word3", now=noon) == 3
    assert list(matching_ids(db, "common", now=noon)) == sorted(matching_ids(db, "common", now=noon), reverse=True)
    rows = [(number, "u", "s", "t", "t", number) for number in range(1, COUNTED_TO + 10)]
    db.executemany(
        "INSERT INTO article_head (id, url, source, first_seen, last_seen, story) VALUES (?, ?, ?, ?, ?, ?)", rows
    )
    assert count(db, "", now=noon) == COUNTED_TO + 1


def test_a_hit_tells_what_the_contract_says(db, keep, noon) -> None:
    stored = keep(
        title="القوات",
        text="One\nUS troops two.",
        language="en",
        published=noon,
        tags=tuple(Tag(topic=topic, score=1, pack_version="p", evidence=()) for topic in ("syria", "isis")),
    )

    (hit,) = search(db, "troops")

    assert (hit.id, hit.url, hit.title, hit.source, hit.language) == (
        stored.article,
        "https://news.example/1",
        "القوات",
        "example",
        "en",
    )
    assert (hit.published, hit.first_seen) == ("2026-03-14T12:00:00Z", "2026-03-14T12:00:00Z")
    assert (hit.topics, hit.story) == (("isis", "syria"), stored.story)
    assert (hit.snippet, hit.marks) == ("One US troops two.", ((7, 13),))


def test_a_passage_is_taken_from_where_most_of_the_words_are(db, keep, prose) -> None:
    far = prose(300, 1)
    keep(text=f"drone at the start. {far} A drone and a rocket\nattack at the end. {far}")

    (hit,) = search(db, 'drone "rocket attack"')

    assert [hit.snippet[start:end] for start, end in hit.marks] == ["drone", "rocket attack"]
    assert hit.snippet.startswith("…")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) <= SNIPPET + 2


def test_a_passage_begins_and_ends_between_words(db, keep, prose) -> None:
    text = prose(300, 1)
    keep(text=f"{text} target {text}")

    (hit,) = search(db, "target")

    words = set(text.split()) | {"target"}
    assert set(hit.snippet.strip("…").split()) <= words


def test_without_words_the_passage_is_the_beginning(db, keep, prose) -> None:
    text = prose(300, 1)
    keep(text=text)

    (hit,) = search(db, "source:example")

    assert hit.marks == ()
    assert text.startswith(hit.snippet.rstrip("…"))


def test_a_mark_as_long_as_the_passage_stays_within_it(db, keep) -> None:
    keep(text="start " + "x" * 1000 + " end")

    (hit,) = search(db, "xxx*")

    ((start, end),) = hit.marks
    assert 0 <= start < end <= len(hit.snippet)
    assert set(hit.snippet[start:end]) == {"x"}


@pytest.mark.parametrize(
    ("query", "position", "reason"),
    [
        ('iraq "us troops', 5, "quotation mark"),
        ("(iraq", 0, "without its"),
        ("iraq (syria (iran)", 5, "without its"),
        ("iraq)", 4, "without its"),
        ("OR iraq", 0, "nothing before"),
        ("iraq OR", 7, "nothing behind"),
        ("iraq OR OR iran", 8, "nothing before"),
        ("(iraq OR )", 8, "nothing behind"),
        ("iraq topc:isis", 5, 'did you mean "topic:"'),
        ("iraq topic: isis", 11, "needs a value"),
        ("title:(a b)", 6, "needs a value"),
        ('iraq author:""', 12, "needs a letter"),
        ("iraq title:-drone", 11, 'what is not wanted is "-title:'),
        ("iraq -title:؟", 12, "needs a letter"),
        ("author:*", 7, "needs a letter"),
        ("iraq NOT", 8, "nothing behind"),
        ("(iraq NOT) a", 9, "nothing behind"),
        ("iraq NOT OR a", 9, "nothing behind"),
        ("iraq dr*ne", 7, "end of a word"),
        ("iraq *drone", 5, "end of a word"),
        ('iraq "of the * army"', 13, "end of a word"),
        ("iraq after:2026-01-01", 5, 'did you mean "since:"'),
        ("inurl:isis", 0, 'did you mean "site:"'),
        ('iraq "' + "the " * 40 + '"', 5, "more than 40"),
        ("since:yesterday", 6, "must be a span"),
        ("until:2026-13-45", 6, "must be a span"),
        ("!!! ...", 0, "no letter or digit"),
        ("(" * 40 + "a" + ")" * 40, 17, "too many brackets"),
        ("a " * 41, 80, "more than 40"),
        ("iraq ab*", 5, "at least 3 letters"),
        ("abc* def* ghi* jkl* mno*", 20, "more than 4"),
        ("a" * 2001, 0, "longer than"),
    ],
)
def test_what_cannot_be_understood_is_an_error_that_points_at_its_place(db, query, position, reason) -> None:
    with pytest.raises(QueryError, match=reason) as raised:
        search(db, query)

    assert raised.value.position == position


@pytest.mark.parametrize("query", ["https://news.example/1", "10:30", "a:b", "C++", "50%", "what?", "naïve:ness"])
def test_a_colon_or_a_sign_within_a_word_is_no_error(db, keep, query) -> None:
    keep(text=f"It said {query} again.")

    assert len(search(db, query)) == 1


@pytest.mark.parametrize(
    ("query", "sorts"), [("source:*", False), ("-source:x", False), ("source:wire1", False), ("source:wire1*", True)]
)
def test_of_most_sources_the_newest_are_read_without_sorting_all(db, keep, query, sorts) -> None:
    for number in range(30):
        keep(url=f"https://news.example/{number}", source=f"wire{number}", text=f"Number {number}")
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    found = list(matching_ids(db, query))
    db.set_trace_callback(None)
    [statement] = [line for line in asked if "ORDER BY head.id DESC" in line]
    steps = [row["detail"] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("TEMP B-TREE" in step for step in steps) == sorts
    assert len(found) == {"source:wire1": 1, "source:wire1*": 11}.get(query, 30)
