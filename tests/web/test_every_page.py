"""Every page, in three languages, both colours, large and small: nothing goes wrong, nothing is fetched from elsewhere,
nobody is shut out, nothing sticks out. A module of pages adds its own to PATHS."""

import pytest
from looking import Look, faults_of_access, overflow

PATHS = [
    "/articles/{edited}", "/kept/{kept}", "/search?q=iraq&topic=iran&since=2026-01-01",
    "/", "/topics/us_withdrawal", "/archive", "/archive/headlines", "/archive?sql=select+1",
    "/sources", "/sources/rafidain", "/alerts", "/alerts/{message}", "/live",
]  # fmt: skip
"""What stands in braces is a key of the fixture `places`."""
LANGUAGES = ["en", "ar", "ckb"]
SIZES = {"large": 1280, "small": 360}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(look: Look, places: dict[str, str], path: str, language: str, size: str) -> None:
    for theme in ("light", "dark"):
        with look.at(path.format_map(places), language=language, theme=theme, width=SIZES[size]) as page:
            assert page.evaluate("document.documentElement.dir") == ("ltr" if language == "en" else "rtl")
            assert faults_of_access(page) == []
            assert path.startswith("/archive") or overflow(page) == []
