"""What a crawl learns of its source's lines while it goes on, and whose turn it is meanwhile."""

import asyncio
from collections.abc import Sequence

from archive.lines import FEWEST, LATEST, Lines, Recurring, line_hash
from pipelines.line_memory import LineMemory

BOX = line_hash("A box")


def lines(number: int) -> Lines:
    return frozenset([BOX, line_hash(f"line {chr(97 + number)}")])


def recalling(*known: Lines):
    async def recall() -> Sequence[Lines]:
        return known

    return recall


async def settle() -> None:
    """Lets everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


def test_of_the_first_pages_only_so_many_are_under_way_as_the_lesson_wants_and_the_next_one_knows_it() -> None:
    async def work() -> None:
        memory, recall = LineMemory(), recalling()
        first = [await memory.begin(recall) for _ in range(FEWEST)]
        late = asyncio.create_task(memory.begin(recall))
        for number in range(FEWEST):
            await settle()
            assert not late.done()
            await memory.end(lines(number))

        recurring = await late

        assert all(not known.lines for known in first)
        assert (recurring.articles, dict(recurring.lines)) == (FEWEST, {BOX: FEWEST})

    asyncio.run(work())


def test_a_page_that_holds_no_article_lets_another_one_in() -> None:
    async def work() -> None:
        memory, recall = LineMemory(), recalling()
        for _ in range(FEWEST):
            await memory.begin(recall)
        late = asyncio.create_task(memory.begin(recall))
        await settle()
        await memory.end()

        assert (await late).articles == 0

    asyncio.run(work())


def test_what_earlier_runs_left_is_read_once_and_nobody_waits() -> None:
    async def work() -> None:
        memory, recall = LineMemory(), recalling(*map(lines, range(FEWEST)))
        known = await asyncio.gather(*(memory.begin(recall) for _ in range(3 * FEWEST)))

        assert {recurring.articles for recurring in known} == {FEWEST}

        for number in range(LATEST):
            await memory.end(frozenset([line_hash("another" + "a" * number)]))
        assert (await memory.begin(recall)) == Recurring(LATEST), "the box has long gone"

    asyncio.run(work())
