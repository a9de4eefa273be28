"""The pages by keyboard, whichever script it types."""

from typing import Any

import pytest
from looking import Look

PRESSED = "([key, code]) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))"
FOCUSED = "() => document.activeElement.className"


def press(page: Any, key: str, code: str) -> None:
    """As a keyboard of another layout does, which the browser of the tests has not."""
    page.evaluate(PRESSED, [key, code])


@pytest.mark.parametrize(
    ("down", "slash", "to_go", "sources"),
    [("j", "/", "g", "o"), ("ت", "ظ", "ل", "خ"), ("J", "/", "G", "O")], ids=["Latin", "Arabic", "capitals"],
)  # fmt: skip
def test_keys_are_those_of_the_place(look: Look, down: str, slash: str, to_go: str, sources: str) -> None:
    with look.at("/", language="ar") as page:
        press(page, down, "KeyJ")
        assert page.evaluate(FOCUSED) == "headline"
        press(page, slash, "Slash")
        assert page.evaluate("() => document.activeElement.id") == "find"
        page.evaluate("() => document.activeElement.blur()")
        press(page, to_go, "KeyG")
        press(page, sources, "KeyO")
        page.wait_for_url("**/sources")


def test_arrow_keys_choose_a_language_without_leaving_the_page(look: Look) -> None:
    with look.at("/topics") as page:
        page.focus("#choose-language")
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.lang") == "en"
        page.get_by_role("button", name="Show so").click()
        page.wait_for_selector("html[lang=ar]")
        page.select_option("#choose-language", "ckb")  # as a mouse does
        page.wait_for_selector("html[lang=ckb]")
