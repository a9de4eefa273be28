"""What travels with the crawls that a service plans: parcels, and the desk's topic packs."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.travelling import pack_memory
from crawler.cluster.components import Component, components, declared_hosts
from crawler.cluster.parcel import Parcel, pack_packs, pack_parcel
from crawler.cluster.reader import Reader
from crawler.desk import Desk
from pipelines.workbench import Workbench
from seeds.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A parcel, with what its crawl is planned by."""

    parcel: bytes
    packs: str  # their version
    packs_body: bytes


class Packing:
    """For one reading of a desk."""

    def __init__(self, desk: Desk, reader: Reader) -> None:
        self.desk, self._reader = desk, reader
        self._components = components(desk.sources.values())
        self._packs = desk.packs.version, pack_packs(desk.pack_files)

    def component_of(self, source: Source) -> Component:
        """The sources that share hosts with *source*, which may be of the desk no more."""
        if (found := self._components.get(source.id)) is not None:
            return found
        return Component(min(declared_hosts(source), default=source.id), frozenset([source.id]))

    def names_of(self, source: Source) -> frozenset[str]:
        """What a crawl of *source* keeps from others while it is out."""
        hosts = {f"host {host}" for host in (*declared_hosts(source), self.component_of(source).name)}
        return frozenset({f"source {source.id}", *hosts})

    async def pack(self, source: Source, workbench: Workbench) -> Packed:
        """What a crawl of *source* that begins now takes along. Raises ArchiveError."""
        kin, at = self.component_of(source).sources, workbench.clock()
        shows_old = any(kind != "feed" for kind, _ in source.ways)
        memory = await self._reader.read(
            lambda db: pack_memory(db, source.id, kin=kin - {source.id}, at=at, with_keys=shows_old)
        )
        parcel = Parcel(
            source=source, contact=self.desk.config.contact, proxy=self.desk.config.proxy,
            keep_pages=workbench.keeps_pages, memory=memory,
        )  # fmt: skip
        return Packed(parcel=pack_parcel(parcel), packs=self._packs[0], packs_body=self._packs[1])


class PackingOf:
    """The Packing of the desk that is in force: made anew with a reload only."""

    def __init__(self, desk: Callable[[], Desk], reader: Reader) -> None:
        self._desk, self._reader = desk, reader
        self._made: Packing | None = None

    def __call__(self) -> Packing:
        desk = self._desk()
        if self._made is None or self._made.desk is not desk:
            self._made = Packing(desk, self._reader)
        return self._made
