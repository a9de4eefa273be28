"""Certificates, made as they are needed: of an authority that the crawl trusts, and of sites, right and wrong."""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class Authority:
    """Signs certificates; its own key is made with the first of them."""

    @cached_property
    def _key(self) -> Key:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def _own(self) -> x509.Certificate:
        builder = _begun("Authority of the gallery", self._key, ends=datetime.now(UTC) + _DAY)
        builder = builder.issuer_name(_name("Authority of the gallery"))
        return builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
            self._key, hashes.SHA256()
        )

    def certificate(self) -> str:
        """Its own, in PEM."""
        return self._own.public_bytes(Encoding.PEM).decode()

    def context(self, host: str = "127.0.0.1", *, days: int = 1, signed: bool = True) -> ssl.SSLContext:
        """A server's, with a certificate of *host* that ends in so many *days*; not *signed* but by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: Any = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        builder = _begun(host, key, ends=datetime.now(UTC) + days * _DAY)
        builder = builder.issuer_name(self._own.subject if signed else _name(host))
        builder = builder.add_extension(x509.SubjectAlternativeName([names]), critical=False)
        certificate = builder.sign(self._key if signed else key, hashes.SHA256())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:  # the one way in which ssl takes them
            file.write(certificate.public_bytes(Encoding.PEM) + secret)
            file.flush()
            context.load_cert_chain(file.name)
        return context


def _begun(host: str, key: Key, *, ends: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(_name(host)).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(ends - 9 * _DAY).not_valid_after(ends)


AUTHORITY = Authority()
