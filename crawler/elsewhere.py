"""Whether workers of a queue are crawling for a desk, which nobody beside them may do for the same hosts."""

from collections.abc import Collection
from contextlib import closing

from archive.database import open_archive
from archive.errors import ArchiveError
from archive.taken import noted_queue, sources_out
from crawler.desk import Desk
from crawler.desk_lock import DeskBusy
from seeds.sources import Source

_MOST_NAMED = 5


def check_none_out(desk: Desk, chosen: Collection[Source]) -> None:
    """Raises DeskBusy where one of *chosen*, or another source on its hosts, is out at a worker, or waits for one."""
    try:
        with closing(open_archive(desk.archive, read_only=True)) as db:
            out, queue = set(sources_out(db)), noted_queue(db)
    except ArchiveError:  # there is none yet, or who is about to write to it says what is wrong
        return
    if not out:
        return
    from crawler.cluster.components import components  # noqa: PLC0415 -- seldom needed, and takes Scrapy's settings along

    kin = components(desk.sources.values())
    asked = {name for source in chosen for name in kin[source.id].sources}
    if shared := sorted(out & asked):
        named = ", ".join(shared[:_MOST_NAMED]) + (" and others" if len(shared) > _MOST_NAMED else "")
        raise DeskBusy(
            f"{desk.root}: workers of the queue {queue} crawl it ({named}); start khabar run --queue, which takes in "
            "what they find, or khabar run without it, which gives them up"
        )
