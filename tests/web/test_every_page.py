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
LARGE, SMALL = 1280, 360
WAYS = {"light": (LARGE, SMALL), "dark": (SMALL, LARGE)}
"""Opened at the first width, and then brought to the second."""


@pytest.mark.parametrize("theme", WAYS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(look: Look, places: dict[str, str], path: str, language: str, theme: str) -> None:
    first, second = WAYS[theme]
    with look.at(path.format_map(places), language=language, theme=theme, width=first) as page:
        assert page.evaluate("document.documentElement.dir") == ("ltr" if language == "en" else "rtl")
        for width in (first, second):
            page.set_viewport_size({"width": width, "height": 900})
            assert faults_of_access(page) == []
            assert path.startswith("/archive") or overflow(page) == []
