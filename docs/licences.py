"""Writes docs/third-party.md: what Khabar uses, by the packages' own word. Run it after `make lock`."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# What Khabar uses, and its licences

Everything below is installed from its own publisher by `make`; nothing of it stands in this repository. The licence
is the one that each package states of itself.

| package | version | licence |
|---|---|---|
"""


LOCKS = ("run", "render", "parquet", "cluster")
ELSEWHERE = {"brotlicffi": "MIT (on PyPy only)", "pypydispatcher": "BSD License (on PyPy only)"}
"""Packages of the lock that this kind of Python does not install."""


def licence(name: str) -> str:
    """The licence that a package states."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE[name]
    classified = [
        line.rsplit(" :: ", 1)[1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    plain = (said.get("License") or "").strip().split("\n")[0]
    return said.get("License-Expression") or ", ".join(classified) or plain or "see its home page"


def main() -> None:
    """Writes the page."""
    locks = "".join(
        (ROOT / "requirements" / name).read_text() for name in ("run.txt", "render.txt", "parquet.txt", "cluster.txt")
    )
    pinned = sorted(set(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", locks, re.MULTILINE)))
    rows = "".join(f"| {name} | {version} | {licence(name)} |\n" for name, version in pinned)
    (ROOT / "docs/third-party.md").write_text(HEAD + rows, encoding="utf-8")


if __name__ == "__main__":
    main()
