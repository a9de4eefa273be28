"""What the tests of rendering share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "crawl"))
sys.path.insert(0, str(Path(__file__).parent))

from drawn_pages import Secret


@pytest.fixture
def secret() -> Iterator[Secret]:
    """What no page may reach."""
    one = Secret()
    yield one
    one.close()
