"""Keeps pages one after the other in a process of its own, and tells of each that is on disk: DIRECTORY NAME COUNT."""

import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from archive.keeper import Keeper
from archive.packed_page import PackedPage
from archive.pages import packed


def made_page(name: str, *, source: str = "wire", refused: str | None = None, minute: int = 0) -> PackedPage:
    """A page that says its *name*, and where it was."""
    body = f"<html><p>{name}: چوار کەس · أربعة · Çar kes</p></html>".encode() * 20
    url = f"https://news.example/{name}"
    return PackedPage(
        hash=sha256(body).digest(), url=url, requested=url, source=source, status=200, headers=(), size=len(body),
        fetched=datetime(2026, 3, 14, 12, minute, tzinfo=UTC), packed=packed(body), refused=refused, code="1:a",
    )  # fmt: skip


def main(directory: str, name: str, count: str) -> None:
    keeper = Keeper(Path(directory) / "archive.db")
    for number in range(int(count)):
        page = made_page(f"{name}-{number}")
        sys.stdout.write(f"{keeper.keep(page).result()} {page.hash.hex()}\n")
        sys.stdout.flush()
    keeper.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
