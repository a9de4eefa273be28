"""A desk's side of alerts: who writes its messages, and delivering what is due once."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing

from alerts.channels import Channel
from alerts.delivery import Delivery, Outbox
from alerts.messages.composing import Composer
from alerts.rounds import Rounds
from archive.database import open_archive
from archive.outbox import readdress, release_leases
from archive.overview import outbox_counts
from archive.writer import Writer
from crawler.desk import Desk
from pipelines.workbench import now


def composer_of(desk: Desk) -> Composer:
    """What writes the messages of *desk*."""
    topics = {name: topic.name for name, topic in desk.packs.topics.items()}
    return Composer(alerts=desk.alerts, sources=desk.sources, topics=topics, zone=desk.zone, templates=desk.templates)


def rounds_of(desk: Desk) -> Rounds:
    """What looks after the alerts of *desk* by the clock."""
    return Rounds(watch=desk.watch, sources=desk.sources, topics=desk.packs.topics)


def wanted_channels(desk: Desk) -> dict[str, tuple[str, ...]]:
    """The channels of each alert of *desk*, by the alert's id."""
    return {alert.id: alert.to for alert in desk.alerts.values()}


async def deliver_once(desk: Desk, channels: Mapping[str, Channel]) -> Counter[str]:
    """As `deliver_due`, for a process that has no writer yet; it looks first after what a process that died had taken,
    after what no alert wants any more, and after what has come due by the clock.

    That counts as "unwanted", it is dead; "waiting" is what still waits, "held" what is held back. Raises ArchiveError.
    """
    with closing(Writer(desk.archive)) as writer:
        await writer.written(release_leases)
        _, unwanted = await writer.written(lambda db: readdress(db, wanted_channels(desk), now()))
        await writer.written(lambda db: _make_rounds(desk, db))
        counts = await deliver_due(desk, channels, writer)
        left = await writer.written(outbox_counts)
        return counts + Counter(unwanted=unwanted, waiting=left["waiting"], held=left["held"])


def _make_rounds(desk: Desk, db: sqlite3.Connection) -> None:
    rounds, at = rounds_of(desk), now()
    rounds.end_digests(db, at)
    rounds.go(db, at)
    rounds.look(db, at)


async def deliver_due(desk: Desk, channels: Mapping[str, Channel], writer: Writer) -> Counter[str]:
    """Sends what the archive of *desk* owes to *channels* now; how many tries ended as "sent", "failed" and "dead"."""
    with closing(open_archive(desk.archive, read_only=True)) as reader:
        delivery = Delivery(Outbox(reader, writer), composer_of(desk).message_for, channels, clock=now)
        await delivery.run_once()
        return delivery.counts
