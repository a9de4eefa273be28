"""What a page in Arabic or Sorani turns round, and what it does not."""

import pytest
from looking import Look

FIRST_NAME = """() => {
    const chart = Chart.getChart(document.querySelector('#by-time canvas')), days = chart.scales.x;
    days.ctx.font = `12px ${getComputedStyle(document.documentElement).getPropertyValue('--sans')}`;
    const half = days.ctx.measureText(days.ticks[0].label).width / 2;
    return [days.getPixelForTick(0) + half, chart.width, days.getPixelForTick(0) > days.getPixelForTick(1)];
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_a_chart_begins_at_the_right_with_its_first_day_whole(look: Look, width: int) -> None:
    with look.at("/topics/us_withdrawal", language="ckb", width=width) as page:
        end, edge, is_mirrored = page.evaluate(FIRST_NAME)
        assert is_mirrored
        assert end <= edge


def test_a_headline_that_was_found_begins_where_its_text_does(look: Look) -> None:
    with look.at("/search?q=iraq", language="ar") as page:
        for entry in page.locator("article.entry").all():
            headline, snippet = entry.locator(".headline").bounding_box(), entry.locator(".snippet").bounding_box()
            assert headline["x"] == pytest.approx(snippet["x"], abs=2)
        assert page.locator("article.entry h3").count() > 3
