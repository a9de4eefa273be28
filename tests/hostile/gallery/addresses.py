"""Addresses that lead where nobody may go."""

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, feed, feed_of, item, page, xml
from tests.hostile.gallery.prose import story

_OWN_PORTS = "a source reaches its own ports only"
_OWN_HOSTS = "a source reaches private addresses only where its definition names them"
_BOTH_PORTS = "ports = [{port}, {secret_port}]"  # so that no port keeps it from where it may not go

_CLOSED = {
    "shorter": "127.2",
    "decimal": "2130706434",
    "hexadecimal": "0x7f000002",
    "octal": "0177.0.0.2",
    "mixed": "0x7f.0.02",
    "zeros": "127.000.000.002",
    "full-width": "１２７.０.０.２",
    "circled": "①②⑦.⓪.⓪.②",
    "dots": "127。0。0。2",
    "percent": "%31%32%37.0.0.2",
    "dot-behind": "127.0.0.2.",
    "own-decimal": "2130706433",
    "own-six": "[::1]",
    "own-mapped": "[::ffff:127.0.0.1]",
    "mapped": "[::ffff:7f00:2]",
    "compatible": "[::127.0.0.2]",
    "nat64": "[64:ff9b::7f00:2]",
    "6to4": "[2002:7f00:2::]",
    "teredo": "[2001::80ff:fffd]",
    "scoped": "[fe80::1%25lo]",
    "link-local": "[fe80::1]",
    "unique-local": "[fd12::1]",
    "name": "localhost",
    "name-in-capitals": "LOCALHOST",
    "zero": "0",
    "zeros-only": "0.0.0.0",
    "six-zeros": "[::]",
    "metadata": "169.254.169.254",
    "metadata-mapped": "[::ffff:a9fe:a9fe]",
    "metadata-six": "[fd00:ec2::254]",
    "metadata-alibaba": "100.100.100.200",
    "metadata-azure": "168.63.129.16",
    "private-10": "10.0.0.1",
    "private-172": "172.16.0.1",
    "private-192": "192.168.0.1",
    "shared": "100.64.0.1",
    "multicast": "224.0.0.1",
    "multicast-six": "[ff02::1]",
    "broadcast": "255.255.255.255",
    "test-net": "192.0.2.1",
}
"""By the manner of its spelling: a host that no source may reach but one that names it."""
_NAMED = 5  # on one page
_REFUSED = {"refused: private address": len(_CLOSED) - 1, "refused: not a host name": 1}
"""What comes of them: a host with percent signs is no name."""


def _address(place: Place, name: str) -> str:
    attack = place.secret.rpartition("/")[2]  # one address has one fate, so each attack has its own
    return f"http://{_CLOSED[name]}:{place.secret_port}/secret/{attack}/{name}"


def _to(address: str) -> Answer:
    return answer(b"", status=302, Location=address)


def _leads_away(place: Place, path: str) -> Answer:
    """A page that leads to the address of its name."""
    name = path.removeprefix("/to/")
    if name not in _CLOSED:
        return answer("no such page", "text/plain", 404)
    address = _address(place, name).encode()
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n" % address
    return Answer(write=lambda connection: connection.sendall(head))


def _feed_of_redirects(place: Place) -> Answer:
    return feed_of(place, [f"/to/{name}" for name in _CLOSED])


def _feed_of_closed(place: Place) -> Answer:
    return feed_of(place, [_address(place, name) for name in _CLOSED])


def _sitemap_of_closed(place: Place) -> Answer:
    urls = "".join(f"<url><loc>{_address(place, name)}</loc></url>" for name in _CLOSED)
    return xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>')


def _index_of_closed(place: Place) -> Answer:
    urls = "".join(f"<sitemap><loc>{_address(place, name)}</loc></sitemap>" for name in list(_CLOSED)[:10])
    return xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</sitemapindex>')


def _listing_of_closed(place: Place) -> Answer:
    return page("".join(f'<a href="{_address(place, name)}">A headline of a dozen words</a>' for name in _CLOSED))


def _names_closed(place: Place, path: str) -> Answer:
    """A story that names five of these addresses wherever a page can name one."""
    number = path.rpartition("/")[2]
    if not number.isdigit():
        return answer("no such page", "text/plain", 404)
    first = int(number) * _NAMED
    body, head = story(path), ""
    for name in list(_CLOSED)[first : first + _NAMED]:
        address = _address(place, name)
        body += (
            f'<img src="{address}"><iframe src="{address}"></iframe><script src="{address}"></script>'
            f'<form action="{address}"></form><video poster="{address}"></video><object data="{address}"></object>'
        )
        head += (
            f'<meta http-equiv="refresh" content="0; url={address}"><link rel="canonical" href="{address}">'
            f'<base href="{address}"><meta property="og:url" content="{address}"><link rel="amphtml" href="{address}">'
            f'<link rel="alternate" type="application/rss+xml" href="{address}"><link rel="preload" href="{address}">'
        )
    return page(body, head=head)


