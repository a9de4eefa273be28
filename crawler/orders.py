"""What a service works by: a desk's definitions, all of them checked, with the channels behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.channels import Channel, open_channels
from alerts.messages.composing import Composer
from alerts.rounds import Rounds
from crawler.desk import Desk
from crawler.heartbeat import heartbeat_url
from crawler.rendering.chromium import check_rendering
from crawler.telling import composer_of, rounds_of, wanted_channels
from schedules.jobs import Job
from seeds.definitions import DefinitionError, matches_one
from seeds.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """One reading of a desk. A reload makes another; what is under way keeps the one that it began with."""

    desk: Desk
    channels: Mapping[str, Channel]
    heartbeat: str  # a URL, secret; empty: none

    @property
    def composer(self) -> Composer:
        """What writes the messages."""
        return composer_of(self.desk)

    @property
    def rounds(self) -> Rounds:
        """What looks after its alerts by the clock."""
        return rounds_of(self.desk)

    @property
    def wanted(self) -> dict[str, tuple[str, ...]]:
        """The channels of each alert."""
        return wanted_channels(self.desk)

    def sources_of(self, job: Job) -> list[Source]:
        """The enabled sources that *job* crawls, in the order of the desk."""
        return sources_of(self.desk, job)


def read_orders(desk: Desk, environ: Mapping[str, str], *, draws: bool = True) -> Orders:
    """The orders that the definitions of *desk* make; *draws*: pages are drawn by a browser of this machine, and not by
    those of workers elsewhere. Raises DefinitionError where one is wrong."""
    desk.check()
    folder = desk.root / "schedules"
    if not desk.jobs:
        reason = 'there is no [[job]], so nothing would run; write one with an id, sources = ["*"] and every = "10m"'
        raise DefinitionError(folder, "", reason)
    for job in desk.jobs.values():
        if not sources_of(desk, job):
            reason = "none of its sources is enabled and has a feed, a sitemap or a listing"
            raise DefinitionError(folder, f'job "{job.id}"', reason, value=list(job.sources))
        if draws or desk.config.proxy:  # behind a proxy no browser draws, wherever it is
            check_rendering(desk, sources_of(desk, job))
    return Orders(
        desk=desk,
        channels=open_channels(desk.root / "alerts", environ),
        heartbeat=heartbeat_url(desk.root / "desk.toml", desk.config.heartbeat, environ),
    )


def sources_of(desk: Desk, job: Job) -> list[Source]:
    """The enabled sources of *desk* that *job* crawls."""
    return [
        source
        for name, source in desk.sources.items()
        if source.enabled and source.ways and matches_one(name, job.sources)
    ]
