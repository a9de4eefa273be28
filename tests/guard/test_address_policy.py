"""What a source may reach, as far as the address tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.address_policy import AddressPolicy

OPEN = AddressPolicy()
NEWSROOM = AddressPolicy(private_hosts=frozenset({"127.0.0.1"}), ports=frozenset({8001}))


@pytest.mark.parametrize(
    "url",
    [
        "https://shafaq.com/en/Iraq/x",
        "http://www.shafaq.com:80/",
        "https://93.184.216.34/x",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/x",
        "https://[64:ff9b::5db8:d822]/",  # NAT64 of a public address: how IPv6-only networks see the web
        "https://شفق.example/",
        "HTTPS://SHAFAQ.COM/",
        "https://under_score.example/",
        "https://a.example/@desk",
    ],
)
def test_the_public_web_is_open(url: str) -> None:
    assert OPEN.url_fault(url) is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("ftp://a.example/x", "scheme not allowed"),
        ("file:///etc/passwd", "scheme not allowed"),
        ("data:text/html,x", "scheme not allowed"),
        ("javascript:alert(1)", "scheme not allowed"),
        ("//a.example/x", "scheme not allowed"),
        ("", "scheme not allowed"),
        ("https://desk:secret@a.example/", "user name in the URL"),
        ("https://@a.example/", "user name in the URL"),
        ("https:///x", "no host in the URL"),
        ("https://:443/x", "no host in the URL"),
        ("https://a.example:8080/", "port not allowed"),
        ("https://a.example:0/", "port not allowed"),
        ("http://a.example:443x/", "not a URL"),
        ("http://a.example:99999/", "not a URL"),
        ("http://[::1/", "not a URL"),
        ("http://a b.example/", "not a host name"),
        ("http://a.example\\@127.0.0.1/", "user name in the URL"),
        ("http://a.example\\.b.example/", "not a host name"),
        ("http://%31%32%37.0.0.1/", "not a host name"),
        ("http://127.0.0.1.2/", "not a host name"),
        ("http://4294967297/", "not a host name"),
        ("http://08.0.0.1/", "not a host name"),
        ("http://a.0x7f/", "not a host name"),
        ("http://" + "a" * 254 + "/", "not a host name"),
        ("http://a..example/", "not a host name"),
        ("http://" + "a" * 64 + ".example/", "not a host name"),
        ("http://a.example/" + "x" * 5000, "address too long"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused_by_name(url: str, name: str) -> None:
    fault = OPEN.url_fault(url)
    assert fault is not None
    assert fault.partition(":")[0] == name
    assert "secret" not in fault


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("①②⑦.⓪.⓪.①", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1"),
        ("[::ffff:7f00:1]", "::ffff:7f00:1"),
        ("[64:ff9b::7f00:1]", "64:ff9b::7f00:1"),
        ("[2002:7f00:1::]", "2002:7f00:1::"),
        ("[2001:0:1::1]", "2001:0:1::1"),
        ("[::127.0.0.1]", "::7f00:1"),
        ("[::1]", "::1"),
        ("[::]", "::"),
        ("[fe80::1]", "fe80::1"),
        ("[fec0::1]", "fec0::1"),
        ("[fd12::1]", "fd12::1"),
        ("[ff02::1]", "ff02::1"),
        ("[fd00:ec2::254]", "fd00:ec2::254"),
        ("0", "0.0.0.0"),
        ("0.0.0.0", "0.0.0.0"),
        ("10.1.2.3", "10.1.2.3"),
        ("172.16.0.1", "172.16.0.1"),
        ("192.168.1.1", "192.168.1.1"),
        ("100.64.0.1", "100.64.0.1"),
        ("169.254.169.254", "169.254.169.254"),
        ("168.63.129.16", "168.63.129.16"),
        ("224.0.0.1", "224.0.0.1"),
        ("240.0.0.1", "240.0.0.1"),
        ("255.255.255.255", "255.255.255.255"),
        ("198.18.0.1", "198.18.0.1"),
        ("192.0.0.8", "192.0.0.8"),
    ],
)
def test_a_closed_address_is_refused_however_it_is_spelt(host: str, address: str) -> None:
    fault = OPEN.url_fault(f"http://{host}/secret")
    assert fault is not None
    assert fault.startswith("private address: ")
    assert f" is {address.replace('::ffff:7f00:1', '::ffff:127.0.0.1')} " in fault or f" is {address} " in fault
    assert OPEN.address_fault("a.example", address) is not None


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "::1", "fd12::1", "169.254.169.254", "fe80::1%eth0"])
def test_a_name_that_resolves_to_a_closed_address_is_refused_with_both(address: str) -> None:
    fault = OPEN.address_fault("a.example", address)
    assert fault is not None
    assert fault.startswith(f"private address: a.example is {address}")


def test_what_a_resolver_answers_must_be_an_address() -> None:
    assert OPEN.address_fault("a.example", "127.1") == "not an address: 127.1"
    assert OPEN.address_fault("a.example", "93.184.216.34") is None


def test_a_private_source_reaches_its_own_host_and_port_and_no_other() -> None:
    assert NEWSROOM.url_fault("http://127.0.0.1:8001/feed") is None
    assert NEWSROOM.address_fault("127.0.0.1", "127.0.0.1") is None
    for url in (
        "http://127.0.0.1:8002/", "http://127.1:8001/", "http://2130706433:8001/", "http://[::1]:8001/",
        "http://[::ffff:127.0.0.1]:8001/", "http://127.0.0.2:8001/", "http://10.0.0.1:8001/",
    ):  # fmt: skip
        assert NEWSROOM.url_fault(url) is not None, url
    assert NEWSROOM.address_fault("localhost", "127.0.0.1") is not None


def test_a_private_host_may_be_a_name_and_is_known_in_any_case() -> None:
    policy = AddressPolicy(private_hosts=frozenset({"Intranet.Example."}), ports=frozenset({80}))
    assert policy.address_fault("intranet.example", "10.0.0.5") is None
    assert policy.address_fault("intranet.example", "100.64.0.5") is None
    assert policy.address_fault("other.example", "10.0.0.5") is not None


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.0", "224.0.0.1"])
def test_metadata_and_the_like_are_closed_to_private_sources_too(address: str) -> None:
    policy = AddressPolicy(private_hosts=frozenset({"intranet.example"}), ports=frozenset({80}))
    assert policy.address_fault("intranet.example", address) is not None


def test_an_empty_private_host_opens_nothing() -> None:
    policy = AddressPolicy(private_hosts=frozenset({""}), ports=frozenset({80}))
    assert policy.address_fault("", "127.0.0.1") is not None
    assert policy.address_fault("a b", "127.0.0.1") is not None


@given(st.text(), st.text())
def test_no_text_makes_the_policy_raise(host: str, path: str) -> None:
    for url in (host, f"http://{host}/{path}", f"http://[{host}]/", f"https://a.example:{host}"):
        NEWSROOM.url_fault(url)
    NEWSROOM.address_fault(host, path)


@given(st.ip_addresses())
def test_the_literal_and_the_resolved_address_are_judged_alike(address: object) -> None:
    literal = f"[{address}]" if ":" in str(address) else str(address)
    assert (OPEN.url_fault(f"https://{literal}/") is None) == (OPEN.address_fault("a.example", str(address)) is None)
