"""docs/crawling.md tells of a source's health what is so."""

import re
from pathlib import Path
from typing import get_args

from archive import health

PAGE = (Path(__file__).resolve().parents[2] / "docs/crawling.md").read_text(encoding="utf-8")
(SECTION,) = re.findall(r"^## How a source does\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
WORDS = " ".join(SECTION.split())


def test_every_state_of_a_source_is_described_and_no_other() -> None:
    cells = re.findall(r"^\| ([^|]*`[^|]*) \|", SECTION, re.MULTILINE)
    described = {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}
    bold = {name for cell in cells for name in re.findall(r"\*\*`([^`]+)`\*\*", cell)}

    assert described == set(get_args(health.State))
    assert bold == health.NEEDS_A_PERSON


def test_the_figures_of_the_page_are_those_of_the_code() -> None:
    (many, too_many), (few, all_of_them) = health.POOR
    assert few == all_of_them
    for figure in (
        f"{too_many} of the newest {many} pages, or all of the newest {few}, gave no article",
        f"of the {health.PAGES_BEFORE} before at most a third",
        f"of the newest {health.NEWEST_ARTICLES} articles ({health.FEWEST_ARTICLES} at least) "
        f"{health.MISSING_NOW:.0%}".replace("%", " %"),
        f"of the {health.ARTICLES_BEFORE} before at most {health.MISSING_BEFORE:.0%}".replace("%", " %"),
        f"{health.PATIENCE} times its longest pause, and for {health.LEAST_SILENCE.seconds // 3600} hours at least",
        f"takes {health.SLOW_SECONDS:.0f} s to answer on average",
        f"{health.SLOW_PAGES} of the newest {many} pages timed out, or {health.BACKLOG} pages have waited",
        f"the last {health.RHYTHM_DAYS.days} days",
        f"no pause up to {health.WEEKEND.total_seconds() / 3600:.0f} hours counts",
    ):
        assert figure in WORDS
    assert (health.POOR_BEFORE, health.SHORTER, health.FEWEST_HOURS) == (1 / 3, 4, 10)
    assert (health.PASSING_FAILURES, health.PASSING.total_seconds(), health.WEEK.days) == (2, 3600, 8)
