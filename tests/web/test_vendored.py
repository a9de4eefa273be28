"""What others wrote and we ship: each file with its licence, its version, and the hash that the table names."""

import re
from hashlib import sha256
from pathlib import Path

import archive.web

VENDOR = Path(archive.web.__file__).parent / "vendor"
_ROW = re.compile(r"^\| `([^`]+)` \|.*\| ([\d.]+) \| [^|]*`([^`]+)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)


def test_every_vendored_file_is_as_the_table_has_it() -> None:
    rows = _ROW.findall((VENDOR / "README.md").read_text(encoding="utf-8"))
    assert {name for name, *_ in rows} == {path.name for path in VENDOR.iterdir() if path.suffix in (".js", ".css")}
    for name, version, licence, digest in rows:
        content = (VENDOR / name).read_bytes()
        assert sha256(content).hexdigest() == digest
        assert version.encode() in content[:400]
        assert "Permission is hereby granted" in (VENDOR / licence).read_text(encoding="utf-8")
