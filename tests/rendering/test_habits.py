"""Which way a page is read, by what its kind has shown before; and that it is remembered."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from archive.database import open_archive
from archive.rendering import ENOUGH, PLAIN_AGAIN, Habit, habit_of, keep_habit, learned, order
from crawler.scouting.comparing import Compared, Side, gain
from pipelines.extract import Extract
from pipelines.page import Page
from pipelines.rendering import Fruitless, NotNow, NotRendered, Rendering
from pipelines.stage import Dropped
from seeds.sources import Source

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(*pages: tuple[bool | None, bool | None], every: timedelta = timedelta(minutes=1)) -> Habit:
    habit = Habit()
    for number, (plain, rendered) in enumerate(pages):
        habit = learned(habit, NOW + number * every, plain=plain, rendered=rendered)
    return habit


def test_a_source_of_which_nothing_is_known_is_read_plain_first() -> None:
    assert order(Habit(), NOW) == "plain first"


def test_after_some_plain_pages_that_gave_nothing_the_rendered_one_is_read_first() -> None:
    assert order(after(*[(False, True)] * (ENOUGH - 1)), NOW) == "plain first"
    assert order(after(*[(False, True)] * ENOUGH), NOW + timedelta(hours=1)) == "rendered first"


def test_the_plain_one_is_tried_again_after_some_pages_and_after_a_day() -> None:
    known = [(False, True)] * ENOUGH
    assert order(after(*known, *[(None, True)] * PLAIN_AGAIN), NOW + timedelta(hours=2)) == "plain first"
    assert order(after(*known), NOW + timedelta(hours=25)) == "plain first"
    assert (
        order(after(*known, *[(None, True)] * PLAIN_AGAIN, (False, True)), NOW + timedelta(hours=2)) == "rendered first"
    )


def test_a_plain_page_that_gives_something_ends_the_habit() -> None:
    assert order(after(*[(False, True)] * 9, (True, None)), NOW + timedelta(hours=1)) == "plain first"


@pytest.mark.parametrize(
    ("pages", "pause"),
    [
        ([(False, False)] * ENOUGH, timedelta(minutes=10)),
        ([(False, False)] * (ENOUGH + 3), timedelta(minutes=80)),
        ([(False, False)] * (ENOUGH + 99), timedelta(days=1)),
        ([(False, True), *[(False, False)] * ENOUGH], timedelta(minutes=10)),
        ([(False, True), *[(False, False)] * (ENOUGH + 99)], timedelta(hours=1)),
    ],
    ids=["at first", "time and again", "never", "it did before", "it did before, time and again"],
)
def test_where_rendering_gives_nothing_either_none_is_made_for_a_while(pages: Any, pause: timedelta) -> None:
    """What the scripts ask for may be down for an hour: that leaves no source unread for a day."""
    fruitless = after(*pages, every=timedelta(0))
    assert order(fruitless, NOW + pause - timedelta(minutes=1)) == "plain"
    assert order(fruitless, NOW + pause) != "plain"
    assert order(fruitless, NOW - timedelta(days=3)) == "plain first", "the clock was set back"


def test_one_page_that_rendering_gives_ends_the_pause() -> None:
    assert order(after(*[(False, False)] * (ENOUGH - 1), (False, True), (False, False)), NOW) == "plain first"


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Any]:
    db = open_archive(tmp_path / "archive.db")

    async def archive(what: Any) -> Any:
        return what(db)

    yield SimpleNamespace(archive=archive, put=archive, clock=lambda: NOW, db=db)
    db.close()


class Nothing(Exception):
    name = "no article text"


class Other(Exception):
    name = "not HTML (PDF)"


PAGE = Page(
    url="https://news.example/ckb/1", requested="https://news.example/ckb/1", source="s", status=200, headers=(),
    body=b"plain", fetched=NOW,
)  # fmt: skip


def rendering(work: Any, *, plain: Any, drawn: Any) -> tuple[Rendering, Any, list[bytes]]:
    """What reads PAGE where its plain and its drawn form are, or raise, these; and what was read."""
    from dataclasses import replace  # noqa: PLC0415

    read: list[bytes] = []

    async def look(page: Page) -> Any:
        read.append(page.body)
        found = plain if page.body == b"plain" else drawn
        if isinstance(found, Exception):
            raise found
        return found

    async def draw(page: Page) -> Page:
        if isinstance(drawn, NotRendered | NotNow):
            raise drawn
        return replace(page, body=b"drawn")

    return Rendering("s", work, draw), look, read


def outcome(work: Any, *, plain: Any, drawn: Any) -> tuple[Any, list[bytes]]:
    one, look, read = rendering(work, plain=plain, drawn=drawn)
    try:
        found, _ = asyncio.run(one.read("article", PAGE, look, lambda error: isinstance(error, Nothing)))
    except Exception as error:
        return error, read
    return found, read


def test_a_plain_page_that_suffices_is_not_drawn(work: Any) -> None:
    assert outcome(work, plain="an article", drawn="another") == ("an article", [b"plain"])
    assert habit_of(work.db, "s", "article") == Habit(), "nothing is written for nothing"


def test_what_a_browser_would_not_mend_is_not_drawn(work: Any) -> None:
    error, read = outcome(work, plain=Other(), drawn="another")
    assert isinstance(error, Other)
    assert read == [b"plain"]


def test_a_page_is_drawn_at_once_by_what_others_have_shown_and_the_plain_one_is_read_where_that_fails(
    work: Any,
) -> None:
    for _ in range(ENOUGH):
        assert outcome(work, plain=Nothing(), drawn="drawn") == ("drawn", [b"plain", b"drawn"])
    assert outcome(work, plain=Nothing(), drawn="drawn") == ("drawn", [b"drawn"])
    assert outcome(work, plain="plain", drawn=Nothing()) == ("plain", [b"drawn", b"plain"])
    assert outcome(work, plain="plain", drawn="drawn") == ("plain", [b"plain"])


def test_both_reasons_are_told_and_after_some_pages_none_is_drawn(work: Any) -> None:
    class Empty(Nothing):
        name = "empty page"

    told = [outcome(work, plain=Nothing(), drawn=Empty()) for _ in range(ENOUGH)]
    assert [str(error) for error, _ in told] == ["no article text; rendered: empty page"] * ENOUGH
    assert isinstance(told[0][0], Fruitless)
    error, read = outcome(work, plain=Nothing(), drawn=Empty())
    assert isinstance(error, Fruitless)
    assert str(error) == "no article text; not rendered, since others gave nothing"
    assert read == [b"plain"]


@pytest.mark.parametrize("of_page", [True, False])
def test_what_the_browser_cannot_do_is_no_fault_of_the_source(work: Any, of_page: bool) -> None:
    for _ in range(ENOUGH):
        error, _ = outcome(work, plain=Nothing(), drawn=NotRendered("reason", of_page=of_page))
        assert isinstance(error, NotRendered)
    assert order(habit_of(work.db, "s", "article"), NOW) == ("plain" if of_page else "plain first")


@pytest.mark.parametrize(("is_past", "fate"), [(True, "failed"), (False, "refused")], ids=["past", "present"])
def test_a_page_of_the_past_that_was_not_drawn_is_not_given_up_at_once(work: Any, is_past: bool, fate: str) -> None:
    """What is refused in a backfill is settled for good; what its scripts ask for may only be down."""
    told: list[str] = []

    async def record(url: str, fate: Any, *rest: Any) -> None:
        told.append(fate.value)

    async def nothing(*_: Any) -> Any:
        return None

    async def fruitless(*_: Any) -> Any:
        raise Fruitless("empty page; not rendered, since others gave nothing", Nothing())

    errand: Any = SimpleNamespace(
        lines=SimpleNamespace(begin=nothing, end=nothing), rendering=SimpleNamespace(read=fruitless),
        workbench=work, record=record, is_past=is_past, keeper=None,
    )  # fmt: skip
    with pytest.raises(Dropped):
        asyncio.run(Extract(errand).process_item(PAGE))
    assert told == [fate]


def test_a_page_that_cannot_be_drawn_now_leaves_no_trace(work: Any) -> None:
    error, _ = outcome(work, plain=Nothing(), drawn=NotNow())
    assert isinstance(error, NotNow)
    assert habit_of(work.db, "s", "article") == Habit()


def test_a_habit_is_kept_for_each_kind_of_page(work: Any) -> None:
    habit = Habit(plain_lost=3, plain_at=NOW, rendered=2, rendered_lost=1, rendered_at=NOW)
    keep_habit(work.db, "s", "listing", Habit())
    keep_habit(work.db, "s", "listing", habit)
    assert habit_of(work.db, "s", "listing") == habit
    assert habit_of(work.db, "s", "article") == habit_of(work.db, "t", "listing") == Habit()


def compared(plain: Side, rendered: Side, kind: Any = "article") -> Compared:
    return Compared(source="s", kind=kind, url="https://news.example/1", plain=plain, rendered=rendered)


NONE, SHORT, LONG, STUCK = Side(fault="empty page"), Side(words=100), Side(words=300), Side(fault="browser died")


@pytest.mark.parametrize(
    ("pages", "render", "words"),
    [
        ([compared(SHORT, SHORT)], False, "rendering gains nothing: leave render = false"),
        ([compared(SHORT, SHORT)], True, "rendering gains nothing: set render = false"),
        ([compared(NONE, LONG)], False, "articles only when rendered: set render = true"),
        ([compared(NONE, LONG)], True, "articles only when rendered: leave render = true"),
        ([compared(NONE, Side(links=9), "listing"), compared(SHORT, SHORT)], False, "listings only when rendered"),
        ([compared(SHORT, LONG)], False, "longer texts or lists when rendered, but only what shows nothing without"),
        ([compared(NONE, STUCK)], False, "is not known: nothing could be rendered (browser died)"),
        ([], False, "is not known: nothing could be rendered (no page came)"),
    ],
    ids=["nothing", "nothing more", "articles", "still articles", "listings", "longer", "stuck", "no page"],
)
def test_what_rendering_gains_is_a_line_that_a_person_can_act_upon(pages: Any, render: bool, words: str) -> None:
    assert words in gain(Source(id="s", name="s", render=render), pages).words
