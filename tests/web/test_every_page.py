"""Every page, in three languages, both colours, large and small: nothing goes wrong, nothing is fetched from elsewhere,
nobody is shut out, nothing sticks out. A module of pages adds its own to PATHS."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from looking import Look, faults_of_access, overflow

PATHS = [
    "/articles/{edited}", "/kept/{kept}", "/search?q=iraq&topic=iran&since=2026-01-01",
    "/", "/topics/us_withdrawal", "/archive", "/archive/headlines", "/archive?sql=select+1",
]  # fmt: skip
"""What stands in braces is of the demo desk."""
LANGUAGES = ["en", "ar", "ckb"]
SIZES = {"large": 1280, "small": 360}


@pytest.fixture(scope="session")
def named(demo_desk: Path) -> dict[str, str]:
    """What PATHS name: an article that was edited, and the page of its first version."""
    with closing(sqlite3.connect(demo_desk / "archive.db")) as db:
        [edited, kept] = db.execute("SELECT article, lower(hex(page_hash)) FROM revisions").fetchone()
    return {"edited": str(edited), "kept": kept}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(look: Look, named: dict[str, str], path: str, language: str, size: str) -> None:
    for theme in ("light", "dark"):
        with look.at(path.format(**named), language=language, theme=theme, width=SIZES[size]) as page:
            assert page.evaluate("document.documentElement.dir") == ("ltr" if language == "en" else "rtl")
            assert faults_of_access(page) == []
            assert path.startswith("/archive") or overflow(page) == []
