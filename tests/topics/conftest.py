"""A desk with a past, for those who look into it."""

from pathlib import Path

import pytest
from past_desk import RAIN, PastDesk, arrive_week


@pytest.fixture
def past(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> PastDesk:
    """A desk whose own pack is that on rain, without articles."""
    desk = PastDesk(tmp_path / "desk", capsys)
    desk.pack(RAIN)
    return desk


@pytest.fixture
def week(past: PastDesk) -> dict[str, int]:
    """A week in four languages; the ids of its articles."""
    return arrive_week(past)
