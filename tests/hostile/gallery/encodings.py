"""Bodies that mean harm by how they are packed, parted and measured."""

import gzip
import zlib
from collections.abc import Callable, Iterable

import brotli

from archive.zstd import zstd
from tests.hostile.gallery.attack import Answer, Attack, answer, html
from tests.hostile.gallery.http import OK, endless, raw
from tests.hostile.gallery.prose import story

_MEGABYTE = 2**20
_CUT = "a page that is cut short is no article"
_LENGTH = "a length that is none is an answer that is none"


def _bomb(megabytes: int) -> Callable[[], Iterable[bytes]]:
    """One gzip member of a megabyte of zeros, many times."""

    def pieces() -> Iterable[bytes]:
        member = gzip.compress(b"\0" * _MEGABYTE, 9)
        for _ in range(megabytes):
            yield member

    return pieces


def _deflate_bomb() -> Iterable[bytes]:
    stream = zlib.compressobj(1)
    for _ in range(300):
        yield stream.compress(b"\0" * _MEGABYTE)
    yield stream.flush()


def _brotli_bomb() -> Iterable[bytes]:
    stream = brotli.Compressor(quality=5)
    for _ in range(300):
        yield stream.process(b"\0" * _MEGABYTE)
    yield stream.finish()


def _zstd_bomb() -> Iterable[bytes]:
    stream = zstd.ZstdCompressor(level=3)
    for _ in range(900):
        yield stream.compress(b"\0" * _MEGABYTE)
    yield stream.flush()


