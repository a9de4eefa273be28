"""Servers that mean harm by how they answer."""

import gzip
from collections.abc import Iterable

from tests.hostile.gallery.attack import Answer, Attack, answer
from tests.hostile.gallery.prose import story


def _packed(body: bytes) -> Answer:
    return answer(body, Content_Encoding="gzip")


def _bomb(megabytes: int) -> Answer:
    """One gzip member of a megabyte of zeros, many times."""

    def pieces() -> Iterable[bytes]:
        member = gzip.compress(b"\0" * 2**20, 9)
        for _ in range(megabytes):
            yield member

    return answer(pieces, Content_Encoding="gzip")


ATTACKS = [
    Attack(
        name="gzip-bomb",
        what="a page of 900 kB that unpacks to 900 MB",
        holds="MAX_BODY_BYTES",
        pages={"/bomb": _bomb(900)},
        fates={"/bomb": "refused: too large"},
    ),
    Attack(
        name="redirect-loop",
        what="a page that leads to itself",
        holds="MAX_REDIRECTS",
        pages={"/loop": answer(b"", status=302, Location="/loop")},
        fates={"/loop": "refused: too many redirects"},
    ),
    Attack(
        name="shorter-than-said",
        what="a page that ends before its Content-Length",
        holds="a page that is cut short is no article",
        pages={"/short": answer(b"<p>cut", Content_Length="5000")},
        fates={"/short": "failed: cut short"},
    ),
    Attack(
        name="gzip-cut-short",
        what="a page whose gzip stream has no end",
        holds="a page that is cut short is no article",
        pages={"/cut": _packed(gzip.compress(story("cut", 60).encode())[:-900])},
        fates={"/cut": "failed: cut short"},
    ),
    Attack(
        name="part-of-a-page",
        what="206 with a part of a page that nobody asked for",
        holds="only 200 and 203 come with a whole page",
        pages={"/part": answer(story("part"), status=206)},
        fates={"/part": "failed: HTTP 206"},
    ),
]
