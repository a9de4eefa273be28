"""Which sources belong together because they share a host, so that no two of them are crawled at a time. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crawler.manners.hosts import host_key
from seeds.sources import Source


@dataclass(frozen=True, slots=True)
class Component:
    """Sources that share declared hosts, one with the next."""

    name: str  # the smallest of its hosts
    sources: frozenset[str]


def declared_hosts(source: Source) -> frozenset[str]:
    """The hosts that the definition of *source* names, each with its port where that is not the usual one."""
    return frozenset(host_key(url) for url in (*(url for _, url in source.ways), *source.archives))


def components(sources: Iterable[Source]) -> Mapping[str, Component]:
    """The component of each of *sources*, by the source's id. One without a host is alone, under its own id."""
    hosts = {source.id: declared_hosts(source) for source in sources}
    parent: dict[str, str] = {}
    for shared in hosts.values():
        first, *others = sorted(shared) or [""]
        for other in others:
            one, two = sorted((_root(parent, first), _root(parent, other)))
            if one != two:
                parent[two] = one
    by_name: dict[str, set[str]] = defaultdict(set)
    for id, shared in hosts.items():
        by_name[_root(parent, min(shared)) if shared else id].add(id)
    return {
        id: component
        for name, ids in by_name.items()
        for component in [Component(name, frozenset(ids))]
        for id in ids
    }  # fmt: skip


def _root(parent: dict[str, str], host: str) -> str:
    """The smallest host that *host* is known to be with; the way there is made short for the next who asks."""
    root = host
    while (above := parent.get(root)) is not None:
        root = above
    while host != root:
        parent[host], host = root, parent[host]
    return root
