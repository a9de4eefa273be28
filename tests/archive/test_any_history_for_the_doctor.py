"""Whatever arrives, is edited, forgotten, tagged anew, split, merged and expires, in whatever order: all is sound."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from archive.article import Article, Entry, Fate, Visit
from archive.checks.asking import ask
from archive.checks.examining import checks_of
from archive.database import open_archive, transaction
from archive.forgetting import forget_address, forget_article, remembered
from archive.ledger import key_of, record_visit, see_entries
from archive.likeness import signature
from archive.owing import Held, Telling, owe, suppress
from archive.regrouping import merge, split
from archive.retention import Retention, expire_all
from archive.storing import Arrival, save
from archive.tagging import replace_tags
from archive.windows import await_digest
from topics.evidence import Evidence, Tag
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SENTENCES = (
    "The ferry of bank {0} carries cart {0} to market {1} before noon, and comes back with salt {0} for the mill.",
    "تنقل العبارة {0} العربات {0} إلى السوق {1} قبل الظهر، وتعود بالملح {0} إلى الطاحونة على الضفة {0}.",
    "بەلەمی {0} عارەبانەی {0} دەگوازێتەوە بۆ بازاڕی {1} پێش نیوەڕۆ، و بە خوێی {0} دەگەڕێتەوە بۆ ئاشەکە.",
    "Keştiya {0} erebeya {0} berî nîvro dibe bazara {1}, û bi xwêya {0} vedigere aşê li aliyê {0}.",
)
DATES = st.none() | st.tuples(st.integers(-300_000, 6_000), st.sampled_from(["second", "minute", "day"]))


def written(which: int, edit: int, sentences: int) -> str:
    return " ".join(SENTENCES[which].format(f"w{which}{place}", f"e{edit}") for place in range(sentences))


def tagged(topics: list[str], text: str) -> tuple[Tag, ...]:
    evidence = Evidence(rule="any", term="t", field="text", start=len(text) - 4, end=len(text), score=1.0)
    return tuple(Tag(topic=topic, score=1.0, evidence=(evidence,), pack_version="1") for topic in topics)


class Desk(RuleBasedStateMachine):
    """An archive, and what may happen to it in years."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.db = open_archive(Path(self.folder.name) / "archive.db")
        self.now = NOON

    def teardown(self) -> None:
        with closing(self.db):
            self.folder.cleanup()

    def articles(self) -> list[int]:
        return [number for (number,) in self.db.execute("SELECT id FROM article_head ORDER BY id")]

    @rule(
        which=st.integers(0, 3), edit=st.integers(0, 2), sentences=st.sampled_from([1, 2, 4, 6]),
        place=st.integers(0, 5), dated=DATES, topics=st.lists(st.sampled_from("abc"), unique=True),
        past=st.booleans(), canonical=st.none() | st.integers(0, 5), authors=st.lists(st.sampled_from(["A B", "ڕێ"])),
    )  # fmt: skip
    def arrive(self, *, which, edit, sentences, place, dated, topics, past, canonical, authors) -> None:
        text = written(which, edit, sentences)
        self.now += timedelta(minutes=20)
        at = self.now + timedelta(minutes=dated[0]) if dated else None
        article = Article(
            url=f"https://s{place % 3}.example/{place}", source=f"s{place % 3}", title=text[:30], text=text,
            published=at, published_raw=str(at) if at else None, published_precision=dated[1] if dated else None,
            canonical=None if canonical is None else f"https://s{canonical % 3}.example/{canonical}",
            authors=tuple(authors),
        )  # fmt: skip
        arrival = Arrival(
            article=article, tags=tagged(topics, text), pack_version="1", signature=signature(fold(text)),
            seen=self.now, is_past=past,
        )  # fmt: skip
        with transaction(self.db):
            left = remembered(self.db, article)
            if left is None:
                return
            stored = save(self.db, arrival)
            telling = Telling(
                alert="x", kind="each", subject=f"story:{stored.story}", article=stored.article, story=stored.story
            )
            if stored.fate is Fate.ARCHIVED and topics:
                held = Held(until=self.now, reason="quiet") if "b" in topics else None
                owe(self.db, telling, ["hook"], at=self.now, held=held)
            if "c" in topics:
                await_digest(self.db, telling, self.now)
            else:
                suppress(self.db, telling, "copy", at=self.now)

    @rule(places=st.lists(st.integers(0, 7), min_size=1))
    def show(self, places) -> None:
        entries = [Entry(url=f"https://s{place % 3}.example/{place}") for place in places]
        with transaction(self.db):
            see_entries(self.db, source="s0", run=None, way="https://s0.example/feed", entries=entries, at=self.now)
            record_visit(
                self.db, Visit(url=entries[0].url, source="s0", run=None, at=self.now, fate=Fate.FAILED, reason="x")
            )

    @precondition(lambda self: self.articles())
    @rule(data=st.data(), how=st.sampled_from(["alone", "together", "merge"]))
    def decide(self, data, how) -> None:
        some = data.draw(st.lists(st.sampled_from(self.articles()), min_size=1, max_size=4, unique=True))
        with transaction(self.db):
            if how == "merge":
                merge(self.db, some, self.now)
            else:
                split(self.db, some, self.now, together=how == "together")

    @precondition(lambda self: self.articles())
    @rule(data=st.data())
    def forget(self, data) -> None:
        with transaction(self.db):
            forget_article(self.db, data.draw(st.sampled_from(self.articles())), self.now)

    @rule(place=st.integers(6, 7))
    def forget_an_address(self, place) -> None:
        with transaction(self.db):
            forget_address(self.db, key_of(f"https://s{place % 3}.example/{place}"), self.now)

    @precondition(lambda self: self.articles())
    @rule(data=st.data(), topics=st.lists(st.sampled_from("abcd"), unique=True))
    def tag_anew(self, data, topics) -> None:
        article = data.draw(st.sampled_from(self.articles()))
        (text,) = self.db.execute("SELECT text FROM article_text WHERE id = ?", (article,)).fetchone()
        with transaction(self.db):
            replace_tags(self.db, article, tagged(topics, text), "2")

    @rule()
    def send(self) -> None:
        with transaction(self.db):
            self.db.execute("UPDATE alerts SET state = 'sent', sent = born WHERE state = 'waiting'")
            self.db.execute("DELETE FROM window_articles")

    @rule(days=st.sampled_from([1, 40, 100]), kept=st.sampled_from([70, 90]))
    def expire(self, days, kept) -> None:
        self.now += timedelta(days=days)
        before = self.trend()
        for _ in expire_all(self.db, Retention(days=kept, sources={"s1": 0}), self.now):
            pass
        assert self.trend() == before, "what there was stays counted"

    def trend(self) -> list[tuple]:
        rows = self.db.execute("SELECT topic, hour, source, articles FROM volume WHERE articles <> 0 ORDER BY 1, 2, 3")
        return [tuple(row) for row in rows]

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        assert list(ask(self.db, checks_of(self.now))) == []


TestAnyHistory = Desk.TestCase
TestAnyHistory.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
