"""A proxy is used where the desk says so and nowhere else; a certificate that does not fit ends a request, unless."""

import base64
import ssl
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

sys.path.insert(0, str(Path(__file__).parent))
from hostile_site import HostileSite, hostile_site
from proxy import Proxy, proxy

NOWHERE = "news.example"  # a name that nobody but a proxy can reach: RFC 2606
PAGES = [f"/news/{number}" for number in range(3)]


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with hostile_site() as site:
        fill(site, site.url)
        yield site


@pytest.fixture
def secure_site(tmp_path: Path) -> Iterator[HostileSite]:
    """The same over TLS, with a certificate that nobody has signed but itself."""
    with hostile_site(tls=self_signed(tmp_path)) as site:
        fill(site, site.url)
        yield site


def fill(site: HostileSite, url: str) -> None:
    for path in PAGES:
        site.article(path)
    site.feed(*(url + path for path in PAGES))


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName(NOWHERE)])
    present = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(present - timedelta(days=1))
        .not_valid_after(present + timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def named(desk: Any, scheme: str = "http", more: str = "") -> None:
    desk.write_sources(
        f'[[source]]\nid = "site"\nname = "Site"\nfeeds = ["{scheme}://{NOWHERE}/feed"]\ndelay = 0\n{more}'
    )


def use_proxy(desk: Any) -> None:
    with (desk.root / "desk.toml").open("a") as file:
        file.write("proxy = true\n")


def through(server: Proxy) -> dict[str, str]:
    address = f"http://desk:s3cret@127.0.0.1:{server.port}"
    return {"HTTP_PROXY": address, "http_proxy": address, "HTTPS_PROXY": address, "https_proxy": address,
            "NO_PROXY": "", "no_proxy": ""}  # fmt: skip


def test_a_proxy_of_the_environment_is_ignored(desk: Any, site: HostileSite) -> None:
    desk.write_sources(site.source("site"))
    with proxy(site.port) as server:
        desk.khabar("crawl", environ=through(server))
    assert server.asked == []
    assert len(desk.rows("SELECT 1 FROM articles")) == 3


def test_where_the_desk_says_so_every_request_goes_through_the_proxy_but_none_to_a_closed_address(
    desk: Any, site: HostileSite
) -> None:
    site.feed(f"http://{NOWHERE}/news/1", "http://127.0.0.1/news/2", f"http://{NOWHERE}:8080/news/0")
    named(desk)
    use_proxy(desk)
    with proxy(site.port) as server:
        done = desk.khabar("crawl", "--verbose", environ=through(server))

    assert server.asked == [f"GET http://{NOWHERE}/{path}" for path in ("robots.txt", "feed", "news/1")]
    reasons = {row["reason"] for row in desk.rows("SELECT reason FROM visits WHERE fate = 'refused'")}
    assert reasons == {"private address", "port not allowed"}
    assert len(desk.rows("SELECT 1 FROM articles")) == 1
    login = base64.b64encode(b"desk:s3cret").decode()
    assert server.credentials == {f"Basic {login}"}
    assert "s3cret" not in done.stdout + done.stderr
    assert login not in done.stdout + done.stderr


def test_https_goes_through_a_tunnel_of_the_proxy(desk: Any, secure_site: HostileSite) -> None:
    secure_site.feed(f"https://{NOWHERE}/news/1")
    named(desk, "https", "verify_tls = false\n")
    use_proxy(desk)
    with proxy(secure_site.port) as server:
        desk.khabar("crawl", environ=through(server))
    assert set(server.asked) == {f"CONNECT {NOWHERE}:443"}
    assert len(desk.rows("SELECT 1 FROM articles")) == 1


def test_a_certificate_that_nobody_signed_is_refused_unless_the_source_says_otherwise(
    desk: Any, secure_site: HostileSite
) -> None:
    desk.write_sources(secure_site.source("site"))
    result = desk.crawl()
    assert result["sources"]["site"]["reasons"] == {"certificate not valid": 1}
    assert secure_site.asked == []

    desk.write_sources(secure_site.source("site", verify_tls="false"))
    assert desk.crawl()["sources"]["site"]["archived"] == 3
