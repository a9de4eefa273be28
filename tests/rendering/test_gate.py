"""The gate lets through who knows its password, to where the policy allows."""

import asyncio
import base64

import pytest
from drawn_pages import Secret

from crawler.address_policy import AddressPolicy
from crawler.rendering.gate import Gate


def answer(asked: str, secret: Secret, *, password: str | None = None, allowed: bool = True) -> bytes:
    """What the gate says to *asked*, in which PORT, NAME and PASS stand for what they are here."""

    async def ask() -> bytes:
        policy = AddressPolicy(
            private_hosts=frozenset(["127.0.0.1"]), ports=frozenset([secret.port if allowed else 80])
        )
        async with Gate(policy) as gate:
            credentials = base64.b64encode(f"{gate.user}:{password or gate.password}".encode()).decode()
            text = asked.replace("PORT", str(secret.port)).replace("PASS", f"Proxy-Authorization: Basic {credentials}")
            reader, writer = await asyncio.open_connection("127.0.0.1", int(gate.url.rpartition(":")[2]))
            writer.write(text.replace("\n", "\r\n").encode())
            said = await asyncio.wait_for(reader.read(2000), 20)
            writer.close()
            return said

    return asyncio.run(ask())


@pytest.mark.parametrize("asked", ["CONNECT 127.0.0.1:PORT HTTP/1.1\n\n", "GET http://127.0.0.1:PORT/ HTTP/1.1\n\n"])
def test_who_does_not_know_the_password_gets_nowhere(secret: Secret, asked: str) -> None:
    wrong = asked.replace("\n\n", "\nPASS\n\n")
    assert b" 407 " in answer(asked, secret)
    assert b" 407 " in answer(wrong, secret, password="guessed")
    assert secret.came == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("CONNECT 127.0.0.1:PORT HTTP/1.1", b" 403 "),
        ("CONNECT [::1]:PORT HTTP/1.1", b" 403 "),
        ("CONNECT 169.254.169.254:80 HTTP/1.1", b" 403 "),
        ("GET http://127.0.0.1:PORT/ HTTP/1.1", b" 403 "),
        ("GET file:///etc/passwd HTTP/1.1", b" 403 "),
        ("GET http://user@127.0.0.1:80/ HTTP/1.1", b" 403 "),
        ("GET / HTTP/1.1", b" 403 "),
        ("nonsense", b" 400 "),
        ("POST http://127.0.0.1:80/ HTTP/1.1\nTransfer-Encoding: chunked", b" 400 "),
        ("POST http://127.0.0.1:80/ HTTP/1.1\nContent-Length: -1", b" 400 "),
    ],
)
def test_what_the_policy_forbids_is_refused(secret: Secret, asked: str, status: bytes) -> None:
    assert status in answer(f"{asked}\nPASS\n\n", secret, allowed=False)
    assert secret.came == []


def test_a_head_without_end_is_cut_off(secret: Secret) -> None:
    assert answer(f"GET http://127.0.0.1:80/ HTTP/1.1\nPASS\nX: {'x' * 400_000}", secret) == b""
