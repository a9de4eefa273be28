"""Which of a page is read: the plain answer, or what a browser draws of it.

The browser is the crawl's; here it is a function from page to page. It is asked only where the plain page gives
nothing, or where pages of its kind have given nothing time and again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from archive.notes import HabitKept
from archive.rendering import Habit, Kind, habit_of, learned, order
from pipelines.page import Page
from pipelines.workbench import Workbench

T = TypeVar("T")
Draw = Callable[[Page], Awaitable[Page]]
"""What a browser makes of a page. Raises NotRendered or NotNow."""
NOT_TRIED = "not rendered, since others gave nothing"
Read = Callable[[Page], Awaitable[T]]
"""What is on a page. Raises an exception that has a `name` where it shows nothing."""


class NotRendered(Exception):
    """The browser made nothing of the page. `name` is the reason that its fate records."""

    def __init__(self, name: str, *, of_page: bool = True) -> None:
        super().__init__(name)
        self.name = name
        self.of_page = of_page
        """Whether it is the page's doing; what the browser itself cannot do says nothing of its source."""


class NotNow(Exception):
    """The run ends, or has rendered as many pages as it may: the page is left to the next run."""


class Fruitless(Exception):
    """The plain page gave nothing, nor did the rendered one, or those before it; `cause`: why the plain one did not."""

    def __init__(self, name: str, cause: Exception) -> None:
        super().__init__(name)
        self.name, self.cause = name, cause


class Rendering:
    """Of one source in one run, which has a browser to *draw* with."""

    def __init__(self, source: str, workbench: Workbench, draw: Draw) -> None:
        self._source, self._workbench, self.draw = source, workbench, draw
        self._habits: dict[Kind, Habit] = {}

    async def read(
        self, kind: Kind, page: Page, read: Read[T], is_mendable: Callable[[Exception], bool]
    ) -> tuple[T, Page]:  # fmt: skip
        """What *read* finds on *page*, and the page that it found it on.

        Raises what *read* raises of the plain page where a browser would not mend it, else Fruitless, NotRendered or
        NotNow.
        """
        way = order(await self._habit(kind), self._workbench.clock())
        fault: Exception | None = None
        if way == "rendered first":
            drawn, fault = await self._drawn(page, read, is_mendable)
            if drawn:
                await self._learn(kind, plain=None, rendered=True)
                return drawn
        try:
            found = await read(page)
        except Exception as plain:
            if not is_mendable(plain):
                raise
            if way == "plain":
                raise Fruitless(f"{_name(plain)}; {NOT_TRIED}", plain) from plain
            if way == "plain first":
                drawn, fault = await self._drawn(page, read, is_mendable)
                if drawn:
                    await self._learn(kind, plain=False, rendered=True)
                    return drawn
            assert fault is not None  # noqa: S101 -- for the type checker: nothing was drawn
            if not isinstance(fault, NotRendered) or fault.of_page:
                await self._learn(kind, plain=False, rendered=False)
            if isinstance(fault, NotRendered):
                raise fault from plain
            raise Fruitless(_both(plain, fault), plain) from fault
        await self._learn(kind, plain=True, rendered=False if fault else None)
        return found, page

    async def _drawn(
        self, page: Page, read: Read[T], is_mendable: Callable[[Exception], bool]
    ) -> tuple[tuple[T, Page] | None, Exception | None]:
        """What *read* finds on the rendered page, or why it finds nothing. Raises NotNow."""
        try:
            drawn = await self.draw(page)
            return (await read(drawn), drawn), None
        except NotNow:
            raise
        except Exception as fault:
            if isinstance(fault, NotRendered) or is_mendable(fault):
                return None, fault
            raise

    async def _habit(self, kind: Kind) -> Habit:
        if kind not in self._habits:
            self._habits[kind] = await self._workbench.archive(lambda db: habit_of(db, self._source, kind))
        return self._habits[kind]

    async def _learn(self, kind: Kind, *, plain: bool | None, rendered: bool | None) -> None:
        before = await self._habit(kind)
        habit = self._habits[kind] = learned(before, self._workbench.clock(), plain=plain, rendered=rendered)
        if replace(habit, plain_at=before.plain_at) != before:
            await self._workbench.put(HabitKept(source=self._source, kind=kind, habit=habit))


def _both(plain: Exception, rendered: Exception) -> str:
    one, other = _name(plain), _name(rendered)
    return one if one == other else f"{one}; rendered: {other}"


def _name(error: Exception) -> str:
    return str(getattr(error, "name", error))
