"""Sources that share a host are crawled one after the other, on whatever machines."""

from crawler.cluster.components import components, declared_hosts
from seeds.sources import Source


def source(id: str, *feeds: str) -> Source:
    return Source(id=id, name=id, feeds=feeds, ports=(80, 443, 8080))


def test_sources_that_share_a_host_one_with_the_next_belong_together() -> None:
    found = components(
        [
            source("a", "https://one.example/feed"),
            source("b", "https://ONE.example:443/other", "https://two.example/feed"),
            source("c", "https://two.example./feed", "https://three.example/feed"),
            source("d", "https://alone.example/feed"),
            source("e"),
        ]
    )
    assert found["a"] is found["b"] is found["c"]
    assert (found["a"].name, found["a"].sources) == ("one.example", {"a", "b", "c"})
    assert (found["d"].name, found["d"].sources) == ("alone.example", {"d"})
    assert (found["e"].name, found["e"].sources) == ("e", {"e"})


def test_another_port_is_another_server() -> None:
    found = components([source("a", "http://one.example/feed"), source("b", "http://one.example:8080/feed")])
    assert [found["a"].name, found["b"].name] == ["one.example", "one.example:8080"]


def test_a_component_has_the_smallest_of_its_hosts_as_its_name_in_whatever_order_they_come() -> None:
    chain = [source(f"s{n}", f"https://h{n:03}.example/feed", f"https://h{n + 1:03}.example/feed") for n in range(300)]
    for order in (chain, chain[::-1], chain[1::2] + chain[::2]):
        assert {component.name for component in components(order).values()} == {"h000.example"}


def test_an_archive_page_is_a_declared_host_too() -> None:
    one = Source(id="a", name="a", feeds=("https://x.example/f",), archives=("https://past.example/%Y/%m/%d",))
    assert declared_hosts(one) == {"x.example", "past.example"}
