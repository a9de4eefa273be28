"""Names that one crawl holds at a time."""

import asyncio

from crawler.cluster.locks import Locks


def test_who_wants_a_name_waits_for_its_holder_and_they_come_in_turn() -> None:
    async def work() -> list[str]:
        locks, done = Locks(), []

        async def hold(name: str, *names: str) -> None:
            await locks.take(names)
            done.append(name)

        await locks.take(["a", "b"])
        waiting = [asyncio.create_task(hold("first", "b", "c")), asyncio.create_task(hold("second", "a"))]
        waiting.append(asyncio.create_task(hold("free", "d")))
        await asyncio.wait(waiting, timeout=0.05)
        assert done == ["free"]
        locks.let_go(["a", "b"])
        await asyncio.wait(waiting)
        return done

    assert set(asyncio.run(work())) == {"free", "first", "second"}


def test_who_gives_up_waiting_leaves_nothing_held() -> None:
    async def work() -> None:
        locks = Locks()
        await locks.take(["b"])
        waiting = asyncio.create_task(locks.take(["a", "b", "c"]))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        async with asyncio.timeout(30):
            await locks.take(["a", "c"])

    asyncio.run(work())


def test_what_is_shared_is_free_when_the_last_has_let_go() -> None:
    async def work() -> None:
        locks = Locks()
        await locks.share(["a"])
        await locks.share(["a", "b"])
        locks.let_go(["a"])
        waiting = asyncio.create_task(locks.take(["a"]))
        await asyncio.wait({waiting}, timeout=0.05)
        assert not waiting.done()
        locks.let_go(["a", "b"])
        async with asyncio.timeout(30):
            await waiting

    asyncio.run(work())
