"""How a queue and its workers do, as a person sees it in `khabar status`."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from archive.plain import plain


def cluster_lines(told: Mapping[str, Any]) -> Iterator[Text | Table]:
    """What *told* is printed as: all of it, or what the archive knows where the queue was not asked."""
    if "workers" not in told:
        out = len(told["out"])
        yield Text(plain(f"Queue: {told['queue']}, {out} crawls out; --queue URL asks it."))
        return
    crawls = told["crawls"]
    yield _workers(told["workers"]) if told["workers"] else Text("Workers: none.")
    yield Text(plain(f"Queue: {told['queue']}"))
    yield Text(
        f"Crawls: {crawls['waiting']:,} wait for a worker, {crawls['working']:,} are under way, "
        f"{crawls['fenced']:,} are taken back."
    )
    yield Text(f"Waiting to be archived: {told['notes']:,} notes, {told['bytes'] / 1e6:,.1f} MB, {told['lag']:,.0f} s.")


def _workers(workers: list[Mapping[str, Any]]) -> Table:
    table = Table(
        "worker", "version", "last beat", "crawls", "articles", "per second", "state", title="Workers",
        title_justify="left",
    )  # fmt: skip
    for worker in workers:
        is_known = not worker["silent"]
        table.add_row(
            plain(worker["name"]), plain(worker["version"]), _ago(worker["beat_age"]),
            f"{worker['crawls']:,}" if is_known else "–", f"{worker['articles']:,}",
            f"{worker['articles_per_second']:,.1f}" if is_known else "–", _state(worker),
        )  # fmt: skip
    return table


def _state(worker: Mapping[str, Any]) -> Text:
    if worker["silent"]:
        return Text("silent", style="red")
    if worker["draining"]:
        return Text("ending")
    if worker["waits"]:
        return Text("waits for the archive", style="yellow")
    return Text("at work" if worker["crawls"] else "idle")


def _ago(seconds: float) -> str:
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name} ago"
    return f"{max(seconds, 0):.0f} s ago"
