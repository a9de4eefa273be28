"""A redirect away from an article is not the article."""

import pytest

from crawler.detours import detour

ASKED = "https://news.example/ar/%D8%AE%D8%A8%D8%B1-1"


@pytest.mark.parametrize(
    ("answered", "reason"),
    [
        (ASKED, None),
        (ASKED + "/?amp=1", None),
        ("https://www.news.example/ar/%d8%ae%d8%a8%d8%b1-1/", None),
        ("https://news.example/ar/story/77", None),
        ("https://news.example/?p=77", None),
        ("https://news.example/", "redirected to the front page"),
        ("https://consent.example/gate?back=/ar/%D8%AE%D8%A8%D8%B1-1", "redirected to a gate"),
        (
            "https://news.example/login?next=https%3A%2F%2Fnews.example%2Far%2F%25D8%25AE%25D8%25A8%25D8%25B1-1",
            "redirected to a gate",
        ),
    ],
)
def test_a_gate_and_the_front_page_are_known_by_their_addresses(answered: str, reason: str | None) -> None:
    assert detour(ASKED, answered) == reason


def test_what_was_asked_for_at_the_front_page_may_be_there() -> None:
    assert detour("https://news.example/?p=77", "https://news.example/") is None
