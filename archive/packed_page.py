"""A page as it is kept. Data only, but for its body, which is unpacked by who asks for it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from archive.errors import PageDamaged
from archive.zstd import zstd


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPage:
    """A page as it is kept."""

    hash: bytes
    url: str
    requested: str
    source: str
    fetched: datetime  # aware
    status: int
    headers: tuple[tuple[str, str], ...]
    size: int
    packed: bytes
    hints: str | None = None  # JSON: what a feed said of it beforehand, by which it was read
    rendered: bool = False  # the body is the document that a browser drew
    refused: str | None = None  # why no article was read from it
    code: str = ""  # that read it

    @property
    def body(self) -> bytes:
        """The body. Raises PageDamaged where it is not what the hash says."""
        try:
            stream = zstd.ZstdDecompressor()
            body = stream.decompress(self.packed, self.size + 1)  # whatever it would become
        except (zstd.ZstdError, TypeError) as error:  # TypeError: it is no blob any more
            raise PageDamaged(f"the page of {self.url} is damaged: {error}") from error
        if not stream.eof or sha256(body).digest() != self.hash:
            raise PageDamaged(f"the page of {self.url} is damaged: it is another one than its hash says")
        return body
