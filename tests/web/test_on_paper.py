"""A page printed from a dark screen: light, without what only a screen can do, and with times that stay true."""

import re

from looking import Look

TICKS = "() => Chart.getChart(document.querySelector('#by-time canvas')).options.scales.x.ticks.color"


def lightness(colour: str) -> float:
    """Of `rgb(…)`, 0 to 255."""
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_charts_are_drawn_for_paper_and_again_for_the_screen(look: Look) -> None:
    with look.at("/topics/us_withdrawal", theme="dark") as page:
        on_screen = page.evaluate(TICKS)
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        on_paper = page.evaluate(TICKS)
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert lightness(on_paper) < 128 < lightness(on_screen)
        assert (page.evaluate(TICKS), page.evaluate("document.documentElement.dataset.theme")) == (on_screen, "dark")


def test_evidence_and_moments_are_told_on_paper_and_fields_are_not(look: Look) -> None:
    with look.at("/topics/us_withdrawal", theme="dark") as page:
        page.emulate_media(media="print")
        mark = page.locator("blockquote mark").first
        assert mark.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
        told = page.locator(".about time[title]").first
        behind = told.evaluate("one => getComputedStyle(one, '::after').content")
        assert told.get_attribute("title") and str(told.get_attribute("title")) in behind
        for hidden in (".narrow", ".find", ".bottom kbd"):
            assert page.locator(hidden).first.is_hidden(), hidden
        assert page.get_by_text("Times are of").is_visible()


def test_the_days_of_sources_are_shaded_for_paper(look: Look) -> None:
    with look.at("/sources", theme="dark") as page:
        shade = "getComputedStyle(document.querySelector('.strip li')).backgroundColor"
        on_screen = lightness(page.evaluate(shade))
        page.emulate_media(media="print")
        assert on_screen < 128 < lightness(page.evaluate(shade))