def _plain(megabytes: int) -> Callable[[], Iterable[bytes]]:
    def pieces() -> Iterable[bytes]:
        for _ in range(megabytes):
            yield b"<p>more and more" * (_MEGABYTE // 16)

    return pieces


def _page(seed: str) -> bytes:
    return html(story(seed, 40)).encode()


def _packed(body: bytes, encoding: str) -> Answer:
    return answer(body, Content_Encoding=encoding)


def _chunk(body: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(body), extension, body)


def _hundredfold() -> bytes:
    body = _page("done")
    for _ in range(_TIMES):
        body = gzip.compress(body, 1)
    return body


_TIMES = 100
_GZIPS = ", ".join(["gzip"] * _TIMES)
_CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"

ATTACKS = [
    Attack(
        name="gzip-bomb",
        what="a page of 900 kB that unpacks to 900 MB",
        holds="MAX_BODY_BYTES",
        pages={"/bomb": answer(_bomb(900), Content_Encoding="gzip")},
        fates={"/bomb": "refused: too large"},
    ),
    Attack(
        name="bombs-that-nobody-asked-for",
        what="pages of some kB that unpack to 900 MB by zstd, and to 300 by deflate and brotli",
        holds="MAX_BODY_BYTES",
        pages={
            "/deflate": answer(_deflate_bomb, Content_Encoding="deflate"),
            "/brotli": answer(_brotli_bomb, Content_Encoding="br"),
            "/zstd": answer(_zstd_bomb, Content_Encoding="zstd"),
        },
        counts={"refused: too large": 3},
        expensive=True,
    ),
    Attack(
        name="bomb-in-a-bomb",
        what="900 MB packed by gzip twice, and thrice",
        holds="MAX_BODY_BYTES",
        pages={
            "/twice": _packed(gzip.compress(gzip.compress(b"\0" * _MEGABYTE, 9) * 900, 9), "gzip, gzip"),
            "/thrice": _packed(
                gzip.compress(gzip.compress(gzip.compress(b"\0" * _MEGABYTE, 9) * 900, 9), 9), "gzip, gzip, gzip"
            ),
        },
        counts={"refused: too large": 2},
    ),
    Attack(
        name="packed-a-hundred-times",
        what="a page that is packed a hundred times, and one that says so",
        holds="MAX_ENCODINGS",
        pages={"/done": _packed(_hundredfold(), _GZIPS), "/said": _packed(_page("said"), _GZIPS)},
        counts={"refused: packed too often": 2},
    ),
    Attack(
        name="packed-unasked",
        what="whole pages in deflate, brotli and zstd, in gzip twice, and in gzip with garbage behind it",
        holds="what is whole is read",
        pages={
            "/deflate": _packed(zlib.compress(_page("deflate")), "deflate"),
            "/brotli": _packed(brotli.compress(_page("brotli")), "br"),
            "/zstd": _packed(zstd.compress(_page("zstd")), "zstd"),
            "/twice": _packed(gzip.compress(gzip.compress(_page("twice"))), "gzip, gzip"),
            "/garbage": _packed(gzip.compress(_page("garbage")) + b"\0\0garbage", "gzip"),
            "/unknown": _packed(_page("unknown"), "rot13"),
        },
        counts={"archived": 6},
    ),
    Attack(
        name="packed-and-cut-short",
        what="pages whose stream of gzip, deflate, brotli or zstd has no end, and gzip within gzip",
        holds=_CUT,
        pages={
            "/gzip": _packed(gzip.compress(_page("gzip"))[:-400], "gzip"),
            "/twice": _packed(gzip.compress(gzip.compress(_page("twice"))[:-400]), "gzip, gzip"),
            "/deflate": _packed(zlib.compress(_page("deflate"))[:-400], "deflate"),
            "/brotli": _packed(brotli.compress(_page("brotli"))[:-400], "br"),
            "/zstd": _packed(zstd.compress(_page("zstd"))[:-400], "zstd"),
        },
        counts={"failed: cut short": 5},
    ),
    Attack(
        name="packed-falsely",
        what="pages that say to be packed and are not, and garbage that says so",
        holds="what cannot be unpacked is no page",
        pages={
            "/gzip": _packed(_page("gzip"), "gzip"),
            "/brotli": _packed(_page("brotli"), "br"),
            "/zstd": _packed(_page("zstd"), "zstd"),
            "/deflate": _packed(_page("deflate"), "deflate"),
            "/garbage": _packed(bytes(range(256)) * 90, "gzip"),
        },
        counts={"failed: cannot be unpacked": 5},
    ),
    Attack(
        name="body-of-500-megabytes",
        what="a page of 500 MB that says so, one that does not, one that says to have nine bytes",
        holds="MAX_BODY_BYTES; nothing is read beyond the length that was said",
        pages={
            "/said": answer(_plain(500), Content_Length=str(500 * _MEGABYTE)),
            "/unsaid": answer(_plain(500)),
            "/less": answer(_plain(500), Content_Length="9"),
        },
        fates={"/said": "refused: too large", "/unsaid": "refused: too large", "/less": "refused: no article text"},
        expensive=True,
    ),
    Attack(
        name="chunks-without-end",
        what="a chunked page without an end",
        holds="MAX_BODY_BYTES",
        pages={"/large": endless(_CHUNKED, lambda _: _chunk(b"<p>more" * 9_000))},
        fates={"/large": "refused: too large"},
    ),
    Attack(
        name="chunks-of-one-byte",
        what="a chunked page without an end, in chunks of one byte",
        holds="MAX_BODY_BYTES, RESPONSE_SECONDS",
        pages={"/small": endless(_CHUNKED, lambda _: _chunk(b"x") * 4_096)},
        fates={"/small": "refused: too large | failed: timed out"},
        expensive=True,
    ),
    Attack(
        name="chunks-with-extensions",
        what="chunks with extensions, with one of 60 kB, with sizes that are none, and trailers without an end",
        holds="MAX_HEAD_BYTES; what is no chunk is no answer",
        pages={
            "/extended": raw(_CHUNKED, _chunk(_page("extended"), b';a="b";c'), b"0;end\r\nX-Trailer: t\r\n\r\n"),
            "/long": raw(_CHUNKED, _chunk(_page("long"), b";" + b"x" * 60_000), b"0\r\n\r\n"),
            "/negative": raw(_CHUNKED, b"-5\r\n" + _page("negative")),
            "/huge": raw(_CHUNKED, b"f" * 40 + b"\r\n" + _page("huge")),
            "/words": raw(_CHUNKED, b"many\r\n" + _page("words")),
            "/trailers": endless(_CHUNKED + _chunk(_page("trailers")) + b"0\r\n", lambda n: b"X-%d: x\r\n" % n),
            "/cut": raw(_CHUNKED, _chunk(_page("cut"))),
        },
        fates={"/extended": "archived"},
        counts={"failed: cut short": 6},
    ),
    Attack(
        name="wrong-lengths",
        what="a Content-Length that is too large, huge, in words, less than nothing, or two of them",
        holds=f"{_CUT}; {_LENGTH}",
        pages={
            "/more": answer(_page("more"), Content_Length="99999"),
            "/huge": answer(_page("huge"), Content_Length="99999999999"),
            "/words": answer(_page("words"), Content_Length="many"),
            "/negative": answer(_page("negative"), Content_Length="-5"),
            "/two": raw(OK + b"Content-Length: 5\r\nContent-Length: 500\r\n\r\n" + _page("two")),
            "/both": raw(
                OK + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n", _chunk(_page("both")), b"0\r\n\r\n"
            ),
        },
        fates={
            "/more": "failed: cut short",
            "/huge": "refused: too large",
            "/words": "failed: connection failed",
            "/negative": "failed: connection failed",
            "/two": "failed: connection failed",
            "/both": "archived",  # the chunks count: RFC 9112, 6.3
        },
    ),
]
