"""Charts of blocks and of SVG."""

import lxml.etree
import pytest

from alerts.messages.charts import bars_svg, chart


def test_a_chart_wider_than_its_room_adds_neighbours_up() -> None:
    assert chart([1, 2, 3, 4, 5], 5) == "▁▂▃▅▇"
    assert chart([9, 1, 1, 2, 2], 3) == "▇▂▃"
    assert chart([0, 0], 3) == "··"


def test_bars_are_as_high_as_their_numbers_and_one_article_is_seen() -> None:
    drawn = bars_svg([1000, 1, 0], ["<a>", "b", "c"], title="Volume & more", description="1,001 articles", name="v")
    svg = lxml.etree.fromstring(drawn)
    bars = [(int(bar.get("height")), bar.findtext("title")) for bar in svg.iter("rect")]

    assert bars == [(72, "<a>: 1,000"), (3, "b: 1"), (0, "c: 0")]
    assert svg.get("aria-labelledby").split() == [svg.find("title").get("id"), svg.find("desc").get("id")]
    assert (svg.findtext("title"), svg.findtext("desc")) == ("Volume & more", "1,001 articles")


@pytest.mark.parametrize("counts", [[], [0]])
def test_nothing_can_be_drawn(counts) -> None:
    drawn = bars_svg(counts, [""] * len(counts), title="t", description="d")

    assert len(lxml.etree.fromstring(drawn).findall("rect")) == len(counts)
    assert chart(counts, 5) == "·" * len(counts)
