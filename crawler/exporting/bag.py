"""A bag (BagIt 1.0, RFC 8493): files under `data/`, and beside them a manifest by which anybody can verify them with
`sha256sum` alone. It is written as the files come, and nothing of it is kept in memory.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Self

from archive.plain import plain

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST, _INFO, _TAGS = "manifest-sha256.txt", "bag-info.txt", "tagmanifest-sha256.txt"
_AGENT = "Bag-Software-Agent"


class Bag:
    """A bag in an empty *directory*. Names are relative to its payload and ours: letters, digits, `-`, `.` and `/`."""

    def __init__(self, directory: Path) -> None:
        self.payload = directory / "data"
        self._directory = directory
        self._hash = sha256()  # of the manifest
        self._bytes = self._files = 0
        self._made: Path | None = None
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.payload.mkdir()
        self._manifest = self._open.enter_context((self._directory / _MANIFEST).open("wb"))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def has(self, name: str) -> bool:
        """Whether a file of that name was added."""
        return (self.payload / name).exists()

    def add(self, name: str, data: bytes) -> str:
        """Adds a file; its SHA-256 in hexadecimal. Raises FileExistsError where it was added before."""
        path = self.payload / name
        if path.parent != self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made = path.parent
        with path.open("xb") as file:
            file.write(data)
        digest = sha256(data).hexdigest()
        line = f"{digest}  data/{name}\n".encode()
        self._manifest.write(line)
        self._hash.update(line)
        self._bytes += len(data)
        self._files += 1
        return digest

    def finish(self, agent: str, info: Sequence[tuple[str, str]]) -> None:
        """Writes what makes it a bag: the *agent* that made it, and *info*, labels with what they say."""
        self._manifest.flush()
        told = [(_AGENT, agent), *info, ("Payload-Oxum", f"{self._bytes}.{self._files}")]
        lines = "".join(f"{label}: {plain(said)}\n" for label, said in told)
        tags = {"bagit.txt": _DECLARATION, _INFO: lines.encode()}
        digests = {name: sha256(data).hexdigest() for name, data in tags.items()} | {_MANIFEST: self._hash.hexdigest()}
        tags[_TAGS] = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
        for name, data in tags.items():
            (self._directory / name).write_bytes(data)


def is_bag_of(directory: Path, agent: str) -> bool:
    """Whether *directory* is a bag that an *agent* whose name begins so has made."""
    try:
        declared = (directory / "bagit.txt").read_bytes()
        with (directory / _INFO).open(encoding="utf-8") as file:
            first = file.readline(200)
    except (OSError, UnicodeDecodeError):
        return False
    return declared == _DECLARATION and first.startswith(f"{_AGENT}: {agent}")