def _feed_of_names(place: Place) -> Answer:
    return feed_of(place, [f"/names/{number}" for number in range(len(_CLOSED) // _NAMED)])


def _other_ports(place: Place) -> Answer:
    return feed_of(place, [f"http://127.0.0.1:{port}/story/{port}" for port in (1, 22, 25, 80, 443, 6379, 65_535)])


def _credentials(place: Place) -> Answer:
    host = f"127.0.0.1:{place.port}"
    links = (f"http://user:s3cret@{host}/1", f"http://user@{host}/2", f"http://@{host}/3", f"http://127.0.0.1:{place.port}@127.0.0.2/4",
             f"http://{host}\\@127.0.0.2/5", f"http://127.0.0.2#@{host}/6", f"http://127.0.0.2/?@{host}/7")  # fmt: skip
    return xml(feed("".join(item(link) for link in links)))


def _redirect_credentials(place: Place) -> Answer:
    return _to(f"http://user:s3cret@127.0.0.1:{place.port}/story")


def _decimal(place: Place) -> Answer:
    return _to(f"http://2130706433:{place.secret_port}/secret/decimal")


def _elsewhere(place: Place) -> Answer:
    return feed_of(place, ["http://127.0.0.1:9/elsewhere", "http://169.254.169.254/latest/meta-data/", place.secret])


ATTACKS = [
    Attack(
        name="redirect-to-a-secret",
        what="a page that leads to another server of this machine, and one that spells it as a number",
        holds=_OWN_PORTS,
        pages={"/redirect": lambda place: _to(place.secret), "/decimal": _decimal},
        fates={"/redirect": "refused: port not allowed", "/decimal": "refused: port not allowed"},
    ),
    Attack(
        name="redirect-to-a-file",
        what="a page that leads to a file of this machine",
        holds="only http and https are asked for",
        pages={"/file": _to("file:///etc/passwd")},
        fates={"/file": "refused: redirect not followed"},
    ),
    Attack(
        name="feed-of-closed-addresses",
        what="a feed of a metadata service and of other servers of this machine",
        holds=_OWN_PORTS,
        pages={"/feed": _elsewhere},
        fates={
            "http://127.0.0.1:9/elsewhere": "refused: port not allowed",
            "http://169.254.169.254/latest/meta-data/": "refused: port not allowed",
            "{secret}": "refused: port not allowed",
        },
    ),
    Attack(
        name="redirects-in-forty-spellings",
        what="redirects to loopback, private, metadata and multicast addresses, in forty spellings",
        holds=_OWN_HOSTS,
        pages={"/feed": _feed_of_redirects},
        others=_leads_away,
        more=_BOTH_PORTS,
        counts=_REFUSED,
    ),
    Attack(
        name="feed-in-forty-spellings",
        what="a feed of these addresses",
        holds=_OWN_HOSTS,
        pages={"/feed": _feed_of_closed},
        more=_BOTH_PORTS,
        counts=_REFUSED,
    ),
    Attack(
        name="sitemap-in-forty-spellings",
        what="a sitemap of these addresses",
        holds=_OWN_HOSTS,
        ways='sitemaps = ["{url}/sitemap.xml"]',
        pages={"/sitemap.xml": _sitemap_of_closed},
        more=_BOTH_PORTS,
        counts=_REFUSED,
    ),
    Attack(
        name="index-in-ten-spellings",
        what="an index whose sitemaps are at ten of these addresses",
        holds=_OWN_HOSTS,
        ways='sitemaps = ["{url}/sitemap.xml"]',
        pages={"/sitemap.xml": _index_of_closed},
        more=_BOTH_PORTS,
        counts={"refused: private address": 9, "refused: not a host name": 1},
    ),
    Attack(
        name="listing-in-forty-spellings",
        what="a section that links to these addresses",
        holds=_OWN_HOSTS,
        ways='listings = ["{url}/news"]',
        pages={"/news": _listing_of_closed},
        more=_BOTH_PORTS + "\narticle = '/secret/'",
        counts=_REFUSED,
    ),
    Attack(
        name="pages-that-name-forty-spellings",
        what="pages that name these addresses as canonical, base, refresh, feed, picture, frame, script and form",
        holds="nothing that a page names is fetched",
        pages={"/feed": _feed_of_names},
        others=_names_closed,
        more=_BOTH_PORTS,
        counts={"archived": len(_CLOSED) // _NAMED},
    ),
    Attack(
        name="other-ports",
        what="a feed of addresses at other ports of its own host",
        holds=_OWN_PORTS,
        pages={"/feed": _other_ports},
        counts={"refused: port not allowed": 7},
    ),
    Attack(
        name="credentials",
        what="a feed of addresses with user names, passwords, and signs that hide which host is meant",
        holds="no user name and no password in an address; they are not kept",
        pages={"/feed": _credentials},
        counts={"refused: user name in the URL": 5, "refused: port not allowed": 2},
        never=("s3cret",),
    ),
    Attack(
        name="redirect-with-credentials",
        what="a page that leads to its own host, with a password",
        holds="no user name and no password in an address; they are not kept",
        pages={"/redirect": _redirect_credentials},
        fates={"/redirect": "refused: user name in the URL"},
        never=("s3cret",),
    ),
]
