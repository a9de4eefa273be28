"""Whatever arrives, is edited, dated anew, split and merged, in whatever order: the rows of stories say what is so."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from archive.article import Article
from archive.copies import read_story
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.regrouping import merge, split
from archive.storing import Arrival, save
from topics.fold import fold

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
SENTENCES = (
    "The ferry of bank {0} carries cart {0} to market {1} before noon, and comes back with salt {0} for the mill.",
    "تنقل العبارة {0} العربات {0} إلى السوق {1} قبل الظهر، وتعود بالملح {0} إلى الطاحونة على الضفة {0}.",
    "بەلەمی {0} عارەبانەی {0} دەگوازێتەوە بۆ بازاڕی {1} پێش نیوەڕۆ، و بە خوێی {0} دەگەڕێتەوە بۆ ئاشەکە.",
    "Keştiya {0} erebeya {0} berî nîvro dibe bazara {1}, û bi xwêya {0} vedigere aşê li aliyê {0}.",
)
DATES = st.none() | st.tuples(st.integers(-6_000, 6_000), st.sampled_from(["second", "minute", "day"]))


def written(which: int, edit: int, sentences: int) -> str:
    """Text number *which*, of so many sentences, with a word of an *edit* in each."""
    return " ".join(SENTENCES[which].format(f"w{which}{place}", f"e{edit}") for place in range(sentences))


class Newsroom(RuleBasedStateMachine):
    """An archive, and what may happen to it."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.db = open_archive(Path(self.folder.name) / "archive.db")
        self.minute = 0

    def teardown(self) -> None:
        with closing(self.db):
            self.folder.cleanup()

    def stories(self) -> dict[int, int]:
        return dict(self.db.execute("SELECT id, story FROM article_head").fetchall())

    @rule(
        which=st.integers(0, 3), edit=st.integers(0, 2), sentences=st.sampled_from([1, 2, 4, 5, 6]),
        place=st.integers(0, 5), dated=DATES,
    )  # fmt: skip
    def arrive(self, which: int, edit: int, sentences: int, place: int, dated: tuple[int, str] | None) -> None:
        before, text = self.stories(), written(which, edit, sentences)
        self.minute += 20
        at = NOON + timedelta(minutes=dated[0]) if dated else None
        article = Article(
            url=f"https://s{place % 3}.example/{place}", source=f"s{place % 3}", title=text[:30], text=text,
            published=at, published_raw=str(at) if at else None, published_precision=dated[1] if dated else None,
        )  # fmt: skip
        seen = NOON + timedelta(minutes=self.minute)
        with transaction(self.db):
            stored = save(self.db, Arrival(article=article, signature=signature(fold(text)), seen=seen))
        assert self.stories() == before | {stored.article: stored.story}, "nothing that arrives moves another"
        assert before.get(stored.article, stored.story) == stored.story, "no edit moves an article"

    @precondition(lambda self: len(self.stories()) > 1)
    @rule(data=st.data(), how=st.sampled_from(["alone", "together", "merge"]))
    def decide(self, data: st.DataObject, how: str) -> None:
        some = data.draw(st.lists(st.sampled_from(sorted(self.stories())), min_size=1, max_size=4, unique=True))
        with transaction(self.db):
            if how == "merge":
                merge(self.db, some, NOON)
            else:
                split(self.db, some, NOON, together=how == "together")
        after = self.stories()
        chosen = {after[article] for article in some}
        assert len(chosen) == (len(some) if how == "alone" else 1)
        if how != "merge":
            assert sum(story in chosen for story in after.values()) == len(some), "nobody else is with them"

    @invariant()
    def every_row_is_what_the_articles_say(self) -> None:
        groups: dict[int, list[int]] = {}
        for article, story in self.stories().items():
            groups.setdefault(story, []).append(article)
        rows = {row[0]: (row[1], row[2]) for row in self.db.execute("SELECT id, first_article, articles FROM stories")}
        assert rows.keys() == groups.keys()
        for story, articles in groups.items():
            told = read_story(self.db, story)
            first, count = rows[story]
            assert story in articles, "a story has the id of one of its own"
            assert count == told["count"] == len(articles)
            assert [one["id"] for one in told["articles"] if one["first"]] == [first] == [told["articles"][0]["id"]]
            delays = [one["delay"] for one in told["articles"]]
            assert delays == sorted(delays)
            assert delays[0] == 0
        assert self.db.execute("PRAGMA foreign_key_check").fetchall() == []


TestAnyHistory = Newsroom.TestCase
TestAnyHistory.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
